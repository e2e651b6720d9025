"""Discrepancies and their slopes by the moments, for a batch of implied moments met by a batch of samples.

Each gives F (b,), M (b, p, p) and u (b, p) with dF = tr(M dSigma) - 2 u' dmu; u is None without a mean structure. F is
infinite, and its slopes mean nothing, where Sigma is not positive definite. Constants of the sample are left out of F.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy import WEIGHTINGS
from cocsem.estimation.discrepancy.least_squares import Weigh, inner
from cocsem.model.condensed import Moments
from cocsem.moments.cases import average_slopes

Array = NDArray[np.float64]
_SMALL = 1e-3  # share of a variance below which what is unique in it is too little to divide by
Slopes = tuple[Array, Array, Array | None]


class Seen(Protocol):
    """What a discrepancy sees of a batch of samples: covariances (b, p, p), means (b, p) or None, and a weight or cases."""

    @property
    def cov(self) -> Array: ...

    @property
    def mean(self) -> Array | None: ...

    @property
    def weight(self) -> Any: ...


def positive_definite(Sigma: Array) -> tuple[NDArray[np.bool_], Array]:
    """Return which of the matrices (b, p, p) are positive definite, and ln|Sigma| (b,), infinite for the others."""
    try:
        logdet = _logdet(Sigma)
        return np.isfinite(logdet), np.where(np.isfinite(logdet), logdet, np.inf)
    except np.linalg.LinAlgError:  # some are not, and the factors of the others are lost with them
        pivots = _pivots(Sigma)
        good: NDArray[np.bool_] = np.asarray((pivots > 0).all(axis=1) & np.isfinite(pivots).all(axis=1))
        logdet = np.full(len(Sigma), np.inf)
        logdet[good] = np.log(pivots[good]).sum(axis=1)
        return good, logdet


def _pivots(matrices: Array) -> Array:
    """Pivots (b, p) of symmetric matrices (b, p, p), eliminated without exchanges: all positive where a matrix is positive definite,
    with the determinant for their product."""
    out, left = np.empty(matrices.shape[:2]), matrices
    for n in range(matrices.shape[1]):
        out[:, n] = left[:, 0, 0]
        column = left[:, 1:, 0]
        left = left[:, 1:, 1:] - column[:, :, None] * (column / out[:, n, None])[:, None, :]
    return out


def _logdet(Sigma: Array) -> Array:
    root = np.diagonal(np.linalg.cholesky(Sigma), axis1=-2, axis2=-1)
    return np.asarray(2.0 * np.log(root).sum(axis=-1))


def invert_implied(at: Moments) -> tuple[Array, Array]:
    """W = Sigma^-1 (b, p, p) and ln|Sigma| (b,), infinite where Sigma is not positive definite.

    Where Sigma = G S G' + V with V diagonal and not small, W = D - D G S (I + G' D G S)^-1 G' D with D = V^-1, so that only
    matrices of the order of the factors are inverted.

    References: woodbury1950
    """
    if at.unique is None:
        return _invert(at.Sigma)
    common = (at.unique > _SMALL * np.diagonal(at.Sigma, axis1=1, axis2=2)).all(axis=1) & positive_definite(at.S)[0]
    if common.all():
        return _invert_common(at.Z[:, :, : at.S.shape[1]], at.S, at.unique)
    W, logdet = np.empty_like(at.Sigma), np.empty(len(at.Sigma))
    W[common], logdet[common] = _invert_common(at.Z[common][:, :, : at.S.shape[1]], at.S[common], at.unique[common])
    W[~common], logdet[~common] = _invert(at.Sigma[~common])
    return W, logdet


def _invert(Sigma: Array) -> tuple[Array, Array]:
    good, logdet = positive_definite(Sigma)
    Sigma = Sigma if good.all() else np.where(good[:, None, None], Sigma, np.eye(Sigma.shape[-1]))
    try:
        return np.asarray(np.linalg.inv(Sigma), dtype=np.float64), logdet
    except np.linalg.LinAlgError:  # one of them is positive definite by rounding only
        values, vectors = np.linalg.eigh(Sigma)
        flat = values[:, :1] <= np.finfo(np.float64).eps * values[:, -1:]
        inverse = vectors / np.where(flat, 1.0, values)[:, None, :] @ vectors.swapaxes(-1, -2)
        return np.asarray(inverse), np.where(flat[:, 0], np.inf, logdet)


def _invert_common(G: Array, S: Array, unique: Array) -> tuple[Array, Array]:
    p, q = G.shape[1:]
    D = 1.0 / unique
    DG = D[:, :, None] * G
    inner = np.eye(q) + np.swapaxes(G, 1, 2) @ DG @ S
    W = -(DG @ (S @ np.linalg.inv(inner))) @ np.swapaxes(DG, 1, 2)
    W[:, np.arange(p), np.arange(p)] += D
    return W, np.log(unique).sum(axis=1) + np.linalg.slogdet(inner)[1]


def ml_slopes(at: Moments, part: Seen) -> Slopes:
    """F = ln|Sigma| + tr(W (S + d d')), M = W - W (S + d d') W and u = W d with W = Sigma^-1, d = ybar - mu.

    References: bollen1989, eq. 4.67
    """
    W, F = invert_implied(at)
    product = W @ part.cov
    F = F + np.trace(product, axis1=-2, axis2=-1)
    M = W - product @ W
    if part.mean is None:
        return F, M, None
    d = part.mean - at.mu
    u = (W @ d[:, :, None])[:, :, 0]
    return F + np.sum(d * u, axis=1), M - u[:, :, None] * u[:, None, :], u


def least_squares_slopes(weigh: Weigh, at: Moments, part: Seen) -> Slopes:
    """F = r' V r, M = -2 G and u = v with (v, G) the weighted residuals.

    References: browne1984
    """
    r = (None if part.mean is None else part.mean - at.mu), part.cov - at.Sigma
    v, G = weigh(part.weight, *r)
    return inner(r, (v, G)), -2.0 * G, v


def fiml_slopes(at: Moments, part: Seen) -> Slopes:
    """Deviance of the answers given, and its slopes averaged over the rows.

    References: arbuckle1996
    """
    Sigma = at.Sigma
    good, _ = positive_definite(Sigma)
    if not good.all():
        Sigma = np.where(good[:, None, None], Sigma, np.eye(Sigma.shape[-1]))
    F, M, u = average_slopes(part.weight, Sigma, at.mu)
    return np.where(good, F, np.inf), M, u


MOMENT_SLOPES: Mapping[str, Callable[[Moments, Any], Slopes]] = MappingProxyType(
    {"ml": ml_slopes, "fiml": fiml_slopes}
    | {name: partial(least_squares_slopes, weighting.weigh) for name, weighting in WEIGHTINGS.items()}
)
