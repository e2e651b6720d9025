"""The test statistic of a fit: the minimum of the discrepancy, or Browne's residual-based statistic where that is no chi-square."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.estimation.constraints import null_space
from cocsem.estimation.discrepancy import WEIGHTINGS
from cocsem.estimation.inference import invert
from cocsem.estimation.problem import (
    Point,
    Problem,
    discrepancies,
    expected_information,
    fixed_places,
    gradient,
    objective,
)

Array = NDArray[np.float64]
_WEIGHTS = {"browne.residual.nt": "gls", "browne.residual.adf": "wls"}
_ROUNDING = 1e-13  # a discrepancy is a difference of numbers around ln|S| + p, which carry this much rounding


def minimum_statistic(problem: Problem, theta: Array) -> float:
    """T = sum over groups of n_g F_g."""
    return float(sum(n * F for n, F in zip(problem.counts, discrepancies(problem, theta), strict=True)))


def residual_statistic(problem: Problem, theta: Array) -> float:
    """T = n r' (C - C Delta (Delta' C Delta)^-1 Delta' C) r with C the inverse of the Gamma of the sample, that of normal theory or
    (adf) of the answers.

    It is a chi-square statistic whatever consistent estimates it is computed at. C is the weight of generalized or weighted
    least squares, so that r' C r is its discrepancy and -2 Delta' C r its gradient.

    References: browne1984
    """
    at = _weighed(problem, _WEIGHTS[problem.method.test if problem.method.residual_test else "browne.residual.nt"])
    Z, _ = null_space(problem.spec, theta)
    slope, inverse = gradient(at, theta), invert(expected_information(at, theta), Z)
    if inverse is None:
        return float("nan")
    return float(at.count * (objective(at, theta) - slope @ inverse @ slope / 4.0))


def _weighed(problem: Problem, discrepancy: str) -> Problem:
    """The same moments, with the weight of least squares."""
    make, means = WEIGHTINGS[discrepancy].make_weight, problem.spec.meanstructure
    groups = zip(problem.parts, problem.statistics, strict=True)
    try:
        parts = tuple(replace(p, weight=make(s, p.cov, fixed_places(problem.spec, s), means=means)) for p, s in groups)
    except EstimationError as error:
        raise EstimationError(f'test="{problem.method.test}" weighs residuals as WLS does. {error}') from error
    return replace(problem, method=replace(problem.method, discrepancy=discrepancy), parts=parts)


def chisq(problem: Problem, theta: Array) -> float:
    """Return the statistic that the method tests the model by."""
    statistic = residual_statistic if problem.method.residual_test else minimum_statistic
    return statistic(problem, theta)


def chisq_at(point: Point) -> float:
    """Return it where the discrepancies are known already; those of a perfect fit are rounding, and count as zero."""
    if point.problem.method.residual_test:
        return residual_statistic(point.problem, point.theta)
    return float(sum(n * F for n, F in zip(point.problem.counts, point.values, strict=True) if abs(F) > _ROUNDING))
