"""One model fitted to many sample moments at once: what a simulation needs that draws moments instead of rows."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.admissibility import admissible_draws
from cocsem.estimation.bootstrap import Curvature, fit_samples, fitted_at_once, open_curvature
from cocsem.estimation.bootstrap_samples import Rowwise, Sample, Samples
from cocsem.estimation.engines import native
from cocsem.estimation.problem import Problem, pose
from cocsem.estimation.types import Fit
from cocsem.model.condensed import condense, imply_condensed
from cocsem.model.layout import fix_moments

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MomentFits:
    """The same model at b samples.

    statistic : (b,) test statistics. cov : (b, p, p) and mean : (b, p) implied moments. converged : (b,) whether the search came to
    rest. admissible : (b,) whether the estimates can be variances and covariances.
    """

    statistic: Array
    cov: Array
    mean: Array
    converged: NDArray[np.bool_]
    admissible: NDArray[np.bool_]


def pose_population(fit: Fit, cov: Array, mean: Array) -> tuple[Problem, Array]:
    """Put population moments, as the discrepancy sees them, in the place of the sample's: the problem, and the parameters (k,) that
    come closest to them (the fit's own where the search finds none)."""
    (stats,) = fit.statistics
    n = stats.n_obs
    own = cov * ((n - 1) / n) if fit.method.unbiased else cov
    problem = pose(fit.spec, (replace(stats, cov=own, mean=mean, data=None, rows=None),), fit.method)
    found = native.solve(problem, fit.theta)
    return problem, fit.theta if found.message else found.theta


def fit_moments(problem: Problem, theta: Array, covs: Array, means: Array) -> MomentFits:
    """Fit a model of one group to covariances (b, p, p) and means (b, p), as the discrepancy sees them (maximum likelihood).

    Parameters
    ----------
    problem : the model at the moments that the samples scatter about. theta : (k,) its solution there, where every search starts.

    References: nocedal2006, alg. 7.4
    """
    curvature = open_curvature(problem, theta)
    size = fitted_at_once(covs.shape[-1] ** 2)
    parts = [
        _fit(problem, theta, curvature, (covs[start : start + size], means[start : start + size]))
        for start in range(0, len(covs), size)
    ]
    return MomentFits(
        *(np.concatenate([getattr(p, name) for p in parts]) for name in ("statistic", "cov", "mean")),
        *(np.concatenate([getattr(p, name) for p in parts]) for name in ("converged", "admissible")),
    )


def _fit(problem: Problem, theta: Array, curvature: Curvature, moments: tuple[Array, Array]) -> MomentFits:
    samples = _samples(problem, *moments)
    found = fit_samples(samples, theta, curvature)
    at = imply_condensed(condense(samples.layouts[0]), found.theta)
    proper = admissible_draws(samples.layouts[0], found.theta)
    return MomentFits(samples.statistics(found.theta), at.Sigma, at.mu, found.rested, proper)


def _samples(problem: Problem, covs: Array, means: Array) -> Samples:
    (stats,), (part,) = problem.statistics, problem.parts
    layout = fix_moments(problem.layouts[0], covs, means)
    sample = Sample(covs, None if part.mean is None else means, part.share)
    rows = Rowwise(np.empty((0, covs.shape[-1])), stats)
    return Samples(problem, (layout,), (condense(layout),), (sample,), (np.empty((len(covs), 0)),), (rows,))
