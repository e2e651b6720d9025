"""Weighted least squares: F = r' V r for the residuals r of the sample moments, whatever the weight V.

Residuals are kept in the shape of their moments, d = ybar - mu and D = S - Sigma, and a weight is a function `weigh` that
turns them into (v, G) with r' V r = d' v + sum_ij D_ij G_ij, so that V itself need not be built.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy.part import Part
from cocsem.model.matrices import (
    Implied,
    Layout,
    curvature,
    gather,
    gather_means,
    mean_curvature,
    mean_jacobian,
    sigma_jacobian,
    slope_of,
)
from cocsem.moments.asymptotic import half_index

Array = NDArray[np.float64]
Pair = tuple[Array | None, Array]
Weigh = Callable[[Any, Array | None, Array], Pair]
Information = Callable[[Layout, Implied, Part], Array]


def residuals(implied: Implied, part: Part) -> Pair:
    """Residual means (..., p), None without a mean structure, and residual covariances (..., p, p)."""
    return None if part.mean is None else part.mean - implied.mu, part.cov - implied.Sigma


def inner(left: Pair, right: Pair) -> Array:
    """d' v + sum_ij D_ij G_ij over the last axes."""
    total = np.einsum("...ij,...ij->...", left[1], right[1])
    return np.asarray(total if left[0] is None or right[0] is None else total + np.sum(left[0] * right[0], axis=-1))


def value(weigh: Weigh, layout: Layout, implied: Implied, part: Part) -> Array:
    """Discrepancy of one group, F = r' V r with r = (ybar - mu, vech(S - Sigma)).

    References: browne1984
    """
    r = residuals(implied, part)
    return inner(r, weigh(part.weight, *r))


def gradient(weigh: Weigh, layout: Layout, implied: Implied, part: Part) -> Array:
    """dF/dtheta = -2 Delta' V r, (..., k)."""
    return -2.0 * weighted_slope(layout, implied, *weigh(part.weight, *residuals(implied, part)))


def weighted_slope(layout: Layout, implied: Implied, v: Array | None, G: Array) -> Array:
    """Delta' V r, (..., k), from weighted residuals (v, G)."""
    out = slope_of(layout, implied.X.swapaxes(-1, -2) @ G @ implied.X)
    if v is None:
        return out
    return out + gather_means(layout, (v[..., None, :] @ mean_jacobian(layout, implied))[..., 0, :])


def observed_information(weigh: Weigh, expected: Information, layout: Layout, implied: Implied, part: Part) -> Array:
    """Half the exact Hessian of F, (..., k, k): Delta' V Delta - sum_ij G_ij d2Sigma_ij - v' d2mu."""
    v, G = weigh(part.weight, *residuals(implied, part))
    P = np.swapaxes(implied.X, -1, -2) @ G @ implied.X
    information = expected(layout, implied, part) - 2.0 * curvature(layout, implied, P)
    return information if v is None else information - mean_curvature(layout, implied, v)


def moment_jacobian(layout: Layout, implied: Implied, *, means: bool) -> Array:
    """Delta: derivatives of the moments (means first, then the lower triangle of Sigma by columns), (..., p*, k)."""
    rows, columns = half_index(layout.p)
    u = implied.X[..., layout.cell_a] * layout.cell_f
    w = implied.X[..., layout.cell_b]
    covariances = gather(layout, u[..., rows, :] * w[..., columns, :] + u[..., columns, :] * w[..., rows, :])
    if not means:
        return covariances
    return np.concatenate([gather_means(layout, mean_jacobian(layout, implied)), covariances], axis=-2)


def weighted_jacobian(weigh: Weigh, weight: Any, layout: Layout, implied: Implied, *, means: bool) -> Pair:
    """V Delta as a vector and a symmetric matrix for every parameter, (k, p) and (k, p, p)."""
    dSigma = np.moveaxis(sigma_jacobian(layout, implied), -1, 0)
    dmu = gather_means(layout, mean_jacobian(layout, implied)).T if means else None
    return weigh(weight, dmu, dSigma)


def double(pair: Pair) -> Array:
    """A weighted pair (v, G) as a vector V r (..., p*): the inverse of `unstack`."""
    v, G = pair
    return stack(v, G * (2.0 - np.eye(G.shape[-1])))


def stack(d: Array | None, D: Array) -> Array:
    """Moments in one vector, (..., p*): means first, then the lower triangle by columns."""
    rows, columns = half_index(D.shape[-1])
    half = D[..., rows, columns]
    return half if d is None else np.concatenate([d, half], axis=-1)


def unstack(weighted: Array, p: int, *, means: bool) -> Pair:
    """A weighted vector V r (..., p*) as (v, G): entries off the diagonal of G stand twice, so each is halved."""
    rows, columns = half_index(p)
    half = weighted[..., p:] if means else weighted
    G = np.zeros((*weighted.shape[:-1], p, p))
    G[..., rows, columns] = G[..., columns, rows] = half * np.where(rows == columns, 1.0, 0.5)
    return (weighted[..., :p] if means else None), G
