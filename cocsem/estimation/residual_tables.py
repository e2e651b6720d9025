"""Residuals: what the model leaves of the sample moments, as they are, as correlations, and against their standard errors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import UsageError
from cocsem.estimation.discrepancy.least_squares import Pair
from cocsem.estimation.discrepancy.least_squares import residuals as residual_moments
from cocsem.estimation.ordinal.residuals import response_residuals
from cocsem.estimation.problem import implied, pose
from cocsem.estimation.residual_errors import standard_errors
from cocsem.estimation.standardized_solution import require_converged
from cocsem.estimation.types import Fit

Array = NDArray[np.float64]
KINDS = ("raw", "cor", "standardized")


def residuals(fit: Fit, kind: str = "raw") -> Mapping[str, Any]:
    """Return the residuals of a fit.

    raw: s_ij - sigma_ij. cor: (s_ij - sigma_ij) / sqrt(s_ii s_jj). standardized: s_ij - sigma_ij divided by its standard error,
    which is read as z. Means likewise: ybar - mu, divided by sqrt(s_ii), divided by its standard error.

    Standard errors from N Acov(r) = Q Gamma Q' with Q = I - Delta (Delta' V Delta)^-1 Delta' V, where Gamma is that of normal theory
    at the sample covariances, or from the answers where the standard errors of the fit are robust; V is the weight of the
    discrepancy, with `information="observed"` its observed counterpart. With missing answers Gamma is the inverse observed
    information of the saturated model, or its sandwich where the standard errors are robust. Moments of fixed exogenous variables are
    given: they do not vary, and the others vary given them. What constraints across groups carry from the other
    groups counts too (lavaan leaves it out there and gets smaller standard errors).

    Parameters
    ----------
    fit : a converged fit. kind : `raw`, `cor` or `standardized`.

    Returns
    -------
    Mapping with `cov` (DataFrame p x p), `mean` (Series, with a mean structure), and for `standardized` also `cov_se` and `mean_se`,
    the standard errors of the raw residuals; with groups one such mapping by label. With ordered items `cov` holds the latent
    responses given the covariates, and `thresholds` and `slopes` (on covariates) stand beside it.

    Raises
    ------
    EstimationError : the fit did not converge, or its information is singular. UsageError : unknown kind.

    References: bentler1995, maydeuolivares2017, savalei2010

    >>> import cocsem
    >>> fit = cocsem.cfa("visual =~ x1 + x2 + x3; speed =~ x7 + x8 + x9", cocsem.load_dataset("holzinger_swineford"))
    >>> float(cocsem.residuals(fit, "standardized")["cov"].loc["x2", "x7"].round(2))
    -3.83
    """
    if kind not in KINDS:
        raise UsageError(f"kind must be one of {', '.join(KINDS)}; {kind!r} was given.")
    require_converged(fit)
    problem = pose(fit.spec, fit.statistics, fit.method)
    if problem.method.ordinal:
        found = response_residuals(problem, fit.theta, kind)
        return (
            found[0] if fit.spec.groups == ("",) else MappingProxyType(dict(zip(fit.spec.groups, found, strict=True)))
        )
    errors = standard_errors(problem, fit.theta) if kind == "standardized" else ()
    tables = []
    for g, (part, at) in enumerate(zip(problem.parts, implied(problem, fit.theta), strict=True)):
        d, D = residual_moments(at, part)
        if kind == "raw":
            tables.append(_table(fit, {"": (d, D)}))
        elif kind == "cor":
            sd = np.sqrt(np.diag(part.cov))
            tables.append(_table(fit, {"": (None if d is None else d / sd, D / np.outer(sd, sd))}))
        else:
            tables.append(_table(fit, {"": _over((d, D), errors[g]), "_se": errors[g]}))
    if fit.spec.groups == ("",):
        return tables[0]
    return MappingProxyType(dict(zip(fit.spec.groups, tables, strict=True)))


def _table(fit: Fit, pairs: dict[str, Pair]) -> Mapping[str, Any]:
    names = list(fit.spec.observed)
    order = [fit.statistics[0].names.index(name) for name in names]
    out: dict[str, Any] = {}
    for suffix, (d, D) in pairs.items():
        out[f"cov{suffix}"] = pd.DataFrame(D[np.ix_(order, order)], index=names, columns=names)
        if d is not None:
            out[f"mean{suffix}"] = pd.Series(d[order], index=names)
    return MappingProxyType(out)


def _over(residual: Pair, error: Pair) -> Pair:
    """Residuals over their standard errors; 0 where a moment is fitted exactly."""

    def ratio(r: Array, se: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(se > 0.0, r / se, 0.0)

    d = None if residual[0] is None or error[0] is None else ratio(residual[0], error[0])
    return d, ratio(residual[1], error[1])
