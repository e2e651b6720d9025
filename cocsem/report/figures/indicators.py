"""The indicators of every construct, outward: beside the causes and the outcomes, under the constructs in between.

Beside a construct the items fan out in rows; under it they hang on one line, row by row. Dimensions of a higher-order
construct stand between it and their items. Every label has a stretch of arrow of its own, so nothing can meet.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from math import sqrt
from typing import NamedTuple

from cocsem.criteria import load_criterion
from cocsem.estimation.types import Fit
from cocsem.report.figures.coordinates import Point, Sizes
from cocsem.report.figures.svg import Box, cut_text, tag, text_width, write
from cocsem.report.numbers import format_number, is_missing

ROW = 21.0
_HEIGHT, _SIZE, _MOST = 17.0, 10.0, 96.0
_FAN, _TIP, _PAD = 30.0, 6.0, 5.0
_APART = 9.0
_SPINE = 0.75
_TEST = "path_test"


class Indicator(NamedTuple):
    """An item or a dimension with its loading, and the items of the dimension."""

    name: str
    label: str
    weak: bool
    parts: tuple[Indicator, ...] = ()


class Measures(NamedTuple):
    """Width of the shapes and of the labels, the same in the whole picture."""

    shape: float
    label: float


class Grown(NamedTuple):
    """What was drawn for the indicators of one construct, and the box around it."""

    parts: list[str]
    box: Box


def find_indicators(fit: Fit, lang: str) -> dict[str, tuple[Indicator, ...]]:
    """Return the indicators of every latent variable, with standardized loadings; of several groups the first."""
    rows = fit.estimates[fit.estimates["op"] == "=~"]
    rows = rows[rows["group"] == rows["group"].iloc[0]] if len(rows) else rows
    records: dict[str, list[dict]] = {}
    for row in rows.to_dict("records"):
        records.setdefault(str(row["lhs"]), []).append(row)

    def grow(code: str, above: tuple[str, ...]) -> tuple[Indicator, ...]:
        return tuple(
            Indicator(
                str(row["rhs"]),
                format_number(row["std_all"], "bounded", lang),
                not is_missing(row["pvalue"]) and not load_criterion(_TEST).met(row["pvalue"]),
                grow(str(row["rhs"]), (*above, code)) if row["rhs"] not in (*above, code) else (),
            )
            for row in records.get(code, ())
        )

    return {code: grow(code, ()) for code in records}


def measure(trees: Sequence[tuple[Indicator, ...]]) -> Measures:
    """Find the widths that hold every name and every loading."""
    every = [one for tree in trees for one in _all(tree)]
    shape = max((text_width(one.name, _SIZE) for one in every), default=0.0) + 2 * _PAD
    return Measures(min(shape, _MOST), max((text_width(one.label, _SIZE) for one in every), default=0.0) + 2)


def half_width(trees: Sequence[tuple[Indicator, ...]], sizes: Measures) -> float:
    """Half the width a construct needs for what hangs under it."""
    indents = max((_depth(tree) for tree in trees), default=0) - 1
    return (_reach(sizes) + sizes.shape + max(indents, 0) * (_reach(sizes) + _PAD)) / (1 + _SPINE)


def side_height(tree: Sequence[Indicator]) -> float:
    """Height of the indicators beside a construct."""
    return _leaves(tree) * ROW + _breaks(tree) * _APART


def hanging_height(tree: Sequence[Indicator]) -> float:
    """Height of the indicators under a construct."""
    return len(list(_all(tree))) * ROW + _PAD if tree else 0.0


def side_width(tree: Sequence[Indicator], sizes: Measures) -> float:
    """How far the indicators reach beside a construct."""
    return _depth(tree) * (_FAN + _reach(sizes) + sizes.shape)


def draw_beside(tree: Sequence[Indicator], centre: Point, way: int, sizes: Measures, rx: float) -> Grown:
    """Draw the indicators left (`way` −1) or right (1) of a construct, fanned out."""
    start = (centre[0] + way * rx, centre[1])
    height, far = side_height(tree), start[0] + way * side_width(tree, sizes)
    parts = list(_fan(tree, start, way, sizes))
    return Grown(parts, Box(min(start[0], far), centre[1] - height / 2, max(start[0], far), centre[1] + height / 2))


def draw_under(tree: Sequence[Indicator], centre: Point, sizes: Measures, node: Sizes) -> Grown:
    """Draw the indicators under a construct, row by row on one line."""
    spine = centre[0] - _SPINE * node.rx
    top = centre[1] + node.ry
    parts = list(_hang(tree, (spine, centre[1] + node.ry * sqrt(1 - _SPINE**2)), top + _PAD, sizes))
    box = Box(centre[0] - node.rx, top, centre[0] + node.rx, top + hanging_height(tree))
    return Grown(parts, box)


def _fan(tree: Sequence[Indicator], start: Point, way: int, sizes: Measures) -> Iterator[str]:
    y = start[1] - side_height(tree) / 2
    for number, one in enumerate(tree):
        height = side_height(one.parts) if one.parts else ROW
        y += _APART if number and (one.parts or tree[number - 1].parts) else 0.0
        middle = y + height / 2
        turn, inner = start[0] + way * _FAN, start[0] + way * (_FAN + _reach(sizes))
        bend = (start[0] + turn) / 2
        line = f"M{_xy(start)} C{_xy((bend, start[1]))} {_xy((bend, middle))} {_xy((turn, middle))} L{_xy((inner, middle))}"
        yield from _arrow(one, line, (inner, middle), way)
        yield from _loading(one, (turn + way * sizes.label / 2, middle), sizes)
        yield from _shape(one, (inner + way * sizes.shape / 2, middle), sizes)
        yield from _fan(one.parts, (inner + way * sizes.shape, middle), way, sizes)
        y += height


def _hang(tree: Sequence[Indicator], start: Point, top: float, sizes: Measures) -> Iterator[str]:
    y = top
    for one in tree:
        middle, inner = y + ROW / 2, start[0] + _reach(sizes)
        yield from _arrow(one, f"M{_xy(start)} L{_xy((start[0], middle))} L{_xy((inner, middle))}", (inner, middle), 1)
        yield from _loading(one, (start[0] + _PAD + sizes.label / 2, middle), sizes)
        yield from _shape(one, (inner + sizes.shape / 2, middle), sizes)
        yield from _hang(one.parts, (inner + _PAD, middle + _HEIGHT / 2), y + ROW, sizes)
        y += ROW * (1 + len(list(_all(one.parts))))


def _arrow(one: Indicator, line: str, end: Point, way: int) -> Iterator[str]:
    yield tag("path", {"class": "edge thin weak" if one.weak else "edge thin", "d": line})
    (x, y), neck = end, end[0] - way * _TIP
    yield tag("polygon", {"class": "tip", "points": f"{x:.1f},{y:.1f} {neck:.1f},{y - 3:.1f} {neck:.1f},{y + 3:.1f}"})


def _loading(one: Indicator, middle: Point, sizes: Measures) -> Iterator[str]:
    x, y = middle
    back = {"class": "paper", "x": x - sizes.label / 2, "y": y - 6.0, "width": sizes.label, "height": 12.0}
    yield tag("rect", back)
    yield write(one.label, x, y, size=_SIZE)


def _shape(one: Indicator, centre: Point, sizes: Measures) -> Iterator[str]:
    (x, y), round_ = centre, _HEIGHT / 2 if one.parts else 1.0
    box = {"x": x - sizes.shape / 2, "y": y - _HEIGHT / 2, "width": sizes.shape, "height": _HEIGHT}
    yield tag("rect", {"class": "node thin", **box, "rx": round_})
    yield write(cut_text(one.name, _SIZE, sizes.shape - _PAD), x, y, size=_SIZE)


def _reach(sizes: Measures) -> float:
    """The straight stretch of an arrow: its label and its tip."""
    return sizes.label + 2 * _PAD + _TIP


def _all(tree: Sequence[Indicator]) -> Iterator[Indicator]:
    for one in tree:
        yield one
        yield from _all(one.parts)


def _leaves(tree: Sequence[Indicator]) -> int:
    return sum(_leaves(one.parts) or 1 for one in tree)


def _breaks(tree: Sequence[Indicator]) -> int:
    """How often a dimension starts or ends, here and further out."""
    own = sum(bool(one.parts or before.parts) for before, one in itertools.pairwise(tree))
    return own + sum(_breaks(one.parts) for one in tree)


def _depth(tree: Sequence[Indicator]) -> int:
    return 1 + max((_depth(one.parts) for one in tree), default=0) if tree else 0


def _xy(point: Point) -> str:
    return f"{point[0]:.1f},{point[1]:.1f}"
