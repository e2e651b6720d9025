"""Weighted least squares with an asymptotically distribution-free weight (ADF)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.estimation.discrepancy.least_squares import Pair, moment_jacobian, stack, unstack
from cocsem.estimation.discrepancy.part import Part
from cocsem.model.matrices import Implied, Layout
from cocsem.moments.asymptotic import empirical_gamma
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


def make_weight(stats: SampleStatistics, cov: Array, fixed: tuple[int, ...], *, means: bool) -> Array:
    """V = Gamma^-1 over the moments that vary, (p*, p*); rows of moments among fixed x are zero.

    Raises
    ------
    EstimationError : no answers, too few of them, or items whose products are exact combinations of one another.
    """
    where = f" in group '{stats.group}'" if stats.group else ""
    if stats.data is None:
        raise EstimationError(
            'estimator="WLS" needs the answers, but only moments were given. Use estimator="GLS" or "ML".'
        )
    Gamma = empirical_gamma(stats.data, means=means, fixed=fixed)
    varies = np.flatnonzero(np.diag(Gamma) > 0)
    if len(varies) >= stats.n_obs:
        raise EstimationError(
            f'estimator="WLS" needs more complete rows than different moments{where}: {stats.n_obs} rows, {len(varies)} moments. '
            'Use estimator="MLR", or a smaller model.'
        )
    kept = np.ix_(varies, varies)
    sd = np.sqrt(np.diag(Gamma)[varies])
    values, vectors = np.linalg.eigh(Gamma[kept] / np.outer(sd, sd))
    if values[0] < 1e-10:
        raise EstimationError(
            f'estimator="WLS" must invert the covariance matrix of the sample moments, but it is singular{where}: '
            'a variable has only two values, or rows repeat. Use estimator="MLR", or fixed_x=True for a covariate of two values.'
        )
    V = np.zeros_like(Gamma)
    V[kept] = (vectors / values) @ vectors.T / np.outer(sd, sd)
    return V


def weigh(weight: Array, d: Array | None, D: Array) -> Pair:
    """V r with the full weight matrix. References: browne1984"""
    weighted = (weight @ stack(d, D)[..., None])[..., 0]
    return unstack(weighted, D.shape[-1], means=d is not None)


def expected_information(layout: Layout, implied: Implied, part: Part) -> Array:
    """Delta' V Delta, (..., k, k)."""
    Delta = moment_jacobian(layout, implied, means=part.mean is not None)
    return np.asarray(np.swapaxes(Delta, -1, -2) @ part.weight @ Delta)


def dense(weight: Array, p: int, *, means: bool) -> Array:
    """V (p*, p*) itself."""
    return weight
