"""What must hold for any model and any data, without an oracle."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import cocsem

SETTINGS = settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def _population(seed, factors, n):
    """Answers of n persons to three or four items of some factors that explain one another in a chain."""
    rng = np.random.default_rng(seed)
    scores = np.zeros((n, factors))
    columns, lines = {}, []
    for f in range(factors):
        before = 0.5 * scores[:, f - 1] if f else 0.0
        scores[:, f] = before + rng.normal(size=n)
        items = [f"f{f}i{k}" for k in range(3 + (seed + f) % 2)]
        for item in items:
            columns[item] = rng.uniform(0.6, 1.0) * scores[:, f] + rng.normal(size=n) * rng.uniform(0.5, 0.9)
        lines.append(f"F{f} =~ " + " + ".join(items))
    lines += [f"F{f} ~ F{f - 1}" for f in range(1, factors)]
    return "\n".join(lines), pd.DataFrame(columns)


draws = st.builds(_population, st.integers(0, 10_000), st.integers(1, 4), st.integers(120, 400))


@SETTINGS
@given(draws)
def test_scale_of_the_items_does_not_matter(drawn):
    model, data = drawn
    factors = np.linspace(0.2, 7.0, data.shape[1])
    one, other = cocsem.sem(model, data), cocsem.sem(model, data * factors + 3.0)
    assert one.converged and other.converged
    assert one.fit_measures["chisq"] == pytest.approx(other.fit_measures["chisq"], rel=1e-7, abs=1e-8)
    assert np.allclose(one.estimates["std_all"], other.estimates["std_all"], atol=1e-6)


@SETTINGS
@given(draws)
def test_choice_of_the_scaling_does_not_matter(drawn):
    model, data = drawn
    one, other = cocsem.sem(model, data), cocsem.sem(model, data, std_lv=True)
    assert one.fit_measures["chisq"] == pytest.approx(other.fit_measures["chisq"], rel=1e-7, abs=1e-8)
    loading = one.estimates["op"].eq("=~")
    assert np.allclose(one.estimates[loading]["std_all"], other.estimates[loading]["std_all"], atol=1e-6)
    # both markers carry the same standardized errors
    a, b = cocsem.standardized(one), cocsem.standardized(other)
    assert np.allclose(a[loading]["se"], b[loading]["se"], atol=1e-6)


@SETTINGS
@given(draws)
def test_two_identical_groups_double_the_statistic(drawn):
    model, data = drawn
    single = cocsem.sem(model, data, meanstructure=True)
    both = pd.concat([data.assign(g="a"), data.assign(g="b")], ignore_index=True)
    double = cocsem.sem(model, both, group="g")
    assert double.fit_measures["chisq"] == pytest.approx(2 * single.fit_measures["chisq"], rel=1e-7, abs=1e-8)
    assert double.fit_measures["df"] == 2 * single.fit_measures["df"]
    equal = cocsem.sem(model, both, group="g", group_equal=["loadings", "intercepts", "residuals"])
    assert equal.fit_measures["chisq"] == pytest.approx(double.fit_measures["chisq"], rel=1e-6, abs=1e-7)


@SETTINGS
@given(draws)
def test_information_criteria_and_log_likelihood(drawn):
    fit = cocsem.sem(*drawn, meanstructure=True)
    m = fit.fit_measures
    assert m["chisq"] == pytest.approx(2 * (m["unrestricted_logl"] - m["logl"]), abs=1e-7)
    assert m["aic"] - m["bic"] == pytest.approx(m["npar"] * (2 - np.log(m["ntotal"])))
    assert 0 <= m["cfi"] <= 1


@SETTINGS
@given(st.integers(0, 10_000))
def test_a_saturated_model_has_no_misfit(seed):
    data = pd.DataFrame(np.random.default_rng(seed).normal(size=(80, 3)), columns=["x", "m", "y"])
    m = cocsem.sem("m ~ x\ny ~ m + x", data).fit_measures
    assert m["df"] == 0 and m["chisq"] == pytest.approx(0, abs=1e-8) and m["cfi"] == 1 and m["rmsea"] == 0
    assert np.isnan(m["pvalue"])


@SETTINGS
@given(draws)
def test_regression_is_least_squares(drawn):
    data = drawn[1]
    y, *x = data.columns
    fit = cocsem.sem(f"{y} ~ {' + '.join(x)}", data)
    X = np.column_stack([np.ones(len(data)), data[x]])
    ours = fit.estimates[fit.estimates["op"].eq("~")]["est"].to_numpy()
    assert np.allclose(ours, np.linalg.lstsq(X, data[y], rcond=None)[0][1:], atol=1e-7)


@SETTINGS
@given(draws, st.integers(0, 100))
def test_the_same_seed_gives_the_same_bootstrap(drawn, seed):
    model, data = drawn
    one, other = (cocsem.sem(model, data, bootstrap=20, seed=seed) for _ in range(2))
    assert np.array_equal(one.draws.theta, other.draws.theta)
    assert one.draws.asked == 20 and one.draws.failed == 20 - len(one.draws.theta)


def test_bootstrap_intervals_hold_the_estimate_and_defined_rows_come_from_the_same_draws():
    model, data = _population(7, 3, 300)
    model = model.replace("F1 ~ F0", "F1 ~ a*F0").replace("F2 ~ F1", "F2 ~ b*F1") + "\nab := a*b"
    fit = cocsem.sem(model, data, bootstrap=400, seed=1)
    row = fit.estimates[fit.estimates["op"].eq(":=")].iloc[0]
    place = {r.label: r.free - 1 for r in fit.spec.rows if r.label}
    product = fit.draws.theta[:, place["a"]] * fit.draws.theta[:, place["b"]]
    assert row["se"] == pytest.approx(product.std(ddof=1))
    assert row["ci_lower"] < row["est"] < row["ci_upper"]
    assert any("400" in w.en for w in fit.warnings)


def test_bollen_stine_agrees_with_chi_square_where_the_model_is_true():
    model, data = _population(3, 2, 400)
    fit = cocsem.sem(model, data, bootstrap=400, seed=2, test="bollen.stine")
    assert abs(fit.fit_measures["pvalue_bollen_stine"] - fit.fit_measures["pvalue"]) < 0.1
