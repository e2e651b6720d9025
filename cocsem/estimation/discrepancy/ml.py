"""Maximum likelihood: the normal-theory discrepancy between sample and implied moments."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy.part import Part
from cocsem.model.matrices import (
    Implied,
    Layout,
    cross,
    curvature,
    gather,
    gather_means,
    gather_square_means,
    mean_curvature,
    mean_jacobian,
    quadratic,
    sigma_along,
)

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
    F = logdet + trace - np.linalg.slogdet(cov)[1] - cov.shape[-1]
    return np.where(positive, F, np.inf)


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
    W, d, Q = _weights(implied, part)
    return _gradient(layout, implied, np.swapaxes(implied.X, -1, -2) @ Q @ implied.X, W, d)


def _weights(implied: Implied, part: Part) -> tuple[Array, Array | None, Array]:
    """W = Sigma^-1, d = ybar - mu (None without a mean structure), Q = W - W (S + d d') W."""
    W: Array = np.asarray(np.linalg.inv(implied.Sigma), dtype=np.float64)
    d = None if part.mean is None else part.mean - implied.mu
    moments = part.cov if d is None else part.cov + _outer(d)
    return W, d, W - W @ moments @ W


def _gradient(layout: Layout, implied: Implied, P: Array, W: Array, d: Array | None) -> Array:
    out = gather(layout, 2.0 * layout.cell_f * P[..., layout.cell_a, layout.cell_b])
    if d is None:
        return out
    slope = -2.0 * ((W @ d[..., None])[..., None, :, 0] @ mean_jacobian(layout, implied))[..., 0, :]
    return out + gather_means(layout, slope)


def expected_information(layout: Layout, implied: Implied, part: Part) -> Array:
    """Expected information of one observation: tr(W dSigma_k W dSigma_l) / 2 + dmu_k' W dmu_l, (..., k, k).

    References: bollen1989, p. 135
    """
    W = np.linalg.inv(implied.Sigma)
    Y = np.swapaxes(implied.X, -1, -2) @ W @ implied.X
    information = quadratic(layout, Y)
    if part.mean is not None:
        J = mean_jacobian(layout, implied)
        information = information + gather_square_means(layout, np.swapaxes(J, -1, -2) @ W @ J)
    return information


def observed_information(layout: Layout, implied: Implied, part: Part) -> Array:
    """Observed information of one observation: half the exact Hessian of F, (..., k, k).

    With Q = W - W (S + d d') W: tr(W dSigma_k W dSigma_l) / 2 - tr(W dSigma_k Q dSigma_l) + tr(Q d2Sigma_kl) / 2, and for
    the means dmu_k' W dmu_l + dmu_k' W dSigma_l W d + dmu_l' W dSigma_k W d - d' W d2mu_kl.
    """
    return slopes(layout, implied, part)[1]


def slopes(layout: Layout, implied: Implied, part: Part) -> tuple[Array, Array]:
    """Gradient and observed information at once: they share all their matrix products."""
    W, d, Q = _weights(implied, part)
    Xt = np.swapaxes(implied.X, -1, -2)
    Y, P = Xt @ W @ implied.X, Xt @ Q @ implied.X
    first = _gradient(layout, implied, P, W, d)
    information = quadratic(layout, Y) - 2.0 * cross(layout, Y, P) + curvature(layout, implied, P)
    if d is None:
        return first, information
    J, Wd = mean_jacobian(layout, implied), (W @ d[..., None])[..., 0]
    information = information + gather_square_means(layout, np.swapaxes(J, -1, -2) @ W @ J)
    mixed = np.swapaxes(gather_means(layout, J), -1, -2) @ W @ sigma_along(layout, implied, Wd)
    return first, information + mixed + np.swapaxes(mixed, -1, -2) - mean_curvature(layout, implied, Wd)
