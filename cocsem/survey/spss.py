"""SPSS files: variable labels become further texts of a column, declared missing codes become missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cocsem.errors import SurveyError
from cocsem.survey.log import entry
from cocsem.survey.table import Cell, RawTable, clean, written


def read_spss(path: Path, source: str) -> RawTable:
    """Read an SPSS file (`.sav`, `.zsav`) with its labels and its user-missing codes."""
    import pyreadstat

    try:
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    except Exception as fault:  # the reader raises its own and many built-in errors on broken files
        raise SurveyError(
            f"'{source}' must be a complete SPSS file, but it cannot be read: {fault}. Save it again from SPSS or "
            "export it as CSV."
        ) from None
    names = tuple(str(name) for name in frame.columns)
    ranges = meta.missing_ranges or {}
    columns, declared = [], 0
    for position, name in enumerate(names):
        cells = [clean(value) for value in frame.iloc[:, position]]
        kept = [None if _is_declared(cell, ranges.get(name, ())) else cell for cell in cells]
        declared += sum(1 for before, after in zip(cells, kept, strict=True) if before is not None and after is None)
        columns.append(kept)
    labels = meta.column_names_to_labels or {}
    return RawTable(
        names=names,
        rows=tuple(zip(*columns, strict=True)),
        numbers=tuple(range(1, len(frame) + 1)),
        texts=tuple((written(label),) if (label := clean(labels.get(name))) else () for name in names),
        value_labels=_value_labels(names, meta.variable_value_labels or {}),
        log=(entry("user_missing", declared),) if declared else (),
    )


def _is_declared(cell: Cell, ranges: Iterable[Any]) -> bool:
    """Say whether a cell lies in one of the ranges (or is one of the codes) declared as missing."""
    for each in ranges:
        low, high = clean(each.get("lo")), clean(each.get("hi"))
        if isinstance(cell, float) and isinstance(low, float) and isinstance(high, float) and low <= cell <= high:
            return True
        if isinstance(cell, str) and cell in (low, high):
            return True
    return False


def _value_labels(names: Sequence[str], labels: Mapping[str, Mapping[Any, str]]) -> dict[int, dict[float, str]]:
    """Value labels of numeric codes, by position of the column."""
    result: dict[int, dict[float, str]] = {}
    for position, name in enumerate(names):
        words = {
            code: str(clean(word) or "")
            for value, word in labels.get(name, {}).items()
            if isinstance(code := clean(value), float)
        }
        if words:
            result[position] = words
    return result
