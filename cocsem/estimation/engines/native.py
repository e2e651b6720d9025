"""The native engine: our own search for the estimates, exact to machine precision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import equalities, inequalities, is_restricted
from cocsem.estimation.faint_factors import may_have_rivals
from cocsem.estimation.further_starts import other_starts, turned_starts
from cocsem.estimation.inference import stands
from cocsem.estimation.newton import Evaluation, Rest, descend
from cocsem.estimation.optimise import MAX_STEPS, Rows, minimise_under
from cocsem.estimation.options import Method
from cocsem.estimation.problem import Problem, Solution, evaluate, objective, pose, slopes
from cocsem.estimation.separate_groups import separate_groups
from cocsem.estimation.sign_patterns import UnitModel, UnitStart, other_signs, sign_patterns, unit_model
from cocsem.estimation.unit_scales import in_marker_units, in_unit_variances

Array = NDArray[np.float64]
Index = NDArray[np.intp]
_EASY = 12  # steps within which a search ends that began near its minimum
_SLOW = 40  # the same with ordered items, where the steps are those of Gauss and Newton
_PATIENCE = 150  # steps after which a search from another start is more promising
_BRIEF = 40  # the same among factors of unit variance, where a search that leads somewhere gets there soon
_FEW, _KEPT = 12, 16  # steps after which the lowest of many searches are followed on, and how many
_ROUNDS = 3  # times that the signs of the factors are turned one by one


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
    alone = separate_groups(problem)
    if alone:
        return _one_by_one(start, alone)
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


def _one_by_one(start: Array, groups: tuple[tuple[Problem, Index], ...]) -> Solution:
    """Solve groups that share no parameter by themselves, up to the first that has no answer; the iterations are the most of one."""
    theta, steps = start.copy(), 0
    for group, places in groups:
        found = solve(group, start[places])
        theta[places], steps = found.theta, max(steps, found.iterations)
        if found.message:
            return Solution(theta, f"the search came to no rest in group '{group.spec.groups[0]}'", steps, "native")
    return Solution(theta, "", steps, "native")


def _descend(problem: Problem, start: Array, first: Array) -> Rest:
    """Search from the start, which may be near already to where the first one led; where that is hard, or leads to factors that
    hardly show, from others too, and take the lowest end that is a rest."""
    rest = _search(problem, start, _PATIENCE, near=start is not first)
    easy = _SLOW if problem.method.ordinal else _EASY
    hard = not rest.rested or rest.steps > easy
    if not hard and not _has_rivals(problem, rest):
        return rest
    ends, model, shared = [rest], unit_model(problem), _shares_parameters(problem)
    if hard or shared or model is None:
        small, apart, marked = other_starts(problem.spec, problem.statistics, first)
        ends += [_search(problem, small, _PATIENCE)]
        ends += [_search(problem, other, _PATIENCE, bend=True) for other in (apart, marked)]
    if shared:
        turned = turned_starts(problem.spec, problem.statistics, first, apart)
        ends += [_search(problem, other, _PATIENCE) for other in turned]
    if problem.method.discrepancy == "wls" and not problem.method.ordinal:
        plain = pose(problem.spec, problem.statistics, Method())  # weights of fourth moments lead astray sooner
        ends += [_search(problem, _search(plain, first, _PATIENCE).theta, _PATIENCE)]
    if model is not None:
        ends += _in_unit_variances(model, ends)
    if not any(end.rested for end in ends):
        return _search(problem, rest.theta, MAX_STEPS)
    return _lowest(problem, ends)


def _shares_parameters(problem: Problem) -> bool:
    """True where a parameter stands in several rows: places that are none of a model without it are looked for from more starts."""
    numbers = [row.free for row in problem.spec.rows if row.free]
    return len(set(numbers)) < len(numbers)


def _has_rivals(problem: Problem, rest: Rest) -> bool:
    """True where other minima are likely: factors that hardly show, large residuals, and weights estimated from fourth moments."""
    method = problem.method
    return not method.ordinal and (method.discrepancy == "wls" or may_have_rivals(problem, rest.theta))


def _lowest(problem: Problem, ends: list[Rest]) -> Rest:
    """The lowest end that is a minimum; the lowest of all where none is one."""
    rests = [end for end in ends if end.rested]
    with np.errstate(all="ignore"):
        minima = [end for end in rests if stands(problem, end.theta)]
    return min(minima or rests, key=lambda end: _level(problem, end.theta))


def _in_unit_variances(model: UnitModel, ends: list[Rest]) -> list[Rest]:
    """Where the searches lead when factors have unit variance, positive or negative, instead of a marker; from the lowest place then
    with the sign of one factor after the other turned, until none leads lower."""
    problem = model.problem
    found = _follow(model, sign_patterns(model))
    for _ in range(_ROUNDS):
        rests = [end for end in (*ends, *found) if end.rested]
        if not rests:
            break
        lowest = _lowest(problem, rests)
        place = in_unit_variances(problem.spec, model.units, lowest.theta)
        if place is None:
            break
        turned = _follow(model, other_signs(model, *place))
        found += turned
        if not any(end.rested and _level(problem, end.theta) < _level(problem, lowest.theta) for end in turned):
            break
    return found


class _Trail(NamedTuple):
    """How far a start has been followed in a problem, and how high it is there."""

    level: float
    problem: Problem
    rest: Rest
    start: UnitStart


def _follow(model: UnitModel, starts: Iterable[UnitStart]) -> list[Rest]:
    """Where starts lead among factors of unit variance, and then in the units of the markers: all for a few steps, which is enough for
    some, on from the lowest, and from as many others until one leads somewhere; the lowest of all to its end."""
    begun = sorted((_begin(model, start) for start in starts), key=lambda trail: trail.level)
    there = {trail.level: trail for trail in begun if trail.rest.rested}  # places of one level are one
    ends = [_back(model, trail) for trail in there.values()]
    trails: list[_Trail] = []
    for trail in [trail for trail in begun if not trail.rest.rested][: 2 * _KEPT]:
        if len(trails) >= _KEPT and any(end.rested for end in ends):
            break
        trails.append(_further(trail, _BRIEF))
        ends.append(_back(model, trails[-1]))
    lowest = min(trails, key=lambda trail: trail.level, default=None)
    return ends if lowest is None or lowest.rest.rested else [*ends, _back(model, _further(lowest, _PATIENCE))]


def _begin(model: UnitModel, start: UnitStart) -> _Trail:
    problem = model.turn(start.turned)
    rest = _search(problem, start.theta, _FEW, bend=start.bend)
    return _Trail(_level(problem, rest.theta), problem, rest, start)


def _further(trail: _Trail, steps: int) -> _Trail:
    if trail.rest.rested:
        return trail
    rest = _search(trail.problem, trail.rest.theta, steps, near=True, bend=trail.start.bend)
    return trail._replace(rest=rest, level=_level(trail.problem, rest.theta))


def _back(model: UnitModel, trail: _Trail) -> Rest:
    """The end of a trail in the units of the markers; no rest where it has none."""
    rest, units = trail.rest, model.units
    theta = in_marker_units(model.problem.spec, units, rest.theta, trail.start.turned) if rest.rested else None
    if theta is None:
        return Rest(trail.start.theta, rest.steps, False)
    return _search(model.problem, theta, _BRIEF, near=True)


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
