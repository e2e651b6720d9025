"""Least squares, and robust maximum likelihood beside it, against lavaan 0.6-14 and against identities."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import CocsemError, EstimationError, UsageError
from cocsem.estimation.chisq import minimum_statistic, residual_statistic
from cocsem.estimation.discrepancy import WEIGHTINGS
from cocsem.estimation.discrepancy.least_squares import double, inner, stack, unstack
from cocsem.estimation.problem import implied, pose
from cocsem.estimation.sandwich import moment_meat, normal_meat
from cocsem.moments.asymptotic import empirical_gamma, normal_gamma

ORACLES = Path(__file__).parents[1] / "oracles"
RECORDED = {case["id"]: case for case in json.loads((ORACLES / "least_squares.json").read_text())["cases"]}
HS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
MIMIC = "f =~ u1 + u2 + u3 + u4 + u5\nf ~ x1 + x2"


def _data(name):
    frame = pd.read_csv(ORACLES / "data" / f"{name}.csv")
    return frame.iloc[:246] if name == "hs" else frame


@pytest.fixture(scope="module", params=RECORDED)
def pair(request):
    record = RECORDED[request.param]
    options = {k.replace(".", "_"): v for k, v in record["options"].items()}
    if isinstance(options.get("group_equal"), str):
        options["group_equal"] = [options["group_equal"]]
    return record, getattr(cocsem, record["fun"])(record["model"], _data(record["data"]), **options)


def test_estimates_and_standard_errors_are_those_of_lavaan(pair):
    record, fit = pair
    assert fit.converged
    ours = {(r.lhs, r.op, r.rhs, fit.spec.groups.index(r.group)): r for r in fit.estimates.itertuples()}
    for lhs, op, rhs, group, est, se in record["rows"]:
        row = ours[lhs, op, rhs, group - 1]
        assert row.est == pytest.approx(est, abs=1e-3 * se if se else 1e-7)
        assert row.se == pytest.approx(se, rel=1e-3, abs=1e-9)


def test_tests_and_indices_are_those_of_lavaan(pair):
    record, fit = pair
    for name, theirs in record["measures"].items():
        ours = fit.fit_measures.get({"gfi": "gfi_lisrel"}.get(name, name.replace(".", "_")))
        assert ours == pytest.approx(theirs, rel=1e-3, abs=2e-5), name


@pytest.mark.parametrize("estimator", ["GLS", "ULS", "WLS", "DWLS", "ULSM", "ULSMV"])
def test_without_a_likelihood_there_are_no_information_criteria(estimator):
    measures = cocsem.cfa(HS, _data("hs"), estimator=estimator).fit_measures
    assert not {"logl", "unrestricted_logl", "aic", "bic", "bic2"} & set(measures)
    assert np.isnan(measures["pvalue"]) == (estimator in ("ULSM", "ULSMV"))


@pytest.mark.parametrize("estimator", ["GLS", "ULS", "WLS", "DWLS"])
def test_a_saturated_model_fits_exactly(estimator):
    fit = cocsem.sem("x1 ~ x2 + x3", _data("hs"), estimator=estimator)
    assert fit.fit_measures["df"] == 0
    assert fit.fit_measures["chisq"] == pytest.approx(0.0, abs=1e-8)


@pytest.mark.parametrize("estimator", ["GLS", "WLS", "DWLS"])
def test_the_unit_of_an_item_does_not_matter(estimator):
    data = _data("hs")
    plain = cocsem.cfa(HS, data, estimator=estimator)
    scaled = cocsem.cfa(HS, data.assign(x2=data["x2"] * 10.0, x7=data["x7"] / 4.0), estimator=estimator)
    assert scaled.fit_measures["chisq"] == pytest.approx(plain.fit_measures["chisq"], rel=1e-7)
    assert scaled.estimates["std_all"].to_numpy() == pytest.approx(plain.estimates["std_all"].to_numpy(), abs=1e-6)


@pytest.mark.parametrize("estimator", ["GLS", "ULS", "WLS", "DWLS"])
def test_the_choice_of_the_marker_does_not_matter(estimator):
    data = _data("hs")
    marker, free = (cocsem.cfa(HS, data, estimator=estimator, std_lv=std).fit_measures for std in (False, True))
    assert free["chisq"] == pytest.approx(marker["chisq"], rel=1e-7)
    assert free["df"] == marker["df"]


@pytest.mark.parametrize("estimator", ["GLS", "ULS", "WLS", "DWLS", "ULSMV"])
def test_saturated_means_change_nothing(estimator):
    data = _data("hs")
    without, with_ = (cocsem.cfa(HS, data, estimator=estimator, meanstructure=m) for m in (False, True))
    if estimator != "WLS":  # the skewness of the data ties means to covariances in the ADF weight
        assert with_.fit_measures["chisq"] == pytest.approx(without.fit_measures["chisq"], rel=1e-7)
    assert with_.fit_measures["df"] == without.fit_measures["df"]


def test_two_identical_groups_double_the_statistic():
    data = _data("hs")
    both = pd.concat([data.assign(g="a"), data.assign(g="b")])
    for estimator in ("GLS", "ULS", "DWLS"):
        one = cocsem.cfa(HS, data, estimator=estimator).fit_measures
        two = cocsem.cfa(HS, both, estimator=estimator, group="g").fit_measures
        assert two["chisq"] == pytest.approx(2.0 * one["chisq"], rel=1e-7)
        assert two["df"] == 2 * one["df"]


def test_normal_theory_errors_of_generalized_least_squares_are_its_own():
    data = _data("mimic")
    for fixed in (True, False):
        plain, robust = (
            cocsem.sem(MIMIC, data, estimator="GLS", fixed_x=fixed, meanstructure=True, se=se)
            for se in ("standard", "robust.sem.nt")
        )
        assert robust.vcov == pytest.approx(plain.vcov, rel=1e-6, abs=1e-12)


def test_the_residual_statistic_at_the_minimum_of_gls_is_the_minimum():
    fit = cocsem.cfa(HS, _data("hs"), estimator="GLS")
    problem = pose(fit.spec, fit.statistics, fit.method)
    assert residual_statistic(problem, fit.theta) == pytest.approx(minimum_statistic(problem, fit.theta), rel=1e-8)


def test_the_fillings_are_delta_v_gamma_v_delta():
    data = _data("mimic")
    for estimator in ("ULS", "DWLS", "GLS", "WLS"):
        fit = cocsem.sem(MIMIC, data, estimator=estimator, fixed_x=True, meanstructure=True)
        problem = pose(fit.spec, fit.statistics, fit.method)
        stats, weighting = fit.statistics[0], WEIGHTINGS[fit.method.discrepancy]
        fixed = (5, 6)
        V = weighting.dense(problem.parts[0].weight, 7, means=True)
        step = 1e-6
        moments = [
            stack(at.mu, at.Sigma)
            for theta in (fit.theta + step * e for e in np.vstack([np.eye(len(fit.theta)), -np.eye(len(fit.theta))]))
            for at in implied(problem, theta)
        ]
        k = len(fit.theta)
        Delta = (np.array(moments[:k]) - np.array(moments[k:])).T / (2 * step)
        for meat, Gamma in (
            (moment_meat(problem, fit.theta), empirical_gamma(stats.data, means=True, fixed=fixed)),
            (normal_meat(problem, fit.theta), normal_gamma(problem.covs[0], means=True, fixed=fixed)),
        ):
            expected = Delta.T @ V @ Gamma @ V @ Delta
            assert meat == pytest.approx(expected, rel=1e-4, abs=1e-6 * np.abs(expected).max())


def test_weighing_agrees_with_the_matrix():
    rng = np.random.default_rng(7)
    cov = np.cov(rng.normal(size=(50, 4)).T)
    D = rng.normal(size=(3, 4, 4))
    D, d = D + np.swapaxes(D, -1, -2), rng.normal(size=(3, 4))
    weights = {
        "gls": np.linalg.inv(cov),
        "uls": None,
        "dwls": rng.uniform(1, 2, 14),
        "wls": np.cov(rng.normal(size=(99, 14)).T),
    }
    for name, weight in weights.items():
        V = WEIGHTINGS[name].dense(weight, 4, means=True)
        r, weighted = stack(d, D), WEIGHTINGS[name].weigh(weight, d, D)
        assert double(weighted) == pytest.approx(r @ V)
        assert inner((d, D), weighted) == pytest.approx(np.einsum("ip,pq,iq->i", r, V, r))
    assert double(unstack(r, 4, means=True)) == pytest.approx(r)


def test_covariates_are_fixed_by_default_only_where_there_is_a_likelihood():
    data = _data("path")
    assert cocsem.sem("m ~ x1 + x2", data).spec.exogenous == ("x1", "x2")
    assert cocsem.sem("m ~ x1 + x2", data, estimator="GLS").spec.exogenous == ()


def test_moments_are_enough_where_no_answers_are_needed():
    data = _data("hs")[[f"x{i}" for i in range(1, 10)]]
    for estimator in ("GLS", "ULS", "DWLS"):
        whole = cocsem.cfa(HS, data, estimator=estimator).estimates
        moments = cocsem.cfa(HS, estimator=estimator, sample_cov=data.cov(), sample_nobs=len(data)).estimates
        assert moments[["est", "se"]].to_numpy() == pytest.approx(whole[["est", "se"]].to_numpy(), rel=1e-6, abs=1e-9)
    for estimator in ("WLS", "ULSMV"):
        with pytest.raises(EstimationError, match="answers"):
            cocsem.cfa(HS, estimator=estimator, sample_cov=data.cov(), sample_nobs=len(data))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"se": "robust.huber.white"}, "likelihood of the rows"),
        ({"test": "yuan.bentler.mplus"}, "likelihood of the rows"),
        ({"information": "first.order"}, "likelihood of the rows"),
        ({"engine": "semopy"}, 'engine="native"'),
    ],
)
def test_what_cannot_be_kept_is_refused(options, words):
    with pytest.raises(UsageError, match=words):
        cocsem.cfa(HS, _data("hs"), estimator="GLS", **options)


def test_a_weight_that_cannot_be_inverted_is_refused():
    data = _data("hs")
    with pytest.raises(EstimationError, match="rows than different moments"):
        cocsem.cfa(HS, data.iloc[:40], estimator="WLS")
    with pytest.raises(CocsemError, match="singular"):
        cocsem.sem(MIMIC, _data("mimic"), estimator="WLS", meanstructure=True)


def test_an_adjusted_df_below_that_of_the_baseline_leaves_nfi_and_rfi_defined():
    """lavaan 0.6-14: fitMeasures(sem("m ~ x1 + x2; y ~ m + x1", path, estimator = "MLMVS")); none where the df is the larger one."""
    measures = cocsem.sem("m ~ x1 + x2\ny ~ m + x1", _data("path"), estimator="MLMVS").fit_measures
    assert measures["baseline_df_scaled"] == pytest.approx(3.3778136, rel=1e-6)
    assert [measures[name] for name in ("nfi_scaled", "rfi_scaled")] == pytest.approx([0.9997588, 0.9991854], abs=1e-6)
    assert "nfi_scaled" not in cocsem.cfa(HS, _data("hs"), estimator="MLMVS").fit_measures
