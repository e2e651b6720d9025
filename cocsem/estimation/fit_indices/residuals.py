"""Indices of the residuals: how far the implied moments are from those of the sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def _half(squares: Array, *, diagonal: bool) -> float:
    """Sum over the lower triangle of a symmetric matrix, with or without its diagonal."""
    own = float(squares.diagonal().sum())
    return (float(squares.sum()) + (own if diagonal else -own)) / 2.0


def _root_mean(total: float, n: int, means: Array | None) -> float:
    """Root of the mean of squares: `total` is the sum of n of them, `means` are further ones."""
    count = n + (0 if means is None else len(means))
    return float(np.sqrt((total + (0.0 if means is None else float(means.sum()))) / count)) if count else 0.0


def _pairs(p: int, *, diagonal: bool) -> int:
    return p * (p + 1) // 2 if diagonal else p * (p - 1) // 2


def rmr(S: Array, Sigma: Array, d: Array | None = None) -> float:
    """Root mean square residual, sqrt(mean (s_ij - sigma_ij)^2) over i >= j, and the mean residuals d when given.

    References: joreskog1981
    """
    total = _half((S - Sigma) ** 2, diagonal=True)
    return _root_mean(total, _pairs(len(S), diagonal=True), None if d is None else d**2)


def srmr(S: Array, Sigma: Array, d: Array | None = None) -> float:
    """Standardized root mean square residual: residuals over sqrt(s_ii s_jj), i >= j, and d_i / sqrt(s_ii) when given.

    References: bentler1995
    """
    own = S.diagonal()
    total = _half((S - Sigma) ** 2 / (own[:, None] * own), diagonal=True)
    return _root_mean(total, _pairs(len(S), diagonal=True), None if d is None else d**2 / own)


def _correlations(S: Array) -> Array:
    sd = np.sqrt(S.diagonal())
    return np.asarray(S / (sd[:, None] * sd))


def crmr(S: Array, Sigma: Array, means: tuple[Array, Array] | None = None) -> float:
    """Correlation root mean square residual: residual correlations, i > j, and standardized mean residuals when given.

    References: bollen1989, maydeuolivares2017
    """
    total = _half((_correlations(S) - _correlations(Sigma)) ** 2, diagonal=False)
    d = None if means is None else (means[0] - means[1]) ** 2 / S.diagonal()
    return _root_mean(total, _pairs(len(S), diagonal=False), d)


def _mean_residuals(S: Array, Sigma: Array, means: tuple[Array, Array] | None) -> Array | None:
    if means is None:
        return None
    ybar, mu = means
    return np.asarray((ybar / np.sqrt(S.diagonal()) - mu / np.sqrt(Sigma.diagonal())) ** 2)


def srmr_mplus(S: Array, Sigma: Array, means: tuple[Array, Array] | None = None) -> float:
    """SRMR as Mplus computes it: residual correlations for i > j, relative residual variances (s_ii - sigma_ii) / s_ii.

    References: muthen2018
    """
    total = _half((_correlations(S) - _correlations(Sigma)) ** 2, diagonal=False)
    total += float(((1.0 - Sigma.diagonal() / S.diagonal()) ** 2).sum())
    return _root_mean(total, _pairs(len(S), diagonal=True), _mean_residuals(S, Sigma, means))
