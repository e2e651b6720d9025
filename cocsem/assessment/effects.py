"""Direct, indirect and total effects with delta-method standard errors."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.assessment.types import Assessment, Table
from cocsem.estimation.estimates import interval_columns, standard_errors
from cocsem.estimation.problem import Problem, implied, pose
from cocsem.estimation.standardized import row_values, standardize
from cocsem.estimation.standardized_solution import require_converged
from cocsem.estimation.types import Fit
from cocsem.language import Text

Array = NDArray[np.float64]
_MOST = 400  # specific indirect effects listed at most; totals are always complete
_TITLE = Text("Indirect and total effects", "Pengaruh tidak langsung dan total")
_NOTE = Text(
    "Standard errors by the delta method; products of coefficients are skewed in small samples, where a bootstrap interval is better.",
    "Galat baku dengan metode delta; pada sampel kecil hasil kali koefisien tidak simetris, sehingga selang bootstrap lebih baik.",
)
_CONTROLS = Text(
    "Effects of the control variables are not listed.", "Pengaruh variabel kontrol tidak dicantumkan dalam tabel ini."
)
_CUT = Text(
    "Only the first {most} specific indirect effects are listed; the totals are complete.",
    "Hanya {most} pengaruh tidak langsung khusus pertama yang dicantumkan; totalnya lengkap.",
)


@dataclass(frozen=True, slots=True)
class _Graph:
    """Paths `~` of one group: names, coefficients (e, e) by target and source, and their derivatives (e, e, k)."""

    names: tuple[str, ...]
    beta: Array
    slope: Array


def effects(fit: Fit) -> pd.DataFrame:
    """Return every specific indirect effect and the total indirect and total effects between variables joined by paths.

    A specific effect is the product of the coefficients along a path; all total effects are (I - B)^-1 - I, the indirect
    ones (I - B)^-1 - I - B. Standard errors: sqrt(g' V g) with g the derivative of the effect (sobel1982).

    Returns
    -------
    DataFrame: group kind source target path est se z pvalue ci_lower ci_upper std; kind is `specific indirect`,
    `total indirect` or `total`.

    Raises
    ------
    EstimationError : the fit did not converge.

    References: sobel1982, bollen1989 (ch. 8)
    """
    require_converged(fit)
    problem = pose(fit.spec, fit.statistics, fit.method)
    frames = [_group_effects(problem, fit, g) for g in range(1, len(fit.spec.groups) + 1)]
    return pd.concat(frames, ignore_index=True)


def _group_effects(problem: Problem, fit: Fit, group: int) -> pd.DataFrame:
    raw, std = _graph(problem, fit, group, "est"), _graph(problem, fit, group, "std_all")
    columns: dict[str, list[object]] = {name: [] for name in ("kind", "source", "target", "path")}
    values, slopes, standard = [], [], []

    def note(kind: str, route: tuple[int, ...], one: tuple[float, Array], other: float) -> None:
        ends = (raw.names[route[0]], raw.names[route[-1]])
        path = " → ".join(raw.names[i] for i in route) if kind == "specific indirect" else " → ".join(ends)
        for name, entry in zip(columns, (kind, *ends, path), strict=True):
            columns[name].append(entry)
        values.append(one[0])
        slopes.append(one[1])
        standard.append(other)

    for route in _routes(raw):
        note("specific indirect", route, _product(raw, route), _product(std, route)[0])
    for kind in ("total indirect", "total"):
        total, total_slope = _totals(raw, kind)
        total_std = _totals(std, kind)[0]
        for i, j in zip(*np.nonzero(_reached(raw, kind)), strict=True):
            note(kind, (int(j), int(i)), (float(total[i, j]), total_slope[i, j]), float(total_std[i, j]))
    slope = np.array(slopes).reshape(len(values), fit.spec.n_free)
    numbers = interval_columns(np.array(values, dtype=float), standard_errors(slope, fit.vcov))
    frame = pd.DataFrame({**columns, **numbers, "std": standard})
    frame.insert(0, "group", fit.spec.groups[group - 1])
    return frame


def _graph(problem: Problem, fit: Fit, group: int, kind: str) -> _Graph:
    layout, at = problem.layouts[group - 1], implied(problem, fit.theta)[group - 1]
    rows = [r for r in fit.spec.rows if r.group == group]
    if kind == "est":
        value, slope = row_values(rows, layout, at, fit.theta)
    else:
        result = standardize(fit.spec, group, layout, at, fit.theta, kind)
        value, slope = result.value, result.jacobian
    paths = [(n, r) for n, r in enumerate(rows) if r.op == "~"]
    names = tuple(dict.fromkeys(v for _, r in paths for v in (r.rhs, r.lhs)))
    e = len(names)
    beta, jacobian = np.zeros((e, e)), np.zeros((e, e, fit.spec.n_free))
    for n, r in paths:
        beta[names.index(r.lhs), names.index(r.rhs)] = value[n]
        jacobian[names.index(r.lhs), names.index(r.rhs)] = slope[n]
    return _Graph(names, beta, jacobian)


def _edges(graph: _Graph) -> NDArray[np.bool_]:
    """Which paths the model has: free ones and fixed ones that are not zero."""
    return np.asarray((graph.beta != 0) | (graph.slope != 0).any(axis=-1))


def _routes(graph: _Graph) -> Iterator[tuple[int, ...]]:
    """Directed routes over at least one mediator that pass no variable twice."""
    edges = _edges(graph)
    found = 0
    stack: list[tuple[int, ...]] = [(i,) for i in range(len(graph.names) - 1, -1, -1)]
    while stack and found < _MOST:
        route = stack.pop()
        if len(route) > 2:
            found += 1
            yield route
        following = [int(i) for i in np.flatnonzero(edges[:, route[-1]]) if int(i) not in route]
        stack.extend((*route, i) for i in reversed(following))


def _product(graph: _Graph, route: tuple[int, ...]) -> tuple[float, Array]:
    """Product of the coefficients along a route, and its derivatives by the product rule."""
    steps = list(zip(route[1:], route[:-1], strict=True))
    factors = np.array([graph.beta[s] for s in steps])
    slope = np.zeros(graph.slope.shape[-1])
    for n, step in enumerate(steps):
        slope = slope + np.prod(np.delete(factors, n)) * graph.slope[step]
    return float(np.prod(factors)), slope


def _totals(graph: _Graph, kind: str) -> tuple[Array, Array]:
    """Total effects (I - B)^-1 - I, or without the direct ones; d(I - B)^-1 = (I - B)^-1 dB (I - B)^-1."""
    E = np.linalg.inv(np.eye(len(graph.names)) - graph.beta)
    value = E - np.eye(len(graph.names))
    slope = np.einsum("ia,abk,bj->ijk", E, graph.slope, E)
    return (value, slope) if kind == "total" else (value - graph.beta, slope - graph.slope)


def _reached(graph: _Graph, kind: str) -> NDArray[np.bool_]:
    """Pairs (target, source) joined by some route; for indirect effects by one over a mediator. A variable's effect on itself is left out."""
    edges = _edges(graph).astype(float)
    power, reach = edges.copy(), np.zeros_like(edges)
    for _ in range(len(graph.names)):
        power = ((power @ edges) > 0).astype(float)
        reach = np.maximum(reach, power)
    out = (np.maximum(reach, edges) if kind == "total" else reach) > 0
    np.fill_diagonal(out, False)
    return np.asarray(out)


def effects_assessment(fit: Fit, *, controls: Collection[str] = ()) -> Assessment:
    """Return the indirect effects and the total effects as the assessment `effects`; those of controls are left out."""
    frame = effects(fit)
    full = bool((frame[frame["kind"] == "specific indirect"].groupby("group").size() >= _MOST).any())
    frame = frame[~frame["source"].isin(list(controls))].reset_index(drop=True)
    frame = frame.drop(columns="group") if frame["group"].eq("").all() else frame
    indirect = frame[frame["kind"] != "total"].reset_index(drop=True)
    notes = (_NOTE, *((_CONTROLS,) if controls else ()), *((_CUT.format(most=_MOST),) if full else ()))
    total = frame[frame["kind"] == "total"].drop(columns="kind").reset_index(drop=True)
    return Assessment(
        key="effects",
        title=_TITLE,
        tables=(
            Table("effects", Text("Indirect effects", "Pengaruh tidak langsung"), indirect, notes),
            Table("total_effects", Text("Total effects", "Pengaruh total"), total),
        ),
        references=("sobel1982",),
    )
