"""Moments of continuous data: means and covariances with divisor N, on complete rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.moments.positive import exceeds
from cocsem.moments.types import Array, SampleStatistics

_SINGULAR = 1e-9  # smallest eigenvalue of a correlation matrix that is not taken for zero


def sample_statistics(frame: pd.DataFrame, group: str = "") -> SampleStatistics:
    """Compute the moments of the complete rows of a frame (listwise deletion).

    S = sum (x - xbar)(x - xbar)' / N

    Parameters
    ----------
    frame : numeric columns, one per observed variable.
    group : label of the group.

    Raises
    ------
    EstimationError : too few complete rows, a constant column, or columns that are exact combinations of one another.

    >>> stats = sample_statistics(pd.DataFrame({"x": [1.0, 2.0, 4.0, None], "y": [2.0, 1.0, 3.0, 1.0]}))
    >>> stats.n_obs, stats.n_total, round(float(stats.cov[0, 0]), 4)
    (3, 4, 1.5556)
    """
    return moments_of_rows(frame.to_numpy(dtype=np.float64), tuple(map(str, frame.columns.tolist())), group)


def moments_of_rows(given: Array, names: tuple[str, ...], group: str = "") -> SampleStatistics:
    """The same from the rows themselves, (n, p), and the names of their columns."""
    rows, data, mean = _complete_rows(given)
    where = f" in group '{group}'" if group else ""
    if len(data) < 2:
        gaps = np.isnan(given).sum(axis=0)
        worst = [f"{names[i]} ({gaps[i]})" for i in np.argsort(-gaps, kind="stable")[:3]]
        raise EstimationError(
            f"At least two complete rows are needed{where}, but {len(data)} of {len(given)} rows answer all {len(names)} variables. "
            f"Most often missing: {', '.join(worst)}."
        )
    if not np.isfinite(mean).all():
        require_finite(data, names, where)
    centred = data - mean
    return checked(names, centred.T @ centred / len(data), mean, (len(data), len(given), group), data, rows)


def require_finite(data: Array, names: Sequence[str], where: str = "") -> None:
    """Refuse infinite values among rows (n, p), naming the first column that holds one; missing answers may stand.

    >>> require_finite(np.array([[1.0, np.nan]]), ["x", "y"])
    """
    infinite = np.isinf(data).any(axis=0)
    if infinite.any():
        raise EstimationError(
            f"Values must be finite, but '{names[int(infinite.argmax())]}' holds an infinite one{where}."
        )


def _complete_rows(given: Array) -> tuple[NDArray[np.int64], Array, Array]:
    """Positions of the rows without missing answers, these rows, and their means."""
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.add.reduce(given, axis=0) / len(given)
        if not np.isnan(mean).any():
            return np.arange(len(given)), np.array(given), mean
        rows = np.flatnonzero(~np.isnan(given).any(axis=1))
        return rows, given[rows], np.add.reduce(given[rows], axis=0) / max(len(rows), 1)


def moments_given(cov: pd.DataFrame, mean: Array | None, n_obs: int, *, rescale: bool) -> SampleStatistics:
    """Take moments that were published instead of data; `rescale` turns a covariance with divisor N - 1 into one with N."""
    S = cov.to_numpy(dtype=np.float64)
    names = tuple(str(c) for c in cov.columns)
    if S.shape[0] != S.shape[1] or not np.allclose(S, S.T, atol=1e-8 * max(1.0, float(np.abs(S).max()))):
        raise EstimationError("sample_cov must be a symmetric covariance matrix with the variable names as columns.")
    if not (S.diagonal() > 0).all():
        raise EstimationError("sample_cov must be a covariance matrix, but not all of its variances are positive.")
    S = (S + S.T) / 2 * ((n_obs - 1) / n_obs if rescale else 1.0)
    means = np.zeros(len(names)) if mean is None else np.asarray(mean, dtype=np.float64)
    return checked(names, S, means, (n_obs, n_obs, ""), None, None)


def checked(
    names: tuple[str, ...],
    cov: Array,
    mean: Array,
    counts: tuple[int, int, str],
    data: Array | None,
    rows: np.ndarray | None,
) -> SampleStatistics:
    """Refuse moments that no model can be fitted to, naming the variables at fault."""
    n_obs, n_total, group = counts
    where = f" in group '{group}'" if group else ""
    sd = np.sqrt(cov.diagonal())
    varies = sd > 1e-10 * np.maximum(1.0, np.abs(mean))
    if not varies.all():
        constant = [names[i] for i in np.flatnonzero(~varies)]
        raise EstimationError(
            f"Every variable must vary, but {', '.join(constant)} {'is' if len(constant) == 1 else 'are'} constant over "
            f"the {n_obs} rows used{where}. Take it out of the model."
        )
    if n_obs <= len(names):
        raise EstimationError(
            f"More rows than variables are needed: {n_obs} rows for {len(names)} variables{where}. Use fewer variables, or more answers."
        )
    correlations = cov / (sd[:, None] * sd)
    if not exceeds(correlations, _SINGULAR) and np.linalg.eigvalsh(correlations)[0] < _SINGULAR:
        vectors = np.linalg.eigh(correlations)[1]
        parts = [n for n, w in zip(names, np.abs(vectors[:, 0]), strict=True) if w > 0.1]
        raise EstimationError(
            f"The covariance matrix must be positive definite{where}, but these variables are exact combinations of one another: "
            f"{', '.join(parts)}. Take one of them out (a total score beside its items, or the same column twice?)."
        )
    for array in (cov, mean, data):
        if array is not None:
            array.setflags(write=False)
    return SampleStatistics(names, cov, mean, n_obs, n_total, group, data, rows)
