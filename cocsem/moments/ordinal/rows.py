"""Step two for pairs with a continuous variable: polyserial and Pearson correlations, row by row.

Each kind of pair is a function that gives, for a correlation rho, the slopes of the log-likelihood of every row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.moments.ordinal.climb import climb
from cocsem.moments.ordinal.margins import Margin
from cocsem.moments.ordinal.normal import LEAST, STEEP, normal_pdf
from cocsem.moments.ordinal.probit import interval, pull
from cocsem.moments.ordinal.types import Array, Index

Curve = Callable[[Margin, Margin, Array], tuple[Array, Array]]


@dataclass(frozen=True, slots=True)
class Ends:
    """Slopes of the log-likelihood of each row of a pair in what the two variables contribute.

    first, second : slopes in the lower and the upper limit of an ordered variable, (2, n), or in the value z of a continuous
    one, (1, n).
    """

    first: Array
    second: Array


def correlate(one: Margin, other: Margin, start: float | None = None) -> float:
    """Correlation of two latent responses given the covariates, by maximum likelihood with all else fixed at step one.

    start : first guess; by default a Pearson correlation.

    References: olsson1979, olsson1982
    """
    curve, both = _kind(one, other)[0], one.seen & other.seen

    def slopes(rho: Array, at: Index) -> tuple[Array, Array]:
        first, second = curve(one, other, rho)
        return np.sum(first, where=both, keepdims=True), np.sum(second - first * first, where=both, keepdims=True)

    return float(climb(slopes, np.array([_start(one, other, both) if start is None else start]))[0])


def row_influence_of(one: Margin, other: Margin, rho: float, x: Array) -> Array:
    """What each row adds to the correlation, what step one estimated taken into account, (n,).

    u = (s - v_1 a_1 - v_2 a_2) / sum s^2 with s the slope in rho, v the influences of a variable on its own estimates and
    a = sum s (slope of the same log-likelihood in them)

    References: muthen1984
    """
    curve, ends = _kind(one, other)
    both = one.seen & other.seen
    score = np.where(both, curve(one, other, np.array([rho]))[0], 0.0)
    sides = ends(one, other, rho)
    out = score.copy()
    for margin, slopes in ((one, sides.first), (other, sides.second)):
        out -= margin.influence @ _cross(margin, score * slopes, x)
    return out / float(score @ score)


def _cross(margin: Margin, weighted: Array, x: Array) -> Array:
    """From slopes in limits or values to slopes in the estimates of step one, summed over rows, (m,)."""
    if margin.ordered:
        return np.asarray(pull(weighted[0], weighted[1], margin.codes, x, len(margin.thresholds) + 1).sum(axis=0))
    slope = -weighted[0] / np.sqrt(margin.variance)
    return np.concatenate([[slope.sum()], slope @ x, [slope @ margin.z / (2 * np.sqrt(margin.variance))]])


def _kind(one: Margin, other: Margin) -> tuple[Curve, Callable[[Margin, Margin, float], Ends]]:
    """The functions of a pair of such variables; a continuous one stands first where they differ."""
    if one.ordered:
        return (lambda a, b, r: _strip(b, a, r)), (lambda a, b, r: _turned(_strip_ends(b, a, r)))
    return (_strip, _strip_ends) if other.ordered else (_point, _point_ends)


def _turned(ends: Ends) -> Ends:
    return Ends(ends.second, ends.first)


def _start(one: Margin, other: Margin, both: NDArray[np.bool_]) -> float:
    """Pearson correlation of middles of the limits, or values."""
    a, b = ((np.clip(m.lower, -3, 3) + np.clip(m.upper, -3, 3) if m.ordered else m.z)[both] for m in (one, other))
    a, b = a - a.mean(), b - b.mean()
    size = float(np.sqrt((a @ a) * (b @ b)))
    return float(a @ b) / size if size > 0 else 0.0


def _strip(one: Margin, other: Margin, rho: Array) -> tuple[Array, Array]:
    """P'/P and P''/P of P = Phi(u) - Phi(l), u = (upper - rho z) / sqrt(1 - rho^2), (n,) each."""
    r, z = float(rho[0]), one.z
    spread = np.sqrt((1.0 - r) * (1.0 + r))
    P = _strip_probability(one, other, r)
    first, second = np.zeros_like(P), np.zeros_like(P)
    for limit, sign in ((other.upper, 1.0), (other.lower, -1.0)):
        at = (limit - r * z) / spread
        density, turn = sign * normal_pdf(at), (r * limit - z) / spread**3
        first += density * turn
        second += density * (limit / spread**3 + 3 * r * turn / spread**2 - at * turn**2)
    return np.where(P <= LEAST, -STEEP * np.sign(r), first / P), second / P


def _strip_probability(one: Margin, other: Margin, rho: float) -> Array:
    spread = np.sqrt((1.0 - rho) * (1.0 + rho))
    inside = interval((other.lower - rho * one.z) / spread, (other.upper - rho * one.z) / spread)
    return np.asarray(np.maximum(inside, LEAST))


def _strip_ends(one: Margin, other: Margin, rho: float) -> Ends:
    spread = np.sqrt((1.0 - rho) * (1.0 + rho))
    P = _strip_probability(one, other, rho)
    down, up = (normal_pdf((limit - rho * one.z) / spread) / (spread * P) for limit in (other.lower, other.upper))
    return Ends(np.array([rho * (down - up) - one.z]), np.array([-down, up]))


def _point(one: Margin, other: Margin, rho: Array) -> tuple[Array, Array]:
    """Slope of log phi2 in rho, and its square plus the second derivative, (n,) each."""
    r = float(rho[0])
    rest, product, squares = 1.0 - r * r, one.z * other.z, one.z**2 + other.z**2
    first = r / rest + (product * (1 + r * r) - r * squares) / rest**2
    second = (1 + r * r + 2 * r * product - squares) / rest**2 + 4 * r * (product * (1 + r * r) - r * squares) / rest**3
    return first, second + first * first


def _point_ends(one: Margin, other: Margin, rho: float) -> Ends:
    rest = 1.0 - rho * rho
    return Ends((rho * other.z - one.z)[None] / rest, (rho * one.z - other.z)[None] / rest)
