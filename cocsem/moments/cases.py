"""The normal likelihood of incomplete rows and its slopes by the moments, without one matrix per row or pattern.

The likelihood is a sum over cases: rows, or the mean of all rows of a pattern so frequent that its covariance matrix is less
work than its rows. With W = Sigma^-1 and E the places that a pattern r leaves open, W_r = W - W E (E' W E)^-1 E' W and
ln|Sigma_r| = ln|Sigma| + ln|E' W E|, so that sums over patterns need only matrices as large as the gaps:

    sum_r s_r W_r = W - W N W    N = sum_r s_r E (E' W E)^-1 E'    W_r d = W (d - E (E' W E)^-1 E' W d)

Patterns that leave equally many places open are handled together.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Gap:
    """Patterns that leave m places open.

    places : (R, m) these places. cases : the cases of these patterns; pattern : (u,) the pattern of each.
    dense : (M,) patterns whose rows are summed in a covariance matrix; matrices : the numbers of these matrices.
    order, starts, cells : (R m m,) order in which the entries of (E' W E)^-1 belong to the same cell of N, where each cell
    starts, and its place in N (p p,).
    """

    places: Index
    cases: slice
    pattern: Index
    dense: Index
    matrices: slice
    order: Index
    starts: Index
    cells: Index


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases of one sample, or of a batch of samples of the same rows.

    observed : (U, p) what each case answers. means : (..., U, p), zero where missing. shares : (..., U) of the rows.
    covs : (..., M, p, p) covariance matrices, divisor the rows of the case; dense : (M,) the cases they belong to.
    gaps : the patterns by the number of places left open. rows, starts : the rows (n,) in the order of the cases, and where
    each case starts among them.
    """

    observed: NDArray[np.bool_]
    means: Array
    shares: Array
    covs: Array
    dense: Index
    gaps: tuple[Gap, ...]
    rows: Index
    starts: Index


def find_cases(data: Array) -> Cases:
    """Sort rows (n, p), not a number where missing, into cases.

    >>> found = find_cases(np.array([[1.0, 2.0], [3.0, np.nan], [2.0, 5.0], [3.0, 4.0]]))
    >>> found.shares.tolist(), found.means.tolist()
    ([0.75, 0.25], [[2.0, 3.6666666666666665], [3.0, 0.0]])
    """
    seen, p = ~np.isnan(data), data.shape[1]
    _, first, member, counts = np.unique(
        np.packbits(seen, axis=1), axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    missing = (~seen[first]).sum(axis=1)
    order = np.lexsort((-counts, missing))
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    counts, missing, patterns = counts[order], missing[order], seen[first[order]]
    rows = np.argsort(rank[member.reshape(-1)], kind="stable")
    many = counts > p
    cases = np.where(many, 1, counts)  # cases of each pattern
    pattern = np.repeat(np.arange(len(counts)), cases)
    starts = np.concatenate([[0], np.cumsum(np.where(many[pattern], counts[pattern], 1))[:-1]]).astype(np.intp)
    gaps = tuple(_gap(m, missing, patterns, pattern, many) for m in np.unique(missing))
    dense = np.flatnonzero(many[pattern])
    empty = Cases(patterns[pattern], np.empty(0), np.empty(0), np.empty(0), dense, gaps, rows, starts)
    filled = replace_sample(empty, np.where(seen, data, 0.0), np.ones((1, len(data))))
    return replace(filled, means=filled.means[0], shares=filled.shares[0], covs=filled.covs[0])


def _gap(m: int, missing: Index, patterns: NDArray[np.bool_], pattern: Index, many: NDArray[np.bool_]) -> Gap:
    of = np.flatnonzero(missing == m)
    p = patterns.shape[1]
    places = np.argsort(patterns[of], axis=1, kind="stable")[:, :m]
    where = (places[:, :, None] * p + places[:, None, :]).reshape(-1)
    order = np.argsort(where, kind="stable")
    cells, starts = np.unique(where[order], return_index=True)
    low, high = np.searchsorted(pattern, [of[0], of[-1] + 1])
    dense = np.flatnonzero(many[of])
    before = int(many[: of[0]].sum())
    matrices = slice(before, before + len(dense))
    return Gap(places, slice(int(low), int(high)), pattern[low:high] - of[0], dense, matrices, order, starts, cells)


def replace_sample(cases: Cases, filled: Array, drawn: Array) -> Cases:
    """Put in samples in which every row (n, p), zero where missing, was drawn so many times (b, n)."""
    b, n, p = len(drawn), *filled.shape
    drawn, rows = drawn[:, cases.rows], filled[cases.rows]
    count = np.add.reduceat(drawn, cases.starts, axis=1)
    means = np.broadcast_to(rows[cases.starts], (b, len(cases.starts), p)).copy()
    covs = np.empty((b, len(cases.dense), p, p))
    ends = np.append(cases.starts, n)
    i, j = np.tril_indices(p)
    for number, case in enumerate(cases.dense):
        of = slice(ends[case], ends[case + 1])
        total = np.maximum(count[:, case, None], 1.0)
        centre = rows[of].mean(axis=0)
        z = rows[of] - centre
        shift = drawn[:, of] @ z / total
        second = drawn[:, of] @ (z[:, i] * z[:, j]) / total - shift[:, i] * shift[:, j]
        covs[:, number, i, j] = covs[:, number, j, i] = second
        means[:, case] = np.where(cases.observed[case], centre + shift, 0.0)
    return replace(cases, means=means, shares=count / n, covs=covs)


def average_slopes(cases: Cases, Sigma: Array, mu: Array) -> tuple[Array, Array, Array]:
    """Deviance (b,) averaged over the rows, Q (b, p, p) and u (b, p) at Sigma (b, p, p) and mu (b, p).

    deviance = sum s_r [ln|Sigma_r| + tr(W_r M_r)], Q = sum s_r (W_r - W_r M_r W_r), u = sum s_r W_r d_r, so that
    d deviance = tr(Q dSigma) - 2 u' dmu; s_r are shares of the rows and M_r = S_r + d_r d_r'.

    Raises
    ------
    LinAlgError : a Sigma is not positive definite.
    """
    root = np.diagonal(np.linalg.cholesky(Sigma), axis1=1, axis2=2)
    W: Array = np.asarray(np.linalg.inv(Sigma), dtype=np.float64)
    W = (W + np.swapaxes(W, 1, 2)) / 2.0
    p, shares = Sigma.shape[-1], np.broadcast_to(cases.shares, (len(Sigma), cases.shares.shape[-1]))
    d = np.where(cases.observed, cases.means - mu[:, None, :], 0.0)
    Wd, open_d, N = d @ W, np.zeros(d.shape), np.zeros((len(W), p * p))
    value, inner = 2.0 * np.log(root).sum(axis=1), np.zeros_like(W)
    for gap in cases.gaps:
        K, logdet = _gap_inverse(gap, W)
        share = shares[:, gap.cases]
        if K is not None and logdet is not None:
            weight = _by_pattern(share, gap)
            value = value + np.sum(weight * logdet, axis=1)
            N[:, gap.cells] += _by_cell(weight[:, :, None, None] * K, gap)
            at = np.arange(d.shape[1])[gap.cases, None], gap.places[gap.pattern]
            open_d[:, at[0], at[1]] = (K[:, gap.pattern] @ Wd[:, at[0], at[1], None])[..., 0]
        if len(gap.dense):
            trace, part = _dense(cases, gap, W, K, shares)
            value, inner = value + trace, inner + part
    Wd -= open_d @ W
    N = N.reshape(W.shape)
    Q = W - W @ N @ W - inner - np.swapaxes(Wd * shares[:, :, None], 1, 2) @ Wd
    return value + np.einsum("bu,bup,bup->b", shares, d, Wd), Q, (shares[:, None, :] @ Wd)[:, 0]


def _gap_inverse(gap: Gap, W: Array) -> tuple[Array | None, Array | None]:
    """(E' W E)^-1 (b, R, m, m) and ln|E' W E| (b, R) of the patterns; None where no place is open."""
    if not gap.places.shape[1]:
        return None, None
    K = W[:, gap.places[:, :, None], gap.places[:, None, :]]
    if K.shape[-1] == 1:
        return 1.0 / K, np.log(K[..., 0, 0])
    return np.asarray(np.linalg.inv(K), dtype=np.float64), np.linalg.slogdet(K)[1]


def _by_pattern(share: Array, gap: Gap) -> Array:
    """Shares (b, R) of the patterns from those of their cases."""
    starts = np.searchsorted(gap.pattern, np.arange(len(gap.places)))
    return np.asarray(np.add.reduceat(share, starts, axis=1))


def _by_cell(entries: Array, gap: Gap) -> Array:
    """Add the entries (b, R, m, m) that belong to the same cell."""
    return np.asarray(np.add.reduceat(entries.reshape(len(entries), -1)[:, gap.order], gap.starts, axis=1))


def _dense(cases: Cases, gap: Gap, W: Array, K: Array | None, shares: Array) -> tuple[Array, Array]:
    """sum s_r tr(W_r S_r) (b,) and sum s_r W_r S_r W_r (b, p, p) over the patterns with a covariance matrix."""
    S = cases.covs[..., gap.matrices, :, :]
    share = shares[:, cases.dense[gap.matrices]]
    if K is None:
        Wr = np.broadcast_to(W[:, None], (len(W), len(gap.dense), *W.shape[1:]))
    else:
        C = W[:, gap.places[gap.dense]]
        Wr = W[:, None] - np.swapaxes(C, -1, -2) @ (K[:, gap.dense] @ C)
    product = Wr @ S
    trace = np.trace(product, axis1=-2, axis2=-1)
    return np.sum(share * trace, axis=1), np.einsum("bm,bmpq->bpq", share, product @ Wr)
