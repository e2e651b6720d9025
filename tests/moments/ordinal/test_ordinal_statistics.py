"""Identities of ordered moments, and what is refused or said."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cocsem.errors import EstimationError, UsageError
from cocsem.moments.ordinal.categories import find_categories
from cocsem.moments.ordinal.statistics import latent_moments, ordinal_statistics


def answers(n: int, p: int, categories: int, seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    latent = 0.7 * rng.standard_normal((n, 1)) + 0.7 * rng.standard_normal((n, p))
    cuts = np.linspace(-1.0, 1.0, categories - 1) if categories > 2 else [0.2]
    return pd.DataFrame(1 + np.searchsorted(cuts, latent), columns=[f"y{j}" for j in range(p)])


def binary(table: tuple[int, int, int, int]) -> pd.DataFrame:
    return pd.DataFrame({"a": np.repeat([0, 0, 1, 1], table), "b": np.repeat([0, 1, 0, 1], table)})


def correlation(frame: pd.DataFrame) -> float:
    return float(latent_moments(frame, find_categories(frame, list(frame))).cov[0, 1])


@pytest.mark.parametrize("rho", [-0.95, -0.5, 0.0, 0.3, 0.8])
def test_a_table_split_at_both_medians_has_the_correlation_of_sheppard(rho: float) -> None:
    """P(both below) = 1/4 + asin(rho) / 2 pi, so that rho follows from counts alone."""
    both = round(1e6 * (0.25 + math.asin(rho) / (2 * math.pi)))
    frame = binary((both, 500_000 - both, 500_000 - both, both))
    assert correlation(frame) == pytest.approx(math.sin(2 * math.pi * (both / 1e6 - 0.25)), abs=1e-12)


@pytest.mark.parametrize(
    ("table", "recorded"),
    [
        ((20, 0, 15, 40), 0.917189097781),
        ((20, 15, 0, 40), 0.917189097781),
        ((0, 20, 30, 40), -0.748335862055),
        ((30, 20, 40, 0), -0.834814202564),
    ],
)
def test_one_empty_cell_of_two_binary_items_counts_as_half_as_in_lavaan(table: tuple, recorded: float) -> None:
    """lavaan 0.6-14, lavCor with its defaults zero.add = c(.5, 0), zero.keep.margins = TRUE."""
    assert correlation(binary(table)) == pytest.approx(recorded, abs=1e-6)
    frame = binary(table)
    (warning,) = ordinal_statistics(frame, find_categories(frame, ["a", "b"])).warnings
    assert "a–b" in warning["en"] and "a–b" in warning["id"]


@pytest.mark.parametrize("categories", [2, 3, 5])
def test_items_of_which_one_follows_from_the_other_are_refused_by_name(categories: int) -> None:
    frame = answers(200, 2, categories, 3)
    for copy in (frame["y0"], -frame["y0"]):
        twin = frame.assign(twin=copy)
        with pytest.raises(EstimationError, match="'y0' with 'twin'"):
            ordinal_statistics(twin, find_categories(twin, list(twin)))


def test_a_continuous_variable_that_is_another_is_refused_by_name() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"o": rng.integers(1, 4, 100), "c": rng.standard_normal(100)}).assign(
        d=lambda f: 2 - 3 * f["c"]
    )
    with pytest.raises(EstimationError, match="'c' with 'd'"):
        ordinal_statistics(frame, find_categories(frame, ["o"]))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), categories=st.integers(2, 6))
def test_names_of_the_categories_do_not_matter_and_reversing_turns_the_sign(seed: int, categories: int) -> None:
    frame = answers(150, 3, categories, seed)
    stats = ordinal_statistics(frame, find_categories(frame, list(frame)))
    renamed = frame.assign(y1=frame["y1"] ** 3 * 10.0)
    same = ordinal_statistics(renamed, find_categories(renamed, list(frame)))
    np.testing.assert_array_equal(same.vector, stats.vector)
    np.testing.assert_array_equal(same.gamma, stats.gamma)
    turned = frame.assign(y1=-frame["y1"])
    other = ordinal_statistics(turned, find_categories(turned, list(frame)))
    sign = np.array([1.0, -1.0, 1.0])
    np.testing.assert_allclose(other.latent.cov, stats.latent.cov * np.outer(sign, sign), atol=1e-9)
    np.testing.assert_allclose(other.latent.thresholds[1], -stats.latent.thresholds[1][::-1], atol=1e-12)
    np.testing.assert_allclose(np.diag(other.gamma)[-3:], np.diag(stats.gamma)[-3:], rtol=1e-6)


def test_rows_given_twice_keep_all_estimates_and_gamma() -> None:
    frame = answers(120, 4, 4, 8).assign(c=np.random.default_rng(1).standard_normal(120))
    categories = find_categories(frame, [f"y{j}" for j in range(4)])
    one, two = ordinal_statistics(frame, categories), ordinal_statistics(pd.concat([frame, frame]), categories)
    np.testing.assert_allclose(two.vector, one.vector, atol=1e-10)
    np.testing.assert_allclose(two.gamma, one.gamma, atol=1e-8)


def test_continuous_variables_have_their_moments_with_divisor_n() -> None:
    rng = np.random.default_rng(4)
    frame = answers(90, 2, 3, 5).assign(c=rng.standard_normal(90), d=rng.exponential(size=90))
    latent = latent_moments(frame, find_categories(frame, ["y0", "y1"]))
    np.testing.assert_allclose(latent.intercepts[2:], frame[["c", "d"]].mean())
    np.testing.assert_allclose(latent.cov[2:, 2:], np.cov(frame[["c", "d"]].T, ddof=0), atol=1e-9)


def test_a_covariate_of_two_values_splits_the_thresholds_of_a_binary_item() -> None:
    """Saturated: P(y = 0 | x) are the shares in the two groups."""
    rng = np.random.default_rng(6)
    x = rng.integers(0, 2, 300)
    frame = pd.DataFrame({"a": rng.random(300) < 0.3 + 0.3 * x, "b": rng.random(300) < 0.5, "x": x}).astype(float)
    latent = latent_moments(frame, find_categories(frame, ["a", "b"]), x=("x",))
    from scipy.special import ndtr

    shares = [1 - frame.loc[x == k, "a"].mean() for k in (0, 1)]
    cut, slope = latent.thresholds[0][0], latent.slopes[0, 0]
    np.testing.assert_allclose([ndtr(cut), ndtr(cut - slope)], shares, atol=1e-10)


def test_a_covariate_that_separates_an_item_is_refused_by_name() -> None:
    frame = answers(100, 2, 2, 2)
    frame = frame.assign(x=frame["y0"] * 2.0 + np.linspace(0, 0.1, 100))
    with pytest.raises(EstimationError, match=r"'y0' must have a regression on x.*perfectly"):
        ordinal_statistics(frame, find_categories(frame, ["y0", "y1"]), x=("x",))


@pytest.mark.parametrize("columns", [{"x": 1.0}, {"x": "a", "z": "a"}])
def test_covariates_that_say_nothing_new_are_refused(columns: dict) -> None:
    frame = answers(60, 2, 3, 2)
    a = np.random.default_rng(0).standard_normal(60)
    frame = frame.assign(**{k: a if v == "a" else v for k, v in columns.items()})
    with pytest.raises(EstimationError, match="x"):
        ordinal_statistics(frame, find_categories(frame, ["y0", "y1"]), x=tuple(columns))


def test_a_category_that_a_group_never_used_is_refused_with_what_to_do() -> None:
    frame = answers(200, 3, 4, 9)
    categories = find_categories(frame, list(frame))
    group = frame[frame["y1"] > 1]
    with pytest.raises(EstimationError, match=r"group 'b'.*'y1' with 1.*recode 1 to 2"):
        ordinal_statistics(group, categories, group="b")


def test_a_category_nobody_used_is_said() -> None:
    frame = answers(200, 4, 4, 9).assign(y1=lambda f: f["y1"].clip(lower=2))
    stats = ordinal_statistics(frame, find_categories(frame, list(frame)))
    assert any("y1 with 1" in warning["en"] for warning in stats.warnings)
    assert len(stats.latent.thresholds[1]) == 2


def test_empty_cells_are_said_by_pair() -> None:
    frame = answers(75, 3, 5, 1)
    (warning,) = ordinal_statistics(frame, find_categories(frame, list(frame)), group="north").warnings
    assert warning["en"].startswith("north: ") and "y0–y1 (" in warning["en"] and "/25)" in warning["id"]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"a": [1, 1, 1], "b": [1, 2, 1]}), "a are alike"),
        (pd.DataFrame({"a": np.arange(60), "b": np.arange(60)}), "60 different values"),
        (pd.DataFrame({"a": [1, 2, None, None], "b": [None, None, 1, 2]}), "three rows"),
    ],
)
def test_what_holds_no_categories_is_refused(frame: pd.DataFrame, message: str) -> None:
    with pytest.raises(EstimationError, match=message):
        ordinal_statistics(frame, find_categories(frame, ["a", "b"]))


def test_pairs_never_answered_together_are_refused_by_name() -> None:
    frame = answers(80, 3, 3, 4).astype(float)
    frame.loc[:39, "y0"], frame.loc[40:, "y2"] = np.nan, np.nan
    with pytest.raises(EstimationError, match="'y0' and 'y2' never are"):
        ordinal_statistics(frame, find_categories(frame, list(frame)), missing="pairwise")
    with pytest.raises(UsageError, match="pairwise"):
        ordinal_statistics(frame, find_categories(frame, list(frame)), missing="fiml")


def test_thresholds_far_out_and_few_answers_come_to_rest() -> None:
    """Every pair of sparse, skewed seven-point items is a maximum: the slope vanishes on both sides of it."""
    rng = np.random.default_rng(12)
    latent = 0.6 * rng.standard_normal((75, 1)) + 0.8 * rng.standard_normal((75, 6))
    frame = pd.DataFrame(np.searchsorted([0.8, 1.2, 1.5, 1.7, 1.9], latent), columns=list("abcdef"))
    latent_cov = latent_moments(frame, find_categories(frame, list(frame))).cov
    assert np.isfinite(latent_cov).all() and np.abs(latent_cov[np.triu_indices(6, 1)]).max() < 1


def test_the_standard_errors_are_those_of_repeated_samples() -> None:
    """Gamma / n against the spread of 400 samples of n = 200 (Monte Carlo error of a standard deviation: 3.5 %)."""
    draws = []
    for seed in range(400):
        frame = answers(200, 2, 3, seed)
        draws.append(ordinal_statistics(frame, find_categories(frame, list(frame))))
    spread = np.std([d.vector for d in draws], axis=0)
    expected = np.sqrt(np.mean([np.diag(d.gamma) / 200 for d in draws], axis=0))
    np.testing.assert_allclose(spread, expected, rtol=0.12)


def test_items_of_which_one_follows_from_the_other_are_refused_given_covariates_too() -> None:
    frame = answers(200, 2, 4, 3)
    frame = frame.assign(twin=frame["y0"], x=np.random.default_rng(0).standard_normal(200))
    with pytest.raises(EstimationError, match="'y0' with 'twin'"):
        ordinal_statistics(frame, find_categories(frame, ["y0", "y1", "twin"]), x=("x",))


def test_rows_with_the_same_covariates_count_together() -> None:
    """A covariate of few values merges rows; made all different in the last digits, nothing is merged and nothing changes."""
    frame = answers(300, 3, 4, 11).assign(x=np.random.default_rng(2).integers(0, 3, 300).astype(float))
    apart = frame.assign(x=frame["x"] + 1e-12 * np.arange(300))
    categories = find_categories(frame, ["y0", "y1", "y2"])
    one, two = (ordinal_statistics(f, categories, x=("x",)) for f in (frame, apart))
    np.testing.assert_allclose(one.vector, two.vector, atol=1e-8)
    np.testing.assert_allclose(one.gamma, two.gamma, atol=1e-6)


def test_a_covariate_unrelated_to_the_answers_changes_correlations_little_and_high_ones_too() -> None:
    rng = np.random.default_rng(3)
    common = rng.standard_normal((500, 1))
    frame = pd.DataFrame(np.digitize(common + 0.2 * rng.standard_normal((500, 2)), [-1, 0, 1]), columns=["a", "b"])
    categories = find_categories(frame, ["a", "b"])
    x = frame.assign(x=rng.standard_normal(500))
    alone, given_x = latent_moments(frame, categories).cov[0, 1], latent_moments(x, categories, x=("x",)).cov[0, 1]
    assert alone > 0.93 and given_x == pytest.approx(alone, abs=0.01)


def test_a_staircase_of_answers_has_no_correlation_below_one() -> None:
    """Every table cell used lies where a line through the origin may pass: the likelihood rises, ever more slowly, up to 1."""
    cells = np.array([[10, 9, 0], [0, 9, 13]])
    rows = [(a, b) for a in range(2) for b in range(3) for _ in range(cells[a, b])]
    frame = pd.DataFrame(rows, columns=["a", "b"])
    with pytest.raises(EstimationError, match="likeliest under a correlation of 1"):
        ordinal_statistics(frame, find_categories(frame, ["a", "b"]))
    frame["x"] = np.random.default_rng(1).standard_normal(len(frame))
    with pytest.raises(EstimationError, match="likeliest under a correlation of 1"):
        ordinal_statistics(frame, find_categories(frame, ["a", "b"]), x=("x",))


def outlier(n: int, categories: int) -> pd.DataFrame:
    """Two equal items, but for one person at the opposite end."""
    level = np.repeat(np.arange(categories), n // categories)
    return pd.DataFrame({"a": np.append(level, 0), "b": np.append(level, categories - 1)})


@pytest.mark.parametrize("categories", [3, 5])
@pytest.mark.parametrize("n", [60, 600, 6000])
def test_one_outlier_holds_the_correlation_of_equal_items_below_one(n: int, categories: int) -> None:
    """The maximum against the log-likelihood itself, in exact logarithms of direct integration, on both sides of it."""
    frame = outlier(n, categories)
    found = latent_moments(frame, find_categories(frame, ["a", "b"]))
    rho = found.cov[0, 1]
    assert 0.8 < rho < 0.999
    values = [
        _log_likelihood(frame, found.thresholds, r) for r in (rho - 1e-3 * (1 - rho), rho, rho + 1e-3 * (1 - rho))
    ]
    assert values[1] > max(values[0], values[2])


def _log_likelihood(frame: pd.DataFrame, thresholds: tuple[np.ndarray, ...], rho: float) -> float:
    """Cells by integrating phi(t) times the probability of the other answer given t over fine panels."""
    from cocsem.moments.ordinal.probit import interval

    x, w = np.polynomial.legendre.leggauss(30)
    a, b = (np.concatenate([[-12.0], cuts, [12.0]]) for cuts in thresholds)
    spread, total = np.sqrt(1 - rho * rho), 0.0
    for (i, j), count in frame.value_counts().items():
        edges = np.linspace(a[i], a[i + 1], 1500)
        t = edges[:-1, None] + np.diff(edges)[:, None] * (x + 1) / 2
        inner = interval((b[j] - rho * t) / spread, (b[j + 1] - rho * t) / spread)
        density = np.exp(-t * t / 2) / np.sqrt(2 * np.pi)
        total += count * np.log((density * inner * w * np.diff(edges)[:, None] / 2).sum())
    return float(total)


def test_an_outlier_beside_equal_items_counts_the_same_given_a_covariate() -> None:
    frame = outlier(300, 3)
    x = np.random.default_rng(0).standard_normal(len(frame))
    frame = frame.assign(x=x - x.mean())
    given_x = latent_moments(frame, find_categories(frame, ["a", "b"]), x=("x",)).cov[0, 1]
    alone = latent_moments(frame[["a", "b"]], find_categories(frame, ["a", "b"])).cov[0, 1]
    assert given_x == pytest.approx(alone, abs=0.01)


def test_an_outlier_beside_a_continuous_variable_holds_the_correlation_below_one() -> None:
    z = np.linspace(-2, 2, 400)
    frame = pd.DataFrame({"o": np.append((z > 0).astype(int), 0), "c": np.append(z, 3.0)})
    rho = latent_moments(frame, find_categories(frame, ["o"])).cov[0, 1] / np.std(frame["c"])
    assert 0.8 < rho < 0.999
