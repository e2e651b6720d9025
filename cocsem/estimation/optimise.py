"""Newton's method for discrepancy functions, over a batch of problems at once, and under constraints for a single one.

Steps come from the exact Hessian where it is positive definite and from the expected one (Fisher scoring) elsewhere;
a step is halved until the discrepancy falls enough (Armijo), so no step ever goes uphill.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.intp]

MAX_STEPS = 500
_ARMIJO = 1e-4
_DECREMENT = 1e-13  # g' H^-1 g below which the step is too small to matter (in units of the discrepancy)
_HALVINGS = 40


class Objective(Protocol):
    """A batch of discrepancies: `rows` are the positions in the batch that theta (r, k) belongs to."""

    def value(self, theta: Array, rows: Rows) -> Array:
        """Return F (r,), infinite where the model cannot be there."""

    def slopes(self, theta: Array, rows: Rows, *, exact: bool) -> tuple[Array, Array]:
        """Return the gradient (r, k) and half the Hessian (r, k, k), exact or expected."""


@dataclass(frozen=True, slots=True)
class Minimum:
    """Where the search ended: theta (b, k), F (b,), steps taken (b,), and whether each search came to rest."""

    theta: Array
    value: Array
    steps: NDArray[np.intp]
    rested: NDArray[np.bool_]


def minimise(objective: Objective, start: Array, *, steps: int = MAX_STEPS, near: bool = False) -> Minimum:
    """Minimise a batch of discrepancies from starting values (b, k); `near` the minimum the first step is Newton's too."""
    theta = np.array(start, dtype=np.float64)
    rows = np.arange(len(theta))
    value = objective.value(theta, rows)
    count, rested = np.zeros(len(theta), dtype=np.intp), np.zeros(len(theta), dtype=bool)
    active = rows[np.isfinite(value)]
    for step in range(steps):
        if not len(active):
            break
        direction, decrement = _direction(objective, theta[active], active, exact=near or step > 0)
        still = decrement > _DECREMENT
        last = active[~still]
        if len(last):  # the quadratic model is exact here: take its step where it does not hurt
            trial = theta[last] + direction[~still]
            new = objective.value(trial, last)
            better = new <= value[last]
            theta[last[better]], value[last[better]] = trial[better], new[better]
            rested[last] = np.isfinite(direction[~still]).all(axis=-1)  # else the model cannot be there
        moved, t_theta, t_value = _search(objective, theta, value, active[still], direction[still], decrement[still])
        theta[moved], value[moved] = t_theta, t_value
        count[active] += 1
        stuck = np.setdiff1d(active[still], moved)
        rested[stuck] = decrement[still][np.isin(active[still], stuck)] < 1e-9
        active = moved
    return Minimum(theta, value, count, rested)


def _direction(objective: Objective, theta: Array, rows: Rows, *, exact: bool) -> tuple[Array, Array]:
    """Newton directions (r, k) and decrements g' H^-1 g (r,); Fisher's where the exact Hessian is not positive definite."""
    gradient, half = objective.slopes(theta, rows, exact=exact)
    direction, decrement = _solve(gradient, half)
    bad = ~(decrement > 0) & (np.abs(gradient).max(axis=-1, initial=0.0) > 0)
    if bad.any():
        g, expected = objective.slopes(theta[bad], rows[bad], exact=False)
        direction[bad], decrement[bad] = _solve(g, expected, ridge=True)
    return direction, np.nan_to_num(np.abs(decrement), nan=0.0)


def _solve(gradient: Array, half: Array, *, ridge: bool = False) -> tuple[Array, Array]:
    """Solve 2 half x = -gradient in the metric of the diagonal; decrement nan where the matrix is not positive definite."""
    scale = np.sqrt(np.maximum(np.abs(np.diagonal(half, axis1=-2, axis2=-1)), 1e-300))
    scaled = half / (scale[..., :, None] * scale[..., None, :])
    if ridge:
        scaled = scaled + 1e-6 * np.eye(scale.shape[-1])
    right = -gradient / (2.0 * scale)
    good = _positive(scaled)
    x = np.full_like(right, np.nan)
    if good.any():
        x[good] = np.linalg.solve(scaled[good], right[good][..., None])[..., 0]
    if ridge and not good.all():
        x[~good] = right[~good]
    direction = x / scale
    return direction, -np.einsum("...k,...k->...", gradient, direction)


def _positive(matrices: Array) -> NDArray[np.bool_]:
    """Which of the matrices (with unit diagonal) are positive definite beyond rounding.

    A second-order factor of two dimensions makes the start singular, where no path determines its loading yet; rounding
    may then leave pivots of 1e-16 that a Cholesky factor accepts.
    """
    try:
        pivots = np.diagonal(np.linalg.cholesky(matrices), axis1=-2, axis2=-1) ** 2
    except np.linalg.LinAlgError:
        finite = np.isfinite(matrices).all(axis=(-2, -1))
        good = np.zeros(len(matrices), dtype=bool)
        good[finite] = np.linalg.eigvalsh(matrices[finite])[..., 0] > 1e-12
        return good
    return pivots.min(axis=-1, initial=1.0) > 1e-12


