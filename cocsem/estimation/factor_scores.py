"""Factor scores: where each respondent probably stands on the latent variables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.problem import implied, pose
from cocsem.estimation.standardized_solution import require_converged
from cocsem.estimation.types import Fit
from cocsem.model.matrices import Implied, Layout
from cocsem.moments.types import Array


def predict(fit: Fit, method: str = "regression") -> pd.DataFrame:
    """Return factor scores of the rows used, one column per latent variable.

    Regression (thurstone1935): E(eta | y) = mu_eta + Cov(eta, y) Sigma^-1 (y - mu).
    Bartlett (bartlett1937): (L' T^-1 L)^-1 L' T^-1 (y - mu_y), with L the total loadings and T the residual covariances.
    Without a mean structure the sample means stand for mu.

    Parameters
    ----------
    fit : a converged fit to data (not to moments). method : "regression" or "bartlett".

    Returns
    -------
    DataFrame (n, m); its index holds the positions of the rows used in the data given (0 = first row).

    References: thurstone1935, bartlett1937
    """
    if method not in ("regression", "bartlett"):
        raise UsageError(f'method must be "regression" or "bartlett"; {method!r} was given.')
    require_converged(fit)
    problem = pose(fit.spec, fit.statistics, fit.method)
    frames = []
    for stats, layout, at in zip(fit.statistics, problem.layouts, implied(problem, fit.theta), strict=True):
        if stats.data is None or stats.rows is None:
            raise EstimationError("Factor scores need the answers; this model was fitted to moments only.")
        mu = at.mu if fit.spec.meanstructure else stats.mean
        weights = _regression(layout, at) if method == "regression" else _bartlett(layout, at)
        scores = (stats.data - mu) @ weights.T + at.eta[layout.p :]
        frames.append(pd.DataFrame(scores, index=stats.rows, columns=list(fit.spec.latent)))
    return pd.concat(frames).sort_index()


def _regression(layout: Layout, at: Implied) -> Array:
    p = layout.p
    return np.asarray(np.linalg.solve(at.Sigma, at.C[:p, p:]).T, dtype=np.float64)


def _bartlett(layout: Layout, at: Implied) -> Array:
    """Weights for the total effects of the latent variables on the items, given their residual covariances."""
    p = layout.p
    E = np.linalg.inv(np.eye(p) - at.A[:p, :p])
    L = E @ at.A[:p, p:]
    T = E @ at.S[:p, :p] @ E.T
    inverse = np.linalg.pinv(T)
    return np.asarray(np.linalg.pinv(L.T @ inverse @ L) @ L.T @ inverse)
