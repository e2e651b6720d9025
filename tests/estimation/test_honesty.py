"""What a fit says against itself: weak markers, scales far apart, latent variables nearly the same, data that do not determine."""

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import IdentificationError, UsageError

ONE = "f =~ y1 + y2 + y3 + y4 + y5"


def _sentences(fit):
    assert all(text.en and text.id and text.en != text.id for text in fit.warnings)
    return " | ".join(text.en for text in fit.warnings)


def _items(marker=0.0, n=300, seed=3):
    rng = np.random.default_rng(seed)
    f = rng.normal(size=n)
    return pd.DataFrame({f"y{i}": f * (0.8 if i > 1 else marker) + 0.6 * rng.normal(size=n) for i in range(1, 6)})


@pytest.mark.parametrize("estimator", ["ML", "MLR", "ULSMV"])
def test_a_marker_that_does_not_measure_its_factor_is_named(estimator):
    said = _sentences(cocsem.cfa(ONE, _items(), estimator=estimator))
    assert "'f' has its unit from 'y1'" in said and "std_lv=True" in said
    assert "y1" not in _sentences(cocsem.cfa(ONE, _items(), std_lv=True, estimator=estimator))
    assert _sentences(cocsem.cfa("f =~ NA*y1 + 1*y2 + y3 + y4 + y5", _items(), estimator=estimator)) == ""
    assert _sentences(cocsem.cfa(ONE, _items(0.8), estimator=estimator)) == ""


def test_a_small_probability_is_never_printed_as_zero():
    (warning,) = cocsem.cfa(ONE, _items(0.15, n=3000)).warnings
    assert "(p < .001)" in warning.en and "(p < 0,001)" in warning.id


def test_a_marker_below_what_is_acceptable_is_named_only_when_it_is_not_significant():
    sure, unsure = _items(0.32, n=1000), _items(0.3, n=15, seed=10)
    fits = [cocsem.cfa(ONE, data) for data in (sure, unsure)]
    std = [fit.estimates.loc[fit.estimates["rhs"] == "y1", "std_all"].iloc[0] for fit in fits]
    assert all(0.33 < value < 0.5 for value in std), std
    assert _sentences(fits[0]) == "" and "'y1'" in _sentences(fits[1])


def test_markers_of_groups_and_higher_orders():
    data = pd.concat([_items(0.8).assign(g="a"), _items(0.0).assign(g="b")])
    assert "in group 'b'" in _sentences(cocsem.cfa(ONE, data, group="g"))
    assert "in group 'a'" not in _sentences(cocsem.cfa(ONE, data, group="g"))
    growth = "i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4\ns =~ 0*t1 + 1*t2 + 2*t3 + 3*t4"
    rng = np.random.default_rng(5)
    level, slope = rng.normal(size=(2, 400, 1))
    times = level + 0.3 * slope * np.arange(4) + 0.5 * rng.normal(size=(400, 4))
    assert "unit" not in _sentences(cocsem.growth(growth, pd.DataFrame(times, columns=["t1", "t2", "t3", "t4"])))


def test_scales_far_apart_are_said_and_still_solved():
    data = _items(0.8)
    far = data.assign(y5=data["y5"] * 1000)
    fit, plain = cocsem.cfa(ONE, far), cocsem.cfa(ONE, data)
    assert "The variance of 'y5'" in _sentences(fit) and "times that of" in _sentences(fit)
    assert fit.fit_measures["chisq"] == pytest.approx(plain.fit_measures["chisq"], rel=1e-8)
    assert fit.estimates["std_all"].to_numpy() == pytest.approx(plain.estimates["std_all"].to_numpy(), abs=1e-6)
    assert _sentences(cocsem.cfa(ONE, data.assign(y5=data["y5"] * 10))) == ""
    days = data.assign(age=1e4 * np.random.default_rng(1).normal(size=len(data)))
    assert _sentences(cocsem.sem(ONE + "\nf ~ age", days)) == ""  # fixed exogenous variables are not explained


@pytest.mark.parametrize("factor", [1e-6, 1e-3, 1e4])
def test_identification_does_not_depend_on_units(factor):
    data = _items(0.8)
    assert cocsem.cfa(ONE, data * factor).converged
    with pytest.raises(IdentificationError, match="f =~ y2"):
        cocsem.cfa("f =~ NA*y1 + y2 + y3 + y4 + y5", data * factor)


