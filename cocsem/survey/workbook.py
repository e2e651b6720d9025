"""Excel workbooks: every sheet that holds cells becomes rows."""

from __future__ import annotations

import io
import warnings
import zipfile
from typing import Any

from cocsem.errors import SurveyError
from cocsem.survey.table import Cell, clean, pad


def read_workbook(content: bytes, source: str) -> dict[str, tuple[tuple[Cell, ...], ...]]:
    """Read the sheets of an Excel workbook that hold cells, by sheet name; formulas count by their stored values."""
    values = _sheets(content, source, stored=True)
    if _has_formulas(content):
        _check_formulas(values, _sheets(content, source, stored=False), source)
    return {name: rows for name, rows in values.items() if rows}


def _sheets(content: bytes, source: str, *, stored: bool) -> dict[str, tuple[tuple[Cell, ...], ...]]:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the reader warns about styles and validations, which hold no answers
        try:
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=stored)
            try:
                return {sheet.title: _rows(sheet) for sheet in book.worksheets}
            finally:
                book.close()
        except Exception as fault:  # a damaged workbook surfaces as any of a dozen errors of zip, XML and openpyxl
            raise SurveyError(
                f"'{source}' must be a complete Excel workbook, but it cannot be read ({type(fault).__name__}). "
                "Open it in a spreadsheet program and save it again as .xlsx or CSV."
            ) from None


def _rows(sheet: Any) -> tuple[tuple[Cell, ...], ...]:
    """Rows up to the last one that holds anything, equally wide."""
    sheet.reset_dimensions()  # some writers state a wrong size
    rows = [tuple(clean(value) for value in row) for row in sheet.iter_rows(values_only=True)]
    while rows and not any(cell is not None for cell in rows[-1]):
        rows.pop()
    width = max((place for row in rows for place, cell in enumerate(row, 1) if cell is not None), default=0)
    return pad(rows, width)


def _has_formulas(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            sheets = [name for name in parts.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
            return any(b"<f>" in data or b"<f " in data for data in map(parts.read, sheets))
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return False  # the workbook reader has the last word on damaged files


def _check_formulas(values: dict[str, Any], formulas: dict[str, Any], source: str) -> None:
    """A formula whose value was never stored would pass as a missing answer."""
    for name, rows in formulas.items():
        for line, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("=") and _at(values.get(name, ()), line, place) is None:
                    raise SurveyError(
                        f"Every formula in '{source}' must have a stored value, but the one in sheet '{name}', row "
                        f"{line + 1}, "
                        f"column {place + 1} has none. Open the workbook in a spreadsheet program, save it, and try "
                        "again."
                    )


def _at(rows: tuple[tuple[Cell, ...], ...], line: int, place: int) -> Cell:
    return rows[line][place] if line < len(rows) and place < len(rows[line]) else None
