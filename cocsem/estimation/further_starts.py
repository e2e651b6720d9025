"""Further places to start a search from, where the first one leads nowhere or far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.starts import within_bounds
from cocsem.model.types import ModelSpec, Row
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]
_SMALL = 0.1  # share of a variance at which the variances of factors start
_TURNED = 0.01  # the same below zero


@dataclass(frozen=True, slots=True)
class _Measured:
    """What one group says of its factors: covariances (p, p), and the places of the items of each factor, markers first."""

    cov: Array
    place: dict[str, int]
    items: dict[str, list[int]]

    def marker(self, factor: str) -> int | None:
        """Return the place of the first item, None where the first indicator is no item."""
        items = self.items.get(factor)
        return items[0] if items else None

    def below_zero(self, row: Row) -> float:
        """Return a little less than zero in units of the marker, where the row is the variance of a factor that has one; else zero."""
        marker = self.marker(row.lhs) if row.op == "~~" and row.lhs == row.rhs else None
        return 0.0 if marker is None else -_TURNED * float(self.cov[marker, marker])


def other_starts(spec: ModelSpec, statistics: tuple[SampleStatistics, ...], start: Array) -> tuple[Array, ...]:
    """Return three further starts (k,). Values the user asked for stay.

    small: factors that explain little and do not covary. apart: a tenth of the marker's variance to each factor, loadings by
    instruments, and no relations among the factors. marked: the factors relate as their markers do, and the other items hardly
    take part.
    """
    starts = tuple(start.copy() for _ in range(3))
    groups = [_measured(spec, group, stats) for group, stats in enumerate(statistics, start=1)]
    for row in reversed(spec.rows):
        if not row.free or row.value is not None:
            continue
        for theta, value in zip(starts, _values(spec, row, groups[row.group - 1], start[row.free - 1]), strict=True):
            theta[row.free - 1] = value
    return tuple(within_bounds(spec, theta) for theta in starts)


def turned_starts(
    spec: ModelSpec, statistics: tuple[SampleStatistics, ...], start: Array, by_instruments: Array
) -> Iterator[Array]:
    """Starts (k,) with slightly negative variances: of all factors at once, unrelated, and of one factor, with the loadings of the
    start and with those by instruments, as in the second of `other_starts`. Values the user asked for stay.

    A marker that hardly loads leaves the sign of its factor's variance to chance, and the lowest place may have the other one.
    """
    groups = [_measured(spec, group, stats) for group, stats in enumerate(statistics, start=1)]
    turned = {row: groups[row.group - 1].below_zero(row) for row in spec.rows if row.free and row.value is None}
    turned = {row: value for row, value in turned.items() if value}
    together = start.copy()
    own = [row for row in spec.rows if row.free and row.value is None and row.op == "~~"]
    for row in (row for row in own if {row.lhs, row.rhs} <= set(spec.latent)):
        together[row.free - 1] = 0.5 * turned.get(row, 0.0)
    yield within_bounds(spec, together)
    for row, value in turned.items():
        loadings = [
            r.free - 1 for r in spec.rows if r.op == "=~" and r.lhs == row.lhs and r.group == row.group and r.free
        ]
        for source in (start, by_instruments):
            theta = start.copy()
            theta[loadings] = source[loadings]
            theta[row.free - 1] = value
            yield within_bounds(spec, theta)


def _measured(spec: ModelSpec, group: int, stats: SampleStatistics) -> _Measured:
    place = {name: n for n, name in enumerate(spec.observed)}
    items: dict[str, list[int]] = {}
    for row in spec.rows:
        if row.group == group and row.op == "=~":
            items.setdefault(row.lhs, []).append(place.get(row.rhs, -1))
    return _Measured(stats.cov, place, {factor: found for factor, found in items.items() if found[0] >= 0})


def _values(spec: ModelSpec, row: Row, seen: _Measured, first: float) -> tuple[float, float, float]:
    """Where a free parameter starts in each of the three."""
    own, observed = seen.cov.diagonal(), seen.place
    if row.op == "~~" and row.lhs == row.rhs and row.lhs in observed:
        half = float(own[observed[row.lhs]]) / 2.0
        return half, half, half
    if row.op == "~~" and row.lhs == row.rhs:
        marker = seen.marker(row.lhs)
        little = _SMALL * (first if marker is None else float(own[marker]))
        return _SMALL * first, little, little
    if row.op == "~~" and {row.lhs, row.rhs} <= set(spec.latent):
        markers = seen.marker(row.lhs), seen.marker(row.rhs)
        return 0.0, 0.0, 0.0 if None in markers else float(seen.cov[markers])
    if row.op == "~":
        return first, 0.0, first
    if row.op == "=~" and row.rhs in observed:
        item, marker = observed[row.rhs], seen.marker(row.lhs)
        return first, _by_instruments(seen, row.lhs, item, first), _SMALL * first
    return first, first, first


def _by_instruments(seen: _Measured, factor: str, item: int, first: float) -> float:
    """Regression of the item on the marker with the other items of the factor for instruments; `first` where there are none.

    References: hagglund1982
    """
    marker = seen.marker(factor)
    others = [i for i in seen.items.get(factor, []) if i >= 0 and i not in (item, marker)]
    if marker is None or marker == item or not others:
        return first
    at_marker = seen.cov[marker, others]
    squares = float(at_marker @ at_marker)
    return float(seen.cov[item, others] @ at_marker) / squares if squares > 0 else first
