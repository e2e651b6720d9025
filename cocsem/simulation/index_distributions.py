"""How SRMR, RMSEA and CFI scatter over samples from a known population: moments drawn, the model fitted to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.fit_indices.comparative import cfi
from cocsem.estimation.fit_indices.error_of_approximation import rmsea
from cocsem.estimation.moment_batches import MomentFits, fit_moments, pose_population
from cocsem.estimation.problem import Problem
from cocsem.estimation.types import Fit

Array = NDArray[np.float64]
INDICES = ("srmr", "rmsea", "cfi")
HIGHER_IS_BETTER = frozenset({"cfi"})


@dataclass(frozen=True, slots=True)
class Distribution:
    """Indices of the samples on which the model converged.

    values : index to (b,). chisq : (b,) test statistics. asked, failed, inadmissible : samples drawn, on which the search found no
    solution (left out), and whose solution has negative variances or impossible covariances (kept).
    """

    values: Mapping[str, Array]
    chisq: Array
    asked: int
    failed: int
    inadmissible: int


def index_distribution(fit: Fit, cov: Array, draws: int, rng: np.random.Generator) -> Distribution:
    """Draw samples of the fit's size from a normal population and fit the model to each.

    Parameters
    ----------
    fit : a measurement model of one group, with its rows, method and solution. cov : (p, p) population covariances; the means are
        those that the fit implies.

    References: smith1972, bentler1995, steiger1990, bentler1990
    """
    n, p = fit.n_obs, len(cov)
    mean = fit.matrices[0].mean
    problem, theta = pose_population(fit, cov, mean)
    scatter = draw_scatter(cov, n - 1, draws, rng)
    root = np.linalg.cholesky(cov / n)
    means = mean + rng.standard_normal((draws, p)) @ root.T
    covs = scatter / (n - 1 if fit.method.unbiased else n)
    found = fit_moments(problem, theta, covs, means)
    kept = found.converged & np.isfinite(found.statistic)
    values = _indices(fit, problem, (covs, means), found)
    return Distribution(
        {name: column[kept] for name, column in values.items()},
        found.statistic[kept],
        draws,
        int((~kept).sum()),
        int((kept & ~found.admissible).sum()),
    )


def draw_scatter(cov: Array, df: int, draws: int, rng: np.random.Generator) -> Array:
    """Draw Wishart matrices (draws, p, p): the scatter of df + 1 normal rows about their means, without the rows.

    W = L A A' L' with cov = L L', A lower triangular, a_ii^2 chi-square with df - i degrees of freedom (i = 0, 1, ...) and standard
    normal values below the diagonal.

    References: smith1972
    """
    p = len(cov)
    A = np.tril(rng.standard_normal((draws, p, p)), -1)
    A[:, np.arange(p), np.arange(p)] = np.sqrt(rng.chisquare(df - np.arange(p), size=(draws, p)))
    LA = np.linalg.cholesky(cov) @ A
    return np.asarray(LA @ np.swapaxes(LA, 1, 2))


def _indices(fit: Fit, problem: Problem, moments: tuple[Array, Array], found: MomentFits) -> dict[str, Array]:
    df, df_baseline = float(fit.fit_measures["df"]), float(fit.fit_measures["baseline_df"])
    baseline = problem.count * _independence(moments[0])
    with np.errstate(invalid="ignore"):
        pairs = zip(found.statistic.tolist(), baseline.tolist(), strict=True)
        comparative = np.array([cfi(chisq, df, worst, df_baseline) for chisq, worst in pairs])
        absolute = np.array([rmsea(chisq, df, problem.count) for chisq in found.statistic.tolist()])
        means = (moments[1], found.mean) if fit.spec.meanstructure else None
        return {"srmr": _srmr(moments[0], found.cov, means), "rmsea": absolute, "cfi": comparative}


def _independence(covs: Array) -> Array:
    """Discrepancy of uncorrelated items, -ln |R|, for each of the covariance matrices."""
    return np.asarray(np.log(np.diagonal(covs, axis1=1, axis2=2)).sum(axis=1) - np.linalg.slogdet(covs)[1])


def _srmr(covs: Array, implied: Array, means: tuple[Array, Array] | None) -> Array:
    """SRMR of a batch, as `fit_indices.residuals.srmr` defines it for one sample."""
    own = np.diagonal(covs, axis1=1, axis2=2)
    squares = (covs - implied) ** 2 / (own[:, :, None] * own[:, None, :])
    p = own.shape[1]
    total, count = np.tril(squares).sum(axis=(1, 2)), p * (p + 1) // 2
    if means is not None:
        total, count = total + ((means[0] - means[1]) ** 2 / own).sum(axis=1), count + p
    return np.asarray(np.sqrt(total / count))
