"""The goodness of fit index, estimated without bias: what the model explains of the standardized moments in the population.

With p observed variables and the noncentrality lambda of the residual-based statistic T, GFI = p / (p + 2 lambda / N).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import is_restricted, null_space
from cocsem.estimation.discrepancy import gls
from cocsem.estimation.discrepancy.least_squares import inner, residuals, weighted_slope
from cocsem.estimation.distributions import noncentrality_at
from cocsem.estimation.likelihood import TestNumbers
from cocsem.estimation.problem import Point
from cocsem.estimation.scaled_tests import ScaledTest
from cocsem.moments.positive import solve_positive

Array = NDArray[np.float64]
_LEVEL = 0.90


def gfi(noncentrality: float, p: int, n: float) -> float:
    """Goodness of fit index p / (p + 2 lambda / N), lambda = max(T - df, 0). References: maiti1990

    >>> round(gfi(81.3677 - 24, 9, 301), 4)
    0.9594
    """
    return p / (p + 2.0 * max(noncentrality, 0.0) / n)


def gfi_indices(T: float, p: int, numbers: TestNumbers) -> dict[str, float]:
    """Compute gfi with its interval, from the noncentralities that put the residual-based T at the two tails."""
    tail, n, df = (1.0 - _LEVEL) / 2.0, numbers.count, numbers.df
    return {
        "gfi": gfi(T - df, p, n),
        "gfi_ci_lower": gfi(noncentrality_at(T, df, tail), p, n) if df else 1.0,
        "gfi_ci_upper": gfi(noncentrality_at(T, df, 1.0 - tail), p, n) if df else 1.0,
        "gfi_ci_level": _LEVEL,
    }


def robust_gfi(T: float, p: int, numbers: TestNumbers, model: ScaledTest) -> dict[str, float]:
    """GFI from T - c df, c the average scaling; its interval from the scaled statistic, lambda times the scaling factor.

    References: brosseauliard2012
    """
    n, df, tail = numbers.count, numbers.df, (1.0 - _LEVEL) / 2.0
    if not df:
        return {"gfi_robust": 1.0, "gfi_ci_lower_robust": 1.0, "gfi_ci_upper_robust": 1.0}
    scaled = model.scale(T)
    return {
        "gfi_robust": gfi(T - model.average * df, p, n),
        "gfi_ci_lower_robust": gfi(model.factor * noncentrality_at(scaled, df, tail), p, n),
        "gfi_ci_upper_robust": gfi(model.factor * noncentrality_at(scaled, df, 1.0 - tail), p, n),
    }


@dataclass(frozen=True, slots=True)
class Weighed:
    """Residuals r of the sample moments of one group under the normal-theory weight V at the implied moments.

    W : (p, p) inverse of the implied covariances. v, G : V r as a vector (None without a mean structure) and a symmetric matrix.
    square : r' V r.
    """

    W: Array
    v: Array | None
    G: Array
    square: float


def weigh_residuals(point: Point) -> tuple[Weighed, ...]:
    """Weigh the residuals of every group."""
    out = []
    for at, part in zip(point.implied, point.problem.parts, strict=True):
        W = np.asarray(np.linalg.inv(at.Sigma), dtype=np.float64)
        r = residuals(at, part)
        weighed = gls.weigh(W, *r)
        out.append(Weighed(W, *weighed, float(inner(r, weighed))))
    return tuple(out)


def residual_chisq(point: Point, numbers: TestNumbers, weighed: tuple[Weighed, ...]) -> float:
    """T = N r' (V - V Delta (Delta' V Delta)^-1 Delta' V) r with V the normal-theory weight at the implied moments.

    With incomplete rows there are no such residuals, and T is the likelihood ratio.

    References: browne1984
    """
    problem, k = point.problem, point.problem.spec.n_free
    if problem.method.discrepancy == "fiml":
        return numbers.chisq
    total, slope = sum(part.share * w.square for part, w in zip(problem.parts, weighed, strict=True)), np.zeros(k)
    if problem.method.discrepancy == "ml" and not problem.spec.meanstructure:
        return (
            problem.count * total
        )  # Delta' V r is half the gradient of maximum likelihood, which is zero at its minimum
    for layout, at, part, w in zip(problem.layouts, point.implied, problem.parts, weighed, strict=True):
        slope += part.share * weighted_slope(layout, at, w.v, w.G)
    information = _normal_information(point, weighed)
    if is_restricted(problem.spec):
        Z, _ = null_space(problem.spec, point.theta)
        slope, information = Z.T @ slope, Z.T @ information @ Z
    x = solve_positive(information, slope)
    return float("nan") if x is None else float(problem.count * (total - slope @ x))


def _normal_information(point: Point, weighed: tuple[Weighed, ...]) -> Array:
    """Delta' V Delta over the groups; what maximum likelihood has for its expected information."""
    problem = point.problem
    if problem.method.discrepancy == "ml" and problem.method.information != "observed":
        return point.information
    out = np.zeros_like(point.information)
    for layout, at, part, w in zip(problem.layouts, point.implied, problem.parts, weighed, strict=True):
        out += part.share * gls.information(layout, at, w.W, means=part.mean is not None)
    return out
