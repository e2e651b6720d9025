"""The scaled test of robust maximum likelihood for the model and its baseline at once, from what the fit has computed already."""

from __future__ import annotations

import numpy as np

from cocsem.estimation.baseline import pose_baseline
from cocsem.estimation.likelihood import TestNumbers
from cocsem.estimation.problem import Point, Problem
from cocsem.estimation.scaled_tests import ScaledTest, likelihood_trace, saturated_trace
from cocsem.estimation.scores import answers
from cocsem.moments.types import SampleStatistics


def likelihood_tests(point: Point, vcov: np.ndarray, numbers: TestNumbers) -> tuple[ScaledTest, ScaledTest]:
    """Scaling of the test statistics of the model and of its baseline, c = (tr(B1 A1^-1) - tr(B0 A0^-1)) / df.

    References: yuan2000
    """
    problem = point.problem
    h1 = saturated_trace(problem)
    h0 = _model_trace(point, vcov)
    written = sum(1 for row in problem.spec.rows if row.free)  # lavaan divides by the free rows, equated or not
    model, base = _scaling(h1, h0, numbers.df), _scaling(h1, _baseline_trace(problem), numbers.df_baseline)
    if not numbers.df:
        return model, base
    return ScaledTest(model.factor, 0.0, model.df, model.average, h1 / numbers.n_moments, h0 / max(written, 1)), base


def _scaling(h1: float, h0: float, df: int) -> ScaledTest:
    return ScaledTest((h1 - h0) / df, 0.0, df, (h1 - h0) / df) if df else ScaledTest(1.0, 0.0, 0.0, 1.0)


def _model_trace(point: Point, vcov: np.ndarray) -> float:
    """tr(B A^-1) = N tr(V A) with the robust covariance matrix V = A^-1 B A^-1 / N of the estimates."""
    method = point.problem.method
    if method.se == "robust.huber.white" and method.information != "first.order":
        return float(point.problem.count * np.sum(vcov * point.information))
    return likelihood_trace(point.problem, point.theta)


def _baseline_trace(problem: Problem) -> float:
    """The same for the independence model, whose variances and means stand each by itself."""
    plain = not problem.spec.covariates and problem.method.information != "first.order"
    if plain and all(stats.patterns is None for stats in problem.statistics):
        return sum(_independence_trace(stats, means=problem.spec.meanstructure) for stats in problem.statistics)
    return likelihood_trace(*pose_baseline(problem))


def _independence_trace(stats: SampleStatistics, *, means: bool) -> float:
    """sum_i (mean (z_i^4) / s_ii^2 - 1) / 2, and p for the means."""
    squares = (answers(stats) - stats.mean) ** 2
    variances = stats.cov.diagonal()
    kurtoses = (squares**2).mean(axis=0) / variances**2
    return float((kurtoses - 1.0).sum() / 2.0) + (len(variances) if means else 0)
