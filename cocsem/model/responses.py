"""Latent responses: what ordered items are cut from, their place in the matrices, and what of them follows from the rest.

An ordered item has a latent response y*, normal given the covariates x, cut at its thresholds tau. Where covariates are taken as
given, the model is one of y* given x: y* has intercepts mu, slopes Pi and covariances Sigma* = F B S* B' F', with S* the matrix S
without the moments of x. Only tau and Pi in units of y* and correlations can be seen, so every y* has a scale delta:

    delta_i (tau_it - mu_i)     delta_i Pi_ix     delta_i delta_j Sigma*_ij,     delta_i = Sigma*_ii^(-1/2)

Under `delta` parameterization delta is a parameter and the residual variances S_ii follow; under `theta` it is the other way round.
A continuous response among them has delta = 1 and its variance as one more moment.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.model.types import ModelSpec, Row

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Responses:
    """Where the responses of one group stand; places count among all v variables, or among the q responses where it says so.

    y : (q,) the responses, observed variables that are not covariates given. x : the covariates given.
    ordered : (o,) the ordered items; among_y : the same among the responses; continuous : the other responses, among them too.
    delta : whether scales are parameters and residual variances follow.
    tau_at, tau_par, item : for each threshold, or intercept of a continuous response, its place among the entries, its parameter
        (-1: none) and its response.
    scale_at, scale_par : (q,) the same for the scales.
    residual_at : (o,) places of the residual variances of the ordered items.
    first, second : pairs of responses, in the order of the moments.
    passive : no response that follows moves another one: ordered items explain nothing that is observed.
    """

    y: Index
    x: Index
    ordered: Index
    among_y: Index
    continuous: Index
    delta: bool
    tau_at: Index
    tau_par: Index
    item: Index
    scale_at: Index
    scale_par: Index
    residual_at: Index
    first: Index
    second: Index
    passive: bool

    @property
    def n_moments(self) -> int:
        """Number of moments: thresholds and intercepts, slopes, variances, covariances."""
        return len(self.item) + len(self.y) * len(self.x) + len(self.continuous) + len(self.first)


def find_responses(
    spec: ModelSpec, rows: list[Row], at: dict[tuple[str, str, str], int], constants: tuple[int, int]
) -> Responses:
    """Place the responses of one group.

    Parameters
    ----------
    rows : the rows of the group. at : place of every row `(lhs, op, rhs)` among the entries. constants : places of a 0 and of a 1.
    """
    place = {name: n for n, name in enumerate(spec.observed + spec.latent)}
    names = [name for name in spec.observed if name not in spec.exogenous]
    number = {(r.lhs, r.op, r.rhs): r.free - 1 for r in rows}
    taus: list[tuple[str, str, str] | None] = []
    item: list[int] = []
    for n, name in enumerate(names):
        own = sorted((int(r.rhs[1:]), r.rhs) for r in rows if r.op == "|" and r.lhs == name)
        taus += [(name, "|", t) for _, t in own] or [None]
        item += [n] * max(1, len(own))
    scales = [(name, "~*~", name) if name in spec.ordered else None for name in names]
    ordered = _index([place[name] for name in spec.ordered])
    first, second = np.triu_indices(len(names), k=1)
    return Responses(
        y=_index([place[name] for name in names]),
        x=_index([place[name] for name in spec.exogenous]),
        ordered=ordered,
        among_y=_index([names.index(name) for name in spec.ordered]),
        continuous=_index([n for n, name in enumerate(names) if name not in spec.ordered]),
        delta=spec.parameterization == "delta",
        tau_at=_index([constants[0] if key is None else at[key] for key in taus]),
        tau_par=_index([-1 if key is None else number[key] for key in taus]),
        item=_index(item),
        scale_at=_index([constants[1] if key is None else at[key] for key in scales]),
        scale_par=_index([-1 if key is None else number[key] for key in scales]),
        residual_at=_index([at[name, "~~", name] for name in spec.ordered]),
        first=first,
        second=second,
        passive=not any((r.rhs if r.op == "~" else r.lhs) in spec.ordered for r in rows if r.op in ("~", "=~")),
    )  # fmt: skip


def _index(values: list[int]) -> Index:
    return np.array(values, dtype=np.intp)


def place_of(responses: Responses, variable: int, row: Row) -> int:
    """Where the threshold or scale of a row stands among the entries; `variable` is its item among all v variables."""
    n = int(np.flatnonzero(responses.y == variable)[0])
    if row.op == "~*~":
        return int(responses.scale_at[n])
    return int(responses.tau_at[responses.item == n][int(row.rhs[1:]) - 1])


def complete(responses: Responses, entries: Array, S: Array, B: Array) -> None:
    """Fill in what follows: residual variances of the ordered items, or their scales; `entries` and its view S are changed.

    delta_i^-2 = Sigma*_ii = sum_jk B_ij S*_jk B_ik, solved for S_ii or for delta_i.
    """
    r, given = responses, S.copy()
    scale_at = r.scale_at[r.among_y]
    given[..., r.x[:, None], r.x] = 0.0
    if r.delta:
        given[..., r.ordered, r.ordered] = 0.0
    own = B.take(r.ordered, axis=-2)
    variance = ((own @ given) * own).sum(axis=-1)
    with np.errstate(all="ignore"):
        if not r.delta:
            entries[..., scale_at] = variance**-0.5
            return
        residual = entries.take(scale_at, axis=-1) ** -2.0 - variance
        if not r.passive:
            residual = np.linalg.solve(own.take(r.ordered, axis=-1) ** 2, residual[..., None])[..., 0]
    entries[..., r.residual_at] = residual
