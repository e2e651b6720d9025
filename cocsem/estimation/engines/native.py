"""The native engine: our own search for the estimates, exact to machine precision."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import equalities, inequalities, is_restricted
from cocsem.estimation.discrepancy import ml
from cocsem.estimation.optimise import Rows, minimise, minimise_under
from cocsem.estimation.problem import Problem, Solution
from cocsem.model.matrices import imply

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """The ML discrepancy of a problem, as a batch of one."""

    problem: Problem

    def value(self, theta: Array, rows: Rows) -> Array:
        """F over the groups, infinite where Sigma is not positive definite."""
        total = np.zeros(len(theta))
        for share, layout, stats in zip(self.problem.shares, self.problem.layouts, self.problem.statistics, strict=True):
            mean = stats.mean if self.problem.spec.meanstructure else None
            with np.errstate(all="ignore"):
                try:
                    total = total + share * ml.value(imply(layout, theta), stats.cov, mean)
                except np.linalg.LinAlgError:
                    return np.full(len(theta), np.inf)
        return np.where(np.isfinite(total), total, np.inf)

    def slopes(self, theta: Array, rows: Rows, *, exact: bool) -> tuple[Array, Array]:
        """Gradient and half the Hessian."""
        gradient, half = np.zeros_like(theta), np.zeros((*theta.shape, theta.shape[-1]))
        for share, layout, stats in zip(self.problem.shares, self.problem.layouts, self.problem.statistics, strict=True):
            mean = stats.mean if self.problem.spec.meanstructure else None
            at = imply(layout, theta)
            gradient = gradient + share * ml.gradient(layout, at, stats.cov, mean)
            if exact:
                half = half + share * ml.observed_information(layout, at, stats.cov, mean)
            else:
                half = half + share * ml.expected_information(layout, at, means=self.problem.spec.meanstructure)
        return gradient, half


def solve(problem: Problem, start: Array) -> Solution:
    """Minimise the discrepancy of a problem from starting values (k,), under its constraints."""
    objective = Discrepancy(problem)
    if is_restricted(problem.spec):
        found = minimise_under(objective, start, equalities(problem.spec), inequalities(problem.spec))
    else:
        found = minimise(objective, start[None])
    message = "" if found.rested[0] else "the search came to no rest"
    return Solution(found.theta[0], message, int(found.steps[0]), "native")
