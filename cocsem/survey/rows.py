"""Names and rows of the raw table: what must be in order before answers are read, and which rows drop out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import replace

from cocsem.errors import SurveyError
from cocsem.survey.log import entry
from cocsem.survey.matching import positions_of
from cocsem.survey.privacy import quote
from cocsem.survey.table import Cell, RawTable, is_missing, parse_number, written
from cocsem.survey.types import LogEntry

FEWEST_ROWS = 10
NOT_MISSING = "not missing"


def check_names(table: RawTable, source: str) -> tuple[RawTable, list[LogEntry]]:
    """Require distinct column names; columns under one name are told apart by their question texts where these differ.

    Raises
    ------
    SurveyError : two columns have the same name and nothing tells them apart.
    """
    counts = Counter(name for name in table.names if name)
    names = list(table.names)
    for place, name in enumerate(names):
        if counts[name] > 1 and table.texts and table.texts[place]:
            names[place] = table.texts[place][0]
    again = Counter(name for name in names if name)
    twice = next((name for name, count in again.items() if count > 1), None)
    if twice is not None:
        places = ", ".join(str(place) for place, name in enumerate(names, 1) if name == twice)
        numbers = sum(parse_number(name) is not None for name in names)
        advice = (
            "Is this a row of answers? Put the column names above it."
            if numbers * 2 > len(names)
            else "Rename or remove one of them."
        )
        raise SurveyError(
            f"Every column of '{source}' must have a name of its own, but columns {places} are all called "
            f"{quote(twice)}. {advice}"
        )
    blank = [
        place for place, name in enumerate(names) if not name and any(row[place] is not None for row in table.rows)
    ]
    log = (
        [entry("blank_header", len(blank), positions=", ".join(str(place + 1) for place in blank[:12]))]
        if blank
        else []
    )
    return replace(table, names=tuple(names)), log


def drop_excluded(table: RawTable, rules: Mapping[str, Collection[str]]) -> tuple[RawTable, list[LogEntry]]:
    """Leave out the rows that the codebook excludes, with a line of the log per rule."""
    log = []
    for header, place in positions_of(table, rules).items():
        values = {value.casefold() for value in rules[header]}
        before = len(table.rows)
        table = _keep(table, [not _excluded(row[place], values) for row in table.rows])
        log.append(entry("exclude", before - len(table.rows), column=header))
    return table, log


def _excluded(cell: Cell, values: Collection[str]) -> bool:
    if is_missing(cell):
        return False
    number = parse_number(cell)
    return NOT_MISSING in values or written(cell if number is None else number).casefold() in values


def drop_unanswered(table: RawTable, codes: Mapping[int, Collection[float]]) -> tuple[RawTable, list[LogEntry]]:
    """Leave out rows in which no column holds an answer; `codes` maps positions of columns to their missing codes."""
    answered = [
        any(not is_missing(row[place]) and parse_number(row[place]) not in missing for place, missing in codes.items())
        for row in table.rows
    ]
    empty = answered.count(False)
    return _keep(table, answered), [entry("empty", empty)] if empty else []


def _keep(table: RawTable, wanted: list[bool]) -> RawTable:
    rows = tuple(row for row, keep in zip(table.rows, wanted, strict=True) if keep)
    return replace(table, rows=rows, numbers=tuple(n for n, keep in zip(table.numbers, wanted, strict=True) if keep))


def require_rows(table: RawTable) -> None:
    """Require enough answered rows for any statistic to mean something."""
    if len(table.rows) < FEWEST_ROWS:
        raise SurveyError(
            f"A survey must have at least {FEWEST_ROWS} answered rows; this one has {len(table.rows)}. "
            "Collect more answers, or check the headers and the rows excluded by the codebook."
        )


def find_duplicates(table: RawTable) -> list[LogEntry]:
    """Say how many rows repeat an earlier one in every cell; they are kept, since alike answers are possible."""
    seen: set[tuple[Cell, ...]] = set()
    repeated = []
    for number, row in zip(table.numbers, table.rows, strict=True):
        if row in seen:
            repeated.append(number)
        seen.add(row)
    return [entry("duplicates", len(repeated), row=repeated[0])] if repeated else []
