"""Tables ready for print. A table that needs more than the generic form has one line here, by its key."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from cocsem.assessment.types import Table
from cocsem.report.tables.fit import print_fit
from cocsem.report.tables.generic import print_table as print_generic
from cocsem.report.tables.hypotheses import print_paths
from cocsem.report.tables.matrices import print_grouped, print_loadings, print_square, print_triangle
from cocsem.report.tables.parameters import print_estimates, print_factor_loadings
from cocsem.report.tables.printed import Cell, Column, PrintedTable


def print_rivals(table: Table, lang: str) -> PrintedTable:
    """Print the models by their names; the codes stay in results.json."""
    frame = table.frame
    named = frame.assign(model=frame["name"]).drop(columns="name") if "name" in frame else frame
    return print_generic(replace(table, frame=named), lang)


PRINTERS: Mapping[str, Callable[[Table, str], PrintedTable]] = {
    "fit": print_fit,
    "hypotheses": print_paths,
    "effects": print_paths,
    "total_effects": print_paths,
    "estimates": print_estimates,
    "loadings": print_factor_loadings,
    "rivals": print_rivals,
    "efa_loadings": print_loadings,
    "pattern": print_loadings,
    "correlations": print_triangle,
    "scale_correlations": print_triangle,
    "factor_correlations": print_triangle,
    "latent_correlations": print_triangle,
    "fornell_larcker": print_triangle,
    "measurement": print_grouped,
    "paper_correlations": print_square,
    "htmt": print_triangle,
    "htmt2": print_triangle,
}


def print_table(table: Table, lang: str) -> PrintedTable:
    """Turn a table of numbers into a printed table, in the form registered for its key."""
    return PRINTERS.get(_registered(table.key), print_generic)(table, lang)


def _registered(key: str) -> str:
    """The registered key of a table; a table made once per group carries the group behind its key."""
    return next((known for known in PRINTERS if key == known or key.startswith(f"{known}_")), key)


def select_columns(table: PrintedTable, keys: tuple[str, ...]) -> PrintedTable:
    """Keep the columns with these keys, in the order of the table; all of them when none is there."""
    places = [i for i, column in enumerate(table.columns) if column.key in keys]
    if not places:
        return table
    rows = tuple(tuple(row[i] for i in places) for row in table.rows)
    return table._replace(columns=tuple(table.columns[i] for i in places), rows=rows)


__all__ = ["PRINTERS", "Cell", "Column", "PrintedTable", "print_table", "select_columns"]
