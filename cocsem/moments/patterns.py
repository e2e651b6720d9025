"""Patterns of missing answers: rows that answer the same variables, and the normal likelihood as a sum over patterns.

With n_r rows, means ybar_r and covariances S_r of the variables that pattern r answers, and W_r the inverse of the same
rows and columns of Sigma (zero elsewhere), everything the likelihood needs are averages over the rows:

    deviance = sum n_r / N [ln|Sigma_r| + tr(W_r M_r)]    M_r = S_r + d_r d_r'    d_r = ybar_r - mu_r
    Q = sum n_r / N (W_r - W_r M_r W_r)    u = sum n_r / N W_r d_r    so that d deviance = tr(Q dSigma) - 2 u' dmu

W_r comes from the inverse of the whole matrix by taking out the variables m that are missing,
W_r = W - W_.m W_mm^-1 W_m. and ln|Sigma_r| = ln|Sigma| + ln|W_mm|: only matrices as large as the gaps are inverted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]
_BLOCK = 400_000  # numbers held at once by a sum over pairs of moments


@dataclass(frozen=True, slots=True)
class Patterns:
    """R patterns over p variables, the one with most rows first.

    observed : (R, p) what is answered. counts : (R,) rows. means : (R, p), zero where missing.
    covs : (M, p, p) covariances, divisor n_r, of the first M patterns, those with more than one row; zero where missing.
    member : (n,) the pattern of each row.
    gaps, filled : (R, m) positions of the missing variables, and which of these places are in use.
    deviance : deviance of the saturated model.
    """

    observed: NDArray[np.bool_]
    counts: Array
    means: Array
    covs: Array
    member: Index
    gaps: Index
    filled: NDArray[np.bool_]
    deviance: float = np.nan

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.member)

    @property
    def shares(self) -> Array:
        """Share of the rows in each pattern, (R,)."""
        return self.counts / self.counts.sum()

    @property
    def answers(self) -> float:
        """Number of answers given, over all rows."""
        return float(self.counts @ self.observed.sum(axis=1))


@dataclass(frozen=True, slots=True)
class Weighed:
    """Patterns met with moments: W (R, p, p), ln|Sigma_r| (R,), and W_r d_r (R, p)."""

    patterns: Patterns
    W: Array
    logdet: Array
    d: Array
    Wd: Array


def find_patterns(data: Array) -> Patterns:
    """Sort the rows (n, p), not a number where missing, into patterns with their sufficient statistics.

    >>> found = find_patterns(np.array([[1.0, 2.0], [3.0, np.nan], [2.0, 5.0]]))
    >>> found.counts.tolist(), found.means.tolist(), found.member.tolist()
    ([2.0, 1.0], [[1.5, 3.5], [3.0, 0.0]], [0, 1, 0])
    """
    seen = ~np.isnan(data)
    codes = np.packbits(seen, axis=1)
    _, first, member, counts = np.unique(codes, axis=0, return_index=True, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    member, counts, observed = rank[member.reshape(-1)], counts[order].astype(np.float64), seen[first[order]]
    rows = np.argsort(member, kind="stable")
    starts = np.concatenate([[0], np.cumsum(counts[:-1])]).astype(np.intp)
    filled_in = np.where(seen, data, 0.0)[rows]
    means = np.add.reduceat(filled_in, starts, axis=0) / counts[:, None]
    many = int((counts > 1).sum())
    covs = np.empty((many, *means.shape[1:] * 2))
    for r in range(many):
        z = np.where(observed[r], filled_in[starts[r] : starts[r] + int(counts[r])] - means[r], 0.0)
        covs[r] = z.T @ z / counts[r]
    gaps, filled = _gaps(observed)
    return Patterns(observed, counts.astype(np.float64), means, covs, member, gaps, filled)


def _gaps(observed: NDArray[np.bool_]) -> tuple[Index, NDArray[np.bool_]]:
    """Positions of the missing variables of each pattern, filled up with zeros to one length."""
    missing = ~observed
    most = int(missing.sum(axis=1).max(initial=0))
    places = np.argsort(~missing, axis=1, kind="stable")[:, :most]
    filled = np.take_along_axis(missing, places, axis=1)
    return np.where(filled, places, 0), filled


def weigh(patterns: Patterns, Sigma: Array, mu: Array) -> Weighed:
    """Invert the part of Sigma (p, p) that each pattern answers; LinAlgError where Sigma is not positive definite."""
    root = np.linalg.cholesky(Sigma)
    W = np.linalg.inv(Sigma)
    W = (W + W.T) / 2.0
    gaps, filled = patterns.gaps, patterns.filled
    K = np.where(filled[:, :, None] & filled[:, None, :], W[gaps[:, :, None], gaps[:, None, :]], np.eye(gaps.shape[1]))
    C = W[gaps] * filled[:, :, None]
    seen = patterns.observed
    Wr = W - np.swapaxes(C, 1, 2) @ (np.linalg.inv(K) @ C)
    Wr *= seen[:, :, None] & seen[:, None, :]
    logdet = 2.0 * np.log(np.diag(root)).sum() + np.linalg.slogdet(K)[1]
    d = np.where(seen, patterns.means - mu, 0.0)
    return Weighed(patterns, Wr, logdet, d, (Wr @ d[:, :, None])[:, :, 0])


def deviance(at: Weighed) -> float:
    """Average of ln|Sigma_r| + tr(W_r M_r) over the rows."""
    share, many = at.patterns.shares, len(at.patterns.covs)
    squares = at.logdet + np.einsum("rp,rp->r", at.d, at.Wd)
    traces = np.einsum("rpq,rpq->r", at.W[:many], at.patterns.covs)
    return float(share @ squares + share[:many] @ traces)


def moment_slopes(at: Weighed) -> tuple[Array, Array]:
    """Return Q (p, p) and u (p,): the derivative of the deviance is tr(Q dSigma) - 2 u' dmu."""
    share, many, p = at.patterns.shares, len(at.patterns.covs), at.W.shape[-1]
    W = at.W[:many]
    twice = (share @ at.W.reshape(len(share), -1)).reshape(p, p)
    inner = np.einsum("r,rpq->pq", share[:many], W @ at.patterns.covs @ W)
    return twice - inner - (at.Wd.T * share) @ at.Wd, share @ at.Wd


