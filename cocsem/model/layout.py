"""Where the parameters of a model stand in its matrices: found once for a table, before any data are seen.

All entries of the three matrices stand in one vector: A row by row, then S, then the intercepts m, and for latent responses
their thresholds and scales. A layout knows the fixed entries and the places of the free ones, so that filling the matrices is
one copy and one assignment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cocsem.model.responses import Responses, find_responses
from cocsem.model.types import ModelSpec, Row

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Slots:
    """Where values per entry, sorted by parameter, go among the k parameters.

    starts : where each parameter begins among the entries; None where each has one entry. where : the parameters that have
    entries, a range where they follow one another. full : whether they are all k of them.
    """

    k: int
    starts: Index | None
    where: Index | slice
    full: bool


@dataclass(frozen=True, slots=True)
class Pairs:
    """Where all pairs of the c free entries of A and S, the first with the columns a, b of X and the second with c, d, find their
    values in matrices laid out row by row, so that each matrix is gathered once.

    ab, aa, bb : (c, c) places of (a, d), (a, c) and (b, d) in X' M X. f : (c, c) products of their factors.
    directed : which entries stand in A, a range where they follow one another. of_i, of_j : (r, c) for these r entries A_ij and
        all others, the places of the columns of the other in row j of E = [B | C].
    """

    ab: Index
    aa: Index
    bb: Index
    f: Array
    directed: Index | slice
    of_i: Index
    of_j: Index


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the parameters of one group stand.

    names : all v variables, the p observed ones first. n_free : number k of parameters, of all groups.
    base : (..., 2 v^2 + v) entries of A, S and m with the fixed values, zero where free; then those of latent responses.
    free_at, free_par : places of the free entries (covariances twice) and their parameters, from 0.
    row_at, row_par : for each table row of the group the place of its entry, and its parameter (-1: fixed). row_free : the free rows.
    depth : longest chain of directed effects; -1 where effects form a circle. means : whether there are intercepts.
    columns : the columns of [G | H'] that derivatives need; X holds these.
    cell_par, cell_f : for each free entry of A and S, sorted by parameter, its parameter and its factor (1/2 for a variance).
    cell_half : the same, and 1/2 for all entries of A. cell_twice : 2 cell_f.
    cell_i, cell_j : its two columns of [G | H'], (i, v + j) for A_ij, (i, j) for S_ij; cell_a, cell_b : the same in X;
        cell_ab : the place of (a, b) in X' M X. cell_own : the cells that are variances.
    pairs : where pairs of these entries find what their second derivatives are made of.
    mean_par, mean_i, mean_j : for each free entry that moves the means, sorted by parameter, its parameter, its column of G, and
        the variable whose mean multiplies it (-1 for an intercept).
    cell_slots, mean_slots : from cells and from entries that move the means to parameters.
    exo : places of the entries that hold moments of fixed exogenous variables, and which observed variables they belong to
        (-1 in the second place: a mean).
    responses : where the latent responses of ordered items stand; None without ordered items.
    """

    names: tuple[str, ...]
    p: int
    n_free: int
    base: Array
    free_at: Index
    free_par: Index
    row_at: Index
    row_par: Index
    row_free: Index
    depth: int
    means: bool
    columns: Index
    cell_par: Index
    cell_f: Array
    cell_half: Array
    cell_twice: Array
    cell_i: Index
    cell_j: Index
    cell_a: Index
    cell_b: Index
    cell_ab: Index
    cell_own: Index
    pairs: Pairs
    mean_par: Index
    mean_i: Index
    mean_j: Index
    cell_slots: Slots
    mean_slots: Slots
    exo: tuple[Index, Index, Index]
    responses: Responses | None = None

    @property
    def v(self) -> int:
        """Number of variables, observed and latent."""
        return len(self.names)

    @property
    def variances(self) -> Index:
        """Parameters that are variances."""
        return np.unique(self.cell_par[self.cell_own])


