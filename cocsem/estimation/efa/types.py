"""What an exploratory factor analysis gives."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from cocsem.display import Displayed


@dataclass(frozen=True, slots=True)
class FactorSolution(Displayed):
    """A rotated factor solution of p items and k factors.

    Attributes
    ----------
    loadings : (p, k) pattern loadings; factors by explained variance, largest first.
    phi : (k, k) factor correlations, in the same order as the columns of `loadings`.
    communalities, uniquenesses : (p,) shares of the variance of each item.
    variance : (k,) sums of squared loadings, the diagonal of `phi @ loadings.T @ loadings`.
    statistic, df, pvalue : chi-square test of k factors with Bartlett's correction; pvalue is NaN for df 0, and both are NaN for
        polychoric correlations, which the test does not hold for.
    method, rotation : as asked for; a single factor is not rotated.
    n_obs : rows that answered every item. converged : the extraction ended at a stationary point.
    heywood : items whose uniqueness ended at its lower bound. correlation : `pearson` or `polychoric`.
    loadings_se, phi_se : bootstrap standard errors of the loadings and factor correlations, from `draws` resamples; or None.
    """

    loadings: pd.DataFrame
    phi: pd.DataFrame
    communalities: pd.Series
    uniquenesses: pd.Series
    variance: pd.Series
    statistic: float
    df: int
    pvalue: float
    method: str
    rotation: str
    n_obs: int
    converged: bool
    heywood: tuple[str, ...]
    correlation: str = "pearson"
    loadings_se: pd.DataFrame | None = None
    phi_se: pd.DataFrame | None = None
    draws: int = 0
