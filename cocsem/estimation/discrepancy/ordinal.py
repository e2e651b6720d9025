"""Least squares on the moments of latent responses: F = r' W r with W of the asymptotic covariance matrix Gamma of the moments.

WLS: W = Gamma^-1. DWLS: W = diag(Gamma)^-1. ULS: W = I. The search takes Gauss-Newton steps, for which Delta' W Delta is half
the Hessian where the model holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.discrepancy.part import Part
from cocsem.model.layout import Layout
from cocsem.model.matrices import Implied
from cocsem.model.response_moments import response_jacobian, response_moments
from cocsem.moments.ordinal.types import OrdinalStatistics

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Target:
    """What a group is fitted to: the moments of its latent responses, and W as a matrix (m, m) or its diagonal (m,)."""

    sample: OrdinalStatistics
    weight: Array

    @property
    def vector(self) -> Array:
        """The sample moments, (m,)."""
        return self.sample.vector

    def weigh(self, values: Array) -> Array:
        """W times values (..., m, n)."""
        return np.asarray(self.weight @ values if self.weight.ndim == 2 else self.weight[:, None] * values)


def make_target(kind: str, stats: OrdinalStatistics) -> Target:
    """Weigh the moments of a group by the kind of least squares: wls, dwls or uls.

    Raises
    ------
    EstimationError : a moment without sampling variance, or (wls) a singular Gamma.

    References: muthen1984, muthen1997
    """
    return Target(stats, _WEIGHTS[kind](stats))


def _inverse(stats: OrdinalStatistics) -> Array:
    where = f" in group '{stats.group}'" if stats.group else ""
    sd = np.sqrt(np.diag(stats.gamma))
    if len(sd) >= stats.n_obs:
        raise EstimationError(
            f'estimator="WLS" needs more rows than moments{where}: {stats.n_obs} rows, {len(sd)} moments. Use estimator="WLSMV".'
        )
    values, vectors = np.linalg.eigh(stats.gamma / np.outer(sd, sd))
    if not values[0] > 1e-12:
        raise EstimationError(
            f'estimator="WLS" must invert the covariance matrix of the sample moments, but it is singular{where}. Use estimator="WLSMV".'
        )
    return np.asarray((vectors / values) @ vectors.T / np.outer(sd, sd))


def _inverse_diagonal(stats: OrdinalStatistics) -> Array:
    variance = np.diag(stats.gamma)
    if not (variance > 0).all():
        names = [" ".join(label).strip() for label, v in zip(stats.labels, variance, strict=True) if not v > 0]
        raise EstimationError(
            f"Every moment must vary over samples, but these do not: {', '.join(names[:6])}. Leave the item out."
        )
    return np.asarray(1.0 / variance)


_WEIGHTS: Mapping[str, Callable[[OrdinalStatistics], Array]] = {
    "wls": _inverse,
    "dwls": _inverse_diagonal,
    "uls": lambda stats: np.ones_like(stats.vector),
}


def target_of(part: Part) -> Target:
    """The target of a part, which only ordered items have."""
    if not isinstance(part.weight, Target):
        raise UsageError("Ordered items need the answers; only moments were given.")
    return part.weight


def value(layout: Layout, implied: Implied, part: Part) -> Array:
    """F = r' W r, infinite where a latent response would have no variance."""
    target = target_of(part)
    with np.errstate(all="ignore"):
        r = target.vector - response_moments(layout, implied)
        F = np.sum(r * _along(target, r), axis=-1)
    return np.where(np.isfinite(F), F, np.inf)


def _along(target: Target, r: Array) -> Array:
    """W r for residuals (..., m)."""
    return r * target.weight if target.weight.ndim == 1 else r @ target.weight


def gradient(layout: Layout, implied: Implied, part: Part) -> Array:
    """dF/dtheta = -2 Delta' W r, (..., k)."""
    target = target_of(part)
    r = target.vector - response_moments(layout, implied)
    return np.asarray(-2.0 * (_along(target, r)[..., None, :] @ response_jacobian(layout, implied))[..., 0, :])


def information(layout: Layout, implied: Implied, part: Part) -> Array:
    """Delta' W Delta, (..., k, k)."""
    Delta = response_jacobian(layout, implied)
    return np.asarray(Delta.swapaxes(-1, -2) @ target_of(part).weigh(Delta))


def joint(layout: Layout, implied: Implied, part: Part, *, exact: bool) -> tuple[Array, Array, Array] | None:
    """Value, gradient and Delta' W Delta at once (exact or not: the steps are those of Gauss and Newton)."""
    target = target_of(part)
    with np.errstate(all="ignore"):
        r = target.vector - response_moments(layout, implied)
        Wr = _along(target, r)
        F = np.asarray(np.sum(r * Wr, axis=-1))
    if not np.isfinite(F).all():
        return None
    Delta = response_jacobian(layout, implied)
    return (
        F,
        np.asarray(-2.0 * (Wr[..., None, :] @ Delta)[..., 0, :]),
        np.asarray(Delta.swapaxes(-1, -2) @ target.weigh(Delta)),
    )
