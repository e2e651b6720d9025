"""Tables and paragraphs as plain text that fits 80 columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rich.cells import cell_len

from cocsem.report.tables import Cell, PrintedTable

WIDTH = 80
_GAP = 2
_NARROWEST = 14


def draw_table(table: PrintedTable, *, width: int = WIDTH) -> str:
    """Draw a printed table as text lines of at most `width` columns.

    Long text wraps inside its column; a table too wide even so goes on in further blocks that repeat the columns that name a row.
    """
    lines = []
    for block in _blocks(table, width):
        lines.extend([*_draw_block(table, block, width), ""])
    for note in table.notes:
        lines.extend(wrap(note, width=width))
    return "\n".join(lines).rstrip("\n")


def wrap(text: str, *, width: int = WIDTH, indent: str = "") -> list[str]:
    """Break a paragraph into lines of at most `width` columns; blanks that must not break become plain ones."""
    lines = textwrap.wrap(text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False) or [""]
    return [line.replace("\u00a0", " ") for line in lines]


def _natural(table: PrintedTable, column: int) -> int:
    cells = [cell_len(row[column].text) for row in table.rows]
    return max([cell_len(table.columns[column].header), *cells])


def _least(table: PrintedTable, column: int) -> int:
    """The narrowest a column may become: numbers never wrap, text does."""
    natural = _natural(table, column)
    return natural if table.columns[column].numeric or column == 0 else min(natural, _NARROWEST)


def _blocks(table: PrintedTable, width: int) -> list[list[int]]:
    """Group the columns into blocks that fit; every block starts with the columns that name a row."""
    names = _naming(table, width)
    taken = sum(_natural(table, column) for column in names) + _GAP * (len(names) - 1)
    blocks, room = [names[:]], width - min(taken, width // 2)
    left = room
    for column in range(len(names), len(table.columns)):
        need = min(_least(table, column), room) + _GAP
        if need > left and len(blocks[-1]) > len(names):
            blocks.append(names[:])
            left = room
        blocks[-1].append(column)
        left -= need
    return blocks


def _naming(table: PrintedTable, width: int) -> list[int]:
    """The first columns that tell every row from the others: the first one, and a second column of words where it needs it."""
    first = [row[0].text for row in table.rows]
    alone = len(set(first)) == len(first) or len(table.columns) < 3 or table.columns[1].numeric
    return [0] if alone or _natural(table, 0) + _GAP + _natural(table, 1) > width // 2 else [0, 1]


def _draw_block(table: PrintedTable, block: list[int], width: int) -> list[str]:
    widths = _widths(table, block, width)
    heads = [Cell(table.columns[column].header) for column in block]
    numeric = [table.columns[column].numeric for column in block]
    rule = "-" * (sum(widths) + _GAP * (len(widths) - 1))
    lines = [*_draw_row(heads, widths, numeric), rule]
    for row in table.rows:
        lines.extend(_draw_row([row[column] for column in block], widths, numeric))
    return lines


def _widths(table: PrintedTable, block: list[int], width: int) -> list[int]:
    """Start from the natural widths and take from the widest text column until the block fits."""
    widths = [_natural(table, column) for column in block]
    floors = [min(_least(table, column), width // 2) for column in block]
    excess = sum(widths) + _GAP * (len(widths) - 1) - width
    while excess > 0:
        place = max(range(len(widths)), key=lambda i: widths[i] - floors[i])
        if widths[place] <= floors[place]:
            break
        widths[place] -= 1
        excess -= 1
    return widths


def _draw_row(cells: Sequence[Cell], widths: Sequence[int], numeric: Sequence[bool]) -> list[str]:
    parts = [textwrap.wrap(cell.text, max(size, 1)) or [""] for cell, size in zip(cells, widths, strict=True)]
    lines = []
    for level in range(max(len(part) for part in parts)):
        texts = [part[level] if level < len(part) else "" for part in parts]
        padded = [_pad(text, size, right) for text, size, right in zip(texts, widths, numeric, strict=True)]
        lines.append((" " * _GAP).join(padded).rstrip())
    return lines


def _pad(text: str, size: int, right: bool) -> str:
    blanks = " " * max(size - cell_len(text), 0)
    return blanks + text if right else text + blanks
