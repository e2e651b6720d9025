"""Indices of the residuals: how far the implied moments are from those of the sample."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def _lower(matrix: Array, *, diagonal: bool) -> Array:
    return matrix[np.tril_indices(len(matrix), 0 if diagonal else -1)]


def _root_mean(squares: Array, extra: Array | None, n: int) -> float:
    total = float(np.sum(squares)) + (0.0 if extra is None else float(np.sum(extra)))
    count = n + (0 if extra is None else len(extra))
    return float(np.sqrt(total / count)) if count else 0.0


def rmr(S: Array, Sigma: Array, d: Array | None = None) -> float:
    """Root mean square residual, sqrt(mean (s_ij - sigma_ij)^2) over i >= j, and the mean residuals d when given.

    References: joreskog1981
    """
    r = _lower(S - Sigma, diagonal=True)
    return _root_mean(r**2, None if d is None else d**2, len(r))


def srmr(S: Array, Sigma: Array, d: Array | None = None) -> float:
    """Standardized root mean square residual: residuals over sqrt(s_ii s_jj), i >= j, and d_i / sqrt(s_ii) when given.

    References: bentler1995
    """
    sd = np.sqrt(np.diag(S))
    r = _lower((S - Sigma) / np.outer(sd, sd), diagonal=True)
    return _root_mean(r**2, None if d is None else (d / sd) ** 2, len(r))


def _correlations(S: Array) -> Array:
    sd = np.sqrt(np.diag(S))
    return np.asarray(S / np.outer(sd, sd))


def crmr(S: Array, Sigma: Array, means: tuple[Array, Array] | None = None) -> float:
    """Correlation root mean square residual: residual correlations, i > j, and standardized mean residuals when given.

    References: bollen1989, maydeuolivares2017
    """
    r = _lower(_correlations(S) - _correlations(Sigma), diagonal=False)
    d = None if means is None else (means[0] - means[1]) ** 2 / np.diag(S)
    return _root_mean(r**2, d, len(r))


def _mean_residuals(S: Array, Sigma: Array, means: tuple[Array, Array] | None) -> Array | None:
    if means is None:
        return None
    ybar, mu = means
    return np.asarray((ybar / np.sqrt(np.diag(S)) - mu / np.sqrt(np.diag(Sigma))) ** 2)


def srmr_mplus(S: Array, Sigma: Array, means: tuple[Array, Array] | None = None) -> float:
    """SRMR as Mplus computes it: residual correlations for i > j, relative residual variances (s_ii - sigma_ii) / s_ii.

    References: muthen2018
    """
    r = _lower(_correlations(S) - _correlations(Sigma), diagonal=False)
    v = (np.diag(S) - np.diag(Sigma)) / np.diag(S)
    return _root_mean(np.concatenate([r, v]) ** 2, _mean_residuals(S, Sigma, means), len(r) + len(v))
