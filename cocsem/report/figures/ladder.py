"""The steps of measurement invariance as a ladder: what was held equal, and whether it held."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cocsem.report.figures.svg import picture, tag, text_width, write

_ROW, _GAP, _SIZE, _MARGIN = 34.0, 18.0, 13.0, 10.0


class Rung(NamedTuple):
    """One step: its printed name, its verdict, its test, and whether it held."""

    name: str
    verdict: str
    test: str
    held: bool


def ladder(rungs: Sequence[Rung], *, title: str) -> str:
    """Draw the steps from the bottom up, as one climbs; a rejected step is dashed and crossed out by its colour.

    Parameters
    ----------
    rungs : the steps in the order in which they were tested. title : title of the picture, for screen readers.
    """
    width = max(text_width(f"{r.name}: {r.verdict}", _SIZE) for r in rungs) + 4 * _MARGIN
    right = max(text_width(r.test, _SIZE - 1) for r in rungs)
    parts = []
    for place, rung in enumerate(reversed(rungs)):
        y = _MARGIN + place * (_ROW + _GAP)
        look = "node" if rung.held else "node negative weak"
        parts.append(tag("rect", {"class": look, "x": _MARGIN, "y": y, "width": width, "height": _ROW, "rx": 6}))
        parts.append(write(f"{rung.name}: {rung.verdict}", _MARGIN + width / 2, y + _ROW / 2, size=_SIZE))
        parts.append(write(rung.test, 2 * _MARGIN + width, y + _ROW / 2, size=_SIZE - 1, look={"text-anchor": "start"}))
        if place + 1 < len(rungs):
            x = _MARGIN + width / 2
            parts.append(tag("line", {"class": "edge", "x1": x, "x2": x, "y1": y + _ROW, "y2": y + _ROW + _GAP}))
    height = 2 * _MARGIN + len(rungs) * (_ROW + _GAP) - _GAP
    told = "; ".join(f"{r.name}: {r.verdict}{', ' if r.test else ''}{r.test}" for r in rungs)
    return picture(parts, width=3 * _MARGIN + width + right, height=height, title=title, description=told)
