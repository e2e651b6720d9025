"""Rival structures of one set of items: fits as in lavaan, the strength of a general factor, the direction of items, refusals."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd
import pytest

import cocsem
from cocsem.errors import ModelError, UsageError

ORACLES = Path(__file__).parents[1] / "oracles"
LAVAAN = json.loads((ORACLES / "structure_lavaan.json").read_text(encoding="utf-8"))
BESIDE = Path(__file__).parents[2].parent / "shared" / "data" / "water_involvement" / "customer_survey.csv"
WATER = Path(os.environ.get("COCSEM_WATER_SURVEY", BESIDE))
REVERSED = ("p01", "p02", "p07", "p08", "p09", "p10")


@pytest.fixture(scope="module")
def found():
    answers = pd.read_csv(ORACLES / "data" / "likert.csv")
    return cocsem.factor_structure(LAVAAN["model"], answers, reverse=["inv2", "coc3"])


def test_fits_are_lavaans(found):
    rows = found["structures"].assign(key=[name.en for name in found["structures"]["model"]]).set_index("key")
    names = {
        "one_factor": "one factor",
        "correlated": "correlated factors",
        "higher_order": "higher-order factor",
        "bifactor": "bifactor",
    }
    for key, name in names.items():
        for index, value in LAVAAN["fit"][key].items():
            assert rows.loc[name, index] == pytest.approx(value, rel=2e-4, abs=2e-5), (key, index)
    single = rows.loc["one factor"]
    assert single["delta_chisq"] == pytest.approx(single["chisq"] - rows.loc["correlated factors", "chisq"])


def test_the_strength_of_the_general_factor_is_that_of_its_loadings(found):
    table = found["general_factor"].set_index("construct")
    assert list(table.index) == ["general", "inv", "eng", "coc", "loy"]
    for construct, values in LAVAAN["general"].items():
        for name, value in values.items():
            assert table.loc[construct, name] == pytest.approx(value, rel=1e-3), (construct, name)
    assert table["ecv"].sum() == pytest.approx(1.0)
    assert found.facts["uncontaminated"] == pytest.approx(1 - 4 * 6 / 120)


def test_three_factors_and_one_above_them_are_the_same_model():
    data = cocsem.load_dataset("holzinger_swineford")
    three = cocsem.factor_structure("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9", data)
    notes = {row.model.en: row.note.en if row.note else None for row in three["structures"].itertuples()}
    assert notes["higher-order factor"].startswith("equivalent") and notes["bifactor"].startswith("no proper solution")
    assert "general_factor" not in {table.key for table in three} and three.summary("id")


@pytest.mark.skipif(not WATER.is_file(), reason="the water survey does not ship; COCSEM_WATER_SURVEY may name it")
def test_a_real_survey_with_items_in_both_directions():
    frame = pd.read_csv(WATER, skiprows=[1])
    frame = frame[frame["term"].isna()]
    frame = frame.assign(**{item: 8 - frame[item].astype(float) for item in REVERSED})
    model = "cog =~ p01 + p02 + p03 + p04 + p05\naff =~ p06 + p07 + p08 + p09 + p10"
    found = cocsem.factor_structure(model, frame, reverse=REVERSED)
    rows = found["structures"].assign(key=[name.en for name in found["structures"]["model"]]).set_index("key")
    # lavaan on the same 439 rows: one factor, two factors, two factors and the direction of the items
    assert rows.loc["one factor", ["chisq", "df"]].tolist() == [pytest.approx(694.240, abs=5e-4), 35]
    assert rows.loc["correlated factors", ["chisq", "df"]].tolist() == [pytest.approx(192.691, abs=5e-4), 34]
    polarity = rows.loc["correlated factors and polarity of the items"]
    assert polarity[["chisq", "df"]].tolist() == [pytest.approx(157.870, abs=5e-4), 33]
    assert polarity["rmsea"] == pytest.approx(0.093, abs=5e-4) and "variance 0.069" in found.text[-1].en


def test_what_cannot_be_compared_is_refused():
    data = cocsem.load_dataset("holzinger_swineford")
    with pytest.raises(UsageError, match="first-order factors"):
        cocsem.factor_structure("f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6\ng ~ f", data)
    with pytest.raises(ModelError, match="made up by its items"):
        cocsem.cfa("f <~ x1 + x2", data)
