"""Latent outcomes kept apart, the difference test of 2010 away from a minimum, covariates that are random: lavaan's answers."""

import json
from pathlib import Path

import pandas as pd
import pytest

import cocsem

ORACLES = Path(__file__).parents[1] / "oracles"
FOUND = json.loads((ORACLES / "orthogonal_lavaan.json").read_text(encoding="utf-8"))
HS = pd.read_csv(ORACLES / "data" / "hs.csv")
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


def test_orthogonal_keeps_latent_outcomes_apart_too():
    model = "visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9\nvisual + speed ~ ageyr"
    fit = cocsem.sem(model, HS, orthogonal=True)
    asked = FOUND["orthogonal"]
    assert fit.fit_measures["df"] == asked["df"]
    assert fit.fit_measures["chisq"] == pytest.approx(asked["chisq"], rel=1e-6)
    row = fit.estimates.query("lhs == 'visual' and rhs == 'ageyr'").iloc[0]
    assert row["est"] == pytest.approx(asked["est"], abs=1e-3 * row["se"])
    observed = cocsem.sem("x1 + x2 ~ ageyr", HS, orthogonal=True).estimates
    assert observed.query("lhs == 'x1' and rhs == 'x2'").iloc[0]["se"] > 0  # observed outcomes covary all the same


@pytest.mark.parametrize("place", range(len(FOUND["ladder"])))
def test_the_difference_test_of_2010_where_the_information_is_indefinite(place):
    asked = FOUND["ladder"][place]
    wide = cocsem.cfa(MODEL, HS, group="school", estimator="MLR")
    narrow = cocsem.cfa(MODEL, HS, group="school", estimator="MLR", group_equal=asked["group_equal"])
    found = cocsem.compare(narrow, wide, method="satorra_bentler_2010").iloc[1]
    assert found["df_diff"] == asked["df_diff"]
    assert found["chisq_diff"] == pytest.approx(asked["chisq_diff"], rel=1e-3)
    assert found["pvalue_diff"] == pytest.approx(asked["pvalue"], rel=1e-2)


def test_covariates_keep_their_unit_whether_they_are_fixed_or_not():
    model = "x1 ~ x4 + ageyr\nx7 ~ x1 + x5"
    random, fixed = (cocsem.sem(model, HS, fixed_x=fixed) for fixed in (False, True))
    found = cocsem.standardized(random, "std_nox").set_index(["lhs", "op", "rhs"])
    for row in FOUND["nox"]:
        ours = found.loc[row["lhs"], row["op"], row["rhs"]]
        assert ours["est_std"] == pytest.approx(row["est.std"], abs=1e-5)
        assert ours["se"] == pytest.approx(row["se"], abs=1e-5)
    kept = cocsem.standardized(fixed, "std_nox").set_index(["lhs", "op", "rhs"])
    paths = [key for key in kept.index if key[1] == "~"]
    assert kept.loc[paths, "est_std"].tolist() == pytest.approx(found.loc[paths, "est_std"].tolist(), abs=1e-6)
