"""Log-likelihoods, test statistic and baseline model: numbers the fit indices are arithmetic on."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.baseline import pose_baseline
from cocsem.estimation.chisq import chisq, chisq_at
from cocsem.estimation.discrepancy.part import Part
from cocsem.estimation.ordinal.traces import baseline_test
from cocsem.estimation.problem import Point, Problem
from cocsem.model.response_moments import responses_of
from cocsem.moments.missing import baseline_chisq
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TestNumbers:
    """chi-square and degrees of freedom of the model and of its baseline; log-likelihoods of model and saturated model.

    fmin : half the discrepancy per row. logl, logl_saturated : nan where the estimator has no likelihood.
    is_chisq : whether chisq has, under normality, a chi-square distribution.
    n : rows used; count : what they count in the test statistic (N, or N less one for each group); groups : number of groups.
    """

    __test__ = False  # not a test class, whatever its name says to pytest

    chisq: float
    df: int
    chisq_baseline: float
    df_baseline: int
    fmin: float
    logl: float
    logl_saturated: float
    is_chisq: bool
    npar: int
    n_moments: int
    n: int
    count: int
    groups: int


def logl_saturated(stats: SampleStatistics, part: Part, names: tuple[str, ...]) -> float:
    """Normal log-likelihood of the saturated model for some of the variables: -N/2 (p ln 2 pi + ln|S| + p).

    With missing answers, of all answers given; some of the variables are then those that every row answers.
    """
    if not names:
        return 0.0
    if stats.patterns is not None and names == stats.names:
        return -0.5 * (stats.patterns.answers * math.log(2 * math.pi) + stats.n_obs * stats.patterns.deviance)
    at = [stats.names.index(n) for n in names]
    logdet = part.logdet if names == stats.names else np.linalg.slogdet(part.cov[np.ix_(at, at)])[1]
    return float(-0.5 * stats.n_obs * (len(at) * math.log(2 * math.pi) + logdet + len(at)))


def test_numbers(point: Point, rank: int = 0) -> TestNumbers:
    """Compute test statistic, degrees of freedom and log-likelihoods.

    T = sum N_g F_g (N_g - 1 under `likelihood="wishart"` and least squares); ln L = ln L_saturated - T/2, where the likelihood of fixed exogenous x is left out of both.
    df counts the sample moments, less those of fixed exogenous x, less the free parameters plus the rank of the equality constraints.

    References: bollen1989, ch. 7; rosseel2012
    """
    problem, spec = point.problem, point.problem.spec
    squares = not problem.method.likely
    fmin = point.value / 2.0
    n_moments, npar = count_moments(problem), spec.n_free - rank
    tested = squares or problem.method.residual_test
    baseline, df_baseline = _tested_baseline(problem) if tested else _normal_baseline(problem)
    logl, saturated = (math.nan, math.nan) if squares else _likelihoods(problem, fmin)
    return TestNumbers(
        chisq=chisq_at(point),
        df=n_moments - npar,
        chisq_baseline=baseline,
        df_baseline=df_baseline,
        fmin=fmin * problem.count / problem.n_obs if squares else fmin,
        logl=logl,
        logl_saturated=saturated,
        is_chisq=problem.method.discrepancy.removeprefix("ordinal.") not in ("uls", "dwls")
        or problem.method.residual_test,
        npar=npar,
        n_moments=n_moments,
        n=problem.n_obs,
        count=problem.count,
        groups=len(problem.statistics),
    )


def _likelihoods(problem: Problem, fmin: float) -> tuple[float, float]:
    saturated = sum(
        logl_saturated(s, part, s.names) - logl_saturated(s, part, problem.spec.exogenous)
        for s, part in zip(problem.statistics, problem.parts, strict=True)
    )
    return saturated - problem.n_obs * fmin, saturated


def _tested_baseline(problem: Problem) -> tuple[float, int]:
    if problem.method.ordinal:
        return baseline_test(problem)[:2]
    base, at = pose_baseline(problem)
    return chisq(base, at), count_moments(base) - base.spec.n_free


def _normal_baseline(problem: Problem) -> tuple[float, int]:
    x = problem.spec.covariates
    groups = zip(problem.statistics, problem.parts, problem.counts, strict=True)
    tests = [_baseline(s, part, n, x) for s, part, n in groups]
    return sum(T for T, _ in tests), sum(df for _, df in tests)


def count_moments(problem: Problem) -> int:
    """Sample moments that the model explains: variances, covariances and (with a mean structure) means, less those of fixed x."""
    if problem.method.ordinal:
        return sum(responses_of(layout).n_moments for layout in problem.layouts)
    means = problem.spec.meanstructure
    x = len(problem.spec.exogenous)

    def moments(p: int) -> int:
        return p * (p + 1) // 2 + (p if means else 0)

    return sum(moments(len(s.names)) - moments(x) for s in problem.statistics)


def _baseline(stats: SampleStatistics, part: Part, count: int, exogenous: tuple[str, ...]) -> tuple[float, int]:
    """Independence model with the covariances of exogenous x left free: T_b = N (ln|diag S_y| + ln|S_x| - ln|S|)."""
    if stats.patterns is not None:
        p, fixed = len(stats.names), len(exogenous)
        return baseline_chisq(stats, exogenous), p * (p - 1) // 2 - fixed * (fixed - 1) // 2
    y = [i for i, n in enumerate(stats.names) if n not in exogenous]
    x = [i for i, n in enumerate(stats.names) if n in exogenous]
    free = float(np.log(part.cov.diagonal()[y]).sum())
    logdet_x = np.linalg.slogdet(part.cov[np.ix_(x, x)])[1] if x else 0.0
    T = count * (free + logdet_x - part.logdet)
    return float(T), len(y) * (len(y) - 1) // 2 + len(y) * len(x)
