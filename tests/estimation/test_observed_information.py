"""Standard errors with `information="observed"`: the exact Hessian, in the sandwich how estimates answer to moments."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.estimation.problem import by_rows, observed_information, pose
from cocsem.moments.asymptotic import empirical_gamma, half_index

DATA = pd.read_csv(Path(__file__).parents[1] / "oracles" / "data" / "hs.csv")
ITEMS = [f"x{i}" for i in range(1, 10)]
HS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.mark.parametrize("estimator", ["ULSM", "MLM"])
def test_the_sandwich_is_the_delta_method_of_the_estimates(estimator):
    """Var(theta) = J Gamma J' / N with J the derivatives of the estimates by the sample moments, whether the model holds or not."""
    fit = cocsem.cfa(HS, DATA, estimator=estimator, information="observed")
    plain = estimator.removesuffix("M")
    S, n, step = DATA[ITEMS].cov(), len(DATA), 1e-4
    columns = []
    for i, j in zip(*half_index(9), strict=True):
        ends = []
        for sign in (1.0, -1.0):
            moved = S.copy()
            moved.iloc[i, j] += sign * step
            moved.iloc[j, i] = moved.iloc[i, j]
            ends.append(cocsem.cfa(HS, sample_cov=moved, sample_nobs=n, estimator=plain).theta)
        columns.append((ends[0] - ends[1]) / (2.0 * step))
    J, Gamma = np.stack(columns, axis=1), empirical_gamma(DATA[ITEMS].to_numpy(dtype=np.float64), means=False)
    # under ML the estimates answer to the covariances with divisor N
    divisor, shrunk = (n, (n - 1) / n) if estimator == "MLM" else (n - 1, 1.0)
    expected = J @ Gamma @ J.T / (shrunk**2 * divisor)
    assert np.sqrt(np.diag(fit.vcov)) == pytest.approx(np.sqrt(np.diag(expected)), rel=1e-4)


def test_with_means_it_is_the_sandwich_of_the_scores():
    moments = cocsem.cfa(HS, DATA, estimator="MLM", information="observed", meanstructure=True)
    scores = cocsem.cfa(HS, DATA, se="robust.huber.white", meanstructure=True)
    assert moments.vcov == pytest.approx(scores.vcov, rel=1e-6, abs=1e-10)


@pytest.mark.parametrize("estimator", ["GLS", "ULSMV"])
def test_it_is_asked_for_in_groups_too(estimator):
    groups = pd.concat([DATA.assign(g="a"), DATA.assign(g="b")])
    one = cocsem.cfa(HS, DATA, estimator=estimator, information="observed")
    two = cocsem.cfa(HS, groups, estimator=estimator, information="observed", group="g")
    half = len(one.theta)
    ratio = two.vcov.diagonal()[:half] / one.vcov.diagonal()
    assert ratio == pytest.approx(1.0, rel=1e-6)
    assert len(DATA) == two.n_obs / 2


def test_the_information_of_groups_weighs_them_by_their_rows():
    fit = cocsem.cfa(HS, DATA, estimator="GLS", information="observed", group="school", group_equal=["loadings"])
    problem = by_rows(pose(fit.spec, fit.statistics, fit.method))
    expected = np.linalg.inv(observed_information(problem, fit.theta)) / problem.count
    assert fit.vcov == pytest.approx(expected, rel=1e-6, abs=1e-10)
