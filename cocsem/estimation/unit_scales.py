"""The same model with factors of unit variance: a weak marker whose loading changes its sign is no obstacle there.

With a marker, a factor is measured in units of an item; where that item hardly loads, the search would have to pass through infinite
loadings to give it the other sign. With unit variance it passes through zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import is_restricted
from cocsem.model.types import ModelSpec, Row

Array = NDArray[np.float64]
Scale = tuple[str, int]
Unit = tuple[int, float, str]
Units = Mapping[Scale, Unit]
Turned = frozenset[Scale]  # factors (name, group) of negative variance, which a marker that hardly loads may ask for
_NOTHING = 1e-8  # loading of a marker that gives a factor no unit


@lru_cache(maxsize=256)
def with_unit_variances(spec: ModelSpec, turned: Turned = frozenset()) -> tuple[ModelSpec, Units] | None:
    """The table with free markers and unit variances (-1 for the factors in `turned`), and for each factor and group the parameter
    that is its marker's loading there (the variance's here), the value the marker is fixed at and the marker.

    Factors with more than one fixed loading, or without a variance of their own, keep their unit. None where parameters depend on one
    another, so that no factor can change its unit by itself.
    """
    numbers = [row.free for row in spec.rows if row.free]
    if is_restricted(spec) or len(set(numbers)) < len(numbers):
        return None
    variances = {
        (row.lhs, row.group): row.free for row in spec.rows if row.op == "~~" and row.lhs == row.rhs and row.free
    }
    fixed: dict[Scale, list[Row]] = {}
    for row in spec.rows:
        if row.op == "=~" and not row.free and row.value and (row.lhs, row.group) in variances:
            fixed.setdefault((row.lhs, row.group), []).append(row)
    markers = {key: rows[0] for key, rows in fixed.items() if len(rows) == 1}
    if any(_is_its_own_marker(key, markers) for key in markers):
        return None
    units = {key: (variances[key], float(row.value or 1.0), row.rhs) for key, row in markers.items()}
    return spec.with_rows(tuple(_in_units(row, markers, units, turned) for row in spec.rows)), units


def _is_its_own_marker(key: Scale, markers: Mapping[Scale, Row]) -> bool:
    """True where following the markers of a factor never ends at an item."""
    passed = set()
    while key in markers and key not in passed:
        passed.add(key)
        key = markers[key].rhs, key[1]
    return key in passed


def _in_units(row: Row, markers: Mapping[Scale, Row], units: Units, turned: Turned) -> Row:
    key = (row.lhs, row.group)
    if row is markers.get(key):
        return row._replace(free=units[key][0], value=None)
    if key in units and row.op == "~~" and row.lhs == row.rhs:
        return row._replace(free=0, value=-1.0 if key in turned else 1.0)
    return row


def in_unit_variances(spec: ModelSpec, units: Units, theta: Array) -> tuple[Array, Turned] | None:
    """The other way, with positive c, and which factors have a negative variance; None where a factor has no variance."""
    variances = {key: float(theta[number - 1]) for key, (number, _, _) in units.items()}
    if not all(variances.values()):
        return None
    scale = {key: abs(variance) ** 0.5 for key, variance in variances.items()}
    out = theta / _factors(spec, scale, len(theta))
    for key, (number, value, marker) in units.items():
        out[number - 1] = scale[key] * value / scale.get((marker, key[1]), 1.0)
    return out, frozenset(key for key, variance in variances.items() if variance < 0)


def in_marker_units(spec: ModelSpec, units: Units, theta: Array, turned: Turned = frozenset()) -> Array | None:
    """Parameters (k,) of the table with markers from those with unit variances; None where a marker does not load at all.

    A factor in units of its marker is c times the one of unit variance, with c the marker's loading: loadings lose the factor c of
    their factor, regressions that of the predictor and gain that of the outcome, (co)variances and means gain them.
    """
    scale = {key: _scale(key, units, theta) for key in units}
    if not all(abs(c) >= _NOTHING for c in scale.values()):
        return None
    out = theta * _factors(spec, scale, len(theta))
    for key, (number, _, _) in units.items():
        out[number - 1] = -(scale[key] ** 2) if key in turned else scale[key] ** 2
    return out


def _factors(spec: ModelSpec, scale: Mapping[Scale, float], k: int) -> Array:
    """What each parameter (k,) is multiplied with when every factor is measured in units c times as small."""
    out = np.ones(k)
    for row in (row for row in spec.rows if row.free):
        left, right = scale.get((row.lhs, row.group), 1.0), scale.get((row.rhs, row.group), 1.0)
        out[row.free - 1] = {"=~": right / left, "~": left / right, "~~": left * right}.get(row.op, left)
    return out


def _scale(key: Scale, units: Units, theta: Array) -> float:
    """c of a factor: the loading of its marker, which may be a factor with a unit of its own."""
    if key not in units:
        return 1.0
    number, value, marker = units[key]
    return float(theta[number - 1]) / value * _scale((marker, key[1]), units, theta)
