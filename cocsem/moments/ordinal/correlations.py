"""Polychoric correlations alone, for factor analysis and reliability: of the answers, and of the same answers unrelated."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from cocsem.chance import generator
from cocsem.errors import EstimationError
from cocsem.moments.ordinal.categories import find_categories
from cocsem.moments.ordinal.climb import BOUND
from cocsem.moments.ordinal.statistics import latent_moments
from cocsem.moments.ordinal.tables import polychoric, tabulate
from cocsem.moments.ordinal.types import Array, Index, LatentMoments, pair_index


def polychoric_correlations(items: pd.DataFrame, missing: str = "listwise") -> Array:
    """Correlations of the latent responses behind items that are all ordered, (p, p).

    References: olsson1979

    >>> rows = pd.DataFrame({"a": [0, 0, 1, 1, 0, 1, 1, 0], "b": [0, 0, 1, 1, 1, 1, 0, 0]})
    >>> print(polychoric_correlations(rows).round(4))
    [[1.     0.7071]
     [0.7071 1.    ]]
    """
    return _latent(items, missing).cov


def unrelated_polychorics(items: pd.DataFrame, *, seed: int, iterations: int) -> Array:
    """Polychoric correlations after the answers to each item were shuffled among the respondents, (iterations, p, p).

    Shuffling keeps how often each category was chosen, so the thresholds stay, and leaves nothing that items share.

    References: buja1992
    """
    rng = generator(seed)
    codes = _codes(items.to_numpy())
    thresholds = _latent(items, "listwise").thresholds
    first, second = pair_index(codes.shape[1])
    out = np.tile(np.eye(codes.shape[1]), (iterations, 1, 1))
    for cor in out:
        rho = polychoric(tabulate(rng.permuted(codes, axis=0), list(thresholds)))
        cor[first, second] = cor[second, first] = rho
    return out


def resampled_correlations(items: pd.DataFrame, ordered: Sequence[str], size: int, rng: np.random.Generator) -> Array:
    """Correlations of the latent responses in rows drawn with replacement, (size, p, p).

    A category that a draw does not hold is left out of it; not-a-number throughout where a draw has no such correlations.

    Parameters
    ----------
    items : complete rows. ordered : the columns that are ordered; the others are continuous.
    """
    n, p = items.shape
    all_ordered = set(ordered) == set(items.columns)
    codes = _codes(items.to_numpy()) if all_ordered else np.zeros((n, 0), dtype=np.intp)
    out = np.full((size, p, p), np.nan)
    for draw in range(size):
        rows = rng.integers(0, n, n)
        found = _from_codes(codes[rows]) if all_ordered else _mixed(items.iloc[rows], ordered)
        if found is not None:
            out[draw] = found
    return out


def _codes(values: NDArray[Any]) -> Index:
    return np.column_stack([np.unique(column, return_inverse=True)[1] for column in values.T])


def _from_codes(codes: Index) -> Array | None:
    """Polychoric correlations of category numbers; None where an item is constant or follows from another."""
    counts = [np.bincount(column) for column in codes.T]
    if any((count == 0).any() for count in counts):
        codes = _codes(codes)
        counts = [np.bincount(column) for column in codes.T]
    if min(len(count) for count in counts) < 2:
        return None
    rho = polychoric(tabulate(codes, [ndtri(np.cumsum(count)[:-1] / len(codes)) for count in counts]))
    if (np.abs(rho) > BOUND).any():
        return None
    cor = np.eye(codes.shape[1])
    first, second = pair_index(len(cor))
    cor[first, second] = cor[second, first] = rho
    return cor


def _mixed(rows: pd.DataFrame, ordered: Sequence[str]) -> Array | None:
    try:
        cov = latent_moments(rows, find_categories(rows, ordered)).cov
    except EstimationError:  # a draw in which an item is constant or follows from another
        return None
    sd = np.sqrt(np.diag(cov))
    return np.asarray(cov / np.outer(sd, sd))


def _latent(items: pd.DataFrame, missing: str) -> LatentMoments:
    names = [str(name) for name in items.columns]
    named = items.set_axis(names, axis=1)
    return latent_moments(named, find_categories(named, names), missing=missing)
