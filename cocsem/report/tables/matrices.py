"""Tables whose columns are constructs: correlation triangles and loadings."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from cocsem.assessment.types import Table
from cocsem.report.numbers import MISSING, is_missing
from cocsem.report.tables.generic import find_sources, print_table
from cocsem.report.tables.printed import Cell, PrintedTable


def print_triangle(table: Table, lang: str) -> PrintedTable:
    """Print the lower triangle of a matrix of constructs with its diagonal standing out.

    The first column names the rows; columns named like a row are the matrix, all others (means, SDs) are printed whole.

    >>> import pandas as pd
    >>> from cocsem.language import Text
    >>> frame = pd.DataFrame({"construct": ["A", "B"], "A": [0.8, 0.3], "B": [0.3, 0.7]})
    >>> printed = print_triangle(Table("fornell_larcker", Text("t", "t"), frame), "en")
    >>> [[cell.text for cell in row] for row in printed.rows]
    [['A', '.800', ''], ['B', '.300', '.700']]
    """
    rows = [str(name) for name in table.frame.iloc[:, 0]]
    printed = print_table(table, lang, kind="bounded3")
    place = {name: position for position, name in enumerate(rows)}
    cells = tuple(
        tuple(_triangle_cell(cell, i, place.get(column.key)) for cell, column in zip(row, printed.columns, strict=True))
        for i, row in enumerate(printed.rows)
    )
    return printed._replace(rows=cells)


def print_square(table: Table, lang: str) -> PrintedTable:
    """Print a whole matrix of constructs, two digits, with its diagonal standing out.

    >>> import pandas as pd
    >>> from cocsem.language import Text
    >>> frame = pd.DataFrame({"construct": ["1. A", "2. B"], "1": [0.8, 0.3], "2": [0.334, 0.7]})
    >>> printed = print_square(Table("paper_correlations", Text("t", "t"), frame), "en")
    >>> [[cell.text for cell in row] for row in printed.rows]
    [['1. A', '.80', '.33'], ['2. B', '.30', '.70']]
    """
    printed = print_table(table, lang, kind="bounded")
    rows = tuple(
        tuple(cell._replace(strong=place == number) for place, cell in enumerate(row))
        for number, row in enumerate(printed.rows, start=1)
    )
    return printed._replace(rows=rows)


def print_grouped(table: Table, lang: str) -> PrintedTable:
    """Print a table that says what belongs to a construct once, in its first row: the other rows stay empty there."""
    printed = print_table(table, lang)
    blank = tuple(
        tuple(cell._replace(text="") if cell.text == MISSING else cell for cell in row) for row in printed.rows
    )
    return printed._replace(rows=blank)


def print_loadings(table: Table, lang: str) -> PrintedTable:
    """Print a loading matrix with the highest loading of every item standing out.

    >>> import pandas as pd
    >>> from cocsem.language import Text
    >>> frame = pd.DataFrame({"item": ["x1"], "F1": [0.2], "F2": [-0.7]})
    >>> [cell.strong for cell in print_loadings(Table("l", Text("t", "t"), frame), "en").rows[0]]
    [False, False, True]
    """
    printed = print_table(table, lang, kind="bounded3")
    sources = find_sources(table.frame, None)
    factors = [s.first for s in sources if s.numeric and s.kind is None]
    rows = []
    for record, row in zip(table.frame.to_dict("records"), printed.rows, strict=True):
        highest = _highest(record, factors)
        rows.append(tuple(cell._replace(strong=s.first == highest) for cell, s in zip(row, sources, strict=True)))
    return printed._replace(rows=tuple(rows))


def _highest(record: dict[Hashable, Any], factors: list[Hashable]) -> Hashable | None:
    given = [factor for factor in factors if not is_missing(record[factor])]
    return max(given, key=lambda factor: abs(record[factor]), default=None) if len(factors) > 1 else None


def _triangle_cell(cell: Cell, row: int, column: int | None) -> Cell:
    if column is None:
        return cell
    return Cell("") if column > row else cell._replace(strong=column == row)
