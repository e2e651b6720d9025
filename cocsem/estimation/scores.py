"""Casewise derivatives of the normal log-likelihood: the material of robust standard errors and scaled tests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.estimation.incomplete_scores import incomplete_scores
from cocsem.estimation.problem import Problem, implied
from cocsem.model.matrices import Implied, Layout, gather, gather_means, mean_jacobian
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


def answers(stats: SampleStatistics, *, gaps: bool = False) -> Array:
    """Return the rows of a group; robust statistics need them. Those behind pairwise moments only where `gaps` are allowed."""
    if stats.data is None:
        raise EstimationError(
            'Robust standard errors and tests need the answers; only moments were given. Use estimator="ML".'
        )
    if stats.patterns is None and not gaps and np.isnan(stats.data).any():
        raise EstimationError(
            'Pairwise moments belong to no rows, and this needs the likelihood of complete rows. Use missing="fiml" or "listwise".'
        )
    return stats.data


def casewise_scores(layout: Layout, at: Implied, data: Array, centre: Array, *, means: bool) -> Array:
    """Scores (n, k) of each row: (z' W dSigma_k W z - tr(W dSigma_k)) / 2 + dmu_k' W z, with z = x - centre, W = Sigma^-1.

    References: rosseel2012
    """
    W = np.linalg.inv(at.Sigma)
    z = data - centre
    WX = W @ at.X
    projected = z @ WX
    a, b, f = layout.cell_a, layout.cell_b, layout.cell_f
    trace = np.einsum("pc,pc->c", at.X[:, a], WX[:, b])
    out = gather(layout, f * (projected[:, a] * projected[:, b] - trace))
    if means:
        out = out + gather_means(layout, z @ (W @ mean_jacobian(layout, at)))
    return out


def group_scores(problem: Problem, theta: Array, *, structured: bool) -> tuple[Array, ...]:
    """Scores of every group, about the implied means (`structured`) or about the sample means."""
    out = []
    for layout, at, stats in zip(problem.layouts, implied(problem, theta), problem.statistics, strict=True):
        if stats.patterns is not None:
            out.append(incomplete_scores(layout, at, stats))
            continue
        means = problem.spec.meanstructure
        centre = at.mu if structured and means else stats.mean
        out.append(casewise_scores(layout, at, answers(stats), centre, means=means))
    return tuple(out)


def first_order_information(problem: Problem, theta: Array) -> Array:
    """Cross-products of the scores, sum s_i s_i' / N, (k, k)."""
    total = sum(s.T @ s for s in group_scores(problem, theta, structured=True))
    return np.asarray(total / problem.n_obs)
