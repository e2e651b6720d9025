"""RMSEA with its interval and its two tests."""

from __future__ import annotations

import math

from cocsem.estimation.distributions import noncentral_chi2_cdf, noncentrality_at


def rmsea(chisq: float, df: float, n: float, n_groups: int = 1) -> float:
    """Root mean square error of approximation, sqrt(max(T - df, 0) / (n df)) sqrt(G); 0 when df = 0.

    References: steiger1990

    >>> round(rmsea(85.3055, 24, 301), 4)
    0.0921
    """
    return math.sqrt(max(chisq - df, 0.0) / (n * df) * n_groups) if df > 0 else 0.0


def rmsea_interval(chisq: float, df: float, n: float, n_groups: int = 1, level: float = 0.90) -> tuple[float, float]:
    """Confidence interval: the noncentralities that put T at the two tails, turned into RMSEA.

    References: browne1992
    """
    if df <= 0:
        return 0.0, 0.0
    tail = (1.0 - level) / 2.0
    low, high = noncentrality_at(chisq, df, 1.0 - tail), noncentrality_at(chisq, df, tail)
    return math.sqrt(low / (n * df) * n_groups), math.sqrt(high / (n * df) * n_groups)


def rmsea_close(chisq: float, df: float, n: float, n_groups: int = 1, h0: float = 0.05) -> float:
    """p-value of the hypothesis of close fit, RMSEA <= h0. References: browne1992"""
    if df <= 0:
        return math.nan
    return 1.0 - noncentral_chi2_cdf(chisq, df, n * df * h0**2 / n_groups)


def rmsea_not_close(chisq: float, df: float, n: float, n_groups: int = 1, h0: float = 0.08) -> float:
    """p-value of the hypothesis of not-close fit, RMSEA >= h0. References: maccallum1996"""
    if df <= 0:
        return math.nan
    return noncentral_chi2_cdf(chisq, df, n * df * h0**2 / n_groups)


def rmsea_indices(chisq: float, df: float, n: float, n_groups: int) -> dict[str, float]:
    """RMSEA, its interval and its two tests, with lavaan's names (`_` for `.`)."""
    low, high = rmsea_interval(chisq, df, n, n_groups)
    return {
        "rmsea": rmsea(chisq, df, n, n_groups),
        "rmsea_ci_lower": low,
        "rmsea_ci_upper": high,
        "rmsea_ci_level": 0.90,
        "rmsea_pvalue": rmsea_close(chisq, df, n, n_groups),
        "rmsea_close_h0": 0.05,
        "rmsea_notclose_pvalue": rmsea_not_close(chisq, df, n, n_groups),
        "rmsea_notclose_h0": 0.08,
    }
