"""Models with ordered items that the main bank has no case of: binary items, probit paths, covariates, groups, every estimator."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import norm

import cocsem
from cocsem.errors import CocsemError, EstimationError

ORACLES = Path(__file__).parents[1] / "oracles"
CASES = {c["id"]: c for c in json.loads((ORACLES / "ordinal_models.json").read_text())["cases"]}
TWO = "INV =~ inv1 + inv2 + inv3 + inv4\nENG =~ eng1 + eng2 + eng3 + eng4"
EIGHT = ["inv1", "inv2", "inv3", "inv4", "eng1", "eng2", "eng3", "eng4"]
# 0.6-14 weighs slopes on covariates out of the SRMR, and groups in the robust indices, in other ways than 0.7, whose answers are
# recorded in the main bank; its robust RMSEA counts N - 1.
OTHER_VERSION = {"srmr", "rmsea.robust", "cfi.robust"}


def _data():
    likert = pd.read_csv(ORACLES / "data" / "likert.csv")
    items = list(likert.columns[:19])
    binary, holes = likert.copy(), likert.astype(dict.fromkeys(items, float))
    binary[items] = (likert[items] > 3).astype(int)
    for k, name in enumerate(items[:8], start=1):
        holes.loc[np.arange(k - 1, len(holes), 7 + k), name] = np.nan
    return {"likert": likert, "binary": binary, "holes": holes, "mimic": pd.read_csv(ORACLES / "data" / "mimic.csv")}


DATA = _data()


def _fit(case):
    options = {k.replace(".", "_"): v for k, v in case["options"].items() if k != "conditional.x"}
    options["ordered"] = [options["ordered"]] if isinstance(options["ordered"], str) else options["ordered"]
    return cocsem.sem(case["model"], DATA[case["data"]], **options)


@pytest.fixture(scope="module", params=CASES)
def pair(request):
    return CASES[request.param], _fit(CASES[request.param])


def test_estimates_standard_errors_and_standardized_values(pair):
    case, fit = pair
    assert fit.converged
    number = {label: g for g, label in enumerate(fit.spec.groups, start=1)}
    ours = {}
    for row, std in zip(fit.estimates.itertuples(), cocsem.standardized(fit).itertuples(), strict=True):
        key = (row.lhs, row.op, "" if row.op == ":=" else row.rhs, number.get(row.group, 1))
        ours[key] = (row.est, row.se, std.est_std, std.se)
    for theirs in case["rows"]:
        if theirs["op"] == "==":
            continue
        key = (theirs["lhs"], theirs["op"], "" if theirs["op"] == ":=" else theirs["rhs"], theirs["group"] or 1)
        for mine, name in zip(ours[key], ("est", "se", "std", "std_se"), strict=True):
            if theirs.get(name) is not None:
                assert mine == pytest.approx(theirs[name], rel=2e-5, abs=2e-5), (key, name)


def test_tests_and_indices(pair):
    case, fit = pair
    for name, value in case["fit"].items():
        if value is not None and name not in OTHER_VERSION:
            assert fit.fit_measures[name.replace(".", "_")] == pytest.approx(value, rel=2e-5, abs=2e-5), name


@pytest.mark.parametrize("method", ["regression", "bartlett"])
def test_a_model_without_factors_has_no_scores(method):
    fit = cocsem.sem("u1 ~ x1\nb1 ~ u1 + x2", DATA["mimic"], ordered=["u1", "b1"])
    assert cocsem.predict(fit, method).shape == (fit.n_obs, 0)


@pytest.mark.parametrize("case", [c for c in CASES.values() if "scores" in c], ids=lambda c: c["id"])
def test_factor_scores_are_the_most_probable_places(case):
    fit = _fit(case)
    scores = cocsem.predict(fit)
    theirs = case["scores"]
    if isinstance(theirs, dict):
        sex = DATA[case["data"]]["sex"].to_numpy()
        for label, rows in theirs.items():
            np.testing.assert_allclose(scores[sex == label].head(4), rows, atol=2e-4)
    else:
        np.testing.assert_allclose(scores.head(4), theirs, atol=2e-4)


def test_factor_scores_are_the_same_under_both_parameterizations():
    """lavaan's are not: under theta 0.6-14 leaves the residual standard deviation out."""
    options = {"ordered": EIGHT, "group": "sex", "group_equal": ("loadings", "intercepts"), "std_lv": True}
    delta, theta = (cocsem.cfa(TWO, DATA["likert"], parameterization=p, **options) for p in ("delta", "theta"))
    np.testing.assert_allclose(cocsem.predict(delta), cocsem.predict(theta), atol=1e-5)


