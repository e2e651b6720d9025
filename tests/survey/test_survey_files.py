"""Files of every kind, whole and broken."""

from __future__ import annotations

import datetime
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pyreadstat
import pytest
from survey_samples import FIVE, QUESTIONS

from cocsem.errors import SurveyError
from cocsem.survey import read_survey
from cocsem.survey.files import read_file, read_frame

CODES = ["shp1", "shp2", "shp3", "shp4"]


def save_workbook(path, sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def steps(survey):
    return {entry.step: entry for entry in survey.log}


def test_workbook_with_several_sheets(tmp_path, trust5, answers):
    date = datetime.datetime(2026, 1, 2, 3, 4)
    sheets = {
        "Info": [["Survei toko"]],
        "Kosong": [],
        "Form Responses 1": [
            ["Timestamp", *CODES, "Usia"],
            *[[date, *row, 20 + k % 7] for k, row in enumerate(answers)],
        ],
    }
    survey = read_survey(save_workbook(tmp_path / "s.xlsx", sheets), instruments=trust5)
    np.testing.assert_array_equal(survey.answers.to_numpy(), np.array(answers, dtype=float))
    assert list(survey.demographics) == ["Usia"]
    assert "timestamp" in steps(survey)


def test_the_sheet_that_matches_is_read_and_said(tmp_path, trust5, answers):
    sheets = {"Kode": [["nilai", "arti"], [1, "rendah"], [2, "tinggi"]], "Data": [CODES, *answers]}
    survey = read_survey(save_workbook(tmp_path / "s.xlsx", sheets), instruments=trust5)
    assert len(survey.data) == 20
    assert "'Data' was read, not 'Kode'" in steps(survey)["sheet"].text.en


def test_workbook_with_title_rows_and_words(tmp_path, trust5, answers):
    rows = [["Data Responden 2026"], [], [t.id for t in QUESTIONS], *[[FIVE[v - 1].id for v in row] for row in answers]]
    survey = read_survey(save_workbook(tmp_path / "s.xlsx", {"Sheet1": rows}), instruments=trust5)
    assert steps(survey)["title"].count == 1
    assert survey.answers.loc[1].tolist() == [float(v) for v in answers[0]]


def test_formulas_without_values_are_refused(tmp_path, trust5, answers):
    rows = [CODES, *[[*row[:3], "=1+1" if k == 4 else row[3]] for k, row in enumerate(answers)]]
    with pytest.raises(SurveyError, match="sheet 'Data', row 6, column 4 has none"):
        read_survey(save_workbook(tmp_path / "s.xlsx", {"Data": rows}), instruments=trust5)


def test_spss_with_labels_and_missing_codes(tmp_path, trust5, answers):
    frame = pd.DataFrame(answers, columns=["v1", "v2", "v3", "v4"], dtype=float)
    frame.loc[0, "v1"], frame.loc[1, "v1"], frame.loc[2, "v1"] = 97, 98, np.nan
    frame["sex"], frame["kota"] = [1.0, 2.0] * 10, ["Malang", "Batu"] * 10
    path = tmp_path / "s.sav"
    pyreadstat.write_sav(
        frame,
        str(path),
        column_labels=[*(t.id for t in QUESTIONS), "Jenis kelamin", "Kota"],
        variable_value_labels={
            "sex": {1: "Laki-laki", 2: "Perempuan"},
            "v1": {1: "Sangat tidak setuju", 97: "Tidak tahu"},
        },
        missing_ranges={"v1": [{"lo": 97, "hi": 98}]},
    )
    survey = read_survey(path, instruments=trust5)
    assert steps(survey)["match_text"].count == 4 and steps(survey)["user_missing"].count == 2
    assert survey.answers["shp1"].isna().sum() == 3
    assert survey.demographics["sex"].tolist()[:2] == ["Laki-laki", "Perempuan"]
    assert survey.demographics["kota"].tolist()[:2] == ["Malang", "Batu"]


def test_parquet(tmp_path, trust5, answers):
    frame = pd.DataFrame(answers, columns=CODES).astype("Int64")
    frame.loc[3, "shp2"] = pd.NA
    frame["group"] = pd.Categorical(["a", "b"] * 10)
    path = tmp_path / "s.parquet"
    frame.to_parquet(path, index=True)
    survey = read_survey(path, instruments=trust5)
    assert survey.answers["shp2"].isna().sum() == 1
    assert survey.demographics["group"].tolist()[:2] == ["a", "b"]


def test_content_decides_over_the_ending(tmp_path, trust5, answers):
    path = save_workbook(tmp_path / "s.xlsx", {"Data": [CODES, *answers]}).rename(tmp_path / "s.csv")
    survey = read_survey(path, instruments=trust5)
    assert "ends in '.csv' but holds Excel workbook" in steps(survey)["content"].text.en


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"\xef\xbb\xbf", "holds no cells"),
        ("a.csv", b"shp1,shp2\r\n", "holds the names only"),
        ("a.csv", bytes(range(256)) * 20, "no readable text"),
        ("a.csv", b"a,b\n1,\x81\x8d\xff\n", "no readable text"),
        ("a.csv", b"<html><table></table></html>", "a web page or XML"),
        ("a.xlsx", b"a,b\n1,2\n", "ends in .xlsx and must be of that kind"),
        ("a.sav", b"a,b\n1,2\n", "ends in .sav"),
        ("a.parquet", b"PAR1....PAR1", "complete Parquet file"),
        ("a.sav", b"$FL2 broken", "complete SPSS file"),
        ("a.xlsx", b"PK\x03\x04 broken", "damaged workbook"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", "old"),
        ("a.ods", b"x", "OpenDocument"),
        ("a.dta", b"x", "a Stata file"),
        ("a.json", b"{}", "a JSON file"),
        ("a.what", b"a,b\n1,2\n", "ends in '.what', which cocsem does not know"),
        ("a.csv", b"a,b\n" + b'1,"' + b"x" * 20_000_000, "line|cell|column|rows|item"),
    ],
)
def test_unreadable_files(tmp_path, trust5, name, content, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SurveyError, match=message):
        read_survey(path, instruments=trust5)


