"""The same model with factors of unit variance: a weak marker whose loading changes its sign is no obstacle there.

With a marker, a factor is measured in units of an item; where that item hardly loads, the search would have to pass through infinite
loadings to give it the other sign. With unit variance it passes through zero. Factors that share parameters, as those of groups with
equal loadings do, change their unit together: the first has unit variance, the others the variance they have in its unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import is_restricted
from cocsem.estimation.shared_scales import Scale, scales_in_common
from cocsem.model.types import ModelSpec, Row

Array = NDArray[np.float64]
Turned = frozenset[Scale]  # factors (name, group) of negative variance, which a marker that hardly loads may ask for
_NOTHING = 1e-8  # loading of a marker that gives a factor no unit


class Unit(NamedTuple):
    """What gives factors their common unit.

    members : the factors (name, group), the first of which has unit variance. number : the parameter that is the loading of the
    markers there, and the variance of the first factor here. value, marker : what the markers are fixed at, and the first one.
    variances : the parameters that are the variances of the members.
    """

    members: tuple[Scale, ...]
    number: int
    value: float
    marker: Scale
    variances: tuple[int, ...]


Units = Mapping[Scale, Unit]


@lru_cache(maxsize=256)
def with_unit_variances(spec: ModelSpec, turned: Turned = frozenset()) -> tuple[ModelSpec, Units] | None:
    """The table with free markers and unit variances (-1 for the factors in `turned`), and the unit of every factor that has one.

    Factors with more than one fixed loading, or without a variance of their own, keep their unit, and so do those that share a parameter
    with them. None where parameters are restricted, or a factor is its own marker.
    """
    units = None if is_restricted(spec) else _units(spec)
    if units is None:
        return None
    return spec.with_rows(tuple(_in_units(row, units, turned) for row in spec.rows)), units


@lru_cache(maxsize=256)
def _units(spec: ModelSpec) -> Units | None:
    variances = {(r.lhs, r.group): r.free for r in spec.rows if r.op == "~~" and r.lhs == r.rhs and r.free}
    fixed: dict[Scale, list[Row]] = {}
    for row in spec.rows:
        if row.op == "=~" and not row.free and row.value and (row.lhs, row.group) in variances:
            fixed.setdefault((row.lhs, row.group), []).append(row)
    markers = {key: rows[0] for key, rows in fixed.items() if len(rows) == 1}
    if any(_is_its_own_marker(key, markers) for key in markers):
        return None
    units: dict[Scale, Unit] = {}
    for members in scales_in_common(spec, markers):
        first = markers[members[0]]
        number, value = variances[members[0]], first.value or 1.0
        bearers = {(r.lhs, r.group) for r in spec.rows if r.free == number}
        if bearers <= set(members) and all(markers[key].value == value for key in members):
            unit = Unit(members, number, value, (first.rhs, first.group), tuple(variances[key] for key in members))
            units |= dict.fromkeys(members, unit)
    return units


def _is_its_own_marker(key: Scale, markers: Mapping[Scale, Row]) -> bool:
    """True where following the markers of a factor never ends at an item."""
    passed = set()
    while key in markers and key not in passed:
        passed.add(key)
        key = markers[key].rhs, key[1]
    return key in passed


def _in_units(row: Row, units: Units, turned: Turned) -> Row:
    unit = units.get((row.lhs, row.group))
    if unit is not None and row.op == "=~" and not row.free and row.value:
        return row._replace(free=unit.number, value=None)
    if unit is not None and row.op == "~~" and row.lhs == row.rhs and row.free == unit.number:
        return row._replace(free=0, value=-1.0 if unit.members[0] in turned else 1.0)
    return row


def in_unit_variances(spec: ModelSpec, units: Units, theta: Array) -> tuple[Array, Turned] | None:
    """The other way, with positive c, and which factors have a negative variance; None where a factor has no variance."""
    variances = {key: float(theta[unit.number - 1]) for key, unit in units.items()}
    if not all(variances.values()):
        return None
    scale = {key: abs(variance) ** 0.5 for key, variance in variances.items()}
    out = theta / _multipliers(spec, scale, len(theta))
    for key, unit in units.items():
        out[unit.number - 1] = scale[key] * unit.value / scale.get(unit.marker, 1.0)
    return out, frozenset(unit.members[0] for key, unit in units.items() if variances[key] < 0)


def in_marker_units(spec: ModelSpec, units: Units, theta: Array, turned: Turned = frozenset()) -> Array | None:
    """Parameters (k,) of the table with markers from those with unit variances; None where a marker does not load at all.

    A factor in units of its marker is c times the one of unit variance, with c the marker's loading: loadings lose the factor c of
    their factor, regressions that of the predictor and gain that of the outcome, (co)variances and means gain them.
    """
    scale = {key: _scale(key, units, theta) for key in units}
    if not all(abs(c) >= _NOTHING for c in scale.values()):
        return None
    out = theta * _multipliers(spec, scale, len(theta))
    for key, unit in units.items():
        out[unit.number - 1] = -(scale[key] ** 2) if unit.members[0] in turned else scale[key] ** 2
    return out


def _multipliers(spec: ModelSpec, scale: Mapping[Scale, float], k: int) -> Array:
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
    unit = units[key]
    return float(theta[unit.number - 1]) / unit.value * _scale(unit.marker, units, theta)
