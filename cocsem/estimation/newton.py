"""Newton's method for one problem: each point is evaluated once, with its value, slopes and information together.

The first step is Fisher scoring, the following ones come from the exact Hessian; where that is not positive definite, from the expected
one or (`bend`) from the exact one with its eigenvalues turned positive, which leaves saddles and long valleys sooner. A step is halved until the discrepancy falls enough (Armijo), so no step ever goes uphill.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.moments.positive import solve_positive

Array = NDArray[np.float64]
Evaluation = tuple[float, Array, Array]
Evaluate = Callable[[Array, bool], Evaluation | None]

_ARMIJO = 1e-4
_DECREMENT = 1e-13  # g' H^-1 g below which the step is too small to matter (in units of the discrepancy)
_AHEAD = (
    1e-17  # the same ahead of time: near the minimum each decrement is the square of the one before, times a constant
)
_STUCK = 1e-9  # the same where rounding lets no step go downhill any more
_HALVINGS = 40
_SADDLE = -1e-4  # eigenvalue of a Hessian with unit diagonal below which a place without slope is a saddle
_FLAT = 0.1  # smallest eigenvalue that a bent Hessian with unit diagonal is given


@dataclass(frozen=True, slots=True)
class Rest:
    """Where the search ended: theta (k,), steps taken, and whether it came to rest."""

    theta: Array
    steps: int
    rested: bool


def descend(evaluate: Evaluate, start: Array, *, steps: int, near: bool = False, bend: bool = False) -> Rest:
    """Minimise a discrepancy from starting values (k,).

    Parameters
    ----------
    evaluate : returns F, its gradient (k,) and half its Hessian (k, k), exact or expected; None where the model cannot be.
    near : the start is close to the minimum, so that the first step is Newton's too. bend : go by absolute eigenvalues where the exact
        Hessian is not positive definite.
    """
    theta = np.array(start, dtype=np.float64)
    here = evaluate(theta, near)
    if here is None or not np.isfinite(here[0]):
        return Rest(theta, 0, False)
    before = 0.0
    for step in range(steps):
        direction, decrement, convex = _direction(evaluate, theta, here, bend=bend)
        if not decrement > _DECREMENT or decrement * decrement * decrement < _AHEAD * before * before:
            left = None if convex and (step or near) else _leave_saddle(evaluate, theta)
            if left is None:
                return Rest(theta + direction, step + 1, bool(decrement == decrement))
            (theta, here), before = left, 0.0
            continue
        moved = _search(evaluate, theta, here[0], direction, decrement)
        if moved is None:
            return Rest(theta, step + 1, bool(decrement < _STUCK))
        (theta, here), before = moved, decrement
    return Rest(theta, steps, False)


def _direction(evaluate: Evaluate, theta: Array, here: Evaluation, *, bend: bool) -> tuple[Array, float, bool]:
    """Newton's direction (k,), the decrement g' H^-1 g, and whether the Hessian is positive definite; where it is not, the direction
    is Fisher's or the bent one."""
    _, gradient, half = here
    direction = solve_positive(half, -0.5 * gradient)
    convex = direction is not None
    if direction is None and bend and np.isfinite(half).all():
        direction = _bent(half, -0.5 * gradient)
    if direction is None:
        expected = evaluate(theta, False)
        half = np.diag(np.ones_like(gradient)) if expected is None else expected[2]
        direction = _ridged(half, -0.5 * gradient)
    return direction, -float(gradient @ direction), convex


def _leave_saddle(evaluate: Evaluate, theta: Array) -> tuple[Array, Evaluation] | None:
    """A lower place along the direction of most negative curvature; None where there is no such direction, as at a minimum."""
    here = evaluate(theta, True)
    if here is None or not np.isfinite(here[2]).all():
        return None
    scale = np.sqrt(np.maximum(np.abs(here[2].diagonal()), 1e-300))
    scale = np.where(scale > 1e-8 * scale.max(), scale, 1.0)  # no unit where there is no curvature
    values, vectors = np.linalg.eigh(here[2] / (scale[:, None] * scale))
    if values[0] > _SADDLE:
        return None
    for length in (0.5, -0.5, 0.1, -0.1, 0.01, -0.01):
        there = evaluate(theta + length * vectors[:, 0] / scale, True)
        if there is not None and there[0] < here[0]:
            return theta + length * vectors[:, 0] / scale, there
    return None


def _bent(half: Array, right: Array) -> Array:
    """Solve with |eigenvalues| in the metric of the diagonal, none smaller than a tenth: downhill whatever the curvature."""
    scale = np.sqrt(np.maximum(np.abs(half.diagonal()), 1e-300))
    values, vectors = np.linalg.eigh(half / (scale[:, None] * scale))
    return np.asarray(vectors @ ((vectors.T @ (right / scale)) / np.maximum(np.abs(values), _FLAT)) / scale)


def _ridged(half: Array, right: Array) -> Array:
    """Solve with a touch of ridge in the metric of the diagonal; steepest descent where that does not help."""
    scale = np.sqrt(np.maximum(np.abs(half.diagonal()), 1e-300))
    ridged = half / (scale[:, None] * scale) + 1e-6 * np.eye(len(scale))
    found = solve_positive(ridged, right / scale)
    return (right / scale if found is None else found) / scale


def _search(
    evaluate: Evaluate, theta: Array, value: float, direction: Array, decrement: float
) -> tuple[Array, Evaluation] | None:
    """Halve the step until the discrepancy falls enough; None where it never does."""
    length = 1.0
    for _ in range(_HALVINGS):
        trial = theta + length * direction
        there = evaluate(trial, True)
        if there is not None and there[0] <= value - _ARMIJO * length * decrement:
            return trial, there
        length *= 0.5
    return None
