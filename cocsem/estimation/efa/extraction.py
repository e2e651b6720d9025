"""Finding the uniquenesses: maximum likelihood and minimum residuals, both as functions of the uniquenesses alone.

Given the uniquenesses, the best loadings follow from an eigendecomposition, so only p numbers are searched.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError

Array = NDArray[np.float64]
Objective = Callable[[Array, Array, int], tuple[float, Array]]

LOWEST_UNIQUENESS = 0.005  # keeps the search away from the singular point 0; an item that ends here is a Heywood case
_STATIONARY = 1e-4


class Extraction(NamedTuple):
    """Unrotated (p, k) loadings, (p,) uniquenesses, and whether the search ended at a stationary point."""

    loadings: Array
    uniquenesses: Array
    converged: bool


def extract(cor: Array, n_factors: int, method: str) -> Extraction:
    """Find the loadings of an unrotated solution.

    Parameters
    ----------
    cor : (p, p) correlation matrix. n_factors : k. method : `ml` or `minres`.

    References: joreskog1967, harman1966
    """
    from scipy.optimize import minimize

    objective = OBJECTIVES[method]
    start = np.clip((1 - 0.5 * n_factors / len(cor)) / np.diag(np.linalg.inv(cor)), LOWEST_UNIQUENESS, 1.0)
    found = minimize(
        objective,
        start,
        args=(cor, n_factors),
        jac=True,
        method="L-BFGS-B",
        bounds=[(LOWEST_UNIQUENESS, 1.0)] * len(cor),
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 2000},
    )
    unique = np.asarray(found.x, dtype=np.float64)
    gradient = objective(unique, cor, n_factors)[1]
    return Extraction(_LOADINGS[method](unique, cor, n_factors), unique, _is_stationary(unique, gradient))


def ml_discrepancy(cor: Array, implied: Array) -> float:
    """Return F = tr(R inv(Sigma)) - ln|R inv(Sigma)| - p."""
    ratio = np.linalg.solve(implied, cor)
    sign, logdet = np.linalg.slogdet(ratio)
    if sign <= 0:
        raise EstimationError(
            "The implied correlation matrix must be positive definite, but it is not. Ask for fewer factors."
        )
    return float(np.trace(ratio) - logdet - len(cor))


def _ml(unique: Array, cor: Array, n_factors: int) -> tuple[float, Array]:
    """F over the uniquenesses: sum of (e - ln e - 1) over the p - k smallest eigenvalues e of the scaled matrix."""
    values, vectors, _ = _scaled_eigen(unique, cor)
    rest = values[: len(values) - n_factors]
    value = float(np.sum(rest - np.log(rest) - 1.0))
    part = vectors[:, : len(values) - n_factors]
    # dF/d(unique_i) = sum over the discarded roots of (1 - e) v_i^2 / unique_i
    return value, ((part**2) @ (1.0 - rest)) / unique


def _minres(unique: Array, cor: Array, n_factors: int) -> tuple[float, Array]:
    """Half the squared residuals: the p - k smallest roots of R minus the uniquenesses, and the negative top roots."""
    values, vectors = np.linalg.eigh(cor - np.diag(unique))
    left = values.copy()
    left[len(values) - n_factors :] = np.minimum(left[len(values) - n_factors :], 0.0)
    return 0.5 * float(left @ left), -(vectors**2) @ left


def _ml_loadings(unique: Array, cor: Array, n_factors: int) -> Array:
    values, vectors, root = _scaled_eigen(unique, cor)
    top = slice(len(values) - n_factors, None)
    return root[:, None] * vectors[:, top] * np.sqrt(np.maximum(values[top] - 1.0, 0.0))


def _minres_loadings(unique: Array, cor: Array, n_factors: int) -> Array:
    values, vectors = np.linalg.eigh(cor - np.diag(unique))
    top = slice(len(values) - n_factors, None)
    return vectors[:, top] * np.sqrt(np.maximum(values[top], 0.0))


def _scaled_eigen(unique: Array, cor: Array) -> tuple[Array, Array, Array]:
    root = np.sqrt(unique)
    values, vectors = np.linalg.eigh(cor / np.outer(root, root))
    return values, vectors, root


def _is_stationary(unique: Array, gradient: Array) -> bool:
    """The gradient must vanish, except where a bound holds the search back."""
    at_low = (unique <= LOWEST_UNIQUENESS) & (gradient > 0)
    at_high = (unique >= 1.0) & (gradient < 0)
    return bool(np.max(np.abs(np.where(at_low | at_high, 0.0, gradient))) < _STATIONARY)


OBJECTIVES: dict[str, Objective] = {"ml": _ml, "minres": _minres}
_LOADINGS: dict[str, Callable[[Array, Array, int], Array]] = {"ml": _ml_loadings, "minres": _minres_loadings}