def test_folder_missing_file_and_damaged_workbook(tmp_path, trust5):
    with pytest.raises(SurveyError, match="is a folder"):
        read_survey(tmp_path, instruments=trust5)
    with pytest.raises(SurveyError, match="was not found"):
        read_survey(tmp_path / "none.csv", instruments=trust5)
    with pytest.raises(SurveyError, match="must be readable"):
        read_survey("a\0b.csv", instruments=trust5)
    with zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as parts:
        parts.writestr("xl/workbook.xml", "<no")
    with pytest.raises(SurveyError, match="complete Excel workbook"):
        read_survey(tmp_path / "bad.xlsx", instruments=trust5)


def test_rows_longer_shorter_and_torn(tmp_path, trust5, answers):
    lines = ["shp1,shp2,shp3,shp4,note", *[",".join(map(str, row)) + ",x" for row in answers]]
    path = tmp_path / "r.csv"
    path.write_text("\n".join([*lines[:5], lines[5] + ",y", *lines[6:]]))
    with pytest.raises(SurveyError, match="at most 5 cells, as its column names do, but line 6 has 6"):
        read_survey(path, instruments=trust5)
    path.write_text("\n".join([*lines[:5], lines[5] + ",,", "1,2,3,4", *lines[6:], "1,2"]))
    survey = read_survey(path, instruments=trust5)
    assert steps(survey)["padded"].count == 2
    path.write_text("\n".join([*lines[:5], "1,2,3", "4,5,x", *lines[6:]]))
    with pytest.raises(SurveyError, match="lines 6 and 7 have 3 and 3: a line break within a cell"):
        read_survey(path, instruments=trust5)


