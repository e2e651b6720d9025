"""Answers drawn from a model with given population values."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cocsem.chance import generator
from cocsem.errors import UsageError
from cocsem.estimation.types import Fit
from cocsem.simulation.model_population import ModelPopulation, population_of


def simulate(model: str | Fit, sample_nobs: int, *, standardized: bool = False, seed: int = 1) -> pd.DataFrame:
    """Draw a sample from the normal population that a model with values describes.

    Parameters
    ----------
    model : lavaan syntax in which every loading and path has its value (`f =~ 0.8*x1 + 0.7*x2; y ~ 0.3*f`), or a Fit, whose estimates
        are taken as the population. Variances that are not written are 1, covariances and intercepts 0.
    sample_nobs : rows to draw. seed : of the draws.
    standardized : choose the variances so that every variable, observed or latent, has variance 1: the values are then standardized
        loadings and paths. (lavaan's option of this name does not reach 1 behind a chain of two paths or more.)

    Returns
    -------
    DataFrame of (sample_nobs, p): one column per observed variable.

    Raises
    ------
    ModelError : a value is missing, or the values imply no proper covariance matrix. UsageError : ordered items or groups.

    >>> data = simulate("f =~ 0.8*x1 + 0.7*x2 + 0.6*x3", 200, standardized=True)
    >>> data.shape, list(data)
    ((200, 3), ['x1', 'x2', 'x3'])
    """
    if isinstance(sample_nobs, bool) or not isinstance(sample_nobs, int) or sample_nobs < 1:
        raise UsageError(f"sample_nobs must be a number of rows, 1 or more; {sample_nobs!r} was given.")
    return draw(population_of(model, standardized=standardized), sample_nobs, generator(seed))


def draw(population: ModelPopulation, rows: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw rows from a population: mu + L z with Sigma = L L' and z standard normal."""
    lower = np.linalg.cholesky(population.cov.to_numpy())
    z = rng.standard_normal((rows, len(lower)))
    return pd.DataFrame(z @ lower.T + population.mean.to_numpy(), columns=list(population.cov.columns))
