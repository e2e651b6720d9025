"""Finding the table a paragraph is computed from."""

from __future__ import annotations

from collections.abc import Iterable

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
