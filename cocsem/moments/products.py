"""Products of items, for interactions of latent variables: centred twice, or cleaned of what the items themselves explain."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd

from cocsem.errors import EstimationError, UsageError

CENTRINGS = ("double_mean", "residual")


def product_indicators(
    frame: pd.DataFrame,
    first: Sequence[str],
    second: Sequence[str],
    *,
    centring: str = "double_mean",
    matched: bool | None = None,
) -> pd.DataFrame:
    """Return the products of the items of two factors as further indicators.

    double_mean : (x - mean x)(z - mean z), centred again. residual : what a regression of x z on all items of both factors leaves.

    Parameters
    ----------
    frame : (n, p) answers, numeric. first, second : items of the two factors.
    matched : each item with one of the other factor (needs as many on both sides) instead of all pairs; by default where that is possible.

    Returns
    -------
    DataFrame (n, k) with columns such as `x1.z1`; NaN where an item is missing.

    Raises
    ------
    UsageError : an unknown centring, or factors of unequal length matched. EstimationError : too few complete rows for the regressions.

    References: lin2010, little2006, marsh2004a

    >>> found = product_indicators(pd.DataFrame({"x": [1.0, 2, 3], "z": [1.0, 0, 2]}), ["x"], ["z"])
    >>> found["x.z"].round(3).tolist()
    [-0.333, -0.333, 0.667]
    """
    if centring not in CENTRINGS:
        raise UsageError(f"centring must be one of {', '.join(CENTRINGS)}; {centring!r} was given.")
    alike = len(first) == len(second)
    if matched and not alike:
        raise UsageError(
            f"Matched pairs need as many items on both sides, but there are {len(first)} and {len(second)}. Use matched=False."
        )
    pairs = (
        list(zip(first, second, strict=True))
        if (alike if matched is None else matched)
        else list(product(first, second))
    )
    items = frame[list(dict.fromkeys([*first, *second]))].astype("float64")
    make = _double_mean if centring == "double_mean" else _residual
    return pd.DataFrame({f"{a}.{b}": make(items, a, b) for a, b in pairs}, index=frame.index)


def _double_mean(items: pd.DataFrame, a: str, b: str) -> pd.Series:
    raw = (items[a] - items[a].mean()) * (items[b] - items[b].mean())
    return raw - raw.mean()


def _residual(items: pd.DataFrame, a: str, b: str) -> pd.Series:
    raw = items[a] * items[b]
    known = items.notna().all(axis=1)
    X = np.column_stack([np.ones(int(known.sum())), items[known].to_numpy()])
    if len(X) <= X.shape[1]:
        raise EstimationError(
            "Residual centring needs more complete rows than items. Use centring='double_mean', or collect more answers."
        )
    coefficients = np.linalg.lstsq(X, raw[known].to_numpy(), rcond=None)[0]
    out = pd.Series(np.nan, index=items.index)
    out[known] = raw[known].to_numpy() - X @ coefficients
    return out
