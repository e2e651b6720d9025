"""Robust indices under missing answers: what CFI, TLI and RMSEA would be if all had answered.

The likelihood of incomplete rows weighs misfit by how many answered, so its indices drift with the amount of missing answers.
Instead the estimates are put into the complete-data discrepancy with the moments of the saturated model, F_C, and

    E(N F_C) = k = tr(V R Gamma R')    R = I - Delta (Delta' A Delta)^-1 Delta' A

when the model holds: A is the information of the answers given about the moments, Gamma = A^-1 (with robust tests
A^-1 B A^-1) the covariance matrix of the saturated estimates, V the complete-data weight (zhang2023).
The information in the inverse is of the kind that was asked for; by default all of it is the observed one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.baseline import pose_baseline
from cocsem.estimation.constraints import null_space
from cocsem.estimation.discrepancy import ml
from cocsem.estimation.discrepancy.fiml import moments_jacobian
from cocsem.estimation.fit_indices.goodness_of_fit import robust_gfi
from cocsem.estimation.fit_indices.scaled import robust_comparative, robust_rmsea
from cocsem.estimation.fit_indices.weighted_squares import incomplete_squares, lisrel_indices
from cocsem.estimation.incomplete_moments import among
from cocsem.estimation.incomplete_scores import moment_scores, patterns_of
from cocsem.estimation.likelihood import TestNumbers
from cocsem.estimation.problem import Problem, fixed_places, implied
from cocsem.estimation.scaled_tests import ScaledTest
from cocsem.moments.asymptotic import normal_weight
from cocsem.moments.patterns import Weighed, expected_moments_information, observed_moments_information, weigh
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Group:
    """V, A Gamma V, A Gamma A and the information asked for, of one group for the moments `kept` (all but those of fixed
    exogenous x), and tr(V Gamma)."""

    kept: NDArray[np.bool_]
    V: Array
    AGV: Array
    AGA: Array
    information: Array
    trace: float


def incomplete_indices(problem: Problem, theta: Array, numbers: TestNumbers) -> dict[str, float]:
    """Compute robust CFI, TLI and RMSEA (with interval and tests) from incomplete rows.

    References: zhang2023
    """
    groups = [_group(problem, stats) for stats in problem.statistics]
    base, at = pose_baseline(problem)
    T, T_b = complete_chisq(problem, theta), complete_chisq(base, at)
    c = _expected_chisq(problem, theta, groups) / max(numbers.df, 1)
    c_b = _expected_chisq(base, at, groups) / max(numbers.df_baseline, 1)
    complete = replace(numbers, chisq=T, chisq_baseline=T_b)
    model, baseline = ScaledTest(c, 0.0, numbers.df, c), ScaledTest(c_b, 0.0, numbers.df_baseline, c_b)
    p = len(problem.spec.observed)
    return (
        robust_comparative(complete, model, baseline)
        | robust_rmsea(complete, model)
        | robust_gfi(T, p, complete, model)
        | lisrel_indices(incomplete_squares(problem, theta), numbers.df)
    )


def complete_chisq(problem: Problem, theta: Array) -> float:
    """N F_C: the complete-data discrepancy at these estimates, with the moments of the saturated model."""
    values = zip(problem.statistics, problem.layouts, implied(problem, theta), problem.parts, strict=True)
    return float(sum(s.n_obs * ml.value(layout, at, part) for s, layout, at, part in values))


def _group(problem: Problem, stats: SampleStatistics) -> _Group:
    """Moments of fixed x are given; those of random x are the model's own (it leaves them free), so they have no weight."""
    met = weigh(patterns_of(stats)[0], stats.cov, stats.mean)
    kept = ~among(len(stats.mean), fixed_places(problem.spec, stats))
    free = among(len(stats.mean), tuple(stats.names.index(x) for x in problem.spec.covariates))
    V = normal_weight(stats.cov, means=True)
    V[free], V[:, free] = 0.0, 0.0
    some = np.ix_(kept, kept)
    V, A = V[some], observed_moments_information(met)[some]
    asked = _information(problem, stats, met)[some]
    if not problem.method.scaled:
        return _Group(kept, V, V, asked, asked, float(np.sum(np.linalg.inv(A) * V)))
    B = _cross_products(met, stats)[some]
    AGV = B @ np.linalg.solve(A, V)
    return _Group(kept, V, AGV, B, asked, float(np.trace(np.linalg.solve(A, AGV))))


def _information(problem: Problem, stats: SampleStatistics, met: Weighed) -> Array:
    """Information of the saturated moments, of the kind that was asked for."""
    if problem.method.information == "first.order":
        return _cross_products(met, stats)
    expected = problem.method.information == "expected"
    return expected_moments_information(met) if expected else observed_moments_information(met)


def _cross_products(met: Weighed, stats: SampleStatistics) -> Array:
    scores = moment_scores(met, patterns_of(stats)[1], stats.mean)
    return np.asarray(scores.T @ scores / len(scores))


def _expected_chisq(problem: Problem, theta: Array, groups: list[_Group]) -> float:
    """k = tr(V Gamma) - 2 tr(C Delta' A Gamma V Delta) + tr(C Delta' V Delta C Delta' A Gamma A Delta), C = (Delta' I Delta)^-1
    with the information I that was asked for."""
    Z, _ = null_space(problem.spec, theta)
    size = Z.shape[1]
    weight, information, mixed, meat = (np.zeros((size, size)) for _ in range(4))
    for g, layout, moments, share in zip(groups, problem.layouts, implied(problem, theta), problem.shares, strict=True):
        D = moments_jacobian(layout, moments)[g.kept] @ Z
        weight += share * D.T @ g.V @ D
        information += share * D.T @ g.information @ D
        mixed += share * D.T @ g.AGV @ D
        meat += share * D.T @ g.AGA @ D
    C = np.linalg.pinv(information, hermitian=True)
    return float(sum(g.trace for g in groups) - 2.0 * np.sum(C * mixed.T) + np.sum((C @ weight) * (C @ meat).T))
