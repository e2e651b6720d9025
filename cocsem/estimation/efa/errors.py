"""Standard errors of rotated loadings and factor correlations, from resamples that are turned to meet the solution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import permutations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.chance import generator
from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.efa.extraction import extract
from cocsem.estimation.efa.rotation import rotate
from cocsem.estimation.efa.types import FactorSolution

Array = NDArray[np.float64]
Correlate = Callable[[pd.DataFrame], tuple[Array, int]]
_ALL_ORDERS = 6  # factors up to which every order is tried


def with_errors(
    solution: FactorSolution, rows: pd.DataFrame, correlate: Correlate, draws: int, seed: int
) -> FactorSolution:
    """Add bootstrap standard errors to a solution.

    Every resample is extracted and rotated anew; its factors are put in the order and sign that come closest to the solution (largest
    sum of absolute congruences), because a rotation settles neither. Resamples that cannot be extracted are left out.

    Raises
    ------
    UsageError : a number of draws below 2. EstimationError : fewer than two resamples could be extracted.

    References: zhang2014, efron1993
    """
    if not isinstance(draws, int) or draws < 2:
        raise UsageError(f"bootstrap must be a number of draws, 0 or at least 2; {draws!r} was given.")
    rng, k = generator(seed), solution.loadings.shape[1]
    target = solution.loadings.to_numpy()
    found: list[tuple[Array, Array]] = []
    for _ in range(draws):
        drawn = rows.iloc[rng.integers(0, len(rows), size=len(rows))]
        try:
            extracted = extract(correlate(drawn)[0], k, solution.method)
        except EstimationError:
            continue
        found.append(meet(*rotate(extracted.loadings, solution.rotation), target))
    if len(found) < 2:
        raise EstimationError(
            "At least two resamples must be extracted for standard errors, but fewer were. Ask for fewer factors."
        )
    loadings, phi = (np.std(np.stack(part), axis=0, ddof=1) for part in zip(*found, strict=True))
    return replace(
        solution,
        loadings_se=pd.DataFrame(loadings, index=solution.loadings.index, columns=solution.loadings.columns),
        phi_se=pd.DataFrame(phi, index=solution.phi.index, columns=solution.phi.columns),
        draws=len(found),
    )


def meet(loadings: Array, phi: Array, target: Array) -> tuple[Array, Array]:
    """Put factors in the order and sign in which their loadings come closest to those of a target.

    >>> turned = np.array([[0.0, -0.9], [0.8, 0.1]])
    >>> meet(turned, np.eye(2), np.array([[0.8, 0.0], [0.0, 0.7]]))[0].tolist()
    [[0.9, 0.0], [-0.1, 0.8]]
    """
    lengths = np.outer(np.linalg.norm(target, axis=0), np.linalg.norm(loadings, axis=0))
    congruence = target.T @ loadings / np.where(lengths > 0, lengths, np.inf)
    order = _best_order(np.abs(congruence))
    sign = np.where(congruence[np.arange(len(order)), order] < 0, -1.0, 1.0)
    return loadings[:, order] * sign, phi[np.ix_(order, order)] * np.outer(sign, sign)


def _best_order(closeness: Array) -> list[int]:
    """The assignment of columns to rows with the largest sum: by trial of all for few factors, else the closest first."""
    k = len(closeness)
    if k <= _ALL_ORDERS:
        return list(max(permutations(range(k)), key=lambda order: sum(closeness[i, j] for i, j in enumerate(order))))
    left, order = closeness.copy(), [0] * k
    for _ in range(k):
        i, j = np.unravel_index(int(np.argmax(left)), left.shape)
        order[int(i)] = int(j)
        left[i, :], left[:, j] = -1.0, -1.0
    return order
