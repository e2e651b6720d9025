"""Ordered Categorical columns of pandas: taken as what they are, with the order and the names of their categories."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import EstimationError, UsageError

LIKERT = pd.read_csv(Path(__file__).parents[1] / "oracles" / "data" / "likert.csv")
ITEMS = ["inv1", "inv2", "inv3", "eng1", "eng2", "eng3"]
MODEL = "INV =~ inv1 + inv2 + inv3\nENG =~ eng1 + eng2 + eng3"
NAMES = ["never", "seldom", "at times", "often", "always"]


def _categorical(names=NAMES, *, ordered=True, items=ITEMS):
    frame = LIKERT.copy()
    for item in items:
        frame[item] = pd.Categorical([names[k - 1] for k in LIKERT[item]], names, ordered=ordered)
    return frame


def _warnings(fit):
    return " ".join(text.en for text in fit.warnings)


def test_ordered_categories_are_ordered_items_without_a_word():
    fit, numbers = cocsem.cfa(MODEL, _categorical()), cocsem.cfa(MODEL, LIKERT, ordered=True)
    assert fit.provenance["estimator"] == "WLSMV"
    assert fit.statistics[0].ordinal.latent.categories[0] == tuple(NAMES)
    np.testing.assert_array_equal(fit.theta, numbers.theta)
    assert dict(fit.fit_measures) == dict(numbers.fit_measures)


def test_naming_some_leaves_the_others_ordered_too():
    fit = cocsem.cfa(MODEL, _categorical(items=ITEMS[:3]), ordered=["eng1", "eng2", "eng3"])
    assert set(fit.spec.ordered) == set(ITEMS)
    assert fit.spec.ordered == cocsem.cfa(MODEL, _categorical(), ordered=["inv1"]).spec.ordered


def test_numbers_beside_ordered_categories_stay_continuous():
    fit = cocsem.cfa(MODEL, _categorical(items=ITEMS[:3]))
    assert fit.spec.ordered == ("inv1", "inv2", "inv3")


@pytest.mark.parametrize("missing", ["listwise", "pairwise"])
def test_missing_answers(missing):
    frame, numbers = _categorical(), LIKERT.astype(dict.fromkeys(ITEMS, float))
    for k, item in enumerate(ITEMS):
        frame.loc[frame.index[k :: 31 + k], item] = np.nan
        numbers.loc[numbers.index[k :: 31 + k], item] = np.nan
    fit = cocsem.cfa(MODEL, frame, missing=missing)
    other = cocsem.cfa(MODEL, numbers, missing=missing, ordered=True)
    np.testing.assert_array_equal(fit.theta, other.theta)
    assert fit.n_obs == other.n_obs


def test_the_order_of_the_categories_counts_and_not_that_of_their_numbers():
    reversed_ = LIKERT.copy()
    for item in ITEMS[:3]:
        reversed_[item] = pd.Categorical(LIKERT[item], [5, 4, 3, 2, 1], ordered=True)
    turned = cocsem.cfa(MODEL, reversed_.assign(**{i: 6 - LIKERT[i] for i in ITEMS[:3]}), ordered=ITEMS)
    fit = cocsem.cfa(MODEL, reversed_, ordered=ITEMS)
    assert fit.statistics[0].ordinal.latent.categories[0] == (5.0, 4.0, 3.0, 2.0, 1.0)
    np.testing.assert_allclose(fit.theta, turned.theta, atol=1e-10)


def test_intervals_of_a_cut_number_are_categories():
    frame = LIKERT.copy()
    for item in ITEMS:
        frame[item] = pd.cut(LIKERT[item], [0, 2, 3, 5])
    fit = cocsem.cfa(MODEL, frame)
    assert fit.statistics[0].ordinal.latent.categories[0] == ("(0, 2]", "(2, 3]", "(3, 5]")


def test_categories_nobody_chose_are_left_out_and_said_once():
    fit = cocsem.cfa(MODEL, _categorical([*NAMES, "no answer"]))
    np.testing.assert_array_equal(fit.theta, cocsem.cfa(MODEL, LIKERT, ordered=True).theta)
    said = [text for text in fit.warnings if "no answer" in text.en]
    assert len(said) == 1
    assert "inv1, inv2, inv3, eng1, eng2, eng3" in said[0].en
    assert "5 kategori" in said[0].id


def test_a_category_that_one_group_lacks_is_refused_by_its_name():
    frame = _categorical()
    frame.loc[(frame["sex"] == frame["sex"].iloc[0]) & (frame["inv1"] == "never"), "inv1"] = "seldom"
    with pytest.raises(EstimationError, match=r"'inv1' with never .* recode never to seldom"):
        cocsem.cfa(MODEL, frame, group="sex")


def test_not_ordered_they_count_as_numbers_which_is_told():
    fit = cocsem.cfa(MODEL, _categorical(), ordered=False)
    np.testing.assert_array_equal(fit.theta, cocsem.cfa(MODEL, LIKERT).theta)
    assert "never = 1, seldom = 2, at times = 3, often = 4, always = 5" in _warnings(fit)


def test_maximum_likelihood_of_them_is_refused_with_the_way_out():
    with pytest.raises(UsageError, match="ordered=False"):
        cocsem.cfa(MODEL, _categorical(), estimator="MLR")


@pytest.mark.parametrize("ordered", [None, True])
def test_categories_without_an_order_are_refused_with_advice(ordered):
    with pytest.raises(EstimationError, match=r"'inv1' have none.*reorder_categories"):
        cocsem.cfa(MODEL, _categorical(ordered=False), ordered=ordered)


def test_numbers_as_categories_have_their_own_order_where_items_are_named_ordered():
    frame = LIKERT.astype(dict.fromkeys(ITEMS, "category"))
    fit = cocsem.cfa(MODEL, frame, ordered=True)
    np.testing.assert_array_equal(fit.theta, cocsem.cfa(MODEL, LIKERT, ordered=True).theta)
    with pytest.raises(EstimationError, match="astype"):
        cocsem.cfa(MODEL, frame)


def test_a_covariate_of_two_categories_counts_as_a_number_whatever_else_is_declared():
    text = np.where(np.arange(len(LIKERT)) % 3, "men", "women")
    frame = _categorical().assign(who=pd.Categorical(text, ["men", "women", "others"]))
    fit = cocsem.sem(MODEL + "\nINV ~ who", frame)
    plain = cocsem.sem(MODEL + "\nINV ~ who", LIKERT.assign(who=1.0 + (text == "women")), ordered=ITEMS)
    np.testing.assert_array_equal(fit.theta, plain.theta)
    assert "The categories of who count as numbers: men = 1, women = 2." in _warnings(fit)


def test_an_ordered_covariate_counts_by_its_place_as_in_lavaan():
    ages = np.array(["young", "middle", "old"])[np.arange(len(LIKERT)) % 3]
    frame = LIKERT.assign(age=pd.Categorical(ages, ["young", "middle", "old"], ordered=True))
    fit = cocsem.sem(MODEL + "\nINV ~ age", frame)
    plain = cocsem.sem(MODEL + "\nINV ~ age", LIKERT.assign(age=1.0 + np.arange(len(LIKERT)) % 3))
    assert fit.spec.ordered == ()
    np.testing.assert_array_equal(fit.theta, plain.theta)
    assert "young = 1, middle = 2, old = 3" in _warnings(fit)


def test_numbers_as_categories_count_by_their_place_too():
    frame = LIKERT.assign(inv1=pd.Categorical(LIKERT["inv1"], [5, 4, 3, 2, 1], ordered=True))
    fit = cocsem.cfa(MODEL, frame, ordered=False)
    np.testing.assert_array_equal(fit.theta, cocsem.cfa(MODEL, LIKERT.assign(inv1=6.0 - LIKERT["inv1"])).theta)
    assert "The categories of inv1 count as numbers: 5 = 1, 4 = 2, 3 = 3" in _warnings(fit)


def test_a_covariate_of_three_categories_without_an_order_asks_for_columns_of_its_own():
    city = pd.Categorical(np.array(["a", "b", "c"])[np.arange(len(LIKERT)) % 3])
    with pytest.raises(EstimationError, match="column of 0 and 1 for each category but one"):
        cocsem.sem(MODEL + "\nINV ~ city", LIKERT.assign(city=city))


def test_a_specification_of_continuous_items_does_not_take_ordered_ones_by_itself():
    spec = cocsem.cfa(MODEL, LIKERT).spec
    with pytest.raises(UsageError, match=r"does not count inv1, .* as ordered"):
        cocsem.fit_model(spec, _categorical())
    np.testing.assert_array_equal(
        cocsem.fit_model(spec, _categorical(), ordered=False).theta, cocsem.cfa(MODEL, LIKERT).theta
    )


def test_every_verb_about_the_items_takes_them():
    frame, kept = _categorical(), LIKERT[[*ITEMS, "sex"]]
    ours = cocsem.reliability(MODEL, frame).tables[0].frame
    pd.testing.assert_frame_equal(ours, cocsem.reliability(MODEL, kept, ordered=True).tables[0].frame)
    ladder = cocsem.invariance(MODEL, frame, "sex").tables[0].frame
    pd.testing.assert_frame_equal(ladder, cocsem.invariance(MODEL, kept, "sex", ordered=True).tables[0].frame)
    options = {"correlation": "polychoric", "iterations": 5}
    found = cocsem.parallel_analysis(frame[ITEMS], **options).facts
    assert found == cocsem.parallel_analysis(LIKERT[ITEMS], **options).facts
    loadings = cocsem.efa(frame[ITEMS], 2, correlation="polychoric").loadings
    pd.testing.assert_frame_equal(loadings, cocsem.efa(LIKERT[ITEMS], 2, correlation="polychoric").loadings)


def test_text_is_refused_by_factor_analysis_too():
    with pytest.raises(EstimationError, match="'inv1' must hold numbers"):
        cocsem.efa(LIKERT[ITEMS].astype({"inv1": str}).replace({"inv1": {"1": "one"}}), 2)


@pytest.mark.parametrize("kind", ["timedelta64[ns]", "datetime64[ns]", "complex128"])
def test_times_and_complex_numbers_are_no_answers(kind):
    with pytest.raises(EstimationError, match=f"'inv1' must hold numbers, but it holds {kind}".replace("[", r"\[")):
        cocsem.cfa("f =~ inv1 + inv2 + inv3", LIKERT[["inv1", "inv2", "inv3"]].astype({"inv1": kind}))
