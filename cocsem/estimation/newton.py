"""Newton's method for one problem: each point is evaluated once, with its value, slopes and information together.

The first step is Fisher scoring, the following ones come from the exact Hessian, or from the expected one where the exact is not
positive definite; a step is halved until the discrepancy falls enough (Armijo), so no step ever goes uphill.
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


@dataclass(frozen=True, slots=True)
class Rest:
    """Where the search ended: theta (k,), steps taken, and whether it came to rest."""

    theta: Array
    steps: int
    rested: bool


def descend(evaluate: Evaluate, start: Array, *, steps: int, near: bool = False) -> Rest:
    """Minimise a discrepancy from starting values (k,).

    Parameters
    ----------
    evaluate : returns F, its gradient (k,) and half its Hessian (k, k), exact or expected; None where the model cannot be.
    near : the start is close to the minimum, so that the first step is Newton's too.
    """
    theta = np.array(start, dtype=np.float64)
    here = evaluate(theta, near)
    if here is None or not np.isfinite(here[0]):
        return Rest(theta, 0, False)
    before = 0.0
    for step in range(steps):
        direction, decrement = _direction(evaluate, theta, here)
        if not decrement > _DECREMENT or decrement**3 < _AHEAD * before**2:
            return Rest(theta + direction, step + 1, bool(decrement == decrement))
        moved = _search(evaluate, theta, here[0], direction, decrement)
        if moved is None:
            return Rest(theta, step + 1, bool(decrement < _STUCK))
        (theta, here), before = moved, decrement
    return Rest(theta, steps, False)


def _direction(evaluate: Evaluate, theta: Array, here: Evaluation) -> tuple[Array, float]:
    """Newton's direction (k,) and the decrement g' H^-1 g; Fisher's where the exact Hessian is not positive definite."""
    _, gradient, half = here
    direction = solve_positive(half, -0.5 * gradient)
    if direction is None:
        expected = evaluate(theta, False)
        half = np.diag(np.ones_like(gradient)) if expected is None else expected[2]
        direction = _ridged(half, -0.5 * gradient)
    return direction, -float(gradient @ direction)


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
