"""Casewise derivatives of the likelihood where answers are missing, and what they say about the moments of the saturated model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.model.matrices import Implied, Layout, gather, gather_means, mean_jacobian
from cocsem.moments.patterns import (
    Patterns,
    Weighed,
    expected_moments_information,
    observed_moments_information,
    pair_index,
    weigh,
)
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


def patterns_of(stats: SampleStatistics) -> tuple[Patterns, Array]:
    """Return patterns and rows of a group with missing answers."""
    if stats.patterns is None or stats.data is None:
        raise EstimationError('missing="fiml" needs the rows with their missing answers; only moments were given.')
    return stats.patterns, stats.data


def weighed_rows(met: Weighed, data: Array, mu: Array) -> Array:
    """W_r (y - mu) of every row (n, p), zero where an answer is missing."""
    z = np.where(met.patterns.observed[met.patterns.member], data - mu, 0.0)
    out = np.empty_like(z)
    order = np.argsort(met.patterns.member, kind="stable")
    ends = np.cumsum(met.patterns.counts).astype(np.intp)
    for r, end in enumerate(ends):
        rows = order[end - int(met.patterns.counts[r]) : end]
        out[rows] = z[rows] @ met.W[r]
    return out


def incomplete_scores(layout: Layout, at: Implied, stats: SampleStatistics) -> Array:
    """Scores (n, k) of each row with pattern r: (z' W_r dSigma_k W_r z - tr(W_r dSigma_k)) / 2 + dmu_k' W_r z, z = y - mu.

    References: yuan2000
    """
    patterns, data = patterns_of(stats)
    met = weigh(patterns, at.Sigma, at.mu)
    rows = weighed_rows(met, data, at.mu)
    a, b, f = layout.cell_a, layout.cell_b, layout.cell_f
    projected = rows @ at.X
    first, second = at.X[:, a], at.X[:, b]
    products = first[:, None, :] * second[None, :, :]
    trace = met.W.reshape(len(met.W), -1) @ products.reshape(len(at.X) ** 2, len(a))
    out = gather(layout, f * (projected[:, a] * projected[:, b] - trace[patterns.member]))
    return out + gather_means(layout, rows @ mean_jacobian(layout, at))


def moment_scores(met: Weighed, data: Array, mu: Array) -> Array:
    """Scores (n, p + p*) of each row about the moments: W_r z, and (u u' - W_r) with u = W_r z, half of it on the diagonal."""
    u = weighed_rows(met, data, mu)
    rows, columns, _, half = pair_index(len(mu))
    weights = met.W[:, rows, columns][met.patterns.member]
    return np.concatenate([u, (u[:, rows] * u[:, columns] - weights) * half], axis=1)


def incomplete_trace(stats: SampleStatistics, information: str) -> float:
    """tr(B A^-1) of the saturated model: B the cross-products of its scores, A its observed or expected information.

    References: yuan2000
    """
    patterns, data = patterns_of(stats)
    met = weigh(patterns, stats.cov, stats.mean)
    scores = moment_scores(met, data, stats.mean)
    if information == "first.order":
        return float(scores.shape[1])
    A = expected_moments_information(met) if information == "expected" else observed_moments_information(met)
    return float(np.trace(np.linalg.solve(A, scores.T @ scores / len(scores))))
