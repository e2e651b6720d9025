"""Incomplete rows: full information maximum likelihood and pairwise moments against lavaan, identities, and what is refused."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import CocsemError, UsageError
from cocsem.estimation.problem import gradient, objective, observed_information, pose, slopes

ORACLES = Path(__file__).parents[1] / "oracles"
BANK = json.loads((ORACLES / "incomplete.json").read_text())
CASES = [name for name in BANK if name != "software"]
DATA = pd.read_csv(ORACLES / "data" / "hs_incomplete.csv")
ITEMS = [f"x{i}" for i in range(1, 10)]
CFA = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
SEM = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nvisual ~ ageyr + sex\ntextual ~ visual + sex"
# `gfi` of that version is LISREL's; with two free rows and df 2 its scaled interval of RMSEA is recorded elsewhere as 0.
OTHER_NAME = {"gfi": "gfi_lisrel", "agfi": "agfi_lisrel"}


def _fit(record):
    options = dict(record["options"] or {})
    options = {k.replace(".", "_"): [v] if k == "group.equal" and isinstance(v, str) else v for k, v in options.items()}
    return getattr(cocsem, record["fun"])(record["model"], DATA, missing=record["missing"], **options)


@pytest.fixture(scope="module", params=CASES)
def pair(request):
    return BANK[request.param], _fit(BANK[request.param])


@pytest.fixture(scope="module")
def fit():
    return cocsem.cfa(CFA, DATA, missing="fiml")


def _row(fit, record):
    frame, at = fit.estimates, (fit.estimates["lhs"] == record["lhs"]) & (fit.estimates["op"] == record["op"])
    if record["op"] != ":=":
        at &= (frame["rhs"] == record["rhs"]) & (frame["group"] == fit.spec.groups[int(record["group"]) - 1])
    assert at.sum() == 1, record
    return frame[at].iloc[0]


def test_estimates_and_standard_errors(pair):
    record, fit = pair
    assert fit.converged and len(fit.estimates) == len(record["estimates"])
    for theirs in record["estimates"]:
        ours, se = _row(fit, theirs), theirs["se"]
        assert ours["est"] == pytest.approx(theirs["est"], abs=1e-3 * se if se else 1e-7)
        assert ours["se"] == pytest.approx(se, rel=1e-3, abs=1e-9)


def test_fit_measures(pair):
    record, fit = pair
    groups = len(fit.spec.groups) > 1
    for name, theirs in record["fit_measures"].items():
        ours = fit.fit_measures[OTHER_NAME.get(name, name).replace(".", "_")]
        if theirs is None or theirs == "NA" or (groups and name in ("gfi", "agfi", "pgfi")):
            continue
        assert ours == pytest.approx(theirs, rel=1e-3, abs=1e-4 if "pvalue" in name else 1e-6), name


@pytest.mark.parametrize("method", ["regression", "bartlett"])
def test_factor_scores_of_incomplete_rows(fit, method):
    theirs = BANK["mlf"]["scores"][method]
    ours = cocsem.predict(fit, method=method)
    given = np.array([[np.nan if v is None or v == "NA" else v for v in row] for row in theirs])
    row = 4  # answers no item: left out by us, without a score there
    kept = [i for i in range(len(given)) if i != row]
    assert row not in ours.index
    assert ours.loc[kept].to_numpy() == pytest.approx(given[kept].astype(float), abs=2e-4)


def test_a_bartlett_score_without_an_answered_item_is_not_a_number():
    data = DATA.copy()
    data.loc[0, ["x7", "x8", "x9"]] = np.nan
    fit = cocsem.cfa(CFA, data, missing="fiml")
    bartlett, regression = cocsem.predict(fit, method="bartlett"), cocsem.predict(fit)
    assert np.isnan(bartlett.loc[0, "speed"]) and np.isfinite(bartlett.loc[0, ["visual", "textual"]]).all()
    assert np.isfinite(regression.loc[0]).all()


@pytest.mark.parametrize("estimator", ["ML", "MLR", "MLF"])
@pytest.mark.parametrize("model", [CFA, SEM])
def test_complete_rows_give_what_maximum_likelihood_with_means_gives(estimator, model):
    complete = pd.read_csv(ORACLES / "data" / "hs.csv")
    options = {} if estimator == "MLF" else {"information": "observed"}
    whole = cocsem.sem(model, complete, estimator=estimator, meanstructure=True, **options)
    fiml = cocsem.sem(model, complete, estimator=estimator, missing="fiml")
    assert fiml.theta == pytest.approx(whole.theta, abs=1e-8)
    assert fiml.vcov == pytest.approx(whole.vcov, rel=1e-6, abs=1e-9)
    for name, value in whole.fit_measures.items():
        if "robust" not in name and "gfi" not in name:
            assert fiml.fit_measures[name] == pytest.approx(value, rel=1e-7, abs=1e-7), name


def test_robust_indices_of_complete_rows_are_the_plain_ones():
    fit = cocsem.cfa(CFA, pd.read_csv(ORACLES / "data" / "hs.csv"), missing="fiml")
    for name in ("cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_pvalue"):
        kind = f"{name}_robust"
        assert fit.fit_measures[kind] == pytest.approx(fit.fit_measures[name], abs=1e-8)


def test_chisq_is_twice_the_difference_of_the_log_likelihoods(pair):
    measures = pair[1].fit_measures
    assert measures["chisq"] == pytest.approx(2 * (measures["unrestricted_logl"] - measures["logl"]), abs=1e-8)


def test_a_saturated_model_fits_perfectly():
    items = ITEMS[:4]
    model = "\n".join(f"{a} ~~ {b}" for i, a in enumerate(items) for b in items[i:])
    fit = cocsem.sem(model, DATA, missing="fiml")
    assert fit.fit_measures["df"] == 0
    assert fit.fit_measures["chisq"] == pytest.approx(0.0, abs=1e-8)


def test_the_scale_of_an_item_changes_nothing_standardized(fit):
    scaled = cocsem.cfa(CFA, DATA.assign(x2=DATA["x2"] * 100.0), missing="fiml")
    assert scaled.fit_measures["chisq"] == pytest.approx(fit.fit_measures["chisq"], abs=1e-7)
    loadings = fit.estimates["op"] != "~1"
    assert scaled.estimates["std_all"][loadings].to_numpy() == pytest.approx(
        fit.estimates["std_all"][loadings], abs=1e-6
    )


def test_the_same_rows_twice_are_twice_the_chisq(fit):
    double = pd.concat([DATA, DATA], ignore_index=True)
    twice = cocsem.cfa(CFA, double, missing="fiml")
    assert twice.fit_measures["chisq"] == pytest.approx(2 * fit.fit_measures["chisq"], rel=1e-9)
    assert twice.theta == pytest.approx(fit.theta, abs=1e-8)


@pytest.mark.parametrize("group", [None, "school"])
def test_gradient_and_hessian_against_differences(group):
    fit = cocsem.sem(SEM, DATA, missing="fiml", group=group)
    problem = pose(fit.spec, fit.statistics, fit.method)
    rng = np.random.default_rng(1)
    theta = fit.theta + 0.03 * rng.standard_normal(len(fit.theta))
    steps = np.eye(len(theta)) * 1e-5
    value = np.array([(objective(problem, theta + e) - objective(problem, theta - e)) / 2e-5 for e in steps])
    slope = np.array([(gradient(problem, theta + e) - gradient(problem, theta - e)) / 2e-5 for e in steps])
    assert gradient(problem, theta) == pytest.approx(value, abs=1e-7)
    assert 2.0 * observed_information(problem, theta) == pytest.approx(slope, abs=1e-6)
    both = slopes(problem, np.stack([theta, fit.theta]), exact=True)
    assert both[0][0] == pytest.approx(gradient(problem, theta), abs=1e-12)
    assert both[1][1] == pytest.approx(observed_information(problem, fit.theta), abs=1e-12)


def test_rows_left_out_are_said():
    fit = cocsem.sem(SEM, DATA, missing="fiml")
    lost = int((DATA["ageyr"].isna()).sum())
    assert fit.n_obs == len(DATA) - lost
    assert any(f"{lost} of {len(DATA)} rows were left out" in w.en and "ageyr, sex" in w.en for w in fit.warnings)
    assert any(f"{lost} dari {len(DATA)} baris" in w.id for w in fit.warnings)


def test_pairwise_says_what_its_errors_are_worth():
    fit = cocsem.cfa(CFA, DATA, missing="pairwise")
    assert any("too optimistic" in w.en for w in fit.warnings)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"missing": "fiml", "estimator": "MLM"}, "estimator must be one of ML, MLR, MLF"),
        ({"missing": "fiml", "estimator": "WLS"}, "estimator must be one of ML, MLR, MLF"),
        ({"missing": "fiml", "likelihood": "wishart"}, "likelihood must be one of normal"),
        ({"missing": "fiml", "meanstructure": False}, "needs the mean structure"),
        ({"missing": "fiml", "engine": "semopy"}, "complete rows only"),
        ({"missing": "fiml", "test": "satorra.bentler"}, "test must be one of"),
        ({"missing": "pairwise", "estimator": "MLR"}, "estimator must be one of ML"),
        ({"missing": "pairwise", "se": "robust.huber.white"}, "se must be one of standard, robust.sem"),
        ({"missing": "imputed"}, "missing must be one of"),
    ],
)
def test_combinations_that_do_not_exist_are_refused_by_name(options, text):
    with pytest.raises(UsageError, match=text):
        cocsem.cfa(CFA, DATA, **options)


@pytest.mark.parametrize("missing", ["fiml", "pairwise"])
def test_moments_alone_are_refused(missing):
    with pytest.raises(UsageError, match="needs the answers themselves"):
        cocsem.cfa(CFA, sample_cov=DATA[ITEMS].cov(), sample_nobs=200, missing=missing)


def test_factor_scores_of_pairwise_moments_are_refused():
    with pytest.raises(CocsemError, match="pairwise moments have none"):
        cocsem.predict(cocsem.cfa(CFA, DATA, missing="pairwise"))


def test_a_pair_never_answered_together_is_named():
    split = DATA.copy()
    split.loc[split.index % 2 == 0, "x1"] = np.nan
    split.loc[split.index % 2 == 1, "x9"] = np.nan
    with pytest.raises(CocsemError, match="x1 with x9"):
        cocsem.cfa(CFA, split, missing="fiml")
