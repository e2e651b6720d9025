"""Turning the factors towards simple structure, with loadings and factor correlations kept in one order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

ROTATIONS = ("none", "varimax", "quartimax", "geomin_orthogonal", "oblimin", "promax", "geomin")
_OBLIQUE = ("oblimin", "promax", "geomin")
_THEIRS = {"geomin": "geomin_obl", "geomin_orthogonal": "geomin_ort"}  # names of factor_analyzer where they differ


def rotate(loadings: Array, rotation: str) -> tuple[Array, Array]:
    """Rotate loadings; factors come back by explained variance, with mostly positive loadings.

    factor_analyzer finds the rotated loadings. The factor correlations are ours, because its own lose the order of
    the factors: from L = A M follows Phi = inv(M'M), for the unrotated loadings A.

    Parameters
    ----------
    loadings : (p, k) unrotated loadings. rotation : one of `ROTATIONS`; oblimin, promax and geomin let the factors correlate.

    Returns
    -------
    (p, k) rotated loadings and (k, k) factor correlations.

    References: kaiser1958, jennrich1966, hendrickson1964, carroll1953, yates1987, biggs2019
    """
    n_factors = loadings.shape[1]
    if rotation == "none" or n_factors < 2:
        return order_factors(loadings, np.eye(n_factors))
    from factor_analyzer import Rotator

    turned = np.asarray(
        Rotator(method=_THEIRS.get(rotation, rotation), max_iter=5000, tol=1e-8).fit_transform(loadings),
        dtype=np.float64,
    )
    if rotation not in _OBLIQUE:
        return order_factors(turned, np.eye(n_factors))
    move = np.linalg.lstsq(loadings, turned, rcond=None)[0]
    phi = np.linalg.inv(move.T @ move)
    # Unit factor variances: exact for a rotation, restored against rounding.
    scale = np.sqrt(np.diag(phi))
    return order_factors(turned * scale, phi / np.outer(scale, scale))


def order_factors(loadings: Array, phi: Array) -> tuple[Array, Array]:
    """Sort factors by explained variance and turn them so that their loadings sum to a positive number.

    >>> order_factors(np.array([[-0.1, 0.8], [-0.2, 0.1]]), np.eye(2))[0].tolist()
    [[0.8, 0.1], [0.1, 0.2]]
    """
    order = np.argsort(-explained(loadings, phi), kind="stable")
    loadings, phi = loadings[:, order], phi[np.ix_(order, order)]
    sign = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return loadings * sign, phi * np.outer(sign, sign)


def explained(loadings: Array, phi: Array) -> Array:
    """Return the sums of squared loadings, for correlated factors the diagonal of Phi L'L."""
    return np.asarray(np.diag(phi @ loadings.T @ loadings), dtype=np.float64)
