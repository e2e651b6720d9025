"""The registry of fit indices: every index is a pure function of numbers, called once here by its lavaan name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np

from cocsem.estimation.discrepancy.least_squares import residuals as residuals_of
from cocsem.estimation.distributions import chi2_sf
from cocsem.estimation.fit_indices import absolute, comparative, error_of_approximation, residuals
from cocsem.estimation.fit_indices.goodness_of_fit import gfi_indices
from cocsem.estimation.likelihood import TestNumbers
from cocsem.estimation.problem import Problem, fixed_places, implied
from cocsem.estimation.sandwich import weight_at

_BY_NUMBERS: Mapping[str, Callable[[TestNumbers], float]] = {
    "fmin": lambda t: t.fmin,
    "chisq": lambda t: t.chisq,
    "df": lambda t: t.df,
    "pvalue": lambda t: chi2_sf(t.chisq, t.df) if t.is_chisq else math.nan,
    "baseline_chisq": lambda t: t.chisq_baseline,
    "baseline_df": lambda t: t.df_baseline,
    "baseline_pvalue": lambda t: chi2_sf(t.chisq_baseline, t.df_baseline) if t.is_chisq else math.nan,
    "cfi": lambda t: comparative.cfi(t.chisq, t.df, t.chisq_baseline, t.df_baseline),
    "tli": lambda t: comparative.tli(t.chisq, t.df, t.chisq_baseline, t.df_baseline),
    "nnfi": lambda t: comparative.tli(t.chisq, t.df, t.chisq_baseline, t.df_baseline),
    "rfi": lambda t: comparative.rfi(t.chisq, t.df, t.chisq_baseline, t.df_baseline),
    "nfi": lambda t: comparative.nfi(t.chisq, t.chisq_baseline),
    "pnfi": lambda t: comparative.pnfi(t.chisq, t.df, t.chisq_baseline, t.df_baseline),
    "ifi": lambda t: comparative.ifi(t.chisq, t.df, t.chisq_baseline),
    "rni": lambda t: comparative.rni(t.chisq, t.df, t.chisq_baseline, t.df_baseline),
    "ntotal": lambda t: t.n,
    "rmsea": lambda t: error_of_approximation.rmsea(t.chisq, t.df, t.count, t.groups),
    "rmsea_ci_lower": lambda t: error_of_approximation.rmsea_interval(t.chisq, t.df, t.count, t.groups)[0],
    "rmsea_ci_upper": lambda t: error_of_approximation.rmsea_interval(t.chisq, t.df, t.count, t.groups)[1],
    "rmsea_ci_level": lambda t: 0.90,
    "rmsea_pvalue": lambda t: error_of_approximation.rmsea_close(t.chisq, t.df, t.count, t.groups),
    "rmsea_close_h0": lambda t: 0.05,
    "rmsea_notclose_pvalue": lambda t: error_of_approximation.rmsea_not_close(t.chisq, t.df, t.count, t.groups),
    "rmsea_notclose_h0": lambda t: 0.08,
    "cn_05": lambda t: absolute.critical_n(t.chisq, t.df, t.count, 0.05),
    "cn_01": lambda t: absolute.critical_n(t.chisq, t.df, t.count, 0.01),
    "mfi": lambda t: absolute.mfi(t.chisq, t.df, t.count),
    "ecvi": lambda t: absolute.ecvi(t.chisq, t.npar, t.count),
}
_BY_LIKELIHOOD: Mapping[str, Callable[[TestNumbers], float]] = {
    "logl": lambda t: t.logl,
    "unrestricted_logl": lambda t: t.logl_saturated,
    "aic": lambda t: absolute.aic(t.logl, t.npar),
    "bic": lambda t: absolute.bic(t.logl, t.npar, t.n),
    "bic2": lambda t: absolute.bic2(t.logl, t.npar, t.n),
}


def fit_indices(problem: Problem, theta: np.ndarray, numbers: TestNumbers) -> dict[str, float]:
    """Compute every index of the registry, with lavaan's names (`_` for `.`); no information criteria without a likelihood."""
    out: dict[str, float] = {"npar": float(numbers.npar)}
    for name, index in {**_BY_NUMBERS, **({} if math.isnan(numbers.logl) else _BY_LIKELIHOOD)}.items():
        out[name] = float(index(numbers))
    return (
        out
        | _of_residuals(problem, theta)
        | _of_weights(problem, theta, numbers)
        | gfi_indices(problem, theta, numbers)
    )


def _of_residuals(problem: Problem, theta: np.ndarray) -> dict[str, float]:
    """Residual indices, averaged over groups with weights N_g / N; with a mean structure the means take part."""
    out: dict[str, float] = {}
    for S, stats, moments in zip(problem.covs, problem.statistics, implied(problem, theta), strict=True):
        Sigma, share = moments.Sigma, stats.n_obs / problem.n_obs
        means = (stats.mean, moments.mu) if problem.spec.meanstructure else None
        d = None if means is None else means[0] - means[1]
        values = {
            "rmr": residuals.rmr(S, Sigma, d),
            "rmr_nomean": residuals.rmr(S, Sigma),
            "srmr": residuals.srmr(S, Sigma, d),
            "srmr_bentler": residuals.srmr(S, Sigma, d),
            "srmr_bentler_nomean": residuals.srmr(S, Sigma),
            "crmr": residuals.crmr(S, Sigma, means),
            "crmr_nomean": residuals.crmr(S, Sigma),
            "srmr_mplus": residuals.srmr_mplus(S, Sigma, means),
            "srmr_mplus_nomean": residuals.srmr_mplus(S, Sigma),
        }
        for name, value in values.items():
            out[name] = out.get(name, 0.0) + share * value
    return out


def _of_weights(problem: Problem, theta: np.ndarray, numbers: TestNumbers) -> dict[str, float]:
    """LISREL's goodness of fit and its relatives, averaged over groups with weights N_g / N; they count every moment, those of fixed x too.

    A weight made of the data gives none to moments among fixed x; unweighted least squares squares them too.
    """
    gfi = count = 0.0
    for part, stats, at in zip(problem.parts, problem.statistics, implied(problem, theta), strict=True):
        weighting, weight = weight_at(problem, part, at)
        fixed = () if weight is None else fixed_places(problem.spec, stats)
        weigh, p = partial(weighting.weigh, weight), len(stats.names)
        residual = absolute.weighted_squares(weigh, residuals_of(at, part), fixed)
        gfi += part.share * absolute.gfi_lisrel(
            residual, absolute.weighted_squares(weigh, (part.mean, part.cov), fixed)
        )
        count += p * (p + 1) // 2 + (0 if part.mean is None else p)
    return {
        "gfi_lisrel": gfi,
        "agfi_lisrel": absolute.agfi_lisrel(gfi, int(count), numbers.df),
        "pgfi": absolute.pgfi(gfi, int(count), numbers.df),
    }
