"""The model in matrices: reticular action form (RAM), with every derivative of Sigma as a product of two columns.

With all v variables in one vector, A holds directed effects, S the variances and covariances of what is not explained,
m the intercepts, and F picks the p observed variables (mcardle1984):

    B = (I - A)^-1     C = B S B'     Sigma = F C F'     mu = F B m

With G = F B and H = C F', the derivative of Sigma by a single entry is u w' + w u' (half of it for a variance) where
u and w are columns of [G | H']: (i, v + j) for an entry A_ij, (i, j) for an entry S_ij; X holds the columns that occur.
So gradients and information matrices are gathers from X' M X for a p x p matrix M, and nothing of size p^2 x k is ever
built. All functions take a leading batch axis: theta has shape (..., k).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cocsem.model.layout import Layout, Slots, fix_moments, lay_out
from cocsem.model.responses import complete

__all__ = ["Implied", "Layout", "fix_moments", "imply", "lay_out"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]
_SERIES = 3  # chains of directed effects up to this length: B as a sum of powers of A, which costs less than an inverse


@dataclass(frozen=True, slots=True)
class Implied:
    """Matrices of one group at theta; every array may have leading batch axes.

    entries : all entries of A, S and m in one vector. A, S, B, C : (v, v). m, eta : (v,) intercepts and means of all variables.
    Sigma : (p, p), mu : (p,). E = [B | C] : (v, 2 v). X : (p, w) the columns of [G | H'], the first p rows of E, that
    derivatives are made of (`layout.columns`).
    """

    entries: Array
    A: Array
    S: Array
    B: Array
    C: Array
    m: Array
    eta: Array
    Sigma: Array
    mu: Array
    E: Array
    X: Array


@lru_cache(maxsize=64)
def _unit(v: int) -> Array:
    unit = np.eye(v)
    unit.setflags(write=False)
    return unit


def imply(layout: Layout, theta: Array) -> Implied:
    """Compute the implied moments Sigma = F B S B' F' and mu = F B m at theta (..., k)."""
    v, p, batch = layout.v, layout.p, theta.shape[:-1]
    entries = fill(layout, theta)
    A = entries[..., : v * v].reshape(*batch, v, v)
    S = entries[..., v * v : 2 * v * v].reshape(*batch, v, v)
    m = entries[..., 2 * v * v : 2 * v * v + v]
    B = _total_effects(A, layout.depth)
    if layout.responses is not None:
        complete(layout.responses, entries, S, B)
    C = B @ S @ B.swapaxes(-1, -2)
    eta = (B @ m[..., None])[..., 0] if layout.means else m
    E = np.concatenate([B, C], axis=-1)
    X = E[..., :p, :].take(layout.columns, axis=-1)
    return Implied(entries, A, S, B, C, m, eta, C[..., :p, :p], eta[..., :p], E, X)


def fill(layout: Layout, theta: Array) -> Array:
    """Entries of A, S and m, fixed and free, at theta (..., k)."""
    if theta.ndim == 1:
        entries = layout.base.copy()
        entries[layout.free_at] = theta.take(layout.free_par)
        return entries
    entries = np.array(np.broadcast_to(layout.base, (*theta.shape[:-1], layout.base.shape[-1])))
    entries[..., layout.free_at] = theta.take(layout.free_par, axis=-1)
    return entries


def _total_effects(A: Array, depth: int) -> Array:
    """B = (I - A)^-1 = I + A + A^2 + ..., which ends with the longest chain of effects."""
    unit = _unit(A.shape[-1])
    if not 0 <= depth <= _SERIES:
        return np.asarray(np.linalg.inv(unit - A), dtype=np.float64)
    B = unit + A
    for _ in range(depth - 1):
        B = unit + A @ B
    return B


def mean_jacobian(layout: Layout, implied: Implied) -> Array:
    """Derivatives of mu by the free entries that move it: columns G_i (times the mean of j for an entry A_ij), (..., p, c)."""
    columns = implied.B[..., : layout.p, :].take(layout.mean_i, axis=-1)
    factor = np.where(layout.mean_j >= 0, implied.eta.take(layout.mean_j, axis=-1), 1.0)
    return columns * factor[..., None, :]


def _add_up(slots: Slots, values: Array) -> Array:
    """Add what belongs to one parameter over the last axis: (..., c) becomes (..., k)."""
    if slots.starts is not None:
        values = np.add.reduceat(values, slots.starts, axis=-1)
    if slots.full:
        return values
    out = np.zeros((*values.shape[:-1], slots.k))
    out[..., slots.where] = values
    return out


def _add_up_square(slots: Slots, values: Array) -> Array:
    if slots.starts is not None:
        values = np.add.reduceat(np.add.reduceat(values, slots.starts, axis=-1), slots.starts, axis=-2)
    if slots.full:
        return values
    out = np.zeros((*values.shape[:-2], slots.k, slots.k))
    if isinstance(slots.where, slice):
        out[..., slots.where, slots.where] = values
    else:
        out[..., slots.where[:, None], slots.where] = values
    return out


def gather(layout: Layout, values: Array) -> Array:
    """Add what belongs to one parameter: values (..., c) per entry of A and S become (..., k) per parameter."""
    return _add_up(layout.cell_slots, values)


def gather_means(layout: Layout, values: Array) -> Array:
    """As `gather`, for the entries that move the means."""
    return _add_up(layout.mean_slots, values)


def gather_square(layout: Layout, values: Array) -> Array:
    """Add (..., c, c) values of pairs of entries into (..., k, k)."""
    return _add_up_square(layout.cell_slots, values)


def gather_square_means(layout: Layout, values: Array) -> Array:
    """As `gather_square`, for the entries that move the means."""
    return _add_up_square(layout.mean_slots, values)


def pairs(M: Array, rows: Index, columns: Index) -> Array:
    """Entries (r, c) of a matrix for all rows and columns named."""
    return M.take(rows, axis=-2).take(columns, axis=-1)


def slope_of(layout: Layout, P: Array) -> Array:
    """tr(Q dSigma_k) for all parameters, (..., k), from P = X' Q X with a symmetric Q."""
    return gather(layout, layout.cell_twice * _flat(P).take(layout.cell_ab, axis=-1))


def _flat(M: Array) -> Array:
    """A matrix row by row."""
    return M.reshape(*M.shape[:-2], M.shape[-1] * M.shape[-2])


def sigma_jacobian(layout: Layout, implied: Implied) -> Array:
    """Dense derivatives of Sigma by the parameters, (..., p, p, k): for checks and small matrices only."""
    u = implied.X.take(layout.cell_a, axis=-1) * layout.cell_f
    w = implied.X.take(layout.cell_b, axis=-1)
    product = u[..., :, None, :] * w[..., None, :, :]
    return gather(layout, product + product.swapaxes(-2, -3))


def quadratic(layout: Layout, Y: Array) -> Array:
    """tr(W dSigma_k W dSigma_l) / 2 for all pairs, from Y = X' W X (w, w): a gather, (..., k, k)."""
    return gather_square(layout, _paired(layout, Y)[0])


def _paired(layout: Layout, Y: Array) -> tuple[Array, Array, Array]:
    """f_k f_l (Y_ac Y_bd + Y_ad Y_bc) for all pairs of entries, the first with columns a, b and the second with c, d; Y_ad, Y_ac."""
    flat, at = _flat(Y), layout.pairs
    ab, aa = flat.take(at.ab, axis=-1), flat.take(at.aa, axis=-1)
    total = aa * flat.take(at.bb, axis=-1)
    total += ab * ab.swapaxes(-1, -2)
    total *= at.f
    return total, ab, aa


def curvature(layout: Layout, implied: Implied, P: Array) -> Array:
    """tr(Q d2Sigma_kl) / 2 for all pairs, from P = X' Q X: what the second derivatives of Sigma add to a Hessian, (..., k, k).

    An entry A_ij moves Sigma by u = G_i and w = H'_j. Along an entry l with the columns a and b of E = [B | C] these change by
    du = B_bi G_a (for an entry of A) and dw = f_l (E_ja G_b + E_jb G_a); entries of S among themselves have no second derivatives.
    """
    at, flat = layout.pairs, _flat(P)
    out = np.zeros((*P.shape[:-2], *at.f.shape))
    _bend(layout, implied, flat.take(at.ab[at.directed], axis=-1), flat.take(at.aa[at.directed], axis=-1), out)
    return gather_square(layout, out)


def _bend(layout: Layout, implied: Implied, ab: Array, aa: Array, out: Array) -> None:
    """Add the same to `out` (..., c, c), from P_ad and P_ac of the entries of A with all others."""
    at, E = layout.pairs, _flat(implied.E)
    total = E.take(at.of_i, axis=-1) * ab * layout.cell_f
    total += E.take(at.of_j, axis=-1) * aa * layout.cell_half
    out[..., at.directed, :] += total
    out[..., :, at.directed] += total.swapaxes(-1, -2)


def exact_quadratic(layout: Layout, implied: Implied, R: Array, P: Array) -> Array:
    """tr(R dSigma_k R dSigma_l) / 2 - tr(Q dSigma_k Q dSigma_l) / 2 + tr(Q d2Sigma_kl) / 2 for all pairs, (..., k, k), from X' R X
    and P = X' Q X: `quadratic` of both and `curvature`, which share what they gather."""
    directed = layout.pairs.directed
    both, ab, aa = _paired(layout, np.concatenate([R[..., None, :, :], P[..., None, :, :]], axis=-3))
    out = both[..., 0, :, :] - both[..., 1, :, :]
    _bend(layout, implied, ab[..., 1, directed, :], aa[..., 1, directed, :], out)
    return gather_square(layout, out)


def sigma_along(layout: Layout, implied: Implied, vector: Array) -> Array:
    """dSigma_k vector for all parameters, (..., p, k), from vector (..., p)."""
    projected = (implied.X.swapaxes(-1, -2) @ vector[..., None])[..., 0]
    u, w = implied.X.take(layout.cell_a, axis=-1), implied.X.take(layout.cell_b, axis=-1)
    values = u * projected[..., None, layout.cell_b] + w * projected[..., None, layout.cell_a]
    return gather(layout, layout.cell_f * values)


def mean_curvature(layout: Layout, implied: Implied, vector: Array) -> Array:
    """vector' d2mu_kl for all pairs, (..., k, k): G_a B_bi eta_j + G_i B_ja eta_b for two entries of A, G_i B_jc for A_ij and m_c."""
    i, j = layout.mean_i, layout.mean_j
    B = implied.B
    g = (B[..., : layout.p, :].swapaxes(-1, -2) @ vector[..., None])[..., 0].take(i, axis=-1)
    directed = j >= 0
    eta = np.where(directed, implied.eta.take(j, axis=-1), 1.0)
    # entry (k, l): direction l = (a, b) moves eta_j of entry k by B_ja times the mean that entry l multiplies
    first = np.where(directed[:, None], g[..., :, None] * pairs(B, j, i) * eta[..., None, :], 0.0)
    return gather_square_means(layout, first + first.swapaxes(-1, -2))
