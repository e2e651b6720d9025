"""The registry of fit indices: every index is a pure function of numbers, called once here by its lavaan name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from cocsem.estimation.distributions import chi2_sf
from cocsem.estimation.fit_indices import absolute, comparative, error_of_approximation, residuals
from cocsem.estimation.fit_indices.goodness_of_fit import Weighed, gfi_indices
from cocsem.estimation.fit_indices.responses import response_indices
from cocsem.estimation.fit_indices.weighted_squares import lisrel_indices, moment_squares, response_squares
from cocsem.estimation.likelihood import TestNumbers
from cocsem.estimation.problem import Point

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


def fit_indices(
    point: Point, numbers: TestNumbers, weighed: tuple[Weighed, ...], residual_chisq: float
) -> dict[str, float]:
    """Compute every index of the registry, with lavaan's names (`_` for `.`); no information criteria without a likelihood."""
    out: dict[str, float] = {"npar": float(numbers.npar)}
    for name, index in _BY_NUMBERS.items():
        out[name] = float(index(numbers))
    if not math.isnan(numbers.logl):
        out |= {name: float(index(numbers)) for name, index in _BY_LIKELIHOOD.items()}
    out |= error_of_approximation.rmsea_indices(numbers.chisq, numbers.df, numbers.count, numbers.groups)
    if point.problem.method.ordinal:
        return out | response_indices(point, numbers) | lisrel_indices(response_squares(point), numbers.df)
    out |= _of_residuals(point) | lisrel_indices(moment_squares(point, weighed), numbers.df)
    return out | gfi_indices(residual_chisq, len(point.problem.spec.observed), numbers)


_OF_SQUARES: Mapping[str, tuple[Callable[..., float], bool]] = {
    "rmr": (residuals.rmr, True),
    "rmr_nomean": (residuals.rmr, False),
    "srmr": (residuals.srmr, True),
    "srmr_bentler": (residuals.srmr, True),
    "srmr_bentler_nomean": (residuals.srmr, False),
    "crmr": (residuals.crmr, True),
    "crmr_nomean": (residuals.crmr, False),
    "srmr_mplus": (residuals.srmr_mplus, True),
    "srmr_mplus_nomean": (residuals.srmr_mplus, False),
}


def _of_residuals(point: Point) -> dict[str, float]:
    """Residual indices, averaged over groups with weights N_g / N; with a mean structure the means take part where they may."""
    problem, out = point.problem, dict.fromkeys(_OF_SQUARES, 0.0)
    for S, stats, moments in zip(problem.covs, problem.statistics, point.implied, strict=True):
        squares, share = residuals.sum_squares(S, moments.Sigma), stats.n_obs / problem.n_obs
        means = (stats.mean, moments.mu) if problem.spec.meanstructure else None
        for name, (index, with_means) in _OF_SQUARES.items():
            out[name] += share * index(squares, means if with_means else None)
    return out
