"""Which categories an ordered variable has: the different answers found in all of the data, lowest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from cocsem.errors import EstimationError
from cocsem.moments.ordinal.types import Array, Index

Categories = Mapping[str, tuple[float, ...]]
_MOST = 50  # more different values make tables that no computer should be asked for


def find_categories(frame: pd.DataFrame, ordered: Sequence[str]) -> dict[str, tuple[float, ...]]:
    """Find the different answers to each ordered variable, over all groups.

    Raises
    ------
    EstimationError : nobody answered, all answered alike, or the values are too many to be categories.

    >>> find_categories(pd.DataFrame({"y": [2, 1, 2, None, 5]}), ["y"])
    {'y': (1.0, 2.0, 5.0)}
    """
    found = {name: tuple(float(v) for v in np.unique(frame[name].dropna().to_numpy(np.float64))) for name in ordered}
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


def category_numbers(values: Array, name: str, categories: tuple[float, ...], where: str) -> Index:
    """Number the answers 0, 1, ... by category, -1 where missing, (n,).

    Raises
    ------
    EstimationError : a category that is known from other groups or rows does not occur among these answers.
    """
    missing = np.isnan(values)
    levels = np.asarray(categories)
    codes = np.where(missing, -1, np.searchsorted(levels, np.where(missing, levels[0], values)))
    unknown = ~missing & (levels[np.minimum(codes, len(levels) - 1)] != values)
    if unknown.any():
        raise EstimationError(
            f"'{name}' must be answered with one of {_listed(categories)}, but {values[unknown][0]:g} was found{where}."
        )
    empty = [value for k, value in enumerate(categories) if not (codes == k).any()]
    if empty:
        raise EstimationError(
            f"Every category of an ordered variable must be answered by somebody{where}, but nobody there answered "
            f"'{name}' with {_listed(empty)} (elsewhere in the data it occurs). Thresholds cannot be compared then. Merge the category with its neighbour in "
            f"all of the data, for instance {_merging(empty[0], categories)}, or take '{name}' out of the model."
        )
    return np.asarray(codes)


def _merging(empty: float, categories: tuple[float, ...]) -> str:
    at = categories.index(empty)
    neighbour = categories[at - 1] if at else categories[1]
    return f"recode {empty:g} to {neighbour:g}"


def _listed(values: Sequence[float]) -> str:
    return ", ".join(f"{v:g}" for v in values)
