"""Starting values: from the covariances, so that every engine begins near the answer and with the right signs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.model.types import ModelSpec, Row
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


def starting_values(spec: ModelSpec, statistics: tuple[SampleStatistics, ...]) -> Array:
    """Return theta (k,) to start from; values the user asked for with start() win.

    A loading starts at the covariance of its item with the other items of the factor over that of the marker
    (hagglund1982, in its simplest form), a residual at half the variance, a latent variance at half that of its marker.
    """
    theta = np.full(spec.n_free, np.nan)
    for stats, group in zip(statistics, range(1, len(spec.groups) + 1), strict=True):
        place = {n: i for i, n in enumerate(stats.names)}
        rows = [row for row in spec.rows if row.group == group]
        loadings = _loadings(spec, rows, stats, place)
        for row in rows:
            if row.free and np.isnan(theta[row.free - 1]):
                theta[row.free - 1] = row.value if row.value is not None else _start(row, spec, stats, place, loadings)
    return _inside_bounds(spec, theta)


def _loadings(
    spec: ModelSpec, rows: list[Row], stats: SampleStatistics, place: dict[str, int]
) -> dict[tuple[str, str], tuple[float, float]]:
    """For each factor and item: its starting loading and the starting variance of the factor."""
    factors: dict[str, list[Row]] = {}
    for row in rows:
        if row.op == "=~":
            factors.setdefault(row.lhs, []).append(row)
    fixed_variance = {r.lhs for r in rows if r.op == "~~" and r.lhs == r.rhs and not r.free and r.value}
    found = {}
    for factor, items in factors.items():
        observed = [place[r.rhs] for r in items if r.rhs in place]
        S = stats.cov[np.ix_(observed, observed)]
        total = S.sum(axis=1) - np.diag(S)
        order = {r.rhs: n for n, r in enumerate(r for r in items if r.rhs in place)}
        marker = next((r for r in items if not r.free and r.value), items[0])
        reference = total[order[marker.rhs]] if marker.rhs in order else 0.0
        for row in items:
            if row.rhs not in order:
                found[factor, row.rhs] = (1.0 if factor not in fixed_variance else 0.7, 0.3)
                continue
            n = order[row.rhs]
            half = float(np.sqrt(S[n, n] / 2.0))
            if factor in fixed_variance:
                sign = -1.0 if total[n] < 0 else 1.0
                found[factor, row.rhs] = (sign * half, 1.0)
            else:
                scale = (
                    float(np.sqrt(S[n, n] / S[order[marker.rhs], order[marker.rhs]])) if marker.rhs in order else 1.0
                )
                ratio = total[n] / reference if len(observed) > 1 and abs(reference) > 1e-8 else scale
                fixed = (marker.value or 1.0) if not marker.free else 1.0
                ratio = float(np.clip(ratio, -3 * scale, 3 * scale)) * fixed
                variance = S[order[marker.rhs], order[marker.rhs]] / 2.0 / fixed**2 if marker.rhs in order else 0.3
                found[factor, row.rhs] = (ratio if abs(ratio) > 0.1 * scale else 0.5 * scale, float(variance))
        if factor not in fixed_variance:
            _agree(found, factor, items, S, order)
    return found


def _agree(
    found: dict[tuple[str, str], tuple[float, float]], factor: str, items: list[Row], S: Array, order: dict[str, int]
) -> None:
    """Where the marker is weak its variance says little of the factor's: let the factor explain no more than half of most items."""
    halves = [
        S[order[r.rhs], order[r.rhs]] / 2.0 / found[factor, r.rhs][0] ** 2 for r in items if r.free and r.rhs in order
    ]
    if halves:
        limit = float(np.median(halves))
        for row in items:
            loading, variance = found[factor, row.rhs]
            found[factor, row.rhs] = (loading, min(variance, limit))


def _start(
    row: Row,
    spec: ModelSpec,
    stats: SampleStatistics,
    place: dict[str, int],
    loadings: dict[tuple[str, str], tuple[float, float]],
) -> float:
    if row.op == "=~":
        return loadings[row.lhs, row.rhs][0]
    if row.op == "~1":
        return float(stats.mean[place[row.lhs]]) if row.lhs in place else 0.0
    if row.op == "~~" and row.lhs == row.rhs:
        if row.lhs in place:
            indicator = any(item == row.lhs for _, item in loadings)
            explained = indicator or any(r.op == "~" and r.lhs == row.lhs for r in spec.rows)
            return float(stats.cov[place[row.lhs], place[row.lhs]]) * (0.5 if explained else 1.0)
        return next((variance for (factor, _), (_, variance) in loadings.items() if factor == row.lhs), 0.3)
    if row.op == "~~" and row.lhs in place and row.rhs in place:
        plain = not any(item in (row.lhs, row.rhs) for _, item in loadings)
        free_both = not any(r.op == "~" and r.lhs in (row.lhs, row.rhs) for r in spec.rows)
        return float(stats.cov[place[row.lhs], place[row.rhs]]) if plain and free_both else 0.0
    return 0.0


def _inside_bounds(spec: ModelSpec, theta: Array) -> Array:
    for row in spec.rows:
        if row.free:
            low = -np.inf if row.lower is None else row.lower
            high = np.inf if row.upper is None else row.upper
            theta[row.free - 1] = np.clip(theta[row.free - 1], low, high)
    return theta
