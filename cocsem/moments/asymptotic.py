"""The asymptotic covariance matrix Gamma of sample moments, and the normal-theory weight that is its inverse under normality.

Moments stand in one order everywhere: means first (when they count), then the lower triangle of the covariance matrix
by columns, s_11, s_21, ..., s_p1, s_22, ...
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.moments.types import Array

Index = NDArray[np.intp]


@lru_cache(maxsize=32)
def half_index(p: int) -> tuple[Index, Index]:
    """Rows and columns of the lower triangle, column after column.

    >>> [tuple(int(i) for i in part) for part in half_index(2)]
    [(0, 1, 1), (0, 0, 1)]
    """
    columns, rows = np.triu_indices(p)
    for part in (columns, rows):
        part.setflags(write=False)
    return rows, columns


def predict_from_fixed(data: Array, fixed: tuple[int, ...]) -> Array:
    """Deviations from the mean that the fixed variables explain, (n, p): they themselves, and the regression of the others on them."""
    z = data - data.mean(axis=0)
    if not fixed:
        return np.zeros_like(z)
    x = list(fixed)
    out = z[:, x] @ np.linalg.solve(z[:, x].T @ z[:, x], z[:, x].T @ z)
    out[:, x] = z[:, x]
    return np.asarray(out)


def explained_cov(cov: Array, fixed: tuple[int, ...]) -> Array:
    """What the fixed variables explain of a covariance matrix: S_.x S_xx^-1 S_x., (p, p)."""
    if not fixed:
        return np.zeros_like(cov)
    x = list(fixed)
    out = cov[:, x] @ np.linalg.solve(cov[np.ix_(x, x)], cov[x])
    out[x], out[:, x] = cov[x], cov[:, x]
    return np.asarray(out)


def casewise_moments(data: Array, *, means: bool, fixed: tuple[int, ...] = ()) -> Array:
    """What each row adds to the sample moments, about its average: (z, vech(z z')) with z = x - xbar, (n, p*).

    Where an answer is missing, the row adds nothing to the moments it belongs to.

    With fixed variables, what is expected given them is taken out, (z - e, vech(z z' - e e')) with e = E(z | fixed): moments
    among them do not vary, and those of the others vary only by their residuals.
    """
    if np.isnan(data).any():
        return _of_answers(data, means=means, fixed=fixed)
    z, e = data - data.mean(axis=0), predict_from_fixed(data, fixed)
    rows, columns = half_index(z.shape[1])
    cases = z[:, rows] * z[:, columns]
    if fixed:
        cases -= e[:, rows] * e[:, columns]
    if means:
        cases = np.concatenate([z - e, cases], axis=1)
    return np.asarray(cases - cases.mean(axis=0))


def _of_answers(data: Array, *, means: bool, fixed: tuple[int, ...]) -> Array:
    """`casewise_moments` of the answers given: zero where one of them is missing."""
    if fixed:
        raise EstimationError(
            "How pairwise moments vary given fixed covariates is not defined: the rows that answer differ from item to item. "
            'Use fixed_x=False, or missing="fiml".'
        )
    z = data - np.nanmean(data, axis=0)
    rows, columns = half_index(z.shape[1])
    cases = z[:, rows] * z[:, columns]
    if means:
        cases = np.concatenate([z, cases], axis=1)
    return np.nan_to_num(cases - np.nanmean(cases, axis=0))


def empirical_gamma(data: Array, *, means: bool, fixed: tuple[int, ...] = ()) -> Array:
    """Gamma from the fourth moments of the data (asymptotically distribution free): the covariance matrix, divisor N, of
    the casewise moments, (p*, p*). Variables at the positions `fixed` are given, not sampled.

    References: browne1984
    """
    cases = casewise_moments(data, means=means, fixed=fixed)
    return np.asarray(cases.T @ cases / len(cases))


def normal_gamma(cov: Array, *, means: bool, fixed: tuple[int, ...] = ()) -> Array:
    """Gamma under normality: cov(s_ij, s_kl) = S_ik S_jl + S_il S_jk, and S for the means, (p*, p*), less the same of what
    fixed variables explain.

    References: browne1974
    """
    rows, columns = half_index(len(cov))

    def products(S: Array) -> Array:
        return S[np.ix_(rows, rows)] * S[np.ix_(columns, columns)] + S[np.ix_(rows, columns)] * S[np.ix_(columns, rows)]

    given = explained_cov(cov, fixed)
    Gamma = products(cov) - products(given)
    return _with_means(cov - given, Gamma) if means else np.asarray(Gamma)


def normal_weight(Sigma: Array, *, means: bool) -> Array:
    """V = D'(W x W)D / 2 with W = Sigma^-1 and D the duplication matrix; W itself for the means, (p*, p*).

    References: browne1974
    """
    return normal_weight_of(np.asarray(np.linalg.inv(Sigma), dtype=np.float64), means=means)


def normal_weight_of(W: Array, *, means: bool) -> Array:
    """V of `normal_weight` for a W that is at hand."""
    rows, columns = half_index(len(W))
    double = np.where(rows == columns, 1.0, 2.0)
    kron = W[np.ix_(rows, rows)] * W[np.ix_(columns, columns)] + W[np.ix_(rows, columns)] * W[np.ix_(columns, rows)]
    V = 0.25 * kron * double[:, None] * double
    return _with_means(W, V) if means else np.asarray(V)


def _with_means(first: Array, second: Array) -> Array:
    p = len(first)
    out = np.zeros((p + len(second), p + len(second)))
    out[:p, :p], out[p:, p:] = first, second
    return out
