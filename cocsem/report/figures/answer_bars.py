"""Answers per item as bars that diverge from the middle of the scale: disagreement to the left, agreement to the right."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cocsem.report.figures.svg import picture, tag, text_width, write
from cocsem.report.numbers import format_number

_ROW, _BAR, _SIZE, _MARGIN = 22.0, 16.0, 12.0, 10.0
_HALF = 300.0
_LEAST_SHOWN = 0.07
_FAINT, _STRONG = 0.25, 0.85


def answer_bars(shares: pd.DataFrame, lang: str, *, title: str) -> str:
    """Draw the shares of the answers of every item; the middle answer, where there is one, stands across the middle.

    Parameters
    ----------
    shares : items by answers, each row adding to 1; index and columns are the printed names.
    lang : language of the numbers. title : title of the picture, for screen readers.
    """
    names = [str(name) for name in shares.index]
    left = max((text_width(name, _SIZE) for name in names), default=0.0) + 2 * _MARGIN
    middle, top = left + _HALF, 2 * _ROW
    parts = list(_legend([str(c) for c in shares.columns], left))
    parts.append(
        tag(
            "line",
            {
                "class": "edge",
                "x1": middle,
                "x2": middle,
                "y1": top - 4,
                "y2": top + _ROW * len(names),
                "stroke-opacity": 0.4,
            },
        )
    )
    for i, name in enumerate(names):
        y = top + _ROW * i
        parts.append(write(name, left - _MARGIN, y + _ROW / 2, size=_SIZE, look={"text-anchor": "end"}))
        parts.extend(_bar([float(v) for v in shares.iloc[i]], middle, y, lang))
    height = top + _ROW * len(names) + _MARGIN
    return picture(
        parts, width=middle + _HALF + _MARGIN, height=height, title=title, description=_describe(shares, lang)
    )


def _bar(shares: Sequence[float], middle: float, y: float, lang: str) -> list[str]:
    """One row: it begins so far to the left that the middle of the scale stands on the line."""
    count, parts = len(shares), []
    x = middle - _HALF * (sum(shares[: count // 2]) + (shares[count // 2] / 2 if count % 2 else 0.0))
    for place, share in enumerate(shares):
        width = _HALF * share
        look = {"class": _side(place, count), "fill-opacity": f"{_strength(place, count):.2f}"}
        parts.append(tag("rect", {**look, "x": x, "y": y + (_ROW - _BAR) / 2, "width": width, "height": _BAR}))
        if share >= _LEAST_SHOWN:
            parts.append(
                write(format_number(100 * share, "integer", lang), x + width / 2, y + _ROW / 2, size=_SIZE - 2)
            )
        x += width
    return parts


def _legend(answers: Sequence[str], left: float) -> list[str]:
    parts, count = [], len(answers)
    width = 2 * _HALF / max(count, 1)
    for place, answer in enumerate(answers):
        x = left + width * place
        look = {"class": _side(place, count), "fill-opacity": f"{_strength(place, count):.2f}"}
        parts.append(tag("rect", {**look, "x": x + 1, "y": 4.0, "width": width - 2, "height": 6.0}))
        parts.append(write(answer, x + width / 2, 22.0, size=_SIZE))
    return parts


def _side(place: int, count: int) -> str:
    from_middle = 2 * place - (count - 1)
    return "neg" if from_middle < 0 else "pos" if from_middle > 0 else "middle"


def _strength(place: int, count: int) -> float:
    """Answers far from the middle are strong, near ones faint."""
    far = abs(2 * place - (count - 1)) / max(count - 1, 1)
    return _FAINT + (_STRONG - _FAINT) * far


def _describe(shares: pd.DataFrame, lang: str) -> str:
    """The shares in words, for readers who do not see the picture."""
    rows = []
    for name, row in shares.iterrows():
        told = ", ".join(f"{answer}: {format_number(100 * float(v), 'integer', lang)}%" for answer, v in row.items())
        rows.append(f"{name} {told}")
    return "; ".join(rows)
