"""A model that has met its data but has not been solved yet, and the answer of an engine."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy import DISCREPANCIES, WEIGHTINGS
from cocsem.estimation.discrepancy.ordinal import make_target
from cocsem.estimation.discrepancy.part import Part
from cocsem.estimation.options import Method
from cocsem.model.layout import fix_moments, lay_out
from cocsem.model.matrices import Implied, Layout, imply
from cocsem.model.types import ModelSpec
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
        """Share of each group in the objective."""
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
    counts = tuple(s.n_obs - lost for s in statistics)
    weights = counts if not method.likely else tuple(s.n_obs for s in statistics)
    total = sum(weights)
    parts = tuple(_part(spec, s, method, n / total) for s, n in zip(statistics, weights, strict=True))
    return Problem(spec, statistics, _lay_out_groups(spec, statistics, lost), method, parts, counts)


def _part(spec: ModelSpec, stats: SampleStatistics, method: Method, share: float) -> Part:
    """What the discrepancy sees of a group: its moments with the divisor of the method, and its weight."""
    if stats.ordinal is not None and method.ordinal:
        return Part(stats.cov, None, share, make_target(method.discrepancy.removeprefix("ordinal."), stats.ordinal))
    cov = stats.cov * (stats.n_obs / (stats.n_obs - 1)) if method.unbiased else stats.cov
    mean, weighting = stats.mean if spec.meanstructure else None, WEIGHTINGS.get(method.discrepancy)
    if weighting is None:
        return Part(cov, mean, share, stats.patterns)
    fixed = fixed_places(spec, stats)
    return Part(cov, mean, share, weighting.make_weight(stats, cov, fixed, means=spec.meanstructure))


def by_rows(problem: Problem) -> Problem:
    """The same problem with its groups weighed by their rows, N_g / N: the objective of least squares counts N_g - 1, but
    information, standard errors and scaled tests weigh groups by rows, as lavaan does."""
    if len(problem.parts) == 1 or problem.method.likely:
        return problem
    pairs = zip(problem.parts, problem.statistics, strict=True)
    return replace(problem, parts=tuple(replace(part, share=s.n_obs / problem.n_obs) for part, s in pairs))


def fixed_places(spec: ModelSpec, stats: SampleStatistics) -> tuple[int, ...]:
    """Positions of the fixed exogenous variables among those of a group."""
    return tuple(stats.names.index(x) for x in spec.exogenous)


def respecify(problem: Problem, spec: ModelSpec) -> Problem:
    """Put another table of the same variables in the place of the model; what the discrepancy sees of the data stays."""
    return replace(problem, spec=spec, layouts=_lay_out_groups(spec, problem.statistics, int(problem.method.unbiased)))


def _lay_out_groups(spec: ModelSpec, statistics: tuple[SampleStatistics, ...], lost: int) -> tuple[Layout, ...]:
    return tuple(
        fix_moments(lay_out(spec, g), s.cov * (s.n_obs / (s.n_obs - lost)) if lost else s.cov, s.mean)
        for g, s in enumerate(statistics, start=1)
    )


@dataclass(frozen=True, slots=True)
class Point:
    """A problem at one set of parameters: what standard errors, tests, indices and tables are made of.

    theta : (k,), read-only. implied : moments of the groups. values : discrepancy F_g of each group.
    gradient : (k,) of the objective. information : (k, k) half its Hessian, expected or exact.
    found : what was computed at this point and is needed more than once.
    """

    problem: Problem
    theta: Array
    implied: tuple[Implied, ...]
    values: tuple[float, ...]
    gradient: Array
    information: Array
    found: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def value(self) -> float:
        """The objective F, the discrepancies of the groups weighed by their shares."""
        return float(sum(part.share * F for part, F in zip(self.problem.parts, self.values, strict=True)))


def evaluate(problem: Problem, theta: Array, *, exact: bool = False) -> Point | None:
    """Put the parameters (k,) into a problem; None where the model cannot be there (a Sigma is not positive definite).

    The information is the observed one where `exact` is asked for, else the expected one.
    """
    functions = DISCREPANCIES[problem.method.discrepancy]
    moments, found = [], []
    for layout, part in zip(problem.layouts, problem.parts, strict=True):
        at = imply(layout, theta)
        evaluation = functions.evaluate(layout, at, part, exact=exact)
        if evaluation is None:
            return None
        moments.append(at)
        found.append(evaluation)
    values = tuple(float(F) for F, _, _ in found)
    if len(found) == 1:
        return Point(problem, theta, tuple(moments), values, found[0][1], found[0][2])
    gradient = sum(share * slope for share, (_, slope, _) in zip(problem.shares, found, strict=True))
    information = sum(share * half for share, (_, _, half) in zip(problem.shares, found, strict=True))
    return Point(problem, theta, tuple(moments), values, np.asarray(gradient), np.asarray(information))


def implied(problem: Problem, theta: Array) -> tuple[Implied, ...]:
    """Implied moments of every group."""
    return tuple(imply(layout, theta) for layout in problem.layouts)


def discrepancies(problem: Problem, theta: Array) -> tuple[Array, ...]:
    """Discrepancy of every group at theta (..., k)."""
    function = DISCREPANCIES[problem.method.discrepancy].value
    return tuple(function(g, imply(g, theta), part) for g, part in zip(problem.layouts, problem.parts, strict=True))


def objective(problem: Problem, theta: Array) -> Array:
    """F = sum over groups of share_g F_g; the shares are N_g / N, and (N_g - 1) / sum (N_g - 1) for least squares."""
    return np.asarray(sum(p.share * F for p, F in zip(problem.parts, discrepancies(problem, theta), strict=True)))


def _over_groups(problem: Problem, theta: Array, name: str) -> Array:
    function = getattr(DISCREPANCIES[problem.method.discrepancy], name)
    pairs = zip(problem.layouts, problem.parts, strict=True)
    return np.asarray(sum(part.share * function(layout, imply(layout, theta), part) for layout, part in pairs))


def gradient(problem: Problem, theta: Array) -> Array:
    """Derivatives of the objective by the parameters, (..., k)."""
    return _over_groups(problem, theta, "gradient")


def half_gradient(problem: Problem, theta: Array) -> Array:
    """Half the gradient by row, (..., k), what score tests are made of: least squares counts N - 1 of N rows here, as in lavaan."""
    lost = problem.count / problem.n_obs if not problem.method.likely else 1.0
    return gradient(problem, theta) * (0.5 * lost)


def expected_information(problem: Problem, theta: Array) -> Array:
    """Expected information of one observation, (..., k, k): half the expected Hessian of the objective."""
    return _over_groups(problem, theta, "expected_information")


def observed_information(problem: Problem, theta: Array) -> Array:
    """Observed information of one observation, (..., k, k): half the exact Hessian of the objective."""
    return _over_groups(problem, theta, "observed_information")


def slopes(problem: Problem, theta: Array, *, exact: bool) -> tuple[Array, Array]:
    """Gradient (..., k) and observed (`exact`) or expected information (..., k, k) of the objective, for a batch of parameters."""
    half = observed_information if exact else expected_information
    if DISCREPANCIES[problem.method.discrepancy].joint is None:
        return gradient(problem, theta), half(problem, theta)
    total: list[Array] = [np.zeros(1), np.zeros(1)]
    for layout, part in zip(problem.layouts, problem.parts, strict=True):
        found = DISCREPANCIES[problem.method.discrepancy].evaluate(layout, imply(layout, theta), part, exact=exact)
        if found is None:
            return gradient(problem, theta), half(problem, theta)
        total = [have + part.share * more for have, more in zip(total, found[1:], strict=True)]
    return total[0], total[1]
