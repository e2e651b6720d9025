"""The hypotheses table as a paper prints it: one path per row, the statement left to the text."""

from __future__ import annotations

from dataclasses import replace

from cocsem.assessment.types import Table
from cocsem.report.tables.generic import print_table
from cocsem.report.tables.printed import PrintedTable

_ORDER = ("id", "path", "sign", "std", "est", "se", "ci_lower", "ci_upper", "z", "pvalue", "verdict", "references")
_LEFT_TO_TEXT = frozenset({"source", "target", "statement"})


def print_hypotheses(table: Table, lang: str) -> PrintedTable:
    """Print hypotheses with source and target joined as a path.

    >>> import pandas as pd
    >>> from cocsem.language import Text
    >>> frame = pd.DataFrame({"id": ["H1"], "source": ["A"], "target": ["B"], "std": [0.5]})
    >>> [cell.text for cell in print_hypotheses(Table("hypotheses", Text("t", "t"), frame), "en").rows[0]]
    ['H1', 'A → B', '.500']
    """
    frame = table.frame
    if {"source", "target"} <= set(frame.columns):
        frame = frame.assign(
            path=[f"{source} → {target}" for source, target in zip(frame["source"], frame["target"], strict=True)]
        )
    first = [name for name in _ORDER if name in frame.columns]
    rest = [name for name in frame.columns if name not in _ORDER and name not in _LEFT_TO_TEXT]
    return print_table(replace(table, frame=frame[[*first, *rest]]), lang)
