"""The exploratory assessment: suitability against psych, and what is said of loadings."""

import numpy as np
import pandas as pd
import pytest
from likert_study import likert, oracle

from cocsem.assessment.exploratory import efa_assessment, solution_tables, suitability
from cocsem.estimation.efa import efa
from cocsem.references import load_references

RECORDED = oracle("likert_scales_psych.json")


def test_kmo_and_bartlett_agree_with_psych() -> None:
    found = suitability(likert())
    assert found.facts["kmo"] == pytest.approx(RECORDED["kmo"]["msa"], abs=1e-8)
    assert found.facts["bartlett_chisq"] == pytest.approx(RECORDED["bartlett"]["chisq"], rel=1e-8)
    assert found["suitability"]["df"].iloc[1] == RECORDED["bartlett"]["df"]
    per_item = dict(zip(found["kmo_items"]["item"], found["kmo_items"]["kmo"], strict=True))
    assert per_item == pytest.approx(RECORDED["kmo"]["items"], abs=1e-8)
    assert found.verdicts[0].label is not None and found.verdicts[0].label.en == "meritorious"


def test_the_whole_assessment() -> None:
    found = efa_assessment(likert())
    assert [table.key for table in found.tables] == [
        "suitability",
        "kmo_items",
        "parallel_analysis",
        "loadings",
        "factor_correlations",
        "variance",
        "solution",
    ]
    assert found.key == "efa" and found.facts["n_factors"] == 5 and found.warnings == ()
    assert list(found["loadings"].columns) == ["item", "F1", "F2", "F3", "F4", "F5", "communality", "uniqueness"]
    assert list(found["factor_correlations"]["factor"]) == ["F1", "F2", "F3", "F4", "F5"]
    assert found["variance"]["cumulative"].iloc[-1] == pytest.approx(found["loadings"]["communality"].mean())
    assert set(found.references) <= set(load_references())
    assert "111,78" in found.text[1].id


def test_an_asked_number_of_factors_is_taken_and_odd_items_are_named() -> None:
    found = efa_assessment(likert(), 2, rotation="varimax")
    assert found.facts["n_factors"] == 2
    assert "asked for: 2" in found.text[1].en
    assert any("No salient loading" in text.en for text in found.text)


def test_one_factor_has_no_table_of_factor_correlations() -> None:
    keys = [table.key for table in solution_tables(efa(likert(), 1))]
    assert keys == ["loadings", "variance", "solution"]


def test_items_without_a_common_factor() -> None:
    noise = pd.DataFrame(np.random.default_rng(3).normal(size=(300, 6)), columns=list("abcdef"))
    found = efa_assessment(noise)
    assert "no common factor" in found.warnings[0].en
    assert [table.key for table in found.tables] == ["suitability", "kmo_items", "parallel_analysis"]


def test_two_items_cannot_determine_a_factor() -> None:
    rng = np.random.default_rng(1)
    pair = pd.DataFrame(rng.normal(size=(200, 1)) + 0.5 * rng.normal(size=(200, 2)), columns=["a", "b"])
    assert "determine" in efa_assessment(pair).warnings[0].en


def test_fewer_factors_than_parallel_analysis_keeps_are_explained() -> None:
    rng = np.random.default_rng(5)
    cov = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.5], [0.8, 0.5, 1.0]])
    items = pd.DataFrame(rng.multivariate_normal([0, 0, 0], cov, 200), columns=["x1", "x2", "x3"])
    assessment = efa_assessment(items)
    assert assessment.facts["n_factors_parallel"] > 1
    assert any("at most" in text.en and "paling banyak" in text.id for text in assessment.text)
