"""Standard errors, and whether an engine's answer is an answer at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.problem import Problem, expected_information, gradient

Array = NDArray[np.float64]
_STEP_LEFT = 1e-3  # a solution whose next scoring step is longer than this share of a standard error is not the minimum


@dataclass(frozen=True, slots=True)
class Inference:
    """Covariance matrix of the estimates (k, k), whether the information is regular, and the step still left.

    step : the longest Fisher scoring step from theta, in standard errors; small at a minimum.
    """

    vcov: Array
    regular: bool
    step: float


def infer(problem: Problem, theta: Array) -> Inference:
    """Compute the covariance matrix of the estimates from the expected information: V = I(theta)^-1 / N.

    References: bollen1989, p. 135
    """
    k = problem.spec.n_free
    broken = Inference(np.full((k, k), np.nan), False, np.inf)
    if not np.isfinite(theta).all():
        return broken
    with np.errstate(all="ignore"):
        try:
            information = expected_information(problem, theta)
            slope = gradient(problem, theta)
        except np.linalg.LinAlgError:
            return broken
    if not (np.isfinite(information).all() and np.isfinite(slope).all()):
        return broken
    return invert(information, slope, problem.n_obs)


def invert(information: Array, slope: Array, n_obs: int) -> Inference:
    """Invert an information matrix in the metric of its diagonal; a numerically singular one is not inverted."""
    if not len(information):
        return Inference(np.zeros((0, 0)), True, 0.0)
    scale = np.sqrt(np.abs(np.diag(information)))
    scale = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(information / np.outer(scale, scale))
    if values[0] < 1e-10:
        return Inference(np.full(information.shape, np.nan), False, np.inf)
    inverse = (vectors / values) @ vectors.T / np.outer(scale, scale)
    vcov = (inverse + inverse.T) / 2 / n_obs
    step = np.abs(inverse @ slope / 2.0) / np.sqrt(np.diag(vcov))
    return Inference(vcov, True, float(step.max()))


def is_minimum(inference: Inference) -> bool:
    """True where the gradient is as good as zero, judged by the step that is left in standard errors."""
    return inference.regular and inference.step < _STEP_LEFT
