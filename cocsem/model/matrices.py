"""The model in matrices: reticular action form (RAM), with every derivative of Sigma as a product of two columns.

With all v variables in one vector, A holds directed effects, S the variances and covariances of what is not explained,
m the intercepts, and F picks the p observed variables (mcardle1984):

    B = (I - A)^-1     C = B S B'     Sigma = F C F'     mu = F B m

With G = F B and H = C F', the derivative of Sigma by a single entry is u w' + w u' (half of it for a variance) where
u and w are columns of X = [G | H']: (i, v + j) for an entry A_ij, (i, j) for an entry S_ij. So gradients and
information matrices are gathers from X' M X for a p x p matrix M, and nothing of size p^2 x k is ever built.
All functions take a leading batch axis: theta has shape (..., k).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.model.types import ModelSpec, Row

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Cells:
    """Entries of one matrix: row `i`, column `j`, parameter number `par` from 0 (-1: fixed at `value`)."""

    i: Index
    j: Index
    par: Index
    value: Array

    def fill(self, theta: Array, shape: tuple[int, ...], *, symmetric: bool = False) -> Array:
        """Return the matrix for parameters theta (..., k), shape (..., *shape)."""
        matrix = np.zeros(theta.shape[:-1] + shape)
        filled = np.where(self.par >= 0, theta[..., self.par], self.value)
        if len(shape) == 1:
            matrix[..., self.i] = filled
            return matrix
        matrix[..., self.i, self.j] = filled
        if symmetric:
            matrix[..., self.j, self.i] = filled
        return matrix


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parameters of one group stand.

    names : all v variables, the p observed ones first. directed, symmetric, intercepts : the cells of A, S and m.
    cell_par, cell_a, cell_b, cell_f : for each free entry of A and S its parameter, its two columns in X and its factor.
    mean_par, mean_i, mean_j : for each free entry that moves the means its parameter, its column of G, and the variable
        whose mean multiplies it (-1 for an intercept).
    cell_once, mean_once : whether each of these parameters stands in one entry only.
    """

    names: tuple[str, ...]
    p: int
    n_free: int
    directed: Cells
    symmetric: Cells
    intercepts: Cells
    cell_par: Index
    cell_a: Index
    cell_b: Index
    cell_f: Array
    mean_par: Index
    mean_i: Index
    mean_j: Index
    cell_once: bool
    mean_once: bool

    @property
    def v(self) -> int:
        """Number of variables, observed and latent."""
        return len(self.names)


@dataclass(frozen=True, slots=True)
class Implied:
    """Matrices of one group at theta; every array may have leading batch axes.

    A, S, B, C : (v, v). m, eta : (v,) intercepts and means of all variables. G = F B : (p, v). Sigma : (p, p), mu : (p,).
    X = [G | H'] : (p, 2 v).
    """

    A: Array
    S: Array
    B: Array
    C: Array
    m: Array
    eta: Array
    Sigma: Array
    mu: Array
    X: Array


def lay_out(
    spec: ModelSpec, group: int, exogenous_cov: Array | None = None, exogenous_mean: Array | None = None
) -> Layout:
    """Place the rows of one group in the matrices.

    Parameters
    ----------
    spec : the model. group : number of the group, from 1.
    exogenous_cov, exogenous_mean : moments of `spec.exogenous` in the sample; they fill the rows marked `exo`.
    """
    names = spec.observed + spec.latent
    place = {name: n for n, name in enumerate(names)}
    rows = [row for row in spec.rows if row.group == group]
    where = {name: n for n, name in enumerate(spec.exogenous)}

    def value(row: Row) -> float:
        if row.exo and row.op == "~~" and exogenous_cov is not None:
            return float(exogenous_cov[where[row.lhs], where[row.rhs]])
        if row.exo and row.op == "~1" and exogenous_mean is not None:
            return float(exogenous_mean[where[row.lhs]])
        return 0.0 if row.value is None or row.free else row.value

    def cells(op: str, ends: list[tuple[int, int]]) -> Cells:
        kept = [row for row in rows if row.op in op.split()]
        return Cells(
            np.array([e[0] for e in ends], dtype=np.intp),
            np.array([e[1] for e in ends], dtype=np.intp),
            np.array([row.free - 1 for row in kept], dtype=np.intp),
            np.array([value(row) for row in kept], dtype=np.float64),
        )

    directed = cells("=~ ~", [
        (place[r.rhs], place[r.lhs]) if r.op == "=~" else (place[r.lhs], place[r.rhs]) for r in rows if r.op in ("=~", "~")
    ])  # fmt: skip
    symmetric = cells("~~", [(place[r.lhs], place[r.rhs]) for r in rows if r.op == "~~"])
    intercepts = cells("~1", [(place[r.lhs], 0) for r in rows if r.op == "~1"])
    return _with_derivatives(names, len(spec.observed), spec.n_free, directed, symmetric, intercepts)


