"""Symmetric positive definite matrices: factor, inverse, log determinant, solution of equations.

A single small matrix goes straight to LAPACK, whose calls cost less than NumPy's; batches go through NumPy.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack

Array = NDArray[np.float64]
_PIVOT = 1e-12  # smallest pivot, relative to the diagonal, that is not rounding


def invert_positive(matrix: Array) -> tuple[Array, Array] | None:
    """Inverse (..., p, p) and ln determinant (...); None where a matrix is not positive definite.

    >>> inverse, logdet = invert_positive(np.array([[4.0, 0.0], [0.0, 0.25]]))
    >>> inverse.tolist(), float(logdet)
    ([[0.25, 0.0], [0.0, 4.0]], 0.0)
    """
    if matrix.ndim > 2:
        return _invert_batch(matrix)
    root, failed = lapack.dpotrf(matrix)
    if failed:
        return None
    logdet = 2.0 * np.log(root.diagonal()).sum()
    if not math.isfinite(logdet):
        return None
    inverse, _ = lapack.dpotri(root)
    own = inverse.diagonal().copy()
    inverse = inverse + inverse.T
    inverse.flat[:: len(own) + 1] = own
    return inverse, logdet


def _invert_batch(matrix: Array) -> tuple[Array, Array] | None:
    try:
        root = np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return None
    logdet = 2.0 * np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(axis=-1)
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64), logdet


def exceeds(matrix: Array, bound: float) -> bool:
    """Say whether the smallest eigenvalue of one matrix (p, p) is above a bound, by factoring what is left without it.

    >>> exceeds(np.array([[1.0, 0.5], [0.5, 1.0]]), 0.4), exceeds(np.array([[1.0, 0.5], [0.5, 1.0]]), 0.6)
    (True, False)
    """
    left = matrix.copy()
    left.flat[:: len(left) + 1] -= bound
    return not lapack.dpotrf(left)[1]


def solve_positive(matrix: Array, right: Array) -> Array | None:
    """Solve matrix x = right for one matrix (k, k); None where it is not positive definite beyond rounding.

    >>> solve_positive(np.array([[4.0, 0.0], [0.0, 0.25]]), np.array([2.0, 0.5])).tolist()
    [0.5, 2.0]
    >>> solve_positive(np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([2.0, 2.0])) is None
    True
    """
    if not len(right):
        return right.copy()
    root, failed = lapack.dpotrf(matrix)
    if failed or not (root.diagonal() ** 2 > _PIVOT * matrix.diagonal()).all():
        return None
    x, _ = lapack.dpotrs(root, right)
    return np.asarray(x)
