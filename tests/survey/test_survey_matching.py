"""Columns find their items: by code, by text in either language, by the codebook; never by a guess."""

from __future__ import annotations

import pytest
from survey_samples import QUESTIONS

from cocsem.errors import SurveyError
from cocsem.instrument.load import load_instrument
from cocsem.survey import Codebook, read_survey
from cocsem.survey.matching import _one_letter_apart, code_key, match_items, readings, text_key
from cocsem.survey.table import RawTable

CODES = ["shp1", "shp2", "shp3", "shp4"]


def kinds(survey):
    return {entry.step: entry.count for entry in survey.log if entry.step.startswith("match")}


@pytest.mark.parametrize(
    "headers",
    [
        ["SHP1", "shp_2", " Shp 3 ", "shp-04"],
        [f"{code}. {text.en}" for code, text in zip(CODES, QUESTIONS, strict=True)],
        [f"G01Q02[{code}]" for code in CODES],
        [f"trust/{code}" for code in CODES],
        [f"{code} ({text.id})" for code, text in zip(CODES, QUESTIONS, strict=True)],
        ["[shp1] abc", "shp2: abd", "shp3) abe", "shp4 - abf"],
    ],
)
def test_by_code(write, trust5, answers, headers):
    survey = read_survey(write(headers, answers), instruments=trust5)
    assert kinds(survey) == {"match_code": 4}
    assert survey.answers["shp4"].tolist() == [row[3] for row in answers]


TEXTS = {
    "english": [t.en for t in QUESTIONS],
    "indonesian": [t.id for t in QUESTIONS],
    "both": [QUESTIONS[0].en, QUESTIONS[1].id, QUESTIONS[2].en, QUESTIONS[3].id],
    "shouted": [f"  {t.en.upper().rstrip('.')}  ! " for t in QUESTIONS],
    "numbered": [f"{k}. {t.id}" for k, t in enumerate(QUESTIONS, 1)],
    "question codes": [f"Q3_{k} {t.en}" for k, t in enumerate(QUESTIONS, 1)],
    "bracketed numbers": [f"({k}) {t.en}" for k, t in enumerate(QUESTIONS, 1)],
    "letters": [f"{letter}) {t.en}" for letter, t in zip("abcd", QUESTIONS, strict=True)],
    "form grid": [f"Seberapa setuju Anda? [{t.id}]" for t in QUESTIONS],
    "numbered grid": [f"Bagian B [{k}. {t.id}]" for k, t in enumerate(QUESTIONS, 1)],
    "platform group": [f"Please rate the shop - {t.en}" for t in QUESTIONS],
    "bilingual": [f"{t.id} / {t.en}" for t in QUESTIONS],
    "bilingual in brackets": [f"{k}. {t.en} ({t.id})" for k, t in enumerate(QUESTIONS, 1)],
    "markup": [f"<p><b>{t.en.replace(' ', '&nbsp;')}</b></p>" for t in QUESTIONS],
    "required": [f"{t.id} *" for t in QUESTIONS],
}


@pytest.mark.parametrize("style", TEXTS)
def test_by_question_text(write, trust5, answers, style):
    survey = read_survey(write(TEXTS[style], answers), instruments=trust5)
    assert kinds(survey) == {"match_text": 4}
    assert survey.answers["shp2"].tolist() == [row[1] for row in answers]
    assert survey.demographics.empty


@pytest.mark.parametrize("dash", ["–", "-", ":", "—"])
def test_a_pair_of_poles_under_a_group_name(dash):
    item = load_instrument("product_involvement").items[0]
    left, right = item.text.en.split(" – ")
    table = RawTable((f"Q2_1 To me, this product is - {left} {dash} {right}",), (), ())
    assert match_items(table, [item], {})[item.code].kind == "text"


def test_one_wrong_letter_is_matched_and_named(write, trust5, answers):
    headers = ["This shop keeps its wrod.", "Saya dapat mengandlkan toko ini, juga saat ramai.", *TEXTS["english"][2:]]
    survey = read_survey(write(headers, answers), instruments=trust5)
    assert kinds(survey) == {"match_text": 2, "match_near": 2}
    assert "shp1, shp2" in next(entry.text.en for entry in survey.log if entry.step == "match_near")


