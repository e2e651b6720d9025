"""Regression of one ordered answer on covariates: the cumulative probit model."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr, ndtri

from cocsem.errors import EstimationError
from cocsem.moments.ordinal.normal import BEYOND, LEAST, normal_pdf
from cocsem.moments.ordinal.types import Array, Index

_STEPS = 100
_ENOUGH = 1e-11
_FAR = 30.0  # a slope this many residual standard deviations per standard deviation of x means perfect separation
_SURE = 1e-6  # log-likelihood by row above which every answer is foretold
_LEAST = 1e-300
_FLAT = 1e14  # condition of an information matrix that is singular but for rounding


def fit_probit(codes: Index, x: Array, start: tuple[Array, Array] | None = None) -> tuple[Array, Array, Array]:
    """Fit P(y <= k) = Phi(tau_k - x beta) by maximum likelihood (Fisher scoring, halved until the likelihood rises).

    Parameters
    ----------
    codes : (n,) category numbers 0 .. c - 1, all present. x : (n, q) covariates. start : thresholds (c - 1,) and slopes (q,) to begin
        at; by default the thresholds without covariates.

    Returns
    -------
    thresholds (c - 1,), slopes (q,), and the influence of each row on both, (n, c - 1 + q).

    Raises
    ------
    EstimationError : the covariates separate the categories perfectly, so that no maximum exists.
    """
    scale = x.std(axis=0)
    z = (x - x.mean(axis=0)) / scale
    categories = int(codes.max()) + 1
    if start is None:
        share = np.cumsum(np.bincount(codes, minlength=categories))[:-1] / len(codes)
        theta = np.concatenate([ndtri(share), np.zeros(z.shape[1])])
    else:
        theta = np.concatenate([start[0] - x.mean(axis=0) @ start[1], start[1] * scale])
    value, scores = _likelihood(theta, codes, z)
    for _ in range(_STEPS):
        information = _information(theta, z, categories)
        if not np.isfinite(information).all() or np.linalg.cond(information) > _FLAT:
            break
        step = np.linalg.solve(information, scores.sum(axis=0))
        for _half in range(30):
            there = theta + step
            ahead, ahead_scores = _likelihood(there, codes, z)
            if ahead >= value - 1e-12 * abs(value):
                break
            step = step / 2
        theta, value, scores = there, ahead, ahead_scores
        if np.abs(theta[categories - 1 :]).max() > _FAR or value > -_SURE * len(codes):
            break
        if np.abs(step).max() < _ENOUGH:
            return _unscaled(theta, scores, x, scale)
    raise EstimationError(
        "the covariates separate its categories perfectly or nearly, so that its slopes grow without bound"
    )


def _likelihood(theta: Array, codes: Index, z: Array) -> tuple[float, Array]:
    """Log-likelihood and its slopes by row, (n, m)."""
    categories = len(theta) - z.shape[1] + 1
    cuts = np.concatenate([[-BEYOND], theta[: categories - 1], [BEYOND]])
    centre = z @ theta[categories - 1 :]
    lower, upper = cuts[codes] - centre, cuts[codes + 1] - centre
    probability = np.maximum(interval(lower, upper), _LEAST)
    down, up = -normal_pdf(lower) / probability, normal_pdf(upper) / probability
    return float(np.log(probability).sum()), pull(down, up, codes, z, categories)


def pull(down: Array, up: Array, codes: Index, x: Array, categories: int) -> Array:
    """From slopes in the lower and upper limit of each row to slopes in the thresholds and the slopes on x, (n, c - 1 + q)."""
    level = np.arange(categories - 1)
    cuts = up[:, None] * (codes[:, None] == level) + down[:, None] * (codes[:, None] == level + 1)
    return np.column_stack([cuts, -(down + up)[:, None] * x])


def interval(lower: Array, upper: Array) -> Array:
    """Phi(upper) - Phi(lower), taken in the tail where both lie so that small ones keep their digits."""
    turn = lower > 0
    return np.asarray(ndtr(np.where(turn, -lower, upper)) - ndtr(np.where(turn, -upper, lower)))


def _information(theta: Array, z: Array, categories: int) -> Array:
    """Expected information, the sum over rows and categories of slopes times slopes times probability, (m, m)."""
    limits = theta[: categories - 1] - (z @ theta[categories - 1 :])[:, None]
    density = normal_pdf(limits)
    below = np.pad(ndtr(limits), ((0, 0), (1, 1)))
    below[:, -1] = 1.0
    slope = np.diff(np.pad(density, ((0, 0), (1, 1))), axis=1)
    inverse = 1.0 / np.maximum(np.diff(below, axis=1), LEAST)
    ratio = slope * inverse
    cuts, q = categories - 1, z.shape[1]
    out = np.zeros((cuts + q, cuts + q))
    at = np.arange(cuts)
    out[at, at] = (density**2 * (inverse[:, :-1] + inverse[:, 1:])).sum(axis=0)
    out[at[1:], at[:-1]] = out[at[:-1], at[1:]] = -(density[:, 1:] * density[:, :-1] * inverse[:, 1:-1]).sum(axis=0)
    out[:cuts, cuts:] = -(density * (ratio[:, :-1] - ratio[:, 1:])).T @ z
    out[cuts:, :cuts] = out[:cuts, cuts:].T
    out[cuts:, cuts:] = (z * (slope * ratio).sum(axis=1)[:, None]).T @ z
    return out


def _unscaled(theta: Array, scores: Array, x: Array, scale: Array) -> tuple[Array, Array, Array]:
    """From standardized covariates back to those given: beta = b / s, tau = t + mean beta; influences likewise."""
    cuts = len(theta) - len(scale)
    influence = np.linalg.solve(scores.T @ scores, scores.T).T
    back = np.eye(len(theta))
    back[cuts:, cuts:] = np.diag(1.0 / scale)
    back[:cuts, cuts:] = x.mean(axis=0) / scale
    moved = back @ theta
    return moved[:cuts], moved[cuts:], influence @ back.T
