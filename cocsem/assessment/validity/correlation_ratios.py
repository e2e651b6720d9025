"""HTMT and HTMT2: how strongly items of different constructs correlate, relative to items of the same construct."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.chance import generator
from cocsem.moments.ordinal.correlations import resampled_correlations

Array = NDArray[np.float64]
_AT_ONCE = 100  # resamples whose correlation matrices are in memory at a time
_CONSTANT = 1e-12  # variance, of items of variance 1, below which a draw holds one answer only


@dataclass(frozen=True, slots=True)
class RatioIntervals:
    """Percentile limits (m, m) of HTMT and HTMT2 over resampled rows, and how many draws gave each pair a value."""

    lower: Mapping[str, pd.DataFrame]
    upper: Mapping[str, pd.DataFrame]
    draws: int
    seed: int


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
    places = {str(name): n for n, name in enumerate(cor.columns)}
    at = [[places[item] for item in items] for items in scales.values()]
    found = ratios(np.abs(cor.to_numpy(dtype=np.float64)), at, geometric=geometric)
    return pd.DataFrame(found, index=list(scales), columns=list(scales))


def htmt_intervals(
    data: pd.DataFrame,
    scales: Mapping[str, Sequence[str]],
    *,
    draws: int,
    seed: int,
    level: float = 0.95,
    ordered: Sequence[str] = (),
) -> RatioIntervals:
    """Return percentile intervals of HTMT and HTMT2 over rows drawn with replacement; draws in which an item does not vary are left out.

    Parameters
    ----------
    data : (n, p) answers without gaps, one column per item. scales : items of every construct.
    draws, seed : number of resamples and seed of their generator. level : of the intervals.
    ordered : items that are ordered categories; correlations are then polychoric and polyserial.

    References: henseler2015, efron1993
    """
    places = {str(name): n for n, name in enumerate(data.columns)}
    at = [[places[item] for item in items] for items in scales.values()]
    rng = generator(seed)
    found: dict[str, list[Array]] = {"htmt": [], "htmt2": []}
    for start in range(0, draws, _AT_ONCE):
        size = min(_AT_ONCE, draws - start)
        drawn = (
            resampled_correlations(data, ordered, size, rng) if ordered else _resampled(data.to_numpy(float), size, rng)
        )
        cor = np.abs(drawn[np.isfinite(drawn).all(axis=(1, 2))])
        found["htmt"].append(ratios(cor, at, geometric=False))
        found["htmt2"].append(ratios(cor, at, geometric=True))
    tails = [(1 - level) / 2, (1 + level) / 2]
    lower, upper = {}, {}
    for key, parts in found.items():
        values = np.concatenate(parts)
        low, high = np.quantile(values, tails, axis=0) if len(values) else np.full((2, *values.shape[1:]), np.nan)
        lower[key], upper[key] = (pd.DataFrame(x, index=list(scales), columns=list(scales)) for x in (low, high))
    return RatioIntervals(lower, upper, len(values), seed)


def _resampled(data: Array, size: int, rng: np.random.Generator) -> Array:
    """Correlation matrices (size, p, p) of rows drawn with replacement, by how often each row was drawn; NaN beside an item that does not vary."""
    n, p = data.shape
    z = (data - data.mean(axis=0)) / data.std(axis=0)
    counts = rng.multinomial(n, np.full(n, 1.0 / n), size=size).astype(np.float64)
    i, j = np.tril_indices(p)
    mean = counts @ z / n
    second = counts @ (z[:, i] * z[:, j]) / n - mean[:, i] * mean[:, j]
    cov = np.empty((size, p, p))
    cov[:, i, j] = cov[:, j, i] = second
    variance = np.diagonal(cov, axis1=1, axis2=2)
    spread = np.sqrt(np.where(variance > _CONSTANT, variance, np.nan))
    return np.asarray(cov / (spread[:, :, None] * spread[:, None, :]))


def ratios(cor: Array, places: Sequence[Sequence[int]], *, geometric: bool) -> Array:
    """Return the ratios (..., m, m) of absolute correlations (..., p, p); `places` holds the items of every construct.

    Means over blocks are products with indicator matrices, so that many matrices cost little more than one.
    """
    sizes = np.array([len(items) for items in places], dtype=np.float64)
    member = np.zeros((cor.shape[-1], len(places)))
    for construct, items in enumerate(places):
        member[list(items), construct] = 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.log(cor) if geometric else cor
        values = (
            np.where(np.isfinite(values), values, -745.0) if geometric else values
        )  # log of the least positive number
        sums = member.T @ values @ member
        within = np.diagonal(sums, axis1=-2, axis2=-1) - np.diagonal(values, axis1=-2, axis2=-1) @ member
        within = within / np.where(sizes > 1, sizes * (sizes - 1), np.nan)
        between = sums / np.outer(sizes, sizes)
        if geometric:
            within, between = np.exp(within), np.exp(between)
        scale = np.sqrt(within[..., :, None] * within[..., None, :])
        out = np.where(scale > 0, between / scale, np.nan)
    diagonal = np.arange(len(places))
    out[..., diagonal, diagonal] = 1.0
    return out
