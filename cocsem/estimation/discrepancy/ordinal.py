"""Least squares on the moments of latent responses: F = r' W r with W of the asymptotic covariance matrix Gamma of the moments.

WLS: W = Gamma^-1. DWLS: W = diag(Gamma)^-1. ULS: W = I. The search takes Gauss-Newton steps, for which Delta' W Delta is half
the Hessian where the model holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.discrepancy.part import Part
from cocsem.model.layout import Layout
from cocsem.model.matrices import Implied
from cocsem.model.response_moments import response_jacobian, response_moments
from cocsem.moments.ordinal.resamples import Variation
from cocsem.moments.ordinal.types import OrdinalStatistics

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Target:
    """What a group is fitted to, or a batch of resamples of it.

    sample : the moments of the latent responses of the group. vector : (..., m) the moments to fit, the sample's or those of the
    resamples. weight : W as a matrix (..., m, m), or its diagonal (..., m).
    """

    sample: OrdinalStatistics
    vector: Array
    weight: Array

    @property
    def diagonal(self) -> bool:
        """True where W is given by its diagonal."""
        return self.weight.ndim == self.vector.ndim

    def weigh(self, values: Array) -> Array:
        """W times values (..., m, n)."""
        return np.asarray(self.weight[..., None] * values if self.diagonal else self.weight @ values)

    def along(self, r: Array) -> Array:
        """W r for residuals (..., m)."""
        if self.diagonal:
            return r * self.weight
        return r @ self.weight if self.weight.ndim == 2 else np.asarray((self.weight @ r[..., None])[..., 0])

    def take(self, rows: Index) -> Target:
        """Some of the resamples."""
        return Target(self.sample, self.vector[rows], self.weight[rows])


def make_target(kind: str, stats: OrdinalStatistics) -> Target:
    """Weigh the moments of a group by the kind of least squares: wls, dwls or uls.

    Raises
    ------
    EstimationError : a moment without sampling variance, or (wls) a singular Gamma.

    References: muthen1984, muthen1997
    """
    weighting = RESPONSE_WEIGHTS[kind]
    parts = {"none": None, "variances": np.diag(stats.gamma), "gamma": stats.gamma}
    return Target(stats, stats.vector, weighting.make(stats, parts[weighting.needs]))


@dataclass(frozen=True, slots=True)
class ResponseWeight:
    """How W is made: what it needs of Gamma, and the function of the sample's moments (for their names and number) and that part."""

    needs: Variation
    make: Callable[[OrdinalStatistics, Any], Array]


def _inverse(stats: OrdinalStatistics, gamma: Array) -> Array:
    where = f" in group '{stats.group}'" if stats.group else ""
    sd = np.sqrt(np.diag(gamma))
    if len(sd) >= stats.n_obs:
        raise EstimationError(
            f'estimator="WLS" needs more rows than moments{where}: {stats.n_obs} rows, {len(sd)} moments. Use estimator="WLSMV".'
        )
    values, vectors = np.linalg.eigh(gamma / np.outer(sd, sd))
    if not values[0] > 1e-12:
        raise EstimationError(
            f'estimator="WLS" must invert the covariance matrix of the sample moments, but it is singular{where}. Use estimator="WLSMV".'
        )
    return np.asarray((vectors / values) @ vectors.T / np.outer(sd, sd))


def _inverse_diagonal(stats: OrdinalStatistics, variance: Array) -> Array:
    if not (variance > 0).all():
        names = [" ".join(label).strip() for label, v in zip(stats.labels, variance, strict=True) if not v > 0]
        raise EstimationError(
            f"Every moment must vary over samples, but these do not: {', '.join(names[:6])}. Leave the item out."
        )
    return np.asarray(1.0 / variance)


RESPONSE_WEIGHTS: Mapping[str, ResponseWeight] = MappingProxyType({
    "wls": ResponseWeight("gamma", _inverse),
    "dwls": ResponseWeight("variances", _inverse_diagonal),
    "uls": ResponseWeight("none", lambda stats, _: np.ones_like(stats.vector)),
})  # fmt: skip


def target_of(part: Part) -> Target:
    """The target of a part, which only ordered items have."""
    if not isinstance(part.weight, Target):
        raise UsageError("Ordered items need the answers; only moments were given.")
    return part.weight


def value(layout: Layout, implied: Implied, part: Part) -> Array:
    """F = r' W r, infinite where a latent response would have no variance."""
    return _residual(layout, implied, target_of(part))[0]


def _residual(layout: Layout, implied: Implied, target: Target) -> tuple[Array, Array]:
    """F = r' W r, infinite where a latent response would have no variance, and W r (..., m)."""
    with np.errstate(all="ignore"):
        r = target.vector - response_moments(layout, implied)
        Wr = target.along(r)
        F = np.sum(r * Wr, axis=-1)
    return np.where(np.isfinite(F), F, np.inf), Wr


def gradient(layout: Layout, implied: Implied, part: Part) -> Array:
    """dF/dtheta = -2 Delta' W r, (..., k)."""
    return first_order(layout, implied, target_of(part))[1]


def first_order(layout: Layout, implied: Implied, target: Target) -> tuple[Array, Array]:
    """Value and gradient at once, for a batch of parameters that a batch of resamples may meet."""
    F, Wr = _residual(layout, implied, target)
    return F, _slope(Wr, response_jacobian(layout, implied))


def _slope(Wr: Array, Delta: Array) -> Array:
    return np.asarray(-2.0 * (Wr[..., None, :] @ Delta)[..., 0, :])


def information(layout: Layout, implied: Implied, part: Part) -> Array:
    """Delta' W Delta, (..., k, k)."""
    Delta = response_jacobian(layout, implied)
    return np.asarray(Delta.swapaxes(-1, -2) @ target_of(part).weigh(Delta))


def joint(layout: Layout, implied: Implied, part: Part, *, exact: bool) -> tuple[Array, Array, Array] | None:
    """Value, gradient and Delta' W Delta at once (exact or not: the steps are those of Gauss and Newton)."""
    target = target_of(part)
    F, Wr = _residual(layout, implied, target)
    if not np.isfinite(F).all():
        return None
    Delta = response_jacobian(layout, implied)
    return F, _slope(Wr, Delta), np.asarray(Delta.swapaxes(-1, -2) @ target.weigh(Delta))
