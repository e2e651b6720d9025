"""Factor scores: where each respondent probably stands on the latent variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.ordinal.scores import score_answers
from cocsem.estimation.problem import implied, pose
from cocsem.estimation.standardized_solution import require_converged
from cocsem.estimation.types import Fit
from cocsem.model.matrices import Implied, Layout
from cocsem.model.types import ModelSpec
from cocsem.moments.types import Array, SampleStatistics

Answered = NDArray[np.bool_]
Measured = Mapping[int, list[int]]


def predict(fit: Fit, method: str = "regression") -> pd.DataFrame:
    """Return factor scores of the rows used, one column per latent variable.

    Regression (thurstone1935): E(eta | y) = mu_eta + Cov(eta, y) Sigma^-1 (y - mu).
    Bartlett (bartlett1937): (L' T^-1 L)^-1 L' T^-1 (y - mu_y), with L the total loadings and T the residual covariances.
    Without a mean structure the sample means stand for mu, and what they imply for mu_eta. Rows with missing answers are scored from what they answered;
    a Bartlett score that their items do not determine is not a number.

    With ordered items "regression" gives the empirical Bayes modal scores, the most probable place given the answers and the
    distribution of the latent variables, and "bartlett" those of maximum likelihood, from the answers alone; both go on from the
    categories and not from latent responses.

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
        if layout.responses is not None:
            scores = score_answers(layout, at, stats.data, prior=method == "regression")
            frames.append(pd.DataFrame(scores, index=stats.rows, columns=list(fit.spec.latent)))
            continue
        mu = at.mu if fit.spec.meanstructure else stats.mean
        centre = at.eta[layout.p :] if fit.spec.meanstructure else _centre(layout, at, stats.mean)
        measured = _measured(fit.spec)
        scores = np.empty((len(stats.data), len(fit.spec.latent)))
        for answered, rows in _patterns(stats):
            z = (stats.data[rows] - mu)[:, answered]
            regression = method == "regression"
            weights = _regression(layout, at, answered) if regression else _bartlett(layout, at, answered, measured)
            scores[rows] = z @ weights.T + centre
        frames.append(pd.DataFrame(scores, index=stats.rows, columns=list(fit.spec.latent)))
    return pd.concat(frames).sort_index()


def _measured(spec: ModelSpec) -> Measured:
    """The latent variables each higher-order factor is measured by, as places among the latent variables."""
    found: dict[int, list[int]] = {}
    for row in spec.rows:
        if row.op == "=~" and row.rhs in spec.latent:
            found.setdefault(spec.latent.index(row.lhs), []).append(spec.latent.index(row.rhs))
    return found


def _patterns(stats: SampleStatistics) -> Iterator[tuple[Answered, NDArray[np.intp]]]:
    """Which variables are answered by which rows: all by all, or pattern by pattern."""
    if stats.patterns is None and stats.data is not None and np.isnan(stats.data).any():
        raise EstimationError(
            'Factor scores of rows with missing answers need their likelihood, and pairwise moments have none. Use missing="fiml".'
        )
    if stats.patterns is None:
        yield np.ones(len(stats.names), dtype=bool), np.arange(stats.n_obs)
        return
    for r, answered in enumerate(stats.patterns.observed):
        yield answered, np.flatnonzero(stats.patterns.member == r)


def _centre(layout: Layout, at: Implied, mean: Array) -> Array:
    """Means of the latent variables that follow from the means of what explains them, their own intercepts being zero: (m,).

    So the scores do not depend on whether the (saturated) means were part of the model.
    """
    p = layout.p
    unit = np.eye(layout.v - p)
    return np.asarray(np.linalg.solve(unit - at.A[p:, p:], at.A[p:, :p] @ mean), dtype=np.float64)


def _regression(layout: Layout, at: Implied, answered: Answered) -> Array:
    items = np.flatnonzero(answered)
    return np.asarray(np.linalg.solve(at.Sigma[np.ix_(items, items)], at.C[items, layout.p :]).T, dtype=np.float64)


def _bartlett(layout: Layout, at: Implied, answered: Answered, measured: Measured) -> Array:
    """Weights for the total effects of the latent variables on the items answered, given their residual covariances.

    Not a number for a latent variable that these items cannot determine. A higher-order factor without items of its own is weighed by its effects through
    the factors it is measured by, whose disturbances are residual to it.
    """
    p = layout.p
    every = tuple(range(at.A.shape[0] - p))
    weights = _given(at, p, answered, every)
    for factor in (f for f in measured if not at.A[:p, p + f].any()):
        below = _descendants(measured, factor)
        weights[factor] = _given(at, p, answered, tuple(f for f in every if f not in below))[factor]
    return weights


def _given(at: Implied, p: int, answered: Answered, factors: tuple[int, ...]) -> Array:
    """(L' T^-1 L)^-1 L' T^-1 for some latent variables, with L their effects on the items that pass through none of them, and T what
    varies when they do not; generalized where the items do not determine every one of them."""
    held = p + np.array(factors, dtype=np.intp)
    A, S = at.A.copy(), at.S.copy()
    A[held], S[held], S[:, held] = 0.0, 0.0, 0.0
    B = np.linalg.inv(np.eye(len(A)) - A)
    L, T = B[:p][answered][:, p:], (B @ S @ B.T)[:p, :p][np.ix_(answered, answered)]
    kept = np.isin(np.arange(L.shape[1]), factors)
    L = L * kept
    inverse = np.linalg.pinv(T + L @ L.T)  # the same scores as with T^-1, and defined where an item has no residual
    square = L.T @ inverse @ L
    back = np.linalg.pinv(square)
    weights = back @ L.T @ inverse
    if not answered.all():
        weights[np.abs(np.diag(back @ square) - 1.0) > 1e-6] = np.nan
    return np.asarray(weights)


def _descendants(measured: Measured, factor: int) -> set[int]:
    found, open_ = set[int](), [factor]
    while open_:
        new = set(measured.get(open_.pop(), ())) - found
        found |= new
        open_ += new
    return found
