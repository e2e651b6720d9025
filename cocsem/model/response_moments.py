"""Moments of latent responses implied by a model, in the order of the sample's, and their exact derivatives.

The order is that of `cocsem.moments.ordinal.types`: thresholds (for a continuous response minus its intercept) by variable,
slopes on the covariates column by column, variances of continuous responses, lower triangle column by column. All functions
take leading batch axes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.model.layout import Layout
from cocsem.model.matrices import Implied, gather, gather_means
from cocsem.model.responses import Responses

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Given:
    """The model of the responses given the covariates, in their own units.

    B : (q, v) total effects. C : (q, v) covariances with all variables. mu : (q,) intercepts. eta : (v,) means of all variables
    where the covariates are 0. tau : thresholds, 0 for a continuous response. scale : (q,).
    """

    B: Array
    C: Array
    mu: Array
    eta: Array
    tau: Array
    scale: Array


def responses_of(layout: Layout) -> Responses:
    """The latent responses of a layout that has some."""
    if layout.responses is None:
        raise ValueError("a model without ordered items has no latent responses")
    return layout.responses


def condition(layout: Layout, implied: Implied) -> Given:
    """Take the covariates as given: C - B_x S_xx B_x', eta - B_x m_x."""
    r = responses_of(layout)
    C, eta, B = implied.C, implied.eta, implied.B
    if len(r.x):
        Bx = B.take(r.x, axis=-1)
        C = C - Bx @ implied.S[..., r.x[:, None], r.x] @ Bx.swapaxes(-1, -2)
        eta = eta - (Bx @ implied.m.take(r.x, axis=-1)[..., None])[..., 0]
    tau, scale = implied.entries.take(r.tau_at, axis=-1), implied.entries.take(r.scale_at, axis=-1)
    return Given(B.take(r.y, axis=-2), C.take(r.y, axis=-2), eta.take(r.y, axis=-1), eta, tau, scale)


def response_moments(layout: Layout, implied: Implied) -> Array:
    """All moments of the latent responses, (..., m)."""
    r, at = responses_of(layout), condition(layout, implied)
    d = at.scale
    Sigma = at.C.take(r.y, axis=-1)
    cuts = d.take(r.item, axis=-1) * (at.tau - at.mu.take(r.item, axis=-1))
    slopes = (d[..., None] * at.B.take(r.x, axis=-1)).swapaxes(-1, -2)
    own = np.diagonal(Sigma, axis1=-2, axis2=-1).take(r.continuous, axis=-1)
    pairs = d.take(r.first, axis=-1) * d.take(r.second, axis=-1) * Sigma[..., r.first, r.second]
    return np.concatenate([cuts, slopes.reshape(*d.shape[:-1], len(r.x) * len(r.y)), own, pairs], axis=-1)


def response_jacobian(layout: Layout, implied: Implied) -> Array:
    """Derivatives of all moments by the parameters, (..., m, k)."""
    r, at = responses_of(layout), condition(layout, implied)
    variances, pairs = _covariance_jacobian(layout, implied, at)
    d, k = at.scale, layout.n_free
    dd = _scale_jacobian(layout, at, variances)
    deviation = at.tau - at.mu.take(r.item, axis=-1)
    dmu = gather_means(layout, _mean_columns(layout, at))
    tau = _unit_rows(r.tau_par, k) - dmu.take(r.item, axis=-2)
    cuts = dd.take(r.item, axis=-2) * deviation[..., None] + d.take(r.item, axis=-1)[..., None] * tau
    C = at.C.take(r.y, axis=-1)[..., r.first, r.second, None]
    one, other = d.take(r.first, axis=-1)[..., None], d.take(r.second, axis=-1)[..., None]
    products = (dd.take(r.first, axis=-2) * other + one * dd.take(r.second, axis=-2)) * C + one * other * pairs
    return np.concatenate(
        [cuts, _slopes(layout, implied, at, dd), variances.take(r.continuous, axis=-2), products], axis=-2
    )


