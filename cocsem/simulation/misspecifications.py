"""Populations that hold something the model leaves out, in growing levels: cross-loadings, or residual correlations of one factor.

Every level keeps the loadings, the correlations of the factors and the variances of the fitted model; what is added stands in
standardized units, and levels add up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.criteria import load_criterion
from cocsem.errors import UsageError
from cocsem.estimation.types import Fit, GroupMatrices
from cocsem.model.types import Row

Array = NDArray[np.float64]
_ROOM = 0.95  # share of the largest possible cross-loading, so that some of the item stays unexplained


@dataclass(frozen=True, slots=True)
class Change:
    """What a population holds and the model does not: a loading (`=~`) or residual covariance (`~~`), `size` standardized."""

    lhs: str
    op: str
    rhs: str
    size: float

    def __str__(self) -> str:
        return f"{self.lhs} {self.op} {self.rhs}"


@dataclass(frozen=True, slots=True)
class Solution:
    """A measurement model in correlations: loadings (p, m), factor_cor (m, m), residual (p, p) of variables with the deviations sd (p,)."""

    items: tuple[str, ...]
    factors: tuple[str, ...]
    loadings: Array
    factor_cor: Array
    residual: Array
    sd: Array

    @property
    def places(self) -> Mapping[str, int]:
        """Where each item stands."""
        return {item: n for n, item in enumerate(self.items)}


def standardize(matrices: GroupMatrices) -> Solution:
    """Put a measurement model into correlations."""
    sd, latent = np.sqrt(np.diag(matrices.cov)), np.sqrt(np.diag(matrices.latent_cov))
    return Solution(
        matrices.observed,
        matrices.latent,
        matrices.loadings * latent / sd[:, None],
        matrices.latent_cov / np.outer(latent, latent),
        matrices.residual_cov / np.outer(sd, sd),
        sd,
    )


def find_levels(fit: Fit) -> tuple[tuple[Change, ...], ...]:
    """Return what each level of misspecification adds to the population, level after level.

    Several factors, F: one cross-loading more per level, up to F - 1 (`cross_loadings`). One factor: residual correlations of a
    third, two thirds and all pairs of items (`residual_pairs`).

    Raises
    ------
    UsageError : no item is left to which something could be added.

    References: mcneish2023, mcneish2022, wolf2022
    """
    solution = standardize(fit.matrices[0])
    free = _simple_items(fit, solution)
    if len(solution.factors) > 1:
        added = cross_loadings(solution, free)
        levels = [added[:n] for n in range(1, len(added) + 1)]
    else:
        added = residual_pairs(solution, free)
        levels = [added[:n] for n in pairs_of_levels(len(free))]
    if not levels:
        raise UsageError(
            "Something must be left over that a model can leave out: items with one loading and no residual covariance, one of several factors or "
            f"four of a single one. This model has {len(free)} such items. Free fewer parameters, or read its exact test."
        )
    return tuple(levels)


def _simple_items(fit: Fit, solution: Solution) -> frozenset[str]:
    """Items that load on one factor and have a residual of their own that covaries with no other."""
    loads = [row.rhs for row in fit.spec.rows if row.op == "=~" and _is_there(row)]
    related = {
        name
        for row in fit.spec.rows
        if row.op == "~~" and row.lhs != row.rhs and _is_there(row)
        for name in (row.lhs, row.rhs)
    }
    own = {item for item, variance in zip(solution.items, np.diag(solution.residual), strict=True) if variance > 1e-8}
    return frozenset(item for item in own - related if loads.count(item) == 1)


def _is_there(row: Row) -> bool:
    return bool(row.free or row.value)


def pairs_of_levels(items: int) -> tuple[int, ...]:
    """How many pairs of residuals correlate at each level, for so many items that take part.

    >>> [pairs_of_levels(n) for n in (3, 4, 5, 6, 10, 12)]
    [(), (1,), (1, 2), (1, 2, 3), (1, 3, 5), (2, 4, 6)]
    """
    if items < 4:
        return ()
    pairs = items // 2
    return {4: (1,), 5: (1, 2)}.get(items, (pairs // 3, 2 * pairs // 3, pairs))


def residual_pairs(solution: Solution, free: frozenset[str]) -> tuple[Change, ...]:
    """Pair the items of one factor from the lowest loading on: first with second, third with fourth.

    The residual correlation is that of criterion `dynamic_residual`, positive whatever the signs of the loadings.

    References: mcneish2022
    """
    size, (factor,) = load_criterion("dynamic_residual").weakest, solution.factors
    order = sorted((item for item in solution.items if item in free), key=lambda item: _size(solution, item, factor))
    return tuple(Change(one, "~~", two, size) for one, two in zip(order[0::2], order[1::2], strict=False))


def cross_loadings(solution: Solution, free: frozenset[str]) -> tuple[Change, ...]:
    """Choose the cross-loadings of a model with F factors, one per level.

    Of each factor the item with the lowest loading may take part, items of factors with three items or more first; the F - 1 lowest
    do. Each is crossed with the factor of highest coefficient H whose pairing with its own factor is not taken yet, by its own
    loading l, or by .95 of what leaves a residual variance where that is less:

        c = min(|l|, .95 (sqrt(l^2 r^2 + 1 - l^2) - |l r|)),  r the correlation of the two factors

    positive whatever the signs of l and r.

    References: mcneish2023, hancock2001
    """
    reliability = {f: coefficient_h(solution.loadings[:, n]) for n, f in enumerate(solution.factors)}
    chosen = _lowest_items(solution, free)
    taken: set[frozenset[str]] = set()
    found = {}
    for item, own in sorted(chosen, key=lambda pair: _size(solution, *pair)):
        others = [f for f in solution.factors if f != own and frozenset((own, f)) not in taken]
        target = max(others, key=lambda f: reliability[f])
        taken.add(frozenset((own, target)))
        found[item] = Change(target, "=~", item, _crossing(solution, item, own, target))
    return tuple(found[item] for item, _ in chosen)


def _lowest_items(solution: Solution, free: frozenset[str]) -> list[tuple[str, str]]:
    """The item with the lowest loading of each factor, and its factor: those of factors with three items or more first."""
    lowest = []
    for n, factor in enumerate(solution.factors):
        loading = solution.loadings[:, n]
        mine = [item for item, value in zip(solution.items, loading, strict=True) if value and item in free]
        if mine:
            item = min(mine, key=lambda one: _size(solution, one, factor))
            lowest.append((np.count_nonzero(loading) < 3, _size(solution, item, factor), item, factor))
    return [(item, factor) for *_, item, factor in sorted(lowest, key=lambda one: one[:2])][: len(solution.factors) - 1]


def _size(solution: Solution, item: str, factor: str) -> float:
    return abs(float(solution.loadings[solution.places[item], solution.factors.index(factor)]))


def _crossing(solution: Solution, item: str, own: str, target: str) -> float:
    a, b = solution.factors.index(own), solution.factors.index(target)
    loading, r = float(solution.loadings[solution.places[item], a]), float(solution.factor_cor[a, b])
    most = math.sqrt(loading**2 * r**2 + 1.0 - loading**2) - abs(loading * r)
    return min(abs(loading), _ROOM * most)


def coefficient_h(loadings: Array) -> float:
    """Reliability of the best weighted sum of the items of a factor, 1 / (1 + 1 / sum(l^2 / (1 - l^2))).

    References: hancock2001

    >>> round(coefficient_h(np.array([0.7, 0.7, 0.0])), 3)
    0.658
    """
    squares = loadings[loadings != 0] ** 2
    return float(1.0 / (1.0 + 1.0 / np.sum(squares / (1.0 - squares)))) if (squares < 1).all() else 1.0


def misspecify(solution: Solution, changes: tuple[Change, ...]) -> Array:
    """Covariances (p, p) of the items in a population that holds the changes beside the model; every variance stays.

    References: mcneish2023, mcneish2022
    """
    loadings, residual, places = solution.loadings.copy(), solution.residual.copy(), solution.places
    for change in changes:
        if change.op == "=~":
            loadings[places[change.rhs], solution.factors.index(change.lhs)] += change.size
        else:
            i, j = places[change.lhs], places[change.rhs]
            residual[i, j] = residual[j, i] = change.size * math.sqrt(residual[i, i] * residual[j, j])
    explained = loadings @ solution.factor_cor @ loadings.T
    np.fill_diagonal(residual, 1.0 - np.diag(explained))
    return np.asarray((explained + residual) * np.outer(solution.sd, solution.sd))
