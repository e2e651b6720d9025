"""Reliability and validity of scales of ordered items through the public verbs, beside recorded answers of semTools."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.moments.ordinal.correlations import resampled_correlations

ORACLES = Path(__file__).parents[1] / "oracles"
RECORDED = json.loads((ORACLES / "likert_ordinal_recorded.json").read_text(encoding="utf-8"))
SCALES = {"INV": 4, "ENG": 4, "COC": 4, "TRU": 3, "LOY": 4}
MODEL = "\n".join(f"{f} =~ " + " + ".join(f"{f.lower()}{i + 1}" for i in range(k)) for f, k in SCALES.items())


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return pd.read_csv(ORACLES / "data" / "likert.csv")


@pytest.fixture(scope="module")
def found(data: pd.DataFrame) -> cocsem.assessment.types.Assessment:
    return cocsem.reliability(MODEL, data, ordered=True)


def test_omega_over_the_observed_variance_and_ave_are_those_of_sem_tools(found) -> None:
    table = found["model"].set_index("construct")
    for key, column in (("ordinal_omega_likert", "omega_observed"), ("ordinal_ave_likert", "ave")):
        np.testing.assert_allclose(table[column].astype(float), [RECORDED[key][f] for f in table.index], atol=2e-6)


def test_omega_has_an_interval_and_lies_below_that_of_the_latent_responses(found) -> None:
    table = found["model"].set_index("construct")
    assert (table["omega_ci_lower"] < table["omega"]).all() and (table["omega"] < table["omega_ci_upper"]).all()
    assert (table["omega"] < table["composite_reliability"]).all() and (table["alpha_ordinal"] < 1).all()
    notes = [note["en"] for t in found.tables if t.key == "model" for note in t.notes]
    assert any("Green and Yang" in note for note in notes) and {"green2009", "zumbo2007"} <= set(found.references)


def test_the_interval_of_omega_is_that_of_resampled_rows(data: pd.DataFrame) -> None:
    """One scale, 60 resamples: their spread has a Monte Carlo error of 9 %."""
    model, rng = "TRU =~ tru1 + tru2 + tru3", np.random.default_rng(3)
    table = cocsem.reliability(model, data, ordered=True)["model"].iloc[0]
    drawn = [
        cocsem.reliability(model, data.iloc[rng.integers(0, len(data), len(data))], ordered=True)["model"]["omega"][0]
        for _ in range(60)
    ]
    se = (table["omega_ci_upper"] - table["omega"]) / 1.959964
    assert np.std(drawn) == pytest.approx(se, rel=0.3)


def test_a_scale_of_ordered_and_continuous_items_has_no_omega_of_its_sum(data: pd.DataFrame) -> None:
    found = cocsem.reliability("TRU =~ tru1 + tru2 + tru3", data, ordered=["tru1", "tru2"])
    row = found["model"].iloc[0]
    assert np.isnan(row["omega"]) and 0 < row["composite_reliability"] < 1 and 0 < row["ave"] < 1


def test_htmt_of_ordered_items_is_that_of_sem_tools(data: pd.DataFrame) -> None:
    found = cocsem.validity(MODEL, data, ordered=True)
    recorded = pd.DataFrame(RECORDED["htmt_likert_ordinal"]).set_index("_row")
    ours = found["htmt_matrix"].set_index("construct").loc[recorded.index, list(recorded)]
    np.testing.assert_allclose(ours.astype(float), recorded.astype(float), atol=1e-6)


def test_intervals_of_htmt_come_from_polychoric_correlations_of_the_resamples(data: pd.DataFrame) -> None:
    model = "TRU =~ tru1 + tru2 + tru3\nCOC =~ coc1 + coc2 + coc3"
    table = cocsem.validity(model, data, ordered=True, bootstrap=80, seed=5)["discriminant"].iloc[0]
    assert table["htmt_ci_lower"] < table["htmt"] < table["htmt_ci_upper"]
    pearson = cocsem.validity(model, data, bootstrap=80, seed=5)["discriminant"].iloc[0]
    assert table["htmt_ci_upper"] != pearson["htmt_ci_upper"]


def test_resamples_without_a_category_or_with_a_twin_are_handled(data: pd.DataFrame) -> None:
    rng = np.random.default_rng(2)
    rare = pd.DataFrame(
        {"a": [1, *rng.integers(2, 4, 60)], "b": [*rng.integers(2, 4, 60), 1], "c": rng.integers(1, 4, 61)}
    )
    drawn = resampled_correlations(rare, list(rare), 20, np.random.default_rng(0))
    known = ~np.isnan(drawn).all(axis=(1, 2))
    assert known.any() and np.abs(drawn[known]).max() < 1 + 1e-12
    twin = data[["tru1"]].assign(twin=data["tru1"])
    assert np.isnan(resampled_correlations(twin, list(twin), 3, np.random.default_rng(0))).all()
    mixed = data[["tru1", "tru2"]].assign(c=data["tru1"] + np.random.default_rng(1).standard_normal(len(data)))
    alone = resampled_correlations(mixed, ["tru1", "tru2"], 2, np.random.default_rng(0))
    assert alone.shape == (2, 3, 3) and np.isfinite(alone).all()
