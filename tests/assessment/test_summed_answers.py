"""Reliability of the sum of ordered answers (Green and Yang) from recorded estimates."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cocsem.assessment.reliability.summed_answers import answer_covariance, summed_reliability

ORACLES = Path(__file__).parents[1] / "oracles"
OTHER = json.loads((ORACLES / "likert_ordinal_recorded.json").read_text(encoding="utf-8"))
FIT = pd.DataFrame(OTHER["cfa_wlsmv_estimates"])


@pytest.mark.parametrize("factor", OTHER["ordinal_omega_likert"])
def test_omega_of_the_observed_correlations_is_that_of_sem_tools(factor: str) -> None:
    loadings = FIT[(FIT["op"] == "=~") & (FIT["lhs"] == factor)].set_index("rhs")["est"].astype(float)
    variance = float(FIT[(FIT["op"] == "~~") & (FIT["lhs"] == factor) & (FIT["rhs"] == factor)]["est"].iloc[0])
    cuts = [FIT[(FIT["op"] == "|") & (FIT["lhs"] == item)]["est"].to_numpy(float) for item in loadings.index]
    polychoric = pd.DataFrame(OTHER["polychoric_likert"]).set_index("_row").loc[loadings.index, loadings.index]
    explained = variance * np.outer(loadings, loadings)
    found = summed_reliability(explained, polychoric.to_numpy(float), cuts)
    assert float(found) == pytest.approx(OTHER["ordinal_omega_likert"][factor], abs=1e-7)


def test_many_parameter_values_at_once_equal_each_alone() -> None:
    rng = np.random.default_rng(1)
    loadings = rng.uniform(0.4, 0.8, (5, 3))
    explained = loadings[:, :, None] * loadings[:, None, :]
    total = np.where(np.eye(3) == 1, 1.0, explained)
    cuts = [np.sort(rng.standard_normal((5, c)), axis=1) for c in (1, 2, 4)]
    whole = summed_reliability(explained, total, cuts)
    alone = [float(summed_reliability(explained[i], total[i], [c[i] for c in cuts])) for i in range(5)]
    np.testing.assert_allclose(whole, alone, rtol=1e-13)


def test_the_covariance_of_answers_is_that_of_their_joint_distribution() -> None:
    rng = np.random.default_rng(4)
    latent = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], size=400_000)
    cuts = np.array([-1.0, 0.2]), np.array([-0.5, 0.4, 1.3])
    answers = [np.digitize(latent[:, j], cuts[j]) for j in (0, 1)]
    expected = float(answer_covariance(cuts[0], cuts[1], np.array(0.6)))
    assert np.cov(answers[0], answers[1])[0, 1] == pytest.approx(expected, abs=0.004)
    variance = float(answer_covariance(cuts[1], cuts[1], np.array(1.0)))
    assert np.var(answers[1]) == pytest.approx(variance, abs=0.006)


def test_reliability_without_proper_correlations_is_not_a_number() -> None:
    explained = np.array([[1.2, 0.6], [0.6, 0.5]])
    assert np.isnan(summed_reliability(explained, np.array([[1.0, 0.6], [0.6, 1.0]]), [np.zeros(1), np.zeros(1)]))