@pytest.mark.parametrize("case", ["mimic_direct", "scalar_delta", "scalar_theta"])
def test_scores_stand_where_the_posterior_written_out_is_highest(case):
    """With direct effects of covariates and with units of a later group, which lavaan 0.6-14 leaves out of its scores."""
    fit = _fit(CASES[case])
    g = len(fit.spec.groups) - 1
    layout, at, stats = fit.point.problem.layouts[g], fit.point.implied[g], fit.statistics[g]
    p, names, latent = layout.p, fit.spec.observed, slice(layout.p, None)
    x = [names.index(name) for name in fit.spec.exogenous]
    scores = cocsem.predict(fit).loc[stats.rows[:3]].to_numpy()
    for row, eta in zip(stats.data[:3], scores, strict=True):
        centre = at.B[latent, p:] @ at.m[latent] + at.B[latent][:, x] @ row[x]
        spread = at.C[latent, latent] - at.B[latent][:, x] @ at.S[np.ix_(x, x)] @ at.B[latent][:, x].T

        def log_posterior(f, row=row, centre=centre, spread=spread):
            total = -0.5 * (f - centre) @ np.linalg.solve(spread, f - centre)
            for i, name in enumerate(names):
                if i not in x:
                    rows = fit.estimates[(fit.estimates["lhs"] == name) & (fit.estimates["op"] == "|")]
                    own = rows[rows["group"] == fit.spec.groups[g]]["est"].to_numpy()
                    cuts = np.concatenate([[-np.inf], own, [np.inf]])
                    fitted = at.m[i] + at.A[i, latent] @ f + at.A[i, x] @ row[x]
                    z = (cuts[[int(row[i]), int(row[i]) + 1]] - fitted) / np.sqrt(at.S[i, i])
                    total += np.log(norm.cdf(z[1]) - norm.cdf(z[0]))
            return total

        best = minimize(lambda f, q=log_posterior: -q(f), eta + 0.1, method="Nelder-Mead", options={"xatol": 1e-7})
        np.testing.assert_allclose(eta, best.x, atol=2e-4)


@pytest.mark.parametrize("case", [c for c in CASES.values() if "z" in c], ids=lambda c: c["id"])
def test_standardized_residuals(case):
    found = cocsem.residuals(_fit(case), "standardized")
    theirs = pd.DataFrame(case["z"]).set_index("_row")
    ours = found["cov"].loc[theirs.index, theirs.columns].to_numpy()
    np.testing.assert_allclose(ours, theirs.to_numpy(), atol=2e-3)
    assert set(found) == {"cov", "thresholds", "cov_se", "thresholds_se"}


def test_residuals_of_covariates_and_continuous_items():
    fit = _fit(CASES["mimic_mixed"])
    raw, cor = cocsem.residuals(fit), cocsem.residuals(fit, "cor")
    assert list(raw["slopes"].columns) == ["x1", "x2"] and list(raw["mean"].index) == ["u4", "u5"]
    assert raw["thresholds"].abs().max() < 1e-7 and raw["mean"].abs().max() < 1e-7
    sd = np.sqrt(fit.statistics[0].ordinal.latent.cov[3, 3])
    assert cor["cov"].loc["u4", "u1"] == pytest.approx(raw["cov"].loc["u4", "u1"] / sd)


def test_scores_that_answers_alone_do_not_bound_are_not_numbers():
    fit = cocsem.cfa(TWO, DATA["binary"], ordered=EIGHT)
    scores = cocsem.predict(fit, method="bartlett")
    full = (DATA["binary"][EIGHT[:4]].sum(axis=1) % 4 == 0).to_numpy()
    assert scores["INV"][full].isna().all() and cocsem.predict(fit).notna().all(axis=None)


def test_with_pairwise_missing_answers_rows_are_scored_from_what_they_answered():
    fit = _fit(CASES["pairwise"])
    scores = cocsem.predict(fit)
    assert len(scores) == 600 and scores.notna().all(axis=None)


def test_the_default_is_wlsmv_and_thresholds_in_the_text_say_what_is_ordered():
    by_name = cocsem.cfa(TWO, DATA["likert"], ordered=True)
    by_text = cocsem.cfa(TWO + "".join(f"\n{name} | t1" for name in EIGHT), DATA["likert"])
    assert by_name.method.estimator == by_text.method.estimator == "WLSMV" and by_text.spec.ordered == tuple(EIGHT)
    assert by_text.fit_measures["chisq"] == pytest.approx(by_name.fit_measures["chisq"], abs=1e-10)
    again = cocsem.cfa(by_name.spec, DATA["likert"])
    assert again.fit_measures["chisq_scaled"] == pytest.approx(by_name.fit_measures["chisq_scaled"])


def test_ordered_items_as_continuous_ones_where_that_is_said():
    fit = cocsem.cfa(TWO, DATA["likert"], ordered=False, estimator="WLSMV")
    assert not fit.spec.ordered and fit.method.discrepancy == "dwls" and "chisq_scaled" in fit.fit_measures


def test_delta_and_theta_are_one_model():
    delta, theta = (cocsem.cfa(TWO, DATA["likert"], ordered=True, parameterization=p) for p in ("delta", "theta"))
    for name in ("chisq", "chisq_scaled", "cfi_robust", "rmsea_robust", "srmr"):
        assert delta.fit_measures[name] == pytest.approx(theta.fit_measures[name], abs=1e-6)
    ours, theirs = cocsem.standardized(delta), cocsem.standardized(theta)
    np.testing.assert_allclose(ours[["est_std", "se"]], theirs[["est_std", "se"]], atol=1e-6)


