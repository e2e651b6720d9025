"""Combinations of estimator, information, se and test against lavaan, and what is refused by name."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import EstimationError, UsageError

ORACLES = Path(__file__).parents[1] / "oracles"
CASES = {case["id"]: case for case in json.loads((ORACLES / "options.json").read_text())["cases"]}
HS = CASES["ml"]["model"]
LABELLED = HS.replace("x2", "a*x2").replace("x3", "b*x3")


def _data(name="hs"):
    return pd.read_csv(ORACLES / "data" / f"{name}.csv")


def _fit(case, **more):
    options = {k.replace(".", "_"): v for k, v in case["options"].items()}
    if isinstance(options.get("group_equal"), str):
        options["group_equal"] = [options["group_equal"]]
    return cocsem.sem(case["model"], _data(case["data"]), auto_cov_lv_x=True, **options | more)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_standard_errors(case):
    fit = _fit(case)
    free = fit.estimates[(fit.estimates["op"] != ":=") & (fit.estimates["se"] > 0)]
    ours, theirs = sorted(free["se"]), sorted(case["se"])
    assert len(ours) == len(theirs)
    assert ours == pytest.approx(theirs, rel=1e-3)


ASKED = [(name, test) for name, case in CASES.items() for test in case["tests"]]


@pytest.mark.parametrize(("name", "test"), ASKED, ids=[f"{name}-{test['test']}" for name, test in ASKED])
def test_every_test_can_be_asked_for(name, test):
    measures = _fit(CASES[name], test=test["test"]).fit_measures
    scaled = test.get("factor") is not None
    assert measures["df_scaled" if scaled else "df"] == pytest.approx(test["df"], rel=1e-3)
    assert measures["chisq_scaled" if scaled else "chisq"] == pytest.approx(test["stat"], rel=1e-3)


@pytest.mark.parametrize("options", [{}, {"estimator": "MLR"}, {"missing": "fiml"}, {"estimator": "ULSMV"}])
def test_without_standard_errors_everything_else_stays(options):
    fit, plain = cocsem.cfa(LABELLED, _data(), se="none", **options), cocsem.cfa(LABELLED, _data(), **options)
    assert fit.converged and fit.theta == pytest.approx(plain.theta)
    assert fit.fit_measures["cfi"] == pytest.approx(plain.fit_measures["cfi"])
    if "chisq_scaled" in plain.fit_measures:
        assert fit.fit_measures["chisq_scaled"] == pytest.approx(plain.fit_measures["chisq_scaled"])
    free = fit.estimates["label"].isin(["a", "b"])
    assert fit.estimates.loc[free, ["se", "z", "pvalue", "ci_lower"]].isna().all(axis=None)
    assert cocsem.standardized(fit)["se"].isna().any() and "x2" in str(fit.summary())
    with pytest.raises(UsageError, match='se="none"'):
        cocsem.wald_test(fit, "a == b")


def test_without_a_test_there_are_no_indices_of_it():
    fit = cocsem.cfa(HS, _data(), test="none")
    assert not {"chisq", "pvalue", "cfi", "rmsea"} & set(fit.fit_measures)
    assert {"npar", "df", "logl", "aic", "srmr"} <= set(fit.fit_measures)
    assert np.isfinite(fit.estimates.loc[1, "se"]) and "x2" in str(fit.summary())
    with pytest.raises(UsageError, match='test="none"'):
        cocsem.compare(fit, cocsem.cfa(HS + "\nx1 ~~ x9", _data(), test="none"))


def test_indices_of_a_residual_test_rest_on_the_same_test_of_the_baseline():
    nt = cocsem.cfa(HS, _data(), test="browne.residual.nt").fit_measures
    gls = cocsem.cfa(HS, _data(), estimator="GLS").fit_measures
    assert nt["baseline_chisq"] == pytest.approx(gls["baseline_chisq"] * 301 / 300, rel=1e-6)
    wls, adf = (cocsem.cfa(HS, _data(), estimator="WLS", test=t).fit_measures for t in (None, "browne.residual.adf"))
    assert adf["chisq"] == pytest.approx(wls["chisq"], rel=1e-8)
    assert adf["baseline_chisq"] == pytest.approx(wls["baseline_chisq"], rel=1e-8)


def test_the_plain_test_stands_beside_every_other():
    both, one = (
        cocsem.cfa(HS, _data(), estimator="MLM", test=t) for t in (["standard", "satorra.bentler"], "satorra.bentler")
    )
    assert dict(both.fit_measures) == pytest.approx(dict(one.fit_measures), nan_ok=True)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"estimator": "MLF", "test": "satorra.bentler"}, 'information="observed"'),
        ({"estimator": "MLR", "information": "first.order"}, 'estimator="MLR"'),
        ({"estimator": "MLF", "se": "robust"}, "curvature"),
        ({"estimator": "GLS", "test": "yuan.bentler"}, "likelihood of the rows"),
        ({"test": ["satorra.bentler", "yuan.bentler"]}, "once for each"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_advice(options, words):
    with pytest.raises(UsageError, match=words):
        cocsem.cfa(HS, _data(), **options)


def test_the_distribution_free_residual_test_needs_the_answers():
    cov = _data()[[f"x{i}" for i in range(1, 10)]].cov()
    with pytest.raises(EstimationError, match=r"browne\.residual\.adf"):
        cocsem.cfa(HS, sample_cov=cov, sample_nobs=301, test="browne.residual.adf")


@pytest.mark.parametrize(
    ("given", "same"),
    [
        ({"estimator": "mlr"}, {"estimator": "MLR"}),
        ({"estimator": "MLM", "test": "Satorra-Bentler"}, {"estimator": "MLM"}),
        ({"information": "Observed", "se": "STANDARD"}, {"information": "observed"}),
        ({"missing": "direct"}, {"missing": "fiml"}),
        ({"missing": "ML", "likelihood": "Normal", "test": []}, {"missing": "fiml"}),
        ({"group_equal": None, "group_partial": None}, {}),
    ],
)
def test_options_may_be_spelled_as_in_lavaan(given, same):
    one, other = cocsem.cfa(HS, _data(), **given), cocsem.cfa(HS, _data(), **same)
    assert dict(one.fit_measures) == pytest.approx(dict(other.fit_measures), nan_ok=True) and one.method == other.method


def test_what_is_no_fit_is_refused():
    for ask in (cocsem.standardized, cocsem.modification_indices, cocsem.score_test, cocsem.predict, cocsem.residuals):
        with pytest.raises(UsageError, match="takes Fit for 'fit'"):
            ask("visual =~ x1")
    fit = cocsem.cfa(LABELLED, _data(), group="school", group_equal=["loadings"])
    for question in ({"add": 5}, {"release": ["x"]}):
        with pytest.raises(UsageError, match=r"add=|release"):
            cocsem.score_test(fit, **question)
    for constraints in (None, "log(-a) == 1"):
        with pytest.raises(UsageError, match="constraint"):
            cocsem.wald_test(fit, constraints)
    with pytest.raises(UsageError, match="ordered must be"):
        cocsem.cfa(HS, _data(), ordered=3)
