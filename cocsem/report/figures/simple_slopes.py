"""Simple slopes as a picture: the outcome against the predictor, one line for each value of the moderator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cocsem.assessment.types import Assessment
from cocsem.language import Text
from cocsem.report.figures.svg import picture, tag, text_width, write
from cocsem.report.numbers import format_number

_WIDTH, _HEIGHT = 520.0, 320.0
_LEFT, _TOP, _BOTTOM = 60.0, 20.0, 50.0
_SIZE = 12.0
_REACH = 2.0  # the predictor from two standard deviations below its mean to two above
_DASHES = ("6 4", "", "2 3")
_TITLE = Text("{predictor} and {outcome} by {moderator}", "{predictor} dan {outcome} menurut {moderator}")
_LINE = Text("{moderator} {at} SD", "{moderator} {at} SB")
_AXIS = Text("{predictor} (SD)", "{predictor} (SB)")


def simple_slopes(assessment: Assessment, lang: str) -> str:
    """Draw the lines of a moderation as SVG; outcome in its standard deviations around the mean.

    Parameters
    ----------
    assessment : what `moderation` gives. lang : `en` or `id`.
    """
    facts = assessment.facts
    lines = _lines(assessment)
    names = {role: str(facts[role]) for role in ("outcome", "predictor", "moderator")}
    legend = [
        _LINE[lang].format(moderator=names["moderator"], at=format_number(at, "decimal1", lang)) for at, _, _ in lines
    ]
    right = _LEFT + _WIDTH
    most = max(abs(y) for _, low, high in lines for y in (low, high)) or 1.0
    parts = _frame(most, right, lang)
    for n, ((_, low, high), words) in enumerate(zip(lines, legend, strict=True)):
        ends = {"x1": _LEFT, "y1": _place(low, most), "x2": right, "y2": _place(high, most)}
        parts.append(tag("line", {"class": "edge", **ends, "stroke-dasharray": _DASHES[n % len(_DASHES)]}))
        parts.append(write(words, right + 8, _place(high, most), size=_SIZE, look={"text-anchor": "start"}))
    parts.append(
        write(_AXIS[lang].format(predictor=names["predictor"]), _LEFT + _WIDTH / 2, _TOP + _HEIGHT + 36, size=_SIZE)
    )
    parts.append(write(names["outcome"], _LEFT, 8, size=_SIZE))
    width = right + 16 + max(text_width(words, _SIZE) for words in legend)
    told = "; ".join(
        f"{w}: {format_number(s, 'decimal3', lang)}" for w, s in zip(legend, _slopes(assessment), strict=True)
    )
    return picture(
        parts, width=width, height=_TOP + _HEIGHT + _BOTTOM, title=_TITLE[lang].format(**names), description=told
    )


def _lines(assessment: Assessment) -> list[tuple[float, float, float]]:
    """Value of the moderator, and the outcome at both ends of the predictor, in standard deviations."""
    facts: Mapping[str, Any] = assessment.facts
    spread = facts["spread"]
    x, y = spread[facts["predictor"]] * _REACH, spread[facts["outcome"]]
    found = []
    for row in assessment["simple_slopes"].to_dict("records"):
        middle = facts["moderator_effect"] * row["moderator"]
        found.append((float(row["at"]), (middle - row["est"] * x) / y, (middle + row["est"] * x) / y))
    return found


def _slopes(assessment: Assessment) -> list[float]:
    return [float(value) for value in assessment["simple_slopes"]["est"]]


def _place(value: float, most: float) -> float:
    return _TOP + _HEIGHT * (0.5 - 0.45 * value / most)


def _frame(most: float, right: float, lang: str) -> list[str]:
    """Box, ticks of both axes."""
    parts = [
        tag(
            "rect", {"class": "edge", "x": _LEFT, "y": _TOP, "width": _WIDTH, "height": _HEIGHT, "stroke-opacity": 0.35}
        )
    ]
    ticks: Sequence[float] = (-2, -1, 0, 1, 2)
    for tick in ticks:
        x = _LEFT + _WIDTH * (tick + _REACH) / (2 * _REACH)
        parts.append(write(format_number(float(tick), "decimal1", lang), x, _TOP + _HEIGHT + 14, size=_SIZE))
    for share in (-1.0, 0.0, 1.0):
        value = share * most
        parts.append(
            write(
                format_number(value, "decimal1", lang),
                _LEFT - 8,
                _place(value, most),
                size=_SIZE,
                look={"text-anchor": "end"},
            )
        )
    return parts
