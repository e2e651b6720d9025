"""The filling of the sandwich: how the weighted sample moments vary, by the answers or by normal theory.

Every discrepancy weighs moments by some V; that of maximum likelihood is the normal-theory weight at the implied Sigma.
Moments of fixed exogenous variables are given, so their share in the variation is taken out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy import WEIGHTINGS, Weighting
from cocsem.estimation.discrepancy.least_squares import double, weighted_jacobian
from cocsem.estimation.discrepancy.part import Part
from cocsem.estimation.ordinal.variation import response_meat
from cocsem.estimation.problem import Problem, fixed_places, implied
from cocsem.estimation.scores import answers, casewise_scores, first_order_information
from cocsem.model.matrices import Implied, Layout
from cocsem.moments.asymptotic import casewise_moments, explained_cov, predict_from_fixed
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


def weight_at(problem: Problem, part: Part, at: Implied) -> tuple[Weighting, Any]:
    """Kind of weight and the weight itself of one group, as the discrepancy has it at the implied moments."""
    weighting = WEIGHTINGS.get(problem.method.discrepancy)
    if weighting is None:
        return WEIGHTINGS["gls"], np.linalg.inv(at.Sigma)
    return weighting, part.weight


def variation(problem: Problem) -> Callable[[Problem, Array], Array]:
    """Which filling says how the scores vary, (k, k): that of the standard errors, by way of moments where rows are complete."""
    if problem.method.missing == "fiml":
        return first_order_information
    return normal_meat if problem.method.se == "robust.sem.nt" else moment_meat


def moment_meat(problem: Problem, theta: Array) -> Array:
    """Delta' V Gamma V Delta with Gamma from the answers, (k, k), by way of the rows.

    References: browne1984; satorra1994
    """
    if problem.method.ordinal:
        return response_meat(problem, theta)
    total = np.zeros((problem.spec.n_free, problem.spec.n_free))
    for layout, at, part, stats in _groups(problem, theta):
        rows = _weighted_rows(problem, layout, at, part, stats)
        centred = rows - rows.mean(axis=0)
        total += part.share * (centred.T @ centred) / stats.n_obs
    return total


def _groups(problem: Problem, theta: Array) -> list[tuple[Layout, Implied, Part, SampleStatistics]]:
    return list(zip(problem.layouts, implied(problem, theta), problem.parts, problem.statistics, strict=True))


def _weighted_rows(problem: Problem, layout: Layout, at: Implied, part: Part, stats: SampleStatistics) -> Array:
    """What every row adds to Delta' V times the moments, (n, k), up to a constant."""
    means, fixed, data = problem.spec.meanstructure, fixed_places(problem.spec, stats), answers(stats, gaps=True)
    if problem.method.discrepancy not in WEIGHTINGS and problem.method.missing != "pairwise":
        origin = np.zeros(layout.p)
        rows = casewise_scores(layout, at, data - stats.mean, origin, means=means)
        given = predict_from_fixed(data, fixed)
        return rows - casewise_scores(layout, at, given, origin, means=means) if fixed else rows
    weighting, weight = weight_at(problem, part, at)
    VDelta = double(weighted_jacobian(weighting.weigh, weight, layout, at, means=means)).T
    return np.asarray(casewise_moments(data, means=means, fixed=fixed) @ VDelta)


def normal_meat(problem: Problem, theta: Array) -> Array:
    """Delta' V Gamma V Delta with Gamma of normal theory at the sample covariances, (k, k).

    With V Delta as a symmetric matrix G_k and a vector v_k for every parameter: 2 tr(G_k S G_l S) + v_k' S v_l, less the
    same with what fixed variables explain of S.

    References: browne1984
    """
    total = np.zeros((problem.spec.n_free, problem.spec.n_free))
    for layout, at, part, stats in _groups(problem, theta):
        weighting, weight = weight_at(problem, part, at)
        v, G = weighted_jacobian(weighting.weigh, weight, layout, at, means=problem.spec.meanstructure)
        given = explained_cov(part.cov, fixed_places(problem.spec, stats))
        meat = _products(G, part.cov) - _products(G, given)
        total += part.share * (meat if v is None else meat + v @ (part.cov - given) @ v.T)
    return total


def _products(G: Array, S: Array) -> Array:
    """2 tr(G_k S G_l S) for all pairs."""
    GS = G @ S
    shape = (len(GS), S.size)
    return np.asarray(2.0 * GS.reshape(shape) @ np.swapaxes(GS, -1, -2).reshape(shape).T)
