"""From a population to answers on a questionnaire."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from cocsem.instrument.load import load_instrument
from cocsem.instrument.types import Dimension, Item
from cocsem.simulation.draws import cholesky, correlated, normals
from cocsem.simulation.population import Measure, Population, disturbance_correlations, weights

Answers = dict[str, int | None]


def dimensions_of(instruments: Sequence[str]) -> dict[str, Dimension]:
    """Return the dimensions of the named instruments of the shelf, by code."""
    return {d.code: d for name in instruments for d in load_instrument(name).dimensions}


def answer(item: Item, value: float) -> int:
    """Turn a value on the scored direction of the scale into the answer a respondent ticks.

    The value is rounded to the next category and cut at the ends; a reverse item is ticked from the other end.

    >>> from cocsem.instrument.types import Scale
    >>> from cocsem.language import Text
    >>> item = Item("q1", Text("a", "b"), Scale(1, 7), reverse=True)
    >>> [answer(item, value) for value in (5.4, 9.3)]
    [3, 1]
    """
    low, high = item.scale.minimum, item.scale.maximum
    ticked = min(max(math.floor(value + 0.5), low), high)
    return low + high - ticked if item.reverse else ticked


def respond(
    population: Population,
    dimensions: Mapping[str, Dimension],
    stream: Iterator[float],
    shifts: Sequence[Mapping[str, float]],
) -> list[Answers]:
    """Draw the answers of one respondent after the other.

    Parameters
    ----------
    population : what is true.
    dimensions : the items of every measure.
    stream : uniforms; every respondent takes equally many, in the same order.
    shifts : per respondent, by how much the intercept of an item differs from the population's.
    """
    factors_of = _factors(population)
    return [
        {
            item.code: answer(item, value)
            for item, value in _values(population, dimensions, factors_of(stream), stream, shift)
        }
        for shift in shifts
    ]


def _factors(population: Population) -> Callable[[Iterator[float]], dict[str, float]]:
    """Return a function that draws all factors of one respondent."""
    codes, total = population.structural, weights(population)
    lower = cholesky(disturbance_correlations(population))

    def draw(stream: Iterator[float]) -> dict[str, float]:
        factors = dict(zip(codes, correlated(total, correlated(lower, normals(stream, len(codes)))), strict=True))
        for code, loadings in population.higher.items():
            unique = normals(stream, len(loadings))
            for (part, loading), own in zip(loadings.items(), unique, strict=True):
                factors[part] = loading * factors[code] + math.sqrt(1.0 - loading * loading) * own
        return factors

    return draw


def _values(
    population: Population,
    dimensions: Mapping[str, Dimension],
    factors: Mapping[str, float],
    stream: Iterator[float],
    shift: Mapping[str, float],
) -> Iterator[tuple[Item, float]]:
    """Yield every item with its value before rounding."""
    alike = {second: (first, r) for (first, second), r in population.wording.items()}
    drawn: dict[str, float] = {}
    for measure in population.measures:
        for item, loading, location in _items(measure, dimensions[measure.factor]):
            own = normals(stream, 1)[0]
            if item.code in alike:
                first, r = alike[item.code]
                own = r * drawn[first] + math.sqrt(1.0 - r * r) * own
            drawn[item.code] = own
            standard = loading * factors[measure.factor] + math.sqrt(1.0 - loading * loading) * own
            yield item, location + shift.get(item.code, 0.0) + measure.spread * standard


def _items(measure: Measure, dimension: Dimension) -> Iterator[tuple[Item, float, float]]:
    yield from zip(dimension.items, measure.loadings, measure.location, strict=True)
