"""The bivariate standard normal distribution, for many correlations at once.

Phi2(h, k; rho) is the integral of its own derivative, the density phi2(h, k; r), over r: from 0 where rho is moderate, and
from 1 backwards where it is high, there less a part that is integrated by hand because it has no Taylor series at r = 1.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr, ndtr

from cocsem.moments.ordinal.types import Array

BEYOND = 40.0  # a limit that no answer reaches: stands for infinity where infinity times zero must not arise
LEAST = 2.0**-52  # a probability less than rounding can tell counts as this
_NODES = ((0.3, 6), (0.75, 12), (0.925, 20))  # Gauss-Legendre nodes that reach 1e-15 up to this |rho|
_HIGH_NODES = 20
_CHUNK = 1 << 16  # numbers worked on at once: stays in the cache


def normal_pdf(z: Array) -> Array:
    """phi(z) = exp(-z^2 / 2) / sqrt(2 pi)."""
    return np.asarray(np.exp(-0.5 * z * z) / math.sqrt(2 * math.pi))


def bivariate_pdf(h: Array, k: Array, rho: Array) -> Array:
    """phi2(h, k; rho) = exp(-(h^2 - 2 rho h k + k^2) / (2 (1 - rho^2))) / (2 pi sqrt(1 - rho^2)), shapes broadcast together."""
    rest = 1.0 - rho * rho
    return np.asarray(np.exp((rho * h * k - 0.5 * (h * h + k * k)) / rest) / (2 * math.pi * np.sqrt(rest)))


def bivariate_cdf(h: Array, k: Array, rho: Array) -> Array:
    """Phi2(h, k; rho) = P(X <= h, Y <= k) of standard normals with correlation rho, to about 1e-15.

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
    out = np.empty_like(h)
    h, k, flat = h.reshape(len(h), -1), k.reshape(len(k), -1), out.reshape(len(h), -1)
    size, lowest = np.abs(rho), -1.0
    for highest, nodes in _NODES:
        for part in _parts((size > lowest) & (size <= highest), h.shape[1]):
            flat[part] = _moderate(h[part], k[part], rho[part], nodes)
        lowest = highest
    for part in _parts(size > lowest, h.shape[1]):
        sign = np.sign(rho[part])[:, None]
        upper = _high(h[part], sign * k[part], size[part])
        flat[part] = np.where(sign > 0, upper, ndtr(h[part]) - upper)
    return out


def _parts(chosen: NDArray[np.bool_], width: int) -> list[NDArray[np.intp]]:
    where = np.flatnonzero(chosen)
    pieces = -(-where.size * width // _CHUNK)
    return np.array_split(where, min(pieces, where.size)) if where.size else []


@lru_cache(maxsize=8)
def _rule(nodes: int) -> tuple[Array, Array]:
    """Gauss-Legendre nodes and weights on 0..1."""
    x, w = np.polynomial.legendre.leggauss(nodes)
    return (x + 1) / 2, w / 2


def _moderate(h: Array, k: Array, rho: Array, nodes: int) -> Array:
    """Phi(h) Phi(k) + (1 / 2 pi) integral over t from 0 to asin rho of exp(-(h^2 + k^2 - 2 h k sin t) / (2 cos^2 t))."""
    angle = np.arcsin(rho)
    product, squares = h * k, 0.5 * (h * h + k * k)
    total = np.zeros_like(h)
    for x, w in zip(*_rule(nodes), strict=True):
        sine = np.sin(angle * x)[:, None]
        rest = 1.0 / (1.0 - sine * sine)
        total += w * np.exp((sine * rest) * product - rest * squares)
    return np.asarray(ndtr(h) * ndtr(k) + angle[:, None] / (2 * math.pi) * total)


def _high(h: Array, k: Array, rho: Array) -> Array:
    """Phi(min(h, k)) - (1 / 2 pi) integral over x from 0 to sqrt(1 - rho^2) of exp(-b / 2x^2) g(x), for rho > 0.

    b = (h - k)^2, r = sqrt(1 - x^2), g(x) = exp(-h k / (1 + r)) / r = exp(-h k / 2) (1 + c x^2 + c d x^4 + ...) with
    c = (4 - h k) / 8 and d = (12 - h k) / 16. The three terms shown are integrated by parts, the rest by Gauss-Legendre.
    """
    a = np.sqrt((1.0 - rho) * (1.0 + rho))[:, None]
    gap, product = np.abs(h - k), h * k
    b, c, d = gap * gap, (4.0 - product) / 8, (12.0 - product) / 16
    edge = np.exp(-b / (2 * a * a) - product / 2)
    first = a * edge - gap * math.sqrt(2 * math.pi) * np.exp(log_ndtr(-gap / a) - product / 2)
    second = (a**3 * edge - b * first) / 3
    third = (a**5 * edge - b * second) / 5
    total = first + c * second + c * d * third
    for node, w in zip(*_rule(_HIGH_NODES), strict=True):
        x = a * node
        square = x * x
        r = np.sqrt(1.0 - square)
        series = 1.0 + c * square * (1.0 + d * square)
        far = -b / (2 * square)
        total += w * a * (np.exp(far - product / (1.0 + r)) / r - np.exp(far - product / 2) * series)
    return np.asarray(ndtr(np.minimum(h, k)) - total / (2 * math.pi))
