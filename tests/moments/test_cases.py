"""The likelihood of incomplete rows by cases: against the sums over patterns, and for resamples against their own rows."""

import numpy as np
import pytest

from cocsem.moments.cases import average_slopes, find_cases, replace_sample
from cocsem.moments.patterns import deviance, find_patterns, moment_slopes, weigh

P = 5


@pytest.fixture(scope="module", params=[0.0, 0.02, 0.3])
def rows(request):
    rng = np.random.default_rng(4)
    data = rng.standard_normal((80, P)) @ rng.standard_normal((P, P)) + np.arange(P)
    data[rng.random(data.shape) < request.param] = np.nan
    return data[~np.isnan(data).all(axis=1)]


@pytest.fixture(scope="module")
def moments():
    rng = np.random.default_rng(5)
    roots = rng.standard_normal((3, P, P))
    return roots @ roots.swapaxes(1, 2) + np.eye(P), rng.standard_normal((3, P))


def _by_patterns(data, Sigma, mu):
    met = weigh(find_patterns(data), Sigma, mu)
    return deviance(met), *moment_slopes(met)


def test_sums_over_cases_are_sums_over_patterns(rows, moments):
    F, Q, u = average_slopes(find_cases(rows), *moments)
    for b, (Sigma, mu) in enumerate(zip(*moments, strict=True)):
        value, slope, shift = _by_patterns(rows, Sigma, mu)
        assert F[b] == pytest.approx(value, rel=1e-12)
        assert np.allclose(Q[b], slope, atol=1e-12) and np.allclose(u[b], shift, atol=1e-12)


def test_samples_of_the_rows_are_what_their_rows_are(rows, moments):
    rng = np.random.default_rng(6)
    drawn = rng.integers(0, len(rows), size=(3, len(rows)))
    counts = np.array([np.bincount(d, minlength=len(rows)) for d in drawn], dtype=float)
    F, Q, u = average_slopes(replace_sample(find_cases(rows), np.nan_to_num(rows), counts), *moments)
    for b, (Sigma, mu) in enumerate(zip(*moments, strict=True)):
        value, slope, shift = _by_patterns(rows[drawn[b]], Sigma, mu)
        assert F[b] == pytest.approx(value, rel=1e-12)
        assert np.allclose(Q[b], slope, atol=1e-12) and np.allclose(u[b], shift, atol=1e-12)


def test_a_covariance_matrix_that_is_none_is_told(rows):
    with pytest.raises(np.linalg.LinAlgError):
        average_slopes(find_cases(rows), -np.eye(P)[None], np.zeros((1, P)))
