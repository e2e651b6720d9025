"""Score tests: would the model fit better if a constraint between parameters were given up?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import UsageError
from cocsem.estimation.constraints import equalities, inequalities
from cocsem.estimation.distributions import chi2_sf
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


def score_test(fit: Fit, *, total: bool = False) -> pd.DataFrame:
    """Return the score test (Lagrange multiplier) of every equality constraint, or of all of them together.

    X2 = N g' Z (Z' I Z)^-1 Z' g, with g half the gradient of F and I the expected information at the constrained estimates,
    both in a table where every row has a parameter of its own, and Z the directions the constraints that stay leave open.

    Parameters
    ----------
    fit : a converged fit with equal labels, `group_equal` or `==` constraints.
    total : release all constraints at once instead of one by one.

    Returns
    -------
    DataFrame lhs op rhs x2 df pvalue parameter equal_to. As in lavaan, `.p2.` is the second row of fit.estimates; the last two
    columns write the same rows out, such as `visual =~ x2 [Pasteur]`. With `total`, one row; its df counts what the released model
    could identify, so that it is the difference of the df of the two models (lavaan counts the constraints).

    Raises
    ------
    EstimationError : the fit did not converge. UsageError : the model holds nothing equal.

    References: silvey1959

    >>> import cocsem
    >>> fit = cocsem.cfa("visual =~ x1 + a*x2 + a*x3; speed =~ x7 + x8 + x9", cocsem.load_dataset("holzinger_swineford"))
    >>> cocsem.score_test(fit)[["x2", "df", "pvalue"]].round(3).values.tolist()
    [[4.857, 1.0, 0.028]]
    """
    require_converged(fit)
    problem = pose(fit.spec, fit.statistics, fit.method)
    wider, theta, held = _release_shared(problem, fit.theta)
    if not held.names:
        raise UsageError(
            "A score test needs constraints that can be released, but this model has no equal labels, group_equal or '=='. "
            "For parameters that are fixed or absent use modification_indices(fit)."
        )
    pieces = half_gradient(wider, theta), expected_information(by_rows(wider), theta), problem.n_obs
    held_rank = _statistic(*pieces, np.concatenate([held.jacobian, held.bounds]))[1]
    rows: list[tuple[object, ...]] = []
    for n, (name, pair) in enumerate(zip(held.names, held.between, strict=True)):
        x2, rank = _statistic(*pieces, np.concatenate([np.delete(held.jacobian, n, axis=0), held.bounds]))
        rows.append((*name, x2, rank - held_rank, chi2_sf(x2, rank - held_rank), *pair))
    if total:
        x2, rank = _statistic(*pieces, held.bounds)
        rows = [("total", "score", "", x2, rank - held_rank, chi2_sf(x2, rank - held_rank), "", "")]
    return pd.DataFrame(rows, columns=_COLUMNS)


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
    """Equalities between the first row of each parameter and every later row that shares it, ordered by the first row."""
    position = {number - 1: n for n, number in enumerate(numbers) if number}
    pairs = [
        (position[first[row.free]], n) for n, row in enumerate(spec.rows) if row.free and position[first[row.free]] != n
    ]
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
