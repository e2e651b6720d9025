"""The table a file holds, before anybody knows what its columns mean."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cocsem.survey.types import LogEntry

Cell = str | float | None

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\x00"), None) | {
    ord("\u00a0"): " ",
    ord("\u202f"): " ",
}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_QUANTITY = re.compile(
    r"([0-9]{1,9}(?:[.,][0-9]{1,9})?) ?(tahun|thn|th|bulan|bln|years?|yrs?|months?|menit|minutes?)\.?", re.I
)
_MISSING = frozenset(
    {
        "na",
        "n/a",
        "#n/a",
        "#na",
        "<na>",
        "nan",
        "null",
        "#null!",
        "-",
        "--",
        "---",
        "–",
        "—",
        ".",
        "..",
        "?",
        "#value!",
        "#ref!",
        "#div/0!",
    }
)


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows of cells under column names; cells are text, numbers or None.

    Attributes
    ----------
    names : column names, one per column, blank where the file gives none.
    rows : answer rows, each as long as `names`.
    numbers : row numbers, 1 = first answer row of the file.
    texts : further texts of each column (question texts, variable labels).
    value_labels : words for the numbers of a column, by position of the column.
    sheet : name of the sheet, empty for other files.
    log : what was done while reading.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numbers: tuple[int, ...]
    texts: tuple[tuple[str, ...], ...] = ()
    value_labels: Mapping[int, Mapping[float, str]] = field(default_factory=dict)
    sheet: str = ""
    log: tuple[LogEntry, ...] = ()

    def column(self, position: int) -> list[Cell]:
        """Return the cells of one column."""
        return [row[position] for row in self.rows]

    def called(self, position: int) -> tuple[str, ...]:
        """Return everything a column is called: its name, then its further texts."""
        further = self.texts[position] if self.texts else ()
        return tuple(dict.fromkeys(t for t in (self.names[position], *further) if t))


def clean(value: Any) -> Cell:
    """Turn whatever a file reader gives into text, a number or None.

    >>> clean("  Setuju "), clean(4), clean("   ")
    ('Setuju', 4.0, None)
    """
    if value is None or isinstance(value, str):
        return " ".join((value or "").translate(_INVISIBLE).split()) or None
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime.date | datetime.time):
        return None if str(value) == "NaT" else value.isoformat()
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return " ".join(str(value).split()) or None
    return None if math.isnan(number) else number


def parse_number(cell: Cell) -> float | None:
    """Read a number, also one written as text and with a decimal comma; None when the cell is no number.

    >>> parse_number("4,5"), parse_number("4.0"), parse_number("4 orang")
    (4.5, 4.0, None)
    """
    if cell is None or isinstance(cell, float):
        return cell
    text = cell.replace("−", "-")
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def parse_quantity(cell: Cell) -> tuple[float, str] | None:
    """Read a number with its unit of time.

    >>> parse_quantity("25 tahun"), parse_quantity("tahun 25")
    ((25.0, 'tahun'), None)
    """
    match = _QUANTITY.fullmatch(cell) if isinstance(cell, str) else None
    return (float(match[1].replace(",", ".")), match[2].casefold()) if match else None


def is_missing(cell: Cell) -> bool:
    """Say whether a cell is blank or holds one of the usual signs for "no answer" (NA, N/A, -, null, ...)."""
    return cell is None or (isinstance(cell, str) and cell.casefold() in _MISSING)


def written(cell: Cell) -> str:
    """Write a cell as a person would: whole numbers without decimals.

    >>> written(4.0), written("x"), written(None)
    ('4', 'x', '')
    """
    if isinstance(cell, float):
        return f"{cell:.0f}" if cell.is_integer() and abs(cell) < 1e17 else f"{cell:g}"
    return cell or ""


def pad(rows: Iterable[Sequence[Cell]], width: int) -> tuple[tuple[Cell, ...], ...]:
    """Give every row the same width."""
    return tuple(tuple(row[:width]) + (None,) * (width - len(row)) for row in rows)
