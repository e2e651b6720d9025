"""A table ready for print: every cell is text, every renderer (terminal, Markdown, HTML) starts from here."""

from __future__ import annotations

from typing import NamedTuple


class Cell(NamedTuple):
    """One printed cell: `strong` stands out; `tone` ("good", "bad" or "") is a colour, never the only sign."""

    text: str
    strong: bool = False
    tone: str = ""


class Column(NamedTuple):
    """One printed column: its English key, its header, and whether it holds numbers (right-aligned)."""

    key: str
    header: str
    numeric: bool = False


class PrintedTable(NamedTuple):
    """A table of text with its title and notes. The first column names the rows."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
