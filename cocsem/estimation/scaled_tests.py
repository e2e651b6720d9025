"""Scaled test statistics for data that are not normal: T divided by what it would be on average, or moved and stretched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import null_space
from cocsem.estimation.inference import bread_of, invert
from cocsem.estimation.problem import Problem, expected_information, implied, moment_jacobian
from cocsem.estimation.scores import answers, first_order_information, moment_meat
from cocsem.moments.asymptotic import empirical_gamma, normal_weight

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScaledTest:
    """A scaled test: T_scaled = T / factor + shift on df degrees of freedom.

    average : tr(U Gamma) / df, what the robust indices divide by. h1, h0 : correction factors of the two log-likelihoods (MLR).
    """

    factor: float
    shift: float
    df: float
    average: float
    h1: float = np.nan
    h0: float = np.nan

    def scale(self, chisq: float) -> float:
        """Return the scaled statistic."""
        return chisq / self.factor + self.shift


def scaled_test(problem: Problem, theta: Array, df: int) -> ScaledTest:
    """Compute the scaling of the test statistic that the method asks for.

    satorra.bentler: c = tr(U Gamma) / df. mean.var.adjusted: df' = tr(U Gamma)^2 / tr((U Gamma)^2).
    scaled.shifted: T a + df - a tr(U Gamma) with a = sqrt(df / tr((U Gamma)^2)). yuan.bentler.mplus:
    c = (tr(B1 A1^-1) - tr(B0 A0^-1)) / df, from the saturated model (1) and this one (0).

    References: satorra1994, asparouhov2010, yuan2000
    """
    if df == 0:
        return ScaledTest(1.0, 0.0, 0.0, 1.0)
    if problem.method.test == "yuan.bentler.mplus":
        return _yuan_bentler(problem, theta, df)
    trace = saturated_trace(problem, theta, structured=True) - _model_trace(problem, theta)
    average = trace / df
    if problem.method.test == "satorra.bentler":
        return ScaledTest(average, 0.0, df, average)
    squared = trace_of_square(problem, theta)
    if problem.method.test == "mean.var.adjusted":
        adjusted = trace**2 / squared
        return ScaledTest(trace / adjusted, 0.0, adjusted, average)
    a = np.sqrt(df / squared)
    return ScaledTest(float(1.0 / a), float(df - a * trace), df, average)


def _yuan_bentler(problem: Problem, theta: Array, df: int) -> ScaledTest:
    Z, rank = null_space(problem.spec, theta)
    expected = invert(expected_information(problem, theta), Z)
    bread = bread_of(problem, theta, np.zeros(0) if expected is None else expected, Z)
    if bread is None:
        return ScaledTest(np.nan, 0.0, df, np.nan)
    h0 = float(np.sum(bread * first_order_information(problem, theta)))
    h1 = saturated_trace(problem, theta, structured=False)
    npar = problem.spec.n_free - rank
    written = sum(1 for row in problem.spec.rows if row.free)  # lavaan divides by the free rows, equated or not
    factor = (h1 - h0) / df
    return ScaledTest(factor, 0.0, df, factor, h1 / (npar + df), h0 / written)


def _model_trace(problem: Problem, theta: Array) -> float:
    Z, _ = null_space(problem.spec, theta)
    inverse = invert(expected_information(problem, theta), Z)
    return float("nan") if inverse is None else float(np.sum(inverse * moment_meat(problem, theta)))


def saturated_trace(problem: Problem, theta: Array, *, structured: bool) -> float:
    """tr(V Gamma) over groups, with V the normal-theory weight at the implied (`structured`) or the sample moments.

    Casewise: (mean (z' W z)^2 - tr(W S W S)) / 2, and tr(W S) for the means; moments among fixed exogenous x, which the
    model does not explain, are taken out.
    """
    total = 0.0
    for at, stats in zip(implied(problem, theta), problem.statistics, strict=True):
        W = _inverse(at.Sigma if structured else stats.cov)
        total += _trace(W, stats.cov, answers(stats) - stats.mean, means=problem.spec.meanstructure)
        x = [stats.names.index(v) for v in problem.spec.exogenous]
        if x:
            Sx = stats.cov[np.ix_(x, x)]
            Wx = _inverse(at.Sigma[np.ix_(x, x)] if structured else Sx)
            total -= _trace(Wx, Sx, (answers(stats) - stats.mean)[:, x], means=problem.spec.meanstructure)
    return total


def _inverse(matrix: Array) -> Array:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _trace(W: Array, S: Array, z: Array, *, means: bool) -> float:
    squares = np.einsum("ip,pq,iq->i", z, W, z)
    WS = W @ S
    covariances = 0.5 * (float(np.mean(squares**2)) - float(np.sum(WS * WS.T)))
    return covariances + (float(np.trace(WS)) if means else 0.0)


def trace_of_square(problem: Problem, theta: Array) -> float:
    """tr((U Gamma)^2) with U = V - V Delta (Delta' V Delta)^-1 Delta' V, by way of the moments (p* x p*)."""
    Z, _ = null_space(problem.spec, theta)
    inverse = invert(expected_information(problem, theta), Z)
    if inverse is None:
        return float("nan")
    moments, lost = [], problem.spec.meanstructure
    for layout, at, stats, share in zip(
        problem.layouts, implied(problem, theta), problem.statistics, problem.shares, strict=True
    ):
        D = moment_jacobian(layout, at, means=lost)
        V = normal_weight(at.Sigma, means=lost) * share
        G = empirical_gamma(answers(stats), means=lost) / share
        moments.append((V, V @ D, G))
    total = 0.0
    for g, (V, VD, G) in enumerate(moments):
        for h, (_, other, H) in enumerate(moments):
            U = -VD @ inverse @ other.T + (V if g == h else 0.0)
            total += float(np.sum((G @ U) * (U @ H)))
    return total
