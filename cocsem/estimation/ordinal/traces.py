"""Traces that scale test statistics of models with ordered items, and the baseline model they are compared with."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy.ordinal import Target, target_of
from cocsem.estimation.inference import invert
from cocsem.estimation.ordinal.variation import Variation, weighted_traces
from cocsem.estimation.problem import Problem
from cocsem.model.response_moments import responses_of

Array = NDArray[np.float64]


def model_traces(v: Variation, Z: Array) -> tuple[float, float]:
    """tr(U Gamma) and tr((U Gamma)^2) of a model at its estimates.

    tr(W Gamma) - tr(E^-1 M) and tr((W Gamma)^2) - 2 tr(E^-1 M2) + tr((E^-1 M)^2), in the directions Z that constraints leave open.

    References: satorra1994, muthen1997
    """
    inverse = invert(v.E, Z)
    if inverse is None:
        return float("nan"), float("nan")
    K = inverse @ v.M
    return v.trace - float(np.trace(K)), v.squared - 2.0 * float(np.sum(inverse * v.M2)) + float(np.sum(K * K.T))


def _covered(problem: Problem) -> NDArray[np.intp]:
    """Positions of the moments that the baseline model sets to zero: covariances, but for those among covariates."""
    r = responses_of(problem.layouts[0])
    names = [problem.layouts[0].names[i] for i in r.y]
    random = np.array([name in problem.spec.covariates for name in names])
    apart = np.flatnonzero(~(random[r.first] & random[r.second]))
    return r.n_moments - len(r.first) + apart


def baseline_test(problem: Problem) -> tuple[float, int, tuple[float, float]]:
    """Statistic, degrees of freedom, and tr(U Gamma), tr((U Gamma)^2) of the baseline model: uncorrelated latent responses.

    Thresholds, means, slopes on covariates and variances are free. With s_c the covariances: T = sum n_g s_c' W_c s_c, where
    W_c is the block of W less what the free moments take of it.
    """
    at = _covered(problem)
    T, trace, squared = 0.0, 0.0, 0.0
    for part, n in zip(problem.parts, problem.counts, strict=True):
        target = target_of(part)
        block = _left_of(target, at)
        s, c = target.vector[at], target.sample.gamma[np.ix_(at, at)]
        T += n * float(s @ (block * s if block.ndim == 1 else block @ s))
        one, two = weighted_traces(block, c)
        trace, squared = trace + one, squared + two
    return T, len(at) * len(problem.parts), (trace, squared)


def _left_of(target: Target, at: NDArray[np.intp]) -> Array:
    if target.weight.ndim == 1:
        return np.asarray(target.weight[at])
    return np.asarray(np.linalg.inv(np.linalg.inv(target.weight)[np.ix_(at, at)]))
