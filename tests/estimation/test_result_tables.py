"""Tables of estimates are made from one template for a model: what a reader writes into one must not show in another."""

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.estimation.newton import descend
from cocsem.estimation.problem import evaluate, expected_information, gradient, objective, observed_information
from cocsem.moments.positive import invert_positive, solve_positive

MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nindirect := 1"


@pytest.fixture
def data():
    return cocsem.load_dataset("holzinger_swineford")


def test_writing_into_a_table_leaves_the_next_one_alone(data):
    first = cocsem.cfa(MODEL, data)
    before = first.estimates.copy(deep=True)
    first.estimates.loc[0, "lhs"] = "changed"
    first.estimates.loc[1, "est"] = -99.0
    first.estimates["own"] = 1.0
    first.estimates.columns.name = "name"
    table = cocsem.standardized(first)
    table.loc[0, "rhs"] = "changed"
    again = cocsem.cfa(MODEL, data)
    pd.testing.assert_frame_equal(again.estimates, before)
    assert cocsem.standardized(again)["rhs"].iloc[0] == "x1"


def test_tables_hold_text_beside_numbers(data):
    fit = cocsem.cfa(MODEL, data)
    for table in (fit.estimates, cocsem.standardized(fit)):
        kinds = [pd.api.types.is_numeric_dtype(table[name]) for name in table]
        assert kinds == [False] * 5 + [True] * (table.shape[1] - 5)
        assert isinstance(table.index, pd.RangeIndex)


def test_a_point_holds_what_its_parts_give(data):
    fit = cocsem.cfa(MODEL, data, meanstructure=True)
    problem, theta = fit.point.problem, fit.theta * 1.05
    for exact, information in ((True, observed_information), (False, expected_information)):
        point = evaluate(problem, theta, exact=exact)
        assert point.value == pytest.approx(float(objective(problem, theta)), rel=1e-12)
        assert point.gradient == pytest.approx(gradient(problem, theta), rel=1e-9, abs=1e-12)
        assert point.information == pytest.approx(information(problem, theta), rel=1e-9, abs=1e-12)


def test_a_point_where_the_model_cannot_be_is_none(data):
    fit = cocsem.cfa(MODEL, data)
    assert evaluate(fit.point.problem, -fit.theta) is None


def test_newton_finds_the_minimum_of_a_curved_valley():
    def valley(theta, exact):
        x, y = theta
        gradient = np.array([2 * (x - 1) - 40 * x * (y - x * x), 20 * (y - x * x)])
        cross = -40 * x
        curved = np.array([[2 - 40 * y + 120 * x * x, cross], [cross, 20.0]])
        squares = np.array([[2 + 80 * x * x, cross], [cross, 20.0]])
        return (x - 1) ** 2 + 10 * (y - x * x) ** 2, gradient, (curved if exact else squares) / 2

    found = descend(valley, np.array([-1.2, 1.0]), steps=100)
    assert found.rested and found.theta == pytest.approx([1.0, 1.0], abs=1e-8)


def test_small_matrices_and_batches_agree():
    rng = np.random.default_rng(5)
    root = rng.normal(size=(4, 6, 6))
    batch = root @ root.swapaxes(-1, -2) + np.eye(6)
    inverses, logdets = invert_positive(batch)
    for one, inverse, logdet in zip(batch, inverses, logdets, strict=True):
        own, its = invert_positive(one)
        assert own == pytest.approx(inverse, rel=1e-9, abs=1e-12) and its == pytest.approx(logdet)
        assert (own == own.T).all()
        assert solve_positive(one, np.ones(6)) == pytest.approx(inverse @ np.ones(6), rel=1e-9)
    assert invert_positive(-batch[0]) is None and invert_positive(-batch) is None
    assert invert_positive(np.full((2, 2), np.nan)) is None
