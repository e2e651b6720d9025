"""Exploratory factor analysis and parallel analysis of polychoric correlations."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cocsem.assessment.exploratory import efa_assessment
from cocsem.assessment.retention import eigenvalues, parallel_analysis, random_eigenvalues
from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.efa import efa
from cocsem.moments.ordinal.correlations import polychoric_correlations, unrelated_polychorics

ORACLES = Path(__file__).parents[1] / "oracles"
PSYCH = json.loads((ORACLES / "polychoric_efa_psych.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def items() -> pd.DataFrame:
    return pd.read_csv(ORACLES / "data" / "likert.csv")[PSYCH["items"]]


def test_communalities_are_those_of_psych(items: pd.DataFrame) -> None:
    """psych finds each polychoric correlation to about 1e-4 only (a line search), and the communalities with them."""
    solution = efa(items, 5, rotation="none", correlation="polychoric")
    np.testing.assert_allclose(solution.communalities, PSYCH["communality"], atol=5e-5)
    assert solution.correlation == "polychoric" and math.isnan(solution.statistic) and math.isnan(solution.pvalue)


def test_parallel_analysis_finds_the_five_scales(items: pd.DataFrame) -> None:
    for kind in ("factor", "component"):
        found = parallel_analysis(items, kind=kind, correlation="polychoric", iterations=20)
        assert found.facts["n_factors_parallel"] == 5 and found.facts["correlation"] == "polychoric"
        assert "buja1992" in found.references and "shuffles" in found.tables[0].notes[1]["en"]


def test_shuffled_answers_of_many_categories_have_the_eigenvalues_of_normal_items() -> None:
    rng = np.random.default_rng(5)
    rows = pd.DataFrame(np.digitize(rng.standard_normal((300, 6)), np.linspace(-1.8, 1.8, 9)))
    shuffled = eigenvalues(unrelated_polychorics(rows, seed=2, iterations=150), "component")
    normal = random_eigenvalues(300, 6, kind="component", seed=3, iterations=2000)
    np.testing.assert_allclose(shuffled.mean(axis=0), normal.mean(axis=0), atol=0.02)


def test_shuffling_is_the_same_for_the_same_seed(items: pd.DataFrame) -> None:
    one, two = (unrelated_polychorics(items.iloc[:, :3], seed=7, iterations=2) for _ in range(2))
    np.testing.assert_array_equal(one, two)
    assert np.abs(one[0] - polychoric_correlations(items.iloc[:, :3])).max() > 0.3


def test_the_assessment_says_which_correlations_and_gives_no_test(items: pd.DataFrame) -> None:
    found = efa_assessment(items, 5, correlation="polychoric")
    assert found.facts["correlation"] == "polychoric" and math.isnan(found.facts["chisq"])
    said = next(text for text in found.text if "polychoric" in text["en"])
    assert "polikorik" in said["id"] and "olsson1979" in found.references


def test_correlations_that_no_answers_could_have_are_refused() -> None:
    """Few answers to skewed binary items: each pair is estimated alone, and together they contradict one another."""
    rng = np.random.default_rng(8)
    latent = rng.standard_normal((30, 1)) + 0.5 * rng.standard_normal((30, 9))
    rows = pd.DataFrame((latent > 0.8).astype(float), columns=list("abcdefghi"))
    assert np.linalg.eigvalsh(polychoric_correlations(rows))[0] < 0
    with pytest.raises(EstimationError, match="minres"):
        efa(rows, 2, correlation="polychoric")
    with pytest.raises(EstimationError, match="component"):
        parallel_analysis(rows, correlation="polychoric")
    assert efa(rows, 1, method="minres", correlation="polychoric").loadings.shape == (9, 1)


def test_unknown_correlations_are_refused(items: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="pearson, polychoric"):
        efa(items, 2, correlation="kendall")
