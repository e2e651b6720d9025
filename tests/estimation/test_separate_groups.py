"""Groups that share no parameter are solved one by one; with one parameter in common, together."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.estimation.options import Method
from cocsem.estimation.problem import gradient, objective, pose
from cocsem.estimation.separate_groups import separate_groups

HS = pd.read_csv(Path(__file__).parents[1] / "oracles" / "data" / "hs.csv")
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.mark.parametrize("options", [{}, {"estimator": "ULS"}, {"missing": "fiml"}, {"estimator": "GLS"}])
def test_every_group_has_the_estimates_of_its_own_model(options):
    data = HS.mask(np.random.default_rng(3).random(HS.shape) < 0.05, np.nan) if "missing" in options else HS
    data = data.assign(school=HS["school"])
    fit = cocsem.cfa(MODEL, data, group="school", meanstructure=True, **options)
    for label, rows in data.groupby("school"):
        alone = cocsem.cfa(MODEL, rows, meanstructure=True, **options).estimates
        own = fit.estimates[fit.estimates["group"] == label]
        np.testing.assert_allclose(own["est"], alone["est"], rtol=1e-5, atol=1e-6)


def test_together_they_are_at_the_minimum_of_the_whole():
    fit = cocsem.cfa(MODEL, HS, group="school")
    problem = pose(fit.spec, fit.statistics, Method())
    groups = separate_groups(problem)
    assert [len(places) for _, places in groups] == [30, 30]
    assert sorted(np.concatenate([places for _, places in groups])) == list(range(60))
    whole = sum(
        share * objective(alone, fit.theta[places])
        for share, (alone, places) in zip(problem.shares, groups, strict=True)
    )
    assert float(whole) == pytest.approx(float(objective(problem, fit.theta)), rel=1e-12)
    assert np.abs(gradient(problem, fit.theta)).max() < 1e-8


@pytest.mark.parametrize(
    ("model", "options"),
    [
        (MODEL, {"group_equal": ["loadings"]}),
        ("visual =~ x1 + c(a, a)*x2 + x3", {}),
        ("visual =~ x1 + c(a, b)*x2 + x3\na == b", {}),
        ("visual =~ x1 + x2 + x3\nx1 ~~ lower(0.1)*x1", {}),
    ],
)
def test_what_the_groups_share_keeps_them_together(model, options):
    fit = cocsem.cfa(model, HS, group="school", **options)
    assert fit.converged and not separate_groups(pose(fit.spec, fit.statistics, Method()))


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_a_group_without_an_answer_leaves_the_whole_without_one(order):
    names = ["x1", "x2", "x4", "x5"]
    noise = pd.DataFrame(np.random.default_rng(10).normal(size=(40, 4)), columns=names)
    model = "f =~ x1 + x2\ng =~ x4 + x5"
    assert not cocsem.cfa(model, noise).converged and cocsem.cfa(model, HS).converged
    frames = {"a": HS[names].assign(school="a"), "b": noise.assign(school="b")}
    fit = cocsem.cfa(model, pd.concat([frames[g] for g in order], ignore_index=True), group="school")
    assert not fit.converged and fit.estimates["est"].isna().all()
    assert "in group 'b'" in fit.warnings[0].en and "pada kelompok 'b'" in fit.warnings[0].id
