"""Step two for ordered variables without covariates: polychoric correlations of all pairs from their tables of counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from cocsem.moments.ordinal.climb import climb
from cocsem.moments.ordinal.normal import (
    BEYOND,
    LEAST,
    STEEP,
    bivariate_cdf,
    bivariate_pdf,
    is_rounded,
    normal_pdf,
    rectangle_tail,
)
from cocsem.moments.ordinal.types import Array, Index, pair_index

_ADDED = 0.5  # what an empty cell of a 2 x 2 table is given


@dataclass(frozen=True, slots=True)
class Tables:
    """Counts of all pairs of p ordered variables, padded to the largest number of categories c.

    counts : (P, c, c) answers to the first variable by answers to the second, pairs in the order of `pair_index`.
    cuts : (p, c - 1) thresholds, beyond all answers where a variable has fewer.
    categories, answered : (p,) numbers of categories, and of answers to each variable.
    """

    counts: Array
    cuts: Array
    categories: Index
    answered: Index


def tabulate(codes: Index, thresholds: list[Array]) -> Tables:
    """Count the answers to all pairs at once, each over the rows that answer both.

    codes : (n, p) category numbers, -1 where missing. thresholds : p vectors.
    """
    p = codes.shape[1]
    categories = np.array([len(cuts) + 1 for cuts in thresholds])
    c = int(categories.max())
    chosen = (codes[:, :, None] == np.arange(c)).reshape(len(codes), p * c).astype(np.float64)
    blocks = (chosen.T @ chosen).reshape(p, c, p, c)
    first, second = pair_index(p)
    cuts = np.full((p, c - 1), BEYOND)
    for j, own in enumerate(thresholds):
        cuts[j, : len(own)] = own
    return Tables(blocks[first, :, second, :], cuts, categories, (codes >= 0).sum(axis=0))


def polychoric(tables: Tables, start: Array | None = None) -> Array:
    """Correlations of the latent responses with thresholds fixed at those of the margins, (P,).

    maximize over rho: sum_ab n_ab log P_ab(rho), P_ab the probability of a rectangle under the bivariate normal

    start : (P,) first guesses; by default Pearson correlations of the category numbers.

    References: olsson1979
    """
    first, second = pair_index(len(tables.cuts))
    counts = filled(tables)
    h, k = _grids(tables, first, second)
    return climb(partial(_slopes, counts, h, k), _start(counts) if start is None else start)


def filled(tables: Tables) -> Array:
    """The counts, with one half moved into the empty cell of a 2 x 2 table so that its margins stay; larger tables as they are.

    A table with two empty cells stays as it is too: the correlation is perfect, and nothing added would be known.
    """
    first, second = pair_index(len(tables.cuts))
    small = (tables.categories[first] == 2) & (tables.categories[second] == 2)
    if not small.any():
        return tables.counts
    counts = tables.counts.copy()
    corner = counts[:, :2, :2]
    empty = corner == 0
    one = small & (empty.sum(axis=(1, 2)) == 1)
    on_diagonal = one & (empty[:, 0, 0] | empty[:, 1, 1])
    sign = np.where(on_diagonal, 1.0, np.where(one, -1.0, 0.0))
    counts[:, :2, :2] += _ADDED * sign[:, None, None] * np.array([[1.0, -1.0], [-1.0, 1.0]])
    return counts


def empty_cells(tables: Tables) -> NDArray[np.intp]:
    """How many cells of each table nobody is in, (P,)."""
    first, second = pair_index(len(tables.cuts))
    cells = tables.categories[first] * tables.categories[second]
    return np.asarray(cells - (tables.counts > 0).sum(axis=(1, 2)))


def table_influence(tables: Tables, rho: Array) -> Array:
    """What an answer in each cell adds to the correlation of its pair, thresholds estimated too, (P, c + 1, c + 1).

    u_ab = (s_ab - sum_k a_k v_k(a) - sum_l a_l v_l(b)) / sum n s^2, with s = d log P / d rho, v the influence on a threshold
    and a = sum n s (d log P / d threshold). The last row and column are answers to one variable only, where s = 0.

    References: muthen1984, joreskog1994
    """
    first, second = pair_index(len(tables.cuts))
    h, k = _grids(tables, first, second)
    counts = tables.counts
    cells = _cells(counts, h, k, rho)
    score = _differences(_framed(bivariate_pdf(h, k, rho[:, None, None]))) / cells
    weight = (counts * score**2).sum(axis=(1, 2))
    margins = _threshold_influence(tables)
    spread = counts * score / cells
    own = _row_part(spread, h, k, rho, margins[first])
    other = _row_part(spread.swapaxes(1, 2), k.swapaxes(1, 2), h.swapaxes(1, 2), rho, margins[second])
    total = np.zeros((len(rho), cells.shape[1] + 1, cells.shape[2] + 1))
    total[:, :-1, :-1] = score
    total -= own[:, :, None] + other[:, None, :]
    return np.asarray(total / weight[:, None, None])


def _grids(tables: Tables, first: Index, second: Index) -> tuple[Array, Array]:
    shape = (len(first), tables.cuts.shape[1], tables.cuts.shape[1])
    h = np.broadcast_to(tables.cuts[first][:, :, None], shape)
    k = np.broadcast_to(tables.cuts[second][:, None, :], shape)
    return np.ascontiguousarray(h), np.ascontiguousarray(k)


def _start(counts: Array) -> Array:
    """Pearson correlations of the category numbers."""
    level = np.arange(counts.shape[1], dtype=np.float64)
    n = counts.sum(axis=(1, 2))
    rows, columns = counts.sum(axis=2), counts.sum(axis=1)
    mean = rows @ level / n, columns @ level / n
    cov = np.einsum("pab,a,b->p", counts, level, level) / n - mean[0] * mean[1]
    variance = (rows @ level**2 / n - mean[0] ** 2) * (columns @ level**2 / n - mean[1] ** 2)
    return np.asarray(cov / np.sqrt(np.maximum(variance, LEAST)))


def _slopes(counts: Array, h: Array, k: Array, rho: Array, at: Index) -> tuple[Array, Array]:
    """First and second derivative of the log-likelihood in rho, (A,) each."""
    h, k, r = h[at], k[at], rho[:, None, None]
    weighted = counts[at]
    cells = _cells(weighted, h, k, rho)
    density = bivariate_pdf(h, k, r)
    rest = 1.0 - r * r
    bend = density * (r + (h * k * (1 + r * r) - r * (h * h + k * k)) / rest) / rest
    slope = np.where(cells <= LEAST, -STEEP * np.sign(r), _differences(_framed(density)) / cells)
    second = _differences(_framed(bend)) / cells - slope**2
    return (weighted * slope).sum(axis=(1, 2)), (weighted * second).sum(axis=(1, 2))


def _cells(counts: Array, h: Array, k: Array, rho: Array) -> Array:
    """Probabilities of the cells that somebody is in, (A, c, c); 1 for the others, which do not count."""
    below = np.zeros((len(rho), h.shape[1] + 2, h.shape[2] + 2))
    below[:, 1:-1, 1:-1] = bivariate_cdf(h, k, rho)
    below[:, 1:-1, -1], below[:, -1, 1:-1], below[:, -1, -1] = ndtr(h[:, :, 0]), ndtr(k[:, 0, :]), 1.0
    cells = np.where(counts > 0, _differences(below), 1.0)
    small = np.nonzero(is_rounded(cells))
    if small[0].size:
        pair, a, b = small
        rows, columns = (np.pad(x, ((0, 0), (1, 1)), constant_values=BEYOND) for x in (h[:, :, 0], k[:, 0, :]))
        rows[:, 0] = columns[:, 0] = -BEYOND
        lower, upper = (rows[pair, a], columns[pair, b]), (rows[pair, a + 1], columns[pair, b + 1])
        cells[small] = rectangle_tail(lower, upper, rho[pair])
    return np.maximum(cells, LEAST)


def _framed(inner: Array) -> Array:
    """The same with zeros around: what is so at infinite limits."""
    return np.pad(inner, ((0, 0), (1, 1), (1, 1)))


def _differences(corners: Array) -> Array:
    rows = corners[:, 1:] - corners[:, :-1]
    return np.asarray(rows[:, :, 1:] - rows[:, :, :-1])


def _threshold_influence(tables: Tables) -> Array:
    """What an answer in each category adds to each threshold of its variable, (p, c + 1, c - 1); the last row is no answer.

    v_k(a) = (1{a <= k} - P(y <= k)) / (n phi(tau_k))
    """
    cuts = tables.cuts
    level = np.arange(cuts.shape[1])
    below = np.arange(cuts.shape[1] + 1)[:, None] <= level
    weight = np.where(cuts < BEYOND, normal_pdf(cuts), np.inf) * tables.answered[:, None]
    influence = np.zeros((len(cuts), cuts.shape[1] + 2, cuts.shape[1]))
    influence[:, :-1] = (below - ndtr(cuts)[:, None, :]) / weight[:, None, :]
    return influence


def _row_part(spread: Array, h: Array, k: Array, rho: Array, influence: Array) -> Array:
    """sum_k a_k v_k(a), (P, c + 1), a_k = sum_ab (n s / P)_ab dP_ab / dtau_k of the variable along the rows."""
    conditional = np.zeros((len(rho), h.shape[1], h.shape[2] + 2))
    spread_of = np.sqrt((1.0 - rho) * (1.0 + rho))[:, None, None]
    conditional[:, :, 1:-1] = ndtr((k - rho[:, None, None] * h) / spread_of)
    conditional[:, :, -1] = 1.0
    strips = np.diff(conditional, axis=2) * normal_pdf(h[:, :, :1])
    a = ((spread[:, :-1] - spread[:, 1:]) * strips).sum(axis=2)
    return np.asarray(np.einsum("pk,pak->pa", a, influence))