@lru_cache(maxsize=64)
def lay_out(spec: ModelSpec, group: int) -> Layout:
    """Place the rows of one group (from 1) in the matrices; moments of fixed exogenous variables are zero until they are known."""
    names = spec.observed + spec.latent
    place = {name: n for n, name in enumerate(names)}
    rows = [row for row in spec.rows if row.group == group]
    v = len(names)
    entries = _entries(rows, place)
    row_at = np.array([_position(*entry, v) for entry in entries], dtype=np.intp)
    row_par = np.array([row.free - 1 for row in rows], dtype=np.intp)
    tail = sum(matrix == "r" for matrix, _, _ in entries) + 2  # with a 0 and a 1 at the end
    base = np.zeros(2 * v * v + v + (tail if spec.ordered else 0))
    base[2 * v * v + v + tail - 1 :] = 1.0
    for row, at, entry in zip(rows, row_at, entries, strict=True):
        if not (row.free or row.exo or row.value is None):
            base[at] = base[_mirror(*entry, v)] = row.value
    free = [(entry, row.free - 1) for row, entry in zip(rows, entries, strict=True) if row.free]
    places = dict.fromkeys((at, par) for e, par in free for at in (_position(*e, v), _mirror(*e, v)))
    base.setflags(write=False)
    layout = _with_derivatives(
        names, len(spec.observed), spec.n_free, base,
        (_index(at for at, _ in places), _index(par for _, par in places), row_at, row_par, np.flatnonzero(row_par >= 0)),
        free, _depth([e for e in entries if e[0] == "A"], v), any(e[0] == "m" for e in entries),
        _exogenous(rows, entries, v),
    )  # fmt: skip
    if not spec.ordered:
        return layout
    places_of = {(row.lhs, row.op, row.rhs): int(at) for row, at in zip(rows, row_at, strict=True)}
    return replace(layout, responses=find_responses(spec, rows, places_of, (len(base) - 2, len(base) - 1)))


def _entries(rows: list[Row], place: dict[str, int]) -> list[tuple[str, int, int]]:
    """Matrix, row and column of every table row; thresholds and scales (`r`) are counted."""
    count = iter(range(len(rows)))
    return [("r", next(count), 0) if row.op in ("|", "~*~") else _entry(row, place) for row in rows]


def _entry(row: Row, place: dict[str, int]) -> tuple[str, int, int]:
    """Matrix, row and column of a table row."""
    if row.op == "=~":
        return "A", place[row.rhs], place[row.lhs]
    if row.op == "~":
        return "A", place[row.lhs], place[row.rhs]
    if row.op == "~~":
        return "S", place[row.lhs], place[row.rhs]
    return "m", place[row.lhs], 0


def _position(matrix: str, i: int, j: int, v: int) -> int:
    return {"A": i * v + j, "S": v * v + i * v + j, "m": 2 * v * v + i, "r": 2 * v * v + v + i}[matrix]


def _mirror(matrix: str, i: int, j: int, v: int) -> int:
    """The other place of a covariance; the same one for all other entries."""
    return _position(matrix, j, i, v) if matrix == "S" else _position(matrix, i, j, v)


def _index(values: Iterator[int] | list[int]) -> Index:
    return np.array(list(values), dtype=np.intp)


def _exogenous(rows: list[Row], entries: list[tuple[str, int, int]], v: int) -> tuple[Index, Index, Index]:
    found = []
    for row, (matrix, i, j) in zip(rows, entries, strict=True):
        if row.exo:
            second = -1 if matrix == "m" else j
            found += [(_position(matrix, i, j, v), i, second), (_mirror(matrix, i, j, v), i, second)]
    at, first, other = (list(part) for part in zip(*found, strict=True)) if found else ([], [], [])
    return _index(at), _index(first), _index(other)


def _depth(effects: list[tuple[str, int, int]], v: int) -> int:
    """Longest chain of directed effects, -1 for a circle: how far the powers of A go before they vanish."""
    pattern = np.zeros((v, v), dtype=bool)
    for _, i, j in effects:
        pattern[i, j] = True
    reached, depth = pattern, 0
    while reached.any():
        depth += 1
        if depth > v:
            return -1
        reached = reached @ pattern
    return depth


