"""What one asks of a fit with ordered items, against lavaan."""

import json
from pathlib import Path

import pandas as pd
import pytest

import cocsem

ORACLES = Path(__file__).parents[1] / "oracles"
LAVAAN = json.loads((ORACLES / "after_fit_ordered.json").read_text())


@pytest.fixture(scope="module")
def fits():
    data = pd.read_csv(ORACLES / "data" / "likert.csv")
    return {
        name: cocsem.cfa(model, data, estimator="WLSMV", ordered=LAVAAN["ordered"])
        for name, model in LAVAAN["models"].items()
    }


def test_difference_test(fits):
    row, theirs = cocsem.compare(fits["WIDE"], fits["HELD"]).iloc[1], LAVAAN["lrt"][1]
    assert row["chisq_diff"] == pytest.approx(theirs["Chisq diff"], rel=1e-3)
    assert row["method"] == "satorra_2000" and row["pvalue_diff"] == pytest.approx(theirs["Pr(>Chisq)"], rel=1e-3)


def test_modification_indices(fits):
    ours = cocsem.modification_indices(fits["WIDE"]).set_index(["lhs", "op", "rhs"])
    assert (ours["mi"] > 0.051).sum() <= len(LAVAAN["modification"])
    for row in LAVAAN["modification"]:
        mine = ours.loc[(row["lhs"], row["op"], row["rhs"])]
        assert mine["mi"] == pytest.approx(row["mi"], rel=1e-3, abs=2e-3), row
        assert mine["epc"] == pytest.approx(row["epc"], rel=2e-3, abs=1e-3), row


def test_score_test(fits):
    assert cocsem.score_test(fits["HELD"])["x2"].iloc[0] == pytest.approx(LAVAAN["score"][0]["X2"], rel=1e-3)
