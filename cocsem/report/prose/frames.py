"""Finding the table a paragraph is computed from."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

import pandas as pd

from cocsem.assessment.types import Assessment


def find_frame(assessment: Assessment | None, key: str, columns: Iterable[str] = ()) -> pd.DataFrame | None:
    """Return the frame with this key when it is there, has rows and holds the columns; else None.

    >>> find_frame(None, "fit") is None
    True
    """
    for table in assessment or ():
        if table.key == key and len(table.frame) and set(columns) <= set(table.frame.columns):
            return table.frame
    return None


def highest(frame: pd.DataFrame, column: str, *, absolute: bool = False) -> dict[Hashable, Any]:
    """Return the row with the highest (or in absolute terms the largest) known value of a column.

    >>> highest(pd.DataFrame({"x": ["a", "b", "c"], "r": [0.2, -0.7, None]}), "r", absolute=True)["x"]
    'b'
    """
    return max(_known(frame, column), key=lambda row: abs(row[column]) if absolute else row[column])


def lowest(frame: pd.DataFrame, column: str) -> dict[Hashable, Any]:
    """Return the row with the lowest known value of a column."""
    return min(_known(frame, column), key=lambda row: row[column])


def _known(frame: pd.DataFrame, column: str) -> list[dict[Hashable, Any]]:
    return frame[frame[column].notna()].to_dict("records")