def _with_derivatives(
    names: tuple[str, ...], p: int, n_free: int, base: Array, places: tuple[Index, Index, Index, Index, Index],
    free: list[tuple[tuple[str, int, int], int]], depth: int, means: bool, exo: tuple[Index, Index, Index],
) -> Layout:  # fmt: skip
    """Note for every free entry which columns of [G | H'] its derivative is made of."""
    v = len(names)
    cells = sorted(
        (par, i, j + v if m == "A" else j, 0.5 if (m, i) == ("S", j) else 1.0) for (m, i, j), par in free if m in "AS"
    )
    moved = sorted((par, i, j if m == "A" else -1) for (m, i, j), par in free if m in "Am")
    cell_par, i, j = (_index(int(cell[n]) for cell in cells) for n in range(3))
    columns = np.unique(np.concatenate([i, j]))
    a, b = np.searchsorted(columns, i), np.searchsorted(columns, j)
    factor = np.array([cell[3] for cell in cells])
    return Layout(
        names, p, n_free, base, *places, depth=depth, means=means,
        columns=columns, cell_par=cell_par, cell_f=factor, cell_twice=2.0 * factor,
        cell_half=np.array([0.5 if cell[2] >= v else cell[3] for cell in cells]), cell_i=i, cell_j=j, cell_a=a, cell_b=b,
        cell_ab=a * len(columns) + b, cell_own=np.flatnonzero(i == j), pairs=_pairs((i, j), (a, b), factor, (v, len(columns))),
        mean_par=_index(mean[0] for mean in moved), mean_i=_index(mean[1] for mean in moved),
        mean_j=_index(mean[2] for mean in moved), cell_slots=_slots(cell_par, n_free),
        mean_slots=_slots(_index(mean[0] for mean in moved), n_free), exo=exo,
    )  # fmt: skip


def _slots(par: Index, k: int) -> Slots:
    own, starts = np.unique(par, return_index=True)
    once = len(own) == len(par)
    return Slots(k, None if once else starts, _range(own), len(own) == k)


def _range(places: Index) -> Index | slice:
    """Rising places as a range, where they follow one another without a gap: cheaper to pick."""
    follow = len(places) and places[-1] - places[0] + 1 == len(places)
    return slice(int(places[0]), int(places[-1]) + 1) if follow else places


def _pairs(ends: tuple[Index, Index], picked: tuple[Index, Index], f: Array, sizes: tuple[int, int]) -> Pairs:
    (i, j), (a, b), (v, w) = ends, picked, sizes
    directed = np.flatnonzero(j >= v)
    row = (j[directed] - v)[:, None] * (2 * v)
    rows_a, rows_b = a[:, None] * w, b[:, None] * w
    return Pairs(rows_a + b, rows_a + a, rows_b + b, f[:, None] * f, _range(directed), row + i, row + j)


def fix_moments(layout: Layout, cov: Array, mean: Array) -> Layout:
    """Put the moments (..., p, p) and (..., p) of the observed variables into the places of fixed exogenous ones."""
    at, i, j = layout.exo
    if not len(at):
        return layout
    base = np.array(np.broadcast_to(layout.base, (*cov.shape[:-2], layout.base.shape[-1])))
    base[..., at] = np.where(j < 0, mean[..., i], cov[..., i, j])
    return replace(layout, base=base)


def pick(layout: Layout, rows: Index) -> Layout:
    """The layout of some members of a batch: moments of fixed exogenous variables differ between them."""
    return layout if layout.base.ndim == 1 else replace(layout, base=layout.base[rows])


def join(layouts: list[Layout]) -> Layout:
    """The layout of several batches of the same model, one after the other."""
    return (
        layouts[0] if layouts[0].base.ndim == 1 else replace(layouts[0], base=np.concatenate([x.base for x in layouts]))
    )
