"""Indices of the model by itself: information criteria, expected cross-validation, critical N, goodness of fit."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy.least_squares import Pair, inner
from cocsem.estimation.distributions import chi2_quantile

Array = NDArray[np.float64]


def aic(logl: float, npar: int) -> float:
    """Akaike information criterion, -2 ln L + 2 k. References: akaike1974"""
    return -2.0 * logl + 2.0 * npar


def bic(logl: float, npar: int, n: int) -> float:
    """Bayesian information criterion, -2 ln L + k ln N. References: schwarz1978"""
    return -2.0 * logl + npar * math.log(n)


def bic2(logl: float, npar: int, n: int) -> float:
    """Sample-size adjusted BIC, -2 ln L + k ln((N + 2) / 24). References: sclove1987"""
    return -2.0 * logl + npar * math.log((n + 2.0) / 24.0)


def ecvi(chisq: float, npar: int, n: float) -> float:
    """Expected cross-validation index, T/N + 2 k/N. References: browne1989"""
    return chisq / n + 2.0 * npar / n


def mfi(chisq: float, df: float, n: float) -> float:
    """McDonald's fit index, exp(-(T - df) / (2 N)). References: mcdonald1989"""
    return math.exp(-0.5 * (chisq - df) / n)


def critical_n(chisq: float, df: float, n: float, alpha: float) -> float:
    """Hoelter's critical N: the sample size at which T would just be significant, chi2_(1 - alpha) / (T/N) + 1; 1 for a saturated model.

    References: hoelter1983
    """
    if df == 0:
        return 1.0
    return chi2_quantile(1.0 - alpha, df) / (chisq / n) + 1.0 if df > 0 and chisq > 0 else math.nan


def weighted_squares(weigh: Callable[..., Pair], moments: Pair, fixed: Sequence[int]) -> float:
    """Weighted sum of squares m' V m of moments or residuals (means, covariances), V the weight of the discrepancy.

    Under maximum likelihood tr(W D W D) / 2 + d' W d, W = Sigma^-1. Moments among fixed exogenous variables do not count.
    """
    d, D = moments
    if fixed:
        d, D = None if d is None else np.array(d), np.array(D)
        D[np.ix_(fixed, fixed)] = 0.0
        if d is not None:
            d[list(fixed)] = 0.0
    return float(inner((d, D), weigh(d, D)))


def gfi_lisrel(residual: float, total: float) -> float:
    """Goodness of fit index, 1 - weighted squares of the residuals / weighted squares of the moments. References: joreskog1981"""
    return 1.0 - residual / total


def agfi_lisrel(gfi: float, n_moments: int, df: float) -> float:
    """Adjusted goodness of fit index, 1 - (moments / df) (1 - GFI). References: joreskog1981"""
    return 1.0 - n_moments / df * (1.0 - gfi) if df > 0 else 1.0


def pgfi(gfi: float, n_moments: int, df: float) -> float:
    """Parsimony goodness of fit index, (df / moments) GFI. References: mulaik1989"""
    return df / n_moments * gfi