def _search(
    objective: Objective, theta: Array, value: Array, rows: Rows, direction: Array, decrement: Array
) -> tuple[Rows, Array, Array]:
    """Halve the steps until each falls enough; return the rows that moved, where to, and their values."""
    length = np.ones(len(rows))
    where, reached = theta[rows].copy(), value[rows].copy()
    open_ = np.arange(len(rows))
    done = np.zeros(len(rows), dtype=bool)
    for _ in range(_HALVINGS):
        if not len(open_):
            break
        trial = theta[rows[open_]] + length[open_, None] * direction[open_]
        new = objective.value(trial, rows[open_])
        good = new <= value[rows[open_]] - _ARMIJO * length[open_] * decrement[open_]
        hit = open_[good]
        where[hit], reached[hit], done[hit] = trial[good], new[good], True
        open_ = open_[~good]
        length[open_] *= 0.5
    return rows[done], where[done], reached[done]


Restriction = Callable[[Array], tuple[Array, Array]]


def minimise_under(
    objective: Objective, start: Array, equal: Restriction, above: Restriction, *, steps: int = MAX_STEPS
) -> Minimum:
    """Minimise one discrepancy under h(theta) = 0 and g(theta) >= 0 by sequential quadratic steps in the null space.

    Parameters
    ----------
    start : (k,) starting values. equal, above : return values (m,) and Jacobians (m, k) of h and of g.
    """
    theta, row = np.array(start, dtype=np.float64), np.zeros(1, dtype=np.intp)
    working = np.zeros(len(above(theta)[0]), dtype=bool)
    penalty, rested, count = 1.0, False, 0
    for count in range(1, steps + 1):
        gradient, half = (part[0] for part in objective.slopes(theta[None], row, exact=count > 1))
        if not np.isfinite(half).all():
            break
        step, multipliers, working = _restricted_step(theta, gradient, 2.0 * half, equal, above, working)
        if multipliers is None:
            half = objective.slopes(theta[None], row, exact=False)[1][0]
            step, multipliers, working = _restricted_step(
                theta, gradient, 2.0 * half + 1e-8 * np.diag(np.diag(half)), equal, above, working
            )
        if multipliers is None or not np.isfinite(step).all():
            break
        penalty = max(penalty, 2.0 * float(np.abs(multipliers).max(initial=0.0)))
        size = float(step @ half @ step)
        if size < 1e-14 and _violation(theta, equal, above) < 1e-9:
            rested = True
            break
        moved = _merit_search(objective, theta, step, penalty, equal, above)
        if moved is None:
            rested = size < 1e-9 and _violation(theta, equal, above) < 1e-7
            break
        theta = moved
    value = objective.value(theta[None], row)
    return Minimum(theta[None], value, np.array([count]), np.array([rested]))


def _violation(theta: Array, equal: Restriction, above: Restriction) -> float:
    h, g = equal(theta)[0], above(theta)[0]
    return float(np.abs(h).sum() + np.maximum(-g, 0.0).sum())


def _restricted_step(
    theta: Array, gradient: Array, hessian: Array, equal: Restriction, above: Restriction, working: NDArray[np.bool_]
) -> tuple[Array, Array | None, NDArray[np.bool_]]:
    """A quadratic step on the linearised constraints; multipliers None where the reduced Hessian is not positive definite."""
    h, Jh = equal(theta)
    g, Jg = above(theta)
    working = working.copy()
    for _ in range(2 * len(g) + 2):
        values, J = np.concatenate([h, g[working]]), np.concatenate([Jh, Jg[working]])
        solved = _null_space_step(gradient, hessian, values, J)
        if solved is None:
            return np.zeros_like(theta), None, working
        step, multipliers = solved
        places, weights = np.flatnonzero(working), multipliers[len(h) :]
        if len(weights) and weights.min() < -1e-10:
            working[places[int(weights.argmin())]] = False
            continue
        ahead = g + Jg @ step
        if len(g) and ((ahead < -1e-12) & ~working).any():
            working[int(np.where(~working, ahead, np.inf).argmin())] = True
            continue
        return step, multipliers, working
    return step, multipliers, working


def _null_space_step(gradient: Array, hessian: Array, values: Array, J: Array) -> tuple[Array, Array] | None:
    """Minimise g'x + x'Hx/2 under J x = -values; the multipliers are those of gradient + H x = J' multipliers."""
    k = len(gradient)
    if not len(values):
        Z, y = np.eye(k), np.zeros(k)
    else:
        _, s, Vt = np.linalg.svd(J)
        rank = int((s > 1e-10 * max(1.0, float(s[0]))).sum())
        Z, y = Vt[rank:].T, -np.linalg.pinv(J) @ values
    if Z.shape[1]:
        reduced = Z.T @ hessian @ Z
        if np.linalg.eigvalsh(reduced)[0] <= 1e-12 * max(1.0, float(np.abs(reduced).max())):
            return None
        y = y - Z @ np.linalg.solve(reduced, Z.T @ (gradient + hessian @ y))
    multipliers = np.linalg.pinv(J.T) @ (gradient + hessian @ y) if len(values) else np.zeros(0)
    return y, multipliers


def _merit_search(
    objective: Objective, theta: Array, step: Array, penalty: float, equal: Restriction, above: Restriction
) -> Array | None:
    """Halve the step until discrepancy plus penalty times violation falls; None when it never does."""
    row = np.zeros(1, dtype=np.intp)

    def merit(point: Array) -> float:
        return float(objective.value(point[None], row)[0]) + penalty * _violation(point, equal, above)

    here = merit(theta)
    for halving in range(_HALVINGS):
        point = theta + 0.5**halving * step
        if merit(point) < here - 1e-15:
            return point
    return None
