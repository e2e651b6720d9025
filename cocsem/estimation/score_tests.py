"""Score tests: would the model fit better if a constraint between parameters were given up, or a parameter added?"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import UsageError
from cocsem.estimation.candidates import named_candidates
from cocsem.estimation.constraints import equalities, inequalities
from cocsem.estimation.distributions import chi2_sf
from cocsem.estimation.modification import Slopes, slopes_of
from cocsem.estimation.problem import Problem, by_rows, expected_information, half_gradient, pose, respecify
from cocsem.estimation.standardized_solution import require_converged
from cocsem.estimation.types import Fit
from cocsem.model.types import ModelSpec, Row

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Held:
    """What a fitted model holds equal, seen from a wider table in which every row has a parameter of its own.

    names : (m,) triples lhs op rhs. between : (m,) pairs of rows in words, empty for written constraints.
    jacobian : (m, k) derivatives of the equalities. bounds : (b, k) derivatives of the active inequalities, which stay.
    """

    names: list[tuple[str, str, str]]
    between: list[tuple[str, str]]
    jacobian: Array
    bounds: Array


def score_test(
    fit: Fit,
    *,
    add: str | None = None,
    release: Iterable[int] | None = None,
    total: bool = False,
    cumulative: bool = False,
) -> pd.DataFrame:
    """Return the score test (Lagrange multiplier) of every equality constraint, or of parameters that could be added.

    X2 = N g' Z (Z' I Z)^-1 Z' g, with g half the gradient of F and I the expected information at the constrained estimates,
    both in a table where every row has a parameter of its own, and Z the directions the constraints that stay leave open.

    Parameters
    ----------
    fit : a converged fit with equal labels, `group_equal` or `==` constraints.
    add : parameters that the model does not have, as model text without modifiers, such as `"visual =~ x9; x1 ~~ x2"`; they are
        tested instead of the constraints, in every group.
    release : which constraints to test, by their place in the table this function gives without it, counted from 1.
    total : all of them at once instead of one by one.
    cumulative : first the one with the largest x2, then it and the next, and so on.

    Returns
    -------
    DataFrame lhs op rhs x2 df pvalue parameter equal_to. As in lavaan, `.p2.` is the second row of fit.estimates; the last two
    columns write the same rows out, such as `visual =~ x2 [Pasteur]`. With robust standard errors too this is the ordinary score
    test, as in lavaan; `mi_scaled` of modification_indices is the robust one. With `total`, one row; its df counts what the released model
    could identify, so that it is the difference of the df of the two models (lavaan counts the constraints).

    Raises
    ------
    EstimationError : the fit did not converge. UsageError : the model holds nothing equal, there is no such constraint, or what
    is to be added is in the model, names unknown variables, or cannot be identified beside it.

    References: silvey1959

    >>> import cocsem
    >>> fit = cocsem.cfa("visual =~ x1 + a*x2 + a*x3; speed =~ x7 + x8 + x9", cocsem.load_dataset("holzinger_swineford"))
    >>> cocsem.score_test(fit)[["x2", "df", "pvalue"]].round(3).values.tolist()
    [[4.857, 1.0, 0.028]]
    """
    require_converged(fit)
    if not isinstance(add, str | None):
        raise UsageError('add= must be model text without modifiers, such as "visual =~ x9; x1 ~~ x2".')
    if add is not None and release is not None:
        raise UsageError("add= tests new parameters and release= constraints of the model: give one of them.")
    problem = pose(fit.spec, fit.statistics, fit.method)
    asked = _releasable(problem, fit.theta, release) if add is None else _addable(problem, fit.theta, add)
    if total:
        return pd.DataFrame(
            [("total", "score", "", *asked.test(tuple(range(len(asked.names)))), "", "")], columns=_COLUMNS
        )
    alone = [asked.test((n,)) for n in range(len(asked.names))]
    order = sorted(range(len(alone)), key=lambda n: -alone[n][0]) if cumulative else list(range(len(alone)))
    tests = [asked.test(tuple(order[: i + 1])) for i in range(len(order))] if cumulative else alone
    rows = [(*asked.names[n], *test, *asked.between[n]) for n, test in zip(order, tests, strict=True)]
    return pd.DataFrame(rows, columns=_COLUMNS)


@dataclass(frozen=True, slots=True)
class Asked:
    """What is tested: m triples lhs op rhs, m pairs in words, and the test (x2, df, pvalue) of any of them together."""

    names: list[tuple[str, str, str]]
    between: list[tuple[str, str]]
    test: Callable[[tuple[int, ...]], tuple[float, int, float]]


def _releasable(problem: Problem, theta: Array, release: Iterable[int] | None) -> Asked:
    """The constraints of the model, or those of them that were chosen."""
    wider, wide_theta, held = _release_shared(problem, theta)
    if not held.names:
        raise UsageError(
            "A score test needs constraints that can be released, but this model has no equal labels, group_equal or '=='. "
            "For parameters that are fixed or absent use score_test(fit, add=...) or modification_indices(fit)."
        )
    named = range(1, len(held.names) + 1) if release is None else release
    asked = list(named) if isinstance(named, Iterable) else [named]
    chosen = [n - 1 for n in asked if isinstance(n, int | np.integer)]
    if (
        len(chosen) < len(asked)
        or not chosen
        or not set(chosen) <= set(range(len(held.names)))
        or len(set(chosen)) < len(chosen)
    ):
        raise UsageError(
            f"release must name constraints by their place in score_test(fit), 1 to {len(held.names)}, each once."
        )
    pieces = half_gradient(wider, wide_theta), expected_information(by_rows(wider), wide_theta), problem.n_obs
    held_rank = _statistic(*pieces, np.concatenate([held.jacobian, held.bounds]))[1]

    def test(some: tuple[int, ...]) -> tuple[float, int, float]:
        kept = np.delete(held.jacobian, [chosen[n] for n in some], axis=0)
        x2, rank = _statistic(*pieces, np.concatenate([kept, held.bounds]))
        return x2, rank - held_rank, chi2_sf(x2, rank - held_rank)

    return Asked([held.names[n] for n in chosen], [held.between[n] for n in chosen], test)


def _addable(problem: Problem, theta: Array, add: str) -> Asked:
    """Parameters that the model does not have: X2 = N g' V^-1 g with g their slopes and V the information the others leave."""
    candidates = named_candidates(problem.spec, add)
    s = slopes_of(problem, theta, candidates)

    def test(some: tuple[int, ...]) -> tuple[float, int, float]:
        found = _gain(s, some, problem.n_obs)
        if found is None:
            raise UsageError(
                f"What is added must be identified beside the model, but {', '.join(_in_words(problem.spec, candidates[n]) for n in some)} is not."
            )
        return found

    names = [(_as_name(row), "==", "0") for row in candidates]
    return Asked(names, [(_in_words(problem.spec, row), "0") for row in candidates], test)


