"""The columns that are analysed become numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from cocsem.errors import SurveyError
from cocsem.instrument.types import Item
from cocsem.survey.answers import Answers, check_points, read_answers
from cocsem.survey.demographics import read_numbers
from cocsem.survey.layout import Layout
from cocsem.survey.log import entry, listed
from cocsem.survey.privacy import holds_contact
from cocsem.survey.rows import drop_unanswered, require_rows
from cocsem.survey.table import RawTable
from cocsem.survey.types import Codebook, LogEntry


def read_columns(table: RawTable, layout: Layout, book: Codebook) -> tuple[pd.DataFrame, RawTable, list[LogEntry]]:
    """Turn the columns of items and model variables into numbers, after leaving out rows without any answer.

    Returns
    -------
    Frame of (n, p) numbers in the order of the file, the table of the n rows kept, and the log.

    Raises
    ------
    SurveyError : too few rows, no complete row, or a cell that is no answer.
    """
    codes = {place: frozenset(book.missing) for place in layout.places.values()}
    codes |= {layout.places[item.code]: frozenset((*book.missing, *item.scale.missing)) for item in layout.items}
    table, log = drop_unanswered(table, codes)
    require_rows(table)
    items = _read_items(table, layout, book)
    check_points(items, layout.items)
    values = {
        name: list(items[name].values) if name in items else _read_variable(name, table, place, book)
        for name, place in layout.places.items()
    }
    frame = pd.DataFrame(values, index=list(table.numbers), dtype="float64")
    if not frame.notna().all(axis=1).any():
        raise SurveyError(
            f"At least one row must answer all {frame.shape[1]} items, but none does. Leave out the items or "
            "instruments that most people skipped."
        )
    return frame, table, log + _recode_log(items, layout.items, frame)


def _read_items(table: RawTable, layout: Layout, book: Codebook) -> dict[str, Answers]:
    read = {}
    for item in layout.items:
        place = layout.places[item.code]
        labels = table.value_labels.get(place)
        read[item.code] = read_answers(item, table.column(place), table.numbers, missing=book.missing, labels=labels)
    return read


def _read_variable(name: str, table: RawTable, place: int, book: Codebook) -> list[float]:
    cells = table.column(place)
    if holds_contact(cells):
        raise SurveyError(
            f"Column '{name}' must hold numbers for a model, but it holds e-mail addresses or phone numbers. Leave it "
            "out."
        )
    return read_numbers(name, cells, table.numbers, book.missing)


def _recode_log(read: dict[str, Answers], items: Sequence[Item], frame: pd.DataFrame) -> list[LogEntry]:
    counts: Counter[str] = sum((answers.counts for answers in read.values()), Counter())
    recoded = listed([code for code, answers in read.items() if answers.counts["value_labels"]])
    log = [entry(way, counts[way], items=recoded) for way in ("words", "coded_words", "value_labels") if counts[way]]
    missing = int(frame.isna().to_numpy().sum())
    if missing:
        log.append(entry("missing", missing, blank=missing - counts["declared"], declared=counts["declared"]))
    for scale in dict.fromkeys(item.scale for item in items):
        mine = [item.code for item in items if item.scale == scale]
        highest = frame[mine].max().max()
        if highest <= scale.maximum - 2:
            log.append(
                entry("short_scale", len(mine), minimum=scale.minimum, maximum=scale.maximum, highest=f"{highest:g}")
            )
    return log
