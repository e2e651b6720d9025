"""The rows used, checked and numbered: what both steps of estimation start from."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import EstimationError, UsageError
from cocsem.moments.ordinal.categories import (
    Categories,
    Category,
    answers_of,
    category_numbers,
    names_of_categories,
)
from cocsem.moments.ordinal.margins import check_covariates
from cocsem.moments.ordinal.types import Array, Index, OrdinalStatistics, pair_index


@dataclass(frozen=True, slots=True)
class Sample:
    """Answers of one group.

    names, x_names : variables and covariates. categories : p tuples, empty for a continuous variable. declared : p tuples, all
    categories of a Categorical column, answered or not; empty for other columns.
    values : (n, p) category numbers of ordered, values of continuous variables; not-a-number where missing.
    x : (n, q). patterns : (n,) numbers that rows with the same covariates share. rows : (n,) positions in the data given. n_total : rows given. group : its label.
    """

    names: tuple[str, ...]
    x_names: tuple[str, ...]
    categories: tuple[tuple[Category, ...], ...]
    declared: tuple[tuple[Category, ...], ...]
    values: Array
    x: Array
    patterns: Index
    rows: NDArray[np.int64]
    n_total: int
    group: str

    @property
    def ordered(self) -> NDArray[np.bool_]:
        """(p,) which variables are ordered."""
        return np.array([bool(c) for c in self.categories])

    @property
    def where(self) -> str:
        """The words that name the group in an error."""
        return _where(self.group)

    def codes(self, variables: Index) -> Index:
        """Category numbers of some ordered variables, -1 where missing, (n, len(variables))."""
        return np.nan_to_num(self.values[:, variables], nan=-1.0).astype(np.intp)


def take_sample(frame: pd.DataFrame, categories: Categories, x: tuple[str, ...], group: str, missing: str) -> Sample:
    """Choose the rows, number the categories and refuse what no correlation can be computed from.

    Rows that miss a covariate are left out; of the others those that answer all variables ("listwise") or any ("pairwise").
    """
    if missing not in ("listwise", "pairwise"):
        raise UsageError(f'Ordered answers take missing="listwise" or "pairwise", not "{missing}".')
    names = tuple(str(c) for c in frame.columns if c not in x)
    y, given = np.column_stack([answers_of(frame[name]) for name in names]), frame[list(x)].to_numpy(np.float64)
    answered = ~np.isnan(y)
    used = (answered.all(axis=1) if missing == "listwise" else answered.any(axis=1)) & ~np.isnan(given).any(axis=1)
    where = _where(group)
    _check_rows(names, answered, used, where)
    values = y[used]
    if np.isinf(values).any() or np.isinf(given[used]).any():
        raise EstimationError(f"Values must be finite, but an infinite one was found{where}.")
    own = tuple(categories.get(name, ()) for name in names)
    declared = tuple(names_of_categories(frame[name]) for name in names)
    for j, levels in enumerate(own):
        if levels:
            codes = category_numbers(values[:, j], names[j], levels, declared[j], where or " among the rows used")
            values[:, j] = np.where(codes < 0, np.nan, codes)
        else:
            _check_varies(values[:, j], names[j], where)
    check_covariates(given[used], x, where)
    values.setflags(write=False)
    patterns = np.unique(given[used], axis=0, return_inverse=True)[1].ravel()
    return Sample(names, x, own, declared, values, given[used], patterns, np.flatnonzero(used), len(frame), group)


def draw_sample(sample: Sample, rows: Index) -> Sample:
    """The sample of rows (n,) drawn again from a sample; what no correlation can be computed from is refused as in the data given."""
    values, x = sample.values[rows], sample.x[rows]
    _check_rows(sample.names, ~np.isnan(values), np.ones(len(rows), dtype=bool), sample.where)
    for j in np.flatnonzero(~sample.ordered):
        _check_varies(values[:, j], sample.names[j], sample.where)
    check_covariates(x, sample.x_names, sample.where)
    return replace(sample, values=values, x=x, patterns=sample.patterns[rows], rows=sample.rows[rows])


def sample_again(stats: OrdinalStatistics) -> Sample:
    """The sample that moments were estimated from."""
    latent, p = stats.latent, len(stats.names)
    values, x = stats.data[:, :p], stats.data[:, p:]
    patterns = np.unique(x, axis=0, return_inverse=True)[1].ravel()
    undeclared = ((),) * p
    return Sample(
        latent.names, latent.x_names, latent.categories, undeclared, values, x, patterns, stats.rows, stats.n_total, stats.group
    )  # fmt: skip


def _where(group: str) -> str:
    return f" in group '{group}'" if group else ""


def _check_rows(names: tuple[str, ...], answered: NDArray[np.bool_], used: NDArray[np.bool_], where: str) -> None:
    if used.sum() < 3:
        raise EstimationError(
            f"Correlations need at least three rows{where}, but {int(used.sum())} of {len(used)} can be used. "
            'With missing="pairwise" each pair of variables uses the rows that answer both.'
        )
    kept = answered[used].astype(np.float64)
    together = kept.T @ kept
    first, second = pair_index(len(names))
    never = np.flatnonzero(together[first, second] < 2)
    if never.size:
        a, b = names[first[never[0]]], names[second[never[0]]]
        raise EstimationError(
            f"Every pair of variables must be answered together, but '{a}' and '{b}' never are{where}."
        )


def _check_varies(values: Array, name: str, where: str) -> None:
    seen = values[~np.isnan(values)]
    if not np.std(seen) > 1e-10 * max(1.0, float(np.abs(seen).max())):
        raise EstimationError(
            f"Every variable must vary, but '{name}' is constant over the rows used{where}. Take it out of the model."
        )
