"""How the moments of incomplete rows vary, and how the likelihood weighs them: the Gamma and V of full information."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.incomplete_scores import moment_scores, patterns_of
from cocsem.estimation.problem import Problem, respecify
from cocsem.model.matrices import Implied
from cocsem.model.types import Row
from cocsem.moments.patterns import expected_moments_information, observed_moments_information, weigh
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


def incomplete_weight(stats: SampleStatistics, at: Implied, information: str) -> Array:
    """V (p + p*, p + p*): information of one row about the moments at those the model implies, observed or expected.

    References: savalei2010
    """
    met = weigh(patterns_of(stats)[0], at.Sigma, at.mu)
    return observed_moments_information(met) if information == "observed" else expected_moments_information(met)


def incomplete_gamma(stats: SampleStatistics, information: str, *, robust: bool) -> Array:
    """N times the covariance matrix of the saturated estimates (mu, vech Sigma): J^-1, or J^-1 B J^-1 (`robust`).

    J is the observed or expected information and B the cross-products of the scores, of one row at the saturated estimates.

    References: yuan2000, savalei2010
    """
    patterns, data = patterns_of(stats)
    met = weigh(patterns, stats.cov, stats.mean)
    J = expected_moments_information(met) if information == "expected" else observed_moments_information(met)
    inverse = np.linalg.inv(J)
    if not robust:
        return np.asarray(inverse)
    scores = moment_scores(met, data, stats.mean)
    return np.asarray(inverse @ (scores.T @ scores / len(scores)) @ inverse)


def with_random_x(problem: Problem, theta: Array) -> tuple[Problem, Array]:
    """The same fitted model with the moments of fixed exogenous variables as parameters, at the values they have.

    The saturated likelihood of incomplete rows estimates all moments together, and what is weighed against it must hold them all.
    """
    if not problem.spec.exogenous:
        return problem, theta
    spec, values = problem.spec, list(theta)
    rows = []
    for row in spec.rows:
        if row.exo:
            values.append(_moment(problem, row))
            row = row._replace(free=len(values), exo=False)
        rows.append(row)
    return respecify(problem, replace(spec, rows=tuple(rows), exogenous=())), np.array(values)


def _moment(problem: Problem, row: Row) -> float:
    part, names = problem.parts[row.group - 1], problem.statistics[row.group - 1].names
    at = names.index(row.lhs)
    if row.op == "~1":
        return float(np.nan if part.mean is None else part.mean[at])
    return float(part.cov[at, names.index(row.rhs)])
