"""Standard errors of residual moments, from how the sample moments vary and what the estimates take of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.estimation.constraints import null_space
from cocsem.estimation.discrepancy.least_squares import Pair, double, moment_jacobian, stack, weighted_jacobian
from cocsem.estimation.discrepancy.least_squares import residuals as residual_moments
from cocsem.estimation.discrepancy.part import Part
from cocsem.estimation.incomplete_moments import incomplete_gamma, incomplete_weight
from cocsem.estimation.inference import invert
from cocsem.estimation.problem import Problem, fixed_places, implied
from cocsem.estimation.sandwich import weight_at
from cocsem.estimation.scores import answers
from cocsem.model.matrices import Implied, Layout, gather_means, mean_jacobian, sigma_jacobian
from cocsem.moments.asymptotic import casewise_moments, explained_cov, half_index
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]
_ROBUST = ("robust.sem", "robust.huber.white")
_EXACT = (
    1e-9  # a moment whose residual varies by less than this share of what the moment itself varies is fitted exactly
)


@dataclass(frozen=True, slots=True)
class _Spread:
    """One group on the way to standard errors: Delta and V Delta (p*, k), Gamma V Delta (p*, k), the diagonal of Gamma (p*,)."""

    Delta: Array
    VDelta: Array
    GammaVDelta: Array
    variances: Array


def standard_errors(problem: Problem, theta: Array) -> list[Pair]:
    """Standard errors of the residual moments of every group, 0 for moments that are fitted exactly.

    Var(r_g) = Gamma_g / N_g - 2 Delta_g C P_g' Gamma_g / N + Delta_g C (sum of w_h P_h' Gamma_h P_h) C Delta_g' / N, with P = V Delta,
    C = (sum of w_h Delta_h' V_h Delta_h)^-1 in the directions that constraints leave open, and w_h the share of group h.
    """
    spreads = [
        _spread(problem, *group)
        for group in zip(problem.layouts, implied(problem, theta), problem.parts, problem.statistics, strict=True)
    ]
    weights = problem.shares
    information = sum(w * (s.VDelta.T @ s.Delta) for w, s in zip(weights, spreads, strict=True))
    meat = sum(w * (s.VDelta.T @ s.GammaVDelta) for w, s in zip(weights, spreads, strict=True))
    C = invert(np.asarray(information), null_space(problem.spec, theta)[0])
    if C is None:
        raise EstimationError(
            "Standardized residuals need a regular information matrix, but that of this fit is singular."
        )
    out = []
    for share, s, layout in zip(weights, spreads, problem.layouts, strict=True):
        DC = s.Delta @ C
        rest = -2.0 * np.sum(DC * s.GammaVDelta, axis=1) + np.sum((DC @ meat) * DC, axis=1)
        variance = s.variances / share + rest
        variance = np.where(variance > _EXACT * s.variances / share, variance, 0.0) / problem.n_obs
        out.append(_unstacked(np.sqrt(variance), layout.p, means=problem.spec.meanstructure))
    return out


def _spread(problem: Problem, layout: Layout, at: Implied, part: Part, stats: SampleStatistics) -> _Spread:
    means, fixed = problem.spec.meanstructure, fixed_places(problem.spec, stats)
    Delta = moment_jacobian(layout, at, means=means)
    if stats.patterns is not None:
        gamma = incomplete_gamma(stats, fixed, problem.method.information, robust=problem.method.se in _ROBUST)
        VDelta = incomplete_weight(stats, at, problem.method.information) @ Delta
        return _Spread(Delta, VDelta, gamma @ VDelta, np.diag(gamma))
    v, G = _weighted(problem, layout, at, part)
    VDelta = double((v, G)).T
    if problem.method.discrepancy == "wls" or problem.method.se in _ROBUST:
        cases = casewise_moments(answers(stats, gaps=True), means=means, fixed=fixed)
        return _Spread(Delta, VDelta, cases.T @ (cases @ VDelta) / len(cases), np.mean(cases**2, axis=0))
    S, given = part.cov, explained_cov(part.cov, fixed)
    turned = 2.0 * (S @ G @ S - given @ G @ given)
    i, j = half_index(layout.p)

    def products(M: Array) -> Array:
        return np.asarray(np.diag(M)[i] * np.diag(M)[j] + M[i, j] ** 2)

    variances = products(S) - products(given)
    if means:
        variances = np.concatenate([np.diag(S - given), variances])
    return _Spread(Delta, VDelta, stack(None if v is None else v @ (S - given), turned).T, variances)


def _weighted(problem: Problem, layout: Layout, at: Implied, part: Part) -> Pair:
    """V Delta as a vector and a matrix for every parameter.

    Observed under maximum likelihood: with M = S + d d', G = (W X W M W + W M W X W - W X W) / 2 for X = dSigma, and what means
    and covariances have in common, W dmu d' W in G and W X W d in v.
    """
    means = problem.spec.meanstructure
    if problem.method.discrepancy != "ml" or problem.method.information != "observed":
        weighting, weight = weight_at(problem, part, at)
        return weighted_jacobian(weighting.weigh, weight, layout, at, means=means)
    W = np.linalg.inv(at.Sigma)
    d, D = residual_moments(at, part)
    e = np.zeros(layout.p) if d is None else W @ d
    X = W @ np.moveaxis(sigma_jacobian(layout, at), -1, 0) @ W
    turned = X @ (D + at.Sigma) @ W + X @ at.Sigma @ np.outer(e, e)
    G = (turned + np.swapaxes(turned, -1, -2) - X) / 2.0
    if d is None:
        return None, G
    u = gather_means(layout, mean_jacobian(layout, at)).T @ W
    mixed = u[:, :, None] * e
    return u + X @ d, G + (mixed + np.swapaxes(mixed, -1, -2)) / 2.0


def _unstacked(moments: Array, p: int, *, means: bool) -> Pair:
    i, j = half_index(p)
    out = np.zeros((p, p))
    out[i, j] = out[j, i] = moments[p:] if means else moments
    return (moments[:p] if means else None), out
