"""Factor scores: where each respondent probably stands on the latent variables."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.problem import implied, pose
from cocsem.estimation.standardized_solution import require_converged
from cocsem.estimation.types import Fit
from cocsem.model.matrices import Implied, Layout
from cocsem.moments.types import Array, SampleStatistics

Answered = NDArray[np.bool_]


def predict(fit: Fit, method: str = "regression") -> pd.DataFrame:
    """Return factor scores of the rows used, one column per latent variable.

    Regression (thurstone1935): E(eta | y) = mu_eta + Cov(eta, y) Sigma^-1 (y - mu).
    Bartlett (bartlett1937): (L' T^-1 L)^-1 L' T^-1 (y - mu_y), with L the total loadings and T the residual covariances.
    Without a mean structure the sample means stand for mu. Rows with missing answers are scored from what they answered;
    a Bartlett score that their items do not determine is not a number.

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
        weigh = _regression if method == "regression" else _bartlett
        scores = np.empty((len(stats.data), len(fit.spec.latent)))
        for answered, rows in _patterns(stats):
            z = (stats.data[rows] - mu)[:, answered]
            scores[rows] = z @ weigh(layout, at, answered).T + at.eta[layout.p :]
        frames.append(pd.DataFrame(scores, index=stats.rows, columns=list(fit.spec.latent)))
    return pd.concat(frames).sort_index()


def _patterns(stats: SampleStatistics) -> Iterator[tuple[Answered, NDArray[np.intp]]]:
    """Which variables are answered by which rows: all by all, or pattern by pattern."""
    if stats.patterns is None:
        yield np.ones(len(stats.names), dtype=bool), np.arange(stats.n_obs)
        return
    for r, answered in enumerate(stats.patterns.observed):
        yield answered, np.flatnonzero(stats.patterns.member == r)


def _regression(layout: Layout, at: Implied, answered: Answered) -> Array:
    items = np.flatnonzero(answered)
    return np.asarray(np.linalg.solve(at.Sigma[np.ix_(items, items)], at.C[items, layout.p :]).T, dtype=np.float64)


def _bartlett(layout: Layout, at: Implied, answered: Answered) -> Array:
    """Weights for the total effects of the latent variables on the items answered, given their residual covariances.

    Not a number for a latent variable that these items cannot determine.
    """
    p = layout.p
    E = np.linalg.inv(np.eye(p) - at.A[:p, :p])
    L = (E @ at.A[:p, p:])[answered]
    T = (E @ at.S[:p, :p] @ E.T)[np.ix_(answered, answered)]
    weights = _determined(L, T, complete=bool(answered.all()))
    above = np.flatnonzero(~L.any(axis=0))  # factors without items of their own
    if len(above):
        weights[above] = _higher(at, p, answered, _levels(at.A[p:, p:], L.any(axis=0)))[above]
    return np.asarray(weights)


def _determined(L: Array, T: Array, *, complete: bool) -> Array:
    """(L' T^-1 L)^-1 L' T^-1, generalized where these items do not determine every factor."""
    inverse = np.linalg.pinv(T)
    square = L.T @ inverse @ L
    back = np.linalg.pinv(square)
    weights = back @ L.T @ inverse
    if not complete:
        weights[np.abs(np.diag(back @ square) - 1.0) > 1e-6] = np.nan
    return np.asarray(weights)


def _higher(at: Implied, p: int, answered: Answered, levels: list[NDArray[np.intp]]) -> Array:
    """Weights of higher-order factors, level by level: (L' Sigma^-1 L)^-1 L' Sigma^-1 with L their total effects on the items.

    What stands between a factor and its items (disturbances of lower factors, residuals) is all residual to it; with its own share
    left in, Sigma gives the same weights.
    """
    items = np.flatnonzero(answered)
    Sigma = at.Sigma[np.ix_(items, items)]
    out = np.full((at.A.shape[0] - p, len(items)), np.nan)
    for level in levels:
        out[level] = _determined(at.B[np.ix_(items, p + level)], Sigma, complete=False)
    return out


def _levels(B: Array, own: Answered) -> list[NDArray[np.intp]]:
    """Factors without items by their height above those that have some; what reaches no item has no level."""
    done, levels = own.copy(), []
    while True:
        level = np.flatnonzero(~done & (B[done] != 0).any(axis=0))
        if not len(level):
            return levels
        levels.append(level)
        done[level] = True
