"""Starting values in closed form from the covariances: near the answer, with the right signs, for every engine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cocsem.model.types import ModelSpec, Row
from cocsem.moments.positive import exceeds
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]
Index = NDArray[np.intp]
_FAR = 3.0  # a loading starts at most this many times as large as variances of marker and item alone suggest
_NEAR_ZERO = 0.1  # and at least this share of it
_RESIDUAL = (0.1, 0.9)  # share of its variance that an item may keep at the start
_HALF = 0.5**0.5  # loading on a factor of unit variance that explains half of a standardized item
_CORRELATION = 0.9  # largest correlation of factors at the start


def starting_values(spec: ModelSpec, statistics: tuple[SampleStatistics, ...]) -> Array:
    """Return theta (k,) to start from; values the user asked for with start() win, and the first row of a shared parameter.

    A loading starts at the covariance of its item with the other items of the factor over that of the marker
    (hagglund1982, in its simplest form); variances and covariances of factors at what these loadings leave of the sums of
    covariances between items, residuals at the rest.
    """
    theta = np.zeros(spec.n_free)
    for group in range(len(statistics), 0, -1):
        plan = _plan(spec, group)
        theta[plan.par] = _of_group(plan, statistics[group - 1])
    return within_bounds(spec, theta)


def within_bounds(spec: ModelSpec, theta: Array) -> Array:
    """Move parameters (k,) that are beyond a bound onto it."""
    low, high = _bounds(spec)
    return np.asarray(np.minimum(np.maximum(theta, low), high))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the free rows of a group start at, found once for a table. Positions count among the free rows, last row first.

    par : parameters of the rows. constant : starts that depend on no data.
    member : (m, p) which observed variables belong to a factor. marker, fixed : position of its marker among the observed
        variables (-1: none) and the value its loading is fixed at (nan: the variance of the factor is fixed instead).
    loading_f, loading_i : factor and item of all loadings on items. given : their fixed values, nan where free. held, loose : which
        of them are fixed and free. together : (p, p) which observed variables share a factor.
    loadings, variances, covariances, residuals, moments, means, cuts : rows (n,) of a kind, and what they refer to.
    """

    par: Index
    constant: Array
    member: Array
    marker: Index
    fixed: Array
    loading_f: Index
    loading_i: Index
    given: Array
    held: Index
    loose: Index
    together: NDArray[np.bool_]
    loadings: tuple[Index, Index]
    variances: tuple[Index, Index, Array]
    covariances: tuple[Index, Index, Index]
    residuals: tuple[Index, Index, Array]
    moments: tuple[Index, Index, Index]
    means: tuple[Index, Index]
    cuts: tuple[Index, Index]


def _of_group(plan: _Plan, stats: SampleStatistics) -> Array:
    S, out = stats.cov, plan.constant.copy()
    own = S.diagonal()
    rows, i, j = plan.moments
    out[rows] = S[i, j]
    rows, i = plan.means
    out[rows] = stats.mean[i]
    rows, at = plan.cuts
    if stats.ordinal is not None:
        out[rows] = stats.ordinal.vector[at]
    if not len(plan.loading_i):
        rows, i, share = plan.residuals
        out[rows] = own[i] * share
        return out
    loading, phi = _measurement(plan, S, own)
    rows, at = plan.loadings
    out[rows] = loading[at]
    rows, f, share = plan.variances
    out[rows] = phi.diagonal()[f] * share
    rows, f, g = plan.covariances
    out[rows] = phi[f, g]
    rows, i, share = plan.residuals
    explained = np.bincount(plan.loading_i, loading**2 * phi.diagonal()[plan.loading_f], len(own))
    left = np.minimum(np.maximum(own - explained, _RESIDUAL[0] * own), _RESIDUAL[1] * own)
    out[rows] = np.where(np.isnan(share), left[i], own[i] * share)
    return out


def _measurement(plan: _Plan, S: Array, own: Array) -> tuple[Array, Array]:
    """Loadings of the items and covariance matrix (m, m) of the factors."""
    f, i = plan.loading_f, plan.loading_i
    keyed, marker, fixed = _keyed(plan, S, own), plan.marker[f], plan.fixed[f]
    sums = keyed @ S
    total, sd = sums[f, i] - keyed[f, i] * own[i], np.sqrt(own)
    with np.errstate(all="ignore"):
        at_marker = sums[f, marker] - keyed[f, marker] * own[marker]
        scale = np.where(marker >= 0, sd[i] / sd[marker], 1.0)
        ratio = np.where((np.abs(at_marker) > 1e-8) & (marker >= 0), total / at_marker, scale)
        ratio = np.minimum(np.maximum(ratio, -_FAR * scale), _FAR * scale)
        ratio = np.where(np.abs(ratio) > _NEAR_ZERO * scale, ratio, 0.5 * scale)
        loading = np.where(np.isnan(fixed), np.where(total < 0, -_HALF, _HALF) * sd[i], ratio * fixed)
        loading[plan.held] = plan.given[plan.held]
        phi = _factor_moments(plan, sums @ keyed.T, own, loading * keyed[f, i])
    return loading, phi


