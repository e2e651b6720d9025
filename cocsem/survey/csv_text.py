"""Separated text: its encoding, its separator, its rows."""

from __future__ import annotations

import csv
import io
import itertools
from collections import Counter
from collections.abc import Sequence

from cocsem.errors import SurveyError
from cocsem.language import Text
from cocsem.survey.log import entry
from cocsem.survey.table import Cell, clean, pad
from cocsem.survey.types import LogEntry

SEPARATORS = {
    "\t": Text("tab", "tab"),
    ";": Text("semicolon", "titik koma"),
    "|": Text("bar", "garis tegak"),
    ",": Text("comma", "koma"),
}
_LOOKED_AT = 200
_LARGEST_CELL = 1 << 24
_MANY_BREAKS = 3


def read_text(content: bytes, source: str) -> tuple[list[tuple[Cell, ...]], Text, tuple[LogEntry, ...]]:
    """Read separated text into rows of cells, all equally wide; empty lines become rows of None.

    Returns the rows, the form in words (separator and encoding) and the log.
    """
    text, encoding = decode(content, source)
    separator, text = _stated_separator(text)
    separator = separator or find_separator(text)
    rows = [[clean(cell) for cell in line] for line in _split(text, separator, source)]
    log = [entry("encoding", 1, encoding=encoding)] if encoding != "UTF-8" else []
    if _have_row_names(rows):
        rows[0].insert(0, None)
        log.append(entry("row_names", len(rows) - 1))
    width, padded = _common_width(rows, source)
    if padded:
        log.append(entry("padded", len(padded), row=padded[0]))
    sign = SEPARATORS.get(separator, Text(separator, separator))
    form = Text(f"text separated by {sign.en}, {encoding}", f"teks dengan pemisah {sign.id}, {encoding}")
    return list(pad(rows, width)), form, tuple(log)


def decode(content: bytes, source: str) -> tuple[str, str]:
    """Turn bytes into text: by their mark, as UTF-16 without mark, as UTF-8, else as Windows-1252."""
    attempts = [("utf-8-sig", "UTF-8"), ("cp1252", "Windows-1252")]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        attempts = [("utf-16", "UTF-16")]
    elif b"\x00" in content:
        attempts = [(name, "UTF-16") for name in _unmarked_utf16(content)]
    for codec, encoding in attempts:
        try:
            text = content.decode(codec)
        except UnicodeDecodeError:
            continue
        if _readable(text):
            return text, encoding
    raise SurveyError(
        f"'{source}' must be text, but its bytes are no readable text in UTF-8, UTF-16 or Windows-1252. "
        "Export the survey again as CSV (UTF-8), .xlsx, .sav or .parquet."
    )


def _unmarked_utf16(content: bytes) -> list[str]:
    """UTF-16 without a mark shows itself by zero bytes on one side of every pair."""
    even, odd = content[0::2].count(0), content[1::2].count(0)
    if len(content) % 2 or min(even, odd) * 4 > max(even, odd):
        return []
    return ["utf-16-le"] if odd > even else ["utf-16-be"]


def _readable(text: str) -> bool:
    """Text has hardly any control characters; a binary file has many."""
    sample = text[:100_000]
    odd = sum(1 for letter in sample if (letter < " " and letter not in "\t\r\n\f\x1a") or letter == "\ufffd")
    return odd * 200 <= len(sample)


def _stated_separator(text: str) -> tuple[str | None, str]:
    """Spreadsheets write `sep=;` as a first line to state the separator."""
    first, _, rest = text.partition("\n")
    statement = first.strip().strip('"').casefold()
    if statement.startswith("sep=") and len(statement) == 5:
        return statement[4], rest
    if first.rstrip("\r").casefold() == "sep=\t":
        return "\t", rest
    return None, text


def find_separator(text: str) -> str:
    """Find the separator under which most lines have the same number of cells, more than one.

    A comma that is a decimal sign gives lines of unlike length, so the right separator wins.

    >>> find_separator("a;b;c\\n1,5;2;3\\n2;2,5;3,5")
    ';'
    """
    return max(SEPARATORS, key=lambda separator: _regularity(text, separator))


def _regularity(text: str, separator: str) -> tuple[float, int]:
    """Share of lines with the commonest number of cells, and that number; (0, 0) when it separates nothing."""
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        widths = [len(line) for line in itertools.islice(lines, _LOOKED_AT) if any(cell.strip() for cell in line)]
    except csv.Error:
        return 0.0, 0
    if not widths:
        return 0.0, 0
    width, count = Counter(widths).most_common(1)[0]
    return (count / len(widths), width) if width > 1 else (0.0, 0)


def _split(text: str, separator: str, source: str) -> list[list[str]]:
    usual = csv.field_size_limit(_LARGEST_CELL)
    lines = csv.reader(io.StringIO(text.rstrip("\x1a"), newline=""), delimiter=separator)
    try:
        rows = list(lines)
    except csv.Error as fault:
        raise SurveyError(
            f"'{source}' must be separated text, but line {lines.line_num} cannot be read: {fault}. "
            "Look for a quotation mark that is not closed."
        ) from None
    finally:
        csv.field_size_limit(usual)
    swallowed = next(
        (n for n, row in enumerate(rows, 1) if any(cell.count("\n") >= _MANY_BREAKS for cell in row)), None
    )
    if swallowed is not None and text.count('"') % 2:
        raise SurveyError(
            f"Every quotation mark in '{source}' must be closed, but one in row {swallowed} is not: the rows after it "
            "run "
            "into one cell. Close it, or write it twice."
        )
    return rows


def _have_row_names(rows: Sequence[Sequence[Cell]]) -> bool:
    """R writes names of rows without a name above them: every row then has one cell more than the row of names."""
    below = {len(row) for row in rows[1:] if _last(row)}
    return (
        bool(rows)
        and len(rows[0]) > 1
        and below == {len(rows[0]) + 1}
        and all(row[-1] is not None for row in rows[1:2])
    )


def _common_width(rows: Sequence[Sequence[Cell]], source: str) -> tuple[int, list[int]]:
    """The number of columns is that of the widest row of names; a longer row cannot be told apart and is an error.

    Spreadsheets leave out separators at the end of rows whose last cells are empty, so shorter rows are filled up,
    except where two short rows in a row look like one row torn apart by a line break.
    """
    filled = [(number, _last(row)) for number, row in enumerate(rows, 1)]
    width = next((last for _, last in filled if last > 1), 1)
    width = max([width, *(len(row) for row in rows[:1])])
    for number, last in filled:
        if last > width:
            raise SurveyError(
                f"Every row of '{source}' must have at most {width} cells, as its column names do, but line {number} "
                "has "
                f"{last}. Put quotation marks around texts that contain the separator, or remove the extra cells."
            )
    lengths = [len(row) for row in rows]
    for number in range(1, len(rows) - 1):
        first, second = lengths[number], lengths[number + 1]
        if 1 < first < width and second < width and first + second == width + 1:
            raise SurveyError(
                f"Every row of '{source}' must have {width} cells, but lines {number + 1} and {number + 2} have "
                f"{first} and "
                f"{second}: a line break within a cell? Put quotation marks around that cell."
            )
    return width, [number for number, length in enumerate(lengths, 1) if number > 1 and 0 < length < width]


def _last(row: Sequence[Cell]) -> int:
    """Position of the last cell that holds something, counted from 1."""
    return max((place for place, cell in enumerate(row, 1) if cell is not None), default=0)
