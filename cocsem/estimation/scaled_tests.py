"""Scaled test statistics for data that are not normal: T divided by what it would be on average, or moved and stretched."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import null_space
from cocsem.estimation.discrepancy import WEIGHTINGS
from cocsem.estimation.discrepancy.least_squares import double, weighted_jacobian
from cocsem.estimation.incomplete_scores import incomplete_trace
from cocsem.estimation.inference import bread_of, invert, invert_away
from cocsem.estimation.likelihood import count_moments
from cocsem.estimation.moment_weights import Traces, yuan_bentler_traces
from cocsem.estimation.ordinal.traces import model_traces
from cocsem.estimation.ordinal.variation import vary
from cocsem.estimation.problem import Problem, expected_information, fixed_places, implied, observed_information
from cocsem.estimation.sandwich import moment_meat, weight_at
from cocsem.estimation.scores import answers, first_order_information
from cocsem.moments.asymptotic import casewise_moments, empirical_gamma, predict_from_fixed

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

    satorra.bentler and yuan.bentler: c = tr(U Gamma) / df, U being made of the expected information, for the second one of what was
    asked for. mean.var.adjusted: df' = tr(U Gamma)^2 / tr((U Gamma)^2).
    scaled.shifted: T a + df - a tr(U Gamma) with a = sqrt(df / tr((U Gamma)^2)). yuan.bentler.mplus:
    c = (tr(B1 A1^-1) - tr(B0 A0^-1)) / df, from the saturated model (1) and this one (0).

    References: satorra1994, asparouhov2010, yuan2000
    """
    if df == 0:
        return ScaledTest(1.0, 0.0, 0.0, 1.0)
    if problem.method.test == "yuan.bentler.mplus":
        return _yuan_bentler(problem, theta, df)
    if problem.method.test == "yuan.bentler":
        traces = _yuan_bentler_traces(problem, theta)
        factor = traces.residual / df
        return ScaledTest(factor, 0.0, df, factor, traces.saturated / traces.moments, traces.model / _written(problem))
    return by_traces(problem.method.test, df, *traces_of(problem, theta))


def traces_of(problem: Problem, theta: Array) -> tuple[float, float]:
    """tr(U Gamma), and tr((U Gamma)^2) where the test needs it (else not a number)."""
    if problem.method.ordinal:
        return model_traces(vary(problem, theta), null_space(problem.spec, theta)[0])
    trace = weighted_trace(problem, theta) - _model_trace(problem, theta)
    return trace, np.nan if problem.method.test == "satorra.bentler" else trace_of_square(problem, theta)


def _yuan_bentler_traces(problem: Problem, theta: Array) -> Traces:
    """What the test of Yuan and Bentler is made of; of complete rows under the expected information without p* x p* matrices."""
    if problem.method.information != "expected" or any(stats.patterns is not None for stats in problem.statistics):
        return yuan_bentler_traces(problem, theta)
    residual = weighted_trace(problem, theta) - _model_trace(problem, theta)
    return Traces(residual, saturated_trace(problem), count_moments(problem), likelihood_trace(problem, theta))


def by_traces(test: str, df: int, trace: float, squared: float) -> ScaledTest:
    """The scaled test of that name from tr(U Gamma) and tr((U Gamma)^2)."""
    if not df:
        return ScaledTest(1.0, 0.0, 0.0, 1.0)
    average = trace / df
    if test == "satorra.bentler":
        return ScaledTest(average, 0.0, df, average)
    if test == "mean.var.adjusted":
        adjusted = trace**2 / squared
        return ScaledTest(trace / adjusted, 0.0, adjusted, average)
    a = np.sqrt(df / squared)
    return ScaledTest(float(1.0 / a), float(df - a * trace), df, average)


def _yuan_bentler(problem: Problem, theta: Array, df: int) -> ScaledTest:
    h0, h1 = likelihood_trace(problem, theta), saturated_trace(problem)
    npar = problem.spec.n_free - null_space(problem.spec, theta)[1]
    factor = (h1 - h0) / df
    return ScaledTest(factor, 0.0, df, factor, h1 / (npar + df), h0 / _written(problem))


def _written(problem: Problem) -> int:
    """The free rows, equated or not, which lavaan divides by."""
    return max(1, sum(1 for row in problem.spec.rows if row.free))


def likelihood_trace(problem: Problem, theta: Array) -> float:
    """tr(B0 A0^-1) of a model: cross-products of the scores in the inverse of the information that was asked for.

    The difference test of 2010 asks for it at the estimates of a narrower model, where the observed information may be indefinite.
    """
    Z, _ = null_space(problem.spec, theta)
    expected = invert(expected_information(problem, theta), Z)
    bread = bread_of(problem, theta, np.zeros(0) if expected is None else expected, Z)
    if bread is None and problem.method.information == "observed":
        bread = invert_away(observed_information(problem, theta), Z)
    return float("nan") if bread is None else float(np.sum(bread * first_order_information(problem, theta)))


