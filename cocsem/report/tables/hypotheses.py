"""The hypotheses table as a paper prints it: one path per row, the statement left to the text."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from cocsem.assessment.types import Table
from cocsem.report.tables.generic import print_table
from cocsem.report.tables.printed import PrintedTable

_ORDER = (
    *("id", "path", "sign", "std", "std_se", "std_ci_lower", "std_ci_upper", "est", "se", "ci_lower", "ci_upper"),
    *("z", "pvalue", "verdict", "references"),
)
_INTERVAL = ("se", "ci_lower", "ci_upper")
_LEFT_TO_TEXT = frozenset({"source", "target", "statement"})


def print_hypotheses(table: Table, lang: str) -> PrintedTable:
    """Print hypotheses with source and target joined as a path.

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
    if interval_of(frame) == "std":
        frame = frame.rename(columns={name: f"std_{name}" for name in _INTERVAL})
    first = [name for name in _ORDER if name in frame.columns]
    rest = [name for name in frame.columns if name not in _ORDER and name not in _LEFT_TO_TEXT]
    return print_table(replace(table, frame=frame[[*first, *rest]]), lang)


def interval_of(frame: pd.DataFrame) -> str:
    """Say to which estimate the standard errors and intervals of a table belong: `std` or `est`.

    Symmetric intervals are centred on their own estimate, so the closer one owns them.

    >>> interval_of(pd.DataFrame({"est": [1.3], "std": [0.5], "ci_lower": [0.4], "ci_upper": [0.6]}))
    'std'
    """
    if "std" not in frame or not set(_INTERVAL[1:]) <= set(frame.columns):
        return "est"
    if "est" not in frame:
        return "std"
    known = frame[["est", "std", "ci_lower", "ci_upper"]].apply(pd.to_numeric, errors="coerce")
    middle = (known["ci_lower"] + known["ci_upper"]) / 2
    distance = {name: (known[name] - middle).abs().sum() for name in ("est", "std")}
    return "std" if distance["std"] < distance["est"] else "est"
