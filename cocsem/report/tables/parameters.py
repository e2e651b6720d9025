"""Tables of parameters: what was fixed has no standard error, and the print says so with a dash."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from cocsem.assessment.types import Table
from cocsem.report.tables.generic import print_table
from cocsem.report.tables.matrices import print_loadings
from cocsem.report.tables.printed import PrintedTable

_OF_AN_ESTIMATE = ("se", "ci_lower", "ci_upper")


def print_estimates(table: Table, lang: str) -> PrintedTable:
    """Print a parameter table without standard errors and intervals where a parameter was fixed.

    >>> from cocsem.language import Text
    >>> frame = pd.DataFrame({"rhs": ["x1", "x2"], "est": [1.0, 0.8], "se": [0.0, 0.1]})
    >>> [cell.text for cell in print_estimates(Table("estimates", Text("t", "t"), frame), "en").rows[0]]
    ['x1', '1.000', '–']
    """
    return print_table(_without_fixed(table), lang)


def print_factor_loadings(table: Table, lang: str) -> PrintedTable:
    """Print the loadings of a fitted model, or a rotated loading matrix."""
    return print_loadings(_without_fixed(table), lang)


def _without_fixed(table: Table) -> Table:
    frame = table.frame
    if "se" not in frame:
        return table
    fixed = pd.to_numeric(frame["se"], errors="coerce") == 0
    marked = {name: frame[name].where(~fixed) for name in _OF_AN_ESTIMATE if name in frame}
    return replace(table, frame=frame.assign(**marked))