def _model_trace(problem: Problem, theta: Array) -> float:
    Z, _ = null_space(problem.spec, theta)
    inverse = invert(expected_information(problem, theta), Z)
    return float("nan") if inverse is None else float(np.sum(inverse * moment_meat(problem, theta)))


def weighted_trace(problem: Problem, theta: Array) -> float:
    """tr(V Gamma) over groups, with V the weight of the discrepancy and Gamma from the answers.

    Maximum likelihood, casewise, with e the part of z = x - xbar that fixed variables explain and T the covariances of e:
    (mean ((z' W z)^2 - 2 (z' W e)^2 + (e' W e)^2) - tr(W (S - T) W (S - T))) / 2, and tr(W (S - T)) for the means.
    """
    total, means = 0.0, problem.spec.meanstructure
    for at, part, stats in zip(implied(problem, theta), problem.parts, problem.statistics, strict=True):
        data, fixed = answers(stats, gaps=True), fixed_places(problem.spec, stats)
        weighting, weight = weight_at(problem, part, at)
        if problem.method.discrepancy in WEIGHTINGS or problem.method.missing == "pairwise":
            cases = casewise_moments(data, means=means, fixed=fixed)
            total += float(np.sum((cases @ weighting.dense(weight, at.Sigma.shape[-1], means=means)) * cases)) / len(
                cases
            )
        else:
            total += _normal_trace(weight, data - data.mean(axis=0), predict_from_fixed(data, fixed), means=means)
    return total


def _normal_trace(W: Array, z: Array, e: Array, *, means: bool) -> float:
    fourth = (
        np.sum((z @ W) * z, axis=1) ** 2 - 2.0 * np.sum((z @ W) * e, axis=1) ** 2 + np.sum((e @ W) * e, axis=1) ** 2
    )
    WS = W @ (z.T @ z - e.T @ e) / len(z)
    covariances = 0.5 * (float(np.mean(fourth)) - float(np.sum(WS * WS.T)))
    return covariances + (float(np.trace(WS)) if means else 0.0)


def saturated_trace(problem: Problem) -> float:
    """tr(B1 A1^-1) of the saturated model over groups: the normal-theory weight at the sample moments times their Gamma.

    Casewise: (mean (z' W z)^2 - tr(W S W S)) / 2, and tr(W S) for the means; what moments among fixed exogenous x give by
    themselves is taken out.
    """
    total, means = 0.0, problem.spec.meanstructure
    for stats in problem.statistics:
        z, x = answers(stats) - stats.mean, list(fixed_places(problem.spec, stats))
        if stats.patterns is not None:
            total += incomplete_trace(stats, problem.method.information)
        else:
            total += _trace(_inverse(stats.cov), stats.cov, z, means=means)
        if x:
            Sx = stats.cov[np.ix_(x, x)]
            total -= _trace(_inverse(Sx), Sx, z[:, x], means=means)
    return total


def _inverse(matrix: Array) -> Array:
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def _trace(W: Array, S: Array, z: Array, *, means: bool) -> float:
    squares = ((z @ W) * z).sum(axis=1)
    WS = W @ S
    covariances = 0.5 * (float(np.mean(squares**2)) - float(np.sum(WS * WS.T)))
    return covariances + (float(np.trace(WS)) if means else 0.0)


def trace_of_square(problem: Problem, theta: Array) -> float:
    """tr((U Gamma)^2) with U = V - V Delta (Delta' V Delta)^-1 Delta' V, by way of the moments (p* x p*)."""
    Z, _ = null_space(problem.spec, theta)
    inverse = invert(expected_information(problem, theta), Z)
    if inverse is None:
        return float("nan")
    moments, means = [], problem.spec.meanstructure
    for layout, at, part, stats in zip(
        problem.layouts, implied(problem, theta), problem.parts, problem.statistics, strict=True
    ):
        weighting, weight = weight_at(problem, part, at)
        V = weighting.dense(weight, layout.p, means=means) * part.share
        VD = double(weighted_jacobian(weighting.weigh, weight, layout, at, means=means)).T * part.share
        G = (
            empirical_gamma(answers(stats, gaps=True), means=means, fixed=fixed_places(problem.spec, stats))
            / part.share
        )
        moments.append((V, VD, G))
    total = 0.0
    for g, (V, VD, G) in enumerate(moments):
        for h, (_, other, H) in enumerate(moments):
            U = -VD @ inverse @ other.T + (V if g == h else 0.0)
            total += float(np.sum((G @ U) * (U @ H)))
    return total
