"""The table of estimates: lavaan's rows, columns and order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.estimation.bootstrap import Draws
from cocsem.estimation.definitions import define, define_draws
from cocsem.estimation.distributions import normal_quantile, two_sided
from cocsem.estimation.problem import Problem, implied
from cocsem.estimation.standardized import KINDS, row_values, standardize, standardized_values
from cocsem.model.matrices import imply

Array = NDArray[np.float64]
COLUMNS = [
    "lhs",
    "op",
    "rhs",
    "group",
    "label",
    "est",
    "se",
    "z",
    "pvalue",
    "ci_lower",
    "ci_upper",
    "std_lv",
    "std_all",
    "std_nox",
]


def estimates_table(problem: Problem, theta: Array, vcov: Array, draws: Draws | None = None) -> pd.DataFrame:
    """One line per row of the parameter table, then the `:=` rows.

    z = est / se, p from the normal distribution, 95 % interval est -+ 1.96 se; fixed rows have se 0 and no test.
    With bootstrap draws, se is their standard deviation and the interval their percentiles.
    """
    value, slope = _stack(problem, theta, "est")
    frame = _labels(problem)
    se = standard_errors(slope, vcov)
    se[np.abs(slope).max(axis=1, initial=0.0) == 0.0] = 0.0
    columns: dict[str, Any] = interval_columns(value, se)
    if draws is not None:
        columns = draw_columns(value, draw_values(problem, draws, "est"))
    for kind in KINDS:
        columns[kind] = _stack(problem, theta, kind)[0]
    return pd.concat([frame, pd.DataFrame(columns)], axis=1)[COLUMNS]


def standardized_table(
    problem: Problem, theta: Array, vcov: Array, kind: str, draws: Draws | None = None
) -> pd.DataFrame:
    """Standardized values of all rows with their own standard errors, tests and intervals (from the draws, where there are any)."""
    value, slope = _stack(problem, theta, kind)
    se = standard_errors(slope, vcov)
    se[se < 1e-12] = 0.0
    columns = interval_columns(value, se)
    if draws is not None:
        columns = draw_columns(value, draw_values(problem, draws, kind))
    return pd.concat([_labels(problem), pd.DataFrame({"est_std": columns.pop("est"), **columns})], axis=1)


def _stack(problem: Problem, theta: Array, kind: str) -> tuple[Array, Array]:
    """Values and derivatives of all rows of all groups and of the definitions, in one kind of standardization."""
    values, slopes = [], []
    moments = implied(problem, theta)
    for g, (layout, at) in enumerate(zip(problem.layouts, moments, strict=True), start=1):
        if kind == "est":
            value, slope = row_values([r for r in problem.spec.rows if r.group == g], layout, at, theta)
        else:
            result = standardize(problem.spec, g, layout, at, theta, kind)
            value, slope = result.value, result.jacobian
        values.append(value)
        slopes.append(slope)
    value, slope = np.concatenate(values), np.concatenate(slopes)
    defined, defined_slope = define(problem.spec, value, slope)
    return np.concatenate([value, defined]), np.concatenate([slope, defined_slope])


def standard_errors(slope: Array, vcov: Array) -> Array:
    """Delta-method standard errors sqrt(diag(J V J'))."""
    with np.errstate(invalid="ignore"):
        return np.sqrt(np.maximum(np.einsum("rk,kl,rl->r", slope, vcov, slope), 0.0))


def interval_columns(value: Array, se: Array, level: float = 0.95) -> dict[str, Array]:
    """Columns est, se, z, pvalue, ci_lower, ci_upper."""
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(se > 0, value / se, np.nan)
    half = normal_quantile(0.5 + level / 2.0) * se
    return {"est": value, "se": se, "z": z, "pvalue": two_sided(z), "ci_lower": value - half, "ci_upper": value + half}


def draw_values(problem: Problem, draws: Draws, kind: str) -> Array:
    """Values (b, r) of all rows and definitions in every bootstrap draw, in one kind of standardization."""
    parts = [
        standardized_values(problem.spec, g, layout, imply(layout, draws.theta), draws.theta, kind)
        for g, layout in enumerate(draws.layouts, start=1)
    ]
    value = np.concatenate(parts, axis=1)
    return np.concatenate([value, define_draws(problem.spec, value)], axis=1)


def draw_columns(value: Array, drawn: Array, level: float = 0.95) -> dict[str, Array]:
    """Columns est, se, z, pvalue, ci_lower, ci_upper from bootstrap draws (b, r): standard deviation and percentiles.

    Percentiles at (b + 1) times the tail probability, as in davison1997; the p-value stays that of z.
    """
    constant = np.ptp(drawn, axis=0) < 1e-12 * np.maximum(1.0, np.abs(value))
    se = np.where(constant, 0.0, drawn.std(axis=0, ddof=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        z = np.where(se > 0, value / se, np.nan)
    tails = [(1.0 - level) / 2.0, (1.0 + level) / 2.0]
    low, high = np.quantile(drawn, tails, axis=0, method="weibull")
    return {"est": value, "se": se, "z": z, "pvalue": two_sided(z), "ci_lower": low, "ci_upper": high}


def _labels(problem: Problem) -> pd.DataFrame:
    spec = problem.spec
    rows = [(r.lhs, r.op, r.rhs, spec.groups[r.group - 1], r.label) for r in spec.rows]
    rows += [(d.lhs, ":=", d.rhs, "", d.lhs) for d in spec.definitions]
    return pd.DataFrame(rows, columns=["lhs", "op", "rhs", "group", "label"])


def r_squared(problem: Problem, theta: Array) -> dict[str, Any]:
    """Share of the variance of each endogenous variable that the model explains, 1 - S_ii / C_ii; by group label if there are groups.

    Not a number where the residual variance is negative: there is no such share.
    """
    out: dict[str, Any] = {}
    for g, (label, layout, at) in enumerate(
        zip(problem.spec.groups, problem.layouts, implied(problem, theta), strict=True), start=1
    ):
        rows = [r for r in problem.spec.rows if r.group == g]
        explained = {r.rhs for r in rows if r.op == "=~"} | {r.lhs for r in rows if r.op == "~"}
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(np.diag(at.S) < 0, np.nan, 1.0 - np.diag(at.S) / np.diag(at.C))
        values = {n: float(x) for n, x in zip(layout.names, share, strict=True) if n in explained}
        if label:
            out[label] = values
        else:
            out |= values
    return out
