"""Bounds and inequalities that hold with equality are restrictions of the result, and are said."""

import numpy as np
import pandas as pd
import pytest

import cocsem

DATA = cocsem.load_dataset("holzinger_swineford")
HS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + "


@pytest.mark.parametrize("estimator", ["ML", "MLR", "MLM"])
def test_a_bound_and_an_inequality_are_the_same_and_both_are_the_value_fixed_there(estimator):
    bound = cocsem.cfa(HS + "lower(1.5)*x9", DATA, estimator=estimator)
    inequality = cocsem.cfa(HS + "a*x9\na > 1.5", DATA, estimator=estimator)
    fixed = cocsem.cfa(HS + "1.5*x9", DATA, estimator=estimator)
    assert inequality.vcov == pytest.approx(bound.vcov, rel=1e-5, abs=1e-8)
    at = (bound.estimates["lhs"] == "speed") & (bound.estimates["rhs"] == "x9")
    for column in ("est", "se"):
        assert bound.estimates[column].to_numpy() == pytest.approx(
            fixed.estimates[column].to_numpy(), rel=1e-4, abs=1e-6
        )
    assert float(bound.estimates.loc[at, "se"].iloc[0]) == 0.0
    assert bound.fit_measures["chisq"] == pytest.approx(fixed.fit_measures["chisq"], rel=1e-6)
    assert bound.fit_measures["df"] == fixed.fit_measures["df"] - 1


def test_bounds_that_hold_are_named_in_both_languages():
    fit = cocsem.cfa(HS + "c(a, b)*x9\na > 1.5\nb < 2", DATA, group="school")
    said = [w for w in fit.warnings if "bound" in w.en]
    assert len(said) == 1 and "a > 1.5" in said[0].en and "b < 2" not in said[0].en
    assert "batas: a > 1.5" in said[0].id
    fit = cocsem.cfa(HS + "upper(0.5)*x9", DATA, group="school")
    assert "speed =~ x9 [Pasteur] <= 0.5" in " ".join(w.en for w in fit.warnings)


def test_bounds_that_do_not_hold_change_nothing():
    free, loose = cocsem.cfa(HS + "x9", DATA), cocsem.cfa(HS + "x9\nx1 ~~ lower(0)*x1", DATA)
    assert loose.vcov == pytest.approx(free.vcov, rel=1e-6, abs=1e-9)
    assert not loose.warnings and np.isfinite(loose.theta).all()


@pytest.mark.parametrize(
    "relations, named", [("p == 1\np == 2", "p == 1; p == 2"), ("1 == 2", "1 == 2"), ("p > 3\np < 2", "p ")]
)
def test_constraints_that_contradict_one_another_are_named_and_give_no_result(relations, named):
    data = _three()
    fit = cocsem.cfa(f"f =~ y1 + p*y2 + y3\n{relations}", data)
    assert not fit.converged and any(f"do not hold: {named}" in text.en for text in fit.warnings)


@pytest.mark.parametrize(
    "how", [{}, {"estimator": "MLR"}, {"estimator": "ULS"}, {"missing": "fiml", "estimator": "MLR"}]
)
def test_a_model_without_free_parameters_is_tested_as_it_stands(how):
    data = _three()
    model = "f =~ 1*y1 + 1*y2 + .9*y3\nf ~~ 1*f\ny1 ~~ .5*y1\ny2 ~~ .5*y2\ny3 ~~ .5*y3"
    model += "\ny1 ~ 0*1\ny2 ~ 0*1\ny3 ~ 0*1" if "missing" in how else ""
    fit = cocsem.cfa(model, data, **how)
    assert fit.converged and fit.admissible and fit.fit_measures["npar"] == 0
    assert fit.fit_measures["df"] == (9 if "missing" in how else 6) and len(cocsem.modification_indices(fit)) > 0
    if not how:
        S, load = np.cov(data.to_numpy().T, bias=True), np.array([1.0, 1.0, 0.9])
        implied = np.outer(load, load) + 0.5 * np.eye(3)
        ratio = np.linalg.solve(implied, S)
        expected = len(data) * (np.trace(ratio) - np.linalg.slogdet(ratio)[1] - 3)
        assert fit.fit_measures["chisq"] == pytest.approx(expected, rel=1e-9)


def _three():
    rng = np.random.default_rng(8)
    f = rng.normal(size=200)
    return pd.DataFrame({f"y{i}": f + 0.7 * rng.normal(size=200) for i in (1, 2, 3)})
