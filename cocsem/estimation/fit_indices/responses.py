"""Indices of models with ordered items: residuals are those of latent responses, their correlations and their thresholds."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy.ordinal import target_of
from cocsem.estimation.fit_indices.goodness_of_fit import gfi_indices
from cocsem.estimation.likelihood import TestNumbers
from cocsem.estimation.problem import Point
from cocsem.model.matrices import Implied, Layout
from cocsem.model.response_moments import response_moments, responses_of
from cocsem.moments.ordinal.types import OrdinalStatistics

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Residuals:
    """Residual moments of one group, raw and in standard deviations.

    pairs, own, first : of the covariances (i > j), of the variances, and of thresholds and slopes; each (2, n). Intercepts of
    continuous variables do not count, as in lavaan. correlations : (n,) sample less implied ones.
    """

    pairs: Array
    own: Array
    first: Array
    correlations: Array


def response_indices(point: Point, numbers: TestNumbers) -> dict[str, float]:
    """Compute the indices of residuals, and the goodness of fit; groups count by their rows."""
    out: dict[str, float] = {}
    for share, found in zip(point.problem.shares, response_residuals(point), strict=True):
        for name, value in _residual_indices(found).items():
            out[name] = out.get(name, 0.0) + share * value
    p = len(responses_of(point.problem.layouts[0]).y)
    return out | gfi_indices(numbers.chisq, p, numbers) | {"wrmr": wrmr(point)}


def response_residuals(point: Point) -> list[Residuals]:
    """Residuals of every group: sample less implied moments of the latent responses."""
    groups = zip(point.problem.layouts, point.implied, point.problem.parts, strict=True)
    return [_of_group(layout, at, target_of(part).sample) for layout, at, part in groups]


def _of_group(layout: Layout, at: Implied, found: OrdinalStatistics) -> Residuals:
    r = responses_of(layout)
    raw = found.vector - response_moments(layout, at)
    sd = np.sqrt(np.diag(found.latent.cov))
    slopes = np.outer(np.sqrt(np.diag(found.x_cov) * found.n_obs / (found.n_obs - 1)), 1.0 / sd).ravel()
    products = sd[r.first] * sd[r.second]
    scale = np.concatenate([1.0 / sd[r.item], slopes, 1.0 / sd[r.continuous] ** 2, 1.0 / products])
    both = np.stack([raw, raw * scale])
    n, c = len(r.item) + len(slopes), len(r.continuous)
    own = np.zeros((2, len(r.y)))
    own[:, r.continuous] = both[:, n : n + c]
    counted = np.append(~np.isin(r.item, r.continuous), np.ones(len(slopes), dtype=bool))
    sample, implied = found.vector[n + c :], found.vector[n + c :] - raw[n + c :]
    spread = np.sqrt(sd**2 - own[0])
    correlations = sample / products - implied / (spread[r.first] * spread[r.second])
    return Residuals(both[:, n + c :], own, both[:, :n][:, counted], correlations)


def _residual_indices(found: Residuals) -> dict[str, float]:
    def root(*parts: Array) -> float:
        values = np.concatenate(parts)
        return float(np.sqrt(np.mean(values**2))) if len(values) else 0.0

    (pairs, z_pairs), (own, z_own), (first, z_first) = found.pairs, found.own, found.first
    return {
        "rmr": root(pairs, own, first),
        "rmr_nomean": root(pairs, own),
        "srmr": root(z_pairs, z_own),
        "srmr_bentler": root(z_pairs, z_own, z_first),
        "srmr_bentler_nomean": root(z_pairs, z_own),
        "crmr": root(found.correlations, z_first),
        "crmr_nomean": root(found.correlations),
    }


def wrmr(point: Point) -> float:
    """Weighted root mean square residual, sqrt(sum over groups of T_g / m_g) for m_g moments. References: muthen2018, yu2002"""
    moments = (responses_of(layout).n_moments for layout in point.problem.layouts)
    return math.sqrt(sum(n * F / m for n, F, m in zip(point.problem.counts, point.values, moments, strict=True)))
