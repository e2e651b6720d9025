"""Respondent profile, item descriptives and the scale blocks they stand on."""

import numpy as np
import pandas as pd
import pytest
from likert_study import likert, likert_scales, survey

from cocsem.assessment.descriptives import answer_shares, describe, mean_correlations, scale_means
from cocsem.assessment.profile import count_categories, respondent_profile
from cocsem.assessment.scales import numeric_columns, scale_names, scales_of
from cocsem.assessment.wording import fill
from cocsem.errors import EstimationError
from cocsem.language import Text
from cocsem.survey.types import Codebook


def people() -> pd.DataFrame:
    frame = pd.DataFrame(
        {"sex": ["f", "m", "f", None] * 150, "age": np.tile(np.arange(20.0, 50.0), 20), "region": [1.0, 2, 2, 3] * 150}
    )
    return frame.astype({"sex": object})


def test_the_profile_counts_categories_and_summarises_numbers() -> None:
    labels = {"region": {"2": Text("south", "selatan"), "1": Text("north", "utara")}}
    found = respondent_profile(survey(likert(), demographics=people(), codebook=Codebook(labels=labels)))
    categories, numbers = found["categories"], found["numbers"]
    sex = categories[categories["variable"] == "sex"]
    assert sex["n"].tolist() == [300, 150, 150]
    assert sex["percent"].tolist() == [50, 25, 25]
    assert sex["valid_percent"].tolist()[:2] == pytest.approx([66.667, 33.333], abs=1e-3)
    assert np.isnan(sex["valid_percent"].iloc[2]) and sex["category"].iloc[2].en == "(not answered)"
    region = categories[categories["variable"] == "region"]
    assert [str(getattr(value, "id", value)) for value in region["category"]] == ["selatan", "utara", "3"]
    assert numbers["variable"].tolist() == ["age"] and numbers["mean"].tolist() == [34.5]


def test_numbers_with_few_values_are_counted_too() -> None:
    found = respondent_profile(survey(likert(), demographics=people()[["region"]]))
    assert found["categories"]["category"].tolist() == ["1", "2", "3"]
    assert found["numbers"]["max"].tolist() == [3.0]


def test_rare_categories_are_gathered() -> None:
    cities = pd.Series([f"city{i:02d}" for i in range(25)] + ["city00"], name="city")
    counts = count_categories(cities, {})
    assert len(counts) == 21 and counts["category"].iloc[0] == "city00"
    assert counts["category"].iloc[-1].en == "(5 further categories)" and counts["n"].sum() == 26


def test_a_survey_without_demographics_says_so() -> None:
    found = respondent_profile(survey(likert()))
    assert found.tables == () and "no columns" in found.warnings[0].en


def test_items_are_described() -> None:
    data = likert()
    data.iloc[:10, 0] = np.nan
    found = describe(survey(data))
    first = found["items"].iloc[0]
    assert (first["construct"], first["item"], first["n"], first["missing"]) == ("INV", "inv1", 590, 10)
    assert first["mean"] == pytest.approx(data["inv1"].mean()) and first["sd"] == pytest.approx(data["inv1"].std())
    shares = found["answer_shares"]
    assert list(shares.columns) == ["item", "1", "2", "3", "4", "5"]
    np.testing.assert_allclose(shares.drop(columns="item").sum(axis=1), 1.0)


def test_correlations_of_scale_means_stand_below_the_diagonal() -> None:
    found = mean_correlations(likert_scales())
    means = scale_means(likert_scales())
    assert found["ENG"].iloc[2] == pytest.approx(np.corrcoef(means["ENG"], means["COC"])[0, 1])
    assert found["INV"].iloc[0] == 1.0 and np.isnan(found["LOY"].iloc[0])
    assert found["sd"].iloc[0] == pytest.approx(means["INV"].std())


def test_flat_and_empty_columns_do_not_break_the_tables() -> None:
    scales = {
        "A": pd.DataFrame({"a": [2.0, 2, 2]}),
        "B": pd.DataFrame({"b": [1.0, 2, 4]}),
        "C": pd.DataFrame({"c": [np.nan] * 3}),
    }
    found = describe(scales)
    assert found["items"]["sd"].tolist()[0] == 0.0 and np.isnan(found["items"]["mean"].iloc[2])
    assert np.isnan(found["correlations"]["A"].iloc[1]) and found["correlations"]["B"].iloc[1] == 1.0


def test_continuous_items_have_no_answer_shares() -> None:
    values = pd.DataFrame({"x": np.random.default_rng(0).normal(size=50)})
    assert list(answer_shares({"X": values}).columns) == ["item"]
    assert [table.key for table in describe({"X": values}).tables] == ["items", "correlations"]


def test_nothing_to_describe() -> None:
    assert len(describe({})["items"]) == 0


def test_scales_come_from_the_instrument() -> None:
    found = survey(likert())
    assert {code: block.shape[1] for code, block in scales_of(found).items()} == {
        "INV": 4,
        "ENG": 4,
        "COC": 4,
        "TRU": 3,
        "LOY": 4,
    }
    assert scale_names(found)["TRU"] == Text("Tru", "tru")


def test_text_columns_are_refused() -> None:
    with pytest.raises(EstimationError, match="Column 'b' must hold numbers, but row 1 holds 'x'"):
        numeric_columns(pd.DataFrame({"a": [1], "b": ["x"]}))


def test_sentences_are_filled_in_the_manner_of_each_language() -> None:
    assert fill(Text("{a} {b}", "{b} {a}"), {"a": 1.5, "b": Text("x", "y")}) == Text("1.50 x", "y 1,50")
