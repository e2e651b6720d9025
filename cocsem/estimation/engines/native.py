"""The native engine: our own search for the estimates, exact to machine precision."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import equalities, inequalities, is_restricted
from cocsem.estimation.newton import Evaluation, Rest, descend
from cocsem.estimation.optimise import MAX_STEPS, Rows, minimise_under
from cocsem.estimation.problem import Problem, Solution, evaluate, objective, slopes

Array = NDArray[np.float64]


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
        """Gradient and half the Hessian."""
        return slopes(self.problem, theta, exact=exact)


def solve(problem: Problem, start: Array) -> Solution:
    """Minimise the discrepancy of a problem from starting values (k,), under its constraints.

    With missing answers the search begins where the saturated model's moments, taken as if all had answered, lead: close by
    and cheap to find.
    """
    near = False
    if problem.method.discrepancy == "fiml":
        close = solve(replace(problem, method=replace(problem.method, discrepancy="ml")), start)
        start = start if close.message else close.theta
        near = not close.message
    if is_restricted(problem.spec):
        found = minimise_under(Descent(problem), start, equalities(problem.spec), inequalities(problem.spec))
        theta, steps, rested = found.theta[0], int(found.steps[0]), bool(found.rested[0])
    else:
        rest = _descend(problem, start, near=near)
        theta, steps, rested = rest.theta, rest.steps, rest.rested
    return Solution(theta, "" if rested else "the search came to no rest", steps, "native")


def _descend(problem: Problem, start: Array, *, near: bool) -> Rest:
    def at(theta: Array, exact: bool) -> Evaluation | None:
        point = evaluate(problem, theta, exact=exact)
        return None if point is None else (point.value, point.gradient, point.information)

    with np.errstate(all="ignore"):
        return descend(at, start, steps=MAX_STEPS, near=near)
