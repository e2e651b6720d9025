"""The table of estimates: lavaan's rows, columns and order."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.estimation.bootstrap import Draws
from cocsem.estimation.bootstrap_values import draw_values
from cocsem.estimation.definitions import define, define_draws
from cocsem.estimation.distributions import normal_quantile, two_sided
from cocsem.estimation.problem import Point
from cocsem.estimation.standardized import KINDS, all_values, standardize
from cocsem.model.types import ModelSpec

Array = NDArray[np.float64]
LABELS = ("lhs", "op", "rhs", "group", "label")
INTERVAL = ("est", "se", "z", "pvalue", "ci_lower", "ci_upper")
COLUMNS = [*LABELS, *INTERVAL, *KINDS]
_NUMBERS = (*INTERVAL, *KINDS)
_STANDARDIZED = ("est_std", *INTERVAL[1:])
_NOTHING = 1e-12  # standard errors of standardized values below this are rounding: the value is fixed


def estimates_table(point: Point, vcov: Array, draws: Draws | None = None) -> pd.DataFrame:
    """One line per row of the parameter table, then the `:=` rows.

    z = est / se, p from the normal distribution, 95 % interval est -+ 1.96 se; fixed rows have se 0 and no test.
    With bootstrap draws, se is their standard deviation and the interval their percentiles.
    """
    spec, problem = point.problem.spec, point.problem
    value = _joined([
        all_values(spec, g, layout, at, point.theta)
        for g, (layout, at) in enumerate(zip(problem.layouts, point.implied, strict=True), start=1)
    ])  # fmt: skip
    se = _plain_errors(point, value[0], vcov)
    if spec.definitions:
        value = np.concatenate([value, define_draws(spec, value)], axis=1)
    columns = _columns(point, "est", value[0], se, draws)
    return _frame(spec, [*columns.values(), *value[1:]], _NUMBERS)


def standardized_table(point: Point, vcov: Array, kind: str, draws: Draws | None = None) -> pd.DataFrame:
    """Standardized values of all rows with their own standard errors, tests and intervals (from the draws, where there are any)."""
    spec, problem = point.problem.spec, point.problem
    found = [
        standardize(spec, g, layout, at, point.theta, kind)
        for g, (layout, at) in enumerate(zip(problem.layouts, point.implied, strict=True), start=1)
    ]
    value, slope = _joined([f.value for f in found]), np.concatenate([f.jacobian for f in found])
    if spec.definitions:
        value, slope = (np.concatenate(pair) for pair in zip((value, slope), define(spec, value, slope), strict=True))
    se = standard_errors(slope, vcov)
    se[se < _NOTHING] = 0.0
    return _frame(spec, list(_columns(point, kind, value, se, draws).values()), _STANDARDIZED)


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)


@dataclass(frozen=True, slots=True)
class _Mould:
    """A table with the rows of a model, and the memory (columns, rows) of its numbers: poured full, then copied off."""

    table: pd.DataFrame
    numbers: Array
    lock: Lock


def _frame(spec: ModelSpec, columns: list[Array], names: tuple[str, ...]) -> pd.DataFrame:
    """Put the numbers beside what their rows are; the rows are the same for every fit of a model."""
    mould = _mould(spec, names)
    with mould.lock:
        mould.numbers[...] = columns
        return mould.table.copy()


@lru_cache(maxsize=64)
def _mould(spec: ModelSpec, names: tuple[str, ...]) -> _Mould:
    labels = _labels(spec)
    numbers = np.zeros((len(names), len(labels)))
    table = pd.DataFrame(numbers.T, columns=list(names), copy=False)
    for place, name in enumerate(LABELS):
        table.insert(place, name, labels[name])
    table.columns = pd.Index(
        [*LABELS, *names], dtype=object
    )  # pandas finds a column by its name faster than among Arrow strings
    if not np.shares_memory(table[names[0]].to_numpy(), numbers):
        raise RuntimeError(
            f"pandas {pd.__version__} took the numbers of a table as a copy; it must take them as they are."
        )
    return _Mould(table, numbers, Lock())


@lru_cache(maxsize=64)
def _labels(spec: ModelSpec) -> pd.DataFrame:
    rows = [(r.lhs, r.op, r.rhs, spec.groups[r.group - 1], r.label) for r in spec.rows]
    rows += [(d.lhs, ":=", d.rhs, "", d.lhs) for d in spec.definitions]
    return pd.DataFrame(rows, columns=list(LABELS))


def _plain_errors(point: Point, value: Array, vcov: Array) -> Array:
    """Standard errors of all rows with the values (r,), then of the definitions; zero where a row is fixed."""
    spec = point.problem.spec
    par = _joined([layout.row_par for layout in point.problem.layouts])
    with np.errstate(invalid="ignore"):
        se = np.append(np.sqrt(np.maximum(vcov.diagonal(), 0.0)), 0.0)[par]
    if not spec.definitions:
        return np.asarray(se)
    slope = np.zeros((len(par), spec.n_free + 1))
    slope[np.arange(len(par)), par] = 1.0
    defined_slope = define(spec, value, slope[:, :-1])[1]
    more = standard_errors(defined_slope, vcov)
    more[np.abs(defined_slope).max(axis=1, initial=0.0) == 0.0] = 0.0
    return np.concatenate([se, more])


def standard_errors(slope: Array, vcov: Array) -> Array:
    """Delta-method standard errors sqrt(diag(J V J'))."""
    with np.errstate(invalid="ignore"):
        return np.sqrt(np.maximum(((slope @ vcov) * slope).sum(axis=-1), 0.0))


def _columns(point: Point, kind: str, value: Array, se: Array, draws: Draws | None) -> dict[str, Array]:
    if draws is None:
        return interval_columns(value, se)
    drawn = draw_values(point.problem, draws, kind)
    if kind == "est":  # the moments of fixed x differ between resamples, but are no parameters
        par = _joined([layout.row_par for layout in point.problem.layouts])
        drawn[:, : len(par)] = np.where(par < 0, value[: len(par)], drawn[:, : len(par)])
    return draw_columns(value, drawn)


def interval_columns(value: Array, se: Array, level: float = 0.95) -> dict[str, Array]:
    """Columns est, se, z, pvalue, ci_lower, ci_upper."""
    z = np.full(value.shape, np.nan)
    np.divide(value, se, out=z, where=se > 0)
    half = normal_quantile(0.5 + level / 2.0) * se
    return {"est": value, "se": se, "z": z, "pvalue": two_sided(z), "ci_lower": value - half, "ci_upper": value + half}


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


def r_squared(point: Point) -> dict[str, Any]:
    """Share of the variance of each endogenous variable that the model explains, 1 - S_ii / C_ii; by group label if there are groups.

    Not a number where the residual variance is negative: there is no such share.
    """
    spec = point.problem.spec
    out: dict[str, Any] = {}
    for g, (label, at) in enumerate(zip(spec.groups, point.implied, strict=True), start=1):
        names, places = _explained(spec, g)
        S, C = at.S.diagonal()[places], at.C.diagonal()[places]
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(S < 0, np.nan, 1.0 - S / C).tolist()
        values = dict(zip(names, share, strict=True))
        out |= {label: values} if label else values
    return out


@lru_cache(maxsize=64)
def _explained(spec: ModelSpec, group: int) -> tuple[tuple[str, ...], NDArray[np.intp]]:
    rows = [row for row in spec.rows if row.group == group]
    explained = {r.rhs for r in rows if r.op == "=~"} | {r.lhs for r in rows if r.op == "~"}
    places = [n for n, name in enumerate(spec.observed + spec.latent) if name in explained]
    return tuple((spec.observed + spec.latent)[n] for n in places), np.array(places, dtype=np.intp)
