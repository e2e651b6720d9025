"""Pairwise moments with robust and least-squares estimators against lavaan, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import CocsemError
from cocsem.estimation.problem import pose

ORACLES = Path(__file__).parents[1] / "oracles"
BANK = json.loads((ORACLES / "pairwise.json").read_text())
CASES = [name for name in BANK if name != "software"]
DATA = pd.read_csv(ORACLES / "data" / "hs_incomplete.csv")
DATA = DATA[DATA[[f"x{i}" for i in range(1, 10)]].notna().any(axis=1)].reset_index(drop=True)
CFA = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.mark.parametrize("name", CASES)
def test_estimates_errors_and_tests_are_those_of_lavaan(name):
    record = BANK[name]
    options = {k.replace(".", "_"): [v] if k == "group.equal" else v for k, v in record["options"].items()}
    fit = getattr(cocsem, record["fun"])(record["model"], DATA, missing="pairwise", **options)
    theirs = {(e["lhs"], e["op"], e["rhs"], e["group"]): e for e in record["estimates"]}
    errors = np.sqrt(np.diag(fit.vcov))
    for row in fit.spec.rows:
        if row.free:
            one = theirs.get((row.lhs, row.op, row.rhs, row.group)) or theirs[row.rhs, row.op, row.lhs, row.group]
            assert fit.theta[row.free - 1] == pytest.approx(one["est"], abs=1e-3 * one["se"])
            assert errors[row.free - 1] == pytest.approx(one["se"], rel=1e-3)
    for key, value in record["fit_measures"].items():
        if value is None:  # where plain least squares has no test of its own
            continue
        assert fit.fit_measures[key.replace(".", "_")] == pytest.approx(value, rel=1e-3, abs=1e-5), key


def test_bootstrap_draws_have_the_pairwise_moments_of_their_rows():
    fit = cocsem.cfa(CFA, DATA, missing="pairwise", bootstrap=3, seed=5)
    rows = fit.statistics[0].rows
    drawn = np.random.default_rng(np.random.SeedSequence(5).spawn(1)[0]).integers(0, len(rows), size=(3, len(rows)))
    for b in range(3):
        single = cocsem.cfa(CFA, DATA.iloc[rows[drawn[b]]].reset_index(drop=True), missing="pairwise")
        assert fit.draws.theta[b] == pytest.approx(single.theta, abs=1e-6)


def test_complete_rows_have_the_moments_they_have_anyway():
    complete = DATA.dropna().reset_index(drop=True)
    for estimator in ("ML", "MLM", "ULSMV"):
        one = cocsem.cfa(CFA, complete, estimator=estimator, missing="pairwise")
        other = cocsem.cfa(CFA, complete, estimator=estimator)
        assert np.allclose(one.theta, other.theta, atol=1e-8) and np.allclose(one.vcov, other.vcov, rtol=1e-6)


SEM = "visual =~ x1 + x2 + x3\nvisual ~ ageyr + sex"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"estimator": "MLR"}, "estimator"),
        ({"estimator": "MLF"}, "estimator"),
        ({"estimator": "GLS"}, "estimator"),
        ({"test": "yuan.bentler.mplus"}, "test"),
        ({"test": "bollen.stine", "bootstrap": 10, "seed": 1}, "listwise"),
        ({"estimator": "MLM", "fixed_x": True}, "fixed_x=False"),
    ],
)
def test_what_pairwise_moments_cannot_give_is_refused(options, words):
    with pytest.raises(CocsemError, match=words):
        cocsem.sem(SEM, DATA, missing="pairwise", **options)


def test_scores_of_rows_with_gaps_are_refused():
    fit = cocsem.cfa(CFA, DATA, missing="pairwise")
    assert pose(fit.spec, fit.statistics, fit.method).n_obs == fit.n_obs
    with pytest.raises(CocsemError, match="fiml"):
        cocsem.predict(fit)
