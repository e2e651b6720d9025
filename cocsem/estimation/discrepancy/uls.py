"""Unweighted least squares: every different moment counts once, in the units of the items, whether it is fixed or not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy.least_squares import Pair
from cocsem.estimation.discrepancy.part import Part
from cocsem.model.matrices import Implied, Layout, gather, gather_square_means, mean_jacobian, quadratic
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


def make_weight(stats: SampleStatistics, cov: Array, fixed: tuple[int, ...], *, means: bool) -> None:
    """No weight is needed."""


def weigh(weight: None, d: Array | None, D: Array) -> Pair:
    """v = d and G = (D + diag D) / 2, so that F = sum_{i >= j} D_ij^2 + d' d.

    References: bollen1989, p. 111
    """
    p = D.shape[-1]
    return d, D * (0.5 + 0.5 * np.eye(p))


def expected_information(layout: Layout, implied: Implied, part: Part) -> Array:
    """Delta' Delta = tr(dSigma_k dSigma_l) / 2 + diag(dSigma_k)' diag(dSigma_l) / 2 + dmu_k' dmu_l, (..., k, k)."""
    Xt = np.swapaxes(implied.X, -1, -2)
    u, w = implied.X[..., layout.cell_a], implied.X[..., layout.cell_b]
    diagonal = gather(layout, 2.0 * layout.cell_f * u * w)
    information = quadratic(layout, Xt @ implied.X) + 0.5 * np.swapaxes(diagonal, -1, -2) @ diagonal
    if part.mean is None:
        return information
    J = mean_jacobian(layout, implied)
    return information + gather_square_means(layout, np.swapaxes(J, -1, -2) @ J)


def dense(weight: None, p: int, *, means: bool) -> Array:
    """V (p*, p*) itself, the identity."""
    return np.eye(p * (p + 1) // 2 + (p if means else 0))
