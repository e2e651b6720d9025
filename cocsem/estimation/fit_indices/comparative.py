"""Indices that compare the model with the baseline model: arithmetic on two chi-square statistics."""

from __future__ import annotations

import math


def cfi(chisq: float, df: float, chisq_baseline: float, df_baseline: float) -> float:
    """Comparative fit index, 1 - max(T - df, 0) / max(T - df, T_b - df_b, 0); stays within [0, 1].

    References: bentler1990

    >>> round(cfi(85.3055, 24, 918.8516, 36), 4)
    0.9306
    """
    ours = max(chisq - df, 0.0)
    worst = max(ours, chisq_baseline - df_baseline, 0.0)
    return 1.0 if worst == 0.0 else 1.0 - ours / worst


def tli(chisq: float, df: float, chisq_baseline: float, df_baseline: float) -> float:
    """Tucker-Lewis index, (T_b/df_b - T/df) / (T_b/df_b - 1); not clamped, 1 when df = 0.

    References: tucker1973
    """
    if df == 0 or df_baseline == 0:
        return 1.0
    ratio = chisq_baseline / df_baseline
    return math.nan if ratio == 1.0 else (ratio - chisq / df) / (ratio - 1.0)


def nfi(chisq: float, chisq_baseline: float) -> float:
    """Normed fit index, (T_b - T) / T_b. References: bentler1980"""
    return (chisq_baseline - chisq) / chisq_baseline if chisq_baseline > 0 else math.nan


def pnfi(chisq: float, df: float, chisq_baseline: float, df_baseline: float) -> float:
    """Parsimony normed fit index, (df / df_b) NFI. References: james1982"""
    return df / df_baseline * nfi(chisq, chisq_baseline) if df_baseline else math.nan


def rfi(chisq: float, df: float, chisq_baseline: float, df_baseline: float) -> float:
    """Relative fit index, 1 - (T/df) / (T_b/df_b). References: bollen1986"""
    return 1.0 - (chisq / df) / (chisq_baseline / df_baseline) if df and df_baseline and chisq_baseline else 1.0


def ifi(chisq: float, df: float, chisq_baseline: float) -> float:
    """Incremental fit index, (T_b - T) / (T_b - df). References: bollen1989a"""
    return (chisq_baseline - chisq) / (chisq_baseline - df) if chisq_baseline != df else math.nan


def rni(chisq: float, df: float, chisq_baseline: float, df_baseline: float) -> float:
    """Relative noncentrality index, 1 - (T - df) / (T_b - df_b); the CFI without its bounds. References: mcdonald1990"""
    lost = chisq_baseline - df_baseline
    return 1.0 - (chisq - df) / lost if lost else math.nan
