"""Indices of the residuals: how far the implied moments are from those of the sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Means = tuple[Array, Array]


@dataclass(frozen=True, slots=True)
class Squares:
    """Sums of squared residuals of p variables, each over i >= j but where said otherwise.

    plain : of s_ij - sigma_ij. standardized : of the same over sqrt(s_ii s_jj). correlations : of r_ij - rho_ij over i > j.
    variances : of 1 - sigma_ii / s_ii over i. own, implied : (p,) sample and implied variances.
    """

    plain: float
    standardized: float
    correlations: float
    variances: float
    own: Array
    implied: Array

    @property
    def covariances(self) -> int:
        """Number of moments, p (p + 1) / 2."""
        return len(self.own) * (len(self.own) + 1) // 2


def sum_squares(S: Array, Sigma: Array) -> Squares:
    """Sum the squared residuals of the covariances S (p, p) about the implied Sigma (p, p)."""
    own, implied = S.diagonal(), Sigma.diagonal()
    squares = (S - Sigma) ** 2
    diagonal, weight = squares.diagonal(), 1.0 / own
    with np.errstate(invalid="ignore"):  # least squares may end at an implied variance below zero: no correlation there
        sd, implied_sd = np.sqrt(own), np.sqrt(implied)
    correlations = (S / (sd[:, None] * sd) - Sigma / (implied_sd[:, None] * implied_sd)) ** 2
    ratios = diagonal * weight**2
    return Squares(
        plain=0.5 * float(squares.sum() + diagonal.sum()),
        standardized=0.5 * float(weight @ squares @ weight + ratios.sum()),
        correlations=0.5 * float(correlations.sum()),
        variances=float(ratios.sum()),
        own=own,
        implied=implied,
    )


def _root_mean(total: float, n: int, means: Array | None = None) -> float:
    """Root of the mean of squares: `total` is the sum of n of them, `means` are further ones."""
    if means is not None:
        total, n = total + float(means.sum()), n + len(means)
    return float(np.sqrt(total / n)) if n else 0.0


def rmr(squares: Squares, means: Means | None = None) -> float:
    """Root mean square residual, sqrt(mean (s_ij - sigma_ij)^2) over i >= j, and the residuals of the means when given.

    References: joreskog1981

    >>> rmr(sum_squares(np.array([[1.0, 0.5], [0.5, 1.0]]), np.eye(2))) == (0.25 / 3) ** 0.5
    True
    """
    d = None if means is None else (means[0] - means[1]) ** 2
    return _root_mean(squares.plain, squares.covariances, d)


def srmr(squares: Squares, means: Means | None = None) -> float:
    """Standardized root mean square residual: residuals over sqrt(s_ii s_jj), i >= j, and (ybar_i - mu_i) / sqrt(s_ii) when given.

    References: bentler1995
    """
    d = None if means is None else (means[0] - means[1]) ** 2 / squares.own
    return _root_mean(squares.standardized, squares.covariances, d)


def crmr(squares: Squares, means: Means | None = None) -> float:
    """Correlation root mean square residual: residual correlations, i > j, and standardized mean residuals when given.

    References: bollen1989, maydeuolivares2017
    """
    d = None if means is None else (means[0] - means[1]) ** 2 / squares.own
    return _root_mean(squares.correlations, squares.covariances - len(squares.own), d)


def srmr_mplus(squares: Squares, means: Means | None = None) -> float:
    """SRMR as Mplus computes it: residual correlations for i > j, relative residual variances (s_ii - sigma_ii) / s_ii, and
    ybar_i / sqrt(s_ii) - mu_i / sqrt(sigma_ii) when given.

    References: muthen2018
    """
    d = None
    if means is not None:
        with np.errstate(invalid="ignore"):
            d = (means[0] / np.sqrt(squares.own) - means[1] / np.sqrt(squares.implied)) ** 2
    return _root_mean(squares.correlations + squares.variances, squares.covariances, d)
