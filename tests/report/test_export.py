"""Questionnaires for survey programs and the printer: every item once, under its code, with the numbers of its scale."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
from docx import Document
from openpyxl import load_workbook

from cocsem.errors import UsageError
from cocsem.instrument.load import list_instruments, load_instrument
from cocsem.report.export.printable import printable_docx, printable_html
from cocsem.report.export.questionnaire import answers_of, make_questionnaire
from cocsem.report.export.survey_tools import limesurvey, qualtrics, xlsform


@pytest.fixture(params=[None, 7])
def asked(request):
    return make_questionnaire(
        [load_instrument("product_involvement"), load_instrument("customer_engagement")], seed=request.param
    )


def test_every_instrument_of_the_shelf_can_be_asked():
    assert list_instruments()
    for code in list_instruments():
        instrument = load_instrument(code)
        assert {i.code for i in make_questionnaire([instrument], seed=3).items} == {i.code for i in instrument.items}


def test_the_same_seed_gives_the_same_order_and_another_one_another():
    instruments = [load_instrument("customer_engagement")]
    orders = [[i.code for i in make_questionnaire(instruments, seed=seed).items] for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]
    assert [i.code for i in make_questionnaire(instruments).items] == [i.code for i in instruments[0].items]


def test_an_item_stands_in_one_instrument_only():
    with pytest.raises(UsageError, match="Leave one out"):
        make_questionnaire([load_instrument("product_involvement")] * 2)
    with pytest.raises(UsageError, match="at least one instrument"):
        make_questionnaire([])


def test_xlsform_has_every_item_with_its_choices_in_both_languages(asked):
    book = load_workbook(io.BytesIO(xlsform(asked, "id")))
    rows = list(book["survey"].iter_rows(values_only=True))
    questions = [row for row in rows[1:] if str(row[0]).startswith("select_one")]
    assert [row[1] for row in questions] == [item.code for item in asked.items]
    assert [row[2:4] for row in questions] == [(item.text.en, item.text.id) for item in asked.items]
    choices = {(row[0], row[1]) for row in book["choices"].iter_rows(min_row=2, values_only=True)}
    lists = {row[1]: str(row[0]).split()[1] for row in questions}
    for item in asked.items:
        assert {(lists[item.code], value) for value, _ in answers_of(item.scale, "en")} <= choices
    assert book["settings"].cell(2, 3).value == "Bahasa Indonesia (id)"


@pytest.mark.parametrize("seed", [None, 3])
@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_xlsform_converts_without_a_warning(tmp_path, lang, seed):
    """pyxform is what Kobo, ODK and SurveyCTO read these forms with."""
    from pyxform.xls2xform import convert

    everything = make_questionnaire([load_instrument(code) for code in list_instruments()], seed=seed)
    path = tmp_path / "form.xlsx"
    path.write_bytes(xlsform(everything, lang))
    done = convert(xlsform=path)
    assert done.warnings == []
    for item in everything.items:
        assert f"/{item.code}" in done.xform
    assert done.xform.count("<translation ") == 2


def test_limesurvey_follows_its_documented_structure(asked):
    """https://www.limesurvey.org/manual/Tab_Separated_Value_survey_structure: the base language first and whole, then the
    same rows in the other; one number per question in all languages; answers carry the number of their question."""
    rows = list(csv.DictReader(io.StringIO(limesurvey(asked, "id").decode("utf-8-sig")), delimiter="\t"))
    body = [row for row in rows if row["class"] not in ("S", "SL")]
    first, second = body[: len(body) // 2], body[len(body) // 2 :]
    assert {row["language"] for row in first} == {"id"} and {row["language"] for row in second} == {"en"}
    same = ("id", "class", "type/scale", "name")
    questions = [[tuple(row[key] for key in same) for row in part if row["class"] != "G"] for part in (first, second)]
    assert questions[0] == questions[1]
    numbers = [row["id"] for row in first if row["class"] in ("Q", "SQ")]
    assert len(set(numbers)) == len(numbers)
    question = None
    for row in first:
        question = row["id"] if row["class"] == "Q" else question
        assert row["class"] != "A" or (row["id"] == question and row["relevance"] == "0")


def test_limesurvey_refuses_codes_it_cannot_store():
    one = load_instrument("customer_trust")
    items = tuple(replace(item, code=f"{item.code}_x") for item in one.dimensions[0].items)
    odd = replace(one, dimensions=(replace(one.dimensions[0], items=items),))
    with pytest.raises(UsageError, match="'tru1_x' is none"):
        limesurvey(make_questionnaire([odd]), "en")


def test_qualtrics_follows_its_documented_structure(asked):
    """https://www.qualtrics.com/support: each question has a tag of its kind, an ID, its text, then its coded choices."""
    text = qualtrics(asked, "id").decode()
    questions = text.split("[[Question:")[1:]
    asked_of = [part for part in questions if part.startswith("MC:SingleAnswer:Horizontal]]")]
    assert len(asked_of) == len(asked.items) and text.count("[[Block:") == len(asked.blocks)
    for part, item in zip(asked_of, asked.items, strict=True):
        lines = [line for line in part.split("\n\n")[0].splitlines() if line]
        assert lines[1] == f"[[ID:{item.code}]]" and lines[2] == item.text.id and lines[3] == "[[AdvancedChoices]]"
        answers = answers_of(item.scale, "id")
        assert lines[4:] == [line for value, words in answers for line in (f"[[Choice:{value}]]", words)]


def test_limesurvey_has_every_item_once_per_language(asked):
    rows = list(csv.DictReader(io.StringIO(limesurvey(asked, "id").decode("utf-8-sig")), delimiter="\t"))
    for lang in ("en", "id"):
        own = [row["name"] for row in rows if row["class"] == "SQ" and row["language"] == lang]
        assert own == [item.code for item in asked.items]
    assert rows[0] | {"name": "language", "text": "id"} == rows[0]
    orders = {row["random_order"] for row in rows if row["class"] == "Q"}
    assert orders == ({"0"} if asked.seed is None else {"1"})


def test_qualtrics_names_every_question_by_its_item(asked):
    lines = qualtrics(asked, "en").decode().splitlines()
    assert lines[0] == "[[AdvancedFormat]]"
    assert [line[5:-2] for line in lines if line.startswith("[[ID:")] == [item.code for item in asked.items]
    assert lines.count("[[Choice:7]]") == len(asked.items)


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_printed_questionnaire_numbers_the_items_and_keeps_the_key_apart(asked, lang):
    text = printable_html(asked, lang).decode()
    before, key = text.split('<section class="key">')
    assert before.count('class="number"') == len(asked.items)
    assert all(f"<td>{item.code}</td>" in key for item in asked.items)
    assert not any(f">{item.code}<" in before for item in asked.items)


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_word_questionnaire_holds_every_item(asked, lang):
    document = Document(io.BytesIO(printable_docx(asked, lang)))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    for item in asked.items:
        assert item.code in cells
        assert item.text[lang].split(" – ")[0] in cells
