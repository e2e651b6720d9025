"""Indices under non-normality: `scaled` ones put the scaled statistic into the formula, `robust` ones correct it.

A robust index divides the excess T - c df by what it estimates in the population, so it means the same as under normality;
a scaled one does not (brosseauliard2014, brosseauliard2012). c is the average scaling tr(U Gamma) / df.
"""

from __future__ import annotations

import math

from cocsem.estimation.distributions import chi2_sf
from cocsem.estimation.fit_indices import comparative as c
from cocsem.estimation.fit_indices import error_of_approximation as e
from cocsem.estimation.likelihood import TestNumbers
from cocsem.estimation.scaled_tests import ScaledTest


def scaled_indices(
    t: TestNumbers, model: ScaledTest, base: ScaledTest, *, adjusted: bool, robust: bool = True
) -> dict[str, float]:
    """Compute scaled and robust test, CFI, TLI and RMSEA; under a mean-and-variance-adjusted df no robust ones exist."""
    T, B = model.scale(t.chisq), base.scale(t.chisq_baseline)
    df, df_b = model.df, base.df
    out = {
        "chisq_scaled": T,
        "df_scaled": df,
        "pvalue_scaled": chi2_sf(T, df),
        "chisq_scaling_factor": model.factor,
        "baseline_chisq_scaled": B,
        "baseline_df_scaled": df_b,
        "baseline_pvalue_scaled": chi2_sf(B, df_b),
        "baseline_chisq_scaling_factor": base.factor,
        "cfi_scaled": c.cfi(T, df, B, df_b),
        "tli_scaled": c.tli(T, df, B, df_b),
        "nnfi_scaled": c.tli(T, df, B, df_b),
        "pnfi_scaled": c.pnfi(T, df, B, df_b),
        "ifi_scaled": c.ifi(T, df, B),
        "rni_scaled": c.rni(T, df, B, df_b),
    }
    if not math.isnan(model.h0):
        out |= {"scaling_factor_h1": model.h1, "scaling_factor_h0": model.h0}
    if df <= df_b:  # an adjusted df may exceed that of the baseline
        out |= {"rfi_scaled": c.rfi(T, df, B, df_b), "nfi_scaled": c.nfi(T, B)}
    out |= _rmsea_scaled(t, model)
    return out | robust_comparative(t, model, base) | robust_rmsea(t, model) if robust and not adjusted else out


def robust_comparative(t: TestNumbers, model: ScaledTest, base: ScaledTest) -> dict[str, float]:
    """CFI_robust = 1 - max(T - c df, 0) / max(T - c df, T_b - c_b df_b, 0); TLI likewise. References: brosseauliard2014"""
    ours, worst = t.chisq - model.average * t.df, t.chisq_baseline - base.average * t.df_baseline
    top = max(ours, 0.0)
    bottom = max(top, worst)
    rni = 1.0 - ours / worst if worst else math.nan
    tli = 1.0 - (ours * t.df_baseline) / (worst * t.df) if t.df and worst else 1.0
    return {
        "cfi_robust": 1.0 if bottom <= 0 else 1.0 - top / bottom,
        "tli_robust": tli,
        "nnfi_robust": tli,
        "rni_robust": rni,
    }


def _rmsea_scaled(t: TestNumbers, model: ScaledTest) -> dict[str, float]:
    """RMSEA from the scaled statistic: sqrt((T - c df) / (n c df)).

    Its interval refers T itself to chi-square with c df degrees of freedom; a shifted statistic is used as it stands.
    """
    T, df = (model.scale(t.chisq), float(t.df)) if model.shift else (t.chisq, model.average * t.df)
    low, high = e.rmsea_interval(T, df, t.count, t.groups)
    return {
        "rmsea_scaled": e.rmsea(T, df, t.count, t.groups),
        "rmsea_ci_lower_scaled": low,
        "rmsea_ci_upper_scaled": high,
        "rmsea_pvalue_scaled": e.rmsea_close(T, df, t.count, t.groups),
        "rmsea_notclose_pvalue_scaled": e.rmsea_not_close(T, df, t.count, t.groups),
    }


_ROBUST_RMSEA = (
    "rmsea_robust",
    "rmsea_ci_lower_robust",
    "rmsea_ci_upper_robust",
    "rmsea_pvalue_robust",
    "rmsea_notclose_pvalue_robust",
)


def robust_rmsea(t: TestNumbers, model: ScaledTest) -> dict[str, float]:
    """RMSEA_robust = sqrt(max(T - c df, 0) / (n df)); interval and tests from T_scaled with RMSEA^2 / factor.

    References: brosseauliard2012, savalei2018
    """
    if t.df == 0:
        return {"rmsea_robust": 0.0, "rmsea_ci_lower_robust": 0.0, "rmsea_ci_upper_robust": 0.0}
    if not model.factor > 0.0:  # in small samples the estimated scaling can be negative: there is no such index
        return dict.fromkeys(_ROBUST_RMSEA, math.nan)
    T, root = model.scale(t.chisq), math.sqrt(model.factor)
    low, high = e.rmsea_interval(T, t.df, t.count, t.groups)
    return {
        "rmsea_robust": math.sqrt(max(t.chisq - model.average * t.df, 0.0) / (t.count * t.df) * t.groups),
        "rmsea_ci_lower_robust": root * low,
        "rmsea_ci_upper_robust": root * high,
        "rmsea_pvalue_robust": e.rmsea_close(T, t.df, t.count, t.groups, 0.05 / root),
        "rmsea_notclose_pvalue_robust": e.rmsea_not_close(T, t.df, t.count, t.groups, 0.08 / root),
    }
