"""Header rows: the column names, and question texts or technical marks that some platforms write under them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from cocsem.survey.log import entry
from cocsem.survey.matching import text_key
from cocsem.survey.table import Cell, RawTable, is_missing, pad, parse_number, written
from cocsem.survey.types import LogEntry

_MOST_FURTHER = 2
_PLATFORM_MARK = '"importid"'


def table_from_rows(
    rows: Sequence[Sequence[Cell]],
    known_words: Collection[str] = (),
    *,
    sheet: str = "",
    log: tuple[LogEntry, ...] = (),
) -> RawTable:
    """Tell title rows, column names, further header rows and answer rows apart."""
    first = _first_name_row(rows)
    if first is None:
        return RawTable((), (), ())
    titles = sum(1 for row in rows[:first] if any(cell is not None for cell in row))
    width = len(rows[first])
    names = [written(cell) for cell in rows[first]]
    below = pad(rows[first + 1 :], width)
    further = _count_further(names, below, known_words)
    heads, answers = below[:further], below[further:]
    texts = tuple(tuple(written(head[j]) for head in heads if _is_text(head[j])) for j in range(width))
    if titles:
        log += (entry("title", titles),)
    if further:
        log += (entry("header", further),)
    numbers = tuple(number for number, row in enumerate(answers, 1) if any(cell is not None for cell in row))
    last = numbers[-1] if numbers else 0
    if len(numbers) < last:
        log += (entry("blank_row", last - len(numbers)),)
    return RawTable(
        names=tuple(_name(name, texts[j]) for j, name in enumerate(names)),
        rows=tuple(answers[number - 1] for number in numbers),
        numbers=numbers,
        texts=texts,
        sheet=sheet,
        log=log,
    )


def _first_name_row(rows: Sequence[Sequence[Cell]]) -> int | None:
    """The column names stand in the first row with cells; a row with one cell above a wide table is a title."""
    filled = [sum(cell is not None for cell in row) for row in rows[:20]]
    start = next((place for place, count in enumerate(filled) if count), None)
    if start is None:
        return None
    widest = max(filled)
    while filled[start] == 1 and widest >= 3:
        following = next((place for place in range(start + 1, len(filled)) if filled[place]), None)
        if following is None:
            break
        start = following
    return start


def _name(name: str, texts: tuple[str, ...]) -> str:
    """A column whose name cell is blank (merged cells) is called by the text under it."""
    return name or (texts[0] if texts else "")


def _is_text(cell: Cell) -> bool:
    return isinstance(cell, str) and not is_missing(cell) and _PLATFORM_MARK not in cell.casefold()


def _count_further(names: Sequence[str], rows: Sequence[Sequence[Cell]], known_words: Collection[str]) -> int:
    """Count the header rows under the column names (none, one or two)."""
    marks = [place for place, row in enumerate(rows[:_MOST_FURTHER]) if _has_mark(row)]
    if marks:
        return marks[-1] + 1
    count = 0
    while count < min(_MOST_FURTHER, len(rows) - 1) and _is_header(names, rows[count], rows[count + 1 :], known_words):
        count += 1
    return count


def _has_mark(row: Sequence[Cell]) -> bool:
    return any(_PLATFORM_MARK in cell.casefold() for cell in row if isinstance(cell, str))


def _is_header(
    names: Sequence[str], row: Sequence[Cell], body: Sequence[Sequence[Cell]], known_words: Collection[str]
) -> bool:
    """A header row differs in kind from the rows under it, in most columns, and agrees with them in hardly any."""
    votes = [_vote(cell, [line[j] for line in body], names[j], known_words) for j, cell in enumerate(row)]
    for_it, against = votes.count(1), votes.count(-1)
    judged = sum(vote is not None for vote in votes)
    return for_it >= 2 and for_it >= 0.5 * judged and against <= 0.1 * for_it


def _vote(cell: Cell, body: Sequence[Cell], name: str, known_words: Collection[str]) -> int | None:
    """1: the cell is no answer like those below; -1: it is one; 0: cannot be told; None: nothing stands below."""
    below = [other for other in body if not is_missing(other)]
    if not below:
        return None
    if cell is None or is_missing(cell):
        return 0
    key = text_key(written(cell))
    if key and key == text_key(name):
        return 1
    if parse_number(cell) is not None or key in known_words or cell in below:
        return -1
    if sum(parse_number(other) is not None for other in below) >= 0.8 * len(below):
        return 1
    repeated = len(below) >= 4 and len(set(below)) <= len(below) / 2
    return 1 if repeated else 0
