"""From answers to the moments of latent responses that a model with ordered items is fitted to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.alignment import categorical_places, counted_categories, pick_columns, plain_numbers
from cocsem.language import Text
from cocsem.model.roles import Roles, assign_roles
from cocsem.model.syntax import parse_syntax
from cocsem.model.types import ModelSpec
from cocsem.moments.ordinal.categories import Categories, Category, find_categories, list_categories
from cocsem.moments.ordinal.statistics import ordinal_statistics
from cocsem.moments.ordinal.types import LatentMoments
from cocsem.moments.types import SampleStatistics

Asked = bool | str | Iterable[str] | None
_COUNTED = Text(
    "The categories of {names} count as numbers: {pairs}.", "Kategori {names} dihitung sebagai angka: {pairs}."
)


@dataclass(frozen=True, slots=True)
class Ordered:
    """The ordered items of a model in model order, each with the categories found in the data, and what is to be told of Categorical
    columns that count as numbers. numbers : the columns of the model, where all of them simply hold numbers and none is ordered."""

    categories: Categories = field(default_factory=dict)
    told: tuple[Text, ...] = ()
    numbers: NDArray[Any] | None = None

    @property
    def thresholds(self) -> tuple[tuple[str, int], ...]:
        """Each item with its number of thresholds."""
        return tuple((name, len(found) - 1) for name, found in self.categories.items())

    def answers(self, frame: pd.DataFrame, spec: ModelSpec) -> pd.DataFrame | NDArray[np.float64]:
        """The columns of a model as numbers (n, p); in a table, with the order of their categories, where some are ordered items."""
        if self.numbers is not None:
            return self.numbers.astype(np.float64, copy=False)
        picked = pick_columns(frame, spec.observed, spec.latent, spec.ordered)
        return picked if spec.ordered else picked.to_numpy(dtype=np.float64)


def find_ordered(model: str | ModelSpec, asked: Asked, frame: pd.DataFrame | None, missing: str) -> Ordered:
    """Find the ordered items of a model and their categories among the rows that are used.

    Parameters
    ----------
    model : model text, or a specification, which says itself what is ordered. asked : True (all that the model explains), False,
        names, or None. Unless False was asked for, variables with thresholds in the model text are ordered, and so are ordered
        Categorical columns that the model explains. Other Categorical columns count as numbers, which is told.
    frame : the data. missing : whether incomplete rows are used.

    Raises
    ------
    UsageError, EstimationError
    """
    if isinstance(asked, int) and not isinstance(asked, bool):
        raise UsageError("ordered must be True, False, or the names of the ordered items.")
    if not asked and not _has_thresholds(model):
        numbers = None if frame is None else plain_numbers(frame, *_variables(model))
        if frame is None or numbers is not None:
            return Ordered(numbers=numbers)
    columns = {} if frame is None else _categorical(frame)
    observed, latent = _variables(model)
    if isinstance(model, ModelSpec):
        names = _ordered_by_table(model, asked, columns)
    else:
        names = _ordered_by_text(model, asked, columns, () if frame is None else frame.columns)
    told = _say_numbers([columns[name] for name in observed if name in columns and name not in names])
    if not names:
        return Ordered(told=told)
    if frame is None:
        raise UsageError("Ordered items need the answers themselves: give data, not sample moments.")
    answers = pick_columns(frame, observed, latent, names)
    found = find_categories(answers if missing == "pairwise" else answers.dropna(), names)
    return Ordered(found, told)


def _has_thresholds(model: str | ModelSpec) -> bool:
    return bool(model.ordered) if isinstance(model, ModelSpec) else "|" in model


def _variables(model: str | ModelSpec) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Observed and latent variables of a model."""
    found = model if isinstance(model, ModelSpec) else _roles(model)
    return found.observed, found.latent


@lru_cache(maxsize=64)
def _roles(text: str) -> Roles:
    return assign_roles(parse_syntax(text)[0])


def _categorical(frame: pd.DataFrame) -> dict[str, pd.Series]:
    return {frame.columns[n]: frame.iloc[:, n] for n in categorical_places(frame)}