def test_more_than_a_letter_is_no_match_but_a_hint(write, trust5, answers):
    headers = ["This shop keeps its promises.", *TEXTS["english"][1:]]
    with pytest.raises(
        SurveyError, match=r"3 were found; missing: shp1\. Closest headers: 'This shop keeps its promises\.'"
    ):
        read_survey(write(headers, answers), instruments=trust5)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("toko ini menepati janji", "toko ini menepati jnaji", True),
        ("toko ini menepati janji", "toko ini menepatti janji", True),
        ("toko ini menepati janji", "toko ini tidak menepati janji", False),
        ("i trust this shop fully", "i distrust this shop fully", False),
        ("saya puas di toko ini", "saya buas di toko itu", False),
        ("short one", "shorb one", False),
    ],
)
def test_what_is_near(one, other, near):
    assert _one_letter_apart(one, other) is near


def test_by_the_codebook(write, trust5, answers):
    headers = ["v1", "v2", "v3", "This shop keeps its word.", "v5"]
    rows = [[*row, "a" if k % 2 else "b"] for k, row in enumerate(answers)]
    book = Codebook(
        columns={"v1": "shp1", "v2": "shp2", "V3": "shp3", "This shop keeps its word.": "shp4", "v5": "gender"}
    )
    survey = read_survey(write(headers, rows), instruments=trust5, codebook=book)
    assert kinds(survey) == {"match_codebook": 4}
    assert survey.answers["shp4"].tolist() == [row[3] for row in answers]
    assert list(survey.demographics) == ["gender"]
    with pytest.raises(SurveyError, match="The codebook names the column 'v9'"):
        read_survey(write(headers, rows), instruments=trust5, codebook=Codebook(columns={"v9": "shp1"}))


def test_two_columns_for_one_item_are_ambiguous(write, trust5, answers):
    headers = [*CODES, QUESTIONS[0].en]
    rows = [[*row, row[0]] for row in answers]
    with pytest.raises(
        SurveyError, match=r"Item 'shp1' must be answered in one column, but 'shp1' \(column 1, by code\) and"
    ):
        read_survey(write(headers, rows), instruments=trust5)
    survey = read_survey(write(headers, rows), instruments=trust5, codebook=Codebook(columns={"shp1": "shp1"}))
    assert kinds(survey) == {"match_codebook": 1, "match_code": 3}


def test_one_column_for_two_items_is_ambiguous(write, trust5, answers):
    with pytest.raises(SurveyError, match="must answer one item, but it looks like 'shp1' and 'shp2'"):
        read_survey(write(["shp1: x [shp2]", "y", "shp3", "shp4"], answers), instruments=trust5)


def test_no_match_at_all(write, trust5, answers):
    with pytest.raises(SurveyError, match=r"no column matches any\. Its 4 headers begin with 'a', 'b', 'c', 'd'"):
        read_survey(write(["a", "b", "c", "d"], answers), instruments=trust5)
    with pytest.raises(SurveyError, match="Is this a row of answers"):
        read_survey(write([1, 2, 2, 4], answers), instruments=trust5)
    with pytest.raises(SurveyError, match="The first row seems to hold answers"):
        read_survey(write([1, 2, 3, 4], answers), instruments=trust5)


def test_duplicate_and_blank_headers(write, trust5, answers):
    rows = [[k, *row, k % 2] for k, row in enumerate(answers)]
    with pytest.raises(SurveyError, match="columns 1, 6 are all called 'usia'"):
        read_survey(write(["usia", *CODES, "usia"], rows), instruments=trust5)
    survey = read_survey(write(["", *CODES, "kelompok"], rows), instruments=trust5)
    assert next(entry.count for entry in survey.log if entry.step == "blank_header") == 1
    assert list(survey.demographics) == ["kelompok"]


def test_keys():
    assert code_key("Q10_2") == "q10_2" and code_key("q102") != code_key("q10_2")
    assert text_key("Ragu-ragu. ") == "ragu ragu"
    assert "I trust it." in readings("Q12: Statements [3) I trust it.]")
