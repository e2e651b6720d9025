"""What was recorded beside the answers: seconds taken, attention items, items of a marker scale."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from cocsem.errors import SurveyError
from cocsem.instrument.types import Scale
from cocsem.survey.answers import answer_words
from cocsem.survey.log import entry, listed
from cocsem.survey.matching import positions_of, text_key
from cocsem.survey.privacy import quote
from cocsem.survey.table import Cell, RawTable, is_missing, parse_number, written
from cocsem.survey.types import Codebook, LogEntry

DURATION_HEADERS = frozenset(
    text_key(header)
    for header in (
        "Duration (in seconds)",
        "Q_TotalDuration",
        "duration",
        "interviewtime",
        "total time",
        "time taken (seconds)",
        "durasi",
        "durasi (detik)",
        "duration_seconds",
        "duration_s",
    )
)
_CLOCK = re.compile(r"(?:([0-9]{1,3}):)?([0-9]{1,2}):([0-9]{2}(?:[.,][0-9]+)?)")


@dataclass(frozen=True, slots=True)
class Paradata:
    """The frame of paradata, the positions of its columns, the codebook with a recognised duration, and the log."""

    frame: pd.DataFrame
    positions: frozenset[int]
    codebook: Codebook
    log: tuple[LogEntry, ...]


def read_paradata(table: RawTable, codebook: Codebook, taken: Mapping[str, int], scale: Scale | None) -> Paradata:
    """Read duration (seconds), attention items and marker items as numbers.

    Parameters
    ----------
    table : the rows kept.
    codebook : names the columns; without it only a duration under one of the usual headers is recognised.
    taken : positions of the columns found already, by item code.
    scale : the scale whose words may stand in attention and marker items.

    Raises
    ------
    SurveyError : a column named in the codebook is not there or holds something else than numbers or answers.
    """
    duration = codebook.duration or _recognise_duration(table, set(taken.values()))
    codebook = replace(codebook, duration=duration)
    names = ([duration] if duration else []) + list(codebook.attention) + list(codebook.marker)
    renamed = {item: header for header, item in codebook.columns.items()}
    places = {}
    for name in dict.fromkeys(names):
        places[name] = (
            taken[name] if name in taken else positions_of(table, [renamed.get(name, name)])[renamed.get(name, name)]
        )
    words = answer_words(scale) if scale else {}
    columns = {
        name: _numbers(name, table.column(place), table.numbers, words, codebook)
        for name, place in places.items()
        if name != duration
    }
    if duration:
        columns = {duration: _seconds(duration, table.column(places[duration]), table.numbers), **columns}
    frame = pd.DataFrame(columns, index=list(table.numbers), dtype="float64")
    log = (entry("paradata", len(columns), columns=listed([name[:60] for name in columns])),) if columns else ()
    return Paradata(frame, frozenset(places.values()), codebook, log)


def _recognise_duration(table: RawTable, taken: set[int]) -> str | None:
    """One numeric column under a usual header; two such columns are no duration anybody could choose between."""
    found = [
        place
        for place in range(len(table.names))
        if place not in taken
        and any(text_key(text) in DURATION_HEADERS for text in table.called(place))
        and all(is_missing(cell) or _in_seconds(cell) is not None for cell in table.column(place))
    ]
    return table.names[found[0]] if len(found) == 1 else None


def _in_seconds(cell: Cell) -> float | None:
    clock = _CLOCK.fullmatch(cell) if isinstance(cell, str) else None
    if clock is None:
        return parse_number(cell)
    return int(clock[1] or 0) * 3600 + int(clock[2]) * 60 + float(clock[3].replace(",", "."))


def _seconds(name: str, cells: Sequence[Cell], rows: Sequence[int]) -> list[float]:
    values = []
    for cell, row in zip(cells, rows, strict=True):
        seconds = None if is_missing(cell) else _in_seconds(cell)
        if not is_missing(cell) and (seconds is None or not abs(seconds) < 1e12):
            raise SurveyError(
                f"The duration '{name}' must hold seconds (312) or a time (5:12), but row {row} holds {quote(cell)}. "
                "Correct it."
            )
        values.append(float("nan") if seconds is None else seconds)
    return values


def _numbers(
    name: str, cells: Sequence[Cell], rows: Sequence[int], words: Mapping[str, int], codebook: Codebook
) -> list[float]:
    values = []
    for cell, row in zip(cells, rows, strict=True):
        number = None if is_missing(cell) else parse_number(cell)
        if number is None and not is_missing(cell):
            number = words.get(text_key(written(cell)))
        if not is_missing(cell) and (number is None or not abs(number) < 1e12):
            raise SurveyError(
                f"The attention or marker item '{name}' must hold numbers or answers of the scale, but row {row} "
                f"holds {quote(cell)}. "
                "Correct it, or take the item out of the codebook."
            )
        values.append(float("nan") if number is None or number in codebook.missing else float(number))
    return values
