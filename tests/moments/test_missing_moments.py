"""Moments of incomplete data: the saturated model, pairwise moments, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from cocsem.errors import EstimationError
from cocsem.moments.missing import (
    available_statistics,
    baseline_chisq,
    independent_moments,
    pairwise_moments,
    pairwise_statistics,
)
from cocsem.moments.patterns import moment_slopes, weigh


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(3)
    data = rng.standard_normal((200, 1)) + rng.standard_normal((200, 5)) + 3.0
    return pd.DataFrame(data, columns=list("abcde")).mask(rng.random((200, 5)) < 0.2)


def test_the_likelihood_has_no_slope_at_the_saturated_moments(frame):
    stats = available_statistics(frame)
    Q, u = moment_slopes(weigh(stats.patterns, stats.cov, stats.mean))
    assert np.abs(Q).max() < 1e-7 and np.abs(u).max() < 1e-7


def test_half_of_the_answers_missing_changes_nothing_about_that(frame):
    sparse = frame.mask(np.random.default_rng(5).random(frame.shape) < 0.4)
    stats = available_statistics(sparse)
    Q, u = moment_slopes(weigh(stats.patterns, stats.cov, stats.mean))
    assert np.abs(Q).max() < 1e-6 and np.abs(u).max() < 1e-6


def test_complete_rows_give_the_plain_moments(frame):
    complete = frame.dropna()
    stats = available_statistics(complete)
    assert stats.mean == pytest.approx(complete.mean().to_numpy(), abs=1e-12)
    assert stats.cov == pytest.approx(np.cov(complete.to_numpy().T, bias=True), abs=1e-10)


def test_monotone_missing_answers_have_the_closed_solution():
    """y missing for some rows, x always there: the regression of y on x from the rows with both (anderson1957 in words)."""
    rng = np.random.default_rng(9)
    x = rng.standard_normal(120)
    y = 0.5 * x + rng.standard_normal(120)
    y[80:] = np.nan
    stats = available_statistics(pd.DataFrame({"x": x, "y": y}))
    slope = np.cov(x[:80], y[:80], bias=True)[0, 1] / x[:80].var()
    assert stats.cov[0, 0] == pytest.approx(x.var(), rel=1e-8)
    assert stats.cov[0, 1] == pytest.approx(slope * x.var(), rel=1e-7)
    assert stats.mean[1] == pytest.approx(y[:80].mean() + slope * (x.mean() - x[:80].mean()), rel=1e-7)


def test_rows_without_answers_and_without_fixed_x_are_dropped(frame):
    blank = frame.copy()
    blank.iloc[[4, 9]] = np.nan
    stats = available_statistics(blank, complete=("a",))
    assert stats.n_total == 200
    assert stats.n_obs == blank["a"].notna().sum()
    assert not np.isnan(stats.data[:, 0]).any() and len(stats.rows) == stats.n_obs


def test_the_baseline_has_the_moments_of_each_variable_alone(frame):
    stats = available_statistics(frame)
    mean, cov = independent_moments(stats, ())
    assert mean == pytest.approx(frame.mean().to_numpy())
    assert cov == pytest.approx(np.diag(frame.var(ddof=0)))
    assert baseline_chisq(stats, ()) > baseline_chisq(stats, ("a", "b")) > 0.0
    assert baseline_chisq(stats, tuple("abcde")) == pytest.approx(0.0, abs=1e-9)


def test_pairwise_moments_are_those_of_pandas(frame):
    mean, cov = pairwise_moments(frame.to_numpy())
    assert mean == pytest.approx(frame.mean().to_numpy())
    assert cov == pytest.approx(frame.cov().to_numpy() * 199 / 200, abs=1e-12)
    stats = pairwise_statistics(frame)
    assert stats.data is not None and np.isnan(stats.data).any() and stats.n_obs == frame.notna().any(axis=1).sum()


def _break(frame, how):
    out = frame.copy()
    if how == "never":
        out["c"] = np.nan
    elif how == "pair":
        out.loc[out["a"].notna(), "b"] = np.nan
    elif how == "constant":
        out["d"] = out["d"].where(out["d"].isna(), 4.0)
    elif how == "infinite":
        out.loc[3, "e"] = np.inf
    return out


@pytest.mark.parametrize("moments", [available_statistics, pairwise_statistics])
@pytest.mark.parametrize(
    ("how", "text"),
    [
        ("never", "nobody answered c"),
        ("pair", "a with b"),
        ("constant", "d has one value"),
        ("infinite", "'e' holds an infinite"),
    ],
)
def test_data_that_cannot_tell_are_refused_by_name(frame, moments, how, text):
    with pytest.raises(EstimationError, match=text):
        moments(_break(frame, how), "north")


def test_pairwise_covariances_that_no_data_can_have_are_refused():
    blocks = [("a", "b", 1.0), ("b", "c", 1.0), ("a", "c", -1.0)]
    rng, parts = np.random.default_rng(2), []
    for left, right, sign in blocks:
        z = rng.standard_normal(40)
        parts.append(pd.DataFrame({left: z, right: sign * z + 0.1 * rng.standard_normal(40)}))
    with pytest.raises(EstimationError, match="Pairwise covariances must form"):
        pairwise_statistics(pd.concat(parts, ignore_index=True)[["a", "b", "c"]])


def test_variables_made_of_one_another_are_named(frame):
    made = frame.assign(f=frame["a"] * 2.0).mask(np.random.default_rng(1).random((200, 6)) < 0.05)
    with pytest.raises(EstimationError, match="exact combinations of a, f"):
        available_statistics(made)


def test_too_few_rows_together_are_said():
    rng = np.random.default_rng(6)
    sparse = pd.DataFrame(rng.standard_normal((14, 6)), columns=list("abcdef")).mask(rng.random((14, 6)) < 0.5)
    with pytest.raises(EstimationError, match=r"together|too few rows"):
        available_statistics(sparse)
