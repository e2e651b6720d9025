"""What is true in a simulated population: factors, their paths, and how answers come about. All factors have variance 1."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cocsem.errors import UsageError


@dataclass(frozen=True, slots=True)
class Measure:
    """How one first-order factor is answered.

    `loadings` are standardized, one per item. Before it is rounded to a category and cut at the ends of the scale, an
    answer to item i has the mean `location[i]` and the standard deviation `spread`; locations beyond the middle of the
    scale make skewed answers. Both speak of the scored direction: reverse items are turned round when written down.
    """

    factor: str
    loadings: tuple[float, ...]
    location: tuple[float, ...]
    spread: float


@dataclass(frozen=True, slots=True)
class Population:
    """The true values behind a simulated data set, all standardized.

    Attributes
    ----------
    measures : one per first-order factor.
    paths : (cause, effect) to its coefficient. A path of 0 is a hypothesis that is false.
    higher : second-order factor to the loadings of its first-order factors.
    correlations : pairs of exogenous factors; pairs not named do not correlate.
    disturbances : correlations between what two endogenous factors leave unexplained.
    wording : correlations between the residuals of two items whose wording is alike (the second after the first).
    """

    measures: tuple[Measure, ...]
    paths: Mapping[tuple[str, str], float]
    higher: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)
    disturbances: Mapping[tuple[str, str], float] = field(default_factory=dict)
    wording: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for measure in self.measures:
            if len(measure.loadings) != len(measure.location):
                raise UsageError(f"'{measure.factor}' must have as many locations as loadings.")
        unknown = {code for path in self.paths for code in path} - set(self.structural)
        if unknown:
            raise UsageError(f"Paths must join factors of the population, but {sorted(unknown)} are none.")

    @property
    def structural(self) -> tuple[str, ...]:
        """The factors that paths may join, causes before effects."""
        parts = {part for loadings in self.higher.values() for part in loadings}
        factors = [*self.higher, *(m.factor for m in self.measures if m.factor not in parts)]
        ordered: list[str] = []
        while factors:
            ready = [f for f in factors if all(cause in ordered for cause, effect in self.paths if effect == f)]
            if not ready:
                raise UsageError(f"The paths of a population must not form a loop, but {sorted(factors)} do.")
            ordered += ready
            factors = [f for f in factors if f not in ready]
        return tuple(ordered)

    @property
    def exogenous(self) -> tuple[str, ...]:
        """The factors that no path leads to."""
        effects = {effect for _, effect in self.paths}
        return tuple(f for f in self.structural if f not in effects)


def disturbance_correlations(population: Population) -> list[list[float]]:
    """Return the (k, k) correlations of exogenous factors and standardized disturbances, in the structural order."""
    pairs = {**population.correlations, **population.disturbances}
    codes = population.structural
    return [[1.0 if a == b else pairs.get((a, b), pairs.get((b, a), 0.0)) for b in codes] for a in codes]


def weights(population: Population) -> list[list[float]]:
    """Return the (k, k) matrix W with eta = W z: every structural factor from exogenous factors and disturbances z.

    eta_j = sum_p b_jp eta_p + d_j z_j, and d_j is what brings the variance of eta_j to 1:
    d_j = -c + sqrt(c^2 + 1 - v) with v the variance the causes bring and c their covariance with z_j.

    Raises
    ------
    UsageError : the causes of a factor explain all of its variance or more.
    """
    codes, phi = population.structural, disturbance_correlations(population)
    rows: list[list[float]] = []
    for j, code in enumerate(codes):
        causes = [(codes.index(a), b) for (a, effect), b in population.paths.items() if effect == code]
        row = [math.fsum(b * rows[p][i] for p, b in causes) for i in range(len(codes))]
        rest = 1.0 - _cov(row, row, phi)
        if rest <= 0.0:
            raise UsageError(f"The causes of '{code}' must leave some of its variance unexplained. Weaken their paths.")
        along = math.fsum(weight * r for weight, r in zip(row, phi[j], strict=True))
        row[j] = -along + math.sqrt(along * along + rest)
        rows.append(row)
    return rows


def implied_correlations(population: Population) -> list[list[float]]:
    """Return the (k, k) correlations of the structural factors, W Phi W', in the structural order.

    >>> measures = tuple(Measure(code, (0.8,), (4.0,), 1.0) for code in ("A", "B", "C"))
    >>> r = implied_correlations(Population(measures, {("A", "B"): 0.5, ("B", "C"): 0.4}))
    >>> [round(value, 6) for value in r[2]]
    [0.2, 0.4, 1.0]
    """
    rows, phi = weights(population), disturbance_correlations(population)
    return [[_cov(a, b, phi) for b in rows] for a in rows]


def explained(population: Population) -> dict[str, float]:
    """Return the share of variance that the paths explain, for every endogenous factor.

    R2_j = 1 - d_j^2, d_j^2 the variance of the disturbance.
    """
    rows = weights(population)
    codes = population.structural
    return {code: 1.0 - rows[j][j] ** 2 for j, code in enumerate(codes) if code not in population.exogenous}


def _cov(a: Sequence[float], b: Sequence[float], phi: Sequence[Sequence[float]]) -> float:
    return math.fsum(x * y * phi[i][k] for i, x in enumerate(a) for k, y in enumerate(b))


def population_table(population: Population, hypotheses: Mapping[tuple[str, str], tuple[str, str]]) -> str:
    """Write the true paths as a Markdown table.

    Parameters
    ----------
    hypotheses : path to the id of its hypothesis and the sign it expects (`+` or `-`).
    """
    lines = ["| hypothesis | path | expected | true value | in the population |", "|---|---|---|---|---|"]
    for (cause, effect), (name, sign) in hypotheses.items():
        value = population.paths[(cause, effect)]
        verdict = (
            "false: no effect" if value == 0 else "true" if (value > 0) == (sign == "+") else "false: opposite sign"
        )
        lines.append(f"| {name} | {cause} -> {effect} | {sign} | {_short(value)} | {verdict} |")
    return "\n".join(lines)


def measurement_table(population: Population) -> str:
    """Write how the factors are measured as a Markdown table.

    >>> print(measurement_table(Population((Measure("A", (0.8, 0.7), (4.0, 4.5), 1.2),), {})))
    | factor | reflects | standardized loadings | means before cutting | SD before cutting |
    |---|---|---|---|---|
    | A | | .80 .70 | 4.0 4.5 | 1.2 |
    """
    lines = [
        "| factor | reflects | standardized loadings | means before cutting | SD before cutting |",
        "|---|---|---|---|---|",
    ]
    above = {
        part: f" {code} {_short(value)}" for code, parts in population.higher.items() for part, value in parts.items()
    }
    for m in population.measures:
        loadings = " ".join(_short(value) for value in m.loadings)
        location = " ".join(f"{value:.1f}" for value in m.location)
        lines.append(f"| {m.factor} |{above.get(m.factor, '')} | {loadings} | {location} | {m.spread:.1f} |")
    return "\n".join(lines)


def _short(value: float) -> str:
    """A coefficient with two decimals and without a leading zero."""
    return f"{value:.2f}".replace("0.", ".", 1)
