"""A matrix as a picture: one square per number, blue for positive, red for negative, stronger for larger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from cocsem.report.figures.svg import picture, tag, text_width, write
from cocsem.report.numbers import format_number, is_missing

_CELL, _ROW = 44.0, 28.0
_SIZE, _MARGIN = 12.0, 10.0
_STRONGEST = 0.62
_MOST_LABEL = 26


def heat_map(frame: pd.DataFrame, lang: str, *, title: str, triangle: bool = False) -> str:
    """Draw a matrix of numbers between -1 and 1 (correlations, loadings) as SVG; every cell also shows its number.

    Parameters
    ----------
    frame : rows by columns; index and columns are the printed names.
    lang : language of the numbers.
    title : title of the picture, for screen readers.
    triangle : draw only the lower triangle of a square matrix.
    """
    rows, columns = [_short(name) for name in frame.index], [_short(name) for name in frame.columns]
    left = max((text_width(name, _SIZE) for name in rows), default=0.0) + 2 * _MARGIN
    cell = max([_CELL, *(text_width(name, _SIZE) + 8 for name in columns)])
    top = _ROW + _MARGIN
    parts = [
        write(name, left + cell * (j + 0.5), top - _ROW / 2, size=_SIZE, look={"font-weight": "600"})
        for j, name in enumerate(columns)
    ]
    for i, name in enumerate(rows):
        parts.append(write(name, left - _MARGIN, top + _ROW * (i + 0.5), size=_SIZE, look={"text-anchor": "end"}))
        for j in range(i + 1 if triangle else len(columns)):
            parts.extend(_square(frame.iat[i, j], left + cell * j, top + _ROW * i, cell, lang))
    width, height = left + cell * len(columns) + _MARGIN, top + _ROW * len(rows) + _MARGIN
    return picture(
        parts, width=width, height=height, title=title, description=_describe(rows, columns, frame, lang, triangle)
    )


def _square(value: Any, x: float, y: float, cell: float, lang: str) -> Sequence[str]:
    if is_missing(value):
        return ()
    strength = min(abs(float(value)), 1.0) * _STRONGEST
    box = {"x": x + 1, "y": y + 1, "width": cell - 2, "height": _ROW - 2, "rx": 3, "fill-opacity": f"{strength:.3f}"}
    shape = tag("rect", {"class": "neg" if value < 0 else "pos", **box})
    return (shape, write(format_number(value, "bounded", lang), x + cell / 2, y + _ROW / 2, size=_SIZE))


def _describe(rows: Sequence[str], columns: Sequence[str], frame: pd.DataFrame, lang: str, triangle: bool) -> str:
    """The numbers in words, for readers who do not see the picture."""
    told = [
        f"{row} {column} {format_number(frame.iat[i, j], 'bounded', lang)}"
        for i, row in enumerate(rows)
        for j, column in enumerate(columns[: i if triangle else None])
        if not is_missing(frame.iat[i, j])
    ]
    return "; ".join(told)


def _short(name: object) -> str:
    text = str(name)
    return text if len(text) <= _MOST_LABEL else text[: _MOST_LABEL - 1] + "…"
