"""HTMT and HTMT2: how strongly items of different constructs correlate, relative to items of the same construct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]


def htmt(cor: pd.DataFrame, scales: Mapping[str, Sequence[str]], *, geometric: bool = False) -> pd.DataFrame:
    """Return the heterotrait-monotrait ratio of every pair of constructs.

    mean |r| between the items of two constructs, over the geometric mean of the two means of |r| within them;
    HTMT2 (`geometric`) takes geometric instead of arithmetic means of |r| throughout.

    Parameters
    ----------
    cor : correlations of the items. scales : items of every construct.
    geometric : False for HTMT, True for HTMT2.

    Returns
    -------
    (m, m) symmetric table with 1 on its diagonal; NaN for a construct with one item, which has nothing within.

    References: henseler2015, roemer2021

    >>> cor = pd.DataFrame(0.5, index=list("abcd"), columns=list("abcd"))
    >>> htmt(cor, {"X": ["a", "b"], "Y": ["c", "d"]}).loc["X", "Y"].item()
    1.0
    """
    average = _geometric_mean if geometric else _mean
    codes = list(scales)
    within = {code: average(_within(cor, scales[code])) for code in codes}
    ratios = pd.DataFrame(np.eye(len(codes)), index=codes, columns=codes)
    for i, one in enumerate(codes):
        for other in codes[:i]:
            between = average(cor.loc[list(scales[one]), list(scales[other])].abs().to_numpy().ravel())
            scale = np.sqrt(within[one] * within[other])
            ratio = between / scale if scale > 0 else np.nan
            ratios.loc[one, other] = ratios.loc[other, one] = ratio
    return ratios


def _within(cor: pd.DataFrame, items: Sequence[str]) -> Array:
    block = cor.loc[list(items), list(items)].abs().to_numpy()
    return np.asarray(block[np.tril_indices(len(items), -1)], dtype=np.float64)


def _mean(values: Array) -> float:
    return float(values.mean()) if values.size else float("nan")


def _geometric_mean(values: Array) -> float:
    if not values.size:
        return float("nan")
    return float(np.exp(np.mean(np.log(values)))) if np.all(values > 0) else 0.0
