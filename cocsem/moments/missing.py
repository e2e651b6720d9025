"""Moments of data with missing answers: the saturated model by maximum likelihood, from all answers given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.moments.continuous import checked
from cocsem.moments.patterns import Patterns, deviance, find_patterns, slopes, weigh
from cocsem.moments.types import Array, SampleStatistics

_STEPS = 2000
_ENOUGH = 1e-10  # change of the moments, in standard deviations, at which the search rests
_MEMORY = 6  # earlier steps that Anderson's extrapolation looks back on


def available_statistics(frame: pd.DataFrame, group: str = "", complete: tuple[str, ...] = ()) -> SampleStatistics:
    """Compute the moments of all answers given: maximum likelihood under normality, answers missing at random.

    Rows without any answer are dropped, and rows that miss one of the variables `complete` (fixed exogenous x).

    Parameters
    ----------
    frame : numeric columns, one per observed variable. group : label of the group. complete : variables that must be answered.

    Raises
    ------
    EstimationError : a variable or a pair of variables that nobody answered, a constant column, too few rows.

    References: dempster1977

    >>> rows = pd.DataFrame({"x": [1.0, 2.0, 4.0, 3.0, None], "y": [2.0, 1.0, 3.0, None, None]})
    >>> stats = available_statistics(rows)
    >>> stats.n_obs, stats.n_total, round(float(stats.mean[0]), 3)
    (4, 5, 2.5)
    """
    values = frame.to_numpy(dtype=np.float64)
    names = tuple(str(c) for c in frame.columns)
    where = f" in group '{group}'" if group else ""
    used = ~np.isnan(values).all(axis=1)
    used &= ~np.isnan(values[:, [names.index(x) for x in complete]]).any(axis=1)
    data = values[used]
    _check_answers(data, names, where)
    patterns = find_patterns(data)
    start = np.nanmean(data, axis=0), np.nanvar(data, axis=0)
    constant = [n for n, m, v in zip(names, *start, strict=True) if not v > 1e-20 * max(1.0, m * m)]
    if constant:
        raise EstimationError(f"Every variable must vary, but {', '.join(constant)} has one value only{where}. Take it out of the model.")
    mean, cov, lowest = saturated_moments(patterns, *start)
    stats = checked(names, cov, mean, (len(data), len(values), group), data, np.flatnonzero(used))
    return replace(stats, patterns=replace(patterns, deviance=lowest))


def _check_answers(data: Array, names: tuple[str, ...], where: str) -> None:
    """Refuse data that cannot determine every mean, variance and covariance, naming the variables."""
    if len(data) < 2:
        raise EstimationError(f"At least two rows with answers are needed{where}, but there are {len(data)}.")
    if np.isinf(data).any():
        bad = names[int(np.isinf(data).any(axis=0).argmax())]
        raise EstimationError(f"Values must be finite, but '{bad}' holds an infinite one{where}.")
    seen = (~np.isnan(data)).astype(np.float64)
    never = [n for n, answered in zip(names, seen.any(axis=0), strict=True) if not answered]
    if never:
        raise EstimationError(f"Every variable must be answered by someone, but nobody answered {', '.join(never)}{where}. Take it out of the model.")
    together = seen.T @ seen
    i, j = np.nonzero(np.triu(together < 2, 1))
    if len(i):
        pairs = ", ".join(f"{names[a]} with {names[b]}" for a, b in zip(i[:5], j[:5], strict=True))
        raise EstimationError(
            f"Every two variables must be answered together by at least two rows, or their covariance is unknown and there is no saturated "
            f"model to test against; this fails for {pairs}{' ...' if len(i) > 5 else ''}{where}. Leave one of them out."
        )


def saturated_moments(patterns: Patterns, mean: Array, variance: Array) -> tuple[Array, Array, float]:
    """Maximize the likelihood of the saturated model by the EM algorithm; return means, covariances (divisor N) and the deviance.

    The EM step in terms of the likelihood's own derivatives: mu + Sigma u and Sigma - Sigma Q Sigma - (Sigma u)(Sigma u)'.
    Its steps are extrapolated (Anderson's mixing) wherever that raises the likelihood no less than the plain step.

    Parameters
    ----------
    mean, variance : (p,) moments of the available answers to start from.

    References: dempster1977, walker2011
    """
    if len(patterns.counts) == 1:
        return _complete(patterns)
    p, sd = len(mean), np.sqrt(variance)
    lower = np.tril_indices(p)
    scale = np.concatenate([sd, (sd[:, None] * sd)[lower]])
    x, trail = np.concatenate([mean, np.diag(variance)[lower]]) / scale, []
    best = _evaluate(patterns, x * scale, p)
    for _ in range(_STEPS):
        value, target = best
        step = target / scale - x
        if np.abs(step).max() < _ENOUGH:
            break
        trail = [*trail[-_MEMORY:], (x, step)]
        ahead = _extrapolate(trail)
        tried = _evaluate(patterns, ahead * scale, p)
        if not tried[0] <= value:
            trail, ahead = trail[-1:], x + step
            tried = _evaluate(patterns, ahead * scale, p)
            if not tried[0] <= value + 1e-12 * abs(value) :
                break
        x, best = ahead, tried
    mean, cov = _unpack(x * scale, p)
    return mean, cov, best[0]
