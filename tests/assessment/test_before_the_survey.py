"""Content validity against the definitions and Aiken's table; the pilot test against the r table."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from likert_study import likert_scales, oracle
from scipy.stats import pearsonr, t

from cocsem.assessment.content import aiken_interval, aiken_pvalue, aiken_v, content_validity, modified_kappa
from cocsem.assessment.pilot import correlation_pvalue, critical_r, pilot_test
from cocsem.errors import UsageError
from cocsem.references import load_references


def ratings() -> pd.DataFrame:
    return pd.DataFrame(
        [[4, 4, 3, 4, 4], [4, 3, 4, 4, 3], [2, 3, 4, 3, 4], [1, 2, 2, 3, 2]],
        index=["tru1", "tru2", "wom1", "wom2"],
        columns=[f"expert{i}" for i in range(1, 6)],
    )


# Values of Aiken's (1985) table as commonly reprinted: raters, categories, V, p.
@pytest.mark.parametrize(
    ("n", "c", "v", "p"), [(5, 5, 0.80, 0.040), (5, 4, 0.87, 0.021), (3, 5, 1.0, 0.008), (4, 5, 0.88, 0.024)]
)
def test_the_tail_of_v_is_aikens_table(n: int, c: int, v: float, p: float) -> None:
    reached = round(v * n * (c - 1)) / (n * (c - 1))
    assert aiken_pvalue(reached, n, c - 1) == pytest.approx(p, abs=5e-4)


def test_the_tail_of_v_counts_every_set_of_ratings() -> None:
    sums = np.array([sum(given) for given in product(range(4), repeat=4)])
    for total in range(13):
        assert aiken_pvalue(total / 12, 4, 3) == pytest.approx(np.mean(sums >= total))


def test_the_interval_of_v_holds_the_values_that_a_score_test_would_not_reject() -> None:
    v, n, k, z = 0.75, 10, 4, 1.959963984540054
    for limit in aiken_interval(v, n, k):
        assert abs(v - limit) / np.sqrt(limit * (1 - limit) / (n * k)) == pytest.approx(z)


def test_kappa_takes_the_chance_of_so_many_agreeing_from_the_index() -> None:
    # six experts, five agree: pc = 6 / 64, as tabulated for the modified kappa
    assert modified_kappa(5, 6) == pytest.approx((5 / 6 - 6 / 64) / (1 - 6 / 64))
    assert modified_kappa(3, 3) == 1.0
    assert round(modified_kappa(4, 5), 2) == 0.76


def test_the_table_of_the_items() -> None:
    found = content_validity(ratings(), scales={"tru1": "TRU", "tru2": "TRU", "wom1": "WOM", "wom2": "WOM"})
    items = found["content_items"].set_index("item")
    assert items["i_cvi"].tolist() == [1.0, 1.0, 0.8, 0.2]
    assert items["aiken_v"].tolist() == pytest.approx([aiken_v(row, 1, 4) for row in ratings().to_numpy()])
    assert [label.en for label in items["i_cvi_verdict"]] == ["relevant", "relevant", "to be revised", "to be revised"]
    scales = found["content_scales"]
    assert scales["s_cvi_ave"].tolist() == pytest.approx([1.0, 0.5, 0.75])
    assert scales["s_cvi_ua"].tolist() == [1.0, 0.0, 0.5]
    assert "wom1, wom2" in found.text[0].en and "0,75" in found.text[0].id
    assert set(found.references) <= set(load_references())


def test_six_experts_are_judged_by_the_laxer_limit() -> None:
    six = ratings().assign(expert6=[4, 4, 4, 2])
    found = content_validity(six)
    labels = found["content_items"].set_index("item")["i_cvi_verdict"]
    assert labels["wom1"].en == "relevant" and {v.criterion for v in found.verdicts if v.index == "i_cvi"} == {"i_cvi"}


def test_an_item_close_to_relevant_is_explained() -> None:
    found = content_validity(pd.DataFrame([[5, 5, 5, 5, 3]] * 2, index=["a", "b"]), low=1, high=5, relevant=4)
    assert found["content_items"]["i_cvi"].tolist() == [0.8, 0.8]
    assert any("close to relevant" in text.en for text in found.text)


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (lambda d: d.assign(expert1=[5, 1, 1, 1]), "expert1 gave 'tru1' the rating 5"),
        (lambda d: d[["expert1"]], "two experts"),
        (lambda d: d.assign(expert1=[2.5, 1, 1, 1]), "whole numbers"),
    ],
)
def test_ratings_that_cannot_be_are_refused(spoil, match: str) -> None:
    with pytest.raises(UsageError, match=match):
        content_validity(spoil(ratings()))


def test_an_item_few_experts_rated_is_refused() -> None:
    with pytest.raises(UsageError, match="wom2 has fewer"):
        content_validity(ratings().astype(float).mask(ratings().index.to_numpy()[:, None] == np.array(["wom2"] * 5)))


# The r table as printed in textbooks, two-sided 5 percent.
@pytest.mark.parametrize(("n", "r"), [(30, 0.361), (20, 0.444), (50, 0.279), (100, 0.197), (10, 0.632)])
def test_the_r_table(n: int, r: float) -> None:
    assert round(critical_r(n, 0.05), 3) == r


def test_the_p_of_a_correlation_is_scipys() -> None:
    items = likert_scales()["TRU"].head(30)
    r, p = pearsonr(items["tru1"], items.sum(axis=1))
    assert correlation_pvalue(r, 30) == pytest.approx(p)
    assert correlation_pvalue(-0.8, 30) == 1.0
    assert critical_r(30, 0.05) == pytest.approx(t.isf(0.025, 28) / np.sqrt(t.isf(0.025, 28) ** 2 + 28))


def test_the_pilot_test_of_known_scales() -> None:
    found = pilot_test(likert_scales())
    items, psych = found["pilot_items"].set_index("item"), oracle("likert_scales_psych.json")["alpha"]
    for code in ("inv", "tru"):
        own = items[items["scale"] == code.upper()]
        assert own["item_rest_r"].to_dict() == pytest.approx(psych[code]["item_rest_r"], abs=1e-8)
        assert own["alpha_if_dropped"].to_dict() == pytest.approx(psych[code]["alpha_if_dropped"], abs=1e-8)
    assert {label.en for label in items["verdict"]} == {"valid"} and "all 19 items" in found.text[0].en
    # alpha of COC and LOY would rise without their weakest items
    assert sum("would rise" in text.en for text in found.text) == 2


def test_a_bad_item_a_miskeyed_one_and_one_that_only_seems_good() -> None:
    rng = np.random.default_rng(4)
    items = likert_scales()["ENG"].head(40).copy()
    items["eng2"] = 6 - items["eng2"]
    found = pilot_test({"ENG": items, "TWO": pd.DataFrame({"a": rng.normal(size=40), "b": rng.normal(size=40)})})
    verdicts = found["pilot_items"].set_index("item")["verdict"]
    assert verdicts["eng2"].en == "not valid" and any("eng2" in warning.en for warning in found.warnings)
    assert any("only because they are part of their total" in text.en and "a" in text.en for text in found.text)
