"""Estimates with their intervals, one below the other, against zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cocsem.report.figures.axes import round_ticks
from cocsem.report.figures.svg import picture, tag, text_width, write
from cocsem.report.numbers import format_interval, format_number

_ROW, _SIZE, _MARGIN, _WIDTH = 24.0, 12.0, 10.0, 320.0


class Estimate(NamedTuple):
    """One row: its printed name, the estimate and the limits of its interval."""

    name: str
    value: float
    lower: float
    upper: float


def forest(rows: Sequence[Estimate], lang: str, *, title: str, kind: str = "bounded") -> str:
    """Draw estimates and intervals; an interval that holds zero is dashed.

    Parameters
    ----------
    rows : at least one, all numbers known. lang : language of the numbers.
    title : title of the picture, for screen readers. kind : how the numbers are printed.
    """
    ticks = round_ticks(min(0.0, *(r.lower for r in rows)), max(0.0, *(r.upper for r in rows)))
    left = max(text_width(r.name, _SIZE) for r in rows) + 2 * _MARGIN
    told = [f"{format_number(r.value, kind, lang)} {format_interval(r.lower, r.upper, kind, lang)}" for r in rows]
    right = max(text_width(text, _SIZE) for text in told) + 2 * _MARGIN
    bottom = _MARGIN + _ROW * len(rows)

    def place(value: float) -> float:
        return left + _WIDTH * (value - ticks[0]) / (ticks[-1] - ticks[0])

    parts = [_tick(place(t), bottom, format_number(t, kind, lang), zero=t == 0) for t in ticks]
    for i, (row, text) in enumerate(zip(rows, told, strict=True)):
        y = _MARGIN + _ROW * (i + 0.5)
        parts.append(write(row.name, left - _MARGIN, y, size=_SIZE, look={"text-anchor": "end"}))
        parts.append(_interval(row, place, y))
        parts.append(write(text, left + _WIDTH + _MARGIN, y, size=_SIZE, look={"text-anchor": "start"}))
    description = "; ".join(f"{row.name} {text}" for row, text in zip(rows, told, strict=True))
    return picture(parts, width=left + _WIDTH + right, height=bottom + _ROW, title=title, description=description)


def _interval(row: Estimate, place: Callable[[float], float], y: float) -> str:
    doubtful = row.lower <= 0.0 <= row.upper
    line = {
        "class": f"edge{' weak' if doubtful else ''}",
        "x1": place(row.lower),
        "x2": place(row.upper),
        "y1": y,
        "y2": y,
    }
    return tag("line", line) + tag("circle", {"class": "tip", "cx": place(row.value), "cy": y, "r": 4.0})


def _tick(x: float, bottom: float, text: str, *, zero: bool) -> str:
    line = {"class": "edge", "x1": x, "x2": x, "y1": _MARGIN, "y2": bottom, "stroke-opacity": 0.7 if zero else 0.15}
    return tag("line", line) + write(text, x, bottom + _ROW / 2, size=_SIZE)