def _with_derivatives(
    names: tuple[str, ...], p: int, n_free: int, directed: Cells, symmetric: Cells, intercepts: Cells
) -> Layout:
    """Note for every free entry which columns of X its derivative is made of."""
    v = len(names)
    a, s, m = directed.par >= 0, symmetric.par >= 0, intercepts.par >= 0
    diagonal = symmetric.i[s] == symmetric.j[s]
    cell_par = np.concatenate([directed.par[a], symmetric.par[s]])
    mean_par = np.concatenate([directed.par[a], intercepts.par[m]])
    return Layout(
        names, p, n_free, directed, symmetric, intercepts,
        cell_par=cell_par,
        cell_a=np.concatenate([directed.i[a], symmetric.i[s]]),
        cell_b=np.concatenate([directed.j[a] + v, symmetric.j[s]]),
        cell_f=np.concatenate([np.ones(a.sum()), np.where(diagonal, 0.5, 1.0)]),
        mean_par=mean_par,
        mean_i=np.concatenate([directed.i[a], intercepts.i[m]]),
        mean_j=np.concatenate([directed.j[a], np.full(m.sum(), -1, dtype=np.intp)]),
        cell_once=len(set(cell_par.tolist())) == len(cell_par),
        mean_once=len(set(mean_par.tolist())) == len(mean_par),
    )  # fmt: skip


def imply(layout: Layout, theta: Array) -> Implied:
    """Compute the implied moments Sigma = F B S B' F' and mu = F B m at theta (..., k)."""
    v, p = layout.v, layout.p
    A = layout.directed.fill(theta, (v, v))
    S = layout.symmetric.fill(theta, (v, v), symmetric=True)
    m = layout.intercepts.fill(theta, (v,))
    B: Array = np.asarray(np.linalg.inv(np.eye(v) - A), dtype=np.float64)
    C = B @ S @ np.swapaxes(B, -1, -2)
    eta: Array = np.asarray((B @ m[..., None])[..., 0], dtype=np.float64)
    X = np.concatenate([B[..., :p, :], C[..., :p, :]], axis=-1)
    return Implied(A, S, B, C, m, eta, C[..., :p, :p], eta[..., :p], X)


def mean_jacobian(layout: Layout, implied: Implied) -> Array:
    """Derivatives of mu by the free entries that move it: columns G_i (times the mean of j for an entry A_ij), (..., p, c)."""
    columns = implied.X[..., layout.mean_i]
    factor = np.where(layout.mean_j >= 0, implied.eta[..., layout.mean_j], 1.0)
    return columns * factor[..., None, :]


def gather(layout: Layout, values: Array) -> Array:
    """Add what belongs to one parameter: values (..., c) per entry of A and S become (..., k) per parameter."""
    return _scatter(values, layout.cell_par, layout.n_free, once=layout.cell_once)


def gather_means(layout: Layout, values: Array) -> Array:
    """As `gather`, for the entries that move the means."""
    return _scatter(values, layout.mean_par, layout.n_free, once=layout.mean_once)


def _scatter(values: Array, par: Index, k: int, *, once: bool) -> Array:
    """Add values (..., c) into (..., k); plain assignment where every parameter stands in one entry only (`once`)."""
    out = np.zeros((*values.shape[:-1], k))
    if once:
        out[..., par] = values
    else:
        np.add.at(np.moveaxis(out, -1, 0), par, np.moveaxis(values, -1, 0))
    return out


def _scatter_square(values: Array, par: Index, k: int, *, once: bool) -> Array:
    if not once:
        return _scatter(np.swapaxes(_scatter(values, par, k, once=False), -1, -2), par, k, once=False)
    out = np.zeros((*values.shape[:-2], k, k))
    out[..., par[:, None], par] = values
    return out


def gather_square(layout: Layout, values: Array) -> Array:
    """Add (..., c, c) values of pairs of entries into (..., k, k)."""
    return _scatter_square(values, layout.cell_par, layout.n_free, once=layout.cell_once)


def gather_square_means(layout: Layout, values: Array) -> Array:
    """As `gather_square`, for the entries that move the means."""
    return _scatter_square(values, layout.mean_par, layout.n_free, once=layout.mean_once)


