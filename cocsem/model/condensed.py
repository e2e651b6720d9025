"""Implied moments for a long batch of parameters, condensed to the variables that send arrows.

Of the v variables only q send arrows: the latent ones, and observed ones with an effect on something. The columns of
B = (I - A)^-1 that belong to other variables are unit vectors, so everything follows from the senders' part J of the
matrices of `matrices`: with S parted into S_JJ, K (observed variables that send nothing, with senders) and V (the rest),

    B_JJ = (I - A_JJ)^-1    G = B_oJ = E + A_oJ B_JJ    T = G S_JJ + K    H = C_oJ = T B_JJ'
    Sigma = T G' + G K' + V        mu = G m_J + m_o

where E has a one for each observed sender. A derivative of Sigma is u w' + w u' with u and w columns of [I | G | H], so
tr(M dSigma) is picked from M, M [G | H] and G' M [G | H]: no matrix has more than p rows or max(p, 2 q) columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.model.layout import Layout
from cocsem.model.matrices import gather, gather_means

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Fill:
    """Table rows `at` whose values go to places (i, j) of a block, and again to (j, i) where `mirrored`."""

    at: Index
    i: Index
    j: Index
    mirrored: bool = False

    def into(self, block: Array, filled: Array) -> Array:
        values = filled[:, self.at]
        block[:, self.i, self.j] = values
        if self.mirrored:
            block[:, self.j, self.i] = values
        return block


@dataclass(frozen=True, slots=True)
class _Picks:
    """Entries of one product that are derivatives: which derivatives (`at`), and their places (i, j) in the product."""

    at: Index
    i: Index
    j: Index


@dataclass(frozen=True, slots=True)
class Condensed:
    """Where the parameters of one group stand in the senders' blocks.

    layout : the full layout. senders : (q,) their positions among all variables.
    effects, among : table rows that go to A_oJ and to A_JJ. latent_cov, between, rest : to S_JJ, K and V. intercepts : to m.
    own : (rows, columns) of the ones of E. picks : derivatives found in M, in M [G | H] and in G' M [G | H].
    mean_plain, mean_sent : derivatives of means found in u and in G' u. mean_factor : sender whose mean multiplies each, q for one.
    """

    layout: Layout
    senders: Index
    effects: _Fill
    among: _Fill
    latent_cov: _Fill
    between: _Fill
    rest: _Fill
    intercepts: _Fill
    own: tuple[Index, Index]
    picks: tuple[_Picks, _Picks, _Picks]
    mean_plain: _Picks
    mean_sent: _Picks
    mean_factor: Index


@dataclass(frozen=True, slots=True)
class Moments:
    """Implied moments of a batch: Sigma (b, p, p), mu (b, p); Z = [G | H] (b, p, 2 q); eta (b, q + 1), means of the senders and a one;
    C (b, q, q), covariances of the senders; S (b, q, q), what of them is not explained; unique (b, p), the variances V where
    Sigma = G S G' + V with a diagonal V, else None."""

    Sigma: Array
    mu: Array
    Z: Array
    eta: Array
    C: Array
    S: Array
    unique: Array | None = None


def condense(layout: Layout) -> Condensed:
    """Sort the entries of A, S and m of a group into the senders' blocks."""
    p, v = layout.p, layout.v
    matrix, within = np.divmod(layout.row_at, v * v)
    i, j = np.divmod(within, v)
    senders = np.union1d(j[matrix == 0], np.arange(p, v)).astype(np.intp)
    place = np.full(v, -1, dtype=np.intp)
    place[senders] = np.arange(len(senders))
    sends, own = place >= 0, senders[senders < p]
    both, none = sends[i] & sends[j], ~sends[i] & ~sends[j]
    first, second = np.where(sends[i], j, i), np.where(sends[i], i, j)  # the end that does not send, where one does
    return Condensed(
        layout=layout,
        senders=senders,
        effects=_fill((matrix == 0) & (i < p), i, place[j]),
        among=_fill((matrix == 0) & sends[i], place[i], place[j]),
        latent_cov=_fill((matrix == 1) & both, place[i], place[j], mirrored=True),
        between=_fill((matrix == 1) & ~both & ~none, first, place[second]),
        rest=_fill((matrix == 1) & none, i, j, mirrored=True),
        intercepts=_fill(matrix == 2, j, j),
        own=(own, place[own]),
        picks=_place_derivatives(layout, place, len(senders)),
        mean_plain=_pick(~sends[layout.mean_i], layout.mean_i, layout.mean_i),
        mean_sent=_pick(sends[layout.mean_i], place[layout.mean_i], place[layout.mean_i]),
        mean_factor=np.where(layout.mean_j >= 0, place[layout.mean_j], len(senders)),
    )


def _fill(which: NDArray[np.bool_], i: Index, j: Index, *, mirrored: bool = False) -> _Fill:
    at = np.flatnonzero(which)
    return _Fill(at, i[at], j[at], mirrored)


def _pick(which: NDArray[np.bool_], i: Index, j: Index) -> _Picks:
    at = np.flatnonzero(which)
    return _Picks(at, i[at], j[at])


