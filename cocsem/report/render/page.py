"""A page of a shelf, written in Markdown, as text of at most 80 columns: paragraphs wrap, tables are drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cocsem.report.render.plain import WIDTH, draw_table, wrap
from cocsem.report.tables.printed import Cell, Column, PrintedTable

_POINT = re.compile(r"^(?P<mark>- |\d+\. )")
_STRONG = re.compile(r"\*\*(.+?)\*\*|(?<!\w)\*(.+?)\*(?!\w)")
_NUMBER = re.compile(r"[−-]?[\d.,]+%?")


def plain_page(markdown: str, *, width: int = WIDTH) -> str:
    """Return a page as text that fits a terminal.

    >>> print(plain_page("# Title\\n\\n**One** word.\\n\\n| a | b |\\n|---|---|\\n| x | 1 |"))
    Title
    =====
    <BLANKLINE>
    One word.
    <BLANKLINE>
    a  b
    ----
    x  1
    """
    blocks = re.split(r"\n\s*\n", markdown.strip("\n"))
    return "\n\n".join("\n".join(_block(block.split("\n"), width)) for block in blocks)


def _block(lines: list[str], width: int) -> Iterator[str]:
    first = lines[0]
    if first.startswith("```"):
        yield from (f"  {line}" for line in lines if not line.startswith("```"))
    elif first.startswith("#"):
        title = _plain(first.lstrip("# "))
        yield from (*wrap(title, width=width), ("=" if first.startswith("# ") else "-") * min(len(title), width))
    elif first.startswith("|"):
        yield draw_table(_table(lines), width=width)
    else:
        yield from _paragraphs(lines, width)


def _paragraphs(lines: list[str], width: int) -> Iterator[str]:
    """Running text and points of a list; a point goes on where its lines are indented."""
    starts = [i for i, line in enumerate(lines) if i == 0 or _POINT.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        mark = _POINT.match(lines[start])
        text = " ".join(line.strip() for line in lines[start:end])
        indent = " " * len(mark["mark"]) if mark else ""
        body = wrap(_plain(text.removeprefix(mark["mark"]) if mark else text), width=width, indent=indent)
        yield from [mark["mark"] + body[0].strip(), *body[1:]] if mark else body


def _table(lines: list[str]) -> PrintedTable:
    rows = [[_plain(cell.strip()) for cell in line.strip().strip("|").split("|")] for line in lines]
    head, body = rows[0], rows[2:]
    numeric = [all(_NUMBER.fullmatch(row[i]) for row in body) for i in range(len(head))]
    columns = tuple(Column(name, name, number) for name, number in zip(head, numeric, strict=True))
    return PrintedTable("page", "", columns, tuple(tuple(Cell(cell) for cell in row) for row in body))


def _plain(text: str) -> str:
    return _STRONG.sub(lambda found: found[1] or found[2], text).replace("`", "")
