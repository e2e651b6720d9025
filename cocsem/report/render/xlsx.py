"""The tables as one spreadsheet file: a contents sheet, then one sheet per table, numbers as numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np

from cocsem.assessment.types import Table
from cocsem.language import Text
from cocsem.report.labels import label, number_kind
from cocsem.report.numbers import STYLES, is_missing
from cocsem.report.render.csv import report_tables
from cocsem.report.types import Report

_CONTENTS = Text("Contents", "Daftar isi")
_SHEET, _TABLE = Text("Sheet", "Lembar"), Text("Table", "Tabel")
_SCORES = Text("Scale means and factor scores", "Rerata skala dan skor faktor")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_LONGEST_NAME, _WIDEST = 31, 60


def render_xlsx(report: Report) -> bytes:
    """Write every table of a report, and the scores, as the bytes of one .xlsx file; no cell is ever a formula."""
    from openpyxl import Workbook

    book = Workbook()
    book.properties.title, book.properties.creator = report.title[report.lang], "cocsem"
    contents = book.active
    contents.title = _CONTENTS[report.lang]
    tables = list(_sheets(report))
    names = sheet_names([contents.title, *(name for name, _ in tables)])[1:]
    _fill(contents, [_SHEET[report.lang], _TABLE[report.lang]], [[], []], [])
    for row, (name, (_, table)) in enumerate(zip(names, tables, strict=True), start=2):
        _write(contents.cell(row, 1), name)
        contents.cell(row, 1).hyperlink = f"#'{name}'!A1"
        _write(contents.cell(row, 2), table.title[report.lang])
        _add_sheet(book.create_sheet(name), table, report.lang)
    contents.column_dimensions["A"].width, contents.column_dimensions["B"].width = 32, 70
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def sheet_names(names: list[str]) -> list[str]:
    """Give every sheet a name a spreadsheet takes: at most 31 characters, none forbidden, no two alike.

    >>> sheet_names(["a/b", "A_b", "x" * 40])
    ['a_b', 'A_b~2', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx']
    """
    taken: set[str] = set()
    given = []
    for name in names:
        plain = _FORBIDDEN.sub("_", name).strip("'") or "_"
        short, count = plain[:_LONGEST_NAME], 1
        while short.casefold() in taken:
            count += 1
            short = f"{plain[: _LONGEST_NAME - len(str(count)) - 1]}~{count}"
        taken.add(short.casefold())
        given.append(short)
    return given


def _sheets(report: Report) -> Iterator[tuple[str, Table]]:
    yield from report_tables(report)
    if report.scores is not None:
        yield "scores", Table("scores", _SCORES, report.scores)


def _add_sheet(sheet: Any, table: Table, lang: str) -> None:
    frame = table.frame
    columns = [[_value(value, lang) for value in frame[name]] for name in frame.columns]
    kinds = [number_kind(str(name)) for name in frame.columns]
    _fill(sheet, [label(str(name), lang) for name in frame.columns], columns, kinds)
    for step, note in enumerate((note[lang] for note in table.notes if note), start=len(frame) + 3):
        _write(sheet.cell(step, 1), note)


def _fill(sheet: Any, headers: list[str], columns: list[list[Any]], kinds: list[str | None]) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "B2"
    for place, (header, values) in enumerate(zip(headers, columns, strict=True), start=1):
        head = sheet.cell(1, place)
        _write(head, header)
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        pattern = _pattern(kinds[place - 1]) if kinds else "General"
        for row, value in enumerate(values, start=2):
            cell = sheet.cell(row, place)
            _write(cell, value)
            if isinstance(value, float):
                cell.number_format = pattern
        longest = max((len(str(value)) if isinstance(value, str) else 9 for value in values), default=0)
        sheet.column_dimensions[get_column_letter(place)].width = min(max(longest, len(header), 6) + 2, _WIDEST)


def _write(cell: Any, value: Any) -> None:
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"  # a text that begins with "=" stays a text


def _pattern(kind: str | None) -> str:
    """How a spreadsheet shows a number of this kind; the cell holds it in full."""
    style = STYLES.get(kind or "decimal3", STYLES["decimal3"])
    return "0" + ("." + "0" * style.digits if style.digits else "")


def _value(value: Any, lang: str) -> Any:
    if isinstance(value, Text):
        return _clean(value[lang])
    if isinstance(value, tuple | list | set | frozenset):
        return _clean("; ".join(str(_value(part, lang)) for part in value))
    if is_missing(value):
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else str(value)
    return _clean(str(value))


def _clean(text: str) -> str:
    """Leave out control characters, which a spreadsheet file cannot hold."""
    return "".join(c for c in text if c in "\n\t" or ord(c) >= 32)[:32767]
