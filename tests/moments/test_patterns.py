"""Sums over patterns of missing answers against the definition, row by row, and against finite differences."""

import numpy as np
import pytest

from cocsem.moments.patterns import (
    deviance,
    expected_moments_information,
    find_patterns,
    moment_slopes,
    observed_moments_information,
    weigh,
)

P = 4


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(7)
    data = rng.standard_normal((60, P)) @ rng.standard_normal((P, P)) + np.arange(P)
    data[rng.random(data.shape) < 0.25] = np.nan
    return data[~np.isnan(data).all(axis=1)]


@pytest.fixture(scope="module")
def moments():
    rng = np.random.default_rng(8)
    root = rng.standard_normal((P, P))
    return root @ root.T + np.eye(P), rng.standard_normal(P)


def _by_rows(data, Sigma, mu):
    total = 0.0
    for row in data:
        seen = ~np.isnan(row)
        S, d = Sigma[np.ix_(seen, seen)], row[seen] - mu[seen]
        total += np.linalg.slogdet(S)[1] + d @ np.linalg.solve(S, d)
    return total / len(data)


def _unpack(x):
    rows, columns = np.triu_indices(P)[::-1]
    Sigma = np.zeros((P, P))
    Sigma[rows, columns] = Sigma[columns, rows] = x[P:]
    return Sigma, x[:P]


def _pack(Sigma, mu):
    rows, columns = np.triu_indices(P)[::-1]
    return np.concatenate([mu, Sigma[rows, columns]])


def _slope(patterns, x):
    Q, u = moment_slopes(weigh(patterns, *_unpack(x)))
    return np.concatenate([-2.0 * u, _pack(2.0 * Q - np.diag(np.diag(Q)), u)[P:]])


def _differences(function, x, step=1e-5):
    return np.array([(function(x + e) - function(x - e)) / (2 * step) for e in np.eye(len(x)) * step])


def test_every_row_belongs_to_the_pattern_of_what_it_answers(rows):
    found = find_patterns(rows)
    assert (found.observed[found.member] == ~np.isnan(rows)).all()
    assert found.counts.sum() == len(rows) and (np.diff(found.counts) <= 0).all()
    assert found.answers == (~np.isnan(rows)).sum()


def test_the_deviance_is_the_average_over_rows(rows, moments):
    assert deviance(weigh(find_patterns(rows), *moments)) == pytest.approx(_by_rows(rows, *moments), rel=1e-12)


def test_complete_rows_are_one_pattern(rows, moments):
    complete = rows[~np.isnan(rows).any(axis=1)]
    found = find_patterns(complete)
    assert len(found.counts) == 1
    assert deviance(weigh(found, *moments)) == pytest.approx(_by_rows(complete, *moments), rel=1e-12)


def test_the_slope_is_the_derivative_of_the_deviance(rows, moments):
    patterns, x = find_patterns(rows), _pack(*moments)
    numeric = _differences(lambda y: deviance(weigh(patterns, *_unpack(y))), x)
    assert _slope(patterns, x) == pytest.approx(numeric, abs=1e-7)


def test_the_observed_information_is_half_the_hessian(rows, moments):
    patterns, x = find_patterns(rows), _pack(*moments)
    numeric = _differences(lambda y: _slope(patterns, y), x) / 2.0
    ours = observed_moments_information(weigh(patterns, *moments))
    assert ours == pytest.approx(numeric, abs=1e-7)


def test_the_expected_information_is_the_observed_one_where_the_moments_fit(rows):
    """With M_r = Sigma_r in every pattern the exact Hessian has no more than the expected one."""
    complete = rows[~np.isnan(rows).any(axis=1)]
    mean, cov = complete.mean(axis=0), np.cov(complete.T, bias=True)
    at = weigh(find_patterns(complete), cov, mean)
    assert observed_moments_information(at) == pytest.approx(expected_moments_information(at), abs=1e-10)


def test_a_matrix_that_is_not_positive_definite_is_refused(rows):
    with pytest.raises(np.linalg.LinAlgError):
        weigh(find_patterns(rows), np.diag([1.0, 1.0, 1.0, -1.0]), np.zeros(P))
