"""Rows with missing answers on their way into a fit: which moments they become, and what is told about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import UsageError
from cocsem.estimation.ordinal.answers import Categories, response_statistics
from cocsem.estimation.problem import Problem
from cocsem.language import Text
from cocsem.model.types import ModelSpec
from cocsem.moments.continuous import moments_of_rows
from cocsem.moments.missing import available_statistics, pairwise_statistics
from cocsem.moments.types import SampleStatistics

_NO_LIKELIHOOD = Text(
    "Pairwise covariances: standard errors, test and indices treat every moment as if all {n} rows had answered, so they are too "
    'optimistic, and there is no likelihood of the answers. Use missing="fiml" for inference.',
    "Kovarians berpasangan: galat baku, uji, dan indeks memperlakukan setiap momen seolah semua {n} baris menjawab, sehingga "
    'terlalu optimistis, dan tidak ada likelihood jawaban. Gunakan missing="fiml" untuk inferensi.',
)
_LEFT_OUT = Text(
    "{lost} of {given} rows were left out: they answer no item of the model.",
    "{lost} dari {given} baris tidak dipakai: tidak menjawab satu pun butir model.",
)
_LACKING = Text(
    "{lost} of {given} rows were left out: they answer no item of the model or lack a fixed exogenous variable ({names}).",
    "{lost} dari {given} baris tidak dipakai: tidak menjawab satu pun butir model atau tidak memiliki variabel eksogen tetap ({names}).",
)


def with_means(missing: str, meanstructure: bool | None, frame: pd.DataFrame | None) -> bool | None:
    """Under full information the mean structure is always on: answers that are missing say something about the means."""
    if missing == "listwise":
        return meanstructure
    if frame is None:
        raise UsageError(f'missing="{missing}" needs the answers themselves: give data, not sample moments.')
    if missing == "pairwise":
        return meanstructure
    if meanstructure is False:
        raise UsageError(
            'missing="fiml" needs the mean structure: leave meanstructure= out, or use missing="listwise".'
        )
    return True


def moments_for(
    missing: str, spec: ModelSpec, categories: Categories | None = None
) -> Callable[[Any, str], SampleStatistics]:
    """Return the function that turns the rows of a group, numbers (n, p) or a table of ordered items, into moments; `categories`
    are those of the ordered items."""
    if spec.ordered:
        return lambda frame, group: response_statistics(frame, spec, categories or {}, group=group, missing=missing)
    if missing == "listwise":
        return lambda rows, group: moments_of_rows(rows, spec.observed, group)
    if missing == "pairwise":
        return lambda rows, group: pairwise_statistics(_table(rows, spec), group, spec.exogenous)
    if not spec.meanstructure:
        raise UsageError(
            'missing="fiml" needs a model with a mean structure; build the ModelSpec with meanstructure=True.'
        )
    return lambda rows, group: available_statistics(_table(rows, spec), group, spec.exogenous)


def _table(rows: NDArray[np.float64], spec: ModelSpec) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=list(spec.observed), copy=False)


def notes_on_missing(problem: Problem) -> tuple[Text, ...]:
    """Say which rows were left out, what pairwise moments cannot give, and what the moments of ordered items suffer from."""
    if problem.method.ordinal:
        return tuple(text for s in problem.statistics if s.ordinal is not None for text in s.ordinal.warnings)
    if problem.method.missing == "listwise":
        return ()
    notes = []
    given = sum(s.n_total for s in problem.statistics)
    if given > problem.n_obs:
        names = ", ".join(problem.spec.exogenous)
        sentence = _LACKING if names else _LEFT_OUT
        notes.append(sentence.format(lost=given - problem.n_obs, given=given, names=names))
    if problem.method.missing == "pairwise":
        notes.append(_NO_LIKELIHOOD.format(n=problem.n_obs))
    return tuple(notes)
