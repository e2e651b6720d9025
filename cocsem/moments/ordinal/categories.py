"""Which categories an ordered variable has: the different answers found in all of the data, lowest first.

Answers are numbers, or a Categorical column of pandas, whose categories have an order and names of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cocsem.errors import EstimationError
from cocsem.moments.ordinal.types import Array, Index

Category = float | str
Categories = Mapping[str, tuple[Category, ...]]
_MOST = 50  # more different values make tables that no computer should be asked for


def names_of_categories(column: pd.Series) -> tuple[Category, ...]:
    """What the categories of a Categorical column are called, in its order; numbers stay numbers. Empty for other columns.

    >>> names_of_categories(pd.Series(pd.Categorical(["mid", "low"], ["low", "mid", "high"], ordered=True)))
    ('low', 'mid', 'high')
    """
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return ()
    levels = column.cat.categories
    return tuple(float(v) for v in levels) if levels.dtype.kind in "iuf" else tuple(str(v) for v in levels)


def answers_of(column: pd.Series) -> Array:
    """The answers as numbers, (n,), not-a-number where missing; of a Categorical column the places 0, 1, ... of its categories."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        places = column.cat.codes.to_numpy(np.float64)
        return np.where(places < 0, np.nan, places)
    return column.to_numpy(np.float64)


def find_categories(frame: pd.DataFrame, ordered: Sequence[str]) -> dict[str, tuple[Category, ...]]:
    """Find the different answers to each ordered variable, over all groups.

    Raises
    ------
    EstimationError : nobody answered, all answered alike, or the values are too many to be categories.

    >>> find_categories(pd.DataFrame({"y": [2, 1, 2, None, 5]}), ["y"])
    {'y': (1.0, 2.0, 5.0)}
    """
    found = {name: _answered(frame[name]) for name in ordered}
    single = [name for name, values in found.items() if len(values) < 2]
    if single:
        raise EstimationError(
            f"An ordered variable needs answers in at least two categories, but all answers to {', '.join(single)} are alike "
            "(or there is none). Take it out of the model."
        )
    for name, values in found.items():
        if len(values) > _MOST:
            raise EstimationError(
                f"An ordered variable has a few categories, but '{name}' has {len(values)} different values. "
                "Leave it out of ordered=, so that it counts as continuous."
            )
    return found


def _answered(column: pd.Series) -> tuple[Category, ...]:
    values, names = answers_of(column), names_of_categories(column)
    different = np.unique(values[~np.isnan(values)])
    return tuple(names[int(v)] for v in different) if names else tuple(float(v) for v in different)


def category_numbers(
    values: Array, name: str, categories: tuple[Category, ...], declared: tuple[Category, ...], where: str
) -> Index:
    """Number the answers 0, 1, ... by category, -1 where missing, (n,).

    Parameters
    ----------
    values : (n,) as from `answers_of`. categories : those that count. declared : all of a Categorical column, empty for other columns.

    Raises
    ------
    EstimationError : a category that is known from other groups or rows does not occur among these answers.
    """
    missing = np.isnan(values)
    levels = np.array([declared.index(c) for c in categories] if declared else categories, dtype=np.float64)
    codes = np.where(missing, -1, np.searchsorted(levels, np.where(missing, levels[0], values)))
    unknown = ~missing & (levels[np.minimum(codes, len(levels) - 1)] != values)
    if unknown.any():
        first = values[unknown][0]
        raise EstimationError(
            f"'{name}' must be answered with one of {list_categories(categories)}, but "
            f"{list_categories([declared[int(first)] if declared else first])} was found{where}."
        )
    empty = [value for k, value in enumerate(categories) if not (codes == k).any()]
    if empty:
        raise EstimationError(
            f"Every category of an ordered variable must be answered by somebody{where}, but nobody there answered "
            f"'{name}' with {list_categories(empty)} (elsewhere in the data it occurs). Thresholds cannot be compared then. Merge the category with its neighbour in "
            f"all of the data, for instance {_merging(empty[0], categories)}, or take '{name}' out of the model."
        )
    return np.asarray(codes)


def _merging(empty: Category, categories: tuple[Category, ...]) -> str:
    at = categories.index(empty)
    neighbour = categories[at - 1] if at else categories[1]
    return f"recode {list_categories([empty])} to {list_categories([neighbour])}"


def list_categories(values: Sequence[Category]) -> str:
    """Categories as they are printed: names as they are, numbers without needless digits.

    >>> list_categories([1.0, 2.5]), list_categories(["low", "high"])
    ('1, 2.5', 'low, high')
    """
    return ", ".join(v if isinstance(v, str) else f"{v:g}" for v in values)
