"""The native engine: our own search for the estimates, exact to machine precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import equalities, inequalities, is_restricted
from cocsem.estimation.optimise import Rows, minimise, minimise_under
from cocsem.estimation.problem import Problem, Solution, expected_information, gradient, objective, observed_information

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
        half = observed_information if exact else expected_information
        return gradient(self.problem, theta), half(self.problem, theta)


def solve(problem: Problem, start: Array) -> Solution:
    """Minimise the discrepancy of a problem from starting values (k,), under its constraints."""
    descent = Descent(problem)
    if is_restricted(problem.spec):
        found = minimise_under(descent, start, equalities(problem.spec), inequalities(problem.spec))
    else:
        found = minimise(descent, start[None])
    message = "" if found.rested[0] else "the search came to no rest"
    return Solution(found.theta[0], message, int(found.steps[0]), "native")
