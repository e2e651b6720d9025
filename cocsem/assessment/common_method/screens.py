"""The quick checks: share of the first component, and how far every construct follows from all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.assessment.measurement import root
from cocsem.estimation.types import Fit

Array = NDArray[np.float64]


def first_component_share(items: pd.DataFrame) -> float:
    """Share of the variance of all items that their first principal component holds: the largest eigenvalue of R over p.

    NaN where no two rows answered every item, or an item does not vary among those that did.

    References: podsakoff2003

    >>> round(first_component_share(pd.DataFrame({"a": [1.0, 2, 3], "b": [2.0, 4, 6]})), 6)
    1.0
    """
    R = _sample_correlations(items.dropna())
    return float(np.linalg.eigvalsh(R)[-1] / len(R)) if np.isfinite(R).all() else float("nan")


def _sample_correlations(rows: pd.DataFrame) -> Array:
    """Correlation matrix (k, k) of complete rows; NaN beside a column that does not vary."""
    z = rows.to_numpy(dtype=float)
    if len(z) < 2:
        return np.full((z.shape[1], z.shape[1]), np.nan)
    z = z - z.mean(axis=0)
    spread = np.where(np.ptp(z, axis=0) > 0, np.sqrt((z**2).sum(axis=0)), np.nan)
    return np.asarray(z.T @ z / np.outer(spread, spread))


def collinearity(R: Array) -> Array:
    """Variance inflation of every variable given all others: the diagonal of R^-1, (k,); NaN where R is singular or not known.

    References: kock2015

    >>> collinearity(np.array([[1.0, 0.6], [0.6, 1.0]])).round(4).tolist()
    [1.5625, 1.5625]
    """
    if not np.isfinite(R).all() or not np.linalg.eigvalsh(R)[0] > 1e-12:
        return np.full(len(R), np.nan)
    return np.asarray(np.diag(np.linalg.inv(R)))


def collinearity_table(fit: Fit, data: pd.DataFrame, factors: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Variance inflation of every construct: among scale means (as PLS programs have it) and among the factors of the model.

    Returns
    -------
    DataFrame construct vif_scores vif_factors.
    """
    items = [item for own in factors.values() for item in own]
    rows = data[list(dict.fromkeys(items))].dropna()
    scores = pd.DataFrame({factor: rows[list(own)].mean(axis=1) for factor, own in factors.items()})
    among_scores = collinearity(_sample_correlations(scores))
    return pd.DataFrame(
        {
            "construct": list(factors),
            "vif_scores": among_scores,
            "vif_factors": collinearity(_correlations(fit, list(factors))),
        }
    )


def _correlations(fit: Fit, factors: list[str]) -> Array:
    matrices = fit.matrices[0]
    at = [matrices.latent.index(factor) for factor in factors]
    cov = matrices.latent_cov[np.ix_(at, at)]
    spread = root(np.diag(cov))
    return np.asarray(cov / np.outer(spread, spread))
