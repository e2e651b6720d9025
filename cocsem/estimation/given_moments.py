"""Sample moments that the user gives in the place of answers, of one group or of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cocsem.errors import UsageError
from cocsem.model.types import ModelSpec
from cocsem.moments.continuous import moments_given
from cocsem.moments.types import SampleStatistics


@dataclass(frozen=True, slots=True)
class GivenMoments:
    """Covariance matrices (divisor N - 1), means and sizes by group; one empty label for a single group."""

    labels: tuple[str, ...]
    covs: tuple[pd.DataFrame, ...]
    means: tuple[Any, ...] | None
    sizes: tuple[int, ...]


def read_given(cov: Any, mean: Any, n_obs: Any) -> GivenMoments:
    """Check moments as given: one DataFrame, or for groups a list, or a mapping from labels, of DataFrames, means and sizes alike.

    Raises
    ------
    UsageError : moments that are no moments, or not of the same groups.

    >>> S = pd.DataFrame([[1.0, 0.5], [0.5, 1.0]], ["x", "y"], ["x", "y"])
    >>> read_given([S, S], None, [100, 120]).labels
    ('Group 1', 'Group 2')
    """
    if cov is None or n_obs is None:
        raise UsageError("Give data, or the moments: sample_cov (a DataFrame with the variable names) and sample_nobs.")
    if isinstance(cov, Mapping) and not isinstance(cov, pd.DataFrame):
        labels = tuple(str(label) for label in cov)
    else:
        labels = tuple(f"Group {g + 1}" for g in range(len(cov))) if isinstance(cov, list | tuple) else ("",)
    several = labels != ("",)
    covs = _by_group(cov, labels, "sample_cov") if several else (cov,)
    means = None if mean is None else _by_group(mean, labels, "sample_mean") if several else (mean,)
    sizes = _by_group(n_obs, labels, "sample_nobs") if several else (n_obs,)
    if not all(isinstance(S, pd.DataFrame) for S in covs):
        raise UsageError(
            "sample_cov must be a DataFrame whose index and columns are the variable names; for groups a list of them."
        )
    return GivenMoments(labels, covs, means, tuple(_size(n) for n in sizes))


def _size(given: Any) -> int:
    """A number of observations, or a refusal."""
    try:
        size = float(given)
    except (TypeError, ValueError):
        size = -1.0
    if not (size >= 2 and size.is_integer()):
        raise UsageError(f"sample_nobs must be a whole number of observations, 2 or more; {given!r} was given.")
    return int(size)


def _by_group(given: Any, labels: tuple[str, ...], name: str) -> tuple[Any, ...]:
    if isinstance(given, Mapping) and not isinstance(given, pd.Series | pd.DataFrame):
        found = {str(label): value for label, value in given.items()}
        if set(found) == set(labels):
            return tuple(found[label] for label in labels)
    elif isinstance(given, Sequence | np.ndarray) and len(given) == len(labels):
        return tuple(given)
    raise UsageError(
        f"{name} must hold one entry for each of the {len(labels)} groups of sample_cov, in the same order."
    )


def statistics_of(spec: ModelSpec, given: GivenMoments) -> tuple[SampleStatistics, ...]:
    """Moments of the observed variables of a model, group by group."""
    means = given.means or (None,) * len(given.covs)
    groups = zip(given.labels, given.covs, means, given.sizes, strict=True)
    return tuple(_statistics(spec, *group) for group in groups)


def _statistics(spec: ModelSpec, label: str, cov: pd.DataFrame, mean: Any, n_obs: int) -> SampleStatistics:
    cov = _square(cov)
    where = f" (group '{label}')" if label else ""
    missing = [v for v in spec.observed if v not in cov.columns]
    if missing:
        raise UsageError(
            f"sample_cov must hold every observed variable of the model; missing{where}: {', '.join(missing)}."
        )
    if spec.meanstructure and mean is None:
        raise UsageError("A model with a mean structure needs sample_mean beside sample_cov.")
    names, means = list(spec.observed), None
    if mean is not None:
        means = _means(mean, cov, names, where)
    return moments_given(cov.loc[names, names], means, n_obs, rescale=True)


def _square(cov: pd.DataFrame) -> pd.DataFrame:
    """The matrix with its rows named and ordered as its columns; rows that are only counted are taken as they stand."""
    rows, columns = [str(name) for name in cov.index], [str(name) for name in cov.columns]
    if len(rows) != len(columns) or (set(rows) != set(columns) and rows != [str(n) for n in range(len(rows))]):
        raise UsageError("sample_cov must name the same variables in its index as in its columns.")
    if rows != columns and set(rows) == set(columns):
        cov = cov.set_axis(rows, axis=0).loc[columns]
    return cov.set_axis(columns, axis=0).set_axis(columns, axis=1)


def _means(mean: Any, cov: pd.DataFrame, names: list[str], where: str) -> np.ndarray:
    """The means of the variables of the model: by name, or in the order of the columns of sample_cov."""
    if isinstance(mean, Mapping):
        mean = pd.Series(dict(mean))
    named = isinstance(mean, pd.Series) and not isinstance(mean.index, pd.RangeIndex)
    values = list(mean)
    if not named and len(values) != len(cov.columns):
        raise UsageError(
            f"sample_mean must hold one mean for each of the {len(cov.columns)} variables of sample_cov, in their order or by name."
        )
    series = pd.Series(values, index=[str(n) for n in mean.index] if named else cov.columns)
    lacking = [name for name in names if name not in series.index]
    if lacking:
        raise UsageError(
            f"sample_mean must hold every observed variable of the model; missing{where}: {', '.join(lacking)}."
        )
    return series.loc[names].to_numpy(dtype=np.float64)
