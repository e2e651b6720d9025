"""Numbers as they are printed: one place for digits, leading zeros, the decimal comma and the sign for missing.

English follows APA style (no zero before the point where a quantity is bounded by 1). Indonesian writes the zero
and a decimal comma, and puts a semicolon between the limits of an interval.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd

from cocsem.language import Text

MISSING = "–"
_MINUS = "−"
# A decimal point between digits, or before digits alone; not the points of versions, dates, file names or addresses.
_POINT = re.compile(r"(?<![\w.,/-])(-?)(\d*)\.(\d+(?:e[+-]?\d+)?)(?![./]?\w)")
_YES, _NO = Text("yes", "ya"), Text("no", "tidak")


class Style(NamedTuple):
    """How a kind of number is printed: digits after the point, and whether it is bounded by 1."""

    digits: int
    bounded: bool = False
    percent: bool = False
    scientific: bool = False


STYLES: Mapping[str, Style] = {
    "integer": Style(0),
    "decimal1": Style(1),
    "decimal": Style(2),
    "decimal3": Style(3),
    "bounded": Style(2, bounded=True),
    "bounded3": Style(3, bounded=True),
    "p": Style(3, bounded=True),
    "percent": Style(1, percent=True),
    "scientific": Style(1, scientific=True),
    "df": Style(2),
}


def format_number(value: Any, kind: str = "decimal", lang: str = "en") -> str:
    """Print one number; missing values become a dash.

    Parameters
    ----------
    value : a number, a truth value, None or NaN.
    kind : a key of `STYLES`; `bounded` drops the zero before the point in English, `p` prints small values as "< .001".
    lang : `en` or `id`.

    >>> format_number(0.834, "bounded"), format_number(0.834, "bounded", "id"), format_number(-1.2345, "decimal3")
    ('.83', '0,83', '−1.234')
    >>> format_number(0.0002, "p"), format_number(0.0002, "p", "id"), format_number(float("nan"))
    ('< .001', '< 0,001', '–')
    """
    if is_missing(value):
        return MISSING
    if isinstance(value, bool) or type(value).__name__ == "bool_":
        return (_YES if value else _NO)[lang]
    number, style = float(value), STYLES[kind]
    if kind == "df" and number.is_integer():  # adjusted degrees of freedom may be broken
        style = STYLES["integer"]
    if math.isinf(number):
        return "∞" if number > 0 else f"{_MINUS}∞"
    smallest = 10.0**-style.digits
    if kind == "p" and number < smallest:
        return f"< {_decimals(smallest, style, lang)}"
    return _decimals(number, style, lang)


def format_p(value: Any, lang: str = "en") -> str:
    """Print a p value with its letter and relation, as it stands in a sentence.

    >>> format_p(0.0321), format_p(0.0000001), format_p(0.0321, "id")
    ('p = .032', 'p < .001', 'p = 0,032')
    """
    printed = format_number(value, "p", lang)
    return f"p {printed}" if printed.startswith("<") else f"p = {printed}"


def format_interval(lower: Any, upper: Any, kind: str = "decimal", lang: str = "en") -> str:
    """Print an interval in brackets; a missing limit makes the whole interval missing.

    >>> format_interval(0.421, 0.61, "bounded"), format_interval(0.421, 0.61, "bounded", "id")
    ('[.42, .61]', '[0,42; 0,61]')
    """
    if is_missing(lower) or is_missing(upper):
        return MISSING
    between = {"en": ", ", "id": "; "}[lang]
    return f"[{format_number(lower, kind, lang)}{between}{format_number(upper, kind, lang)}]"


def localize(text: str, lang: str) -> str:
    """Give the numbers inside a finished sentence the decimal comma of Indonesian; English stays as it is.

    >>> localize("Alpha antara 0.83 (TRU) dan .91, r = -.5; pandas 3.1.0", "id")
    'Alpha antara 0,83 (TRU) dan 0,91, r = -0,5; pandas 3.1.0'
    """
    return _POINT.sub(lambda found: f"{found[1]}{found[2] or '0'},{found[3]}", text) if lang == "id" else text


def is_missing(value: Any) -> bool:
    """Say whether a cell holds nothing: None, NaN or pandas' NA."""
    return value is None or (pd.api.types.is_scalar(value) and bool(pd.isna(value)))


def _decimals(number: float, style: Style, lang: str) -> str:
    text = f"{abs(number):.{style.digits}{'e' if style.scientific and number else 'f'}}"
    if lang == "id":
        text = text.replace(".", ",")
    elif style.bounded and text.startswith("0."):
        text = text[1:]
    # A value that rounds to zero has no sign.
    negative = number < 0 and any(digit in text for digit in "123456789")
    return f"{_MINUS if negative else ''}{text}{'%' if style.percent else ''}"
