"""Where several minima may lie side by side, so that the nearest need not be the lowest: factors that hardly show in their items, and
items that covary far more than the model says."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.problem import Problem
from cocsem.model.matrices import imply
from cocsem.model.types import ModelSpec

Array = NDArray[np.float64]
Index = NDArray[np.intp]
_PLAIN = 0.2  # share of an item's variance from which a factor shows in it
_FAR = 0.3  # residual correlation from which two items may belong together in another way


def may_have_rivals(problem: Problem, theta: Array) -> bool:
    """True where some factor explains a fifth of fewer than two of its items at theta (k,), or a residual correlation is above .3."""
    for group, (layout, part) in enumerate(zip(problem.layouts, problem.parts, strict=True), start=1):
        item, factor, first = _loadings(problem.spec, group)
        if not len(item):
            continue
        at = imply(layout, theta)
        sd = part.cov.diagonal() ** 0.5
        if (np.abs(part.cov - at.Sigma) > _FAR * (sd[:, None] * sd)).any():
            return True
        variances = at.C.diagonal()
        explained = at.A[item, factor] ** 2 * variances[factor]
        if np.add.reduceat(explained >= _PLAIN * variances[item], first).min() < 2:
            return True
    return False


@lru_cache(maxsize=64)
def _loadings(spec: ModelSpec, group: int) -> tuple[Index, Index, Index]:
    """Items and factors of the loadings of factors with two items or more, factor by factor, and where each factor begins."""
    place = {name: n for n, name in enumerate(spec.observed + spec.latent)}
    items: dict[str, list[str]] = {}
    for row in spec.rows:
        if row.group == group and row.op == "=~" and row.rhs in spec.observed:
            items.setdefault(row.lhs, []).append(row.rhs)
    found = [(place[item], place[factor]) for factor, some in items.items() if len(some) > 1 for item in some]
    ends = np.array(found, dtype=np.intp).reshape(-1, 2)
    first = np.flatnonzero(np.diff(ends[:, 1], prepend=-1))
    return ends[:, 0], ends[:, 1], first
