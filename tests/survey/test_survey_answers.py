"""Answers in words, in numbers and in both become numbers; anything else is an error with row and value."""

from __future__ import annotations

import math

import pytest
from survey_samples import FIVE, SEVEN, instrument_of, scale_of

from cocsem.errors import SurveyError
from cocsem.instrument.types import Anchor, Item, Scale
from cocsem.language import Text
from cocsem.survey import read_survey
from cocsem.survey.answers import answer_words, read_answers

CODES = ["shp1", "shp2", "shp3", "shp4"]
ITEM5 = Item("a1", Text("a", "b"), scale_of(FIVE))
ITEM7 = Item("a1", Text("a", "b"), scale_of(SEVEN))


def read_one(item, *cells, **options):
    return read_answers(item, list(cells), range(1, len(cells) + 1), **options).values


WAYS = {
    "indonesian": lambda k: FIVE[k - 1].id,
    "english": lambda k: FIVE[k - 1].en,
    "shouted": lambda k: f"  {FIVE[k - 1].id.upper()} . ",
    "abbreviated": lambda k: ("STS", "TS", "N", "S", "SS")[k - 1],
    "abbreviated english": lambda k: ("sd", "d", "n", "a", "sa")[k - 1],
    "numbered": lambda k: f"{k} - {FIVE[k - 1].id}",
    "numbered with equals": lambda k: f"{k} = {FIVE[k - 1].en}",
    "numbered with point": lambda k: f"{k}. {FIVE[k - 1].en}",
    "numbered with bracket": lambda k: f"({k}) {FIVE[k - 1].en}",
    "number last": lambda k: f"{FIVE[k - 1].id} ({k})",
    "words in brackets": lambda k: f"{k} ({FIVE[k - 1].id})",
    "decimals": lambda k: f"{k}.0",
    "decimal commas": lambda k: f"{k},00",
    "mixed": lambda k: k if k % 2 else FIVE[k - 1].id,
}


@pytest.mark.parametrize("way", WAYS)
def test_ways_of_writing(write, trust5, answers, way):
    survey = read_survey(write(CODES, [[WAYS[way](value) for value in row] for row in answers]), instruments=trust5)
    assert survey.answers.to_numpy().tolist() == [[float(v) for v in row] for row in answers]


def test_words_of_a_seven_point_scale(write, trust7):
    rows = [[SEVEN[(k * j + j) % 7].id for j in (1, 2, 3, 4)] for k in range(20)]
    survey = read_survey(write(CODES, rows), instruments=trust7)
    assert survey.answers.loc[1].tolist() == [2.0, 3.0, 4.0, 5.0]
    assert next(entry.count for entry in survey.log if entry.step == "words") == 80


def test_five_point_words_on_a_seven_point_scale(write, trust7, answers):
    path = write(CODES, [[FIVE[value - 1].id for value in row] for row in answers])
    with pytest.raises(
        SurveyError, match=r"'Agak tidak setuju' / 'Somewhat disagree', 'Agak setuju' / 'Somewhat agree' never occur"
    ):
        read_survey(path, instruments=trust7)


def test_five_point_words_where_only_the_ends_are_labelled(write, answers):
    scale = Scale(1, 7, anchors=(Anchor(1, FIVE[0]), Anchor(7, FIVE[4])))
    path = write(CODES, [[FIVE[value - 1].id for value in row] for row in answers])
    with pytest.raises(SurveyError, match=r"Unknown answers: .*'Setuju' \(4x\)"):
        read_survey(path, instruments=instrument_of(scale))
    assert read_one(Item("a1", Text("a", "b"), scale), "7 (Sangat setuju)", "4", "1 - Strongly disagree") == (7, 4, 1)


def test_abbreviations_count_on_five_points_only():
    assert answer_words(scale_of(FIVE))["sts"] == 1
    assert "sts" not in answer_words(scale_of(SEVEN))
    satisfied = tuple(Text(f"{t.en} x", f"{t.id} y") for t in FIVE)
    assert "ss" not in answer_words(scale_of(satisfied))
    with pytest.raises(SurveyError, match="row 2 holds 'TS'"):
        read_one(ITEM7, "1", "TS", "3")


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (("1", "2", "8"), r"Item 'a1' must be answered on 1\.\.5, but row 3 holds 8\. Is it a missing code\? Declare"),
        (("1", "0", "8"), r"row 2 holds 0 \(2 rows of this item are off the scale\)"),
        (("1", "3,5", "2"), r"whole numbers on 1\.\.5, but row 2 holds 3\.5\. Are these averages"),
        (("1", "Puas", "2", "Puas"), r"row 2 holds 'Puas'\. Unknown answers: 'Puas' \(2x\)"),
        (("1", "5 - Setuju", "2"), r"row 2 holds '5 - Setuju'"),
        (("1", "45231", "2"), r"row 2 holds 45231"),
        (("1", "1e300", "2"), r"row 2 holds 1e\+300"),
        (("1", "budi@example.com", "2"), r"row 2 holds \(an e-mail or phone\)"),
        (("1", "x" * 500, "2"), r"row 2 holds 'x{40}\.\.\.'"),
        (("3", "3", ""), r"Item 'a1' must vary, but everybody answered 3"),
        (("NA", "", "99"), r"must be answered by somebody"),
    ],
)
def test_what_is_no_answer(cells, message):
    with pytest.raises(SurveyError, match=message):
        read_one(ITEM5, *cells)


def test_missing_codes_come_before_the_range():
    values = read_one(ITEM5, "1", "99", "5", "-9", "9 - Tidak tahu", "n/a", missing=(-9.0, 9.0))
    assert [math.isnan(v) for v in values] == [False, True, False, True, True, True]


def test_labels_of_the_file_decide_when_they_number_the_scale_otherwise():
    zero_based = {float(k): text.id for k, text in enumerate(FIVE)}
    turned = {float(5 - k): text.en for k, text in enumerate(FIVE)}
    assert read_one(ITEM5, 0.0, 4.0, 2.0, labels=zero_based) == (1, 5, 3)
    assert read_one(ITEM5, 1.0, 5.0, 2.0, labels=turned) == (5, 1, 4)
    assert read_one(ITEM5, 1.0, 5.0, labels={1.0: "Sangat tidak setuju", 5.0: "Sangat setuju"}) == (1, 5)
    with pytest.raises(SurveyError, match="the file calls 1 'Sangat setuju', which is 5 on"):
        read_one(ITEM5, 1.0, 5.0, labels={1.0: "Sangat setuju", 5.0: "Sangat tidak setuju"})