def _gain(s: Slopes, some: tuple[int, ...], n_obs: int) -> tuple[float, int, float] | None:
    """Score test of some candidates together; None where they are not identified beside the free parameters."""
    at = list(some)
    scale = np.sqrt(np.maximum(s.own[at], 1e-300))
    left = s.left[np.ix_(at, at)] / np.outer(scale, scale)
    if not np.linalg.eigvalsh(left)[0] > _NOTHING_LEFT:
        return None
    g = s.slope[at] / scale
    x2 = float(n_obs * g @ np.linalg.solve(left, g))
    return x2, len(at), chi2_sf(x2, len(at))


def _as_name(row: Row) -> str:
    suffix = f".g{row.group}" if row.group > 1 else ""
    return f"{row.lhs}{row.op}{'' if row.op == '~1' else row.rhs}{suffix}"


def release_tests(fit: Fit) -> pd.DataFrame:
    """Return the score test of every parameter that groups share: would the model fit better if it differed between them?

    All equalities of one parameter are released together, X2 = N l_R' (W_RR)^-1 l_R, where g = J' l gives the multipliers l of the
    equalities J and W is less the lower right block of the inverse of [I J'; J 0]. With two groups these are the
    tests of `score_test`; with more, df counts the equalities released.

    Parameters
    ----------
    fit : a converged fit with `group_equal` and without written constraints.

    Returns
    -------
    DataFrame lhs op rhs x2 df pvalue, one row per shared parameter.

    Raises
    ------
    EstimationError : the fit did not converge. UsageError : the groups share nothing, or constraints were written.

    References: silvey1959

    >>> import cocsem
    >>> data = cocsem.load_dataset("holzinger_swineford")
    >>> fit = cocsem.cfa("visual =~ x1 + x2 + x3", data, group="school", group_equal=["loadings", "intercepts"])
    >>> release_tests(fit).nlargest(1, "x2")[["lhs", "op", "df"]].values.tolist()
    [['x3', '~1', 1]]
    """
    require_converged(fit)
    problem = pose(fit.spec, fit.statistics, fit.method)
    wider, theta, held = _release_shared(problem, fit.theta)
    shared = _shared_by_groups(fit.spec)
    if not shared or len(held.bounds) or len(held.names) != sum(len(lines) for lines in shared.values()):
        raise UsageError(
            "Release tests need parameters that groups hold equal by group_equal, and no labels, bounds or written constraints."
        )
    slope, information = half_gradient(wider, theta), expected_information(by_rows(wider), theta)
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    J, k = held.jacobian / scale, len(scale)
    bordered = np.block([[information / np.outer(scale, scale), J.T], [J, np.zeros((len(J), len(J)))]])
    W = -np.linalg.inv(bordered)[k:, k:]
    multipliers = np.linalg.lstsq(J.T, slope / scale, rcond=None)[0]
    rows = []
    for name, lines in shared.items():
        own = multipliers[lines]
        x2 = float(problem.n_obs * own @ np.linalg.solve(W[np.ix_(lines, lines)], own))
        rows.append((*name, x2, len(lines), chi2_sf(x2, len(lines))))
    return pd.DataFrame(rows, columns=_COLUMNS[:6])


