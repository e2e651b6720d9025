"""Answers that no scale can be judged from: refused by the name of the column, never by NumPy or pandas."""

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.assessment.common_method.screens import first_component_share
from cocsem.assessment.retention import minimum_average_partial
from cocsem.assessment.validity.correlation_ratios import htmt_intervals
from cocsem.errors import CocsemError, EstimationError, UsageError

HS = cocsem.load_dataset("holzinger_swineford")
ITEMS = [f"x{n}" for n in range(1, 10)]
FACTORS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
ROLES = {"outcome": "speed", "predictor": "visual", "moderator": "textual"}
VERBS = {
    "reliability": lambda data: cocsem.reliability(FACTORS, data),
    "validity": lambda data: cocsem.validity(FACTORS, data, bootstrap=10),
    "common_method": lambda data: cocsem.common_method(FACTORS, data),
    "factor_structure": lambda data: cocsem.factor_structure(FACTORS, data),
    "respecify": lambda data: cocsem.respecify(FACTORS, data),
    "moderation": lambda data: cocsem.moderation(FACTORS, data, **ROLES),
    "little_mcar": lambda data: cocsem.little_mcar(data),
    "parallel_analysis": lambda data: cocsem.parallel_analysis(data),
    "efa": lambda data: cocsem.efa(data, 2),
    "explore_and_confirm": lambda data: cocsem.explore_and_confirm(data, 2),
}
NO_NUMBERS = {
    "text": "abc",
    "complex": 1 + 2j,
    "complex_objects": pd.Series([1 + 2j] * len(HS), dtype=object),
    "dates": pd.Timestamp("2020-01-01"),
    "words": pd.Categorical(["low", "high", "middle"] * 100 + ["low"]),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", NO_NUMBERS)
def test_a_column_without_numbers_is_named(verb, kind):
    with pytest.raises(CocsemError, match="'x2'"):
        VERBS[verb](HS[ITEMS].assign(x2=NO_NUMBERS[kind]))


@pytest.mark.parametrize("verb", VERBS)
def test_an_infinite_value_is_named(verb):
    data = HS[ITEMS].copy()
    data.loc[3, "x2"] = np.inf
    with pytest.raises(EstimationError, match="finite, but 'x2'"):
        VERBS[verb](data)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("rows", [0, 1, 5])
def test_too_few_rows_are_told(verb, rows):
    with pytest.raises(CocsemError, match="rows"):
        VERBS[verb](HS[ITEMS].head(rows))


@pytest.mark.parametrize("verb", VERBS)
def test_an_item_that_does_not_vary_is_named(verb):
    with pytest.raises(CocsemError, match=r"x2.* (constant|has one)"):
        VERBS[verb](HS[ITEMS].assign(x2=1.0))


@pytest.mark.parametrize(
    "verb", [verb for verb in VERBS if verb not in ("little_mcar", "parallel_analysis", "efa", "explore_and_confirm")]
)
def test_a_missing_column_is_told_as_by_cfa(verb):
    data = HS[ITEMS].drop(columns="x2")
    with pytest.raises(EstimationError) as expected:
        cocsem.cfa(FACTORS, data)
    with pytest.raises(EstimationError) as told:
        VERBS[verb](data)
    assert str(told.value) == str(expected.value)


@pytest.mark.parametrize("verb", VERBS)
def test_ordered_categories_and_numbers_as_objects_are_numbers(verb):
    data = HS[ITEMS].assign(x2=HS["x2"].astype(object))
    assert str(VERBS[verb](data)) == str(VERBS[verb](HS[ITEMS]))


def test_options_of_the_base_model_are_refused_as_by_sem():
    for verb in (cocsem.common_method, cocsem.factor_structure):
        with pytest.raises(UsageError, match="XX"):
            verb(FACTORS, HS, estimator="XX")


@pytest.mark.parametrize(
    ("marker", "words"), [("x7", "only 'x7'"), (3, "names of items"), ([1, 2], "names of items"), (["x7", "zz"], "zz")]
)
def test_markers_that_cannot_be_used(marker, words):
    with pytest.raises(CocsemError, match=words):
        cocsem.common_method("visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6", HS, marker)


@pytest.mark.parametrize("at", [(), ("a",), (np.nan,), 1, "01"])
def test_values_of_a_moderator_that_cannot_be_used(at):
    with pytest.raises(UsageError, match="at must be finite numbers"):
        cocsem.moderation(FACTORS, HS, **ROLES, at=at)


def test_a_model_without_anything_to_change_has_no_suggestions():
    found = cocsem.respecify("f =~ x1 + x2 + x3", HS)
    assert not found.tables and str(found)


def test_share_of_the_first_component_is_unknown_without_two_rows_or_with_a_constant():
    rows = pd.DataFrame({"a": [1.0, 2.0, 4.0], "b": [1.0, np.nan, 2.0], "c": [1.0, 1.0, 1.0]})
    assert np.isnan(first_component_share(rows[["a", "b"]].head(2))) and np.isnan(first_component_share(rows))
    assert first_component_share(rows[["a", "b"]]) == pytest.approx(1.0)


def test_an_item_that_components_use_up_has_no_partial_correlations():
    cor = np.eye(3)
    cor[0, 1] = cor[1, 0] = 0.5
    averages = minimum_average_partial(cor)
    assert averages[0] == pytest.approx(2 * 0.5**2 / 6) and np.isnan(averages).tolist() == [False, False]
    assert np.isnan(minimum_average_partial(np.diag([1.0, 1.0]))[1:]).all()


def test_draws_in_which_an_item_does_not_vary_are_left_out():
    rng = np.random.default_rng(2)
    data = pd.DataFrame(rng.normal(size=(40, 1)) + rng.normal(size=(40, 4)), columns=list("abcd"))
    data["a"] = np.r_[1.0, np.zeros(39)]
    drawn = htmt_intervals(data, {"one": ["a", "b"], "two": ["c", "d"]}, draws=200, seed=1)
    assert 90 < drawn.draws < 160  # every other draw or more holds the one answer that differs: 1 - 1/e of them
    assert np.isfinite(drawn.lower["htmt2"].to_numpy()).all()
