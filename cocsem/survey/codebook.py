"""Codebooks: what a person knows of the columns of a survey, as TOML or as a table of two columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from cocsem.errors import SurveyError
from cocsem.language import Text, text_from
from cocsem.shelf import read_toml
from cocsem.survey.files import read_file
from cocsem.survey.rows import NOT_MISSING
from cocsem.survey.table import RawTable, parse_number, written
from cocsem.survey.types import Codebook

_HEADINGS = frozenset(
    {"column", "columns", "header", "kolom", "variable", "variabel", "question", "pertanyaan", "field"}
)


def read_codebook(path: str | Path) -> Codebook:
    """Read a codebook.

    Parameters
    ----------
    path : a `.toml` file with any of the fields of `Codebook`, or a table (.csv, .xlsx) whose first column holds
        headers of the survey and whose second holds item codes or names of demographics.

    Raises
    ------
    ShelfError, SurveyError : the file cannot be read, has an unknown field, or a field holds the wrong kind of value.
    """
    file = Path(path)
    if file.suffix.lower() != ".toml":
        return _from_table(read_file(file).tables[0], file.name)
    entries = read_toml(file)
    unknown = [key for key in entries if key not in _FIELDS]
    if unknown:
        raise SurveyError(
            f"The codebook '{file.name}' has the unknown field '{unknown[0]}'. A codebook may have: "
            f"{', '.join(sorted(_FIELDS))}."
        )
    book = Codebook(
        **{key: _FIELDS[key](value, f"'{key}' in the codebook '{file.name}'") for key, value in entries.items()}
    )
    return replace(
        book,
        theory=book.theory and _beside(file, book.theory),
        instruments=tuple(_beside(file, each) for each in book.instruments),
    )


def _beside(codebook: Path, name: str) -> str:
    """A file that a codebook names lies beside it; a code of the shelf stays as it is."""
    return str(codebook.parent / name) if name.lower().endswith(".toml") else name


def _from_table(table: RawTable, source: str) -> Codebook:
    lines = [table.names, *table.rows]
    if str(lines[0][0]).casefold() in _HEADINGS:
        lines = lines[1:]
    columns: dict[str, str] = {}
    for line in lines:
        cells = [written(cell) for cell in line[:2]]
        if len(cells) < 2 or (cells[0] and cells[0] in columns):
            raise SurveyError(
                f"The codebook '{source}' must have two columns, the header in the survey and its item code, each "
                "header once; "
                f"its line '{', '.join(cells)}' is not like that."
            )
        if all(cells):
            columns[cells[0]] = cells[1]
    return Codebook(columns=_distinct(columns, f"the codebook '{source}'"))


def _wrong(where: str, wanted: str, value: object) -> SurveyError:
    return SurveyError(f"{where} must be {wanted}, not {value!r}.")


def _title(value: Any, where: str) -> Text:
    return Text(value, value) if isinstance(value, str) else text_from(value, where)


def _string(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(where, "a text", value)
    return value.strip()


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise _wrong(where, "true or false", value)
    return value


def _strings(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _wrong(where, "a list of texts", value)
    return tuple(_string(each, where) for each in value)


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(where, "a number", value)
    return float(value)


def _numbers(value: Any, where: str) -> tuple[float, ...]:
    return tuple(_number(each, where) for each in (value if isinstance(value, list) else [value]))


def _table(read: Callable[[Any, str], Any]) -> Callable[[Any, str], dict[str, Any]]:
    """A reader of a TOML table whose values are all read alike."""

    def read_table(value: Any, where: str) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise _wrong(where, "a table", value)
        return {key: read(each, f"'{key}' under {where}") for key, each in value.items()}

    return read_table


def _columns(value: Any, where: str) -> dict[str, str]:
    return _distinct(_table(_string)(value, where), where)


def _distinct(columns: dict[str, str], where: str) -> dict[str, str]:
    """Two headers for one item cannot both count."""
    twice = next((code for code in columns.values() if list(columns.values()).count(code) > 1), None)
    if twice is not None:
        raise SurveyError(
            f"Every item must stand for one column, but {where} gives '{twice}' to two. Keep one of them."
        )
    return columns


def _excluded(value: Any, where: str) -> tuple[str, ...]:
    """Values that make a row drop out: a list, one value, or the words `not missing`."""
    values = value if isinstance(value, list) else [value]
    if not values or any(isinstance(each, bool) or not isinstance(each, str | int | float) for each in values):
        raise _wrong(where, f'a list of values, or "{NOT_MISSING}"', value)
    return tuple(written(number if (number := parse_number(str(each))) is not None else str(each)) for each in values)


_FIELDS: dict[str, Callable[[Any, str], Any]] = {
    "title": _title,
    "theory": _string,
    "instruments": _strings,
    "columns": _columns,
    "demographics": _strings,
    "order": _strings,
    "attention": _table(_number),
    "duration": _string,
    "marker": _strings,
    "labels": _table(_table(_title)),
    "simulated": _flag,
    "exclude": _table(_excluded),
    "missing": _numbers,
}
