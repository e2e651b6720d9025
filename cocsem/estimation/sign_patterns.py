"""Starts for factors of unit variance, positive or negative: there no item is preferred to another, and a search hardly ever runs away.

Where factors hardly show in their items several minima lie side by side, and in the lowest of them some may have a negative variance:
their items covary the other way round than one factor can make them. Each pattern of signs is a model of its own, with starts that
do not depend on the order of the items.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.problem import Problem, respecify
from cocsem.estimation.shared_scales import Scale
from cocsem.estimation.starts import starting_values, within_bounds
from cocsem.estimation.unit_scales import Turned, Unit, Units, with_unit_variances
from cocsem.model.types import ModelSpec, Row
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]
Index = NDArray[np.intp]
_DOUBT = 0.55  # ratio of the outer eigenvalues (lowest, negative, over largest) above which a factor's sign is tried both ways
_LOOSE = 0.4  # the same, above which the factor may be another one than its largest eigenvalue says
_COMBINED, _PAIRED = 4, 6  # factors whose signs are tried in all combinations, and by twos
_MORE = 1.4  # size of the effects on a factor that its causes explain too well
_FAINT = 0.15  # largest standardized loading of a factor that hardly shows in its items
_LEAD, _ALONE = 0.6, 1.1  # loadings of a standardized item that leads its factor, and that takes it for itself
_LEAST = 0.01  # smallest eigenvalue that a start takes
_CLOSE = 0.95  # largest correlation of factors that a start takes


class UnitStart(NamedTuple):
    """theta (k,) of the model with unit variances, the factors of variance -1, and whether to search by the bent Hessian."""

    theta: Array
    turned: Turned
    bend: bool = False


@dataclass(frozen=True, slots=True)
class UnitModel:
    """A problem, the units of its markers, the start (k,) of the same model with unit variances, and its factors with indicators."""

    problem: Problem
    units: Units
    start: Array
    factors: Mapping[Scale, _Factor]

    @property
    def turnable(self) -> tuple[Unit, ...]:
        """The units of factors with indicators, whose sign a search may choose."""
        return tuple(dict.fromkeys(self.units[key] for key in self.factors if key in self.units))

    def factors_in(self, unit: Unit) -> list[_Factor]:
        """The factors that turn together."""
        return [self.factors[key] for key in unit.members if key in self.factors]

    def turn(self, turned: Turned) -> Problem:
        """Return the problem with factors of unit variance, -1 for those in `turned`."""
        found = with_unit_variances(self.problem.spec, turned)
        assert found is not None  # it depends on the table alone, which has one
        return respecify(self.problem, found[0])


@dataclass(frozen=True, slots=True)
class _Factor:
    """Where the parameters of a factor stand in theta, and where they start.

    loadings : those that are free; plus, minus : their starts under each sign of the variance; weights : what makes the factor of its
    indicators, as far as other variables are concerned. doubt : how much speaks for a negative variance. relations : covariances and
    regressions; others : those with other factors, which are named; causes : the effects of others on this one. residuals : variances
    of the indicators of `loadings`, -1 where they are not free; covs : covariances of these indicators, items or factors.
    """

    loadings: Index
    plus: Array
    minus: Array
    weights: Array
    doubt: float
    relations: Index
    others: tuple[tuple[int, str], ...]
    causes: Index
    residuals: Index
    items: Index
    covs: Array


def unit_model(problem: Problem) -> UnitModel | None:
    """The same model in unit variances; None where parameters are restricted, or no factor is measured by items."""
    found = with_unit_variances(problem.spec)
    if found is None:
        return None
    spec, units = found
    factors: dict[Scale, _Factor] = {}
    for group, stats in enumerate(problem.statistics, start=1):
        factors |= _factors(spec, group, stats)
    start = starting_values(spec, problem.statistics)
    _set_variances(start, units.values(), frozenset())
    return UnitModel(problem, units, start, factors) if factors else None


def _set_variances(theta: Array, units: Iterable[Unit], turned: Turned) -> None:
    """Give the factors that share a unit the variance of the first of them, 1 or -1."""
    for unit in units:
        for number in set(unit.variances) - {unit.number}:
            theta[number - 1] = -1.0 if unit.members[0] in turned else 1.0


def _factors(spec: ModelSpec, group: int, stats: SampleStatistics) -> dict[Scale, _Factor]:
    """The factors of one group that have more than one free indicator: those of items first, then those of such factors.

    Of items that a wider factor has as well, as in a bifactor model, a factor makes what that one leaves of their covariances.
    Factors covary as composites of their items do, w_i' S_ij w_j with the weights of each in proportion to its loadings.
    """
    place, covs = {name: n for n, name in enumerate(spec.observed)}, stats.cov
    out: dict[Scale, _Factor] = {}
    while True:
        here: dict[str, _Factor] = {}
        for name in _widest_first(spec, group):
            factor = None if (name, group) in out else _factor(spec, name, group, place, covs, here.values())
            if factor is not None and len(factor.loadings) > 1:
                here[name] = factor
        if not here:
            return out
        weights = np.zeros((len(covs), len(here)))
        for column, factor in enumerate(here.values()):
            weights[factor.items, column] = factor.weights
        between = np.clip(weights.T @ covs @ weights, -_CLOSE, _CLOSE)
        np.fill_diagonal(between, 1.0)
        covs = np.block([[covs, covs @ weights], [weights.T @ covs, between]])
        place |= {name: n for n, name in enumerate(here, start=len(place))}
        out |= {(name, group): factor for name, factor in here.items()}


def sign_patterns(model: UnitModel) -> Iterator[UnitStart]:
    """The usual start; two for all signs of the factors in doubt: unrelated factors, and, by the bent Hessian, related ones; each item
    in the lead of its factor; negative residual variances, of factors that others explain and of the items of a factor in doubt; and
    factors that hardly show in their items."""
    yield UnitStart(model.start, frozenset())
    for some in _signs(_doubtful(model)):
        for related in (False, True):
            theta = _with_loadings(model, some)
            for factor in () if related else model.factors.values():
                theta[factor.relations] = 0.0
            yield UnitStart(within_bounds(model.problem.spec, theta), some, bend=related)
    yield from _overexplained_factors(model)
    yield from _hollow_factors(model)
    for key, factor in model.factors.items():
        if key in model.units and key != model.units[key].members[0]:
            continue  # its loadings are those of the first
        if factor.doubt > _LOOSE:
            yield from _led(model, factor, _LEAD)
        if factor.doubt > _DOUBT:
            yield from _led(model, factor, _ALONE)


def _doubtful(model: UnitModel) -> list[Scale]:
    """The factors whose sign is in doubt, most first, each standing for those that turn with it."""
    doubts = {unit.members[0]: max(factor.doubt for factor in model.factors_in(unit)) for unit in model.turnable}
    return sorted((key for key, doubt in doubts.items() if doubt > _DOUBT), key=lambda key: -doubts[key])


def _signs(keys: list[Scale]) -> Iterator[Turned]:
    """All combinations of factors to turn where there are at most four; else each alone, and two of the first six."""
    if len(keys) <= _COMBINED:
        groups = [combinations(keys, size) for size in range(len(keys) + 1)]
    else:
        groups = [combinations((), 0), combinations(keys, 1), combinations(keys[:_PAIRED], 2)]
    return (frozenset(turned) for group in groups for turned in group)


def _with_loadings(model: UnitModel, turned: Turned) -> Array:
    theta = model.start.copy()
    for key, factor in model.factors.items():
        minus = key in model.units and model.units[key].members[0] in turned
        if minus or factor.items.max() < len(model.problem.spec.observed):
            theta[factor.loadings] = factor.minus if minus else factor.plus
    _set_variances(theta, model.turnable, turned)
    return theta


def _overexplained_factors(model: UnitModel) -> Iterator[UnitStart]:
    """Starts at which one factor's causes explain twice its variance, in their usual direction and in the other one: b'b = 1.96, and
    1.96 - 1 is left."""
    for unit in model.turnable:
        caused = [factor for factor in model.factors_in(unit) if len(factor.causes)]
        for sign in (1.0, -1.0) if caused else ():
            turned = frozenset(unit.members[:1])
            theta = _with_loadings(model, frozenset())
            _set_variances(theta, [unit], turned)
            for factor in caused:
                theta[factor.loadings] = factor.plus / (_MORE**2 - 1.0) ** 0.5
                usual = np.where(model.start[factor.causes] < 0, -sign, sign)
                theta[factor.causes] = _MORE / len(factor.causes) ** 0.5 * usual
            yield UnitStart(within_bounds(model.problem.spec, theta), turned, bend=True)


def _hollow_factors(model: UnitModel) -> Iterator[UnitStart]:
    """Starts at which the items of a faint factor covary with those of other factors, but hardly among themselves."""
    for unit in model.turnable:
        hollow = [found for key in unit.members if (found := _hollow(model, key)) is not None]
        for turned in (frozenset(), frozenset(unit.members[:1])) if hollow else ():
            theta = model.start.copy()
            _set_variances(theta, [unit], turned)
            for places, values in hollow:
                theta[places] = values
            yield UnitStart(within_bounds(model.problem.spec, theta), turned, bend=True)


def _hollow(model: UnitModel, key: Scale) -> tuple[Index, Array] | None:
    """Small loadings l and large relations phi of a faint factor, and their places: l phi' reproduces the covariances of its items with
    the other factors best (first singular vectors)."""
    factor, cov = model.factors.get(key), model.problem.statistics[key[1] - 1].cov
    if factor is None or factor.doubt <= _LOOSE or factor.items.max() >= len(cov):
        return None
    others = [(place, model.factors.get((name, key[1]))) for place, name in factor.others]
    known = [(place, other) for place, other in others if other is not None and other.items.max() < len(cov)]
    if not known:
        return None
    cross = np.column_stack([cov[np.ix_(factor.items, other.items)] @ other.weights for _, other in known])
    left, sizes, right = np.linalg.svd(cross, full_matrices=False)
    small = _FAINT / float(np.max(np.abs(left[:, 0]) / np.sqrt(factor.covs.diagonal())))
    places = np.array([*factor.loadings, *(place for place, _ in known)], dtype=np.intp)
    return places, np.concatenate([small * left[:, 0], sizes[0] / small * right[0]])


def _led(model: UnitModel, factor: _Factor, lead: float) -> Iterator[UnitStart]:
    """Starts at which one item after the other leads the factor: its loading a share of its standard deviation, the others' their
    covariances with it in its standard deviations. A share above 1 leaves the item a negative residual variance."""
    for item, residual in enumerate(factor.residuals):
        theta, deviation = model.start.copy(), factor.covs[item, item] ** 0.5
        theta[factor.loadings] = factor.covs[item] / (deviation * max(lead, 1.0))
        theta[factor.loadings[item]] = lead * deviation
        if residual >= 0:
            theta[residual] = (1.0 - lead**2) * deviation**2
        yield UnitStart(within_bounds(model.problem.spec, theta), frozenset())


def other_signs(model: UnitModel, theta: Array, turned: Turned) -> Iterator[UnitStart]:
    """Starts from a place (k,) with one factor at a time turned and unrelated to the others."""
    for unit in model.turnable:
        start, signs = theta.copy(), turned ^ {unit.members[0]}
        _set_variances(start, [unit], signs)
        for factor in model.factors_in(unit):
            start[factor.loadings] = factor.minus if unit.members[0] in signs else factor.plus
            start[factor.residuals[factor.residuals >= 0]] = factor.covs.diagonal()[factor.residuals >= 0] / 2.0
            start[factor.relations] = 0.0
        yield UnitStart(within_bounds(model.problem.spec, start), signs)


def _widest_first(spec: ModelSpec, group: int) -> list[str]:
    """The factors by the number of their indicators, most first."""
    counts = Counter(row.lhs for row in spec.rows if row.op == "=~" and row.group == group)
    return sorted(spec.latent, key=lambda name: -counts[name])


def _factor(
    spec: ModelSpec, name: str, group: int, place: dict[str, int], cov: Array, others: Iterable[_Factor]
) -> _Factor:
    """One factor of one group. Its loadings start at the first or last eigenvector of the correlations of its items without their
    diagonal, sqrt|lambda| v: what one factor of variance 1 or -1 reproduces best when the diagonal is left to the residuals.

    A composite v'z of standardized items with loadings in proportion to v has c times the factor's covariances with other variables,
    c^2 = (v'l)^2 = lambda / (1 - sum v_i^4), since the diagonal is missing in lambda = sum over i != j of v_i v_j l_i l_j.
    """
    rows = [row for row in spec.rows if row.group == group and row.free and row.value is None]
    loadings = [row for row in rows if row.op == "=~" and row.lhs == name and row.rhs in place]
    items = [place[row.rhs] for row in loadings]
    residuals = {row.lhs: row.free - 1 for row in rows if row.op == "~~" and row.lhs == row.rhs}
    relations = [row for row in rows if _relates(row, name)]
    covs = cov[np.ix_(items, items)]
    for wider in others:
        if set(items) < set(wider.items):
            loading = dict(zip(wider.items.tolist(), wider.plus, strict=True))
            explained = np.array([loading[item] for item in items])
            covs = covs - np.outer(explained, explained) + np.diag(explained**2)
    deviations = np.sqrt(covs.diagonal())
    between = covs / (deviations[:, None] * deviations)
    np.fill_diagonal(between, 0.0)
    values, vectors = np.linalg.eigh(between) if items else (np.ones(1), np.zeros((0, 1)))
    low, high = max(float(-values[0]), _LEAST), max(float(values[-1]), _LEAST)
    return _Factor(
        loadings=_numbers(loadings),
        plus=high**0.5 * vectors[:, -1] * deviations,
        minus=low**0.5 * vectors[:, 0] * deviations,
        weights=vectors[:, -1] / deviations * ((1.0 - (vectors[:, -1] ** 4).sum()) / high) ** 0.5,
        doubt=low / high if len(items) > 2 else 0.0,  # two items have one covariance, which either sign can make
        relations=_numbers(relations),
        others=tuple((row.free - 1, other) for row in relations if (other := _across(row, name)) in spec.latent),
        causes=_numbers([row for row in rows if _causes(row, name, spec.latent)]),
        residuals=np.array([residuals.get(row.rhs, -1) for row in loadings], dtype=np.intp),
        items=np.array(items, dtype=np.intp),
        covs=covs,
    )


def _relates(row: Row, name: str) -> bool:
    return name in (row.lhs, row.rhs) and (row.op == "~" or (row.op == "~~" and row.lhs != row.rhs))


def _across(row: Row, name: str) -> str:
    """The other end of a relation."""
    return row.rhs if row.lhs == name else row.lhs


def _causes(row: Row, name: str, latent: tuple[str, ...]) -> bool:
    """A regression on another factor, or a loading on a factor above."""
    return (row.op == "~" and row.lhs == name and row.rhs in latent) or (row.op == "=~" and row.rhs == name)


def _numbers(rows: list[Row]) -> Index:
    return np.array([row.free - 1 for row in rows], dtype=np.intp)
