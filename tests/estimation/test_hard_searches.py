"""Searches that are hard: items answered in opposite directions, starts that lead nowhere, a worse minimum nearby."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.estimation.engines import native
from cocsem.estimation.options import Method
from cocsem.estimation.problem import objective, pose
from cocsem.estimation.starts import other_starts, starting_values

DATA = Path(__file__).parents[1] / "oracles" / "data"
HS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.mark.parametrize("turned", [("x1",), ("x2", "x3"), ("x2", "x5", "x9"), ("x1", "x6", "x7", "x8")])
@pytest.mark.parametrize("std_lv", [False, True])
def test_the_direction_of_items_costs_nothing(turned, std_lv):
    data = pd.read_csv(DATA / "hs.csv")
    plain = cocsem.cfa(HS, data, std_lv=std_lv)
    fit = cocsem.cfa(HS, data.assign(**{name: 10.0 - data[name] for name in turned}), std_lv=std_lv)
    assert fit.fit_measures["chisq"] == pytest.approx(plain.fit_measures["chisq"], rel=1e-9)
    assert fit.provenance["iterations"] <= plain.provenance["iterations"] + 2


def test_a_path_model_with_a_turned_item_in_every_factor():
    data = pd.read_csv(DATA / "pd.csv")
    model = "ind =~ x1 + x2 + x3\ndem =~ y1 + y2 + y3 + y4\ndem ~ ind"
    turned = data.assign(x2=-data["x2"], y1=-data["y1"])
    fits = [cocsem.sem(model, frame) for frame in (data, turned)]
    assert fits[1].fit_measures["chisq"] == pytest.approx(fits[0].fit_measures["chisq"], rel=1e-9)


def test_other_starts_are_inside_the_model_and_differ():
    fit = cocsem.cfa(HS, pd.read_csv(DATA / "hs.csv"))
    first = starting_values(fit.spec, fit.statistics)
    problem = pose(fit.spec, fit.statistics, Method())
    for other in other_starts(fit.spec, fit.statistics, first):
        assert np.isfinite(objective(problem, other)) and not np.allclose(other, first)


def test_a_start_that_leads_nowhere_is_left_for_another():
    fit = cocsem.cfa(HS, pd.read_csv(DATA / "hs.csv"))
    problem = pose(fit.spec, fit.statistics, Method())
    bad = fit.theta * np.where(np.arange(len(fit.theta)) % 2, 40.0, 1.0)
    found = native.solve(problem, bad)
    assert not found.message and np.allclose(found.theta, fit.theta, atol=1e-6)