def test_equal_thresholds_of_three_categories_change_nothing():
    """Two thresholds give an item its own origin and unit (wuestabrook2016): no restriction is left."""
    data = DATA["likert"].copy()
    data[EIGHT] = data[EIGHT].clip(2, 4)
    free, held = (cocsem.cfa(TWO, data, ordered=True, group="sex", group_equal=e) for e in ((), ("thresholds",)))
    assert held.fit_measures["df"] == free.fit_measures["df"]
    assert held.fit_measures["chisq"] == pytest.approx(free.fit_measures["chisq"], rel=1e-6)


def test_models_of_several_tables_have_effects_scores_and_differences():
    text = TWO + "\nENG ~ INV"
    fit = cocsem.sem(text, DATA["likert"], ordered=True, group="sex")
    held = cocsem.sem(text, DATA["likert"], ordered=True, group="sex", group_equal=("thresholds", "loadings"))
    assert cocsem.compare(fit, held)["method"].iloc[1] == "satorra_2000"
    assert len(cocsem.score_test(held)) and "mi_scaled" in cocsem.modification_indices(held)
    assert cocsem.effects(held) is not None and "WLSMV" in str(held)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"ordered": True, "estimator": "ML"}, "takes items as continuous"),
        ({"ordered": True, "estimator": "MLR"}, "WLSMV"),
        ({"estimator": "WLSMV"}, "ordered=True"),
        ({"ordered": True, "missing": "fiml"}, "full information"),
        ({"ordered": True, "information": "observed"}, "information"),
        ({"ordered": True, "se": "robust.huber.white"}, "likelihood"),
        ({"ordered": True, "engine": "semopy"}, "semopy"),
        ({"ordered": True, "test": "bollen.stine"}, "nothing moves"),
        ({"ordered": ["inv1", "nobody"]}, "nobody"),
        ({"ordered": True, "parameterization": "beta"}, "delta or theta"),
    ],
)
def test_what_cannot_be_is_refused_by_name(options, message):
    with pytest.raises(CocsemError, match=message):
        cocsem.cfa(TWO, DATA["likert"], **options)


def test_data_that_cannot_carry_the_moments_are_refused():
    with pytest.raises(CocsemError, match="sample moments"):
        cocsem.cfa(TWO, sample_cov=DATA["likert"][EIGHT].cov(), sample_nobs=600, ordered=True)
    with pytest.raises(EstimationError, match="two values"):
        cocsem.sem("f =~ u1 + u2 + u3\nf ~ x2", DATA["mimic"], ordered=["u1", "u2", "u3"], fixed_x=False)
    few = DATA["likert"].head(40)
    with pytest.raises(EstimationError, match="WLS"):
        cocsem.cfa(TWO, few, ordered=True, estimator="WLS")


def test_scores_are_refused_where_the_likelihood_of_a_row_is_no_product():
    fit = cocsem.cfa(TWO + "\ninv1 ~~ inv2", DATA["likert"], ordered=True)
    with pytest.raises(EstimationError, match="'inv1' with 'inv2'"):
        cocsem.predict(fit)
    chain = cocsem.sem("f =~ u1 + u2 + u3\nu4 ~ f\nb1 ~ u4", DATA["mimic"], ordered=True)
    with pytest.raises(EstimationError, match="explain no other items"):
        cocsem.predict(chain)


def test_standardized_residuals_of_a_group_are_those_of_the_group_alone():
    data = DATA["likert"]
    both = cocsem.residuals(cocsem.cfa(TWO, data, ordered=EIGHT, group="sex"), kind="standardized")
    for label, found in both.items():
        alone = cocsem.residuals(cocsem.cfa(TWO, data[data["sex"] == label], ordered=EIGHT), kind="standardized")
        np.testing.assert_allclose(found["cov"], alone["cov"], atol=1e-6)


def test_modification_indices_do_not_depend_on_the_parameterization():
    model = "u1 ~ x1\nu4 ~ u1 + x2"
    delta, theta = (
        cocsem.modification_indices(cocsem.sem(model, DATA["mimic"], ordered="u1", parameterization=kind)).set_index(
            ["lhs", "op", "rhs"]
        )
        for kind in ("delta", "theta")
    )
    assert ("u1", "~", "u4") in delta.index
    np.testing.assert_allclose(delta["mi"], theta.loc[delta.index, "mi"], rtol=1e-5)


def test_equivalent_models_have_equal_indices():
    plain = cocsem.cfa(TWO, DATA["likert"], ordered=EIGHT).fit_measures
    text = TWO + "\ninv1 | -1*t1 + t2 + t3 + t4\ninv1 ~*~ NA*inv1"
    fixed = cocsem.cfa(text, DATA["likert"], ordered=EIGHT).fit_measures
    assert "cfi_robust" in fixed
    for name, value in plain.items():
        assert fixed[name] == pytest.approx(value, rel=1e-5, abs=1e-6, nan_ok=True), name
