"""The native engine: our own search for the estimates, exact to machine precision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import equalities, inequalities, is_restricted
from cocsem.estimation.faint_factors import has_faint_factor
from cocsem.estimation.further_starts import other_starts
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
    """Solve groups that share no parameter by themselves, up to the first that has no answer."""
    theta, message, steps = start.copy(), "", 0
    for group, places in groups:
        if not message:
            found = solve(group, start[places])
            theta[places], message, steps = found.theta, found.message, max(steps, found.iterations)
    return Solution(theta, message, steps, "native")


def _descend(problem: Problem, start: Array, first: Array) -> Rest:
    """Search from the start, which may be near already to where the first one led; where that is hard, or leads to factors that
    hardly show, from others too, and take the lowest end that is a rest."""
    rest = _search(problem, start, _PATIENCE, near=start is not first)
    hard = not rest.rested or rest.steps > _EASY
    if not hard and not _has_rivals(problem, rest):
        return rest
    ends, model = [rest], unit_model(problem)
    if hard or model is None:
        small, apart, marked = other_starts(problem.spec, problem.statistics, first)
        ends += [_search(problem, small, _PATIENCE)]
        ends += [_search(problem, other, _PATIENCE, bend=True) for other in (apart, marked)]
    if problem.method.discrepancy == "wls" and not problem.method.ordinal:
        plain = pose(problem.spec, problem.statistics, Method())  # weights of fourth moments lead astray sooner
        ends += [_search(problem, _search(plain, first, _PATIENCE).theta, _PATIENCE)]
    if model is not None:
        ends += _in_unit_variances(model, ends)
    if not any(end.rested for end in ends):
        return _search(problem, rest.theta, MAX_STEPS)
    return _lowest(problem, ends)


def _has_rivals(problem: Problem, rest: Rest) -> bool:
    """True where other minima are likely: factors that hardly show, and weights estimated from fourth moments."""
    method = problem.method
    return not method.ordinal and (method.discrepancy == "wls" or has_faint_factor(problem, rest.theta))


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


def _follow(model: UnitModel, starts: Iterable[UnitStart]) -> list[Rest]:
    """Where starts lead among factors of unit variance, and then in the units of the markers: all for a few steps, on from the lowest,
    and from as many others until one leads somewhere."""
    begun = []
    for start in starts:
        problem = model.turn(start.turned)
        rest = _search(problem, start.theta, _FEW, bend=start.bend)
        begun.append((_level(problem, rest.theta), problem, rest, start))
    begun.sort(key=lambda one: one[0])
    ends: list[Rest] = []
    for _, problem, rest, start in begun[: 2 * _KEPT]:
        if len(ends) >= _KEPT and any(end.rested for end in ends):
            break
        ends.append(_through(model, problem, rest, start))
    return ends


def _through(model: UnitModel, problem: Problem, rest: Rest, start: UnitStart) -> Rest:
    there = rest if rest.rested else _search(problem, rest.theta, _BRIEF, near=True, bend=start.bend)
    back = in_marker_units(model.problem.spec, model.units, there.theta, start.turned) if there.rested else None
    return Rest(start.theta, there.steps, False) if back is None else _search(model.problem, back, _BRIEF, near=True)


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
