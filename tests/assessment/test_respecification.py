"""Changes of a model after seeing the data: read by size, logged, and judged by answers they were not found in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.assessment.respecification.cross_validation import cross_discrepancy, halves
from cocsem.errors import UsageError

MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.fixture(scope="module")
def pupils():
    return cocsem.load_dataset("holzinger_swineford")


@pytest.fixture(scope="module")
def found(pupils):
    return cocsem.respecify(MODEL, pupils, ["visual =~ x9", "x1 ~~ x4"])


def test_the_log_says_what_every_change_gained(pupils, found):
    fits = [cocsem.cfa(text, pupils) for text in (MODEL, f"{MODEL}\nvisual =~ x9", f"{MODEL}\nvisual =~ x9\nx1 ~~ x4")]
    log = found["log"]
    chisq = [fit.fit_measures["chisq"] for fit in fits]
    assert log["delta_chisq"].tolist() == pytest.approx([chisq[0] - chisq[1], chisq[1] - chisq[2]])
    assert log["cfi"].tolist() == pytest.approx([fit.fit_measures["cfi"] for fit in fits[1:]])
    row = fits[2].estimates.set_index(["lhs", "op", "rhs"]).loc[("x1", "~~", "x4")]
    assert log[["est", "se", "std_all"]].iloc[1].tolist() == pytest.approx(row[["est", "se", "std_all"]].tolist())
    assert found.facts["changes"] == ("visual =~ x9", "x1 ~~ x4") and found.facts["model"].endswith("x1 ~~ x4")


def test_residuals_across_constructs_are_warned_about(found):
    assert len(found.warnings) == 1 and "x1 ~~ x4" in found.warnings[0].en
    assert "exploratory" in found.text[0].en and "eksploratori" in found.text[0].id


def test_suggestions_are_the_indices_read_by_power(pupils):
    table = cocsem.respecify(MODEL, pupils)["suggestions"].set_index("parameter")
    indices = cocsem.modification_indices(cocsem.cfa(MODEL, pupils))
    assert table["mi"].iloc[0] == pytest.approx(indices["mi"].max()) == pytest.approx(36.411, abs=1e-3)
    assert table.loc["visual =~ x9", "reading"].en == "misspecified, by its size"
    assert table.loc["visual =~ x7", "reading"].en == "significant, but small"
    assert table.loc["x4 ~~ x7", "reading"].en.startswith("not beyond chance")
    assert "different constructs" in table.loc["x4 ~~ x7", "meaning"].en


def test_a_model_judged_by_its_own_half_gives_its_own_statistic(pupils):
    half = pupils.iloc[halves(len(pupils), 1)[0]]
    fit = cocsem.cfa(MODEL, half)
    assert cross_discrepancy(fit, half) * fit.n_obs == pytest.approx(fit.fit_measures["chisq"], rel=1e-6)


def test_incomplete_rows_judge_too(pupils):
    gaps = pupils.mask(np.random.default_rng(3).random(pupils.shape) < 0.1)[[f"x{n}" for n in range(1, 10)]]
    half = gaps.iloc[halves(len(gaps), 1)[0]]
    fit = cocsem.cfa(MODEL, half, missing="fiml")
    assert cross_discrepancy(fit, half) * fit.n_obs == pytest.approx(-2 * fit.fit_measures["logl"], rel=1e-8)
    found = cocsem.respecify(MODEL, gaps, ["visual =~ x9"], missing="fiml")
    (table,) = [table for table in found.tables if table.key == "cross_validation"]
    assert "incomplete rows too" in table.notes[0].en and "carry over" in found.text[-1].en


def test_each_half_judges_the_other(pupils, found):
    table = found["cross_validation"]
    parts = [pupils.iloc[rows] for rows in halves(len(pupils), 1)]
    fit = cocsem.cfa(MODEL, parts[0])
    assert table["judged"][0] == pytest.approx(cross_discrepancy(fit, parts[1]))
    assert "carry over" in found.text[-1].en


def test_changes_that_fit_chance_are_called_so():
    rng = np.random.default_rng(7)
    factor = rng.standard_normal((120, 1))
    frame = pd.DataFrame(0.7 * factor + 0.7 * rng.standard_normal((120, 8)), columns=[f"y{i}" for i in range(1, 9)])
    model = "f =~ " + " + ".join(frame.columns)
    table = cocsem.respecify(model, frame)["suggestions"]
    assert all("chance" in r.en or "inconclusive" in r.en or "no misspecification" in r.en for r in table["reading"])
    chance = cocsem.respecify(model, frame, table["parameter"].head(4).tolist())
    assert "Take them back" in chance.text[-1].en and "Batalkan" in chance.text[-1].id


def test_one_change_a_line(pupils):
    with pytest.raises(UsageError, match="one change"):
        cocsem.respecify(MODEL, pupils, ["x1 ~~ x4 + x5"])
