"""Codebooks as TOML and as tables of two columns."""

from __future__ import annotations

import openpyxl
import pytest

from cocsem.errors import CocsemError, SurveyError
from cocsem.language import Text
from cocsem.survey import Codebook, read_codebook, read_survey

WHOLE = """
title = { en = "A survey", id = "Sebuah survei" }
theory = "involvement_engagement_loyalty"
instruments = ["customer_trust"]
demographics = ["gender"]
order = ["tru2", "tru1"]
duration = "seconds"
marker = ["mrk1"]
simulated = true
missing = [98, 99]
[columns]
"Toko ini baik" = "tru1"
[attention]
att1 = 4
[labels.gender]
f = { en = "female", id = "perempuan" }
[exclude]
term = ["4", "attention", 5]
other = "not missing"
"""


def test_every_field(tmp_path):
    path = tmp_path / "codebook.toml"
    path.write_text(WHOLE, encoding="utf-8")
    book = read_codebook(path)
    assert book.title == Text("A survey", "Sebuah survei") and book.simulated
    assert book.columns == {"Toko ini baik": "tru1"} and book.attention == {"att1": 4.0}
    assert book.labels["gender"]["f"].id == "perempuan"
    assert book.exclude == {"term": ("4", "attention", "5"), "other": ("not missing",)}
    assert book.missing == (98.0, 99.0) and book.order == ("tru2", "tru1") and book.duration == "seconds"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("titel = 'x'", "unknown field 'titel'"),
        ("instruments = 'x'", "must be a list of texts"),
        ("columns = ['x']", "must be a table"),
        ("[columns]\na = 'x'\nb = 'x'", "gives 'x' to two"),
        ("simulated = 1", "must be true or false"),
        ("[attention]\na = 'four'", "must be a number"),
        ("[exclude]\na = []", "must be a list of values"),
        ("theory = ''", "must be a text"),
        ("[labels]\ngender = 3", "must be a table"),
        ("= 3", "valid TOML"),
    ],
)
def test_faults_name_file_and_field(tmp_path, text, message):
    path = tmp_path / "book.toml"
    path.write_text(text)
    with pytest.raises(CocsemError, match=message) as fault:
        read_codebook(path)
    assert "book.toml" in str(fault.value)


def test_instrument_files_lie_beside_the_codebook(tmp_path):
    path = tmp_path / "book.toml"
    path.write_text('theory = "paths.toml"\ninstruments = ["own.toml", "customer_trust"]')
    book = read_codebook(path)
    assert book.instruments == (str(tmp_path / "own.toml"), "customer_trust")
    assert book.theory == str(tmp_path / "paths.toml")


def test_two_columns_with_one_name(write, trust5, answers):
    path = write(
        ["shp1", "shp2", "shp3", "shp4", "jk", "gender"], [[*row, "a", k % 2] for k, row in enumerate(answers)]
    )
    with pytest.raises(SurveyError, match="with the codebook two are called 'gender'"):
        read_survey(path, instruments=trust5, codebook=Codebook(columns={"jk": "gender"}))


def test_tables_of_two_columns(tmp_path, write, trust5, answers):
    path = write(["p1", "p2", "p3", "p4"], answers)
    pairs = [("p1", "shp1"), ("p2", "shp2"), ("p3", "shp3"), ("p4", "shp4")]
    book = openpyxl.Workbook()
    for row in [("kolom", "butir"), *pairs]:
        book.active.append(row)
    book.save(tmp_path / "book.xlsx")
    with_heading = read_codebook(tmp_path / "book.xlsx")
    without = read_codebook(write(pairs[0], pairs[1:], separator=";", name="book.csv"))
    assert with_heading.columns == without.columns == dict(pairs)
    survey = read_survey(path, instruments=trust5, codebook=tmp_path / "book.csv")
    assert survey.answers["shp4"].tolist() == [row[3] for row in answers]
    with pytest.raises(SurveyError, match="must have two columns"):
        read_codebook(write(["column"], [["a"]], name="one.csv"))
