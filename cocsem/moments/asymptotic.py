"""The asymptotic covariance matrix Gamma of sample moments, and the normal-theory weight that is its inverse under normality.

Moments stand in one order everywhere: means first (when they count), then the lower triangle of the covariance matrix
by columns, s_11, s_21, ..., s_p1, s_22, ...
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cocsem.moments.types import Array

Index = NDArray[np.intp]


def half_index(p: int) -> tuple[Index, Index]:
    """Rows and columns of the lower triangle, column after column.

    >>> [tuple(int(i) for i in part) for part in half_index(2)]
    [(0, 1, 1), (0, 0, 1)]
    """
    columns, rows = np.triu_indices(p)
    return rows, columns


def empirical_gamma(data: Array, *, means: bool) -> Array:
    """Gamma from the fourth moments of the data (asymptotically distribution free): the covariance matrix, divisor N, of
    the casewise moments (x_i - xbar, vech((x_i - xbar)(x_i - xbar)')), (p*, p*).

    References: browne1984
    """
    z = data - data.mean(axis=0)
    rows, columns = half_index(z.shape[1])
    cases = z[:, rows] * z[:, columns]
    if means:
        cases = np.concatenate([z, cases], axis=1)
    centred = cases - cases.mean(axis=0)
    return np.asarray(centred.T @ centred / len(z))


def normal_weight(Sigma: Array, *, means: bool) -> Array:
    """V = D'(W x W)D / 2 with W = Sigma^-1 and D the duplication matrix; W itself for the means, (p*, p*).

    References: browne1974
    """
    W = np.linalg.inv(Sigma)
    p = len(W)
    rows, columns = half_index(p)
    double = np.where(rows == columns, 1.0, 2.0)
    kron = W[np.ix_(rows, rows)] * W[np.ix_(columns, columns)] + W[np.ix_(rows, columns)] * W[np.ix_(columns, rows)]
    V = 0.25 * kron * double[:, None] * double
    if not means:
        return np.asarray(V)
    out = np.zeros((p + len(V), p + len(V)))
    out[:p, :p], out[p:, p:] = W, V
    return out
