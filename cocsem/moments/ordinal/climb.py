"""Maximum likelihood of many correlations at once, each of one unknown: Newton steps inside a bracket."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cocsem.errors import EstimationError
from cocsem.moments.ordinal.types import Array, Index

Slopes = Callable[[Array, Index], tuple[Array, Array]]
BOUND = 1.0 - 1e-7  # a maximum beyond this is a perfect correlation
_CLOSE = 1e-7  # a Newton step this short leaves an error of its square
_NARROW = 1e-13
_GAIN = 1e-10  # a likelihood that rises by less than this up to its bound has its maximum there
_STEPS = 100


def climb(slopes: Slopes, start: Array) -> Array:
    """Find where the slope of each log-likelihood vanishes, (P,); a correlation at its bound comes back beyond `BOUND`.

    Each step is Newton's in Fisher's z = atanh rho where the likelihood bends down and the step stays between the nearest points
    known to lie left and right of the maximum, else half the way to the bracket.

    Parameters
    ----------
    slopes : of correlations (A,) and the positions (A,) they belong to: first and second derivative of the log-likelihoods.
    start : (P,) first guesses inside -1..1.

    >>> print(climb(lambda r, at: (0.3 - r, -np.ones_like(r)), np.zeros(2)))
    [0.3 0.3]
    """
    rho = np.clip(start, -0.9, 0.9)
    low, high = np.full_like(rho, -1.0), np.full_like(rho, 1.0)
    active = np.arange(rho.size)
    for _ in range(_STEPS):
        here = rho[active]
        first, second = slopes(here, active)
        rising = first > 0
        low[active], high[active] = np.where(rising, here, low[active]), np.where(rising, high[active], here)
        newton = _step(here, first, second)
        close = np.abs(newton - here) <= _CLOSE
        usable = close | ((newton > low[active]) & (newton < high[active]))
        there = np.where(usable, newton, (here + np.where(rising, high[active], low[active])) / 2)
        ahead = np.where(rising, 1.0, -1.0)
        open_ended = np.where(rising, high[active], low[active]) == ahead
        flat = ~close & open_ended & (np.abs(first) * np.abs(ahead - here) < _GAIN)
        there = np.where(flat, ahead, there)
        rho[active] = there
        resting = close | flat | (high[active] - low[active] <= _NARROW) | (np.abs(there) > BOUND)
        active = active[~resting]
        if not active.size:
            return rho
    raise EstimationError(
        "The search for a correlation of latent responses must come to rest, but it did not. Report this with your data."
    )


def _step(rho: Array, first: Array, second: Array) -> Array:
    """Newton's step in z = atanh rho, from slopes in rho; not-a-number where the likelihood bends up."""
    rest = (1.0 - rho) * (1.0 + rho)
    bend = second * rest - 2.0 * rho * first
    shift = np.tanh(-first / np.where(bend < 0, bend, np.nan))
    return np.asarray((rho + shift) / (1.0 + rho * shift))
