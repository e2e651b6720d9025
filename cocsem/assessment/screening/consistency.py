"""Whether a person's answers hang together: variability, even against odd items, pairs of items that go together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]
_STRONG = 0.6  # part of the definition of a psychometric synonym (antonym: -0.6), not a limit for judging
_FEWEST = 3  # pairs of numbers that a correlation needs at least to be more than an exact fit


def response_variability(answers: pd.DataFrame) -> pd.Series:
    """Return the intra-individual response variability: the standard deviation of each person's answers.

    Answers as ticked, before reverse scoring; NaN below two answers.

    References: dunn2018

    >>> response_variability(pd.DataFrame([[3, 3, 3], [1, 2, 3]])).tolist()
    [0.0, 1.0]
    """
    return answers.std(axis=1, ddof=1)


def even_odd_consistency(scales: Iterable[pd.DataFrame]) -> pd.Series:
    """Return the even-odd consistency: over the scales, the correlation of the means of their odd and of their even items.

    Corrected to full length by Spearman and Brown, 2 r / (1 + r), and not below -1. Scored answers; scales with one item do not count,
    and a person needs three scales with both halves.

    References: johnson2005, meade2012, jackson1976

    >>> halves = [pd.DataFrame({"a": [a, 1.0], "b": [b, 4.0]}) for a, b in ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0))]
    >>> even_odd_consistency(halves).round(6).tolist()
    [1.0, nan]
    """
    halves = [
        (block.iloc[:, 0::2].mean(axis=1), block.iloc[:, 1::2].mean(axis=1)) for block in scales if block.shape[1] > 1
    ]
    if not halves:
        return pd.Series(dtype="float64")
    index = halves[0][0].index
    odd, even = (np.column_stack([half[side].to_numpy(dtype=np.float64) for half in halves]) for side in (0, 1))
    r = _row_correlations(odd, even)
    with np.errstate(divide="ignore", invalid="ignore"):
        corrected = np.maximum(2.0 * r / (1.0 + r), -1.0)
    return pd.Series(corrected, index=index)


def psychometric_pairs(answers: pd.DataFrame, *, antonyms: bool = False) -> list[tuple[str, str]]:
    """Return the pairs of items that correlate at .60 or more over all persons; for antonyms at -.60 or less.

    References: johnson2005, meade2012
    """
    cor = answers.corr().to_numpy()
    names = [str(name) for name in answers]
    strong = cor <= -_STRONG if antonyms else cor >= _STRONG
    return [(names[i], names[j]) for i, j in zip(*np.nonzero(np.triu(strong, 1)), strict=True)]


def psychometric_consistency(answers: pd.DataFrame, pairs: list[tuple[str, str]]) -> pd.Series:
    """Return each person's correlation over pairs of items: near 1 for synonyms answered with care, near -1 for antonyms.

    NaN where fewer than three pairs were answered, or where all answers on one side are the same.

    References: johnson2005, meade2012
    """
    if len(pairs) < _FEWEST:
        return pd.Series(np.nan, index=answers.index)
    left, right = (answers[[pair[side] for pair in pairs]].to_numpy(dtype=np.float64) for side in (0, 1))
    return pd.Series(_row_correlations(left, right), index=answers.index)


def _row_correlations(one: Array, other: Array) -> Array:
    """Correlate the rows of two (n, m) matrices over the columns that both hold; NaN below three or without spread."""
    known = ~(np.isnan(one) | np.isnan(other))
    count = known.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        centred = []
        for values in (one, other):
            values = np.where(known, values, 0.0)
            mean = values.sum(axis=1) / count
            centred.append(np.where(known, values - mean[:, None], 0.0))
        spread = [np.sqrt(np.sum(c**2, axis=1)) for c in centred]
        smallest = (
            np.finfo(float).eps * 1e3 * np.maximum(np.nanmax(np.abs(np.where(known, one, 0.0)), initial=1.0), 1.0)
        )
        r = np.sum(centred[0] * centred[1], axis=1) / (spread[0] * spread[1])
    return np.where((count >= _FEWEST) & (spread[0] > smallest) & (spread[1] > smallest), np.clip(r, -1.0, 1.0), np.nan)