def _satisfaction_chain(last=0.1):
    """The structure of a customer satisfaction index whose last but one factor is as good as a sum of the others."""
    rng = np.random.default_rng(12)
    n = 600
    image, quality, value = rng.normal(size=(3, n))
    satisfaction = (image + quality + value) / np.sqrt(3) + last * rng.normal(size=n)
    loyalty = 0.7 * satisfaction + 0.5 * rng.normal(size=n)
    factors = {"im": image, "qu": quality, "va": value, "sa": satisfaction, "lo": loyalty}
    columns = {f"{k}{i}": 0.9 * f + 0.4 * rng.normal(size=n) for k, f in factors.items() for i in (1, 2, 3)}
    model = "\n".join(f"{k} =~ {k}1 + {k}2 + {k}3" for k in factors)
    return model + "\nsa ~ im + qu + va\nlo ~ sa + im + qu", pd.DataFrame(columns)


def test_a_near_singular_latent_structure_names_all_that_take_part():
    """No two of the four correlate above .7 here: what is nearly singular is the combination."""
    fit = cocsem.sem(*_satisfaction_chain())
    assert fit.converged and fit.admissible
    said = _sentences(fit)
    assert "im, qu, va, sa are nearly collinear" in said and "not to be read" in said
    assert "collinear" not in _sentences(cocsem.sem(*_satisfaction_chain(last=0.6)))


def test_data_that_do_not_determine_an_identified_model_are_named():
    """Two factors of two items each, whose items correlate with nothing across: the covariance of the factors says nothing."""
    rng = np.random.default_rng(3)
    f, g = rng.normal(size=(2, 300, 1))
    left, right = f + rng.normal(size=(300, 2)), g + rng.normal(size=(300, 2))
    left, right = left - left.mean(axis=0), right - right.mean(axis=0)
    right = right - left @ np.linalg.lstsq(left, right, rcond=None)[0]
    fit = cocsem.cfa("f =~ a + b\ng =~ c + d", pd.DataFrame(np.hstack([left, right]), columns=list("abcd")))
    assert not fit.converged and fit.admissible is None
    assert "empirical underidentification" in _sentences(fit) and "f =~ b" in _sentences(fit)


def test_an_unidentified_model_is_refused_with_its_parameters():
    data = _items(0.8)
    with pytest.raises(IdentificationError, match="y1 ~~ y1"):
        cocsem.cfa("f =~ y1 + y2", data)
    with pytest.raises(IdentificationError, match="f =~ y1, f =~ y2"):
        cocsem.cfa("f =~ NA*y1 + y2 + y3", data)


@pytest.mark.parametrize(("estimator", "loading"), [("ULS", 18.18161), ("GLS", 18.11791), ("WLS", 20.92859)])
def test_a_weak_marker_does_not_stop_the_search(estimator, loading):
    """The minimum is that of std_lv=True, whatever carries the unit; the loadings of y2 are those lavaan 0.6-14 finds."""
    fit, standard = (cocsem.cfa(ONE, _items(), estimator=estimator, std_lv=flag) for flag in (False, True))
    assert fit.converged
    assert fit.fit_measures["chisq"] == pytest.approx(standard.fit_measures["chisq"], rel=1e-9)
    assert fit.theta[0] == pytest.approx(loading, rel=1e-4)


@pytest.mark.parametrize("how", [{"estimator": "MLF"}, {"se": "first.order"}, {"estimator": "MLF", "missing": "fiml"}])
def test_scores_that_give_no_standard_errors_leave_the_estimates_standing(how):
    """The variance of a covariate of 0 and 1 is m (1 - m): its two scores are one, and lavaan 0.6-14 has no standard errors either."""
    data = _items(0.7).assign(x=np.random.default_rng(4).integers(0, 2, 300))
    model, options = f"{ONE}\nf ~ b*x", {"fixed_x": False, "meanstructure": True}
    fit, plain = cocsem.sem(model, data, **options, **how), cocsem.sem(model, data, **options)
    assert fit.converged and fit.admissible and "no standard errors" in _sentences(fit)
    assert fit.fit_measures["chisq"] == pytest.approx(plain.fit_measures["chisq"], rel=1e-9)
    assert fit.estimates["est"].to_numpy() == pytest.approx(plain.estimates["est"].to_numpy(), rel=1e-6)
    assert not np.isfinite(fit.vcov).any() and np.isfinite(plain.vcov).all()
    with pytest.raises(UsageError, match="this fit has none"):
        cocsem.wald_test(fit, "b == 0")


def test_fewer_rows_than_parameters_have_no_first_order_standard_errors():
    fit = cocsem.cfa(ONE, _items(0.7, n=14), estimator="MLF", meanstructure=True)
    assert fit.converged and "fewer rows than parameters" in _sentences(fit)
