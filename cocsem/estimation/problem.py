"""A model that has met its data but has not been solved yet, and the answer of an engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy import ml
from cocsem.model.matrices import Implied, Layout, imply, lay_out
from cocsem.model.types import ModelSpec
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Problem:
    """Spec, moments and matrix layouts, one layout and one set of moments per group, with the number of rows each."""

    spec: ModelSpec
    statistics: tuple[SampleStatistics, ...]
    layouts: tuple[Layout, ...]

    @property
    def n_obs(self) -> int:
        """Rows used, over all groups."""
        return sum(s.n_obs for s in self.statistics)

    @property
    def shares(self) -> tuple[float, ...]:
        """Share of the rows in each group."""
        return tuple(s.n_obs / self.n_obs for s in self.statistics)


@dataclass(frozen=True, slots=True)
class Solution:
    """What an engine found: the parameters, its own message, the iterations; nothing of its inference."""

    theta: Array
    message: str
    iterations: int
    engine: str


def pose(spec: ModelSpec, statistics: tuple[SampleStatistics, ...]) -> Problem:
    """Lay the model out for each group, with the moments of fixed exogenous variables filled in."""
    layouts = []
    for g, stats in enumerate(statistics, start=1):
        at = [stats.names.index(x) for x in spec.exogenous]
        layouts.append(lay_out(spec, g, stats.cov[np.ix_(at, at)], stats.mean[at]))
    return Problem(spec, statistics, tuple(layouts))


def implied(problem: Problem, theta: Array) -> tuple[Implied, ...]:
    """Implied moments of every group."""
    return tuple(imply(layout, theta) for layout in problem.layouts)


def _mean(problem: Problem, stats: SampleStatistics) -> Array | None:
    return stats.mean if problem.spec.meanstructure else None


def discrepancies(problem: Problem, theta: Array) -> tuple[float, ...]:
    """ML discrepancy of every group at theta."""
    pairs = zip(implied(problem, theta), problem.statistics, strict=True)
    return tuple(float(ml.value(i, s.cov, _mean(problem, s))) for i, s in pairs)


def objective(problem: Problem, theta: Array) -> float:
    """F = sum over groups of N_g / N F_g."""
    return sum(w * F for w, F in zip(problem.shares, discrepancies(problem, theta), strict=True))


def gradient(problem: Problem, theta: Array) -> Array:
    """Derivatives of the objective by the parameters, (k,)."""
    parts = [
        w * ml.gradient(layout, i, s.cov, _mean(problem, s))
        for w, layout, i, s in zip(
            problem.shares, problem.layouts, implied(problem, theta), problem.statistics, strict=True
        )
    ]
    return np.sum(parts, axis=0)


def expected_information(problem: Problem, theta: Array) -> Array:
    """Expected information of one observation, (k, k): half the expected Hessian of the objective."""
    parts = [
        w * ml.expected_information(layout, i, means=problem.spec.meanstructure)
        for w, layout, i in zip(problem.shares, problem.layouts, implied(problem, theta), strict=True)
    ]
    return np.sum(parts, axis=0)
