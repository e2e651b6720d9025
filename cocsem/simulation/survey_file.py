"""Writing simulated answers down, always with the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from cocsem.errors import UsageError

Cell = int | str | None


def csv_bytes(columns: Mapping[str, Sequence[Cell]]) -> bytes:
    r"""Return the columns as a comma-separated file: UTF-8, line feeds, blank where nothing was answered.

    Raises
    ------
    UsageError : the columns differ in length, or a cell holds a comma, a quotation mark or a line break.

    >>> csv_bytes({"item1": [4, None], "city": ["Jember", "Malang"]})
    b'item1,city\n4,Jember\n,Malang\n'
    """
    lines = [list(columns), *([_written(cell) for cell in row] for row in _rows(columns))]
    return ("\n".join(",".join(line) for line in lines) + "\n").encode("utf-8")


def write_csv(path: str | Path, columns: Mapping[str, Sequence[Cell]]) -> None:
    """Write the columns to a file."""
    Path(path).write_bytes(csv_bytes(columns))


def _rows(columns: Mapping[str, Sequence[Cell]]) -> list[tuple[Cell, ...]]:
    if len({len(cells) for cells in columns.values()}) > 1:
        raise UsageError("All columns of a file must have the same number of rows.")
    return list(zip(*columns.values(), strict=True))


def _written(cell: Cell) -> str:
    text = "" if cell is None else str(cell)
    if any(sign in text for sign in ',"\n\r'):
        raise UsageError(f"A cell must not hold a comma, a quotation mark or a line break, but one is {text!r}.")
    return text
