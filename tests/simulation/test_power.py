"""Simulated samples against lavaan's population moments, power against semTools and against its own simulation."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import cocsem
from cocsem.errors import EstimationError, ModelError, UsageError
from cocsem.estimation.distributions import chi2_quantile, noncentral_chi2_cdf
from cocsem.simulation.model_population import population_of

ORACLE = json.loads((Path(__file__).parents[1] / "oracles" / "power.json").read_text(encoding="utf-8"))
PATH = ORACLE["moments"]["path"]["model"]


@pytest.mark.parametrize("name", ORACLE["moments"])
def test_population_moments_are_those_of_lavaan(name):
    found = ORACLE["moments"][name]
    population = population_of(found["model"], standardized=found["standardized"])
    cov = population.cov.loc[found["names"], found["names"]]
    np.testing.assert_allclose(cov, found["cov"], atol=1e-10)


@pytest.mark.parametrize(
    ("test", "row"), [(test, row) for test in ORACLE["powers"] for row in test["rows"]], ids=lambda each: str(each)[:60]
)
def test_power_is_that_of_semtools(test, row):
    found = ORACLE["moments"][test["population"]]
    options = {"parameters": test["without"], "standardized": found["standardized"]}
    line = cocsem.power(found["model"], row["nobs"], **options).iloc[0]
    assert line["ncp"] == pytest.approx(row["ncp"], rel=1e-6)
    assert line["power"] == pytest.approx(row["power"], abs=1e-7)


def test_every_variable_has_variance_one_behind_a_chain_too():
    chain = "A =~ .8*a1 + .7*a2\nB =~ .8*b1 + .7*b2\nC =~ .8*c1 + .7*c2\nB ~ .5*A\nC ~ .6*B + .2*A\na1 ~~ .1*b1"
    population = population_of(chain, standardized=True)
    np.testing.assert_allclose(np.diag(population.cov), 1.0, atol=1e-12)
    assert population.cov.loc["a2", "b2"] == pytest.approx(0.7 * 0.5 * 0.7)
    assert population.cov.loc["b2", "c2"] == pytest.approx(0.7 * (0.6 + 0.2 * 0.5) * 0.7)


def test_samples_carry_the_population_and_the_seed_decides():
    data = cocsem.simulate(PATH + "\nx1 ~ 2*1", 40_000, standardized=True)
    population = population_of(PATH, standardized=True)
    np.testing.assert_allclose(data.cov(), population.cov.loc[list(data), list(data)], atol=0.03)
    assert data["x1"].mean() == pytest.approx(2.0, abs=0.03)
    again = cocsem.simulate(PATH, 5, seed=3)
    assert again.equals(cocsem.simulate(PATH, 5, seed=3)) and not again.equals(cocsem.simulate(PATH, 5, seed=4))


def test_the_sample_size_named_reaches_the_power_and_one_less_does_not():
    needed = int(cocsem.power(PATH, 100, standardized=True, target=0.9).iloc[0]["nobs_needed"])
    at, before = (cocsem.power(PATH, n, standardized=True).iloc[0]["power"] for n in (needed, needed - 1))
    assert before < 0.9 <= at


def test_power_is_the_level_where_there_is_nothing_to_find():
    line = cocsem.power("y ~ 0*a + .5*b", 100, parameters=None).iloc[0]
    assert (line["rhs"], line["value"]) == ("b", 0.5)
    nothing = cocsem.power("X =~ .8*x1 + .7*x2 + .6*x3\nY =~ .8*y1 + .7*y2 + .5*y3", 100, parameters="X ~~ Y").iloc[0]
    assert nothing["power"] == pytest.approx(0.05, abs=1e-6) and np.isnan(nothing["nobs_needed"])


def test_simulated_power_agrees_with_the_computed_one():
    lines = cocsem.power("y ~ .3*a + .2*b\na ~~ .5*b", 120, draws=400, seed=2)
    assert (lines["draws_used"] == 400).all()
    np.testing.assert_allclose(lines["power_simulated"], lines["power"], atol=0.08)
    np.testing.assert_allclose(lines["coverage"], 0.95, atol=0.04)


def test_a_fit_is_a_population_and_an_observed_path_has_its_closed_form():
    fit = cocsem.sem("y ~ a", cocsem.simulate("y ~ .3*a", 200, seed=5))
    slope, spread = (float(fit.estimates.query(q)["est"].iloc[0]) for q in ("op == '~'", "lhs == 'y' and op == '~~'"))
    variance = float(population_of(fit).cov.loc["a", "a"])
    ncp = 150 * np.log(1 + slope**2 * variance / spread)
    line = cocsem.power(fit, 150).iloc[0]
    assert line["ncp"] == pytest.approx(ncp, rel=1e-6)
    assert line["power"] == pytest.approx(1 - noncentral_chi2_cdf(chi2_quantile(0.95, 1), 1, ncp), abs=1e-8)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: cocsem.simulate("f =~ x1 + .7*x2", 10), ModelError, "f =~ x1 has none"),
        (lambda: cocsem.simulate("y ~ x", 10), ModelError, "y ~ 0.7\\*x"),
        (lambda: cocsem.simulate("f =~ 1.2*x1 + .7*x2", 10, standardized=True), ModelError, "'x1'"),
        (lambda: cocsem.simulate("a ~~ 2*b", 10), ModelError, "positive definite"),
        (lambda: cocsem.simulate("a ~~ -1*a", 10), ModelError, "negative variance"),
        (lambda: cocsem.simulate("f =~ .7*x1 + .7*x2\nx1 | 0*t1", 10), UsageError, "continuous variables"),
        (lambda: cocsem.simulate(PATH, 0), UsageError, "sample_nobs"),
        (lambda: cocsem.simulate(PATH, 10, seed=-1), UsageError, "seed"),
        (lambda: cocsem.power(PATH, 1), UsageError, "sample_nobs"),
        (lambda: cocsem.power(PATH, 100, level=0.9), UsageError, "level < target"),
        (lambda: cocsem.power(PATH, 100, draws=-1), UsageError, "draws"),
        (lambda: cocsem.power(PATH, 100, parameters="Y ~ Z"), UsageError, "Y ~ Z is not one"),
        (lambda: cocsem.power("f =~ .8*x1 + .7*x2 + .6*x3", 100), UsageError, "no path"),
        (lambda: cocsem.power("y ~ .3*a", 2, draws=3), EstimationError, "none has"),
    ],
)
def test_what_cannot_be_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
