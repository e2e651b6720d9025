"""Populations given as a model with all of its values: what it implies, and the model that would be fitted to its samples."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import ModelError, UsageError
from cocsem.estimation.types import Fit
from cocsem.model.automatic import rules_for
from cocsem.model.build import build_spec
from cocsem.model.matrices import imply, lay_out
from cocsem.model.syntax import parse_syntax
from cocsem.model.types import ModelSpec, Row

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ModelPopulation:
    """Population values, and the model that they belong to.

    spec : the model with every row fixed at its population value. analysis : the model that is fitted to samples; its free rows
    start at the population values. cov : (p, p) DataFrame and mean : (p,) Series of the observed variables.
    """

    spec: ModelSpec
    analysis: ModelSpec
    cov: pd.DataFrame
    mean: pd.Series


def population_of(model: str | Fit, *, standardized: bool = False) -> ModelPopulation:
    """Return the population that a model text with values, or a fitted model, describes.

    Raises
    ------
    ModelError : a loading or path without a value; the values imply no proper covariance matrix. UsageError : several groups, ordered
        items, or a fit that did not converge.
    """
    given, analysis = _from_fit(model) if isinstance(model, Fit) else _from_text(model)
    given = _standardize(given) if standardized and not isinstance(model, Fit) else given
    implied = imply(lay_out(given, 1), np.zeros(0))
    names = list(given.observed)
    if min(row.value or 0.0 for row in given.rows if row.op == "~~" and row.lhs == row.rhs) < 0 or (
        np.linalg.eigvalsh(implied.Sigma)[0] <= 1e-10 * np.trace(implied.Sigma)
    ):
        raise ModelError(
            "The values of a population must imply a positive definite covariance matrix and no negative variance, but these do not. "
            "Make loadings, paths or covariances smaller, or the residual variances larger."
        )
    values = {(row.lhs, row.op, row.rhs): row.value for row in given.rows}
    rows = tuple(row._replace(value=values[row.lhs, row.op, row.rhs]) for row in analysis.rows)
    return ModelPopulation(
        given,
        analysis.with_rows(rows),
        pd.DataFrame(implied.Sigma, index=names, columns=names),
        pd.Series(implied.mu, index=names),
    )


def _from_fit(fit: Fit) -> tuple[ModelSpec, ModelSpec]:
    """The estimates as population values; the model stays as it was fitted, with its exogenous moments free."""
    if fit.spec.ordered or len(fit.spec.groups) > 1:
        raise _not_built()
    if not fit.converged:
        raise UsageError(
            "A population must have values, but this model did not converge. Fit it before, or write the values."
        )
    estimates = dict(
        zip(
            zip(fit.estimates["lhs"], fit.estimates["op"], fit.estimates["rhs"], strict=True),
            fit.estimates["est"],
            strict=True,
        )
    )
    fixed = tuple(
        row._replace(free=0, exo=False, value=float(estimates[row.lhs, row.op, row.rhs])) for row in fit.spec.rows
    )
    return _bare(fit.spec, fixed), fit.spec


def _from_text(text: str) -> tuple[ModelSpec, ModelSpec]:
    """Every value written stands; what the rules add is 1 for a variance and 0 for anything else."""
    if any(statement.op in ("|", "~*~") for statement in parse_syntax(text)[0]):
        raise _not_built()
    switches: dict[str, bool | None] = {"fixed_x": False, "auto_fix_first": False, "auto_fix_single": False}
    spec = build_spec(text, rules_for("sem", switches))
    unknown = [f"{r.lhs} {r.op} {r.rhs}" for r in spec.rows if r.op in ("=~", "~") and r.value is None]
    if unknown:
        raise ModelError(
            f"Every loading and path of a population must have a value, but {unknown[0]} has none. Write it before the variable, such as "
            f"{unknown[0].rsplit(' ', 1)[0]} 0.7*{unknown[0].rsplit(' ', 1)[1]}."
        )
    rows = tuple(row._replace(free=0, value=_value(row)) for row in spec.rows)
    return _bare(spec, rows), _analysis(_bare(spec, rows))


def _not_built() -> UsageError:
    return UsageError(
        "A population must be one group of continuous variables; this one has ordered items or several groups, whose simulation "
        "is not built."
    )


def _value(row: Row) -> float:
    if row.value is not None:
        return row.value
    return 1.0 if row.op == "~~" and row.lhs == row.rhs else 0.0


def _bare(spec: ModelSpec, rows: tuple[Row, ...]) -> ModelSpec:
    return replace(spec, rows=rows, constraints=(), definitions=(), exogenous=())


def _analysis(spec: ModelSpec) -> ModelSpec:
    """Free what a researcher estimates: all but one loading of each factor, and what the text fixes at zero."""
    rows: list[Row] = []
    markers: set[str] = set()
    free = 0
    for row in spec.rows:
        marker = row.op == "=~" and row.lhs not in markers and bool(row.value)
        if marker:
            markers.add(row.lhs)
        if marker or (row.user and not row.value):
            rows.append(row)
        else:
            free += 1
            rows.append(row._replace(free=free))
    return spec.with_rows(tuple(rows))


def _standardize(spec: ModelSpec) -> ModelSpec:
    """Choose the variances so that every variable has variance 1.

    With B = (I - A)^-1 and S = D + O (diagonal and off-diagonal), diag(B S B') = (B o B) d + diag(B O B') is set to 1 and solved for d.
    """
    layout = lay_out(spec, 1)
    implied = imply(layout, np.zeros(0))
    off = implied.S - np.diag(np.diag(implied.S))
    shared = np.einsum("ij,jk,ik->i", implied.B, off, implied.B)
    variances = dict(zip(layout.names, np.linalg.solve(implied.B**2, 1.0 - shared), strict=True))
    least = min(variances, key=lambda name: float(variances[name]))
    if variances[least] < 0:
        raise ModelError(
            f"With standardized=True every variable has variance 1, but the values explain more than that of '{least}'. Make its loadings or "
            "paths smaller."
        )
    rows = (
        row._replace(value=float(variances[row.lhs])) if row.op == "~~" and row.lhs == row.rhs else row
        for row in spec.rows
    )
    return spec.with_rows(tuple(rows))
