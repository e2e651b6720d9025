"""Files: what kind they are, judged by their first bytes, and the tables they hold."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from cocsem.errors import SurveyError
from cocsem.language import Text
from cocsem.survey.csv_text import read_text
from cocsem.survey.headers import table_from_rows
from cocsem.survey.log import entry
from cocsem.survey.privacy import holds_contact
from cocsem.survey.rows import check_names
from cocsem.survey.spss import read_spss
from cocsem.survey.table import RawTable, clean, is_missing, parse_number, written
from cocsem.survey.types import LogEntry
from cocsem.survey.workbook import read_workbook

FORMS = {
    "xlsx": Text("Excel workbook", "buku kerja Excel"),
    "sav": Text("SPSS file", "berkas SPSS"),
    "parquet": Text("Parquet file", "berkas Parquet"),
    "text": Text("separated text", "teks dengan pemisah"),
}
ENDINGS = {
    ".csv": "text", ".txt": "text", ".tsv": "text", ".tab": "text", ".dat": "text",
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".sav": "sav", ".zsav": "sav", ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip
MAGIC = {
    b"$FL2": "sav",
    b"$FL3": "sav",
    b"PAR1": "parquet",
    b"\xd0\xcf\x11\xe0": "an old (.xls) or password-protected workbook",
    b"<stata_dta>": "a Stata file",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a compressed file",
    b"{\\rtf": "a text document",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
UNSUPPORTED = {
    ".xls": "an old Excel workbook",
    ".ods": "an OpenDocument spreadsheet",
    ".numbers": "a Numbers spreadsheet",
    ".gsheet": "a link to a web sheet",
    ".dta": "a Stata file",
    ".por": "a portable SPSS file",
    ".sas7bdat": "a SAS file",
    ".rds": "an R file",
    ".rdata": "an R file",
    ".json": "a JSON file",
    ".pdf": "a PDF document",
    ".docx": "a text document",
    ".html": "a web page",
    ".zip": "an archive",
}
READABLE = "Export the survey as .csv, .xlsx, .sav or .parquet."


@dataclass(frozen=True, slots=True)
class FileContent:
    """The tables of a file (one per sheet), its name without folder, the hash of its bytes, its form, and the log."""

    tables: tuple[RawTable, ...]
    source: str
    sha256: str
    form: Text
    log: tuple[LogEntry, ...] = ()


def read_file(path: str | Path, known_words: Collection[str] = ()) -> FileContent:
    """Read a survey file of any supported form into raw tables.

    Parameters
    ----------
    path : a .csv, .txt, .tsv, .xlsx, .sav or .parquet file.
    known_words : normalised answer words, which tell an answer row from a second header row.

    Raises
    ------
    SurveyError : the file is missing, empty, a folder, of an unsupported form, damaged, or without answer rows.
    """
    file, content = _open(path)
    kind = _kind(file, content)
    stated = ENDINGS.get(file.suffix.lower())
    log = (entry("content", 1, ending=file.suffix, form=FORMS[kind]),) if stated != kind else ()
    form, tables = _tables(kind, file, content, known_words)
    tables = tuple(table for table in tables if table.names)
    if not tables:
        raise SurveyError(f"'{file.name}' must hold column names and answers, but it holds no cells. {READABLE}")
    if not any(table.rows for table in tables):
        raise SurveyError(
            f"'{file.name}' must hold answers under its column names, but it holds the names only. Export the answers "
            "too."
        )
    tables = tuple(table for table in tables if table.rows)
    return FileContent(tables, file.name, hashlib.sha256(content).hexdigest(), form, log)


def read_frame(path: str | Path) -> pd.DataFrame:
    """Read a file as a rectangle: columns of numbers where every answer is one, of text otherwise; no scoring, no log.

    Columns that hold e-mail addresses or phone numbers, and columns without a name, are left out. Of a workbook the
    first sheet with answers is read.

    Raises
    ------
    SurveyError : the file cannot be read, or two columns have one name.
    """
    content = read_file(path)
    table, _ = check_names(content.tables[0], content.source)
    columns: dict[str, pd.Series] = {}
    for place, name in enumerate(table.names):
        cells = [None if is_missing(cell) else cell for cell in table.column(place)]
        numbers = [parse_number(cell) for cell in cells]
        is_text = any(cell is not None and number is None for cell, number in zip(cells, numbers, strict=True))
        if name and not holds_contact([name, *cells]):
            values = [None if cell is None else written(cell) for cell in cells] if is_text else numbers
            columns[name] = pd.Series(values, index=list(table.numbers), dtype="object" if is_text else "float64")
    return pd.DataFrame(columns, index=pd.Index(table.numbers, name="row"))


def _open(path: str | Path) -> tuple[Path, bytes]:
    try:
        file = Path(path).expanduser()
        if file.is_dir():
            raise SurveyError(f"A survey must be a file, but '{path}' is a folder. Name one file in it.")
        content = file.read_bytes()
    except FileNotFoundError:
        raise SurveyError(
            f"The survey file '{path}' must exist, but it was not found. Check its name and folder."
        ) from None
    except (OSError, ValueError, RuntimeError) as fault:
        reason = getattr(fault, "strerror", None) or fault
        raise SurveyError(f"The survey file '{path}' must be readable, but it is not: {reason}.") from None
    if not content.strip():
        raise SurveyError(f"'{file.name}' must hold column names and answers, but the file is empty. {READABLE}")
    return file, content


def _kind(file: Path, content: bytes) -> str:
    """The first bytes decide where they tell; otherwise the file must end in one of the endings of separated text."""
    found = next((kind for magic, kind in MAGIC.items() if content.startswith(magic)), None)
    if content.startswith(b"PK\x03\x04"):
        found = _kind_of_archive(content)
    if found in FORMS:
        return str(found)
    ending = file.suffix.lower()
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if found is None and start.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        found = "a web page or XML"
    found = found or UNSUPPORTED.get(ending)
    if found is not None:
        raise SurveyError(f"'{file.name}' is {found}, which cocsem does not read. {READABLE}")
    if ENDINGS.get(ending) == "text":
        return "text"
    if ending in ENDINGS:
        raise SurveyError(
            f"'{file.name}' ends in {ending} and must be of that kind ({FORMS[ENDINGS[ending]].en}), but its content "
            "is something "
            "else. "
            "Give the file its right ending (.csv for text), or export it again."
        )
    raise SurveyError(f"'{file.name}' ends in '{ending}', which cocsem does not know. {READABLE}")


def _kind_of_archive(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = set(parts.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
        return "a damaged workbook or archive"
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "an OpenDocument file" if "mimetype" in names else "an archive"


def _tables(kind: str, file: Path, content: bytes, known_words: Collection[str]) -> tuple[Text, tuple[RawTable, ...]]:
    if kind == "sav":
        return FORMS[kind], (read_spss(file, file.name),)
    if kind == "parquet":
        return FORMS[kind], (_read_parquet(content, file.name),)
    if kind == "xlsx":
        sheets = read_workbook(content, file.name)
        return FORMS[kind], tuple(table_from_rows(rows, known_words, sheet=sheet) for sheet, rows in sheets.items())
    rows, form, log = read_text(content, file.name)
    return form, (table_from_rows(rows, known_words, log=log),)


def _read_parquet(content: bytes, source: str) -> RawTable:
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(pyarrow.BufferReader(content))
        columns = [[clean(value) for value in column.to_pylist()] for column in table.columns]
    except Exception as fault:  # damaged files surface as Arrow errors, OSError, ValueError and others
        raise SurveyError(
            f"'{source}' must be a complete Parquet file, but it cannot be read ({type(fault).__name__}). Write it "
            "again or use CSV."
        ) from None
    names = tuple("" if name.startswith("__index_level_") else clean(name) or "" for name in table.column_names)
    return RawTable(
        names=tuple(str(name) for name in names),
        rows=tuple(zip(*columns, strict=True)) if columns else (),
        numbers=tuple(range(1, table.num_rows + 1)),
    )
