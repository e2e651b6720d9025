"""The search for many minima at once, all close to one point: quasi-Newton steps that begin with one common Hessian."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
Evaluate = Callable[[Array, Rows], tuple[Array, Array]]

_STEPS = 40
_HALVINGS = 12
_ARMIJO = 1e-4
_NOISE = 1e-13  # rounding of a discrepancy


@dataclass(frozen=True, slots=True)
class Found:
    """Where the searches ended: theta (b, k), F (b,), and whether each came to rest."""

    theta: Array
    value: Array
    rested: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Going:
    """Searches still under way: their numbers, points (b, k), values (b,), gradients (b, k), and past steps s, changes of the
    gradient y and 1 / s'y of each."""

    rows: Rows
    theta: Array
    value: Array
    gradient: Array
    past: tuple[tuple[Array, Array, Array], ...] = ()

    def keep(self, at: NDArray[np.bool_]) -> _Going:
        if at.all():
            return self
        left = np.flatnonzero(at)
        past = tuple((s.take(left, axis=0), y.take(left, axis=0), r.take(left)) for s, y, r in self.past)
        return _Going(self.rows[at], self.theta[at], self.value[at], self.gradient[at], past)


def descend(evaluate: Evaluate, start: Array, inverse: Array, enough: float) -> Found:
    """Minimise a batch of functions from starting values (b, k), with an approximate inverse Hessian (k, k) common to all.

    Each search corrects the inverse by its own steps (BFGS in product form); a step is halved until the function falls enough.
    Where the decrement g' H^-1 g is below `enough` the last step is taken unseen. A search that does not come to rest is left where it is.

    References: nocedal2006, alg. 7.4
    """
    rows = np.arange(len(start))
    theta, value, rested = start.copy(), np.full(len(start), np.inf), np.zeros(len(start), dtype=bool)
    F, g = evaluate(start, rows)
    value[:] = F
    going = _Going(rows, start.copy(), F, g).keep(np.isfinite(F))
    for _ in range(_STEPS):
        if not len(going.rows):
            break
        step = -_multiply(going, inverse)
        decrement = -np.einsum("bk,bk->b", going.gradient, step)
        still = decrement < enough
        done = going.rows[still]
        theta[done], value[done], rested[done] = (going.theta + step)[still], going.value[still], True
        going = _advance(evaluate, going.keep(~still), step[~still], decrement[~still])
        theta[going.rows], value[going.rows] = going.theta, going.value
    return Found(theta, value, rested)


def _multiply(going: _Going, inverse: Array) -> Array:
    """H^-1 g by the two loops over the past."""
    r = going.gradient.copy()
    weights = []
    for s, y, rho in reversed(going.past):
        a = rho * np.einsum("bk,bk->b", s, r)
        weights.append(a)
        r -= a[:, None] * y
    r = r @ inverse
    for (s, y, rho), a in zip(going.past, reversed(weights), strict=True):
        r += (a - rho * np.einsum("bk,bk->b", y, r))[:, None] * s
    return r


def _advance(evaluate: Evaluate, going: _Going, step: Array, decrement: Array) -> _Going:
    """Take the steps, halved where the function does not fall enough; searches that find no such step are dropped."""
    if not len(going.rows):
        return going
    theta = going.theta + step
    value, gradient = evaluate(theta, going.rows)
    length = np.ones(len(step))
    bad = np.flatnonzero(~_falls(value, going.value, decrement))
    for _ in range(_HALVINGS):
        if not len(bad):
            break
        length[bad] /= 2.0
        theta[bad] = going.theta[bad] + length[bad, None] * step[bad]
        value[bad], gradient[bad] = evaluate(theta[bad], going.rows[bad])
        bad = bad[~_falls(value[bad], going.value[bad], length[bad] * decrement[bad])]
    s, y = theta - going.theta, gradient - going.gradient
    product = np.einsum("bk,bk->b", s, y)
    rho = np.divide(1.0, product, out=np.zeros_like(product), where=product > 1e-10 * length * decrement)
    moved = np.ones(len(step), dtype=bool)
    moved[bad] = False
    return _Going(going.rows, theta, value, gradient, (*going.past, (s, y, rho))).keep(moved)


def _falls(new: Array, old: Array, decrement: Array) -> NDArray[np.bool_]:
    return np.asarray(new <= old - _ARMIJO * decrement + _NOISE * (1.0 + np.abs(old)))