def _say_numbers(columns: list[pd.Series]) -> tuple[Text, ...]:
    """Tell which numbers stand for the categories of variables that are not ordered; nothing where they are numbers themselves."""
    alike: dict[tuple[Category, ...], list[str]] = {}
    for column in columns:
        alike.setdefault(counted_categories(column), []).append(str(column.name))
    alike.pop((), None)
    return tuple(
        _COUNTED.format(
            names=", ".join(names),
            pairs=", ".join(f"{list_categories([category])} = {k}" for k, category in enumerate(categories, start=1)),
        )
        for categories, names in alike.items()
    )


def _ordered_by_text(
    model: str, asked: Asked, columns: Mapping[str, pd.Series], known: Iterable[str]
) -> tuple[str, ...]:
    statements, roles = parse_syntax(model)[0], _roles(model)
    cut = {lhs for s in statements if s.op == "|" for lhs in s.lhs}
    if asked is False and cut:
        raise UsageError(f"ordered=False cannot be kept: the model text has thresholds of {', '.join(sorted(cut))}.")
    explained = set(roles.observed) - set(roles.exogenous)
    if asked is True:
        names = explained
    else:
        names = {asked} if isinstance(asked, str) else set(asked or ())
        unknown = sorted(names - set(roles.observed) - set(known))
        if unknown:
            raise UsageError(
                f"ordered must name variables of the model or of the data; {', '.join(unknown)} are neither."
            )
    ranked = set() if asked is False else {name for name in explained & set(columns) if columns[name].cat.ordered}
    return tuple(name for name in roles.observed if name in names | cut | ranked)


def _ordered_by_table(spec: ModelSpec, asked: Asked, columns: Mapping[str, pd.Series]) -> tuple[str, ...]:
    if (asked is False and spec.ordered) or (asked is True and not spec.ordered):
        raise UsageError(
            f"The ModelSpec says itself which items are ordered ({', '.join(spec.ordered) or 'none'}): build it for ordered={asked}."
        )
    other = set(columns) & set(spec.observed) - set(spec.ordered) - set(spec.exogenous)
    ranked = [name for name in spec.observed if name in other and columns[name].cat.ordered]
    if ranked and asked is not False:
        raise UsageError(
            f"The ModelSpec does not count {', '.join(ranked)} as ordered, but the data hold ordered categories of it. Build it with "
            "thresholds of these items, or say ordered=False to take the categories as numbers 1, 2, ..."
        )
    return spec.ordered


def response_statistics(
    frame: pd.DataFrame, spec: ModelSpec, categories: Categories, *, group: str = "", missing: str = "listwise"
) -> SampleStatistics:
    """Moments of the latent responses of one group, with those of all variables of the model beside them.

    With y* = Pi x + e: cov(y*) = cov(e) + Pi S_xx Pi', cov(y*, x) = Pi S_xx.
    """
    y = [name for name in spec.observed if name not in spec.exogenous]
    of = {name: tuple(categories[name]) for name in y if name in spec.ordered}
    two = [name for name in y if name not in of and frame[name].nunique() == 2]
    if two:
        raise EstimationError(
            f"A variable of two values beside ordered items is ordered itself, or a covariate: its mean and its variance say the same, so "
            f"they cannot both be moments. Name it in ordered=, or leave fixed_x=True for a covariate: {', '.join(two)}."
        )
    found = ordinal_statistics(frame[[*y, *spec.exogenous]], of, x=spec.exogenous, group=group, missing=missing)
    arrays = *observed_moments(spec, found.latent, found.x_mean, found.x_cov), found.data[:, _order(spec)]
    for array in arrays:
        array.setflags(write=False)
    return SampleStatistics(
        spec.observed, arrays[0], arrays[1], found.n_obs, found.n_total, group, arrays[2], found.rows, ordinal=found
    )


def observed_moments(
    spec: ModelSpec, latent: LatentMoments, x_mean: NDArray[np.float64], x_cov: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Covariances (p, p) and means (p,) of all observed variables in model order, ordered items as their latent responses."""
    Pi, order = latent.slopes, _order(spec)
    across = Pi @ x_cov
    cov = np.block([[latent.cov + across @ Pi.T, across], [across.T, x_cov]])
    mean = np.concatenate([latent.intercepts + Pi @ x_mean, x_mean])
    return cov[np.ix_(order, order)], mean[order]


def _order(spec: ModelSpec) -> list[int]:
    """Where each observed variable stands among the responses, followed by the covariates."""
    y = [name for name in spec.observed if name not in spec.exogenous]
    return [[*y, *spec.exogenous].index(name) for name in spec.observed]
