"""Direct, indirect and total effects, with intervals by the delta method or from bootstrap draws."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.assessment.types import Assessment, Table
from cocsem.estimation.bootstrap_values import group_values
from cocsem.estimation.estimates import draw_columns, interval_columns, standard_errors
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
_DRAWN = Text(
    "Standard errors and 95% intervals (percentiles) from {draws} bootstrap draws; p from est / se. An interval without zero is the better sign "
    "of an indirect effect.",
    "Galat baku dan selang 95% (persentil) dari {draws} ulangan bootstrap; p dari est / se. Selang yang tidak memuat nol lebih tepat sebagai "
    "tanda adanya pengaruh tidak langsung.",
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
    """Paths `~` of one group: names, coefficients (e, e) by target and source, their derivatives (e, e, k), and for each path its
    target, source and table row."""

    names: tuple[str, ...]
    beta: Array
    slope: Array
    places: tuple[list[int], list[int], list[int]]


def effects(fit: Fit) -> pd.DataFrame:
    """Return every specific indirect effect and the total indirect and total effects between variables joined by paths.

    A specific effect is the product of the coefficients along a path; all total effects are (I - B)^-1 - I, the indirect
    ones (I - B)^-1 - I - B. Standard errors: sqrt(g' V g) with g the derivative of the effect (sobel1982). A fit with
    bootstrap draws gives their standard deviation and percentiles instead: the effect is computed in every draw.

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
    values, slopes, standard, routes = [], [], [], []

    def note(kind: str, route: tuple[int, ...], one: tuple[float, Array], other: float) -> None:
        ends = (raw.names[route[0]], raw.names[route[-1]])
        path = " → ".join(raw.names[i] for i in route) if kind == "specific indirect" else " → ".join(ends)
        for name, entry in zip(columns, (kind, *ends, path), strict=True):
            columns[name].append(entry)
        routes.append(route)
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
    value = np.array(values, dtype=float)
    if fit.draws is None:
        numbers = interval_columns(value, standard_errors(slope, fit.vcov))
    else:
        numbers = draw_columns(
            value, _drawn(group_values(problem, fit.draws, group, "est"), raw, columns["kind"], routes)
        )
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
    to, start = [names.index(r.lhs) for _, r in paths], [names.index(r.rhs) for _, r in paths]
    which = [n for n, _ in paths]
    beta[to, start], jacobian[to, start] = value[which], slope[which]
    return _Graph(names, beta, jacobian, (to, start, which))


def _drawn(rows: Array, graph: _Graph, kinds: list[object], routes: list[tuple[int, ...]]) -> Array:
    """Effects (b, n) in every bootstrap draw, from the values (b, r) of the table rows."""
    to, start, which = graph.places
    beta = np.zeros((len(rows), *graph.beta.shape))
    beta[:, to, start] = rows[:, which]
    total = np.linalg.inv(np.eye(len(graph.names)) - beta) - np.eye(len(graph.names))
    out = np.empty((len(rows), len(routes)))
    for n, (kind, route) in enumerate(zip(kinds, routes, strict=True)):
        if kind == "specific indirect":
            out[:, n] = np.prod(beta[:, route[1:], route[:-1]], axis=1)
        else:
            all_of_it = total if kind == "total" else total - beta
            out[:, n] = all_of_it[:, route[1], route[0]]
    return out


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
    draws = None if fit.draws is None else len(fit.draws.theta)
    notes = (
        _NOTE if draws is None else _DRAWN.format(draws=draws),
        *((_CONTROLS,) if controls else ()),
        *((_CUT.format(most=_MOST),) if full else ()),
    )
    total = frame[frame["kind"] == "total"].drop(columns="kind").reset_index(drop=True)
    return Assessment(
        key="effects",
        title=_TITLE,
        tables=(
            Table("effects", Text("Indirect effects", "Pengaruh tidak langsung"), indirect, notes),
            Table("total_effects", Text("Total effects", "Pengaruh total"), total),
        ),
        facts={"interval": "delta" if draws is None else "bootstrap"} | ({} if draws is None else {"draws": draws}),
        references=("sobel1982",) if draws is None else ("efron1993",),
    )
