"""The path diagram for a sheet of paper: of several layouts the one whose text is largest in print."""

from __future__ import annotations

import re
from collections.abc import Mapping

from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.report.figures.path_diagram import NAME_SIZE, path_diagram
from cocsem.report.figures.svg import size_of
from cocsem.theory.types import Theory

# Text width of an A4 page with margins of an inch, and the height that leaves room for title and note, in points.
PAGE_WIDTH, PAGE_HEIGHT = 451.0, 620.0
LEGIBLE = 6.0
_FONT_SIZE = re.compile(r'font-size="([\d.]+)"')
# Both directions with short and long lines of names; the codes alone where nothing else is legible.
_WAYS = ((False, 10), (True, 10), (True, 20), (True, 24))
_WAYS_OF_CODES = ((False, 0), (True, 0))
_LONGER = "id"  # the language whose names need more room


def paper_diagram(fit: Fit | None, theory: Theory | None, *, names: Mapping[str, Text] | None = None) -> Text:
    """Draw the structural model as it is most legible at column width: lying or upright, names in short or long lines.

    Where no layout keeps the names legible, the codes stand alone; the names are those of the table of constructs.

    Parameters
    ----------
    As for `path_diagram`.
    """

    def draw(way: tuple[bool, int], lang: str) -> str:
        return path_diagram(fit, theory, lang, names=names, upright=way[0], name_width=way[1])

    def size(way: tuple[bool, int]) -> float:
        return print_size(draw(way, _LONGER))

    best = max(_WAYS, key=size)
    if size(best) < LEGIBLE:
        best = max((best, *_WAYS_OF_CODES), key=size)
    return Text(draw(best, "en"), draw(best, "id"))


def print_size(svg: str) -> float:
    """Size of the smallest text of a figure on paper, in points."""
    width, height = size_of(svg)
    smallest = min(map(float, _FONT_SIZE.findall(svg)), default=NAME_SIZE)
    return smallest * min(PAGE_WIDTH / width, PAGE_HEIGHT / height, 1.0)
