"""Models off the beaten track against lavaan 0.6-14: latent variables without items or without variance, single items, random covariates."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import ModelError, ModelSyntaxError

ORACLES = Path(__file__).parents[1] / "oracles"
RECORDED = {case["id"]: case for case in json.loads((ORACLES / "unusual_models.json").read_text())["cases"]}
PHANTOM = "visual =~ x1 + x2 + x3\nph =~ 0\nph ~ visual\nx7 ~ 1*ph\nx8 + x9 ~ ph\nx7 ~~ 0*x8 + 0*x9\nx8 ~~ 0*x9"


def _data(name):
    return pd.read_csv(ORACLES / "data" / f"{name}.csv")


@pytest.fixture(scope="module", params=RECORDED)
def pair(request):
    record = RECORDED[request.param]
    options = {k.replace(".", "_"): v for k, v in dict(record["options"]).items()}
    if isinstance(options.get("group_equal"), str):
        options["group_equal"] = [options["group_equal"]]
    return record, getattr(cocsem, record["fun"])(record["model"], _data(record["data"]), **options)


def test_rows_are_those_of_lavaan(pair):
    record, fit = pair
    ours = {(r.lhs, r.op, r.rhs, fit.spec.groups.index(r.group)): r for r in fit.estimates.itertuples()}
    assert len(ours) == len(record["rows"])
    for theirs in record["rows"]:
        key = (theirs["lhs"], theirs["op"], theirs["rhs"], theirs["group"] - 1)
        row = ours[key] if key in ours else ours[key[2], "~~", key[0], key[3]]
        se, std = theirs["se"], theirs.get("std.all")
        assert row.est == pytest.approx(theirs["est"], abs=1e-3 * se + 1e-6)
        assert row.se == pytest.approx(se, rel=1e-3, abs=1e-9)
        if isinstance(std, float | int) and theirs["lhs"] != theirs["rhs"]:
            assert row.std_all == pytest.approx(std, abs=1e-3 * se + 2e-5)


def test_measures_are_those_of_lavaan(pair):
    record, fit = pair
    for name, theirs in record["measures"].items():
        if isinstance(theirs, float | int):
            ours = fit.fit_measures.get({"gfi": "gfi_lisrel", "agfi": "agfi_lisrel"}.get(name, name))
            assert ours == pytest.approx(theirs, rel=2e-4, abs=2e-5), name


@pytest.mark.parametrize("method", ["regression", "bartlett"])
def test_factor_scores_are_those_of_lavaan(pair, method):
    record, fit = pair
    group = dict(record["options"]).get("group")
    scores = cocsem.predict(fit, method=method)
    data = _data(record["data"])
    if group is not None:
        scores = scores[data.loc[scores.index, group] == fit.spec.groups[0]]
    for n, theirs in enumerate(record[method]):
        for factor, score in theirs.items():
            if not (record["id"].startswith("phantom") or (method == "bartlett" and record["id"] == "zero_variance")):
                assert scores[factor].iloc[n] == pytest.approx(score, rel=1e-3, abs=2e-4), factor


def test_scores_do_not_depend_on_saturated_means():
    with_means, without = (
        cocsem.sem(RECORDED["means_left_out"]["model"], _data("mimic"), meanstructure=asked) for asked in (True, False)
    )
    for method in ("regression", "bartlett"):
        a, b = (cocsem.predict(fit, method=method) for fit in (with_means, without))
        np.testing.assert_allclose(a, b, atol=1e-6)


def test_a_variance_of_zero_costs_other_rows_nothing():
    record = RECORDED["zero_variance"]
    fit = cocsem.growth(record["model"], _data("growth"))
    found = cocsem.standardized(fit).set_index(["lhs", "op", "rhs"])
    assert found.loc[("s", "=~", "t2"), ["est_std", "se"]].tolist() == [0.0, 0.0]
    assert np.isnan(found.loc[("s", "~~", "s"), "est_std"])
    assert found.loc[("i", "=~", "t2"), ["est_std", "se"]].notna().all()


def test_a_latent_variable_without_items_is_printed_and_read_again():
    fit = cocsem.sem(PHANTOM, _data("hs"))
    text = cocsem.model_syntax(fit.spec)
    assert "ph =~ 0\n" in text
    assert cocsem.fit_model(text, _data("hs")).fit_measures["chisq"] == pytest.approx(fit.fit_measures["chisq"])
    for translate in (cocsem.to_mplus, cocsem.to_semopy):
        with pytest.raises(ModelError, match="without items"):
            translate(fit.spec)


@pytest.mark.parametrize("text", ["f =~ x1 + 0", "f =~ 2*0", "f =~ 1", "f ~~ 0"])
def test_numbers_stand_alone_only_where_they_mean_something(text):
    with pytest.raises(ModelSyntaxError, match="number can stand alone"):
        cocsem.sem(text, _data("hs"))


def test_a_saturated_model_has_a_critical_sample_size_of_one():
    assert cocsem.cfa("visual =~ x1 + x2 + x3", _data("hs")).fit_measures["cn_05"] == 1.0


def test_no_modification_index_repeats_a_loading_as_a_path():
    model = "f =~ u1 + u2 + u3 + u4 + u5\nf ~ x1\nu2 ~ x2"
    found = cocsem.modification_indices(cocsem.sem(model, _data("mimic"), group="site", group_equal=["loadings"]))
    assert found[(found["lhs"] == "u2") & (found["op"] == "~") & (found["rhs"] == "f")].empty


@pytest.mark.parametrize("pair_of_values", ["0.8, 0.9", "0.8, NA", "NA, 0.8"])
def test_group_equal_holds_a_value_fixed_in_one_group_in_all(pair_of_values):
    fit = cocsem.cfa(
        f"f =~ x1 + c({pair_of_values})*x2 + x3", _data("hs"), group="school", group_equal=["loadings", "intercepts"]
    )
    rows = fit.estimates[(fit.estimates["op"] == "=~") & (fit.estimates["rhs"] == "x2")]
    assert rows["est"].tolist() == [0.8, 0.8] and rows["se"].tolist() == [0.0, 0.0]


def test_huber_white_errors_of_plain_maximum_likelihood_are_those_of_mlr():
    model = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
    plain = cocsem.cfa(model, _data("hs"), se="robust.huber.white", meanstructure=True)
    np.testing.assert_allclose(
        plain.estimates["se"], cocsem.cfa(model, _data("hs"), estimator="MLR", meanstructure=True).estimates["se"]
    )


@pytest.mark.parametrize(
    ("values", "labels"), [((1.0, 2.0), ("1", "2")), ((1.5, 2.0), ("1.5", "2")), ((3, 7), ("3", "7"))]
)
def test_groups_named_by_numbers_are_written_as_r_writes_them(values, labels):
    data = _data("hs")
    group = np.where(data["school"] == data["school"].iloc[0], *values)
    fit = cocsem.cfa("visual =~ x1 + x2 + x3", data.assign(site=group), group="site")
    assert fit.spec.groups == labels and list(dict.fromkeys(fit.estimates["group"])) == list(labels)


def test_the_residual_of_a_single_item_that_the_text_names_stays_free():
    """lavaan 0.6-14: chisq 5.69, df 2, x1 ~~ x1 free."""
    fit = cocsem.sem("f =~ x1\nx1 ~~ e*x1\nf ~~ 0.5*f\ng =~ x4 + x5 + x6\ng ~ f", _data("hs"))
    row = next(r for r in fit.spec.rows if (r.lhs, r.op, r.rhs) == ("x1", "~~", "x1"))
    assert row.free and fit.fit_measures["df"] == 2
    assert fit.fit_measures["chisq"] == pytest.approx(5.69, abs=0.005)


def test_latent_change_scores_keep_the_errors_that_the_text_names():
    rng = np.random.default_rng(3)
    level, slope = rng.normal(size=300), 0.5 + 0.3 * rng.normal(size=300)
    data = pd.DataFrame({f"y{t + 1}": level + t * slope + 0.5 * rng.normal(size=300) for t in range(4)})
    lines = [f"l{t} =~ 1*y{t}\ny{t} ~~ e*y{t}\ny{t} ~ 0*1" for t in range(1, 5)]
    for t in range(2, 5):
        lines.append(
            f"l{t} ~ 1*l{t - 1}\nd{t} =~ 1*l{t}\nl{t} ~~ 0*l{t}\nd{t} ~~ 0*d{t}\nd{t} ~ b*l{t - 1}\nl{t} ~ 0*1"
        )
    lines.append("S =~ 1*d2 + 1*d3 + 1*d4\nS ~~ S + l1\nl1 ~~ l1\nS ~ 1\nl1 ~ 1")
    fit = cocsem.sem("\n".join(lines), data, meanstructure=True)
    errors = fit.estimates[(fit.estimates["lhs"] == "y1") & (fit.estimates["op"] == "~~")]
    assert fit.converged and errors["est"].iloc[0] == pytest.approx(0.25, abs=0.1)
