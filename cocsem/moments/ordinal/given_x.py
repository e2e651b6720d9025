"""Step two for two ordered variables given covariates: each row has limits of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from cocsem.moments.ordinal.climb import climb
from cocsem.moments.ordinal.margins import Margin
from cocsem.moments.ordinal.normal import (
    BEYOND,
    LEAST,
    STEEP,
    bivariate_pdf,
    density_integral,
    is_rounded,
    normal_pdf,
    rectangle_tail,
)
from cocsem.moments.ordinal.types import Array, Index


@dataclass(frozen=True, slots=True)
class Rectangles:
    """The different rectangles that the rows of a pair stand in: rows alike in both answers and all covariates share one.

    weight : (c,) rows in each. row : (c,) one of them. place : (n,) the rectangle of each row, -1 where an answer is missing.
    lower, upper : limits (c,) in both variables. alone : (c,) probability were the two unrelated.
    h, k, sign, owner : (f,) its finite corners with their sign, and the rectangle each belongs to.
    """

    weight: Array
    row: Index
    place: Index
    lower: tuple[Array, Array]
    upper: tuple[Array, Array]
    alone: Array
    h: Array
    k: Array
    sign: Array
    owner: Index

    def total(self, values: Array) -> Array:
        """Sum over the corners of each rectangle, with their signs, (c,)."""
        return np.asarray(np.bincount(self.owner, self.sign * values, len(self.weight)), dtype=float)


def rectangles(one: Margin, other: Margin, pattern: Index) -> Rectangles:
    """Find the rectangles of a pair; rows of one `pattern` (n,) have the same covariates."""
    both = np.flatnonzero(one.seen & other.seen)
    place = np.full(len(pattern), -1, dtype=np.intp)
    if pattern[both].max() < both.size // 2:
        many, more = len(one.thresholds) + 1, len(other.thresholds) + 1
        key = (pattern[both] * many + one.codes[both]) * more + other.codes[both]
        _, first, place[both], weight = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    else:
        first = place[both] = np.arange(both.size)
        weight = np.ones(both.size)
    row = both[first]
    alone = one.inside[row] * other.inside[row]
    parts = []
    for h, a in ((one.upper[row], 1.0), (one.lower[row], -1.0)):
        for k, b in ((other.upper[row], 1.0), (other.lower[row], -1.0)):
            at = np.flatnonzero(_finite(h) & _finite(k))
            parts.append((h[at], k[at], np.full(at.size, a * b), at))
    h, k, sign, owner = (np.concatenate(part) for part in zip(*parts, strict=True))
    lower, upper = (one.lower[row], other.lower[row]), (one.upper[row], other.upper[row])
    return Rectangles(weight.astype(np.float64), row, place, lower, upper, alone, h, k, sign, owner)


def _finite(limit: Array) -> NDArray[np.bool_]:
    return np.abs(limit) < BEYOND / 2


def _probability(cells: Rectangles, start: Array, at: float, rho: float) -> Array:
    """P(rho) = P(at) + the integral of its derivative between, (c,)."""
    gain = density_integral(cells.h[None], cells.k[None], np.array([at]), np.array([rho]))[0]
    return start + cells.total(gain)


def _with_tails(cells: Rectangles, probability: Array, rho: float) -> Array:
    """The same with all digits of the small ones."""
    small = np.flatnonzero(is_rounded(probability))
    if small.size:
        lower, upper = (cells.lower[0][small], cells.lower[1][small]), (cells.upper[0][small], cells.upper[1][small])
        probability = probability.copy()
        probability[small] = rectangle_tail(lower, upper, np.full(small.size, rho))
    return np.maximum(probability, LEAST)


def correlate_given(cells: Rectangles, start: float | None = None) -> float:
    """Correlation of two latent responses given the covariates, by maximum likelihood with all else fixed at step one.

    start : first guess; by default one Newton step from zero.

    References: olsson1979
    """
    guess = float(np.clip(_first_guess(cells) if start is None else start, -0.9, 0.9))
    known = _probability(cells, cells.alone, 0.0, guess)

    def slopes(rho: Array, at: Index) -> tuple[Array, Array]:
        r = float(rho[0])
        density = bivariate_pdf(cells.h, cells.k, rho)
        P = _with_tails(cells, _probability(cells, known, guess, r), r)
        rest, squares = 1.0 - r * r, cells.h**2 + cells.k**2
        bend = density * (r + (cells.h * cells.k * (1 + r * r) - r * squares) / rest) / rest
        first = np.where(P <= LEAST, -STEEP * np.sign(r), cells.total(density) / P)
        second = cells.total(bend) / P - first**2
        return np.atleast_1d(cells.weight @ first), np.atleast_1d(cells.weight @ second)

    return float(climb(slopes, np.array([guess]))[0])


def _first_guess(cells: Rectangles) -> float:
    slope = cells.total(bivariate_pdf(cells.h, cells.k, np.zeros(1))) / np.maximum(cells.alone, LEAST)
    return float(cells.weight @ slope / (cells.weight @ slope**2))


def influence_given(one: Margin, other: Margin, cells: Rectangles, rho: float, x: Array) -> Array:
    """What each row adds to the correlation, what step one estimated taken into account, (n,).

    References: muthen1984
    """
    P = _with_tails(cells, _probability(cells, cells.alone, 0.0, rho), rho)
    score = cells.total(bivariate_pdf(cells.h, cells.k, np.array([rho]))) / P
    spread = cells.weight * score / P
    seen = cells.place >= 0
    out = np.where(seen, score[cells.place], 0.0)
    for a, b in ((one, other), (other, one)):
        out -= a.influence @ _cross(a, b, cells, (rho, spread), x)
    return np.asarray(out / float(cells.weight @ score**2))


def _cross(a: Margin, b: Margin, cells: Rectangles, at: tuple[float, Array], x: Array) -> Array:
    """Sum over rows of slope in rho times slopes in the thresholds and the regression of variable `a`, (m,)."""
    (rho, spread), row = at, cells.row
    width = np.sqrt((1.0 - rho) * (1.0 + rho))

    def side(limit: Array) -> Array:
        inside = ndtr((b.upper[row] - rho * limit) / width) - ndtr((b.lower[row] - rho * limit) / width)
        return np.asarray(spread * normal_pdf(limit) * inside)

    up, down = side(a.upper[row]), side(a.lower[row])
    cuts, codes = len(a.thresholds), a.codes[row]
    sums = np.bincount(codes, up, cuts + 1)[:-1] - np.bincount(codes, down, cuts + 1)[1:]
    return np.concatenate([sums, (down - up) @ x[row]])
