"""What the rows of the parameter table are in every bootstrap draw: estimates, standardized values, definitions."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.bootstrap import Draws
from cocsem.estimation.definitions import define_draws
from cocsem.estimation.problem import Problem
from cocsem.estimation.standardized import deviations_of, powers, standardized_values
from cocsem.model.condensed import condense, imply_condensed, row_draws
from cocsem.model.layout import Layout, pick
from cocsem.model.matrices import fill, imply

Array = NDArray[np.float64]
_NUMBERS = 2_000_000  # held at once in a matrix of implied covariances


def draw_values(problem: Problem, draws: Draws, kind: str) -> Array:
    """Values (b, r) of all rows and definitions in every bootstrap draw, in one kind of standardization."""
    parts = [group_values(problem, draws, g, kind) for g in range(1, len(draws.layouts) + 1)]
    value = np.concatenate(parts, axis=1)
    return np.concatenate([value, define_draws(problem.spec, value)], axis=1)


def group_values(problem: Problem, draws: Draws, group: int, kind: str) -> Array:
    """Values (b, r) of the rows of one group in every draw."""
    layout = draws.layouts[group - 1]
    if layout.responses is not None:
        return _response_values(problem, draws, group, kind)
    est = row_draws(layout, draws.theta)
    if kind == "est":
        return est
    first, second = powers(problem.spec, group, kind)
    with np.errstate(invalid="ignore", divide="ignore"):
        sd = deviations_of(*_variances(layout, draws.theta))
        return np.asarray(est * sd.take(first, axis=1) * sd.take(second, axis=1))


def _response_values(problem: Problem, draws: Draws, group: int, kind: str) -> Array:
    """The same with ordered items, of whose rows some follow from the others in every draw."""
    layout, theta, parts = draws.layouts[group - 1], draws.theta, []
    size = max(1, _NUMBERS // layout.v**2)
    for start in range(0, len(theta), size):
        rows = np.arange(start, min(start + size, len(theta)))
        here = pick(layout, rows)
        at = imply(here, theta[rows])
        parts.append(standardized_values(problem.spec, group, here, at, theta[rows], kind))
    return np.concatenate(parts)


def _variances(layout: Layout, theta: Array) -> tuple[Array, Array]:
    """Implied and residual variances of all variables, (b, v) each."""
    implied = np.empty((len(theta), layout.v))
    residual, own = np.zeros_like(implied), np.arange(layout.v) * (layout.v + 1) + layout.v**2
    size = max(1, _NUMBERS // layout.v**2)
    for start in range(0, len(theta), size):
        rows = np.arange(start, min(start + size, len(theta)))
        condensed = condense(pick(layout, rows))
        at = imply_condensed(condensed, theta[rows])
        implied[rows, : layout.p] = np.diagonal(at.Sigma, axis1=1, axis2=2)
        implied[rows[:, None], condensed.senders] = np.diagonal(at.C, axis1=1, axis2=2)
        residual[rows] = fill(condensed.layout, theta[rows])[:, own]
    return implied, residual
