"""Models and constraints that cannot be, whatever the data: refused in words before anything is fitted, never by a failing matrix."""

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import ModelError

HS = cocsem.load_dataset("holzinger_swineford")


@pytest.mark.parametrize("estimator", ["ML", "MLR", "GLS", "ULS", "DWLS"])
@pytest.mark.parametrize("options", [{}, {"group": "school"}, {"missing": "fiml"}, {"bootstrap": 20}])
def test_no_residual_variances(estimator, options):
    if options.get("missing") and estimator not in ("ML", "MLR"):
        options = {"meanstructure": True}
    with pytest.raises(ModelError, match=r"exact functions.* x1, x2, x3 are.*cfa\(\)"):
        cocsem.fit_model("f =~ NA*x1 + x2 + x3\nf ~~ 1*f", HS, estimator=estimator, **options)


def test_only_those_involved_are_named():
    model = "f =~ NA*x1 + x2 + x3 + x4\nf ~~ 1*f\nx1 ~~ x1\nx2 ~~ 0*x2\nx3 ~~ x3\nx4 ~~ 0*x4"
    with pytest.raises(ModelError, match=r"in this model x2, x4 are"):
        cocsem.fit_model(model, HS)


def test_one_item_without_residual_variance_is_no_such_model():
    fit = cocsem.sem("f =~ x1\nx1 ~~ 0*x1\nx2 + x3 ~ f", HS)
    assert fit.converged and fit.estimates["est"].notna().all()


def test_effects_that_return_all_they_send():
    with pytest.raises(ModelError, match=r"circle.* x1, x2 return"):
        cocsem.sem("x1 ~ 1*x2 + x3\nx2 ~ 1*x1 + x4", HS)
    assert cocsem.sem("x1 ~ 0.5*x2 + x3\nx2 ~ 0.5*x1 + x4", HS).converged


@pytest.mark.parametrize(
    "constraint", ["a == 1/0", "1/0 > 0.2", "a > log(-1)", "a == log(a - 5)", "a == sqrt(a - 9)", "a < 2^9999"]
)
def test_constraints_without_a_value_are_named(constraint):
    with pytest.raises(ModelError, match="A constraint must have a value") as fault:
        cocsem.cfa(f"f =~ x1 + x2 + a*x3 + x4\n{constraint}", HS)
    assert constraint.split()[-1].strip("()")[:2] in str(fault.value)


@pytest.mark.parametrize(
    ("constraint", "plain"),
    [
        ("a/(a+b) > 0.2", ""),
        ("log(a) > -5", ""),
        ("sqrt(a) > 0.1", ""),
        ("a/b == 2", "a == 2*b"),
        ("log(a+b) == -1", "a + b == 0.36787944117144233"),
    ],
)
def test_constraints_without_a_value_at_zero_begin_elsewhere(constraint, plain):
    """Paths begin at zero, where a ratio or a logarithm has no value; the minimum is that of the constraint written plainly."""
    model = "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6\nh =~ x7 + x8 + x9\nh ~ a*f + b*g\n"
    asked, same = (cocsem.sem(model + line, HS) for line in (constraint, plain))
    assert asked.converged and same.converged
    assert asked.fit_measures["chisq"] == pytest.approx(same.fit_measures["chisq"], rel=1e-8)
    assert asked.theta == pytest.approx(same.theta, abs=1e-5)


def test_a_definition_without_a_value_is_told_by_its_value():
    last = cocsem.cfa("f =~ x1 + x2 + a*x3 + x4\nb := a*1/0", HS).estimates.iloc[-1]
    assert np.isposinf(last["est"]) and np.isnan(last["se"])


def test_loadings_out_of_all_proportion_end_in_words():
    fit = cocsem.sem(
        "i =~ 1e-31*x1 + 1*x2 + 1*x3 + 1*x4\ns =~ 0*x1 + 1*x2 + 2*x3 + 3*x4\ni ~ x5\ns ~ x5", HS, test="none"
    )
    assert fit.converged or "did not converge" in str(fit.warnings[0]["en"])


def test_constraints_that_have_a_value_only_elsewhere_are_kept():
    """The logarithm of what is negative at the usual place of a loading, but not where this one is."""
    turned = HS.assign(x3=-HS["x3"])
    fit = cocsem.cfa("f =~ x1 + b*x2 + a*x3 + x4\nb == log(-a) + 1", turned)
    est = dict(zip(fit.estimates["label"], fit.estimates["est"], strict=True))
    assert fit.converged and est["b"] == pytest.approx(np.log(-est["a"]) + 1)


def test_starts_at_which_effects_have_no_sum_end_in_words():
    fit = cocsem.sem("x1 ~ start(1)*x2 + x3\nx2 ~ start(1)*x1 + x4", HS)
    assert fit.converged or "did not converge" in fit.warnings[0]["en"]


@pytest.mark.parametrize("estimator", ["ML", "WLS"])
def test_factors_that_mark_each_other_end_in_words(estimator):
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.normal(size=(120, 6)), columns=[f"x{k}" for k in range(1, 7)])
    fit = cocsem.cfa("f =~ 0.5*g + 1*x1 + x2 + x3\ng =~ 0.5*f + 1*x4 + x5 + x6", frame, estimator=estimator)
    assert fit.converged or "did not converge" in fit.warnings[0]["en"]
