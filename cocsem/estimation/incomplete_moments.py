"""How the moments of incomplete rows vary, and how the likelihood weighs them: the Gamma and V of full information."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.incomplete_scores import moment_scores, patterns_of
from cocsem.model.matrices import Implied
from cocsem.moments.asymptotic import half_index
from cocsem.moments.patterns import expected_moments_information, observed_moments_information, weigh
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


def incomplete_weight(stats: SampleStatistics, at: Implied, information: str) -> Array:
    """V (p + p*, p + p*): information of one row about the moments at those the model implies, observed or expected.

    References: savalei2010
    """
    met = weigh(patterns_of(stats)[0], at.Sigma, at.mu)
    return observed_moments_information(met) if information == "observed" else expected_moments_information(met)


def incomplete_gamma(stats: SampleStatistics, fixed: tuple[int, ...], information: str, *, robust: bool) -> Array:
    """N times the covariance matrix of the saturated estimates (mu, vech Sigma): J^-1, or J^-1 B J^-1 (`robust`).

    J is the observed or expected information and B the cross-products of the scores, of one row at the saturated estimates.
    Moments among the variables at the positions `fixed`, which every row answers, are given: they have no share in J and B and do
    not vary.

    References: yuan2000, savalei2010
    """
    patterns, data = patterns_of(stats)
    met = weigh(patterns, stats.cov, stats.mean)
    varying = ~among(len(stats.mean), fixed)
    J = expected_moments_information(met) if information == "expected" else observed_moments_information(met)
    inverse = np.linalg.inv(J[np.ix_(varying, varying)])
    if robust:
        scores = moment_scores(met, data, stats.mean)[:, varying]
        inverse = inverse @ (scores.T @ scores / len(scores)) @ inverse
    gamma = np.zeros_like(J)
    gamma[np.ix_(varying, varying)] = inverse
    return gamma


def among(p: int, fixed: tuple[int, ...]) -> NDArray[np.bool_]:
    """Which of the moments (means, lower triangle) are those of fixed exogenous variables."""
    rows, columns = half_index(p)
    given = np.isin(np.arange(p), fixed)
    return np.concatenate([given, given[rows] & given[columns]])
