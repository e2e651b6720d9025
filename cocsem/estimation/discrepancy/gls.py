"""Generalized least squares: residuals weighed by the inverse of the sample covariance matrix."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy.least_squares import Pair
from cocsem.estimation.discrepancy.part import Part
from cocsem.model.matrices import Implied, Layout, gather_square_means, mean_jacobian, quadratic
from cocsem.moments.asymptotic import normal_weight_of
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


def make_weight(stats: SampleStatistics, cov: Array, fixed: tuple[int, ...], *, means: bool) -> Array:
    """W = S^-1, (p, p)."""
    return np.asarray(np.linalg.inv(cov))


def weigh(weight: Array, d: Array | None, D: Array) -> Pair:
    """v = W d and G = W D W / 2, so that F = tr(W D W D) / 2 + d' W d.

    References: browne1974
    """
    return None if d is None else (weight @ d[..., None])[..., 0], 0.5 * weight @ D @ weight


def expected_information(layout: Layout, implied: Implied, part: Part) -> Array:
    """Delta' V Delta = tr(W dSigma_k W dSigma_l) / 2 + dmu_k' W dmu_l, (..., k, k)."""
    return information(layout, implied, part.weight, means=part.mean is not None)


def information(layout: Layout, implied: Implied, W: Array, *, means: bool) -> Array:
    """The same for a weight W = S^-1 or Sigma^-1 that is at hand."""
    found = quadratic(layout, implied.X.swapaxes(-1, -2) @ W @ implied.X)
    if not means:
        return found
    J = mean_jacobian(layout, implied)
    return found + gather_square_means(layout, J.swapaxes(-1, -2) @ W @ J)


def dense(weight: Array, p: int, *, means: bool) -> Array:
    """V (p*, p*) itself."""
    return normal_weight_of(weight, means=means)