def _keyed(plan: _Plan, S: Array, own: Array) -> Array:
    """Membership (m, p) with the sign an item has on the first principal axis of its factor's items, that of the marker being 1.

    Items answered in opposite directions would else cancel in the sums. All signs are 1 where no items of a factor covary negatively.
    """
    keyed = plan.member
    if not ((S < 0) & plan.together).any():
        return keyed
    R, keyed = S / np.sqrt(np.outer(own, own)), plan.member.copy()
    for f, items in enumerate(np.flatnonzero(row) for row in plan.member):
        if (R[np.ix_(items, items)] < 0).any():
            axis = np.linalg.eigh(R[np.ix_(items, items)])[1][:, -1]
            first = axis[items == plan.marker[f]] if plan.marker[f] in items else axis[:1]
            keyed[f, items] = np.where(axis * first < 0, -1.0, 1.0)
    return keyed


def _half_explained(plan: _Plan, own: Array, loading: Array) -> Array:
    """Variances (m,) with which the factors explain half of their other items: where the marker is weak, its own variance says
    little of the factor's."""
    free, m = plan.loose, len(plan.marker)
    f = plan.loading_f[free]
    return np.asarray(0.5 * np.bincount(f, own[plan.loading_i[free]], m) / np.bincount(f, loading[free] ** 2, m))


def _factor_moments(plan: _Plan, between: Array, own: Array, loading: Array) -> Array:
    """phi_fg = sum of the covariances between items of f and of g over the sum of the products of their loadings."""
    weight, squares = (np.bincount(plan.loading_f, x, len(plan.marker)) for x in (loading, loading**2))
    plain = np.where(plan.marker >= 0, own[plan.marker] / 2.0 / plan.fixed**2, 0.3)
    plain = np.fmin(plain, _half_explained(plan, own, loading))
    variance = (between.diagonal() - plan.member @ own) / (weight**2 - squares)
    variance = np.where((variance > 0.2 * plain) & (variance < 1.8 * plain), variance, plain)
    variance = np.where(np.isnan(plan.fixed), 1.0, variance)
    sd = np.sqrt(variance)
    phi = between / (weight[:, None] * weight * sd[:, None] * sd)
    phi = np.where(np.isfinite(phi), phi, 0.0)
    phi.flat[:: len(phi) + 1] = 0.0
    largest = np.abs(phi).max(initial=0.0)
    phi = phi * min(1.0, _CORRELATION / largest) if largest else phi
    phi.flat[:: len(phi) + 1] = 1.0
    if len(phi) > 2 and not exceeds(phi, 1.0 - _CORRELATION):
        phi = np.eye(len(phi))
    return np.asarray(phi * sd[:, None] * sd)


@lru_cache(maxsize=64)
def _plan(spec: ModelSpec, group: int) -> _Plan:
    rows = [row for row in spec.rows if row.group == group]
    place = {name: n for n, name in enumerate(spec.observed)}
    factor = {name: n for n, name in enumerate(spec.latent)}
    free = [row for row in reversed(rows) if row.free]
    items = [row for row in rows if row.op == "=~" and row.rhs in place]
    member = np.zeros((len(factor), len(place)))
    for row in items:
        member[factor[row.lhs], place[row.rhs]] = 1.0
    marker, fixed = _markers(spec, rows, place)
    number = {(row.lhs, row.rhs): n for n, row in enumerate(items)}
    kinds = _Kinds(rows, place, factor, _cut_places(spec, rows))
    found: dict[str, list[tuple[float, ...]]] = {name: [] for name in _KINDS}
    constant = np.zeros(len(free))
    for n, row in enumerate(free):
        kind, refers = ("constant", (row.value,)) if row.value is not None else kinds.of(row, number, fixed)
        if kind == "constant":
            constant[n] = refers[0]
        else:
            found[kind].append((n, *refers))
    given = np.array([np.nan if row.free or row.value is None else row.value for row in items], dtype=np.float64)
    return _Plan(
        np.array([row.free - 1 for row in free], dtype=np.intp), constant, member, marker, fixed,
        np.array([factor[row.lhs] for row in items], dtype=np.intp), np.array([place[row.rhs] for row in items], dtype=np.intp),
        given, np.flatnonzero(~np.isnan(given)), np.flatnonzero(np.isnan(given)), member.T @ member > 0,
        **{name: _columns(found[name], len(types), types) for name, types in _KINDS.items()},
    )  # fmt: skip


