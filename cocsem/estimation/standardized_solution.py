"""The standardized solution of a fit, with its own standard errors."""

from __future__ import annotations

import pandas as pd

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.estimates import standardized_table
from cocsem.estimation.problem import Point, evaluate, pose
from cocsem.estimation.standardized import KINDS
from cocsem.estimation.types import Fit


def standardized(fit: Fit, kind: str = "std_all") -> pd.DataFrame:
    """Return the standardized solution: lhs op rhs group label est_std se z pvalue ci_lower ci_upper.

    Standard errors by the delta method, markers included: se^2 = (d std/d theta)' V (d std/d theta).

    Parameters
    ----------
    fit : a converged fit. kind : `std_all` (all variables), `std_lv` (latent only), `std_nox` (all but covariates).

    Raises
    ------
    EstimationError : the fit did not converge.

    References: rosseel2012
    """
    if kind not in KINDS:
        raise UsageError(f"kind must be one of {', '.join(KINDS)}; {kind!r} was given.")
    require_converged(fit)
    return standardized_table(point_of(fit), fit.vcov, kind, fit.draws)


def point_of(fit: Fit) -> Point:
    """The problem at the estimates of a fit."""
    point = fit.point or evaluate(pose(fit.spec, fit.statistics, fit.method), fit.theta)
    if point is None:
        raise EstimationError("The estimates of this fit imply no covariance matrix. See fit.warnings.")
    return point


def require_converged(fit: Fit) -> None:
    """Refuse to compute anything from a fit that did not converge."""
    if not fit.converged:
        raise EstimationError("This needs a fit that converged; this one did not. See fit.warnings.")
