"""A model that has met its data but has not been solved yet, and the answer of an engine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy import DISCREPANCIES
from cocsem.estimation.discrepancy.part import Part
from cocsem.estimation.options import Method
from cocsem.model.matrices import Implied, Layout, gather_means, imply, lay_out, mean_jacobian, sigma_jacobian
from cocsem.model.types import ModelSpec
from cocsem.moments.asymptotic import half_index
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Problem:
    """Spec, moments, method and matrix layouts, one layout and one set of moments per group.

    parts : what the discrepancy sees of each group; covariances with divisor N, or N - 1 under `method.unbiased`.
    counts : what each group counts in the test statistic, N or N - 1.
    """

    spec: ModelSpec
    statistics: tuple[SampleStatistics, ...]
    layouts: tuple[Layout, ...]
    method: Method
    parts: tuple[Part, ...]
    counts: tuple[int, ...]

    @property
    def covs(self) -> tuple[Array, ...]:
        """Covariance matrices of the groups as the discrepancy sees them."""
        return tuple(part.cov for part in self.parts)

    @property
    def count(self) -> int:
        """What all groups together count in the test statistic, the standard errors and the indices."""
        return sum(self.counts)

    @property
    def n_obs(self) -> int:
        """Rows used, over all groups."""
        return sum(s.n_obs for s in self.statistics)

    @property
    def shares(self) -> tuple[float, ...]:
        """Share of the rows in each group."""
        return tuple(part.share for part in self.parts)


@dataclass(frozen=True, slots=True)
class Solution:
    """What an engine found: the parameters, its own message, the iterations; nothing of its inference."""

    theta: Array
    message: str
    iterations: int
    engine: str


def pose(spec: ModelSpec, statistics: tuple[SampleStatistics, ...], method: Method | None = None) -> Problem:
    """Lay the model out for each group, with the moments of fixed exogenous variables filled in."""
    method = method or Method()
    lost = 1 if method.unbiased else 0
    layouts = []
    for g, stats in enumerate(statistics, start=1):
        at = [stats.names.index(x) for x in spec.exogenous]
        factor = stats.n_obs / (stats.n_obs - lost)
        layouts.append(lay_out(spec, g, stats.cov[np.ix_(at, at)] * factor, stats.mean[at]))
    total = sum(s.n_obs for s in statistics)
    parts = tuple(
        Part(s.cov * (s.n_obs / (s.n_obs - lost)), s.mean if spec.meanstructure else None, s.n_obs / total)
        for s in statistics
    )
    return Problem(spec, statistics, tuple(layouts), method, parts, tuple(s.n_obs - lost for s in statistics))


def implied(problem: Problem, theta: Array) -> tuple[Implied, ...]:
    """Implied moments of every group."""
    return tuple(imply(layout, theta) for layout in problem.layouts)


def discrepancies(problem: Problem, theta: Array) -> tuple[Array, ...]:
    """Discrepancy of every group at theta (..., k)."""
    function = DISCREPANCIES[problem.method.discrepancy].value
    return tuple(function(g, imply(g, theta), part) for g, part in zip(problem.layouts, problem.parts, strict=True))


def objective(problem: Problem, theta: Array) -> Array:
    """F = sum over groups of N_g / N F_g."""
    return np.asarray(sum(p.share * F for p, F in zip(problem.parts, discrepancies(problem, theta), strict=True)))


def _over_groups(problem: Problem, theta: Array, name: str) -> Array:
    function = getattr(DISCREPANCIES[problem.method.discrepancy], name)
    pairs = zip(problem.layouts, problem.parts, strict=True)
    return np.asarray(sum(part.share * function(layout, imply(layout, theta), part) for layout, part in pairs))


def gradient(problem: Problem, theta: Array) -> Array:
    """Derivatives of the objective by the parameters, (..., k)."""
    return _over_groups(problem, theta, "gradient")


def expected_information(problem: Problem, theta: Array) -> Array:
    """Expected information of one observation, (..., k, k): half the expected Hessian of the objective."""
    return _over_groups(problem, theta, "expected_information")


def observed_information(problem: Problem, theta: Array) -> Array:
    """Observed information of one observation, (..., k, k): half the exact Hessian of the objective."""
    return _over_groups(problem, theta, "observed_information")


def moment_jacobian(layout: Layout, at: Implied, *, means: bool) -> Array:
    """Delta: derivatives of the moments (means first, then the lower triangle of Sigma by columns) by the parameters, (p*, k)."""
    p = layout.p
    rows, columns = half_index(p)
    covariances = sigma_jacobian(layout, at)[rows, columns]
    if not means:
        return covariances
    return np.concatenate([gather_means(layout, mean_jacobian(layout, at)), covariances])
