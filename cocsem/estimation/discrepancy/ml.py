"""Maximum likelihood: the normal-theory discrepancy between sample and implied moments."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy.part import Part
from cocsem.model.matrices import (
    Implied,
    Layout,
    exact_quadratic,
    gather_means,
    gather_square_means,
    mean_curvature,
    mean_jacobian,
    quadratic,
    sigma_along,
    slope_of,
)
from cocsem.moments.positive import invert_positive

Array = NDArray[np.float64]


def value(layout: Layout, implied: Implied, part: Part) -> Array:
    """Discrepancy of one group.

    F = ln|Sigma| + tr(S Sigma^-1) - ln|S| - p + (ybar - mu)' Sigma^-1 (ybar - mu); infinite where Sigma is not positive definite.

    References: joreskog1969; bollen1989, eq. 4.67
    """
    cov, mean = part.cov, part.mean
    logdet, positive = _logdet(implied.Sigma)
    moments = cov if mean is None else cov + _outer(mean - implied.mu)
    trace = np.trace(np.linalg.solve(implied.Sigma, moments), axis1=-2, axis2=-1)
    return np.where(positive, logdet + trace - part.logdet - cov.shape[-1], np.inf)


def _logdet(Sigma: Array) -> tuple[Array, NDArray[np.bool_]]:
    """ln|Sigma|, and whether Sigma is positive definite; by Cholesky factors, one matrix by one only where some fail."""
    try:
        root = np.linalg.cholesky(Sigma)
    except np.linalg.LinAlgError:
        return np.linalg.slogdet(Sigma)[1], np.linalg.eigvalsh(Sigma)[..., 0] > 0
    logdet = 2.0 * np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(axis=-1)
    return logdet, np.ones(logdet.shape, dtype=bool)


def _outer(d: Array) -> Array:
    return d[..., :, None] * d[..., None, :]


def gradient(layout: Layout, implied: Implied, part: Part) -> Array:
    """dF/dtheta, (..., k): tr(Q dSigma) - 2 d' W dmu with W = Sigma^-1, d = ybar - mu, Q = W - W (S + d d') W."""
    W, d, moments = _met(implied, part)
    WX = W @ implied.X
    P = implied.X.swapaxes(-1, -2) @ WX - WX.swapaxes(-1, -2) @ moments @ WX
    return _gradient(layout, implied, P, W, d)


def _met(implied: Implied, part: Part) -> tuple[Array, Array | None, Array]:
    """W = Sigma^-1, d = ybar - mu (None without a mean structure), and S + d d'."""
    W = np.asarray(np.linalg.inv(implied.Sigma), dtype=np.float64)
    return W, *_residual_moments(implied, part)


def _residual_moments(implied: Implied, part: Part) -> tuple[Array | None, Array]:
    if part.mean is None:
        return None, part.cov
    d = part.mean - implied.mu
    return d, part.cov + _outer(d)


def _gradient(layout: Layout, implied: Implied, P: Array, W: Array, d: Array | None) -> Array:
    out = slope_of(layout, P)
    if d is None:
        return out
    slope = -2.0 * ((W @ d[..., None])[..., None, :, 0] @ mean_jacobian(layout, implied))[..., 0, :]
    return out + gather_means(layout, slope)


def expected_information(layout: Layout, implied: Implied, part: Part) -> Array:
    """Expected information of one observation: tr(W dSigma_k W dSigma_l) / 2 + dmu_k' W dmu_l, (..., k, k).

    References: bollen1989, p. 135
    """
    W = np.asarray(np.linalg.inv(implied.Sigma), dtype=np.float64)
    return _expected(layout, implied, W, implied.X.swapaxes(-1, -2) @ W @ implied.X, means=part.mean is not None)


def _expected(layout: Layout, implied: Implied, W: Array, Y: Array, *, means: bool) -> Array:
    information = quadratic(layout, Y)
    if not means:
        return information
    J = mean_jacobian(layout, implied)
    return information + gather_square_means(layout, J.swapaxes(-1, -2) @ W @ J)


def observed_information(layout: Layout, implied: Implied, part: Part) -> Array:
    """Observed information of one observation: half the exact Hessian of F, (..., k, k).

    With Q = W - R and R = W (S + d d') W: tr(W dSigma_k W dSigma_l) / 2 - tr(W dSigma_k Q dSigma_l) + tr(Q d2Sigma_kl) / 2,
    where the first two terms are tr(R dSigma_k R dSigma_l) / 2 - tr(Q dSigma_k Q dSigma_l) / 2, and for the means
    dmu_k' W dmu_l + dmu_k' W dSigma_l W d + dmu_l' W dSigma_k W d - d' W d2mu_kl.
    """
    W, d, moments = _met(implied, part)
    WX = W @ implied.X
    R = WX.swapaxes(-1, -2) @ moments @ WX
    return _observed(layout, implied, (W, R, implied.X.swapaxes(-1, -2) @ WX - R), d)


def _observed(layout: Layout, implied: Implied, weights: tuple[Array, Array, Array], d: Array | None) -> Array:
    """The same from W, X' R X and X' Q X."""
    W, R, P = weights
    information = exact_quadratic(layout, implied, R, P)
    if d is None:
        return information
    J, Wd = mean_jacobian(layout, implied), (W @ d[..., None])[..., 0]
    information = information + gather_square_means(layout, J.swapaxes(-1, -2) @ W @ J)
    mixed = gather_means(layout, J).swapaxes(-1, -2) @ W @ sigma_along(layout, implied, Wd)
    return information + mixed + mixed.swapaxes(-1, -2) - mean_curvature(layout, implied, Wd)


def evaluate(layout: Layout, implied: Implied, part: Part, *, exact: bool) -> tuple[Array, Array, Array] | None:
    """Discrepancy, gradient, and observed (`exact`) or expected information at once: they share their matrix products.

    None where a Sigma is not positive definite.
    """
    inverted = invert_positive(implied.Sigma)
    if inverted is None:
        return None
    W, logdet = inverted
    d, moments = _residual_moments(implied, part)
    X, WX = implied.X, W @ implied.X
    Y, R = X.swapaxes(-1, -2) @ WX, WX.swapaxes(-1, -2) @ (moments @ WX)
    P = Y - R
    F = logdet + np.einsum("...ij,...ij->...", W, moments) - part.logdet - part.cov.shape[-1]
    half = _observed(layout, implied, (W, R, P), d) if exact else _expected(layout, implied, W, Y, means=d is not None)
    return F, _gradient(layout, implied, P, W, d), half
