"""From instruments and a theory to model text: factors measured by their items, constructs joined by the theorised paths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cocsem.errors import ModelError
from cocsem.instrument.types import Dimension, HigherOrder, Instrument
from cocsem.theory.types import Theory


def find_factor(code: str, instruments: Sequence[Instrument]) -> Dimension | HigherOrder:
    """Return the dimension or higher-order construct with this code among the instruments."""
    for instrument in instruments:
        if code in instrument.constructs:
            return instrument.factor(code)
    raise ModelError(
        f"The construct '{code}' must be measured by one of the instruments {', '.join(i.code for i in instruments)}, but none has it."
    )


def first_order(codes: Iterable[str], instruments: Sequence[Instrument]) -> tuple[Dimension, ...]:
    """Return the dimensions that measure these constructs, each once, in order."""
    found: dict[str, Dimension] = {}
    for code in codes:
        factor = find_factor(code, instruments)
        parts = [factor.code] if isinstance(factor, Dimension) else list(factor.dimensions)
        for part in parts:
            dimension = find_factor(part, instruments)
            if isinstance(dimension, Dimension):
                found.setdefault(part, dimension)
    return tuple(found.values())


def measurement_syntax(dimensions: Iterable[Dimension]) -> str:
    """Write the first-order factors with their items: the correlated-factor model when nothing is added."""
    return "\n".join(f"{d.code} =~ {' + '.join(item.code for item in d.items)}" for d in dimensions)


def theory_syntax(theory: Theory, instruments: Sequence[Instrument], controls: Sequence[str] = ()) -> str:
    """Write a theory as model text: first-order factors, higher-order factors, the paths, stated covariances.

    Control variables predict every construct, also those that nothing else explains: else these would be taken as
    uncorrelated with the controls. The exogenous constructs then still covary, in what the controls leave of them.
    """
    lines = [measurement_syntax(first_order(theory.constructs, instruments))]
    for code in theory.constructs:
        factor = find_factor(code, instruments)
        if isinstance(factor, HigherOrder):
            lines.append(f"{code} =~ {' + '.join(factor.dimensions)}")
    predictors: dict[str, list[str]] = {}
    for path in theory.paths:
        predictors.setdefault(path.target, []).append(path.source)
    exogenous = [c for c in theory.constructs if c not in predictors] if controls else []
    lines += [f"{target} ~ {' + '.join([*sources, *controls])}" for target, sources in predictors.items()]
    lines += [f"{construct} ~ {' + '.join(controls)}" for construct in exogenous]
    lines += [f"{a} ~~ {b}" for i, a in enumerate(exogenous) for b in exogenous[i + 1 :]]
    lines += [f"{a} ~~ {b}" for a, b in theory.covariances]
    outcomes = [c for c in theory.constructs if c in predictors and not any(p.source == c for p in theory.paths)]
    stated = {frozenset(pair) for pair in theory.covariances}
    lines += [
        f"{a} ~~ 0*{b}" for i, a in enumerate(outcomes) for b in outcomes[i + 1 :] if frozenset((a, b)) not in stated
    ]
    return "\n".join(lines)
