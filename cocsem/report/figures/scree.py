"""Eigenvalues in their order against those of random data: how many factors stand out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cocsem.report.figures.axes import round_ticks
from cocsem.report.figures.svg import picture, tag, text_width, write
from cocsem.report.numbers import format_number

_WIDTH, _HEIGHT, _SIZE = 460.0, 240.0, 12.0
_LEFT, _TOP, _BOTTOM = 48.0, 12.0, 44.0


def scree(lines: Mapping[str, Sequence[float]], lang: str, *, title: str, across: str) -> str:
    """Draw one line per series over the numbers 1, 2, 3, ...

    Parameters
    ----------
    lines : printed name to values; the first is drawn whole with points, the others dashed.
    lang : language of the numbers. title : title of the picture. across : name of the horizontal axis.
    """
    values = [v for line in lines.values() for v in line]
    count = max(len(line) for line in lines.values())
    low, high = min(0.0, *values), max(values)
    ticks = [tick for tick in round_ticks(low, high) if low <= tick <= high]

    def point(i: int, value: float) -> tuple[float, float]:
        x = _LEFT + _WIDTH * (i + 0.5) / count
        return x, _TOP + _HEIGHT * (high - value) / (high - low)

    parts = [_rule(point(0, t)[1], format_number(t, "decimal1", lang)) for t in ticks]
    steps = range(0, count, max(1, count // 12))
    parts += [write(str(i + 1), point(i, 0)[0], _TOP + _HEIGHT + 14, size=_SIZE) for i in steps]
    parts.append(write(across, _LEFT + _WIDTH / 2, _TOP + _HEIGHT + 32, size=_SIZE))
    for number, (name, line) in enumerate(lines.items()):
        places = [point(i, v) for i, v in enumerate(line)]
        path = "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        parts.append(tag("path", {"class": "edge" if number == 0 else "edge weak", "d": path}))
        if number == 0:
            parts += [tag("circle", {"class": "tip", "cx": x, "cy": y, "r": 3.0}) for x, y in places]
        parts.append(_key(number, name))
    told = "; ".join(
        f"{name}: {', '.join(format_number(v, 'decimal', lang) for v in line)}" for name, line in lines.items()
    )
    height = _TOP + _HEIGHT + _BOTTOM + 4
    return picture(parts, width=_LEFT + _WIDTH + 12, height=height, title=title, description=told)


def _rule(y: float, text: str) -> str:
    line = {"class": "edge", "x1": _LEFT, "x2": _LEFT + _WIDTH, "y1": y, "y2": y, "stroke-opacity": 0.12}
    return tag("line", line) + write(text, _LEFT - 8, y, size=_SIZE, look={"text-anchor": "end"})


def _key(number: int, name: str) -> str:
    x, y = _LEFT + _WIDTH - text_width(name, _SIZE) - 44, _TOP + 14 + 20 * number
    line = {"class": "edge" if number == 0 else "edge weak", "x1": x, "x2": x + 30, "y1": y, "y2": y}
    return tag("line", line) + write(name, x + 38, y, size=_SIZE, look={"text-anchor": "start"})
