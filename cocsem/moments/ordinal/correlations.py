"""Polychoric correlations alone, for factor analysis and reliability: of the answers, and of the same answers unrelated."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cocsem.moments.ordinal.categories import find_categories
from cocsem.moments.ordinal.statistics import latent_moments
from cocsem.moments.ordinal.tables import polychoric, tabulate
from cocsem.moments.ordinal.types import Array, LatentMoments, pair_index


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
    rng = np.random.default_rng(seed)
    codes = np.column_stack([np.unique(column, return_inverse=True)[1] for column in items.to_numpy().T])
    thresholds = _latent(items, "listwise").thresholds
    first, second = pair_index(codes.shape[1])
    out = np.tile(np.eye(codes.shape[1]), (iterations, 1, 1))
    for cor in out:
        rho = polychoric(tabulate(rng.permuted(codes, axis=0), list(thresholds)))
        cor[first, second] = cor[second, first] = rho
    return out


def _latent(items: pd.DataFrame, missing: str) -> LatentMoments:
    names = [str(name) for name in items.columns]
    named = items.set_axis(names, axis=1)
    return latent_moments(named, find_categories(named, names), missing=missing)
