"""Which items belong together: the scales of a survey as blocks of columns, and the rows that answered all of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.alignment import frame_of, pick_columns
from cocsem.language import Text
from cocsem.moments.continuous import require_finite
from cocsem.survey.types import Survey

Scales = Mapping[str, pd.DataFrame]


def scales_of(source: Survey | Scales) -> dict[str, pd.DataFrame]:
    """Return the item columns of every dimension, by its code; a mapping of blocks is checked and returned as it is.

    >>> list(scales_of({"TRU": pd.DataFrame({"tru1": [1, 2], "tru2": [2, 2]})}))
    ['TRU']
    """
    if not isinstance(source, Survey):
        if not isinstance(source, Mapping) or not all(
            isinstance(b, pd.DataFrame) and b.shape[1] for b in source.values()
        ):
            raise UsageError(
                "Scales must be a Survey, or tables with at least one item by the code of their scale, such as "
                '{"TRU": data[["tru1", "tru2"]]}.'
            )
        return {code: numeric_columns(block) for code, block in source.items()}
    return {
        dimension.code: source.data[[item.code for item in dimension.items]]
        for instrument in source.instruments
        for dimension in instrument.dimensions
        if all(item.code in source.data for item in dimension.items)
    }


def some_scales(source: Survey | Scales) -> dict[str, pd.DataFrame]:
    """The same where there must be one.

    Raises
    ------
    UsageError : no scale at all.
    """
    found = scales_of(source)
    if not found:
        raise UsageError(
            "At least one scale is needed, but none was given. Read the survey with an instrument, or give the items of each scale."
        )
    return found


def scale_names(source: Survey | Scales) -> dict[str, Text]:
    """Return the printed name of every scale; scales without an instrument go by their code."""
    if not isinstance(source, Survey):
        return {code: Text(code, code) for code in source}
    return {d.code: d.name for instrument in source.instruments for d in instrument.dimensions}


def item_data(data: Survey | pd.DataFrame) -> pd.DataFrame:
    """Return the items of a survey, or a table of numbers as given."""
    return data.data if isinstance(data, Survey) else numeric_columns(data)


def numeric_columns(data: pd.DataFrame) -> pd.DataFrame:
    """Return the table as floats; every column must hold finite numbers or categories with an order.

    Raises
    ------
    EstimationError : a column holds something else. UsageError : two columns of one name.
    """
    frame = frame_of(data)
    numbers = pick_columns(frame, tuple(frame.columns)).astype("float64")
    require_finite(numbers.to_numpy(), [str(name) for name in numbers])
    return numbers


def complete_rows(data: pd.DataFrame, purpose: str, *, at_least: int = 1) -> pd.DataFrame:
    """Return the rows without a missing answer; in them every item must vary and none may follow from the others.

    Raises
    ------
    EstimationError : fewer items than `at_least`, too few complete rows, a constant item, or items that determine
        one another.
    """
    if data.shape[1] < at_least:
        raise EstimationError(f"{purpose} needs at least {at_least} items, but {data.shape[1]} were given. Add items.")
    rows = data.dropna()
    if len(rows) < data.shape[1] + 1:
        raise EstimationError(
            f"{purpose} needs more rows that answered every item than there are items ({data.shape[1]}), "
            f"but only {len(rows)} of {len(data)} did. Use fewer items, or drop the items with many missing answers."
        )
    constant = [str(name) for name in rows if rows[name].nunique() < 2]
    if constant:
        raise EstimationError(
            f"{purpose} needs items that vary, but {', '.join(constant)} has one answer only. Leave it out."
        )
    if np.linalg.matrix_rank(np.corrcoef(rows.to_numpy(), rowvar=False)) < rows.shape[1]:
        raise EstimationError(
            f"{purpose} needs items of which none follows from the others, but here one does. "
            "Look for an item that stands in the data twice, or a sum of items, and leave it out."
        )
    return rows
