"""The verbs people type for scales: reliability and validity of a measurement model."""

from __future__ import annotations

import pandas as pd

from cocsem.assessment.reliability import reliability as reliability_of_scales
from cocsem.assessment.types import Assessment
from cocsem.assessment.validity import validity as validity_of_fit
from cocsem.errors import UsageError
from cocsem.estimation.alignment import frame_of
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import Data, Model, cfa


def reliability(
    model: Model, data: Data, *, estimator: str = "ML", missing: str = "listwise", engine: str = "native"
) -> Assessment:
    """Estimate the reliability of every factor of a measurement model: alpha, omega, composite reliability, AVE.

    Parameters
    ----------
    model : measurement model in lavaan syntax (`trust =~ tru1 + tru2 + tru3`), a ModelSpec or a Theory.
    data, estimator, missing, engine : as in `cfa`.

    Returns
    -------
    Assessment `reliability`; model-based coefficients come from the fitted model and only where it converged.

    References: cronbach1951, mcdonald1999, fornell1981
    """
    fit = cfa(model, data, estimator=estimator, missing=missing, engine=engine)
    return reliability_of_scales(_blocks(fit, data), fit if fit.converged else None)


def validity(
    model: Model,
    data: Data,
    *,
    bootstrap: int = 0,
    estimator: str = "ML",
    missing: str = "listwise",
    engine: str = "native",
) -> Assessment:
    """Judge the convergent and discriminant validity of a measurement model: AVE, Fornell-Larcker, HTMT, HTMT2.

    Parameters
    ----------
    model, data, estimator, missing, engine : as in `cfa`. bootstrap : draws for intervals of HTMT (not built yet).

    Raises
    ------
    UsageError : bootstrap was asked for. EstimationError : the model did not converge.

    References: fornell1981, henseler2015, roemer2021
    """
    if bootstrap:
        raise UsageError(
            "bootstrap= of validity is not built yet. Leave it out; the criteria are then judged by their point values."
        )
    fit = cfa(model, data, estimator=estimator, missing=missing, engine=engine)
    return validity_of_fit(fit)


def _blocks(fit: Fit, data: Data) -> dict[str, pd.DataFrame]:
    """Items of every first-order factor, all rows."""
    if data is None:
        raise UsageError("Reliability needs the answers: give data.")
    frame = frame_of(data)
    items: dict[str, list[str]] = {}
    for row in fit.spec.rows:
        if row.op == "=~" and row.rhs in fit.spec.observed and row.group == 1:
            items.setdefault(row.lhs, []).append(row.rhs)
    return {factor: frame[names] for factor, names in items.items()}
