"""Scales, ratings, orders and names that cannot be used: refused in words that say what is wanted."""

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import CocsemError, EstimationError, UsageError

HS = cocsem.load_dataset("holzinger_swineford")
SCALES = {"A": HS[["x1", "x2", "x3"]], "B": HS[["x4", "x5", "x6"]]}
FACTORS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
RATINGS = pd.DataFrame({"e1": [4, 3], "e2": [4, 2], "e3": [3, 3]}, index=["q1", "q2"])


@pytest.mark.parametrize("verb", [cocsem.pilot_test, cocsem.early_late, lambda scales: cocsem.retest(scales, scales)])
@pytest.mark.parametrize(
    ("scales", "words"),
    [
        ({}, "At least one scale"),
        ({"A": HS[[]]}, "at least one item"),
        ({"A": [1, 2]}, "Scales must be"),
        (HS, "Scales must be"),
        ({"A": HS[["x1"]].assign(x1="abc")}, "'x1' must hold numbers"),
    ],
)
def test_scales_that_are_none(verb, scales, words):
    with pytest.raises(CocsemError, match=words):
        verb(scales)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ([1, 2], "order must be a Series"),
        (pd.Series([1, 2], index=[0, 0]), "order must be a Series"),
        (HS["school"], "'school' holds"),
        (HS["x1"] + 1j, "'x1' holds complex128"),
    ],
)
def test_orders_that_cannot_be_used(order, words):
    with pytest.raises(UsageError, match=words):
        cocsem.early_late(SCALES, order=order)


def test_respondents_without_a_time_come_last():
    known = pd.Series(np.arange(len(HS))[::-1], index=HS.index).head(200)
    found = cocsem.early_late(SCALES, order=known)["early_late"].set_index("scale")
    assert found.loc["A", "mean_early"] == pytest.approx(HS[["x1", "x2", "x3"]].iloc[125:200].mean(axis=1).mean())
    assert found.loc["A", "mean_late"] == pytest.approx(HS[["x1", "x2", "x3"]].iloc[226:].mean(axis=1).mean())


def test_a_scale_that_the_last_did_not_answer_is_not_compared():
    late = SCALES["B"].copy()
    late.iloc[200:] = np.nan
    gaps = {**SCALES, "B": late}
    found = cocsem.early_late(gaps)["early_late"].set_index("scale")
    assert np.isnan(found.loc["B", "d"]) and np.isfinite(found.loc["A", "d"])


@pytest.mark.parametrize(
    ("ratings", "options", "words"),
    [
        (RATINGS.head(0), {}, "it has no rows"),
        ([1, 2], {}, "must be a table"),
        (RATINGS, {"low": "a"}, "low must be a whole number, not 'a'"),
        (RATINGS, {"scales": "A"}, "scales must name"),
        (RATINGS.assign(e2="abc"), {}, "e2 gave 'q1' the rating 'abc'"),
        (RATINGS.assign(e2=1 + 2j), {}, "e2 gave 'q1' the rating"),
        (RATINGS.set_axis(["q", "q"]).assign(e2=[4, 9]), {}, "e2 gave 'q' the rating 9"),
    ],
)
def test_ratings_that_cannot_be_used(ratings, options, words):
    with pytest.raises(UsageError, match=words):
        cocsem.content_validity(ratings, **options)


def test_ratings_written_as_text_are_numbers():
    assert cocsem.content_validity(RATINGS.astype(str)).facts == cocsem.content_validity(RATINGS).facts


@pytest.mark.parametrize("draws", ["a", 1, -1, 1.5])
def test_numbers_of_draws(draws):
    for verb in (cocsem.reliability, cocsem.validity):
        with pytest.raises(UsageError, match="bootstrap must be a number of draws"):
            verb(FACTORS, HS, bootstrap=draws)


def test_names_of_other_kinds():
    with pytest.raises(UsageError, match="iterations must be at least 2, not 'a'"):
        cocsem.parallel_analysis(HS[["x1", "x2", "x3"]], iterations="a")
    with pytest.raises(UsageError, match="reverse must be names of items"):
        cocsem.factor_structure(FACTORS, HS, reverse=3)
    with pytest.raises(UsageError, match="'3' must be an index that can be explained"):
        cocsem.explain(3)
    with pytest.raises(UsageError, match="'3' has none"):
        cocsem.explain("alpha", cocsem.cfa(FACTORS, HS), of=3)


def test_people_who_stand_twice_are_told():
    twice = {"A": SCALES["A"].set_axis([1, 1, *range(2, len(HS))])}
    with pytest.raises(UsageError, match="index of 'A' holds 1 more than once"):
        cocsem.retest(twice, {"A": SCALES["A"]})


@pytest.mark.parametrize(("items", "factors"), [(0, 1), (3, 9), (3, 3)])
def test_more_factors_than_items_can_have(items, factors):
    with pytest.raises(UsageError, match=f"{items} items cannot determine {factors} factors"):
        cocsem.efa(HS[["x1", "x2", "x3"][:items]], factors)


def test_constraints_to_release_are_named_by_their_place():
    fit = cocsem.cfa("f =~ x1 + a*x2 + a*x3 + x4", HS)
    assert cocsem.score_test(fit, release=1).equals(cocsem.score_test(fit, release=[1]))
    with pytest.raises(UsageError, match="release must name"):
        cocsem.score_test(fit, release="a")


def test_answers_that_cannot_determine_their_moments_are_given_up_early():
    rng = np.random.default_rng(3)
    common = rng.normal(size=(60, 1))
    data = pd.DataFrame(common + rng.normal(size=(60, 14))).mask(rng.random((60, 14)) < 0.6)
    with pytest.raises(EstimationError, match=r"too few rows|must determine"):
        cocsem.little_mcar(data)
