"""The fit of one model: one line per index where there are many, with a scaled test standard, scaled and robust beside each other."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

from cocsem.assessment.reported import KINDS
from cocsem.assessment.types import Table
from cocsem.report.labels import label, number_kind
from cocsem.report.numbers import format_interval, format_number, is_missing
from cocsem.report.tables.generic import print_table
from cocsem.report.tables.printed import Cell, Column, PrintedTable

_LINES = (
    "chisq",
    "df",
    "pvalue",
    "chisq_scaling_factor",
    "cfi",
    "tli",
    "rmsea",
    "rmsea_ci",
    "srmr",
    "gfi",
    "gfi_lisrel",
    "agfi_lisrel",
    "aic",
    "bic",
    "npar",
    "ntotal",
)


def print_fit(table: Table, lang: str) -> PrintedTable:
    """Print the fit of one model: one line per index with a scaled test, or where the indices of AMOS make it too many for one line.

    >>> import pandas as pd
    >>> from cocsem.language import Text
    >>> frame = pd.DataFrame({"chisq": [9.0], "df": [4], "cfi": [0.9], "chisq_scaled": [8.0], "cfi_robust": [0.91]})
    >>> printed = print_fit(Table("fit", Text("t", "t"), frame), "en")
    >>> [[cell.text for cell in row] for row in printed.rows]
    [['χ²', '9.000', '8.000', ''], ['df', '4', '', ''], ['CFI', '.900', '', '.910']]
    >>> frame = pd.DataFrame({"chisq": [9.0], "cfi": [0.9], "gfi_lisrel": [0.92]})
    >>> [[cell.text for cell in row] for row in print_fit(Table("fit", Text("t", "t"), frame), "en").rows]
    [['χ²', '9.000'], ['CFI', '.900'], ['GFI (AMOS, LISREL)', '.920']]
    """
    printed = print_table(table, lang)
    record = table.frame.iloc[0].to_dict() if len(table.frame) == 1 else {}
    scaled = any(str(name).endswith(KINDS) and not is_missing(value) for name, value in record.items())
    if not scaled and is_missing(record.get("gfi_lisrel")):
        return printed
    kinds, heads = (("", *KINDS), ("standard", *KINDS)) if scaled else (("",), ("value",))
    columns = (Column("index", label("index", lang)), *(Column(head, label(head, lang), True) for head in heads))
    lines = [(name, [_text(record, name, kind, lang) for kind in kinds]) for name in _LINES]
    rows = tuple((Cell(label(name, lang)), *(Cell(text) for text in texts)) for name, texts in lines if any(texts))
    return printed._replace(columns=columns, rows=rows)


def _text(record: Mapping[Hashable, Any], name: str, kind: str, lang: str) -> str:
    """One number in print; the scaling factor belongs to the scaled test."""
    if name == "chisq_scaling_factor":
        kind, key = ("", name) if kind == "scaled" else (kind, "")
    else:
        key = f"{name}_{kind}" if kind else name
    style = number_kind(name) or "decimal3"
    if name == "rmsea_ci":
        lower, upper = (record.get(f"rmsea_ci_{end}{f'_{kind}' if kind else ''}") for end in ("lower", "upper"))
        return "" if is_missing(lower) or is_missing(upper) else format_interval(lower, upper, style, lang)
    value = record.get(key)
    return "" if is_missing(value) else format_number(value, style, lang)
