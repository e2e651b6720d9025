"""Reliability of the sum of ordered answers: how much of its variance the latent responses share, in the metric of the answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from cocsem.moments.ordinal.normal import bivariate_cdf

Array = NDArray[np.float64]


def summed_reliability(explained: Array, total: Array, thresholds: Sequence[Array]) -> Array:
    """Return the share of the variance of the sum of ordered answers that their common factors explain, (...).

    sum_jk c(t_j, t_k; e_jk) / sum_jk c(t_j, t_k; r_jk) with
    c(t, u; r) = sum_ab [Phi2(t_a, u_b; r) - Phi(t_a) Phi(u_b)], the covariance of two answers coded 0, 1, 2, ...

    Parameters
    ----------
    explained : (..., k, k) covariances of the standardized latent responses that the factors explain; squared standardized
        loadings stand on the diagonal.
    total : (..., k, k) correlations of the latent responses: those the model implies, or the polychoric ones.
    thresholds : k arrays (..., c_j) of the standardized latent responses.

    References: green2009

    >>> one = np.full((2, 2), 0.5)
    >>> print(summed_reliability(one, one + 0.5 * np.eye(2), [np.zeros(1), np.zeros(1)]).round(4))
    0.5
    """
    sums = answer_sums(explained, total, thresholds)
    common, whole = sums.own_shared + 2.0 * sums.pairs_shared, sums.own + 2.0 * sums.pairs
    return np.where(whole > 0, common / np.where(whole > 0, whole, 1.0), np.nan)


@dataclass(frozen=True, slots=True)
class AnswerSums:
    """Covariances of ordered answers added up, (...): over the items (j = k) and over their pairs (j < k).

    own_shared, pairs_shared : what the common factors explain. own, pairs : the variances of the answers and their covariances.
    """

    own_shared: Array
    pairs_shared: Array
    own: Array
    pairs: Array


def answer_sums(explained: Array, total: Array, thresholds: Sequence[Array]) -> AnswerSums:
    """Add up what the variance of the sum of ordered answers is made of; arguments as those of `summed_reliability`."""
    shape = explained.shape[:-2]
    sums = [np.zeros(shape) for _ in range(4)]
    for j, k in combinations_with_replacement(range(len(thresholds)), 2):
        own, cuts = j == k, (thresholds[j], thresholds[k])
        sums[0 if own else 1] += answer_covariance(*cuts, explained[..., j, k])
        sums[2 if own else 3] += answer_covariance(*cuts, np.ones(()) if own else total[..., j, k])
    return AnswerSums(*sums)


def answer_covariance(one: Array, other: Array, rho: Array) -> Array:
    """Return the covariance of two answers coded 0, 1, 2, ... whose latent responses correlate by `rho`, (...).

    Not-a-number where a correlation lies outside -1..1.
    """
    shape = np.broadcast_shapes(one.shape[:-1], other.shape[:-1], np.shape(rho))
    h, k = np.broadcast_arrays(one[..., :, None], other[..., None, :])
    h, k = (np.broadcast_to(x, (*shape, *x.shape[-2:])).reshape(-1, *x.shape[-2:]) for x in (h, k))
    r = np.broadcast_to(rho, shape).ravel()
    inside = np.abs(r) < 1.0
    joint = bivariate_cdf(h, k, np.where(inside, r, 0.0))
    joint = np.where((r == 1.0)[:, None, None], ndtr(np.minimum(h, k)), joint)
    covariance = (joint - ndtr(h) * ndtr(k)).sum(axis=(1, 2))
    return np.where(inside | (r == 1.0), covariance, np.nan).reshape(shape)
