"""semopy and the native engine find the same minimum wherever semopy can be asked: every recorded case, and models of many kinds."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem

ORACLES = Path(__file__).parents[1] / "oracles"
HS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
PD = "ind60 =~ x1 + x2 + x3\ndem60 =~ y1 + y2 + y3 + y4\ndem65 =~ y5 + y6 + y7 + y8"
MODELS = {
    "cross-loading": ("hs", f"{HS}\nvisual =~ x9", {}),
    "residual covariances": ("hs", f"{HS}\nx1 ~~ x4\nx7 ~~ x8", {}),
    "one factor": ("hs", "g =~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9", {}),
    "unit variances": ("hs", HS, {"std_lv": True}),
    "orthogonal": ("hs", HS, {"orthogonal": True}),
    "fixed loading": ("hs", HS.replace("+ x2", "+ 0.6*x2"), {}),
    "fixed covariance": ("hs", f"{HS}\nvisual ~~ 0*speed", {}),
    "equal loadings": ("hs", HS.replace("x2 + x3", "a*x2 + a*x3"), {}),
    "equal variances": ("hs", f"{HS}\nx1 ~~ v*x1\nx2 ~~ v*x2", {}),
    "another marker": ("hs", HS.replace("x1 + x2", "NA*x1 + 1*x2"), {}),
    "second order": ("hs", f"{HS}\nability =~ visual + textual + speed", {}),
    "paths among factors": ("pd", f"{PD}\ndem60 ~ ind60\ndem65 ~ ind60 + dem60\ny1 ~~ y5\ny2 ~~ y4 + y6", {}),
    "equal paths": ("pd", f"{PD}\ndem60 ~ b*ind60\ndem65 ~ b*ind60 + dem60", {}),
    "observed outcome": ("hs", f"{HS}\nageyr ~ visual + speed", {}),
    "observed causes": ("hs", f"{HS}\nvisual ~ sex + ageyr\nspeed ~ ageyr", {}),
    "indirect effect": ("pd", f"{PD}\ndem60 ~ a*ind60\ndem65 ~ b*dem60 + c*ind60\nind := a*b\ntotal := c + a*b", {}),
    "two items each": ("hs", "f =~ x1 + x3\ng =~ x4 + x5\nh =~ x8 + x9", {}),
    "paths only": ("path", "m ~ x1 + x2\ny ~ m + x1", {}),
    "robust errors": (
        "nonnormal",
        "inv =~ inv1 + inv2 + inv3\neng =~ eng1 + eng2 + eng3\neng ~ inv",
        {"estimator": "MLR"},
    ),
    "means": ("hs", HS, {"meanstructure": True}),
}
LARGEST = 1e-5


def _agrees(fit):
    found = cocsem.audit(fit)
    assert found.tables, found.text[0].en
    assert found.facts["largest_difference"] < LARGEST, found.text[0].en
    assert found.facts["chisq_difference"] < LARGEST, found.text[0].en
    assert set(found.facts["engines"]) == {"native", "semopy"}


@pytest.mark.parametrize("name", list(MODELS))
def test_the_engines_agree_on_models_of_many_kinds(name):
    data, model, options = MODELS[name]
    frame = pd.read_csv(ORACLES / "data" / f"{data}.csv")
    _agrees(cocsem.sem(model, frame, **options))


def _single_group_cases():
    for path in sorted((ORACLES / "lavaan").glob("*.json")):
        record = json.loads(path.read_text())
        options = record["options"] if isinstance(record["options"], dict) else {}
        likely = options.get("estimator", "ML") in ("ML", "MLM", "MLR", "MLMV", "MLMVS", "MLF")
        if likely and not set(options) & {"group", "ordered", "missing", "likelihood"}:
            yield path.stem


NOT_ASKED = {"growth_ml": "mean structures", "growth_mlr": "mean structures", "hs_constraints": "constraints"}


@pytest.mark.parametrize("case", list(_single_group_cases()))
def test_the_engines_agree_on_every_recorded_case_both_can_solve(case):
    record = json.loads((ORACLES / "lavaan" / f"{case}.json").read_text())
    options = {k.replace(".", "_"): v for k, v in dict(record["options"] or {}).items()}
    fit = getattr(cocsem, record["fun"])(record["model"], pd.read_csv(ORACLES / record["data"]), **options)
    if case in NOT_ASKED:
        found = cocsem.audit(fit)
        assert not found.tables and NOT_ASKED[case] in found.text[0].en
    else:
        _agrees(fit)


def test_what_semopy_has_no_place_for_is_refused_by_name():
    fit = cocsem.sem(f"{HS}\nageyr ~ visual\nspeed ~~ ageyr", pd.read_csv(ORACLES / "data" / "hs.csv"))
    found = cocsem.audit(fit)
    assert not found.tables and "no place for a covariance" in found.text[0].en and "kovarians" in found.text[0].id


def test_agreement_is_within_rounding_where_the_data_hardly_determine_the_model():
    """Two items each, one pair of them hardly related to the rest: a standard error of 135 beside which 2e-4 is nothing."""
    fit = cocsem.sem("f =~ x1 + x2\ng =~ x4 + x5\nh =~ x7 + x8", pd.read_csv(ORACLES / "data" / "hs.csv"))
    found = cocsem.audit(fit)
    se = fit.estimates.set_index(["lhs", "op", "rhs"]).loc[("h", "=~", "x8"), "se"]
    assert found.facts["largest_difference"] < LARGEST * se and found.facts["chisq_difference"] < LARGEST


@pytest.mark.parametrize("seed", range(12))
def test_the_engines_agree_on_random_populations(seed):
    rng = np.random.default_rng(seed)
    factors, n = int(rng.integers(2, 5)), int(rng.integers(120, 600))
    latent = rng.normal(size=(n, factors)) + 0.5 * rng.normal(size=(n, 1))
    lines, columns = [], {}
    for f in range(factors):
        items = [f"y{f}{i}" for i in range(int(rng.integers(3, 6)))]
        columns |= {
            item: rng.uniform(0.6, 1.0) * latent[:, f] + rng.uniform(0.5, 0.9) * rng.normal(size=n) for item in items
        }
        lines.append(f"f{f} =~ " + " + ".join(items))
    if seed % 2:
        lines.append(f"f{factors - 1} ~ " + " + ".join(f"f{f}" for f in range(factors - 1)))
    _agrees(cocsem.sem("\n".join(lines), pd.DataFrame(columns)))


def test_an_engine_that_breaks_off_does_not_break_the_run(monkeypatch):
    from cocsem.estimation.engines import semopy

    def fail(*_):
        raise ValueError("'f0' is not in list")

    fit = cocsem.cfa(HS, pd.read_csv(ORACLES / "data" / "hs.csv"))
    monkeypatch.setattr(semopy, "_timed_model", fail)
    found = cocsem.audit(fit)
    assert not found.tables and "broke off" in found.text[0].en
