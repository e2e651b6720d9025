"""Groups that share no parameter are models of their own: each is solved by itself, sooner than all together."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import is_restricted
from cocsem.estimation.problem import Problem, respecify
from cocsem.model.types import ModelSpec

Index = NDArray[np.intp]


def separate_groups(problem: Problem) -> tuple[tuple[Problem, Index], ...]:
    """The problem of each group, and where its parameters stand among all; nothing where groups share parameters or there is one.

    F = sum over groups of share_g F_g has its minimum where every F_g has its own.
    """
    found = []
    for g, (spec, places) in enumerate(_tables(problem.spec)):
        alone = replace(
            problem,
            spec=spec,
            statistics=problem.statistics[g : g + 1],
            parts=(replace(problem.parts[g], share=1.0),),
            counts=problem.counts[g : g + 1],
        )
        found.append((respecify(alone, spec), places))
    return tuple(found)


@lru_cache(maxsize=64)
def _tables(spec: ModelSpec) -> tuple[tuple[ModelSpec, Index], ...]:
    """The rows of each group as a model of one group, its parameters numbered anew."""
    groups = range(1, len(spec.groups) + 1)
    numbers = [sorted({row.free for row in spec.rows if row.free and row.group == g}) for g in groups]
    if len(numbers) == 1 or is_restricted(spec) or sum(map(len, numbers)) > spec.n_free:
        return ()
    found = []
    for g, own in zip(groups, numbers, strict=True):
        place = {number: n for n, number in enumerate([0, *own])}
        rows = tuple(row._replace(group=1, free=place[row.free]) for row in spec.rows if row.group == g)
        table = replace(spec, rows=rows, groups=spec.groups[g - 1 : g], definitions=())
        found.append((table, np.array(own, dtype=np.intp) - 1))
    return tuple(found)
