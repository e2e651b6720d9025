"""Moments of data with missing answers: the saturated model by maximum likelihood, from all answers given."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.moments.continuous import checked, require_finite
from cocsem.moments.patterns import Patterns, deviance, find_patterns, moment_slopes, weigh
from cocsem.moments.types import Array, SampleStatistics

Triangle = tuple[NDArray[np.intp], NDArray[np.intp]]
_STEPS = 2000
_ENOUGH = 1e-9  # change of the moments, in standard deviations, at which the search rests
_LOOK = 100  # steps after which, if the search does not rest, it is asked whether it can
_VANISHED = 1e-6  # eigenvalue of the correlation matrix; answers that determine the moments come to rest far from it
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
    data, names, used = _rows_used(frame, group, complete)
    patterns = find_patterns(data)
    mean, cov, lowest = saturated_moments(patterns, *pairwise_moments(data))
    _check_determined(names, cov, _where(group))
    stats = checked(names, cov, mean, (len(data), len(used), group), data, np.flatnonzero(used))
    return replace(stats, patterns=replace(patterns, deviance=lowest))


def pairwise_statistics(frame: pd.DataFrame, group: str = "", complete: tuple[str, ...] = ()) -> SampleStatistics:
    """Compute means from the answers to each variable and covariances from the rows that answer both.

    The N that counts is that of the rows with any answer: standard errors and tests made of such moments are too optimistic.
    The rows are kept with their gaps.

    Raises
    ------
    EstimationError : as for `available_statistics`; or covariances that are not those of any data (not positive definite).
    """
    data, names, used = _rows_used(frame, group, complete)
    mean, cov = pairwise_moments(data)
    sd = np.sqrt(np.diag(cov))
    if (sd > 0).all() and np.linalg.eigvalsh(cov / np.outer(sd, sd))[0] < 1e-9:
        raise EstimationError(
            f"Pairwise covariances must form a positive definite matrix{_where(group)}; these do not, because each comes from other rows. "
            'Use missing="fiml".'
        )
    return checked(names, cov, mean, (len(data), len(used), group), data, np.flatnonzero(used))


def pairwise_moments(data: Array) -> tuple[Array, Array]:
    """Means (p,) of the answers given, and covariances (p, p) over the rows that answer both, each about its own means.

    s_jk = (N - 1) / N sum (x_j - xbar_j)(x_k - xbar_k) / (n_jk - 1)
    """
    seen = ~np.isnan(data)
    mean = np.nanmean(data, axis=0)
    z, count = np.where(seen, data - mean, 0.0), seen.T.astype(np.float64) @ seen
    sums = z.T @ seen  # sum of x_j over the rows that answer k
    cov = (z.T @ z - sums * sums.T / count) / (count - 1.0)
    return mean, cov * (len(data) - 1.0) / len(data)


def _rows_used(
    frame: pd.DataFrame, group: str, complete: tuple[str, ...]
) -> tuple[Array, tuple[str, ...], NDArray[np.bool_]]:
    """The rows with any answer that answer all of `complete`, the names, and which rows these are."""
    values = frame.to_numpy(dtype=np.float64)
    names = tuple(str(c) for c in frame.columns)
    used = ~np.isnan(values).all(axis=1)
    used &= ~np.isnan(values[:, [names.index(x) for x in complete]]).any(axis=1)
    data = values[used]
    _check_answers(data, names, _where(group))
    return data, names, used


def _check_determined(names: tuple[str, ...], cov: Array, where: str) -> None:
    sd = np.sqrt(np.maximum(np.diag(cov), 1e-300))
    values, vectors = np.linalg.eigh(cov / np.outer(sd, sd))
    if values[0] < 1e-9:
        parts = [n for n, w in zip(names, np.abs(vectors[:, 0]), strict=True) if w > 0.1]
        raise EstimationError(
            f"The answers given must determine all covariances{where}, but the likelihood rises without bound towards exact combinations of "
            f"{', '.join(parts)}. Either too few rows answer them together (leave one out), or one of them is made of the others."
        )


def _where(group: str) -> str:
    return f" in group '{group}'" if group else ""


def _check_answers(data: Array, names: tuple[str, ...], where: str) -> None:
    """Refuse data that cannot determine every mean, variance and covariance, naming the variables."""
    if len(data) < 2:
        raise EstimationError(f"At least two rows with answers are needed{where}, but there are {len(data)}.")
    require_finite(data, names, where)
    seen = (~np.isnan(data)).astype(np.float64)
    never = [n for n, answered in zip(names, np.asarray(seen.any(axis=0)), strict=True) if not answered]
    if never:
        raise EstimationError(
            f"Every variable must be answered by someone, but nobody answered {', '.join(never)}{where}. Take it out of the model."
        )
    constant = [
        n for n, low, high in zip(names, np.nanmin(data, axis=0), np.nanmax(data, axis=0), strict=True) if low == high
    ]
    if constant:
        raise EstimationError(
            f"Every variable must vary, but {', '.join(constant)} has one value only{where}. Take it out of the model."
        )
    together = seen.T @ seen
    i, j = np.nonzero(np.triu(together < 2, 1))
    if len(i):
        pairs = ", ".join(f"{names[a]} with {names[b]}" for a, b in zip(i[:5], j[:5], strict=True))
        raise EstimationError(
            f"Every two variables must be answered together by at least two rows, or their covariance is unknown and there is no saturated "
            f"model to test against; this fails for {pairs}{' ...' if len(i) > 5 else ''}{where}. Leave one of them out."
        )


def saturated_moments(patterns: Patterns, mean: Array, cov: Array) -> tuple[Array, Array, float]:
    """Maximize the likelihood of the saturated model by the EM algorithm; return means, covariances (divisor N) and the deviance.

    The EM step in terms of the likelihood's own derivatives: mu + Sigma u and Sigma - Sigma Q Sigma - (Sigma u)(Sigma u)'.
    Its steps are extrapolated (Anderson's mixing) wherever that raises the likelihood, else taken as they are.

    Parameters
    ----------
    mean, cov : (p,), (p, p) moments of the available answers to start from; of cov the diagonal, where it is not positive definite.

    Raises
    ------
    EstimationError : the search does not come to rest.

    References: dempster1977, walker2011
    """
    variance = np.diag(cov)
    sd, lower = np.sqrt(variance), np.tril_indices(len(mean))
    scale = np.concatenate([sd, np.outer(sd, sd)[lower]])
    x = np.concatenate([mean, cov[lower]]) / scale
    value, target = _em_step(patterns, x * scale, lower)
    if not np.isfinite(value):
        x = np.concatenate([mean, np.diag(variance)[lower]]) / scale
        value, target = _em_step(patterns, x * scale, lower)
    trail: list[tuple[Array, Array]] = []
    for n in range(1, _STEPS + 1):
        step = target / scale - x
        if np.abs(step).max() < _ENOUGH:
            break
        trail = [*trail[-_MEMORY:], (x, step)]
        ahead = _extrapolate(trail)
        new, target = _em_step(patterns, ahead * scale, lower)
        if not new <= value:
            trail, ahead = trail[-1:], x + step
            new, target = _em_step(patterns, ahead * scale, lower)
        x, value = ahead, new
        if n == _STEPS or (n % _LOOK == 0 and _vanishing(_unpack(x * scale, len(mean), lower)[1])):
            raise EstimationError(
                "The moments of the answers given could not be found: too few rows answer the same variables. "
                'Leave out the variables that are answered least, or use missing="listwise".'
            )
    return *_unpack(x * scale, len(mean), lower), value


def _vanishing(cov: Array) -> bool:
    """Whether the search runs towards exact combinations of the variables, where the likelihood has no maximum."""
    sd = np.sqrt(np.diag(cov))
    return not np.linalg.eigvalsh(cov / np.outer(sd, sd))[0] > _VANISHED


def _unpack(moments: Array, p: int, lower: Triangle) -> tuple[Array, Array]:
    cov = np.empty((p, p))
    cov[lower] = cov[lower[::-1]] = moments[p:]
    return moments[:p], cov


def _em_step(patterns: Patterns, moments: Array, lower: Triangle) -> tuple[float, Array]:
    """Deviance at these moments (mu, lower triangle of Sigma), and the moments that EM moves to; infinite outside."""
    p = patterns.means.shape[1]
    mu, Sigma = _unpack(moments, p, lower)
    try:
        at = weigh(patterns, Sigma, mu)
    except np.linalg.LinAlgError:
        return np.inf, moments
    Q, u = moment_slopes(at)
    move = Sigma @ u
    moved = Sigma - Sigma @ Q @ Sigma - np.outer(move, move)
    return deviance(at), np.concatenate([mu + move, moved[lower]])


def _extrapolate(trail: list[tuple[Array, Array]]) -> Array:
    """The combination of the last points whose steps cancel best, moved by what is left of the step."""
    x, step = trail[-1]
    if len(trail) == 1:
        return x + step
    X = np.diff(np.array([point for point, _ in trail]), axis=0)
    F = np.diff(np.array([f for _, f in trail]), axis=0)
    weights = np.linalg.lstsq(F.T, step, rcond=1e-10)[0]
    return np.asarray(x + step - weights @ (X + F))


def independent_moments(stats: SampleStatistics, together: tuple[str, ...]) -> tuple[Array, Array]:
    """Moments (p,), (p, p) of the baseline model: variables independent of one another, but for the block `together`.

    Independent variables have the means and variances of their own answers; the block has those of its saturated model.
    """
    data = stats.data
    if data is None:
        return stats.mean, stats.cov
    mean, cov = np.nanmean(data, axis=0), np.diag(np.nanvar(data, axis=0))
    block = [stats.names.index(x) for x in together]
    if block:
        part = data[:, block]
        part = part[~np.isnan(part).all(axis=1)]
        mean[block], cov[np.ix_(block, block)], _ = saturated_moments(find_patterns(part), *pairwise_moments(part))
    return mean, cov


def baseline_chisq(stats: SampleStatistics, together: tuple[str, ...]) -> float:
    """Test statistic of the baseline model on all answers given: N times its deviance less that of the saturated model."""
    if stats.patterns is None:
        raise EstimationError("The baseline of available answers needs the answers.")
    mean, cov = independent_moments(stats, together)
    return stats.n_obs * (deviance(weigh(stats.patterns, cov, mean)) - stats.patterns.deviance)
