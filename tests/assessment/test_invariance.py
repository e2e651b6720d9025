"""The steps of measurement invariance: numbers as in lavaan, planted differences found, limits kept, refusals with a remedy."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.assessment.invariance.asking import ask
from cocsem.assessment.invariance.fitting import difference_test, fit_step
from cocsem.assessment.invariance.types import load_ladders
from cocsem.assessment.multiple_tests import holm
from cocsem.criteria import load_criterion
from cocsem.errors import UsageError
from cocsem.estimation.score_tests import release_tests

ORACLES = Path(__file__).parents[1] / "oracles"
LAVAAN = json.loads((ORACLES / "invariance_lavaan.json").read_text(encoding="utf-8"))
MODEL = LAVAAN["model"]
PARTIAL = ("x3 ~ 1", "x7 ~ 1")
ESTIMATORS = ("ML", "MLR")


@pytest.fixture(scope="module")
def pupils():
    frame = pd.read_csv(ORACLES / "data" / "hs.csv")
    return frame.assign(age=["a" + str(min(max(a, 12), 14)) for a in frame["ageyr"]])


@pytest.fixture(scope="module", params=ESTIMATORS)
def found(request, pupils):
    return request.param, cocsem.invariance(MODEL, pupils, "school", estimator=request.param)


def _answers(n=300, groups=("a", "b"), shift=0.0, loading=0.0, seed=1, items=8):
    """One factor, `items` items with loadings .7; in the second group item 2 has another intercept or loading."""
    rng = np.random.default_rng(seed)
    frames = []
    for g, name in enumerate(groups):
        factor = rng.standard_normal(n)
        values = 0.7 * factor[:, None] + rng.standard_normal((n, items)) * np.sqrt(0.51)
        if g == 1:
            values[:, 1] += shift + loading * factor
        frames.append(pd.DataFrame(values, columns=[f"y{i + 1}" for i in range(items)]).assign(where=name))
    return pd.concat(frames, ignore_index=True)


ONE = "f =~ " + " + ".join(f"y{i + 1}" for i in range(8))


def test_every_step_is_lavaans(found):
    estimator, assessment = found
    ladder = assessment["ladder"].assign(key=[title.en for title in assessment["ladder"]["step"]])
    in_part = ladder["key"].str.endswith(", in part")
    full = ladder[~in_part].set_index("key")
    partial = ladder[in_part].assign(key=ladder["key"].str.removesuffix(", in part")).set_index("key")
    for rows, theirs, steps in (
        (full, LAVAAN["full"][estimator], ("configural", "metric", "scalar")),
        (partial, LAVAAN["partial"][estimator], ("scalar", "strict")),
    ):
        for step in steps:
            own, recorded = rows.loc[step], list(theirs["fit"][step].values())
            for name, value in zip(("chisq", "df", "cfi", "rmsea", "srmr"), recorded, strict=True):
                assert own[name] == pytest.approx(value, rel=2e-5, abs=2e-6), (step, name)
            if step != "configural":
                test = theirs["tests"][step]
                assert own["delta_chisq"] == pytest.approx(test["chisq_diff"], rel=2e-4)
                assert own["delta_df"] == test["df_diff"]
                assert own["pvalue_diff"] == pytest.approx(test["pvalue"], rel=1e-3)


def test_changes_are_differences_from_the_last_step_that_stands(found):
    rows = found[1]["ladder"]
    assert rows["delta_cfi"][1] == pytest.approx(rows["cfi"][1] - rows["cfi"][0])
    assert rows["delta_srmr"][3] == pytest.approx(rows["srmr"][3] - rows["srmr"][1])
    assert rows["delta_rmsea"][4] == pytest.approx(rows["rmsea"][4] - rows["rmsea"][3])


def test_the_two_intercepts_everyone_finds_are_released(found):
    assert found[1].facts["released"] == PARTIAL
    assert found[1].facts["reached"] == "strict"
    assert found[1].facts["stands"]["scalar"] is False and found[1].facts["stands"]["scalar_partial"] is True


def test_factor_means_and_their_standardized_difference_are_lavaans(found):
    estimator, assessment = found
    theirs = {row["label"]: row for row in LAVAAN["means"][estimator]["rows"]}
    for n, row in enumerate(assessment["latent_means"].itertuples(), start=1):
        mean, d = theirs[f"m{n}"], theirs[f"d{n}"]
        assert (row.est, row.se) == pytest.approx((mean["est"], mean["se"]), rel=2e-4, abs=2e-5)
        assert row.pvalue == pytest.approx(mean["pvalue"], rel=2e-3)
        assert (row.d, row.d_se) == pytest.approx((d["est"], d["se"]), rel=2e-4, abs=2e-5)
        assert (row.d_ci_lower, row.d_ci_upper) == pytest.approx((d["ci.lower"], d["ci.upper"]), rel=2e-3)
    equal = LAVAAN["means"][estimator]["equal"]
    assert f"Δχ²({equal['df_diff']}) = {equal['chisq_diff']:.3f}" in assessment.text[-1].en


def test_release_tests_of_three_groups_are_lavaans(pupils):
    fit = cocsem.cfa(MODEL, pupils, group="age", std_lv=True, group_equal=("loadings", "intercepts"))
    tests = release_tests(fit)
    theirs = {entry["row"]: entry for entry in LAVAAN["release"]}
    assert len(tests) == len(theirs) == 18
    for row in tests.itertuples():
        recorded = theirs[f"{row.lhs} {row.op} {row.rhs}".strip() if row.op != "~1" else f"{row.lhs} ~1 "]
        assert row.df == recorded["df"] == 2
        assert row.x2 == pytest.approx(recorded["x2"], rel=2e-4, abs=1e-4)


def test_release_tests_of_two_groups_are_the_score_tests(pupils):
    fit = cocsem.cfa(MODEL, pupils, group="school", group_equal=("loadings", "intercepts", "residuals"))
    assert release_tests(fit)["x2"].to_numpy() == pytest.approx(cocsem.score_test(fit)["x2"].to_numpy(), abs=1e-8)


def test_release_tests_need_something_shared(pupils):
    with pytest.raises(UsageError, match="group_equal"):
        release_tests(cocsem.cfa(MODEL, pupils, group="school"))


def test_the_printed_models_fit_as_the_steps_did(pupils, found):
    estimator, assessment = found
    refit = cocsem.fit_model(assessment.facts["models"]["scalar_partial"], pupils, group="school", estimator=estimator)
    row = assessment["ladder"].iloc[3]
    assert refit.fit_measures["df"] == row["df"]
    name = "chisq_scaled" if estimator == "MLR" else "chisq"
    assert refit.fit_measures[name] == pytest.approx(row["chisq"], rel=1e-6)


def test_the_calls_name_what_is_equal_and_what_is_not(found):
    calls = found[1]["syntax"]["syntax"]
    assert 'group.equal = c("loadings", "intercepts", "residuals")' in calls.iloc[-1]
    assert 'group.partial = c("x3 ~ 1", "x7 ~ 1")' in calls.iloc[-1]
    assert ('estimator = "MLR"' in calls.iloc[0]) == (found[0] == "MLR")


def test_limits_are_applied_within_their_conditions_only(found):
    estimator, assessment = found
    changes = [v for v in assessment.verdicts if v.index.startswith("delta_")]
    assert changes and all((v.label is None) == (estimator == "MLR") for v in changes)
    assert any("derived under other conditions" in text.en for text in assessment.text) == (estimator == "MLR")
    assert {v.criterion for v in changes if v.index == "delta_srmr" and v.subject == "metric"} == {
        "delta_srmr_loadings_large"
    }
    small = load_criterion("delta_cfi_small")
    assert small.met(-0.004) and not small.met(-0.005)


def test_a_loading_and_an_intercept_that_differ_are_found():
    loading = cocsem.invariance(ONE, _answers(loading=-0.4), "where")
    assert loading.facts["released"][0] == "f =~ y2"
    assert "y2 ~ 1" in loading.facts["released"]  # equal intercepts mean nothing without equal loadings
    intercept = cocsem.invariance(ONE, _answers(shift=0.6), "where")
    assert intercept.facts["released"] == ("y2 ~ 1",)
    assert "Among 8 intercepts, that of y2 stands out" in " ".join(text.en for text in intercept.text)
    d = intercept["latent_means"].iloc[0]
    assert d["d_ci_lower"] < 0 < d["d_ci_upper"]


def test_equal_groups_climb_to_the_top_and_release_nothing():
    same = cocsem.invariance(ONE, _answers(seed=3), "where")
    assert same.facts["reached"] == "strict" and same.facts["released"] == ()
    assert "All steps stand" in same.text[-2].en and "Semua langkah terpenuhi" in same.text[-2].id


def test_two_items_of_every_factor_stay_equal():
    # of two items, neither can be told to be the one that differs
    frame = _answers(shift=0.8, items=2)
    other = _answers(seed=2, items=4).drop(columns="where").set_axis(["y3", "y4", "y5", "y6"], axis=1)
    frame = pd.concat([frame, other + 0.3 * frame[["y1"]].to_numpy()], axis=1)
    two = cocsem.invariance("f =~ y1 + y2\ng =~ y3 + y4 + y5 + y6", frame, "where")
    assert two.facts["reached"] == "metric" and two.facts["stands"]["scalar"] is False
    assert "stops at scalar invariance" in two.text[-1].en
    decisions = {row.parameter.en: row.decision.en for row in two["releases"].itertuples()}
    assert all("two items" in decisions[f"intercept of {item}"] for item in ("y1", "y2"))
    assert any(text.en.startswith("Different, but not to be released") for text in two.text)
    assert "latent_means" not in {table.key for table in two}


def test_ten_groups_and_no_more():
    ten = _answers(n=80, groups=[f"g{k}" for k in range(10)], items=4)
    found = cocsem.invariance("f =~ y1 + y2 + y3 + y4", ten, "where")
    assert found["ladder"]["delta_df"].iloc[1] == 9 * 3 and len(found["latent_means"]) == 45
    eleven = _answers(n=20, groups=[f"g{k}" for k in range(11)], items=4)
    with pytest.raises(UsageError, match="2 to 10 groups; 'where' has 11"):
        cocsem.invariance("f =~ y1 + y2 + y3 + y4", eleven, "where")


def test_a_configural_model_without_a_proper_solution_ends_the_ladder():
    rng = np.random.default_rng(5)
    wrong = np.array([[1.0, 0.8, 0.8], [0.8, 1.0, 0.3], [0.8, 0.3, 1.0]])  # no single factor has these correlations
    values = rng.multivariate_normal(np.zeros(3), wrong, 400)
    frame = pd.DataFrame(values, columns=["y1", "y2", "y3"]).assign(where=["a", "b"] * 200)
    found = cocsem.invariance("f =~ y1 + y2 + y3", frame, "where")
    assert found.facts["reached"] is None and "nothing can be compared" in found.text[-1].en
    assert found.warnings and found.summary("id")


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("f =~ y1 + y2 + y3\ng =~ y4 + y5\ng ~ f", "paths"),
        ("f =~ y1 + y2 + y3\ng =~ y4 + y5 + y6\nh =~ f + g", "factors of factors"),
        ("f =~ y1 + a*y2 + a*y3", "labels"),
        ("f =~ y1 + 0.8*y2 + y3", "fixed loadings"),
        ("f =~ y1 + y2 + y3\ny1 ~ 1", "intercepts"),
    ],
)
def test_other_models_are_refused_by_what_they_have(model, said):
    with pytest.raises(UsageError, match=said):
        cocsem.invariance(model, _answers(n=50), "where")


def test_answers_are_needed():
    with pytest.raises(UsageError, match="give data"):
        cocsem.invariance(ONE, None, "where")


def test_ladders_add_one_kind_at_a_time():
    for name, steps in load_ladders().items():
        for before, after in pairwise(steps):
            # with binary items the first step adds three kinds at once, and tests them by the last
            added = (
                ("thresholds", "loadings", "intercepts") if name == "binary" and not before.equal else (after.tests,)
            )
            assert after.equal == (*before.equal, *added) and after.tests == added[-1]
            assert set(after.follows) <= set(before.equal)


def test_ordered_items_climb_the_ladder_of_wu_and_estabrook():
    theirs = LAVAAN["ordinal"]
    answers = pd.read_csv(ORACLES / "data" / "likert.csv")
    found = cocsem.invariance(theirs["model"], answers, "sex", ordered=True)
    rows = found["ladder"]
    assert [title.en for title in rows["step"]][:3] == ["configural", "threshold", "metric"]
    for n, row in enumerate(rows.itertuples()):
        own = (row.chisq, row.df, row.cfi, row.rmsea, row.srmr)
        assert own == pytest.approx(tuple(theirs["fit"][n].values()), rel=2e-3, abs=2e-4), n
        if n:
            test = theirs["tests"][n - 1]
            assert (row.delta_chisq, row.delta_df) == pytest.approx((test["chisq_diff"], test["df_diff"]), rel=5e-3)
            assert row.pvalue_diff == pytest.approx(test["pvalue"], rel=2e-2)
    assert (
        "ordered = TRUE" in found["syntax"]["syntax"].iloc[0]
        and 'estimator = "WLSMV"' not in found["syntax"]["syntax"].iloc[0]
    )


def test_a_threshold_that_differs_is_found():
    frame = _answers(n=400, items=6, seed=8)
    cut = frame.drop(columns="where").apply(lambda column: np.digitize(column, [-1.0, -0.3, 0.4, 1.2]).astype(float))
    second = (frame["where"] == "b").to_numpy()
    cut.loc[second, "y2"] = np.digitize(frame.loc[second, "y2"], [-1.0, -0.3, 1.0, 1.2]).astype(float)
    found = cocsem.invariance(
        "f =~ " + " + ".join(cut.columns), cut.assign(where=frame["where"]), "where", ordered=True
    )
    assert "y2 | t3" in found.facts["released"] and any("ambang t3 y2" in text.id for text in found.text)


def test_every_step_of_ordered_items_is_semtools():
    theirs = LAVAAN["ordinal"]
    answers = pd.read_csv(ORACLES / "data" / "likert.csv")
    question = ask(theirs["model"], answers, "sex", {"estimator": "WLSMV"}, True)
    fits = [fit_step(question, step, ()) for step in load_ladders()["ordinal"]]
    for fit, recorded in zip(fits, theirs["fit"], strict=True):
        assert fit.fit_measures["df"] == recorded["df"]
        assert fit.fit_measures["chisq_scaled"] == pytest.approx(recorded["chisq.scaled"], rel=1e-3)
    for (wider, restricted), recorded in zip(pairwise(fits), theirs["tests"], strict=True):
        test = difference_test(restricted, wider)
        assert test["delta_chisq"] == pytest.approx(recorded["chisq_diff"], rel=5e-3)
        assert test["pvalue_diff"] == pytest.approx(recorded["pvalue"], rel=3e-2)


def test_means_of_all_pairs_do_not_depend_on_the_first_group():
    frame = pd.concat([_answers(n=150, seed=n).assign(where=f"{n}") for n in range(3)], ignore_index=True)
    frame.loc[frame["where"] == "2", [c for c in frame if c != "where"]] += 1.0
    one = cocsem.invariance(ONE, frame, "where")["latent_means"]
    other = cocsem.invariance(ONE, frame.iloc[::-1], "where")["latent_means"]
    assert [(row.group.en, row.against.en) for row in one.itertuples()] == [("1", "0"), ("2", "0"), ("2", "1")]
    mirrored = other.assign(one=[t.en for t in other["group"]], other=[t.en for t in other["against"]]).set_index(
        ["other", "one"]
    )
    for row in one.itertuples():
        same = mirrored.loc[row.group.en, row.against.en]
        assert (row.d, row.d_se, row.pvalue) == pytest.approx((-same["d"], same["d_se"], same["pvalue"]), rel=1e-3)
    assert one["pvalue_adjusted"].tolist() == pytest.approx(holm(one["pvalue"].to_numpy()).tolist())


def test_many_pairs_are_told_by_the_clearest():
    rng = np.random.default_rng(12)
    labels = np.repeat([f"g{n}" for n in range(10)], 200)
    at = np.repeat(0.4 * np.arange(10), 200)
    factors = {k: at + rng.normal(size=2000) for k in "abc"}
    items = {f"{k}{n}": 0.8 * f + 0.6 * rng.normal(size=2000) for k, f in factors.items() for n in range(1, 4)}
    found = cocsem.invariance(
        "\n".join(f"f{k} =~ {k}1 + {k}2 + {k}3" for k in "abc"), pd.DataFrame(items).assign(where=labels), "where"
    )
    (table,) = [table for table in found.tables if table.key == "latent_means"]
    assert len(table.frame) == 100 and "of 135 comparisons" in table.notes[0].en
    assert any("more (see the table)" in text.en for text in found.text)
