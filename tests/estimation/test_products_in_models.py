"""Products of observed variables in a model text: lavaan's answers, and the same as a column made by hand."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem

ORACLES = Path(__file__).parents[1] / "oracles"
FOUND = json.loads((ORACLES / "products_lavaan.json").read_text(encoding="utf-8"))
HS = pd.read_csv(ORACLES / "data" / "hs.csv")


@pytest.mark.parametrize("case", FOUND["cases"], ids=lambda case: case["name"])
def test_lavaans_answers(case):
    options = {key.replace(".", "_"): value for key, value in dict(case["options"]).items()}
    fit = cocsem.sem(case["model"], pd.read_csv(ORACLES / "data" / case["data"]), **options)
    ours = fit.estimates.copy()
    ours["group"] = [fit.spec.groups.index(group) + 1 if group else 1 for group in ours["group"]]
    ours = ours.set_index(["lhs", "op", "rhs", "group"])
    assert len(case["rows"]) > 10
    for row in case["rows"]:
        key = (row["lhs"], row["op"], row["rhs"], max(row["group"], 1))
        found = ours.loc[key]
        if row["se"]:
            assert found["est"] == pytest.approx(row["est"], abs=1e-3 * row["se"])
            assert found["se"] == pytest.approx(row["se"], rel=1e-3)
        assert found["std_all"] == pytest.approx(row["std.all"], abs=1e-4)
    for name, value in case["measures"].items():
        assert fit.fit_measures[name] == pytest.approx(value, rel=1e-3, abs=1e-6)


def test_a_product_is_a_column_that_was_multiplied():
    written = cocsem.sem("x7 ~ x1 + x4 + x1 : x4", HS)
    by_hand = cocsem.sem("x7 ~ x1 + x4 + both", HS.assign(both=HS["x1"] * HS["x4"]))
    assert written.spec.observed == ("x7", "x1", "x4", "x1:x4")
    np.testing.assert_array_equal(written.estimates["est"], by_hand.estimates["est"])
    taken = cocsem.sem("x7 ~ x1 + x4 + x1:x4", HS.assign(**{"x1:x4": HS["x9"]}))
    assert taken.estimates["est"][2] != written.estimates["est"][2]  # a column of that name is what is meant


def test_products_are_printed_and_read_again():
    fit = cocsem.sem("speed =~ x7 + x8 + x9\nspeed ~ x1 + a*x4 + x1:x4\nx1:x4 ~~ x1", HS)
    again = cocsem.fit_model(cocsem.model_syntax(fit.spec), HS)
    assert again.fit_measures["chisq"] == pytest.approx(fit.fit_measures["chisq"], rel=1e-9)
    assert "x1:x4" in cocsem.to_lavaan(fit.spec) and "x1_x4" in cocsem.to_mplus(fit.spec)
    with pytest.raises(cocsem.CocsemError, match="cannot read these names: x1:x4"):
        cocsem.to_semopy(fit.spec)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f =~ x1 + x2 + x3\nx7 ~ f:x4", "product of constructs"),
        ("x1:x2 =~ x7 + x8 + x9", "product of constructs"),
        ("x7 ~ x1:x4:x5", "two observed variables"),
        ("x7 ~ a:b*x4", "a label, not a product"),
        ("x7 ~ a*x4\na:b := 2*a", "a label, not a product"),
        ("x7 ~ x1:nothing", "missing: nothing"),
        ("group: a\nx7 ~ x1", "Blocks"),
    ],
)
def test_what_no_product_can_be(text, message):
    with pytest.raises(cocsem.CocsemError, match=message):
        cocsem.sem(text, HS)
