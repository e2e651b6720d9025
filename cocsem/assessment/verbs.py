"""The verbs people type for scales: reliability and validity of a measurement model."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from cocsem.assessment.attempts import factors_of
from cocsem.assessment.reliability import reliability as reliability_of_scales
from cocsem.assessment.types import Assessment
from cocsem.assessment.validity import validity as validity_of_fit
from cocsem.errors import UsageError
from cocsem.estimation.alignment import frame_of, pick_columns
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import Data, Model, cfa


def reliability(
    model: Model,
    data: Data,
    *,
    bootstrap: int = 0,
    seed: int = 1,
    estimator: str | None = None,
    ordered: bool | Iterable[str] | None = None,
    missing: str = "listwise",
    engine: str = "native",
) -> Assessment:
    """Estimate the reliability of every factor of a measurement model: alpha, omega, composite reliability, AVE.

    Parameters
    ----------
    model : measurement model in lavaan syntax (`trust =~ tru1 + tru2 + tru3`), a ModelSpec or a Theory.
    data, estimator, ordered, missing, engine : as in `cfa`. Of ordered items omega is that of the sum of the answers (Green and Yang).
    bootstrap, seed : resamples for an interval of alpha beside Feldt's (0: none), and their seed.

    Returns
    -------
    Assessment `reliability`; model-based coefficients come from the fitted model and only where it converged.

    References: cronbach1951, mcdonald1999, fornell1981, green2009, zumbo2007
    """
    _check_draws(bootstrap)
    fit = cfa(model, data, estimator=estimator, ordered=ordered, missing=missing, engine=engine)
    return reliability_of_scales(_blocks(fit, data), fit if fit.converged else None, bootstrap=bootstrap, seed=seed)


def validity(
    model: Model,
    data: Data,
    *,
    bootstrap: int = 0,
    seed: int = 1,
    estimator: str | None = None,
    ordered: bool | Iterable[str] | None = None,
    missing: str = "listwise",
    engine: str = "native",
) -> Assessment:
    """Judge the convergent and discriminant validity of a measurement model.

    AVE, MSV, Fornell-Larcker, HTMT and HTMT2, the intervals of the latent correlations and their test against a cutoff,
    cross-loadings; one verdict per construct and per pair, and in words which criteria disagree and why.

    Parameters
    ----------
    model, data, estimator, ordered, missing, engine : as in `cfa`; with ordered items HTMT and HTMT2 are of polychoric correlations.
    bootstrap, seed : resamples for the intervals of HTMT and HTMT2 (0: none), and their seed.

    References: fornell1981, henseler2015, roemer2021, ronkko2022
    """
    _check_draws(bootstrap)
    fit = cfa(model, data, estimator=estimator, ordered=ordered, missing=missing, engine=engine)
    return validity_of_fit(fit, bootstrap=bootstrap, seed=seed)


def _check_draws(bootstrap: object) -> None:
    if not isinstance(bootstrap, int) or bootstrap < 0 or bootstrap == 1:
        raise UsageError(f"bootstrap must be a number of draws, 0 or at least 2; {bootstrap!r} was given.")


def _blocks(fit: Fit, data: Data) -> dict[str, pd.DataFrame]:
    """Items of every first-order factor, all rows."""
    if data is None:
        raise UsageError("Reliability needs the answers: give data.")
    frame = frame_of(data)
    return {factor: pick_columns(frame, names) for factor, names in factors_of(fit.spec).items()}
