"""The registry of fit indices: every index is a pure function of numbers, called once here by its lavaan name."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy.least_squares import residuals as residuals_of
from cocsem.estimation.distributions import chi2_sf
from cocsem.estimation.fit_indices import absolute, comparative, error_of_approximation, residuals
from cocsem.estimation.fit_indices.goodness_of_fit import gfi_indices
from cocsem.estimation.fit_indices.responses import response_indices
from cocsem.estimation.likelihood import TestNumbers
from cocsem.estimation.problem import Point, fixed_places
from cocsem.estimation.sandwich import weight_at

Array = NDArray[np.float64]
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


def fit_indices(point: Point, numbers: TestNumbers, residual_chisq: float) -> dict[str, float]:
    """Compute every index of the registry, with lavaan's names (`_` for `.`); no information criteria without a likelihood."""
    out: dict[str, float] = {"npar": float(numbers.npar)}
    for name, index in _BY_NUMBERS.items():
        out[name] = float(index(numbers))
    if not math.isnan(numbers.logl):
        out |= {name: float(index(numbers)) for name, index in _BY_LIKELIHOOD.items()}
    out |= error_of_approximation.rmsea_indices(numbers.chisq, numbers.df, numbers.count, numbers.groups)
    if point.problem.method.ordinal:
        return out | response_indices(point, numbers)
    p = len(point.problem.spec.observed)
    return out | _of_residuals(point) | _of_weights(point, numbers) | gfi_indices(residual_chisq, p, numbers)


def _of_residuals(point: Point) -> dict[str, float]:
    """Residual indices, averaged over groups with weights N_g / N; with a mean structure the means take part."""
    problem, out = point.problem, dict.fromkeys(_RESIDUAL, 0.0)
    for S, stats, moments in zip(problem.covs, problem.statistics, point.implied, strict=True):
        found = _residual_indices(S, moments.Sigma, (stats.mean, moments.mu) if problem.spec.meanstructure else None)
        share = stats.n_obs / problem.n_obs
        for name, value in zip(_RESIDUAL, found, strict=True):
            out[name] += share * value
    return out


_RESIDUAL = (
    "rmr", "rmr_nomean", "srmr", "srmr_bentler", "srmr_bentler_nomean", "crmr", "crmr_nomean", "srmr_mplus", "srmr_mplus_nomean",
)  # fmt: skip


def _residual_indices(S: Array, Sigma: Array, means: tuple[Array, Array] | None) -> tuple[float, ...]:
    """Values of `_RESIDUAL` for one group: with the means, and without them."""
    plain = (
        residuals.rmr(S, Sigma),
        residuals.srmr(S, Sigma),
        residuals.crmr(S, Sigma),
        residuals.srmr_mplus(S, Sigma),
    )
    full = plain
    if means is not None:
        d = means[0] - means[1]
        full = (
            residuals.rmr(S, Sigma, d),
            residuals.srmr(S, Sigma, d),
            residuals.crmr(S, Sigma, means),
            residuals.srmr_mplus(S, Sigma, means),
        )
    return full[0], plain[0], full[1], full[1], plain[1], full[2], plain[2], full[3], plain[3]


def _of_weights(point: Point, numbers: TestNumbers) -> dict[str, float]:
    """LISREL's goodness of fit and its relatives, averaged over groups with weights N_g / N; they count every moment, those of fixed x too.

    A weight made of the data gives none to moments among fixed x; unweighted least squares squares them too.
    """
    problem = point.problem
    gfi = count = 0.0
    for part, stats, at in zip(problem.parts, problem.statistics, point.implied, strict=True):
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
