"""Inference from weighted moments: what the sampling variation of the moments does to estimates and tests.

With Delta the derivatives of the moments, W the weight and Gamma the asymptotic covariance matrix of the moments of a group, and
w_g its share of the rows: E = sum w_g Delta' W Delta, M = sum w_g Delta' W Gamma W Delta. Gamma W Delta is all of the size of
moments by parameters that is ever built; U Gamma itself, with U = W - W Delta E^-1 Delta' W, is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy.ordinal import Target, target_of
from cocsem.estimation.problem import Point, Problem, by_rows, implied
from cocsem.model.layout import Layout
from cocsem.model.matrices import Implied
from cocsem.model.response_moments import response_jacobian

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Variation:
    """E, M and M2 = sum w_g Delta' W Gamma W Gamma W Delta, (k, k), with tr(W Gamma) and tr((W Gamma)^2) over the groups."""

    E: Array
    M: Array
    M2: Array
    trace: float
    squared: float
    groups: tuple[GroupVariation, ...]


@dataclass(frozen=True, slots=True)
class GroupVariation:
    """Delta, W Delta and Gamma W Delta (m, k) of one group, and Gamma (m, m)."""

    Delta: Array
    WD: Array
    GWD: Array
    gamma: Array


def vary_group(layout: Layout, at: Implied, target: Target) -> GroupVariation:
    """Weigh the derivatives of the moments of one group."""
    gamma, Delta = target.sample.gamma, response_jacobian(layout, at)
    WD = target.weigh(Delta)
    return GroupVariation(Delta, WD, gamma @ WD, gamma)


def vary(problem: Problem, theta: Array) -> Variation:
    """Put the sampling variation of all groups together."""
    k = problem.spec.n_free
    E, M, M2, trace, squared = np.zeros((k, k)), np.zeros((k, k)), np.zeros((k, k)), 0.0, 0.0
    groups = []
    for layout, at, part in zip(problem.layouts, implied(problem, theta), problem.parts, strict=True):
        target = target_of(part)
        g = vary_group(layout, at, target)
        groups.append(g)
        E += part.share * (g.Delta.T @ g.WD)
        M += part.share * (g.WD.T @ g.GWD)
        M2 += part.share * (g.GWD.T @ target.weigh(g.GWD))
        one, two = weighted_traces(target.weight, g.gamma)
        trace, squared = trace + one, squared + two
    return Variation(E, M, M2, trace, squared, tuple(groups))


def vary_at(point: Point) -> Variation:
    """The same at a point, computed once, with groups weighed by their rows."""
    if "variation" not in point.found:
        point.found["variation"] = vary(by_rows(point.problem), point.theta)
    found: Variation = point.found["variation"]
    return found


def weighted_traces(weight: Array, gamma: Array) -> tuple[float, float]:
    """tr(W Gamma) and tr((W Gamma)^2), W a matrix or its diagonal."""
    if weight.ndim == 2:
        WG = weight @ gamma
        return float(np.trace(WG)), float(np.sum(WG * WG.T))
    return float(weight @ np.diag(gamma)), float(weight @ gamma**2 @ weight)


def response_meat(problem: Problem, theta: Array) -> Array:
    """M, the filling of the sandwich, (k, k)."""
    return vary(problem, theta).M