def sigma_jacobian(layout: Layout, implied: Implied) -> Array:
    """Dense derivatives of Sigma by the parameters, (..., p, p, k): for checks and small matrices only."""
    u = implied.X[..., layout.cell_a] * layout.cell_f
    w = implied.X[..., layout.cell_b]
    product = u[..., :, None, :] * w[..., None, :, :]
    return gather(layout, product + np.swapaxes(product, -2, -3))


def quadratic(layout: Layout, Y: Array) -> Array:
    """tr(W dSigma_k W dSigma_l) / 2 for all pairs, from Y = X' W X (2v, 2v): a gather, (..., k, k)."""
    a, b, f = layout.cell_a, layout.cell_b, layout.cell_f
    aa, bb = Y[..., a[:, None], a], Y[..., b[:, None], b]
    ab, ba = Y[..., a[:, None], b], Y[..., b[:, None], a]
    return gather_square(layout, f[:, None] * f * (aa * bb + ab * ba))


def curvature(layout: Layout, implied: Implied, P: Array) -> Array:
    """tr(Q d2Sigma_kl) / 2 for all pairs, from P = X' Q X: what the second derivatives of Sigma add to a Hessian, (..., k, k).

    With u = G_i, w = H'_j for an entry A_ij: du = G_a B_bi and dw = B_ja H'_b + C_jb G_a along A_ab, and
    dw = B_ja G_b + B_jb G_a (half of it for a variance) along S_ab; entries of S among themselves have none.
    """
    v = layout.v
    directed = layout.cell_b >= v
    i, j = layout.cell_a[directed], layout.cell_b[directed] - v
    a, b, f = layout.cell_a[~directed], layout.cell_b[~directed], layout.cell_f[~directed]
    n, B, C = len(i), implied.B, implied.C
    out = np.zeros((*P.shape[:-2], len(layout.cell_par), len(layout.cell_par)))
    if not n:
        return gather_square(layout, out)
    first = B[..., j[None, :], i[:, None]] * P[..., i[None, :], j[:, None] + v]
    dd = first + np.swapaxes(first, -1, -2) + C[..., j[:, None], j] * P[..., i[:, None], i]
    ds = f * (B[..., j[:, None], a] * P[..., i[:, None], b] + B[..., j[:, None], b] * P[..., i[:, None], a])
    where, other = np.flatnonzero(directed), np.flatnonzero(~directed)
    out[..., where[:, None], where] = dd
    out[..., where[:, None], other] = ds
    out[..., other[:, None], where] = np.swapaxes(ds, -1, -2)
    return gather_square(layout, out)


def cross(layout: Layout, Y: Array, P: Array) -> Array:
    """tr(W dSigma_k Q dSigma_l) / 2, symmetrized, for all pairs, from Y = X' W X and P = X' Q X, (..., k, k)."""
    a, b, f = layout.cell_a, layout.cell_b, layout.cell_f

    def at(M: Array, r: Index, c: Index) -> Array:
        return np.asarray(M[..., r[:, None], c])

    total = (
        at(Y, a, b) * at(P, b, a) + at(Y, a, a) * at(P, b, b) + at(Y, b, b) * at(P, a, a) + at(Y, b, a) * at(P, a, b)
    )
    return gather_square(layout, 0.5 * f[:, None] * f * total)


def sigma_along(layout: Layout, implied: Implied, vector: Array) -> Array:
    """dSigma_k vector for all parameters, (..., p, k), from vector (..., p)."""
    projected = (np.swapaxes(implied.X, -1, -2) @ vector[..., None])[..., 0]
    u, w = implied.X[..., layout.cell_a], implied.X[..., layout.cell_b]
    values = u * projected[..., None, layout.cell_b] + w * projected[..., None, layout.cell_a]
    return gather(layout, layout.cell_f * values)


def mean_curvature(layout: Layout, implied: Implied, vector: Array) -> Array:
    """vector' d2mu_kl for all pairs, (..., k, k): G_a B_bi eta_j + G_i B_ja eta_b for two entries of A, G_i B_jc for A_ij and m_c."""
    i, j = layout.mean_i, layout.mean_j
    directed = j >= 0
    g = (np.swapaxes(implied.X, -1, -2) @ vector[..., None])[..., 0][..., i]
    B, eta = implied.B, np.where(directed, implied.eta[..., j], 1.0)
    # entry (k, l): direction l = (a, b) moves eta_j of entry k by B_ja times the mean that entry l multiplies
    first = np.where(directed[:, None], g[..., :, None] * B[..., j[:, None], i] * eta[..., None, :], 0.0)
    return gather_square_means(layout, first + np.swapaxes(first, -1, -2))