@lru_cache(maxsize=32)
def pair_index(p: int) -> tuple[Index, Index, Index, Array]:
    """Rows and columns of the lower triangle by columns, the number of each pair (p, p), and 1 or (diagonal) 1/2."""
    columns, rows = np.triu_indices(p)
    number = np.empty((p, p), dtype=np.intp)
    number[rows, columns] = number[columns, rows] = np.arange(len(rows))
    return rows, columns, number, np.where(rows == columns, 0.5, 1.0)


def expected_moments_information(at: Weighed) -> Array:
    """Expected information of one row about the moments (mu, vech Sigma) where answers are missing at random whatever they are.

    Sum of n_r / N times the normal-theory weight of each pattern: W_r for the means, tr(W_r D_k W_r D_l) / 2 for the covariances.
    """
    return _assemble(at, 0.5 * at.patterns.shares[:, None, None] * at.W, None)


def observed_moments_information(at: Weighed) -> Array:
    """Half the exact Hessian of the deviance by the moments (mu, vech Sigma), (p + p*, p + p*).

    With V_r = W_r M_r W_r: W_r for the means, tr((V_r - W_r / 2) D_k W_r D_l) symmetrized for the covariances,
    dmu' W_r D_l W_r d_r between them.

    References: savalei2010
    """
    share, many = at.patterns.shares, len(at.patterns.covs)
    V = at.Wd[:, :, None] * at.Wd[:, None, :] - 0.5 * at.W
    V[:many] += at.W[:many] @ at.patterns.covs @ at.W[:many]
    return _assemble(at, share[:, None, None] * V, share[:, None] * at.Wd)


def _assemble(at: Weighed, left: Array, mixed: Array | None) -> Array:
    """Put the blocks together from sums over patterns of products of two matrices, one BLAS product each."""
    R, p = at.d.shape
    rows, columns, number, half = pair_index(p)
    out = np.zeros((p + len(rows), p + len(rows)))
    out[:p, :p] = (at.patterns.shares @ at.W.reshape(R, -1)).reshape(p, p)
    right = at.W[:, rows, columns]
    out[p:, p:] = _pairs(left[:, rows, columns].T @ right, p)
    if mixed is not None:  # dmu_i' W_r (e_k e_l' + e_l e_k') W_r d_r
        B = (mixed.T @ right)[:, number]  # [l, i, k] = sum (Wd)_l W_ik
        values = (B[columns][:, :, :].transpose(1, 0, 2)[:, np.arange(len(rows)), rows]
                  + B[rows].transpose(1, 0, 2)[:, np.arange(len(rows)), columns]) * half  # fmt: skip
        out[:p, p:], out[p:, :p] = values, values.T
    return out


def _pairs(products: Array, p: int) -> Array:
    """tr(A D_k B D_l), symmetrized, for all pairs of moments from the sums of A_ab B_cd over patterns (p*, p*)."""
    rows, columns, number, half = pair_index(p)
    both = products + products.T
    out = np.empty_like(both)
    block = max(1, _BLOCK // len(rows))
    for start in range(0, len(rows), block):
        at = slice(start, start + block)
        i, j = rows[at, None], columns[at, None]
        out[at] = both[number[i, rows], number[j, columns]] + both[number[i, columns], number[j, rows]]
    return out * half[:, None] * half
