"""Modification indices: what freeing a parameter that is fixed, or absent from the model, would gain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.criteria import load_criterion
from cocsem.errors import UsageError
from cocsem.estimation.candidates import absent_rows, fixed_rows, row_key
from cocsem.estimation.constraints import null_space
from cocsem.estimation.distributions import normal_quantile, normal_sf
from cocsem.estimation.inference import invert
from cocsem.estimation.problem import Problem, by_rows, expected_information, half_gradient, implied, pose, respecify
from cocsem.estimation.sandwich import variation
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
    """Score statistics of m candidates: T (m,), its scaled form (m,), expected change (m,) and its standardized forms by kind."""

    mi: Array
    mi_scaled: Array
    epc: Array
    standardized: dict[str, Array]


@dataclass(frozen=True, slots=True)
class Slopes:
    """Candidates against a fitted model: the wider problem, its parameters, and for the m candidates
    the slopes (m,), their information in full (m,) and what of it the free parameters leave, left (m, m); taken (m, k) is
    what each slope owes to those of the free parameters."""

    problem: Problem
    theta: Array
    slope: Array
    own: Array
    left: Array
    taken: Array


def modification_indices(fit: Fit, *, power: bool = False, delta: float = 0.1, alpha: float = 0.05) -> pd.DataFrame:
    """Return the modification index and the expected parameter change of every fixed or absent parameter.

    MI = N g^2 / V and EPC = -g / V, where g is half the derivative of F by the candidate at the estimates and V its expected
    information less what the free parameters take of it, V = I_cc - I_cf I_ff^-1 I_fc (in the directions that constraints leave open).

    Candidates: rows fixed in the table, then, group by group, loadings of all items, residual covariances of items, covariances of
    latent variables, and regressions among the variables that take part in regressions. Left out are candidates that would not be
    identified, and those that would explain fixed exogenous variables, whose moments are taken as given.

    Parameters
    ----------
    fit : a converged fit.
    power : add how likely a misfit of `delta` would have been found at level `alpha`.

    Returns
    -------
    DataFrame lhs op rhs group mi epc sepc_lv sepc_all sepc_nox; each index is chi-square with one degree of freedom.
    Where the fit has a scaled test also `mi_scaled` = MI V / V_r, with V_r the variance of the slope that the answers show instead
    of the one normality would give: the index that keeps its distribution when the data are not normal (lavaan has none).
    With `power`: delta, ncp = (MI / EPC^2) delta^2, power and decision: `m` (misspecified), `nm` (not), `i` (inconclusive),
    `epc:m` and `epc:nm` where the power is so high that the size of EPC decides.

    Raises
    ------
    EstimationError : the fit did not converge.

    References: sorbom1989, saris1987, saris2009, satorra1989

    >>> import cocsem
    >>> fit = cocsem.cfa("visual =~ x1 + x2 + x3; speed =~ x7 + x8 + x9", cocsem.load_dataset("holzinger_swineford"))
    >>> cocsem.modification_indices(fit).nlargest(1, "mi")["mi"].round(2).tolist()
    [35.52]
    """
    require_converged(fit)
    problem = pose(fit.spec, fit.statistics, fit.method)
    candidates = (*fixed_rows(fit.spec), *absent_rows(fit.spec))
    turns = range(0, len(candidates), _AT_ONCE)
    parts = [_release(problem, fit.theta, candidates[n : n + _AT_ONCE]) for n in turns]
    frame = pd.DataFrame(
        [(r.lhs, r.op, r.rhs, fit.spec.groups[r.group - 1]) for r in candidates], columns=COLUMNS[:4], dtype=object
    )
    for name in ("mi", "epc"):
        frame[name] = np.concatenate([getattr(part, name) for part in parts]) if parts else np.zeros(0)
    for kind in KINDS:
        frame[f"sepc_{kind[4:]}"] = np.concatenate([p.standardized[kind] for p in parts]) if parts else np.zeros(0)
    if fit.method.scaled:
        frame.insert(5, "mi_scaled", np.concatenate([part.mi_scaled for part in parts]) if parts else np.zeros(0))
    frame = frame[frame["mi"].notna()].reset_index(drop=True)
    return frame.assign(**powers(frame, delta, alpha)) if power else frame


def powers(frame: pd.DataFrame, delta: float, alpha: float) -> dict[str, Any]:
    """Columns delta, ncp, power and decision of modification indices: would a misfit of delta have been found?

    Power = P(|z + sqrt(ncp)| > z_alpha) of a standard normal z.

    References: saris2009
    """
    if not (delta > 0 and 0 < alpha < 1):
        raise UsageError(f"delta must be positive and alpha between 0 and 1; {delta!r} and {alpha!r} were given.")
    mi, epc = frame["mi"].to_numpy(), frame["epc"].to_numpy()
    with np.errstate(invalid="ignore", divide="ignore"):
        ncp = mi * (delta / epc) ** 2
    cut = normal_quantile(1.0 - alpha / 2.0)
    power = normal_sf(cut - np.sqrt(ncp)) + normal_sf(cut + np.sqrt(ncp))
    strong, found = power > load_criterion("modification_power").weakest, mi > cut**2
    decided = np.select(
        [found & strong, found, strong], [np.where(np.abs(epc) > delta, "epc:m", "epc:nm"), "m", "nm"], "i"
    )
    return {"delta": delta, "ncp": ncp, "power": power, "decision": decided}


def slopes_of(problem: Problem, theta: Array, candidates: tuple[Row, ...]) -> Slopes:
    """Half the derivatives of F by some candidates, and the information they bring beside the free parameters."""
    k = problem.spec.n_free
    wider = respecify(problem, _with_candidates(problem.spec, candidates))
    at = np.concatenate([theta, _present_values(problem, theta, candidates)])
    information = expected_information(by_rows(wider), at)
    inverse = invert(information[:k, :k], null_space(problem.spec, theta)[0])
    taken = np.full((len(candidates), k), np.nan) if inverse is None else information[k:, :k] @ inverse
    own, left = np.diag(information)[k:], information[k:, k:] - taken @ information[:k, k:]
    return Slopes(wider, at, half_gradient(wider, at)[k:], own, left, taken)


def _release(problem: Problem, theta: Array, candidates: tuple[Row, ...]) -> Release:
    """Score statistics of some candidates, each against the model as it is."""
    k, m = problem.spec.n_free, len(candidates)
    s = slopes_of(problem, theta, candidates)
    left = np.diag(s.left)
    with np.errstate(invalid="ignore", divide="ignore"):
        left = np.where(left > _NOTHING_LEFT * s.own, left, np.nan)
        mi, epc = problem.n_obs * s.slope**2 / left, -s.slope / left  # N whatever the likelihood, as in lavaan
        scaled = mi * left / _slope_variances(s) if problem.method.scaled else mi
    change = np.concatenate([np.zeros(k), epc])
    return Release(
        mi, scaled, epc, {kind: _standardized_change(s.problem, s.theta, change, kind)[-m:] for kind in KINDS}
    )


def _slope_variances(s: Slopes) -> Array:
    """What the answers say the slopes of the candidates vary, less what the free parameters take: diagonal of L B L', L = (-taken, 1)."""
    meat = variation(s.problem)(by_rows(s.problem), s.theta)
    L = np.hstack([-s.taken, np.eye(len(s.slope))])
    return np.asarray(np.sum((L @ meat) * L, axis=1))


def _with_candidates(spec: ModelSpec, candidates: tuple[Row, ...]) -> ModelSpec:
    """The same table without the candidates' fixed rows, then the candidates as free parameters of their own."""
    taken = {row_key(row) for row in candidates}
    kept = tuple(row for row in spec.rows if row_key(row) not in taken)
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
