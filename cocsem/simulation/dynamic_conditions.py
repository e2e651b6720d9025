"""For which fits dynamic cutoffs are defined: everything else is refused by name."""

from __future__ import annotations

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.types import Fit


def require_measurement_model(fit: Fit) -> None:
    """Refuse a fit that is no converged, admissible measurement model of continuous items in one group under maximum likelihood.

    Raises
    ------
    UsageError : groups, ordered items, another estimator, missing answers, paths, higher-order factors, factors without items,
        other variables, no free parameters, no degrees of freedom, no more rows than items. EstimationError : not converged, or not admissible.
    """
    if len(fit.spec.groups) > 1:
        raise UsageError(
            f"Dynamic cutoffs are defined for one group; this fit has {len(fit.spec.groups)}. Fit the model to each group by itself."
        )
    if fit.spec.ordered:
        raise UsageError(
            "Dynamic cutoffs are built for continuous items; this fit has ordered ones, whose misspecified populations need thresholds. Read its "
            'robust indices, or take items of five categories or more as continuous (estimator="ML").'
        )
    if fit.method.discrepancy == "fiml":
        raise UsageError(
            'Dynamic cutoffs are built for complete answers; with missing="fiml" the indices depend on the gaps, which are not simulated. Fit the '
            'complete rows (missing="listwise").'
        )
    if fit.method.discrepancy != "ml":
        raise UsageError(
            f'Dynamic cutoffs are simulated under maximum likelihood; this fit used {fit.provenance["estimator"]}. Fit the model with estimator="ML".'
        )
    _require_solution(fit)
    _require_form(fit)


def _require_solution(fit: Fit) -> None:
    if not fit.converged or not fit.admissible:
        raise EstimationError(
            "Dynamic cutoffs take the estimates for the population, so these must have converged and be possible; this fit's are not. See "
            "fit.warnings, and repair the model first."
        )
    if fit.n_obs <= len(fit.spec.observed):
        raise UsageError(
            f"Dynamic cutoffs need more respondents than items; here are {fit.n_obs} and {len(fit.spec.observed)}. Ask more people, or fit fewer "
            "items."
        )
    if not len(fit.theta):
        raise UsageError(
            "Dynamic cutoffs need free parameters; every parameter of this model is fixed. Free its loadings."
        )
    if fit.fit_measures["df"] < 1:
        raise UsageError(
            "Dynamic cutoffs need degrees of freedom; this model has none, and fits every sample. Add items or constrain parameters."
        )


def _require_form(fit: Fit) -> None:
    """Refuse what is no set of factors with items of their own."""
    path = next((row for row in fit.spec.rows if row.op == "~"), None)
    if path is not None:
        raise UsageError(
            f"Dynamic cutoffs are built for measurement models; this one has the path {path.lhs} ~ {path.rhs}. Fit the factors with `=~` and `~~` alone."
        )
    higher = next((row for row in fit.spec.rows if row.op == "=~" and row.rhs in fit.spec.latent), None)
    if higher is not None:
        raise UsageError(
            f"Dynamic cutoffs are built for factors of items; here {higher.lhs} is a factor of the factor {higher.rhs}. Let the first-order factors "
            "correlate freely, and compare the higher-order model with that."
        )
    loads = [row for row in fit.spec.rows if row.op == "=~" and (row.free or row.value)]
    items, factors = {row.rhs for row in loads}, {row.lhs for row in loads}
    empty = next((name for name in fit.spec.latent if name not in factors), None)
    if empty is not None:
        raise UsageError(f"Every factor must have items of its own; '{empty}' has none. Leave it out.")
    other = next((name for name in fit.spec.observed if name not in items), None)
    if other is not None:
        raise UsageError(
            f"Every variable must be an item of a factor; '{other}' is none. Leave it out, or make it a factor of its own."
        )
