"""Diagonally weighted least squares: every moment weighed by the inverse of its own sampling variance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy.least_squares import Pair, moment_jacobian, stack, unstack
from cocsem.estimation.discrepancy.part import Part
from cocsem.model.matrices import Implied, Layout
from cocsem.moments.asymptotic import normal_gamma
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


def make_weight(stats: SampleStatistics, cov: Array, fixed: tuple[int, ...], *, means: bool) -> Array:
    """One over the normal-theory variances of the moments, (p*,); zero for moments among fixed x, which do not vary."""
    variance = np.diag(normal_gamma(cov, means=means, fixed=fixed))
    return np.divide(1.0, variance, out=np.zeros_like(variance), where=variance > 0)


def weigh(weight: Array, d: Array | None, D: Array) -> Pair:
    """V r with V = diag(weight), so that F = sum of weight times squared residual."""
    return unstack(weight * stack(d, D), D.shape[-1], means=d is not None)


def expected_information(layout: Layout, implied: Implied, part: Part) -> Array:
    """Delta' diag(weight) Delta, (..., k, k)."""
    Delta = moment_jacobian(layout, implied, means=part.mean is not None)
    return np.asarray(np.swapaxes(Delta, -1, -2) @ (part.weight[..., :, None] * Delta))


def dense(weight: Array, p: int, *, means: bool) -> Array:
    """V (p*, p*) itself."""
    return np.diag(weight)