def _place_derivatives(layout: Layout, place: Index, q: int) -> tuple[_Picks, _Picks, _Picks]:
    """Sort the derivatives by what their two columns are: unit vectors, or columns of [G | H]."""
    v, a, b = layout.v, layout.cell_i, layout.cell_j
    sent = b >= v
    other = np.where(sent, place[np.where(sent, b - v, 0)] + q, place[np.where(sent, 0, b)])
    plain_a, plain_b = place[a] < 0, ~sent & (other < 0)
    mixed = plain_a != plain_b
    row = np.where(plain_a, a, np.where(sent, 0, b))  # the unit vector of a mixed pair
    column = np.where(plain_a, other, place[a])
    return (
        _pick(plain_a & plain_b, a, b),
        _pick(mixed, row, column),
        _pick(~plain_a & ~plain_b, place[a], other),
    )


def row_draws(layout: Layout, theta: Array) -> Array:
    """Values (b, r) of the table rows of a group at theta (b, k): free parameters, and fixed values, which may differ in the batch."""
    return np.asarray(np.where(layout.row_par >= 0, theta[:, layout.row_par], layout.base[..., layout.row_at]))


def imply_condensed(condensed: Condensed, theta: Array) -> Moments:
    """Compute the implied moments at theta (b, k); fixed values of the layout may have a batch axis too."""
    layout, b = condensed.layout, len(theta)
    p, q = layout.p, len(condensed.senders)
    values = row_draws(layout, theta)
    G = condensed.effects.into(np.zeros((b, p, q)), values)
    B: Array | None = None
    if len(condensed.among.at):
        B = np.asarray(np.linalg.inv(np.eye(q) - condensed.among.into(np.zeros((b, q, q)), values)))
        G = G @ B
    G[:, condensed.own[0], condensed.own[1]] += 1.0
    S = condensed.latent_cov.into(np.zeros((b, q, q)), values)
    T, K = G @ S, None
    if len(condensed.between.at):
        K = condensed.between.into(np.zeros((b, p, q)), values)
        T += K
    H = T if B is None else T @ np.swapaxes(B, 1, 2)
    Sigma = T @ np.swapaxes(G, 1, 2)
    if K is not None:
        Sigma += G @ np.swapaxes(K, 1, 2)
    _add_rest(condensed.rest, Sigma, values)
    C = S if B is None else B @ S @ np.swapaxes(B, 1, 2)
    mu, eta = _means(condensed, values, G, B)
    return Moments(Sigma, mu, np.concatenate([G, H], axis=2), eta, C, S, _unique(condensed, values))


def _unique(condensed: Condensed, values: Array) -> Array | None:
    """Variances of what is not common, (b, p), where no observed variable sends arrows or has a covariance of its own."""
    rest, p = condensed.rest, condensed.layout.p
    if len(condensed.own[0]) or len(condensed.between.at) or (rest.i != rest.j).any() or len(rest.at) < p:
        return None
    out = np.empty((len(values), p))
    out[:, rest.i] = values[:, rest.at]
    return out


def _add_rest(rest: _Fill, Sigma: Array, values: Array) -> None:
    added, off = values[:, rest.at], rest.i != rest.j
    Sigma[:, rest.i, rest.j] += added
    Sigma[:, rest.j[off], rest.i[off]] += added[:, off]


def _means(condensed: Condensed, values: Array, G: Array, B: Array | None) -> tuple[Array, Array]:
    """Implied means (b, p), and means of the senders with a one behind them (b, q + 1)."""
    layout, senders = condensed.layout, condensed.senders
    m = np.zeros((len(values), layout.v))
    m[:, condensed.intercepts.i] = values[:, condensed.intercepts.at]
    sent = m[:, senders, None]
    mu = (G @ sent)[:, :, 0]
    m[:, senders] = 0.0
    eta = sent if B is None else B @ sent
    return mu + m[:, : layout.p], np.concatenate([eta[:, :, 0], np.ones((len(values), 1))], axis=1)


def slope_condensed(condensed: Condensed, at: Moments, M: Array, u: Array | None) -> Array:
    """tr(M dSigma) - 2 u' dmu for all parameters, (b, k), from symmetric M (b, p, p) and u (b, p) or None."""
    q, layout = len(condensed.senders), condensed.layout
    MZ = M @ at.Z
    GMZ = np.swapaxes(at.Z[:, :, :q], 1, 2) @ MZ
    values = np.empty((len(M), len(layout.cell_par)))
    for product, picks in zip((M, MZ, GMZ), condensed.picks, strict=True):
        values[:, picks.at] = product[:, picks.i, picks.j]
    out = gather(layout, 2.0 * layout.cell_f * values)
    if u is None:
        return np.asarray(out)
    values = np.empty((len(M), len(layout.mean_par)))
    values[:, condensed.mean_plain.at] = u[:, condensed.mean_plain.i]
    values[:, condensed.mean_sent.at] = (u[:, None, :] @ at.Z[:, :, :q])[:, 0, condensed.mean_sent.i]
    return np.asarray(out - 2.0 * gather_means(layout, values * at.eta[:, condensed.mean_factor]))
