"""Estimators side by side: the choice follows the categories, and a verdict that depends on the estimator is named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.assessment.estimators import categories_of, choose_estimator, compare_estimators
from cocsem.language import Text

MODEL = "f =~ a + b + c\ng =~ d + e + h\ng ~ f"
NAMES = list("abcdeh")


def answers(categories: int, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    f = rng.standard_normal(400)
    g = 0.5 * f + 0.8 * rng.standard_normal(400)
    latent = np.column_stack([0.8 * (f if i < 3 else g) + 0.6 * rng.standard_normal(400) for i in range(6)])
    cuts = np.quantile(latent, np.linspace(0, 1, categories + 1)[1:-1])
    return pd.DataFrame(1 + np.searchsorted(cuts, latent), columns=NAMES)


@pytest.mark.parametrize(("categories", "name"), [(3, "WLSMV"), (4, "WLSMV"), (5, "ML"), (7, "ML")])
def test_the_rule_follows_the_categories(categories, name):
    chosen, ordered, reason = choose_estimator(answers(categories), None, False, "listwise")
    assert chosen == name
    assert ordered == (NAMES if name == "WLSMV" else False)
    assert name in reason.en
    assert name in reason.id


def test_what_was_asked_is_done():
    assert choose_estimator(answers(3), "MLR", False, "listwise")[:2] == ("MLR", False)
    assert choose_estimator(answers(7), None, True, "listwise")[:2] == ("WLSMV", True)
    name, ordered, reason = choose_estimator(answers(3), None, False, "fiml")
    assert (name, ordered) == ("ML", False)
    assert "full information" in reason.en


def test_only_whole_numbers_are_categories():
    frame = pd.DataFrame({"likert": [1, 2, 3, 3], "age": [20.5, 31.0, 44.2, 50.1], "constant": [1, 1, 1, 1]})
    assert categories_of(frame) == {"likert": 3}


def test_fits_stand_side_by_side_and_changes_are_named():
    data = answers(5)
    fits = {
        "ML": cocsem.sem(MODEL, data),
        "MLR": cocsem.sem(MODEL, data, estimator="MLR"),
        "WLSMV": cocsem.sem(MODEL, data, ordered=True),
    }
    found = compare_estimators(fits, data)
    assert list(found["estimators"]["estimator"]) == ["ML", "MLR", "WLSMV"]
    assert found["estimators"]["chisq"].iloc[1] == pytest.approx(fits["MLR"].fit_measures["chisq_scaled"])
    assert list(found["paths_by_estimator"]["path"]) == ["f → g"]
    assert any("All 1 verdicts" in text.en for text in found.text)
    assert found.verdicts[0].value == 5


def test_who_was_not_run_is_said_with_the_reason():
    data = answers(5)
    found = compare_estimators(
        {"ML": cocsem.sem(MODEL, data), "WLSMV": Text("too few rows.", "baris terlalu sedikit.")}, data
    )
    assert any("WLSMV was not run: too few rows." in text.en for text in found.text)
    assert list(found["estimators"]["estimator"]) == ["ML"]


def test_a_study_with_few_categories_is_fitted_as_ordinal(tmp_path):
    answers(4).to_csv(tmp_path / "a.csv", index=False)
    report = cocsem.run_study(tmp_path / "a.csv", model=MODEL)
    assert report.fit.provenance["estimator"] == "WLSMV"
    assert report.results["provenance"]["estimator"] == "WLSMV"
    assert report["estimators"].facts["estimators"] == ["ML", "MLR", "WLSMV"]
