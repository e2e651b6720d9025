"""Gamma of the sample moments, by the data and by normal theory, with variables that are fixed."""

import numpy as np
import pytest

from cocsem.moments.asymptotic import (
    casewise_moments,
    empirical_gamma,
    explained_cov,
    normal_gamma,
    normal_weight,
    predict_from_fixed,
)


def test_normal_gamma_is_the_inverse_of_the_normal_weight():
    S = np.cov(np.random.default_rng(3).normal(size=(30, 4)).T)
    assert normal_gamma(S, means=True) @ normal_weight(S, means=True) == pytest.approx(np.eye(14), abs=1e-10)
    given = normal_gamma(S, means=False, fixed=(2, 3))
    kept = np.diag(given) > 1e-12
    assert kept.sum() == 7
    free = normal_weight(S, means=False)[np.ix_(kept, kept)]
    assert given[np.ix_(kept, kept)] @ free == pytest.approx(np.eye(7), abs=1e-10)


def test_fixed_variables_explain_themselves():
    data = np.random.default_rng(5).normal(size=(40, 3)) @ np.array([[1, 0.5, 0.2], [0, 1, 0.4], [0, 0, 1]])
    e = predict_from_fixed(data, (2,))
    assert e.T @ e / 40 == pytest.approx(explained_cov(np.cov(data.T, bias=True), (2,)))
    cases = casewise_moments(data, means=True, fixed=(2,))
    assert np.abs(cases[:, [2, 8]]).max() < 1e-12
    assert cases.mean(axis=0) == pytest.approx(np.zeros(9), abs=1e-12)


def test_both_kinds_of_gamma_agree_in_a_large_normal_sample():
    data = np.random.default_rng(9).multivariate_normal(np.zeros(2), [[1.0, 0.5], [0.5, 2.0]], size=200_000)
    for fixed in ((), (1,)):
        ours = empirical_gamma(data, means=True, fixed=fixed)
        theirs = normal_gamma(np.cov(data.T), means=True, fixed=fixed)
        assert ours == pytest.approx(theirs, abs=0.1)
