"""The bivariate standard normal distribution, for many correlations at once.

Phi2(h, k; rho) is the integral of its own derivative in rho, the density phi2(h, k; rho). Over t = asin rho the integrand is
smooth up to t = pi / 2, so a few Gauss-Legendre nodes reach rounding as long as no panel is much wider than its distance from there.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from cocsem.moments.ordinal.types import Array

BEYOND = 40.0  # a limit that no answer reaches: stands for infinity where infinity times zero must not arise
LEAST = 1e-300  # what a probability of zero counts as
STEEP = 1e8  # slope of log P where P itself is too small to be written: back towards 0
_ROUNDED = 1e-9  # probabilities below this are lost in the rounding of a sum of larger ones
_TAIL_NODES = 24
# Widest panel, in distances of its far end from pi / 2, for which that many nodes leave an error below 1e-13.
_NODES = ((0.05, 3), (0.25, 6), (0.5, 8), (1.0, 11), (2.0, 16))
_CHUNK = 1 << 16  # numbers worked on at once: stays in the cache


def normal_pdf(z: Array) -> Array:
    """phi(z) = exp(-z^2 / 2) / sqrt(2 pi)."""
    return np.asarray(np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi))


def bivariate_pdf(h: Array, k: Array, rho: Array) -> Array:
    """phi2(h, k; rho) = exp(-(h^2 - 2 rho h k + k^2) / (2 (1 - rho^2))) / (2 pi sqrt(1 - rho^2)), shapes broadcast together."""
    rest = 1.0 - rho * rho
    return np.asarray(np.exp((rho * h * k - 0.5 * (h * h + k * k)) / rest) / (2 * math.pi * np.sqrt(rest)))


def bivariate_cdf(h: Array, k: Array, rho: Array) -> Array:
    """Phi2(h, k; rho) = P(X <= h, Y <= k) of standard normals with correlation rho, to about 1e-14.

    Parameters
    ----------
    h, k : (P, ...) finite limits, of one shape. rho : (P,) correlations inside -1..1, one for each entry of the first axis.

    References: drezner1990, genz2004

    >>> from math import asin, pi
    >>> zero, rho = np.zeros((2, 1)), np.array([0.5, -0.99])
    >>> [round(float(v), 12) for v in bivariate_cdf(zero, zero, rho)[:, 0]]
    [0.333333333333, 0.022526706822]
    >>> round(0.25 + asin(-0.99) / (2 * pi), 12)
    0.022526706822
    """
    return np.asarray(ndtr(h) * ndtr(k) + density_integral(h, k, np.zeros_like(rho), rho))


def density_integral(h: Array, k: Array, start: Array, end: Array) -> Array:
    """Integral of phi2(h, k; r) over r from `start` to `end`, (P, ...): what Phi2 gains between two correlations.

    (1 / 2 pi) integral over t of exp((h k sin t - (h^2 + k^2) / 2) / cos^2 t), in panels from the end that lies nearer to 0.
    """
    shape, h, k = h.shape, h.reshape(len(h), -1), k.reshape(len(k), -1)
    outward = np.abs(end) >= np.abs(start)
    inner, outer = np.arcsin(np.where(outward, start, end)), np.arcsin(np.where(outward, end, start))
    side = np.where(outer < 0, -1.0, 1.0)
    here, last = side * inner, side * outer
    sign = np.where(outward, side, -side) / (2 * math.pi)
    out = np.zeros_like(h)
    widest = _NODES[-1][0]
    while (here < last).any():
        there = np.minimum(last, (here + widest * math.pi / 2) / (1 + widest))
        width = (there - here) / (math.pi / 2 - there)
        below = 0.0
        for ratio, nodes in _NODES:
            for part in _parts((width > below) & (width <= ratio * (1 + 1e-9)), h.shape[1]):
                panel = _panel(h[part], side[part, None] * k[part], here[part], there[part] - here[part], nodes)
                out[part] += sign[part, None] * panel
            below = ratio * (1 + 1e-9)
        here = there
    return out.reshape(shape)


def rectangle_tail(lower: tuple[Array, Array], upper: tuple[Array, Array], rho: Array) -> Array:
    """Small probability of a rectangle with all its digits, (m,): one that the line of a perfect correlation does not cross.

    P = - sum of signs times integral over r from rho to 1 of phi2(h, k; r), with u = 1 / (1 - r^2)
    (1 / 4 pi) integral over u from 1 / (1 - rho^2) of exp(-(h - k)^2 u / 2) exp(-h k / (1 + r)) / (r u^1.5), by Gauss-Laguerre.

    Parameters
    ----------
    lower, upper : limits (m,) in both variables, `BEYOND` where there is none. rho : (m,).
    """
    negative = rho < 0
    below = lower[0], np.where(negative, -upper[1], lower[1])
    above = upper[0], np.where(negative, -lower[1], upper[1])
    total = np.zeros_like(rho)
    for h, a in ((above[0], 1.0), (below[0], -1.0)):
        for k, b in ((above[1], 1.0), (below[1], -1.0)):
            finite = (np.abs(h) < BEYOND / 2) & (np.abs(k) < BEYOND / 2) & (h != k)
            total[finite] -= a * b * _beyond(h[finite], k[finite], np.abs(rho[finite]))
    return total


def _beyond(h: Array, k: Array, rho: Array) -> Array:
    """Integral of phi2(h, k; r) over r from rho > 0 to 1, (m,), for limits far apart in units of sqrt(1 - rho^2)."""
    node, weight = np.polynomial.laguerre.laggauss(_TAIL_NODES)
    rate, start = (h - k) ** 2 / 2, 1.0 / ((1.0 - rho) * (1.0 + rho))
    u = start[:, None] + node / rate[:, None]
    r = np.sqrt(1.0 - 1.0 / u)
    far = np.exp(-(rate * start)[:, None] - (h * k)[:, None] / (1.0 + r)) / (r * u**1.5)
    return np.asarray(far @ weight / (4 * math.pi * rate))


def is_rounded(probability: Array) -> NDArray[np.bool_]:
    """Which probabilities of rectangles have lost digits and are better taken from `rectangle_tail`."""
    return probability < _ROUNDED


def _parts(chosen: NDArray[np.bool_], width: int) -> list[NDArray[np.intp]]:
    where = np.flatnonzero(chosen)
    pieces = -(-where.size * width // _CHUNK)
    return np.array_split(where, min(pieces, where.size)) if where.size else []


@lru_cache(maxsize=8)
def _rule(nodes: int) -> tuple[Array, Array]:
    """Gauss-Legendre nodes and weights on 0..1."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    return (x + 1) / 2, w / 2


def _panel(h: Array, k: Array, start: Array, width: Array, nodes: int) -> Array:
    product, squares = h * k, 0.5 * (h * h + k * k)
    total = np.zeros_like(h)
    for x, w in zip(*_rule(nodes), strict=True):
        angle = (start + width * x)[:, None]
        rest = np.cos(angle) ** -2
        total += w * np.exp((np.sin(angle) * rest) * product - rest * squares)
    return width[:, None] * total