def freeing_tests(fit: Fit, keys: Iterable[tuple[str, str, str]]) -> pd.DataFrame:
    """Return the score test of rows that later groups hold fixed: would the model fit better if each group had a value of its own?

    X2 = N g' V^-1 g, with g the slopes of the row in all later groups and V their information less what the free parameters take.

    Parameters
    ----------
    fit : a converged fit of several groups. keys : rows (lhs, op, rhs), such as the intercepts of ordered items.

    Returns
    -------
    DataFrame lhs op rhs x2 df pvalue, one row for each key that could be identified beside the free parameters.

    References: silvey1959, sorbom1989
    """
    require_converged(fit)
    problem = pose(fit.spec, fit.statistics, fit.method)
    wanted = list(keys)
    later = tuple(r for r in fit.spec.rows if r.group > 1 and not r.free and (r.lhs, r.op, r.rhs) in wanted)
    if not later:
        return pd.DataFrame(columns=_COLUMNS[:6])
    slopes = slopes_of(problem, fit.theta, later)
    rows = []
    for key in wanted:
        own = tuple(n for n, row in enumerate(later) if (row.lhs, row.op, row.rhs) == key)
        found = _gain(slopes, own, problem.n_obs) if own else None
        if found is not None:
            rows.append((*key, *found))
    return pd.DataFrame(rows, columns=_COLUMNS[:6])


def _shared_by_groups(spec: ModelSpec) -> dict[tuple[str, str, str], list[int]]:
    """Which equalities (in the order of `_shared`) belong to one row of the model in several groups."""
    first: dict[int, Row] = {}
    names: list[tuple[int, tuple[str, str, str]]] = []
    for row in spec.rows:
        if row.free and row.free in first:
            names.append((row.free, (row.lhs, row.op, row.rhs)))
        first.setdefault(row.free, row)
    order = list(first)
    names.sort(key=lambda entry: order.index(entry[0]))
    found: dict[tuple[str, str, str], list[int]] = {}
    for n, (_, name) in enumerate(names):
        found.setdefault(name, []).append(n)
    return found


_NOTHING_LEFT = 1e-8  # share of its information a parameter must keep beside the others
_COLUMNS = ["lhs", "op", "rhs", "x2", "df", "pvalue", "parameter", "equal_to"]


def _statistic(slope: Array, information: Array, n_obs: int, kept: Array) -> tuple[float, int]:
    """N g' Z (Z' I Z)^- Z' g and the rank of Z' I Z, in the metric of the diagonal of I.

    Where all constraints are released a model may no longer be identified; what the data cannot tell has no part in the
    statistic (generalized inverse) and none in its degrees of freedom.
    """
    scale = np.sqrt(np.maximum(np.diag(information), 1e-300))
    Z = np.eye(len(scale)) if not len(kept) else _null_space(kept / scale)
    values, vectors = np.linalg.eigh(Z.T @ (information / np.outer(scale, scale)) @ Z)
    solid = values > 1e-10 * max(1.0, float(values[-1]))
    along = (vectors.T @ (Z.T @ (slope / scale)))[solid]
    return float(n_obs * (along**2 / values[solid]).sum()), int(solid.sum())


