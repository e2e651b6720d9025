"""Which factors can change their unit only together: a parameter that stands in two rows must be multiplied alike in both."""

from __future__ import annotations

from collections.abc import Mapping

from cocsem.model.types import ModelSpec, Row

Scale = tuple[str, int]  # a factor in a group


def scales_in_common(spec: ModelSpec, markers: Mapping[Scale, Row]) -> list[tuple[Scale, ...]]:
    """The factors with a marker, sorted into those that have one unit in common; without those that cannot change it.

    Rows of one parameter have the unit of their left sides in common, and that of their right sides; so have the factors that are
    markers of factors with a common unit. A side that is no factor with a marker has a unit of its own, which stays.
    """
    common: dict[Scale, set[Scale]] = {key: {key} for key in markers}
    kept: set[Scale] = set()

    def join(a: Scale, b: Scale) -> bool:
        if a not in common or b not in common:
            added = {key for key in (a, b) if key in common} - kept if a != b else set()
            kept.update(added)
            return bool(added)
        if common[a] is common[b]:
            return False
        both = common[a] | common[b]
        common.update(dict.fromkeys(both, both))
        return True

    for first, again in _pairs(spec):
        sides = [((row.lhs, row.group), (row.rhs, row.group)) for row in (first, again)]
        if first.op == again.op:
            join(sides[0][0], sides[1][0])
            join(sides[0][1], sides[1][1])
        else:
            kept.update(sides[0] + sides[1])
    changed = True
    while changed:
        alike = [(one, two) for one in markers for two in common[one]]
        changed = any(join((markers[one].rhs, one[1]), (markers[two].rhs, two[1])) for one, two in alike)
    classes = dict.fromkeys(tuple(key for key in markers if key in common[one]) for one in markers)
    return [members for members in classes if kept.isdisjoint(members)]


def _pairs(spec: ModelSpec) -> list[tuple[Row, Row]]:
    """The first row of every parameter that stands in several, with each of the others."""
    first: dict[int, Row] = {}
    found = []
    for row in (row for row in spec.rows if row.free):
        if first.setdefault(row.free, row) is not row:
            found.append((first[row.free], row))
    return found