def test_line_breaks_in_quotes_are_one_cell(write, trust5, answers):
    path = write(
        [*CODES, "catatan"], [[*row, "satu\ndua, tiga" if k % 2 else "empat"] for k, row in enumerate(answers)]
    )
    assert read_survey(path, instruments=trust5).demographics["catatan"].tolist()[1] == "satu dua, tiga"


@pytest.mark.parametrize("mark", [False, True])
def test_second_and_third_header_rows(write, trust5, answers, mark):
    header = ["StartDate", "QID1_1", "QID1_2", "QID1_3", "QID1_4", "Gender"]
    questions = ["Start Date", *[f"Rate - {t.en}" for t in QUESTIONS], "What is your gender?"]
    technical = ['{"ImportId":"startDate"}', *['{"ImportId":"QID1"}'] * 4, '{"ImportId":"QID2"}']
    rows = [["2026-01-02 10:00:00", *row, "f" if k % 2 else "m"] for k, row in enumerate(answers)]
    survey = read_survey(write(header, [questions, *([technical] if mark else []), *rows]), instruments=trust5)
    assert steps(survey)["header"].count == 1 + mark
    assert steps(survey)["match_text"].count == 4
    assert survey.data.index[0] == 1 and len(survey.data) == 20
    assert list(survey.demographics) == ["Gender"]


def test_second_header_row_over_answers_in_words(write, trust5, answers):
    rows = [[FIVE[v - 1].id for v in row] for row in answers]
    survey = read_survey(write(CODES, [[t.id for t in QUESTIONS], *rows]), instruments=trust5)
    assert steps(survey)["header"].count == 1 and len(survey.data) == 20


def test_merged_group_header_over_the_questions(write, trust5, answers):
    rows = [["", *[t.en for t in QUESTIONS]], *[[k % 3, *row] for k, row in enumerate(answers)]]
    survey = read_survey(write(["Cabang", "Please rate:", "", "", ""], rows), instruments=trust5)
    assert steps(survey)["match_text"].count == 4 and list(survey.demographics) == ["Cabang"]


def test_a_first_answer_row_in_words_is_no_header(write, trust5, answers):
    rows = [["Setuju", "Netral", "Setuju", "Sangat setuju"], *answers]
    survey = read_survey(write(CODES, rows), instruments=trust5)
    assert "header" not in steps(survey) and len(survey.data) == 21
    with pytest.raises(SurveyError, match="row 1 holds 'lumayan'"):
        read_survey(write(CODES, [["lumayan", 2, 3, 4], *answers]), instruments=trust5)


def test_hash_and_form(write, answers):
    content = read_file(write(CODES, answers, separator=";", name="x.txt"))
    assert content.form.id == "teks dengan pemisah titik koma, UTF-8"
    assert len(content.sha256) == 64


def test_row_names_without_a_header(tmp_path, trust5, answers):
    path = tmp_path / "r.csv"
    path.write_text(
        "\n".join([",".join(CODES), *[f'"{k}",' + ",".join(map(str, row)) for k, row in enumerate(answers)]])
    )
    survey = read_survey(path, instruments=trust5)
    assert steps(survey)["row_names"].count == 20
    assert survey.answers["shp1"].tolist() == [row[0] for row in answers]


def test_a_file_as_a_rectangle(write, answers):
    rows = [[*row, "a" if k % 2 else "NA", f"x{k}@y.id", "1,5"] for k, row in enumerate(answers)]
    frame = read_frame(write([*CODES, "group", "mail", "w"], rows, separator=";"))
    assert list(frame) == [*CODES, "group", "w"]
    assert frame["w"].tolist() == [1.5] * 20 and frame["shp1"].tolist() == [row[0] for row in answers]
    assert frame["group"].isna().sum() == 10 and frame.index[0] == 1


def test_a_quotation_mark_that_is_not_closed(tmp_path, trust5, answers):
    path = tmp_path / "q.csv"
    path.write_text("\n".join([",".join(CODES), '"1,2,3,4', *[",".join(map(str, row)) for row in answers]]))
    with pytest.raises(SurveyError, match="one in row 2 is not"):
        read_survey(path, instruments=trust5)
