"""The scaled test of Yuan and Bentler by way of the moments: lavaan's answers."""

import json
from pathlib import Path

import pandas as pd
import pytest

import cocsem

ORACLES = Path(__file__).parents[1] / "oracles"
FOUND = json.loads((ORACLES / "yuan_bentler_lavaan.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "case",
    FOUND["cases"],
    ids=lambda case: f"{case['name']}-{case['options'].get('information', '')}-{case['options'].get('missing', '')}",
)
def test_lavaans_answers(case):
    options = {key.replace(".", "_"): value for key, value in case["options"].items()}
    if "group_equal" in options:
        options["group_equal"] = [options["group_equal"]]
    data = pd.read_csv(ORACLES / "data" / case["data"])
    fit = cocsem.sem(case["model"], data, test="yuan.bentler", **options)
    ours = {name: fit.fit_measures[name.replace(".", "_")] for name in case["measures"]}
    assert len(ours) > 60 and {"chisq.scaled", "cfi.scaled", "scaling.factor.h1"} <= set(ours)
    assert ours == pytest.approx(case["measures"], rel=1e-3, abs=1e-5)
