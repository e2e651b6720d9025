"""Any table of numbers as a printed table: headers from the label file, limits of intervals joined in one column."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from cocsem.assessment.types import Table
from cocsem.language import Text
from cocsem.references import cite, load_references
from cocsem.report.labels import cell_label, label, number_kind
from cocsem.report.numbers import MISSING, format_interval, format_number, is_missing, localize
from cocsem.report.tables.printed import Cell, Column, PrintedTable

_TONES: Mapping[str, str] = {
    "supported": "good",
    "opposite sign": "bad",
}
_LIMIT = re.compile(r"_lower(?=$|_scaled$|_robust$)")
_SIGNS = {"-": "−"}


class Source(NamedTuple):
    """Where a printed column comes from: one column of the frame, or the two limits of an interval."""

    key: str
    first: Hashable
    second: Hashable | None
    kind: str | None
    numeric: bool


def print_table(table: Table, lang: str, *, kind: str | None = None) -> PrintedTable:
    """Turn a table of numbers into a printed table.

    Parameters
    ----------
    table : the table; columns that hold nothing at all are left out.
    lang : `en` or `id`.
    kind : how to print the numbers of columns that the label file does not know (for example factor codes).

    >>> frame = pd.DataFrame({"item": ["x1"], "loading": [0.834], "ci_lower": [0.8], "ci_upper": [0.87]})
    >>> printed = print_table(Table("t", Text("Loadings", "Muatan"), frame), "id")
    >>> [column.header for column in printed.columns], [cell.text for cell in printed.rows[0]]
    (['Butir', 'Muatan', 'SK 95%'], ['x1', '0,834', '[0,800; 0,870]'])
    """
    sources = find_sources(table.frame, kind)
    columns = tuple(Column(s.key, label(s.key, lang), s.numeric) for s in sources)
    records = table.frame.to_dict("records")
    rows = tuple(tuple(print_cell(record, source, lang) for source in sources) for record in records)
    return PrintedTable(
        table.key,
        table.title[lang],
        columns,
        rows,
        tuple(_note(note, table.frame, lang) for note in table.notes if note),
    )


def find_sources(frame: pd.DataFrame, kind: str | None = None) -> tuple[Source, ...]:
    """Say which printed columns a frame gives, in its order."""
    names = [name for name in frame.columns if not _is_empty(frame[name])]
    sources = []
    for name in names:
        stem, upper = _LIMIT.sub("", str(name)), str(name).replace("_lower", "_upper")
        if stem != str(name) and upper in names:
            sources.append(Source(stem, name, upper, number_kind(stem) or "bounded3", True))
        elif not ("_upper" in str(name) and str(name).replace("_upper", "_lower") in names):
            sources.append(Source(str(name), name, None, number_kind(str(name)) or kind, _is_numeric(frame[name])))
    return tuple(sources)


def print_cell(record: Mapping[Hashable, Any], source: Source, lang: str) -> Cell:
    """Print one cell of a row."""
    value = record[source.first]
    if source.second is not None:
        return Cell(format_interval(value, record[source.second], source.kind or "decimal3", lang))
    if source.key == "references":
        return Cell(cite_all(value, lang))
    shown = cell_label(source.key, value, lang) if isinstance(value, str) else value
    return Cell(print_value(shown, source.kind, lang), tone=_tone(value))


def print_value(value: Any, kind: str | None, lang: str) -> str:
    """Print one value of a frame: text in its language, numbers by their kind, lists joined."""
    if isinstance(value, Text):
        return localize(value[lang], lang)
    if isinstance(value, str):
        return _SIGNS.get(value, value) or MISSING
    if isinstance(value, tuple | list | set | frozenset):
        return ", ".join(print_value(part, kind, lang) for part in value) or MISSING
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {print_value(part, kind, lang)}" for key, part in value.items()) or MISSING
    if is_missing(value):
        return MISSING
    if not pd.api.types.is_number(value):
        return str(value)
    return format_number(value, kind or ("integer" if pd.api.types.is_integer(value) else "decimal3"), lang)


def cite_all(keys: Any, lang: str) -> str:
    """Cite every source of a cell; a key that is not on the shelf (a user's own theory) stands as it is."""
    names = keys.replace(",", " ").replace(";", " ").split() if isinstance(keys, str) else tuple(keys or ())
    shelf = load_references()
    return "; ".join(cite(name, lang=lang) if name in shelf else str(name) for name in names) or MISSING


def _note(note: Text, frame: pd.DataFrame, lang: str) -> str:
    """Write a note with the printed headers where it names columns by their keys."""
    text = localize(note[lang], lang)
    for key in map(str, frame.columns):
        # A short key (n, map, sign) may be a word of the sentence; it names the column only where it opens it, with a colon.
        begin, end = (r"(?<![\w-])", r"(?![\w-])") if "_" in key else (r"(?:^|(?<=[.;] ))", r"(?=:)")
        text = re.sub(rf"{begin}{re.escape(key)}{end}", lambda found: label(found[0], lang), text)
    return text


def _tone(value: Any) -> str:
    return _TONES.get(value.en, "") if isinstance(value, Text) else ""


def _is_empty(column: pd.Series) -> bool:
    """A column without any content says nothing in print; in the csv file it stays."""
    return len(column) > 0 and all(
        is_missing(value) or (isinstance(value, str | tuple | list) and not value) for value in column
    )


def _is_numeric(column: pd.Series) -> bool:
    values = [value for value in column if not is_missing(value)]
    return bool(values) and all(pd.api.types.is_number(value) and not isinstance(value, bool) for value in values)
