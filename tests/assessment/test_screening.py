"""Screening and careless responding: known careless persons are found, nobody is dropped, poor data break nothing."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from likert_study import likert, survey

from cocsem.assessment.screening import careless, screen
from cocsem.assessment.screening.missing import missing_by_item, missing_by_person, missing_patterns
from cocsem.assessment.screening.persons import asked_order, attention_failed, longest_run, mahalanobis
from cocsem.references import load_references
from cocsem.survey.types import Codebook


def test_the_longest_run_passes_over_missing_answers() -> None:
    answers = pd.DataFrame([[2.0, 2, np.nan, 2, 5], [np.nan] * 5, [1, 2, 3, 4, 5], [4, 4, 4, 4, 4]])
    assert longest_run(answers).tolist() == [3, 0, 1, 5]


def test_runs_follow_the_order_of_administration() -> None:
    answers = pd.DataFrame([[1.0, 5, 1, 5]], columns=list("abcd"))
    assert longest_run(answers).tolist() == [1]
    assert longest_run(asked_order(answers, ("a", "c", "b", "d", "gone"))).tolist() == [2]
    assert list(asked_order(answers, ("d",))) == ["d", "a", "b", "c"]


def test_the_distance_is_the_quadratic_form_and_sums_as_it_must() -> None:
    data = likert()
    found = mahalanobis(data)
    n, p = data.shape
    assert found["d2"].sum() == pytest.approx((n - 1) * p)
    first = data.iloc[0].to_numpy() - data.mean().to_numpy()
    assert found["d2"].iloc[0] == pytest.approx(first @ np.linalg.inv(data.cov().to_numpy()) @ first)
    assert (found["df"] == p).all()


def test_the_distance_of_an_incomplete_row_uses_its_own_items() -> None:
    data = likert()
    holed = data.copy()
    holed.iloc[0, :10] = np.nan
    found = mahalanobis(holed)
    rest = data.iloc[1:]
    cov = rest.cov().to_numpy()[10:, 10:]
    centred = data.iloc[0, 10:].to_numpy() - rest.mean().to_numpy()[10:]
    assert found["d2"].iloc[0] == pytest.approx(centred @ np.linalg.inv(cov) @ centred)
    assert found["df"].iloc[0] == 9


def test_a_person_without_answers_has_no_distance() -> None:
    holed = likert()
    holed.iloc[3] = np.nan
    row = mahalanobis(holed).iloc[3]
    assert row["df"] == 0 and np.isnan(row["d2"]) and np.isnan(row["pvalue"])


def test_attention_items_count_only_wrong_answers() -> None:
    paradata = pd.DataFrame({"att": [5.0, 4, np.nan], "more": [1.0, 2, 2]})
    assert attention_failed(paradata, {"att": 5, "more": 1, "gone": 3}).tolist() == [0, 2, 1]
    assert attention_failed(paradata[["att"]], {"att": 5}).isna().tolist() == [False, False, True]
    assert attention_failed(paradata, {}).isna().all()


def study() -> tuple[pd.DataFrame, pd.DataFrame, Codebook]:
    data = likert()
    data.iloc[4] = 3.0
    data.iloc[9, :8] = np.nan
    paradata = pd.DataFrame({"seconds": np.full(600, 180.0), "att": np.full(600, 5.0)})
    paradata.loc[[6, 4], "seconds"] = 19.0
    paradata.loc[7, "att"] = 1.0
    return data, paradata, Codebook(attention={"att": 5}, duration="seconds", order=tuple(data.columns))


def test_known_careless_persons_are_flagged() -> None:
    data, paradata, codebook = study()
    found = careless(survey(data, paradata=paradata, codebook=codebook))
    persons = found["persons"].set_index("row")
    assert len(persons) == 600 and persons.index[0] == 1
    assert persons.loc[5, ["flag_longstring", "flag_duration"]].all() and persons.loc[5, "longest_run"] == 19
    assert persons.loc[7, "flag_duration"] and persons.loc[8, "flag_attention"] and persons.loc[10, "flag_missing"]
    flagged = found["flagged"]
    assert flagged["row"].iloc[0] == 5 and flagged["flags"].iloc[0].id == (
        "rentetan jawaban sama; satu jawaban untuk semua butir; terlalu cepat"
    )
    assert found.facts["n_flagged"] == len(flagged) == (persons["n_flags"] > 0).sum()
    assert found["flag_counts"]["persons"].tolist()[-1] == 1
    assert "order of administration" in found.tables[0].notes[0].en


def test_runs_use_answers_before_reverse_scoring() -> None:
    data = likert()
    data.loc[4] = [5.0 if name in ("inv1", "coc2") else 1.0 for name in data]
    found = careless(survey(data, reverse=("inv1", "coc2")))
    assert found["persons"]["longest_run"].iloc[4] == 19


def test_without_paradata_nothing_is_flagged_for_it() -> None:
    counts = careless(survey(likert()))["flag_counts"]
    assert counts["checked"].tolist() == [600, 600, 600, 0, 600, 0, 0]
    assert [counts["persons"].tolist()[place] for place in (3, 5, 6)] == [None, None, None]


def test_short_scales_are_not_judged_by_their_runs() -> None:
    data = likert()[["inv1", "inv2", "tru1"]].assign(inv1=3.0, inv2=3.0, tru1=3.0)
    counts = careless(survey(data))["flag_counts"]
    assert counts["checked"].tolist() == [600, 0, 0, 0, 0, 0, 0] and counts["persons"].tolist()[0] == 0


def test_screening_gives_every_table() -> None:
    data, paradata, codebook = study()
    found = screen(survey(data, paradata=paradata, codebook=codebook))
    assert [table.key for table in found.tables] == [
        "reading",
        "missing_items",
        "missing_persons",
        "missing_patterns",
        "little_mcar",
        "flag_counts",
        "flagged",
        "normality",
        "mardia",
    ]
    assert found.facts["n_complete"] == 599 and found.facts["n"] == 600
    assert "0.1% of all answers" in found.text[0].en and "0,1%" in found.text[0].id
    assert found["reading"]["text"].iloc[0].id == "baris dibaca"
    assert set(found.references) <= set(load_references())
    assert found.warnings == ()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data.head(8),
        lambda data: data.assign(inv1=3.0),
        lambda data: data.assign(inv2=data["inv1"]),
        lambda data: data * np.nan,
    ],
)
def test_poor_data_are_screened_with_a_reason_instead_of_a_stop(spoil: object) -> None:
    assert callable(spoil)
    found = screen(survey(spoil(likert())))
    said = [warning.en for warning in found.warnings]
    assert "Mahalanobis" in said[0] and "normality" in said[-1]
    assert all("completely at random" in between for between in said[1:-1])


def test_a_survey_without_items_says_so() -> None:
    assert "nothing to screen" in screen(survey(pd.DataFrame(index=range(3)))).warnings[0].en


def test_missing_answers_by_item_person_and_pattern() -> None:
    data = pd.DataFrame({"a": [1.0, np.nan, np.nan, 4], "b": [1.0, 2, np.nan, 4]})
    assert missing_by_item(data).frame["missing"].tolist() == [2, 1]
    assert missing_by_person(data).frame["persons"].tolist() == [2, 1, 1]
    patterns = missing_patterns(data).frame
    assert dict(zip(patterns["items"], patterns["persons"], strict=True)) == {"": 2, "a": 1, "a, b": 1}


def test_many_patterns_are_cut_and_counted() -> None:
    rng = np.random.default_rng(0)
    data = pd.DataFrame(np.where(rng.uniform(size=(200, 8)) < 0.4, np.nan, 1.0), columns=list("abcdefgh"))
    table = missing_patterns(data)
    assert len(table.frame) == 20 and "20 most frequent" in table.notes[0].en


def test_a_scale_is_spoken_of_only_where_an_instrument_states_one_and_patterns_only_where_answers_lack() -> None:
    bare = screen(replace(survey(likert()), instruments=()))
    assert "missing_patterns" not in {table.key for table in bare.tables}
    assert not any("scale" in text.en for text in bare.text)
