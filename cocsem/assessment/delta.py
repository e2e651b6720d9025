"""Standard errors of anything that follows from the estimates, by the delta method."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.distributions import normal_quantile
from cocsem.estimation.problem import pose
from cocsem.estimation.standardized_solution import require_converged
from cocsem.estimation.types import Fit
from cocsem.model.matrices import Implied, Layout, imply

Array = NDArray[np.float64]
Statistic = Callable[[Layout, Implied], Array]
_STEP = float(np.finfo(float).eps) ** (1 / 3)  # the step at which a central difference is most exact
_AT_ONCE = 64  # parameters moved in one batch


class Interval(NamedTuple):
    """Values (q,) of a statistic with their standard errors and limits."""

    value: Array
    se: Array
    lower: Array
    upper: Array


def delta_interval(fit: Fit, statistic: Statistic, *, group: int = 0, level: float = 0.95) -> Interval:
    """Return a function of the model matrices with its interval, value +- z se, se^2 = g' V g.

    g are the derivatives by the free parameters (central differences), V their covariance matrix.

    Parameters
    ----------
    fit : a converged fit. statistic : takes the layout and the matrices of a group, with leading batch axes (b,), and
        gives (b, q) values. group : number of the group, from 0. level : of the interval.

    Raises
    ------
    EstimationError : the fit did not converge.

    References: oehlert1992
    """
    require_converged(fit)
    layout = pose(fit.spec, fit.statistics, fit.method).layouts[group]
    value = statistic(layout, imply(layout, fit.theta[None, :]))[0]
    slopes = np.concatenate(
        [_slopes(layout, fit.theta, statistic, turn) for turn in _turns(len(fit.theta))] or [np.zeros((0, len(value)))]
    )
    variance = np.einsum("kq,kl,lq->q", slopes, fit.vcov, slopes)
    se = np.sqrt(np.where(variance >= 0, variance, np.nan))
    reach = normal_quantile(0.5 + level / 2) * se
    return Interval(value, se, value - reach, value + reach)


def _turns(n: int) -> list[NDArray[np.intp]]:
    return [np.arange(start, min(start + _AT_ONCE, n)) for start in range(0, n, _AT_ONCE)]


def _slopes(layout: Layout, theta: Array, statistic: Statistic, which: NDArray[np.intp]) -> Array:
    """Derivatives (len(which), q) by some of the parameters."""
    step = _STEP * np.maximum(np.abs(theta[which]), 0.1)
    moved = np.repeat(theta[None, :], 2 * len(which), axis=0)
    rows = np.arange(len(which))
    moved[rows, which] += step
    moved[rows + len(which), which] -= step
    values = statistic(layout, imply(layout, moved))
    return np.asarray((values[: len(which)] - values[len(which) :]) / (2.0 * step[:, None]))