_KINDS: dict[str, str] = {
    "loadings": "ii", "variances": "iif", "covariances": "iii", "residuals": "iif", "moments": "iii", "means": "ii",
    "cuts": "ii",
}  # fmt: skip


def _columns(found: list[tuple[float, ...]], width: int, types: str) -> Any:
    dtypes = {"i": np.intp, "f": np.float64}
    return tuple(np.array([entry[n] for entry in found], dtype=dtypes[types[n]]) for n in range(width))


def _markers(spec: ModelSpec, rows: list[Row], place: dict[str, int]) -> tuple[Index, Array]:
    """Marker of every factor among the observed variables (-1: none) and its fixed loading (nan: the variance is fixed)."""
    scaled = {r.lhs for r in rows if r.op == "~~" and r.lhs == r.rhs and not r.free and r.value}
    marker, fixed = np.full(len(spec.latent), -1, dtype=np.intp), np.ones(len(spec.latent))
    for n, name in enumerate(spec.latent):
        items = [row for row in rows if row.op == "=~" and row.lhs == name]
        first = next((row for row in items if not row.free and row.value), items[0] if items else None)
        if first is not None and first.rhs in place:
            marker[n] = place[first.rhs]
            fixed[n] = 1.0 if first.free or not first.value else first.value
        if name in scaled:
            fixed[n] = np.nan
    return marker, fixed


def _cut_places(spec: ModelSpec, rows: list[Row]) -> dict[tuple[str, str], int]:
    """Where each threshold stands in the vector of sample moments: by variable, one place for a continuous one."""
    places: dict[tuple[str, str], int] = {}
    count = 0
    for name in (name for name in spec.observed if name not in spec.exogenous):
        own = sorted(int(r.rhs[1:]) for r in rows if r.op == "|" and r.lhs == name)
        places |= {(name, f"t{t}"): count + n for n, t in enumerate(own)}
        count += max(1, len(own))
    return places


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Which kind of start each row has."""

    rows: list[Row]
    place: dict[str, int]
    factor: dict[str, int]
    cut: dict[tuple[str, str], int]

    def of(self, row: Row, number: dict[tuple[str, str], int], fixed: Array) -> tuple[str, tuple[float, ...]]:
        """Return the kind of a free row and what its start refers to."""
        if row.op == "=~":
            at = number.get((row.lhs, row.rhs))
            plain = 0.7 if np.isnan(fixed[self.factor[row.lhs]]) else 1.0
            return ("constant", (plain,)) if at is None else ("loadings", (at,))
        if row.op == "|":
            return "cuts", (self.cut[row.lhs, row.rhs],)
        if row.op == "~*~":
            return "constant", (1.0,)
        if row.op == "~1" and row.lhs in self.place and not any(r.lhs == row.lhs for r in self.rows if r.op == "|"):
            return "means", (self.place[row.lhs],)
        if row.op == "~~":
            return self._variance(row) if row.lhs == row.rhs else self._covariance(row)
        return "constant", (0.0,)

    def _variance(self, row: Row) -> tuple[str, tuple[float, ...]]:
        loads = [r for r in self.rows if r.op == "=~" and r.rhs == row.lhs]
        dependent = any(r.op == "~" and r.lhs == row.lhs for r in self.rows)
        if row.lhs in self.factor:
            own = any(r.op == "=~" and r.lhs == row.lhs and r.rhs in self.place for r in self.rows)
            return (
                ("variances", (self.factor[row.lhs], 0.5 if dependent or loads else 1.0))
                if own
                else ("constant", (0.3,))
            )
        pure = len(loads) == 1 and not dependent
        return "residuals", (self.place[row.lhs], np.nan if pure else 0.5 if loads or dependent else 1.0)

    def _covariance(self, row: Row) -> tuple[str, tuple[float, ...]]:
        ends, explained = (
            (row.lhs, row.rhs),
            {r.rhs for r in self.rows if r.op == "=~"} | {r.lhs for r in self.rows if r.op == "~"},
        )
        if explained & set(ends):
            return "constant", (0.0,)
        if all(name in self.place for name in ends):
            return "moments", (self.place[row.lhs], self.place[row.rhs])
        if all(name in self.factor for name in ends):
            return "covariances", (self.factor[row.lhs], self.factor[row.rhs])
        return "constant", (0.0,)


@lru_cache(maxsize=64)
def _bounds(spec: ModelSpec) -> tuple[Array, Array]:
    low, high = np.full(spec.n_free, -np.inf), np.full(spec.n_free, np.inf)
    for row in spec.rows:
        if row.free:
            low[row.free - 1] = max(low[row.free - 1], -np.inf if row.lower is None else row.lower)
            high[row.free - 1] = min(high[row.free - 1], np.inf if row.upper is None else row.upper)
    return low, high
