"""Residual moments of models with ordered items, raw, as correlations, and against their standard errors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.estimation.constraints import null_space
from cocsem.estimation.discrepancy.ordinal import target_of
from cocsem.estimation.inference import invert
from cocsem.estimation.ordinal.variation import vary
from cocsem.estimation.problem import Problem, by_rows, implied
from cocsem.model.response_moments import response_moments
from cocsem.moments.ordinal.types import OrdinalStatistics

Array = NDArray[np.float64]
_EXACT = (
    1e-9  # a moment whose residual varies by less than this share of what the moment itself varies is fitted exactly
)


def response_residuals(problem: Problem, theta: Array, kind: str) -> list[Mapping[str, Any]]:
    """Residuals of every group: `cov` of the latent responses given the covariates, `thresholds`, `mean` and `slopes`."""
    errors = residual_errors(problem, theta) if kind == "standardized" else []
    tables = []
    groups = zip(problem.layouts, implied(problem, theta), problem.parts, strict=True)
    for g, (layout, at, part) in enumerate(groups):
        found = target_of(part).sample
        raw = found.vector - response_moments(layout, at)
        if kind == "raw":
            tables.append(_table(found, {"": raw}))
        elif kind == "cor":
            tables.append(_table(found, {"": raw / _units(found)}))
        else:
            with np.errstate(invalid="ignore", divide="ignore"):
                z = np.where(errors[g] > 0, raw / errors[g], 0.0)
            tables.append(_table(found, {"": z, "_se": errors[g]}))
    return tables


def _units(found: OrdinalStatistics) -> Array:
    """What each moment is divided by to be one of standardized responses."""
    sd = dict(zip(found.names, np.sqrt(np.diag(found.latent.cov)), strict=True))
    return np.array([sd[lhs] * (sd[rhs] if op == "~~" else 1.0) for lhs, op, rhs in found.labels])


def residual_errors(problem: Problem, theta: Array) -> list[Array]:
    """Standard errors (m,) of the residual moments of every group, 0 for moments that are fitted exactly.

    Var(r) = (Gamma / w - 2 Delta E^-1 Delta' W Gamma + Delta E^-1 M E^-1 Delta') / N on the diagonal, w the share of the group.

    References: maydeuolivares2017
    """
    rows = by_rows(problem)
    varied = vary(rows, theta)
    inverse = invert(varied.E, null_space(problem.spec, theta)[0])
    if inverse is None:
        raise EstimationError(
            "Standardized residuals need a regular information matrix, but that of this fit is singular."
        )
    out = []
    for group, part in zip(varied.groups, rows.parts, strict=True):
        own, DE = np.diag(group.gamma) / part.share, group.Delta @ inverse
        variance = own - 2.0 * np.sum(DE * group.GWD, axis=1) + np.sum((DE @ varied.M) * DE, axis=1)
        out.append(np.sqrt(np.where(variance > _EXACT * own, variance, 0.0) / problem.n_obs))
    return out


def _table(found: OrdinalStatistics, vectors: dict[str, Array]) -> Mapping[str, Any]:
    names, x = list(found.names), list(found.latent.x_names)
    out: dict[str, Any] = {}
    for suffix, values in vectors.items():
        cov = pd.DataFrame(0.0, index=names, columns=names)
        slopes = pd.DataFrame(0.0, index=names, columns=x)
        cuts, means = {}, {}
        for (lhs, op, rhs), value in zip(found.labels, values, strict=True):
            if op == "~~":
                cov.loc[lhs, rhs] = cov.loc[rhs, lhs] = value
            elif op == "~":
                slopes.loc[lhs, rhs] = value
            elif op == "|":
                cuts[f"{lhs}|{rhs}"] = value
            else:
                means[lhs] = value if suffix else -value  # the vector holds minus the intercept
        out[f"cov{suffix}"], out[f"thresholds{suffix}"] = cov, pd.Series(cuts, dtype=np.float64)
        out |= {f"mean{suffix}": pd.Series(means, dtype=np.float64)} if means else {}
        out |= {f"slopes{suffix}": slopes} if x else {}
    return MappingProxyType(out)
