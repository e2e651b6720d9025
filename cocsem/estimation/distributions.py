"""Tail probabilities and quantiles, from scipy.special only (scipy.stats takes seconds to import).

p-values are survival functions, never 1 - cdf, so that small ones keep their digits.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Array = NDArray[np.float64]
_NORMAL_BEYOND = 1e10  # chi-square


def normal_quantile(probability: float) -> float:
    """Quantile of the standard normal distribution."""
    return float(special.ndtri(probability))


def normal_sf(z: ArrayLike) -> Array:
    """P(Z > z) of the standard normal distribution.

    >>> round(float(normal_sf(1.644854)), 4)
    0.05
    """
    return np.asarray(special.ndtr(-np.asarray(z)))


def two_sided(z: ArrayLike) -> Array:
    """Two-sided p-value of a standard normal statistic, 2 (1 - Phi(|z|)).

    >>> round(float(two_sided(1.96)), 4)
    0.05
    """
    return np.asarray(2.0 * special.ndtr(-np.abs(z)))


def chi2_sf(x: float, df: float) -> float:
    """P(chi2_df > x); nan when df = 0.

    >>> round(chi2_sf(3.841459, 1), 6)
    0.05
    """
    return float(special.chdtrc(df, max(x, 0.0))) if df > 0 else math.nan


def chi2_quantile(probability: float, df: float) -> float:
    """Quantile of chi2_df."""
    return float(special.chdtri(df, 1.0 - probability))


def noncentral_chi2_cdf(x: float, df: float, noncentrality: float) -> float:
    """P(chi2_df(lambda) <= x)."""
    return float(special.chdtr(df, x) if noncentrality <= 0 else special.chndtr(x, df, noncentrality))


def noncentrality_at(x: float, df: float, probability: float) -> float:
    """Return the lambda with P(chi2_df(lambda) <= x) = probability, or 0 when even lambda = 0 lies below it.

    Where x is huge the noncentral distribution cannot be computed and is normal: x = df + lambda + z sqrt(2 (df + 2 lambda)).

    >>> found = noncentrality_at(2e10, 3, 0.05)
    >>> round((found + 3 - 2e10) / (2 * (3 + 2 * found)) ** 0.5, 4)
    1.6449
    """
    if not x > 0 or noncentral_chi2_cdf(x, df, 0.0) < probability:
        return 0.0
    if x > _NORMAL_BEYOND:
        z = math.sqrt(2.0) * normal_quantile(probability)
        return ((math.sqrt(z**2 + 2.0 * x - df) - z) ** 2 - df) / 2.0
    found = float(special.chndtrinc(x, df, probability))
    if abs(noncentral_chi2_cdf(x, df, found) - probability) < 1e-11:
        return found
    from scipy.optimize import brentq

    high = max(x, 1.0)
    while noncentral_chi2_cdf(x, df, high) > probability:
        high *= 2.0
    return float(
        brentq(lambda value: noncentral_chi2_cdf(x, df, value) - probability, 0.0, high, xtol=1e-10, rtol=1e-12)
    )
