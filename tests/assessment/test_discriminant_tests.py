"""Intervals of the ratios, intervals and tests of the latent correlations, cross-loadings, and the table of everything."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from likert_study import SCALES, likert, likert_scales, oracle

import cocsem
from cocsem.assessment.multiple_tests import holm
from cocsem.assessment.validity.assessment import validity
from cocsem.assessment.validity.correlation_ratios import htmt, htmt_intervals
from cocsem.assessment.validity.cross_loadings import cross_loadings
from cocsem.assessment.validity.latent_correlations import correlation_intervals, cut_tests, unit_variances
from cocsem.errors import UsageError
from cocsem.references import load_references

RECORDED = oracle("scale_recorded.json")
MODEL = "\n".join(f"{code} =~ {' + '.join(map(str, block))}" for code, block in likert_scales().items())
PAIRS = list(combinations(SCALES, 2))
HS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.fixture(scope="module")
def fit():
    return cocsem.cfa(MODEL, likert())


def one_and_two(r: float, n: int = 400, seed: int = 3, cross: float = 0.0) -> pd.DataFrame:
    """Two factors with four items each and latent correlation r; the last item of X also loads on Y."""
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal([0, 0], [[1, r], [r, 1]], size=n)
    items = {f"x{i}": 0.8 * factors[:, 0] + 0.6 * rng.normal(size=n) for i in range(1, 5)}
    items |= {f"y{i}": 0.8 * factors[:, 1] + 0.6 * rng.normal(size=n) for i in range(1, 5)}
    items["x4"] = items["x4"] + cross * factors[:, 1]
    return pd.DataFrame(items)


TWO = "X =~ x1 + x2 + x3 + x4\nY =~ y1 + y2 + y3 + y4"


@pytest.mark.parametrize("scaling", [{}, {"std_lv": True}])
def test_correlations_and_their_tests_agree_with_semtools(scaling: dict) -> None:
    fit = cocsem.cfa(MODEL, likert(), **scaling)
    recorded = RECORDED["discriminant_validity_cutoff_0.9"]
    found = correlation_intervals(fit, PAIRS)
    assert found["correlation"].tolist() == pytest.approx([r["est"] for r in recorded], abs=1e-6)
    assert found["ci_lower"].tolist() == pytest.approx([r["ci.lower"] for r in recorded], abs=1e-6)
    assert found["ci_upper"].tolist() == pytest.approx([r["ci.upper"] for r in recorded], abs=1e-6)
    for test, theirs in zip(cut_tests(fit, PAIRS, 0.9), recorded, strict=True):
        assert test.chisq == pytest.approx(theirs["Chisq diff"], abs=1e-5) and test.df == 1
        assert test.pvalue == pytest.approx(theirs["Pr(>Chisq)"], rel=1e-5)


def test_another_scaling_of_the_factors_is_the_same_model(fit) -> None:
    spec = unit_variances(fit.spec, SCALES)
    other = cocsem.cfa(spec, likert())
    assert spec.n_free == fit.spec.n_free
    assert other.fit_measures["chisq"] == pytest.approx(fit.fit_measures["chisq"], abs=1e-6)


def test_an_estimate_beyond_the_cutoff_leaves_nothing_to_test() -> None:
    fit = cocsem.cfa(TWO, one_and_two(0.97))
    (test,) = cut_tests(fit, [("X", "Y")], 0.9)
    assert test.beyond and np.isnan(test.pvalue)


def test_a_negative_correlation_is_tested_at_the_negative_cutoff() -> None:
    data = one_and_two(0.85)
    turned = data.assign(**{f"y{i}": -data[f"y{i}"] for i in range(1, 5)})
    one, other = (next(cut_tests(cocsem.cfa(TWO, d), [("X", "Y")], 0.9)) for d in (data, turned))
    assert other.correlation == pytest.approx(-one.correlation) and other.chisq == pytest.approx(one.chisq, abs=1e-6)


def test_several_groups_are_refused() -> None:
    data = pd.read_csv(Path(__file__).parents[1] / "oracles" / "data" / "hs.csv")
    fit = cocsem.cfa(HS, data, group="school")
    with pytest.raises(UsageError, match="one group"):
        list(cut_tests(fit, [("visual", "textual")], 0.9))


def test_the_intervals_of_the_ratios_cover_them_and_do_not_depend_on_the_chunk() -> None:
    data, items = likert(), {code: list(map(str, block)) for code, block in likert_scales().items()}
    drawn = htmt_intervals(data, items, draws=250, seed=5)
    again = htmt_intervals(data, items, draws=250, seed=5)
    for key, geometric in (("htmt", False), ("htmt2", True)):
        value = htmt(data.corr(), items, geometric=geometric).to_numpy()
        off = ~np.eye(len(items), dtype=bool)
        assert (drawn.lower[key].to_numpy()[off] < value[off]).all()
        assert (drawn.upper[key].to_numpy()[off] > value[off]).all()
        pd.testing.assert_frame_equal(drawn.lower[key], again.lower[key])


def test_a_resample_is_the_ratio_of_the_resampled_rows() -> None:
    data, items = likert().iloc[:100], {code: list(map(str, block)) for code, block in likert_scales().items()}
    drawn = htmt_intervals(data, items, draws=2, seed=9, level=1.0)
    counts = np.random.default_rng(9).multinomial(100, np.full(100, 0.01), size=2)
    by_hand = [htmt(data.loc[np.repeat(data.index, count)].corr(), items).loc["INV", "ENG"] for count in counts]
    assert [drawn.lower["htmt"].loc["INV", "ENG"], drawn.upper["htmt"].loc["INV", "ENG"]] == pytest.approx(
        sorted(by_hand)
    )


def test_one_table_holds_what_a_reviewer_asks_for(fit) -> None:
    found = validity(fit, bootstrap=200)
    table = found["summary"].set_index("construct")
    wanted = {"alpha", "omega", "composite_reliability", "ave", "htmt_max"}
    assert {f"{name}_ci_lower" for name in wanted} | wanted | {"msv", "asv", "fornell_larcker"} <= set(table)
    psych = oracle("likert_scales_psych.json")["alpha"]
    assert table["alpha"].to_dict() == pytest.approx(
        {code: psych[code.lower()]["raw_alpha"] for code in SCALES}, abs=1e-8
    )
    pairs = found["discriminant"]
    own = pairs[(pairs["construct_1"] == "ENG") | (pairs["construct_2"] == "ENG")]
    assert table.loc["ENG", "msv"] == pytest.approx((own["correlation"] ** 2).max())
    assert table.loc["ENG", "asv"] == pytest.approx((own["correlation"] ** 2).mean())
    assert table.loc["ENG", "htmt_max"] == pytest.approx(own["htmt"].max())
    assert {v.en for v in table["discriminant_validity"]} == {"distinct"}
    assert set(found.references) <= set(load_references())


def test_a_weak_pair_is_found_tested_and_explained() -> None:
    fit = cocsem.cfa(TWO, one_and_two(0.93))
    found = validity(fit, bootstrap=200)
    assert found.facts["not_distinct"] == ["X ~~ Y"]
    assert found["correlation_tests"]["cut"].tolist() == [0.9]
    assert "X and Y" in found.text[0].en and "X dan Y" in found.text[0].id


def test_a_cross_loading_is_found_and_named() -> None:
    fit = cocsem.cfa(TWO, one_and_two(0.3, cross=0.35))
    found = validity(fit)
    assert found.facts["cross_loading_items"] == ["x4"]
    assert any("x4 of X would also load on Y" in text.en for text in found.text)
    top = cross_loadings(fit).iloc[0]
    mi = cocsem.modification_indices(fit)
    row = mi[(mi["lhs"] == "Y") & (mi["rhs"] == "x4")].iloc[0]
    assert top["item"] == "x4"
    assert (top["mi"], top["std_all"]) == pytest.approx((row["mi"], row["sepc_all"]))


def test_clean_items_have_no_cross_loading() -> None:
    assert validity(cocsem.cfa(TWO, one_and_two(0.3))).facts["cross_loading_items"] == []


def test_holm_is_the_definition() -> None:
    p = np.array([0.001, 0.02, 0.011, 0.9])
    assert holm(p).tolist() == pytest.approx([0.004, 0.04, 0.033, 0.9])


def test_disagreement_names_the_small_sample() -> None:
    found = validity(cocsem.cfa(TWO, one_and_two(0.8, n=60, seed=11)), bootstrap=200)
    said = found.text[0].en
    assert "sampling error of 60 rows" in said or "not distinct by any" in said or "Fornell-Larcker" in said
