"""The native engine: our own search for the estimates, exact to machine precision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.estimation.constraints import equalities, inequalities, is_restricted
from cocsem.estimation.faint_factors import has_faint_factor
from cocsem.estimation.further_starts import other_starts, turned_starts
from cocsem.estimation.inference import stands
from cocsem.estimation.newton import Evaluation, Rest, descend
from cocsem.estimation.optimise import MAX_STEPS, Rows, minimise_under
from cocsem.estimation.options import Method
from cocsem.estimation.problem import Problem, Solution, evaluate, objective, pose, respecify, slopes
from cocsem.estimation.starts import starting_values
from cocsem.estimation.unit_scales import in_marker_units, in_unit_variances, with_unit_variances

Array = NDArray[np.float64]
_EASY = 12  # steps within which a search ends that began near its minimum
_PATIENCE = 150  # steps after which a search from another start is more promising
_BRIEF = 40  # the same where a minimum is found and only a lower one nearby is looked for


@dataclass(frozen=True, slots=True)
class Descent:
    """The objective of a problem as the search sees it."""

    problem: Problem

    def value(self, theta: Array, rows: Rows) -> Array:
        """F over the groups, infinite where the model cannot be there."""
        with np.errstate(all="ignore"):
            try:
                F = objective(self.problem, theta)
            except np.linalg.LinAlgError:
                return np.full(len(theta), np.inf)
        return np.where(np.isfinite(F), F, np.inf)

    def slopes(self, theta: Array, rows: Rows, *, exact: bool) -> tuple[Array, Array]:
        """Gradient and half the Hessian; not numbers where the model cannot be there."""
        try:
            return slopes(self.problem, theta, exact=exact)
        except np.linalg.LinAlgError:
            return np.full(theta.shape, np.nan), np.full((*theta.shape, theta.shape[-1]), np.nan)


def solve(problem: Problem, start: Array) -> Solution:
    """Minimise the discrepancy of a problem from starting values (k,), under its constraints.

    With missing answers the search begins where the saturated model's moments, taken as if all had answered, lead: close by
    and cheap to find.
    """
    if not len(start):
        return Solution(start, "", 0, "native")  # a model without free parameters has nothing to search for
    first = start
    if problem.method.discrepancy == "fiml":
        close = solve(replace(problem, method=replace(problem.method, discrepancy="ml")), start)
        start = start if close.message else close.theta
    if is_restricted(problem.spec):
        found = minimise_under(Descent(problem), start, equalities(problem.spec), inequalities(problem.spec))
        theta, steps, rested = found.theta[0], int(found.steps[0]), bool(found.rested[0])
    else:
        rest = _descend(problem, start, first)
        theta, steps, rested = rest.theta, rest.steps, rest.rested
    return Solution(theta, "" if rested else "the search came to no rest", steps, "native")


def _descend(problem: Problem, start: Array, first: Array) -> Rest:
    """Search from the start, which may be near already to where the first one led; where that is hard, or leads to factors that
    hardly show, from others too, and take the lowest end that is a rest."""
    rest = _search(problem, start, _PATIENCE, near=start is not first)
    if rest.rested and rest.steps <= _EASY:
        if not _has_rivals(problem, rest):
            return rest
        return _lowest(problem, rest, [_search(problem, other, _BRIEF) for other in _elsewhere(problem, first, _BRIEF)])
    others = [_search(problem, other, _PATIENCE) for other in _elsewhere(problem, first, _PATIENCE)]
    _, plain, apart, _ = other_starts(problem.spec, problem.statistics, first)
    others += [_search(problem, other, _PATIENCE, bend=True) for other in (plain, apart)]
    others += [_search(problem, other, _PATIENCE) for other in _beyond_infinity(problem, (rest, *others))]
    if not _is_settled(problem, (rest, *others)):
        others += [
            _search(problem, other, _PATIENCE) for other in turned_starts(problem.spec, problem.statistics, first)
        ]
    if not any(found.rested for found in (rest, *others)):
        return _search(problem, rest.theta, MAX_STEPS)
    return _lowest(problem, rest, others)


def _has_rivals(problem: Problem, rest: Rest) -> bool:
    """True where other minima are likely: factors that hardly show, and weights estimated from fourth moments."""
    method = problem.method
    return not method.ordinal and (method.discrepancy == "wls" or has_faint_factor(problem, rest.theta))


def _lowest(problem: Problem, rest: Rest, others: list[Rest]) -> Rest:
    """The lowest end that is a minimum; the lowest of all where none is one."""
    ends = [end for end in (rest, *others) if end.rested]
    with np.errstate(all="ignore"):
        minima = [end for end in ends if stands(problem, end.theta)]
    return min(minima or ends, key=lambda end: _level(problem, end.theta))


def _is_settled(problem: Problem, ends: tuple[Rest, ...]) -> bool:
    """True where the lowest of the ends is a rest without negative variances: there is no reason to look further."""
    lowest = min(ends, key=lambda end: _level(problem, end.theta))
    return lowest.rested and all((lowest.theta[layout.variances] >= 0).all() for layout in problem.layouts)


def _elsewhere(problem: Problem, start: Array, patience: int) -> Iterator[Array]:
    """Other starting values, and where generalized least squares leads from the first of them: its valleys are wide."""
    further = other_starts(problem.spec, problem.statistics, start)
    yield from further
    if problem.method.ordinal:
        return
    yield from _through_unit_variances(problem, patience)
    if problem.method.discrepancy == "gls":
        return
    try:
        wide = pose(problem.spec, problem.statistics, Method("GLS", "gls"))
    except (EstimationError, np.linalg.LinAlgError):  # too few rows to weigh by: two starts less
        return
    yield _search(wide, further[0], patience).theta
    yield from _through_unit_variances(wide, patience)


def _beyond_infinity(problem: Problem, ends: tuple[Rest, ...]) -> Iterator[Array]:
    """Where the lowest search that came to no rest leads with factors of unit variance: loadings that run away from a marker that
    hardly loads come back with the other sign."""
    astray = [end for end in ends if not end.rested]
    found = with_unit_variances(problem.spec)
    if found is None or not astray:
        return
    spec, units = found
    start = in_unit_variances(problem.spec, units, min(astray, key=lambda end: _level(problem, end.theta)).theta)
    if start is None or not np.isfinite(start).all():
        return
    back = in_marker_units(problem.spec, units, _search(respecify(problem, spec), start, _PATIENCE, near=True).theta)
    if back is not None:
        yield back


def _through_unit_variances(problem: Problem, patience: int) -> Iterator[Array]:
    """Where the search leads when the factors have unit variance instead of a marker."""
    found = with_unit_variances(problem.spec)
    if found is None:
        return
    spec, units = found
    wide = respecify(problem, spec)
    theta = _search(wide, starting_values(spec, problem.statistics), patience).theta
    back = in_marker_units(problem.spec, units, theta)
    if back is not None:
        yield back


def _level(problem: Problem, theta: Array) -> float:
    """F at theta (k,), infinite where the model cannot be; places of the same height within rounding are one."""
    try:
        with np.errstate(all="ignore"):
            point = evaluate(problem, theta, exact=False) if np.isfinite(theta).all() else None
    except np.linalg.LinAlgError:
        point = None
    return float("inf") if point is None or not np.isfinite(point.value) else round(point.value, 10)


def _search(problem: Problem, start: Array, steps: int, *, near: bool = False, bend: bool = False) -> Rest:
    def at(theta: Array, exact: bool) -> Evaluation | None:
        try:
            point = evaluate(problem, theta, exact=exact)
        except np.linalg.LinAlgError:
            return None
        return None if point is None else (point.value, point.gradient, point.information)

    with np.errstate(all="ignore"):
        return descend(at, start, steps=steps, near=near, bend=bend)
