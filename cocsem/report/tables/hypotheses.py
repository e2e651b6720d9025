"""Tables of paths as a paper prints them: one path per row, the statement of a hypothesis left to the text."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from cocsem.assessment.types import Table
from cocsem.report.tables.generic import print_table
from cocsem.report.tables.printed import PrintedTable

_ORDER = (
    *("id", "kind", "path", "sign", "std", "std_se", "std_ci_lower", "std_ci_upper"),
    *("b", "b_se", "est", "se", "ci_lower", "ci_upper", "z", "pvalue", "verdict", "references"),
)
_LEFT_TO_TEXT = frozenset({"source", "target", "statement"})
# With two estimates in a table, each standard error must say whose it is.
_OF_BETA = {
    "se": "std_se",
    "ci_lower": "std_ci_lower",
    "ci_upper": "std_ci_upper",
    "est": "b",
    "est_se": "b_se",
}


def print_paths(table: Table, lang: str) -> PrintedTable:
    """Print hypotheses or effects with source and target joined as a path.

    >>> from cocsem.language import Text
    >>> frame = pd.DataFrame({"id": ["H1"], "source": ["A"], "target": ["B"], "std": [0.5]})
    >>> [cell.text for cell in print_paths(Table("hypotheses", Text("t", "t"), frame), "en").rows[0]]
    ['H1', 'A → B', '.500']
    """
    frame = table.frame
    if "path" not in frame and {"source", "target"} <= set(frame.columns):
        paths = [f"{source} → {target}" for source, target in zip(frame["source"], frame["target"], strict=True)]
        frame = frame.assign(path=paths)
    if interval_of(frame) == "std":
        frame = frame.rename(columns=_OF_BETA)
    first = [name for name in _ORDER if name in frame.columns]
    rest = [name for name in frame.columns if name not in _ORDER and name not in _LEFT_TO_TEXT]
    return print_table(replace(table, frame=frame[[*first, *rest]]), lang)


def interval_of(frame: pd.DataFrame) -> str:
    """Say to which estimate the columns `se`, `ci_lower` and `ci_upper` belong: `std` or `est`.

    A table that gives the standard error of `est` in a column of its own (`est_se`), or has no `est`, keeps `se` for
    `std`.

    >>> interval_of(pd.DataFrame(columns=["est", "std", "se"]))
    'est'
    >>> interval_of(pd.DataFrame(columns=["est", "est_se", "std", "se"]))
    'std'
    """
    return "std" if "std" in frame and ("est_se" in frame or "est" not in frame) else "est"