def follow_jacobian(layout: Layout, implied: Implied) -> Array:
    """Derivatives of the residual variances that follow (delta parameterization), (..., o, k); zero under theta.

    ds = (B_oo o B_oo)^-1 (d(delta^-2) - dSigma*_oo), the latter with the residual variances held.
    """
    r, at = responses_of(layout), condition(layout, implied)
    if not r.delta:
        return np.zeros((*at.scale.shape[:-1], len(r.ordered), layout.n_free))
    held = gather(layout, layout.cell_f * 2.0 * _product(layout, at, r.among_y, r.among_y))
    scale = at.scale.take(r.among_y, axis=-1)[..., None]
    target = -2.0 * scale**-3.0 * _unit_rows(r.scale_par, layout.n_free)[r.among_y] - held
    if r.passive:
        return np.asarray(target)
    return np.asarray(np.linalg.solve(implied.B[..., r.ordered[:, None], r.ordered] ** 2, target), dtype=np.float64)


def scale_jacobian(layout: Layout, implied: Implied) -> Array:
    """Derivatives of the scales of all responses, (..., q, k)."""
    at = condition(layout, implied)
    return _scale_jacobian(layout, at, _covariance_jacobian(layout, implied, at)[0])


def _unit_rows(par: NDArray[np.intp], k: int) -> Array:
    """A row per entry with a one at its parameter, (n, k)."""
    out = np.zeros((len(par), k))
    free = np.flatnonzero(par >= 0)
    out[free, par[free]] = 1.0
    return out


def _product(layout: Layout, at: Given, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Array:
    """u_i w_j for pairs (i, j) of responses and every free entry of A and S, with u = G_c and w = H'_c, (..., pairs, c)."""
    E = np.concatenate([at.B, at.C], axis=-1)
    u, w = E.take(layout.cell_i, axis=-1), E.take(layout.cell_j, axis=-1)
    return np.asarray(u.take(rows, axis=-2) * w.take(columns, axis=-2))


def _covariance_jacobian(layout: Layout, implied: Implied, at: Given) -> tuple[Array, Array]:
    """Derivatives of Sigma* given the covariates: of its diagonal (..., q, k) and of its pairs (..., pairs, k)."""
    r, q = responses_of(layout), len(responses_of(layout).y)
    own = np.arange(q)
    variances = gather(layout, layout.cell_f * 2.0 * _product(layout, at, own, own))
    moved = _product(layout, at, r.first, r.second) + _product(layout, at, r.second, r.first)
    pairs = gather(layout, layout.cell_f * moved)
    if not r.delta:
        return variances, pairs
    ds = follow_jacobian(layout, implied)
    reach = at.B.take(r.ordered, axis=-1)
    variances = variances + reach**2 @ ds
    return variances, pairs if r.passive else pairs + (
        reach.take(r.first, axis=-2) * reach.take(r.second, axis=-2)
    ) @ ds


def _scale_jacobian(layout: Layout, at: Given, variances: Array) -> Array:
    r = responses_of(layout)
    if r.delta:
        return np.broadcast_to(_unit_rows(r.scale_par, layout.n_free), variances.shape)
    out = np.zeros_like(variances)
    scale = at.scale.take(r.among_y, axis=-1)[..., None]
    out[..., r.among_y, :] = -0.5 * scale**3 * variances.take(r.among_y, axis=-2)
    return out


def _mean_columns(layout: Layout, at: Given) -> Array:
    """Derivatives of the intercepts by the free entries that move them, (..., q, c)."""
    columns = at.B.take(layout.mean_i, axis=-1)
    factor = np.where(layout.mean_j >= 0, at.eta.take(layout.mean_j, axis=-1), 1.0)
    return np.asarray(columns * factor[..., None, :])


def _slopes(layout: Layout, implied: Implied, at: Given, dd: Array) -> Array:
    """Derivatives of delta_i B_ix, column by column: delta_i B_ia B_bx along an entry A_ab, (..., q x, k)."""
    r = responses_of(layout)
    v = layout.v
    directed = layout.cell_j >= v
    i, j = layout.cell_i, np.where(directed, layout.cell_j - v, 0)
    parts = []
    for x in r.x:
        into = np.where(directed, implied.B[..., :, x].take(j, axis=-1), 0.0)
        dB = gather(layout, at.B.take(i, axis=-1) * into[..., None, :])
        parts.append(dd * at.B[..., x, None] + at.scale[..., None] * dB)
    return np.concatenate(parts, axis=-2) if parts else np.zeros((*at.scale.shape[:-1], 0, layout.n_free))
