"""Statistical symbols in italics, as APA style asks: Latin letters are slanted, Greek letters and acronyms stand upright."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

_LETTERS = r"(?:p|t|z|r|n|N|M|SD|SB|SE|B|F|d|df|R²)"
_BEFORE = r"(?<![^\WΔ])"
_IN_SENTENCE = re.compile(rf"{_BEFORE}(?:R²|{_LETTERS}(?=[\s\u00a0]*[=<>≤≥]))")
_IN_HEADER = re.compile(rf"^Δ?({_LETTERS})(?=$|\()|(?<=\s)(r)$|(R²)")


_RELATION = re.compile(r"(?<=\S) ([=<>≤≥]) (?=[\d.,−∞–])")
_INTERVAL = re.compile(r"\[[−\d.,]+[,;] [−\d.,]+\]")
_POWER = re.compile(r"(?<=\d)e([+-])0*(\d+)\b")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def together(text: str) -> str:
    """Keep a symbol on one line with its number, and write powers of ten as print does.

    >>> together("p < .05; differs by 2.9e-07").replace("\\u00a0", "_")
    'p_<_.05; differs by 2.9_×_10⁻⁷'
    """
    kept = _RELATION.sub("\u00a0\\1\u00a0", text)
    kept = _INTERVAL.sub(lambda found: found[0].replace(" ", "\u00a0"), kept)
    return _POWER.sub(
        lambda found: f"\u00a0×\u00a010{'⁻' if found[1] == '-' else ''}{found[2].translate(_RAISED)}", kept
    )


def slanted(text: str, *, header: bool = False) -> Iterator[tuple[str, bool]]:
    """Cut a text into parts, each with whether it is set in italics.

    Parameters
    ----------
    text : a sentence, in which a symbol stands before its relation; or, with `header`, the head of a column.

    >>> list(slanted("SE = .07, p < .001"))
    [('SE', True), (' = .07, ', False), ('p', True), (' < .001', False)]
    >>> list(slanted("Δdf", header=True)), list(slanted("χ²", header=True))
    ([('Δ', False), ('df', True)], [('χ²', False)])
    """
    end = 0
    for found in (_IN_HEADER if header else _IN_SENTENCE).finditer(text):
        group = next((n for n in range(1, (found.re.groups or 0) + 1) if found[n]), 0)
        start, stop = found.span(group)
        if start > end:
            yield text[end:start], False
        yield text[start:stop], True
        end = stop
    if end < len(text) or not text:
        yield text[end:], False


def marked(text: str, plain: Callable[[str], str], italic: str, *, header: bool = False) -> str:
    """Write a text in a markup: `plain` escapes its parts, `italic` holds `{}` for a slanted one.

    >>> marked("p < .05", str, "<i>{}</i>")
    '<i>p</i> < .05'
    """
    return "".join(italic.format(plain(p)) if on else plain(p) for p, on in slanted(text, header=header))
