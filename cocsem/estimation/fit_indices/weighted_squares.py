"""The goodness of fit of LISREL and AMOS: the share of the weighted squares of the sample moments that the residuals leave.

GFI = 1 - r' W r / s' W s with the moments s, the residuals r and the weight W of the discrepancy, in several groups the mean of the
groups' by their shares. AGFI and PGFI allow for the parameters. They count every moment, those of fixed x too.

References: joreskog1981, mulaik1989
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy import WEIGHTINGS
from cocsem.estimation.discrepancy.least_squares import residuals
from cocsem.estimation.discrepancy.ordinal import target_of
from cocsem.estimation.fit_indices import absolute
from cocsem.estimation.fit_indices.goodness_of_fit import Weighed, weigh_residuals
from cocsem.estimation.incomplete_moments import among
from cocsem.estimation.incomplete_scores import patterns_of
from cocsem.estimation.problem import Point, Problem, fixed_places, implied
from cocsem.estimation.sandwich import weight_at
from cocsem.model.response_moments import responses_of
from cocsem.moments.asymptotic import half_index
from cocsem.moments.missing import pairwise_moments
from cocsem.moments.patterns import expected_moments_information, weigh

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Squares:
    """Weighted squares of one group: `share` of the group, r' W r (`residual`), s' W s (`total`), and how many moments count."""

    share: float
    residual: float
    total: float
    moments: int


def lisrel_indices(groups: Iterable[Squares], df: float) -> dict[str, float]:
    """GFI, AGFI and PGFI of LISREL and AMOS.

    >>> found = lisrel_indices([Squares(1.0, 0.1, 2.0, 21)], 7)
    >>> {name: round(value, 4) for name, value in found.items()}
    {'gfi_lisrel': 0.95, 'agfi_lisrel': 0.85, 'pgfi': 0.3167}
    """
    gfi, count = 0.0, 0
    for one in groups:
        gfi += one.share * absolute.gfi_lisrel(one.residual, one.total)
        count += one.moments
    return {
        "gfi_lisrel": gfi,
        "agfi_lisrel": absolute.agfi_lisrel(gfi, count, df),
        "pgfi": absolute.pgfi(gfi, count, df),
    }


def squares_of(point: Point) -> list[Squares]:
    """The squares that the goodness of fit of a fit is made of, group by group."""
    if point.problem.method.ordinal:
        return response_squares(point)
    if point.problem.method.missing == "fiml":
        return incomplete_squares(point.problem, point.theta)
    return moment_squares(point, weigh_residuals(point))


def moment_squares(point: Point, weighed: tuple[Weighed, ...]) -> list[Squares]:
    """Of continuous items: the weight of the discrepancy, for maximum likelihood that of normal theory at the implied moments.

    A weight made of the data gives none to moments among fixed x; unweighted least squares squares them too.
    """
    problem, out = point.problem, []
    squares = problem.method.discrepancy in WEIGHTINGS
    for part, stats, at, normal in zip(problem.parts, problem.statistics, point.implied, weighed, strict=True):
        weighting, weight = weight_at(problem, part, at) if squares else (WEIGHTINGS["gls"], normal.W)
        fixed = () if weight is None else fixed_places(problem.spec, stats)
        weigh_by, p = partial(weighting.weigh, weight), len(stats.names)
        residual = normal.square
        if squares or fixed:
            residual = absolute.weighted_squares(weigh_by, residuals(at, part), fixed)
        total = absolute.weighted_squares(weigh_by, (part.mean, part.cov), fixed)
        moments = p * (p + 1) // 2 + (0 if part.mean is None else p)
        out.append(Squares(part.share, residual, total, moments))
    return out


def response_squares(point: Point) -> list[Squares]:
    """Of ordered items: thresholds and correlations of the latent responses, with the weight of the discrepancy."""
    out = []
    for layout, part, F in zip(point.problem.layouts, point.problem.parts, point.values, strict=True):
        target = target_of(part)
        total = float(target.vector @ target.weigh(target.vector[:, None])[:, 0])
        out.append(Squares(part.share, F, total, responses_of(layout).n_moments))
    return out


def incomplete_squares(problem: Problem, theta: Array) -> list[Squares]:
    """Of incomplete rows as lavaan has it: pairwise moments, weighed by the information that the patterns expect."""
    out = []
    for stats, at in zip(problem.statistics, implied(problem, theta), strict=True):
        patterns, data = patterns_of(stats)
        V = expected_moments_information(weigh(patterns, at.Sigma, at.mu))
        mean, cov = pairwise_moments(data)
        fixed = fixed_places(problem.spec, stats)
        r, s = _stacked(mean - at.mu, cov - at.Sigma, fixed), _stacked(mean, cov, fixed)
        out.append(Squares(stats.n_obs / problem.n_obs, float(r @ V @ r), float(s @ V @ s), len(s)))
    return out


def _stacked(means: Array, covariances: Array, fixed: tuple[int, ...]) -> Array:
    """Moments in one vector, zero for those among fixed exogenous variables."""
    rows, columns = half_index(len(means))
    return np.where(among(len(means), fixed), 0.0, np.concatenate([means, covariances[rows, columns]]))
