"""The bivariate normal distribution against direct integration and its own symmetries."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import ndtr

from cocsem.moments.ordinal.climb import BOUND, climb
from cocsem.moments.ordinal.normal import BEYOND, bivariate_cdf, bivariate_pdf, rectangle_tail
from cocsem.moments.ordinal.probit import interval


def integrated(h: float, k: float, rho: float) -> float:
    """Integral of phi(t) Phi((k - rho t) / sqrt(1 - rho^2)) over t below h, cut where the second factor turns."""
    spread = np.sqrt(1 - rho * rho)
    turns = [k / rho + j * spread for j in (-8, -4, -2, -1, 0, 1, 2, 4, 8)]
    edges = [-9.5, *sorted(t for t in turns if -9.5 < t < h), h]

    def density(t: float) -> float:
        return float(np.exp(-t * t / 2) / np.sqrt(2 * np.pi) * ndtr((k - rho * t) / spread))

    return sum(quad(density, a, b, epsabs=1e-15, epsrel=1e-13)[0] for a, b in pairwise(edges))


@pytest.mark.parametrize("rho", [0.05, -0.29, 0.5, -0.75, 0.9, 0.93, -0.97, 0.999, -0.99999])
def test_probabilities_are_those_of_direct_integration(rho: float) -> None:
    rng = np.random.default_rng(7)
    for h, k in rng.normal(scale=1.5, size=(25, 2)):
        value = bivariate_cdf(np.array([h]), np.array([k]), np.array([rho]))[0]
        assert value == pytest.approx(integrated(h, k, rho), abs=2e-14)


@pytest.mark.parametrize("rho", [0.4, -0.4, 0.99, -0.99])
def test_limits_beyond_all_answers_give_the_margins(rho: float) -> None:
    h, far = np.array([[-1.0, 0.3, BEYOND]]), np.full((1, 3), BEYOND)
    np.testing.assert_allclose(bivariate_cdf(h, far, np.array([rho])), ndtr(h), atol=1e-15)
    np.testing.assert_allclose(bivariate_cdf(h, -far, np.array([rho])), 0.0, atol=1e-15)


@pytest.mark.parametrize("rho", [0.2, -0.6, 0.95])
def test_the_density_is_the_derivative_in_rho(rho: float) -> None:
    h, k, step = np.array([0.4]), np.array([-0.7]), 1e-5
    up, down = (bivariate_cdf(h, k, np.array([rho + s * step]))[0] for s in (1, -1))
    assert (up - down) / (2 * step) == pytest.approx(bivariate_pdf(h, k, np.array(rho))[0], abs=1e-8)


def test_many_pairs_at_once_equal_each_alone() -> None:
    rng = np.random.default_rng(3)
    h, k, rho = rng.normal(size=(400, 15, 15)), rng.normal(size=(400, 15, 15)), rng.uniform(-0.999, 0.999, 400)
    whole = bivariate_cdf(h, k, rho)
    for j in (0, 57, 399):
        np.testing.assert_allclose(whole[j], bivariate_cdf(h[j : j + 1], k[j : j + 1], rho[j : j + 1])[0], atol=1e-16)


def test_a_likelihood_without_a_maximum_climbs_to_its_bound() -> None:
    rho = climb(lambda r, at: (np.where(at == 0, 1.0, -1.0), np.zeros_like(r)), np.zeros(2))
    assert rho[0] > BOUND and rho[1] < -BOUND


@pytest.mark.parametrize(
    ("first", "second", "rho"),
    [
        ((-BEYOND, -1.5), (0.9, BEYOND), 0.9),
        ((-1.0, -0.5), (0.2, 0.5), 0.97),
        ((-BEYOND, -2.0), (-BEYOND, -1.0), -0.95),
        ((2.5, 3.1), (-3.0, -2.0), 0.5),
    ],
)
def test_small_probabilities_keep_their_digits(first: tuple, second: tuple, rho: float) -> None:
    spread = np.sqrt(1 - rho * rho)
    low, high = (float(np.clip(v, -12, 12)) for v in first)

    def density(t: float) -> float:
        inside = interval(np.array([(second[0] - rho * t) / spread]), np.array([(second[1] - rho * t) / spread]))[0]
        return float(np.exp(-t * t / 2) / np.sqrt(2 * np.pi) * inside)

    edges = np.linspace(low, high, 400)
    expected = sum(quad(density, a, b, epsabs=0, epsrel=1e-12)[0] for a, b in pairwise(edges))
    sides = ((np.array([v]) for v in pair) for pair in zip(first, second, strict=True))
    lower, upper = (tuple(side) for side in sides)
    assert rectangle_tail(lower, upper, np.array([rho]))[0] == pytest.approx(expected, rel=1e-10)
