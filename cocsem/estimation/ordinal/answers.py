"""From answers to the moments of latent responses that a model with ordered items is fitted to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.alignment import pick_columns
from cocsem.model.roles import assign_roles
from cocsem.model.syntax import parse_syntax
from cocsem.model.types import ModelSpec
from cocsem.moments.ordinal.categories import find_categories
from cocsem.moments.ordinal.statistics import ordinal_statistics
from cocsem.moments.ordinal.types import OrdinalStatistics
from cocsem.moments.types import SampleStatistics

Categories = Mapping[str, tuple[float, ...]]
Asked = bool | str | Iterable[str] | None


@dataclass(frozen=True, slots=True)
class Ordered:
    """The ordered items of a model in model order, each with the categories found in the data."""

    categories: Categories = field(default_factory=dict)

    @property
    def thresholds(self) -> tuple[tuple[str, int], ...]:
        """Each item with its number of thresholds."""
        return tuple((name, len(found) - 1) for name, found in self.categories.items())


def find_ordered(model: str | ModelSpec, asked: Asked, frame: pd.DataFrame | None, missing: str) -> Ordered:
    """Find the ordered items of a model and their categories among the rows that are used.

    Parameters
    ----------
    model : model text, or a specification, which says itself what is ordered. asked : True (all that the model explains), False,
        names, or None. Variables with thresholds in the model text are ordered unless False was asked for.
    frame : the data. missing : whether incomplete rows are used.

    Raises
    ------
    UsageError, EstimationError
    """
    if isinstance(model, ModelSpec):
        names, observed, latent = _ordered_by_table(model, asked), model.observed, model.latent
    elif not asked and "|" not in model:
        return Ordered()
    else:
        names, observed, latent = _ordered_by_text(model, asked, () if frame is None else frame.columns)
    if not names:
        return Ordered()
    if frame is None:
        raise UsageError("Ordered items need the answers themselves: give data, not sample moments.")
    numbers = pick_columns(frame, observed, latent)
    return Ordered(find_categories(numbers if missing == "pairwise" else numbers.dropna(), names))


def _ordered_by_text(model: str, asked: Asked, columns: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    statements = parse_syntax(model)[0]
    roles = assign_roles(statements)
    cut = {lhs for s in statements if s.op == "|" for lhs in s.lhs}
    if asked is False and cut:
        raise UsageError(f"ordered=False cannot be kept: the model text has thresholds of {', '.join(sorted(cut))}.")
    if asked is True:
        names = set(roles.observed) - set(roles.exogenous)
    else:
        names = {asked} if isinstance(asked, str) else set(asked or ())
        unknown = sorted(names - set(roles.observed) - set(columns))
        if unknown:
            raise UsageError(
                f"ordered must name variables of the model or of the data; {', '.join(unknown)} are neither."
            )
    return tuple(name for name in roles.observed if name in names | cut), roles.observed, roles.latent


def _ordered_by_table(spec: ModelSpec, asked: Asked) -> tuple[str, ...]:
    if (asked is False and spec.ordered) or (asked is True and not spec.ordered):
        raise UsageError(
            f"The ModelSpec says itself which items are ordered ({', '.join(spec.ordered) or 'none'}): build it for ordered={asked}."
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
    order = [[*y, *spec.exogenous].index(name) for name in spec.observed]
    cov, mean = _all_moments(found)
    arrays = cov[np.ix_(order, order)], mean[order], found.data[:, order]
    for array in arrays:
        array.setflags(write=False)
    return SampleStatistics(
        spec.observed, arrays[0], arrays[1], found.n_obs, found.n_total, group, arrays[2], found.rows, ordinal=found
    )


def _all_moments(found: OrdinalStatistics) -> tuple[np.ndarray, np.ndarray]:
    Pi, Sxx = found.latent.slopes, found.x_cov
    across = Pi @ Sxx
    cov = np.block([[found.latent.cov + across @ Pi.T, across], [across.T, Sxx]])
    return cov, np.concatenate([found.latent.intercepts + Pi @ found.x_mean, found.x_mean])
