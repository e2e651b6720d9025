"""Modification indices: what freeing a parameter that is fixed, or absent from the model, would gain."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.estimation.constraints import null_space
from cocsem.estimation.inference import invert
from cocsem.estimation.problem import Problem, by_rows, expected_information, half_gradient, implied, pose, respecify
from cocsem.estimation.standardized import KINDS, row_values, standardize
from cocsem.estimation.standardized_solution import require_converged
from cocsem.estimation.types import Fit
from cocsem.model.types import ModelSpec, Row

Array = NDArray[np.float64]
COLUMNS = ["lhs", "op", "rhs", "group", "mi", "epc", "sepc_lv", "sepc_all", "sepc_nox"]
_AT_ONCE = 256  # candidates that share one information matrix: bounds the memory where there are thousands
_NOTHING_LEFT = (
    1e-8  # share of its information a candidate must keep beside the free parameters, or it is not identified
)


@dataclass(frozen=True, slots=True)
class Release:
    """Score statistics of m candidates: T (m,), expected change (m,) and its standardized forms by kind."""

    mi: Array
    epc: Array
    standardized: dict[str, Array]


def modification_indices(fit: Fit) -> pd.DataFrame:
    """Return the modification index and the expected parameter change of every fixed or absent parameter.

    MI = N g^2 / V and EPC = -g / V, where g is half the derivative of F by the candidate at the estimates and V its expected
    information less what the free parameters take of it, V = I_cc - I_cf I_ff^-1 I_fc (in the directions that constraints leave open).

    Candidates: rows fixed in the table, then, group by group, loadings of all items, residual covariances of items, covariances of
    latent variables, and regressions among the variables that take part in regressions. Left out are candidates that would not be
    identified, and those that would explain fixed exogenous variables, whose moments are taken as given.

    Parameters
    ----------
    fit : a converged fit.

    Returns
    -------
    DataFrame lhs op rhs group mi epc sepc_lv sepc_all sepc_nox; each index is chi-square with one degree of freedom.

    Raises
    ------
    EstimationError : the fit did not converge.

    References: sorbom1989, saris1987

    >>> import cocsem
    >>> fit = cocsem.cfa("visual =~ x1 + x2 + x3; speed =~ x7 + x8 + x9", cocsem.load_dataset("holzinger_swineford"))
    >>> cocsem.modification_indices(fit).nlargest(1, "mi")[["lhs", "op", "rhs"]].values.tolist()
    [['visual', '=~', 'x9']]
    """
    require_converged(fit)
    problem = pose(fit.spec, fit.statistics, fit.method)
    candidates = (*_fixed_rows(fit.spec), *_absent_rows(fit.spec))
    turns = range(0, len(candidates), _AT_ONCE)
    parts = [_release(problem, fit.theta, candidates[n : n + _AT_ONCE]) for n in turns]
    frame = pd.DataFrame(
        [(r.lhs, r.op, r.rhs, fit.spec.groups[r.group - 1]) for r in candidates], columns=COLUMNS[:4], dtype=object
    )
    for name in ("mi", "epc"):
        frame[name] = np.concatenate([getattr(part, name) for part in parts]) if parts else np.zeros(0)
    for kind in KINDS:
        frame[f"sepc_{kind[4:]}"] = np.concatenate([p.standardized[kind] for p in parts]) if parts else np.zeros(0)
    return frame[frame["mi"].notna()].reset_index(drop=True)


def _release(problem: Problem, theta: Array, candidates: tuple[Row, ...]) -> Release:
    """Score statistics of some candidates, each against the model as it is."""
    k, m = problem.spec.n_free, len(candidates)
    wider = respecify(problem, _with_candidates(problem.spec, candidates))
    at = np.concatenate([theta, _present_values(problem, theta, candidates)])
    slope = half_gradient(wider, at)[k:]
    information = expected_information(by_rows(wider), at)
    inverse = invert(information[:k, :k], null_space(problem.spec, theta)[0])
    own = np.diag(information)[k:]
    cross = information[:k, k:]
    left = own - (np.nan if inverse is None else np.einsum("km,kl,lm->m", cross, inverse, cross))
    with np.errstate(invalid="ignore", divide="ignore"):
        left = np.where(left > _NOTHING_LEFT * own, left, np.nan)
        mi, epc = problem.n_obs * slope**2 / left, -slope / left  # N whatever the likelihood, as in lavaan
    change = np.concatenate([np.zeros(k), epc])
    return Release(mi, epc, {kind: _standardized_change(wider, at, change, kind)[-m:] for kind in KINDS})


def _with_candidates(spec: ModelSpec, candidates: tuple[Row, ...]) -> ModelSpec:
    """The same table without the candidates' fixed rows, then the candidates as free parameters of their own."""
    taken = {_key(row) for row in candidates}
    kept = tuple(row for row in spec.rows if _key(row) not in taken)
    freed = tuple(row._replace(free=spec.n_free + n, label="") for n, row in enumerate(candidates, start=1))
    return spec.with_rows(kept + freed)


def _present_values(problem: Problem, theta: Array, candidates: tuple[Row, ...]) -> Array:
    """Where the candidates stand in the fitted model: at their fixed value, or at zero."""
    values = np.zeros(len(candidates))
    for g, (layout, at) in enumerate(zip(problem.layouts, implied(problem, theta), strict=True), start=1):
        here = [n for n, row in enumerate(candidates) if row.group == g]
        values[here] = row_values([candidates[n] for n in here], layout, at, theta)[0]
    return values


def _standardized_change(problem: Problem, theta: Array, change: Array, kind: str) -> Array:
    """Standardize a change of the parameters with the standard deviations at theta, one value per row of the table."""
    out = np.zeros(len(problem.spec.rows))
    groups = np.array([row.group for row in problem.spec.rows])
    for g, (layout, at) in enumerate(zip(problem.layouts, implied(problem, theta), strict=True), start=1):
        out[groups == g] = standardize(problem.spec, g, layout, at, change, kind).value
    return out


def _key(row: Row) -> tuple[object, ...]:
    return (row.op, row.group, frozenset((row.lhs, row.rhs)) if row.op == "~~" else (row.lhs, row.rhs))


def _fixed_rows(spec: ModelSpec) -> Iterator[Row]:
    return (row for row in spec.rows if not row.free and not row.exo)


def _absent_rows(spec: ModelSpec) -> Iterator[Row]:
    """What the model could have besides its rows, group by group."""
    present = {_key(row) for row in spec.rows}
    for group in range(1, len(spec.groups) + 1):
        for lhs, op, rhs in _possible(spec):
            row = Row(lhs, op, rhs, group, user=False)
            if _key(row) not in present:
                yield row


def _possible(spec: ModelSpec) -> Iterator[tuple[str, str, str]]:
    paths = [row for row in spec.rows if row.op == "~"]
    related = list(dict.fromkeys([*(r.lhs for r in paths), *(r.rhs for r in paths)]))
    items = {row.rhs for row in spec.rows if row.op == "=~"}
    indicators = [v for v in spec.observed if v in items]
    for factor in spec.latent:
        for item in spec.observed:
            if item not in related and item not in spec.exogenous:
                yield factor, "=~", item
    for a, b in (*combinations_with_replacement(indicators, 2), *combinations_with_replacement(spec.latent, 2)):
        yield a, "~~", b
    for outcome in related:
        for cause in related:
            if outcome != cause and outcome not in spec.exogenous:
                yield outcome, "~", cause
