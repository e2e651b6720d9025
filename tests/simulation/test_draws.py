"""Random numbers: the stream of NumPy, the inverse normal of SciPy, a Cholesky factor that multiplies back."""

from __future__ import annotations

import math
from collections import Counter
from itertools import islice
from statistics import NormalDist, fmean, pstdev

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocsem.errors import UsageError
from cocsem.simulation import cholesky, choose, correlated, integer, inverse_normal, normals, shuffled, uniforms


def test_uniforms_are_those_of_numpys_generator() -> None:
    expected = np.random.Generator(np.random.PCG64([42, 3])).random(500)
    assert list(islice(uniforms(42, 3), 500)) == expected.tolist()


def test_parts_of_a_seed_are_unrelated_streams() -> None:
    first, second = list(islice(uniforms(42, 0), 2000)), list(islice(uniforms(42, 1), 2000))
    assert abs(float(np.corrcoef(first, second)[0, 1])) < 0.08


def test_inverse_normal_agrees_with_scipy() -> None:
    from scipy.stats import norm

    shares = [k / 1000 for k in range(1, 1000) if k != 500] + [10.0**-k for k in range(4, 300, 7)]
    assert all(inverse_normal(p) == pytest.approx(float(norm.ppf(p)), rel=2e-15) for p in shares)
    assert inverse_normal(0.5) == 0.0


@given(st.floats(1e-12, 1 - 1e-12))
def test_inverse_normal_inverts_the_distribution(p: float) -> None:
    assert NormalDist().cdf(inverse_normal(p)) == pytest.approx(p, rel=1e-9)


@pytest.mark.parametrize("p", [0.0, 1.0, -0.2, math.nan])
def test_inverse_normal_refuses_what_is_no_share(p: float) -> None:
    with pytest.raises(UsageError, match="between 0 and 1"):
        inverse_normal(p)


def test_normals_have_mean_0_and_sd_1() -> None:
    drawn = normals(uniforms(5), 20_000)
    assert fmean(drawn) == pytest.approx(0.0, abs=0.03)
    assert pstdev(drawn) == pytest.approx(1.0, abs=0.02)


def test_integers_fill_their_range_alike() -> None:
    stream = uniforms(6)
    counts = Counter(integer(stream, 1, 7) for _ in range(7000))
    assert set(counts) == set(range(1, 8))
    assert all(abs(n - 1000) < 150 for n in counts.values())


def test_choices_follow_their_shares() -> None:
    stream = uniforms(7)
    counts = Counter(choose(stream, {"a": 3.0, "b": 1.0, "never": 0.0}) for _ in range(4000))
    assert counts["a"] == pytest.approx(3000, abs=150)
    assert counts["never"] == 0


def test_shuffling_keeps_every_value_once() -> None:
    assert sorted(shuffled(uniforms(8), range(50))) == list(range(50))
    assert shuffled(uniforms(8), range(50)) != list(range(50))


def test_cholesky_multiplies_back() -> None:
    matrix = [[1.0, 0.5, 0.2], [0.5, 1.0, -0.3], [0.2, -0.3, 1.0]]
    lower = np.array(cholesky(matrix))
    np.testing.assert_allclose(lower @ lower.T, matrix, atol=1e-15)
    np.testing.assert_allclose(lower, np.linalg.cholesky(np.array(matrix)), atol=1e-15)


def test_cholesky_refuses_impossible_correlations() -> None:
    with pytest.raises(UsageError, match="positive definite"):
        cholesky([[1.0, 0.9, -0.9], [0.9, 1.0, 0.9], [-0.9, 0.9, 1.0]])


def test_correlated_values_correlate() -> None:
    lower, stream = cholesky([[1.0, 0.6], [0.6, 1.0]]), uniforms(9)
    pairs = [correlated(lower, normals(stream, 2)) for _ in range(5000)]
    assert float(np.corrcoef(np.array(pairs).T)[0, 1]) == pytest.approx(0.6, abs=0.03)
