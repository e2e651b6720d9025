"""The scaled test of Yuan and Bentler, by way of the moments: the information of the saturated model weighs them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import null_space
from cocsem.estimation.incomplete_scores import moment_scores
from cocsem.estimation.inference import invert
from cocsem.estimation.problem import Problem, fixed_places, implied
from cocsem.estimation.scores import answers, first_order_information
from cocsem.model.matrices import Implied, Layout, gather_means, mean_jacobian, sigma_jacobian
from cocsem.moments.patterns import (
    Weighed,
    expected_moments_information,
    find_patterns,
    observed_moments_information,
    pair_index,
    weigh,
)
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]
Index = NDArray[np.intp]
_BREADS = {"expected": expected_moments_information, "observed": observed_moments_information}


class Traces(NamedTuple):
    """tr(U Gamma); tr(B A^-1) of the saturated model at its own moments, and how many these are; the same of the model."""

    residual: float
    saturated: float
    moments: int
    model: float


def yuan_bentler_traces(problem: Problem, theta: Array) -> Traces:
    """tr(U Gamma), with U = A - A Delta (Delta' A Delta)^-1 Delta' A over groups.

    A is the information of the saturated model about means and covariances at the implied ones, observed or expected as was asked
    for; Gamma = A^-1 B A^-1 at the sample's (under full information: estimated) moments, with B the cross-products of the scores.
    Moments of fixed exogenous variables among themselves take no part.

    References: yuan2000
    """
    groups = zip(problem.layouts, implied(problem, theta), problem.statistics, problem.shares, strict=True)
    k = problem.spec.n_free
    total, saturated, moments = 0.0, 0.0, 0
    outer, inner = np.zeros((2, k, k))
    for layout, at, stats, share in groups:
        kept = _moments_kept(layout.p, fixed_places(problem.spec, stats), means=problem.spec.meanstructure)
        mu = at.mu if problem.spec.meanstructure else stats.mean
        A = _information(problem, _met(stats, at.Sigma, mu), kept)
        own, crossed = _bread_and_meat(problem, stats, kept)
        influence = np.linalg.solve(own, crossed)
        Gamma = np.linalg.solve(own, influence.T)
        total += float(np.sum(A * Gamma))
        saturated, moments = saturated + float(np.trace(influence)), moments + len(kept)
        Delta = _moment_jacobian(layout, at)[kept]
        AD = A @ Delta
        outer += share * (Delta.T @ AD)
        inner += share * (AD.T @ Gamma @ AD)
    inverse = invert(outer, null_space(problem.spec, theta)[0])
    if inverse is None:
        return Traces(float("nan"), saturated, moments, float("nan"))
    scores = first_order_information(problem, theta)
    return Traces(total - float(np.sum(inverse * inner)), saturated, moments, float(np.sum(inverse * scores)))


def _met(stats: SampleStatistics, Sigma: Array, mu: Array) -> Weighed:
    return weigh(stats.patterns or find_patterns(answers(stats)), Sigma, mu)


def _information(problem: Problem, met: Weighed, kept: Index) -> Array:
    return _BREADS[problem.method.information](met)[np.ix_(kept, kept)]


def _bread_and_meat(problem: Problem, stats: SampleStatistics, kept: Index) -> tuple[Array, Array]:
    """Information of the saturated model at its own moments, and the cross-products of its scores."""
    met = _met(stats, stats.cov, stats.mean)
    rows = moment_scores(met, answers(stats), stats.mean)[:, kept]
    return _information(problem, met, kept), rows.T @ rows / len(rows)


def _moments_kept(p: int, fixed: tuple[int, ...], *, means: bool) -> Index:
    """Places of the moments that vary among (mu, vech Sigma): no means without their structure, none of fixed x among themselves."""
    rows, columns, _, _ = pair_index(p)
    among = np.isin(np.arange(p), fixed)
    free = np.concatenate([~among & means, ~(among[rows] & among[columns])])
    return np.flatnonzero(free)


def _moment_jacobian(layout: Layout, at: Implied) -> Array:
    """Derivatives (p + p*, k) of (mu, vech Sigma) by the parameters."""
    rows, columns, _, _ = pair_index(layout.p)
    return np.concatenate([gather_means(layout, mean_jacobian(layout, at)), sigma_jacobian(layout, at)[rows, columns]])