def _null_space(jacobian: Array) -> Array:
    _, s, Vt = np.linalg.svd(jacobian)
    return np.asarray(Vt[int((s > 1e-10 * max(1.0, float(s[0]))).sum()) :].T)


def _release_shared(problem: Problem, theta: Array) -> tuple[Problem, Array, Held]:
    """Give every row its own parameter; what was shared becomes an equality."""
    spec = problem.spec
    numbers, first = _own_numbers(spec)
    rows = tuple(row._replace(free=number) for row, number in zip(spec.rows, numbers, strict=True))
    wide_theta = np.array([theta[row.free - 1] for row in spec.rows if row.free])
    k = len(wide_theta)
    # written constraints speak of the first row of a label, and the derivative of a shared number belongs to that row
    place = np.array([first[number] for number in range(1, spec.n_free + 1)], dtype=np.intp)
    slopes = equalities(spec)(theta)[1]
    written = np.zeros((len(slopes), k))
    written[:, place] = slopes
    gap, edges = inequalities(spec)(theta)
    active = edges[np.abs(gap) < 1e-7]
    bounds = np.zeros((len(active), k))
    bounds[:, place] = active
    names = [(c.lhs, c.op, c.rhs) for c in spec.constraints if c.op == "=="]
    shared_names, between, shared = _shared(spec, numbers, first, k)
    held = Held(names + shared_names, [("", "")] * len(names) + between, np.concatenate([written, shared]), bounds)
    return respecify(problem, replace(spec, rows=rows, constraints=(), definitions=())), wide_theta, held


def _own_numbers(spec: ModelSpec) -> tuple[list[int], dict[int, int]]:
    """New parameter numbers of all rows, and the position of the first row of each old number."""
    numbers: list[int] = []
    first: dict[int, int] = {}
    count = 0
    for row in spec.rows:
        count += bool(row.free)
        numbers.append(count if row.free else 0)
        if row.free:
            first.setdefault(row.free, count - 1)
    return numbers, first


def _shared(
    spec: ModelSpec, numbers: list[int], first: dict[int, int], k: int
) -> tuple[list[tuple[str, str, str]], list[tuple[str, str]], Array]:
    """Equalities between the first row of each parameter and every later row that shares it, ordered by the first row; rows of one
    label are held to the first of that label, so that to give up `a == b` leaves a and b what they are in all groups."""
    position = {number - 1: n for n, number in enumerate(numbers) if number}
    labelled: dict[tuple[int, str], int] = {}
    pairs = []
    for n, row in enumerate(spec.rows):
        anchor = position[first[row.free]] if row.free else n
        if row.free and row.label:
            own = labelled.setdefault((row.free, row.label), n)
            anchor = own if own != n else anchor
        if anchor != n:
            pairs.append((anchor, n))
    pairs.sort(key=lambda pair: (not _is_written(spec, *pair), pair))
    J = np.zeros((len(pairs), k))
    for line, (a, b) in enumerate(pairs):
        J[line, numbers[a] - 1], J[line, numbers[b] - 1] = 1.0, -1.0
    names = [_equality(spec, a, b) for a, b in pairs]
    return names, [(_in_words(spec, spec.rows[a]), _in_words(spec, spec.rows[b])) for a, b in pairs], J


def _is_written(spec: ModelSpec, a: int, b: int) -> bool:
    """True where the user equated two labels, `a == b`, which makes them one parameter."""
    return bool(spec.rows[a].label and spec.rows[b].label and spec.rows[a].label != spec.rows[b].label)


def _equality(spec: ModelSpec, a: int, b: int) -> tuple[str, str, str]:
    if _is_written(spec, a, b):
        return spec.rows[a].label, "==", spec.rows[b].label
    return f".p{a + 1}.", "==", f".p{b + 1}."


def _in_words(spec: ModelSpec, row: Row) -> str:
    group = f" [{spec.groups[row.group - 1]}]" if len(spec.groups) > 1 else ""
    return f"{row.lhs} ~ 1{group}" if row.op == "~1" else f"{row.lhs} {row.op} {row.rhs}{group}"
