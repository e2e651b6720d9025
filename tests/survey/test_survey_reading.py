"""A survey file from the first byte to the scored frames."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from cocsem.errors import CocsemError, SurveyError, UsageError
from cocsem.survey import Codebook, discover, read_survey

CODES = ["shp1", "shp2", "shp3", "shp4"]


def steps(survey):
    return {entry.step: entry.count for entry in survey.log}


def test_reads_scores_and_logs(write, trust5, answers):
    path = write([*CODES, "gender"], [[*row, "f" if k % 2 else "m"] for k, row in enumerate(answers)])
    survey = read_survey(path, instruments=[trust5])
    np.testing.assert_array_equal(survey.answers.to_numpy(), np.array(answers, dtype=float))
    np.testing.assert_array_equal(survey.data["shp3"], 6 - survey.answers["shp3"])
    np.testing.assert_array_equal(survey.data["shp1"], survey.answers["shp1"])
    assert survey.data.index.tolist() == list(range(1, 21))
    assert survey.demographics["gender"].tolist()[:2] == ["m", "f"]
    assert survey.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (survey.source, survey.n_read) == ("survey.csv", 20)
    assert steps(survey) == {"read": 20, "match_code": 4, "reverse": 1, "demographics": 1}
    assert all(entry.text.en and entry.text.id and entry.text.en != entry.text.id for entry in survey.log)


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_separators_and_encodings(write, trust5, answers, separator, encoding):
    header = [*CODES, "Kota asal é"]
    path = write(header, [[*row, "Kediri é"] if k % 2 else [*row, "Malang"] for k, row in enumerate(answers)],
                 separator=separator, encoding=encoding)  # fmt: skip
    survey = read_survey(path, instruments=trust5)
    np.testing.assert_array_equal(survey.answers.to_numpy(), np.array(answers, dtype=float))
    assert survey.demographics["Kota asal é"].value_counts().to_dict() == {"Malang": 10, "Kediri é": 10}


def test_semicolon_file_with_decimal_commas(write, answers):
    rows = [[*row, f"{row[0] * 1.25:.2f}".replace(".", ",")] for row in answers]
    path = write(["x1", "x2", "x3", "x4", "y"], rows, separator=";")
    survey = read_survey(path, columns=["x1", "y"])
    np.testing.assert_allclose(survey.data["y"], survey.data["x1"] * 1.25)
    assert list(survey.data) == ["x1", "y"] and survey.instruments == ()


def test_comma_file_with_quoted_decimal_commas(write, trust5, answers):
    path = write(CODES, [[f"{value},0" for value in row] for row in answers])
    survey = read_survey(path, instruments=trust5)
    np.testing.assert_array_equal(survey.answers.to_numpy(), np.array(answers, dtype=float))


def test_stated_separator(tmp_path, write, trust5, answers):
    path = write(CODES, answers, separator=";")
    path.write_bytes(b"sep=;\r\n" + path.read_bytes())
    assert len(read_survey(path, instruments=trust5).data) == 20


def test_missing_answers_of_all_kinds(write, trust5, answers):
    signs = ["", "NA", "N/A", "-", ".", "#N/A", "null", "99", "98", "Tidak menjawab"]
    rows = [[signs[k] if k < len(signs) else row[0], *row[1:]] for k, row in enumerate(answers)]
    survey = read_survey(write(CODES, rows), instruments=trust5, codebook=Codebook(missing=(98.0,)))
    assert survey.answers["shp1"].isna().sum() == len(signs)
    line = next(entry for entry in survey.log if entry.step == "missing")
    assert line.count == 10
    assert "8" in line.text.en and "2" in line.text.en


def test_rows_without_answers_keep_the_numbers_of_the_others(write, trust5, answers):
    rows = [list(row) for row in answers]
    rows[1] = ["", "", "NA", ""]
    rows[3] = ["", "", "", ""]
    survey = read_survey(
        write([*CODES, "g"], [[*row, "a" if k != 3 else ""] for k, row in enumerate(rows)]), instruments=trust5
    )
    assert survey.data.index.tolist() == [1, 3, *range(5, 21)]
    assert steps(survey)["empty"] == 1 and steps(survey)["blank_row"] == 1


def test_fewer_rows_than_needed(write, trust5, answers):
    with pytest.raises(SurveyError, match="at least 10 answered rows; this one has 9"):
        read_survey(write(CODES, answers[:9]), instruments=trust5)


def test_no_complete_row(write, trust5, answers):
    rows = [["" if item == k % 4 else value for item, value in enumerate(row)] for k, row in enumerate(answers)]
    with pytest.raises(SurveyError, match="At least one row must answer all 4 items"):
        read_survey(write(CODES, rows), instruments=trust5)


def test_duplicate_rows_are_said_and_kept(write, trust5, answers):
    survey = read_survey(write(CODES, [*answers, answers[0], answers[0]]), instruments=trust5)
    assert len(survey.data) == 22
    assert steps(survey)["duplicates"] >= 2


def test_codebook_excludes_rows(write, trust5, answers):
    rows = [[*row, "screened" if k < 3 else "4" if k == 3 else "NA"] for k, row in enumerate(answers)]
    path = write([*CODES, "term"], rows)
    everything = read_survey(path, instruments=trust5, codebook=Codebook(exclude={"term": ("not missing",)}))
    some = read_survey(path, instruments=trust5, codebook=Codebook(exclude={"term": ("4",)}))
    assert (len(everything.data), len(some.data)) == (16, 19)
    assert everything.n_read == 20 and steps(everything)["exclude"] == 4


def test_a_dimension_that_was_not_asked_is_left_out(write, poles):
    rows = [[k % 7 + 1, (3 * k) % 7 + 1] for k in range(20)]
    survey = read_survey(write(["sd3", "sd4"], rows), instruments=poles)
    assert list(survey.data) == ["sd3", "sd4"]
    assert survey.instruments[0].constructs == ("SDB",)
    assert steps(survey)["dimension"] == 2
    with pytest.raises(SurveyError, match="2 were found; missing: sd1, sd2"):
        read_survey(write(["sd3", "sd4"], rows), instruments=poles, constructs=["SD"])
    with pytest.raises(SurveyError, match="missing: sd2"):
        read_survey(write(["sd3", "sd4", "sd1"], [[*row, 1] for row in rows]), instruments=poles)


def test_semantic_differential_takes_numbers_only(write, poles):
    rows = [[k % 7 + 1, (3 * k) % 7 + 1, "Setuju" if k == 4 else k % 7 + 1, k % 5 + 1] for k in range(20)]
    with pytest.raises(
        SurveyError, match=r"Item 'sd3' must be answered with numbers on 1..7, but row 5 holds 'Setuju'"
    ):
        read_survey(write(["sd1", "sd2", "sd3", "sd4"], rows), instruments=poles)


def test_model_columns(write):
    rows = [[k, k * k % 11, "a" if k % 2 else "b"] for k in range(20)]
    path = write(["X 1", "x2", "group"], rows)
    survey = read_survey(path, columns=["x1", "x2"])
    assert list(survey.data) == ["x1", "x2"] and list(survey.demographics) == ["group"]
    with pytest.raises(SurveyError, match="Column 'group' must hold numbers, but row 1 holds 'b'"):
        read_survey(path, columns=["x1", "group"])
    with pytest.raises(SurveyError, match=r"x22 is not there\. Closest headers: 'x2'"):
        read_survey(path, columns=["x22"])


@pytest.mark.parametrize(
    ("cells", "words"), [(["1,234", "2,500"], "may mean a thousand"), (["1,5", "2.5"], "one decimal sign")]
)
def test_ambiguous_commas_are_refused(write, cells, words):
    path = write(["x", "y"], [[cells[k % 2], k] for k in range(20)])
    with pytest.raises(SurveyError, match=words):
        read_survey(path, columns=["x", "y"])


def test_numbers_too_large_and_columns_that_do_not_vary(write):
    with pytest.raises(SurveyError, match="Column 'x' must hold numbers, but row 3"):
        read_survey(write(["x", "y"], [["1e999" if k == 2 else k, k] for k in range(20)]), columns=["x"])
    with pytest.raises(SurveyError, match="Column 'y' must vary"):
        read_survey(write(["x", "y"], [[k, 5] for k in range(20)]), columns=["x", "y"])


def test_without_instrument_the_complete_ones_are_listed(write, answers):
    path = write(["tru1", "tru2", "tru3", "tru4", "wom1"], [[*row, row[0]] for row in answers])
    with pytest.raises(UsageError, match="Complete in this file: customer_trust"):
        read_survey(path)
    found = discover(path)
    assert [(each.instrument.code, each.complete) for each in found[:2]] == [
        ("customer_trust", True),
        ("word_of_mouth", False),
    ]
    assert found[0].constructs == ("TRU",) and found[1].missing == ("wom2", "wom3")


def test_instruments_by_code_and_by_codebook(write, answers):
    path = write(["tru1", "tru2", "tru3", "tru4"], answers)
    one = read_survey(path, instruments="customer_trust")
    other = read_survey(path, codebook=Codebook(instruments=("customer_trust",)))
    pd.testing.assert_frame_equal(one.data, other.data)
    with pytest.raises(CocsemError, match="customer_tru"):
        read_survey(path, instruments="customer_tru")
    with pytest.raises(UsageError, match="'tru1' occurs twice"):
        read_survey(path, instruments=["customer_trust", "customer_trust"])


def test_answers_on_a_shorter_scale_are_pointed_out(write, trust7, answers):
    survey = read_survey(write(CODES, answers), instruments=trust7)
    assert next(entry for entry in survey.log if entry.step == "short_scale").count == 4


def test_paradata_apart(write, trust5, answers):
    header = ["Duration (in seconds)", *CODES, "att1", "rain1", "Q_x"]
    rows = [[60 + k, *row, 4 if k else 2, row[0], "a" if k % 2 else "b"] for k, row in enumerate(answers)]
    book = Codebook(attention={"att1": 4.0}, marker=("rain1",))
    survey = read_survey(write(header, rows), instruments=trust5, codebook=book)
    assert list(survey.paradata) == ["Duration (in seconds)", "att1", "rain1"]
    assert survey.codebook.duration == "Duration (in seconds)"
    assert survey.paradata.loc[1].tolist() == [60.0, 2.0, answers[0][0]]
    assert list(survey.demographics) == ["Q_x"]


def test_paradata_in_words_and_clock_times(write, trust5, answers):
    rows = [[*row, "Setuju" if k else "Netral", f"0{k % 5}:30"] for k, row in enumerate(answers)]
    book = Codebook(attention={"att1": 4.0}, duration="lama")
    survey = read_survey(write([*CODES, "att1", "lama"], rows), instruments=trust5, codebook=book)
    assert survey.paradata["att1"].tolist()[:2] == [3.0, 4.0]
    assert survey.paradata["lama"].tolist()[:2] == [30.0, 90.0]
    rows[4][4] = "mungkin"
    with pytest.raises(
        SurveyError, match="'att1' must hold numbers or answers of the scale, but row 5 holds 'mungkin'"
    ):
        read_survey(write([*CODES, "att1", "lama"], rows), instruments=trust5, codebook=book)


def test_items_stand_in_the_order_of_the_file(write, trust5, answers):
    survey = read_survey(write(CODES[::-1], answers), instruments=trust5)
    assert list(survey.data) == list(survey.answers) == CODES[::-1]
    assert survey.codebook.order == ()


def test_items_nobody_asked_for_are_no_demographics(write, trust5, answers):
    header = [*CODES, "t01", "t02", "t03", "q1", "q2", "q3", "tru1", "feeling"]
    words = ["Setuju", "Netral", "Tidak setuju"]
    rows = [[*row, *row[:3], k % 2, k % 3, k % 5, row[0], words[k % 3]] for k, row in enumerate(answers)]
    path = write(header, rows)
    survey = read_survey(path, instruments=trust5)
    assert list(survey.demographics) == ["q1", "q2", "q3"]
    assert steps(survey)["other_items"] == 5
    wanted = read_survey(path, instruments=trust5, demographics=["T01", "q1"])
    assert list(wanted.demographics) == ["T01", "q1", "q2", "q3"]
    with pytest.raises(SurveyError, match="The analysis names the column 'umur'"):
        read_survey(path, instruments=trust5, demographics=["umur"])


def test_a_panel_export_with_terminated_rows(write, poles):
    header = ["term", "Q_TotalDuration", "sd1", "sd2", "sd3", "sd4"]
    texts = ["term", "Q_TotalDuration", *[f"PII-{item.text.en.replace(' – ', ':')}" for item in poles.items]]
    done = [["NA", 60 + k, k % 7 + 1, (3 * k) % 7 + 1, (k * k) % 7 + 1, (2 * k) % 5 + 1] for k in range(15)]
    left = [["attention", 30, 1, 2, "NA", "NA"], ["otherCity", 12, "NA", "NA", "NA", "NA"]]
    survey = read_survey(
        write(header, [texts, left[0], *done, left[1]]),
        instruments=poles,
        codebook=Codebook(exclude={"term": ("not missing",)}),
    )
    assert steps(survey)["header"] == 1 and steps(survey)["exclude"] == 2
    assert survey.data.index.tolist() == list(range(2, 17)) and survey.n_read == 17
    assert list(survey.paradata) == ["Q_TotalDuration"] and survey.demographics.empty
    np.testing.assert_array_equal(survey.data["sd2"], 8 - survey.answers["sd2"])


def test_items_beside_a_model_are_no_demographics_of_the_shelf_or_not(write, answers):
    rows = [[*row, *row[:2], "Budi" if k % 2 else "Ani"] for k, row in enumerate(answers)]
    path = write(["x1", "x2", "x3", "x4", "tru1", "tru2", "kelas"], rows)
    survey = read_survey(path, columns=["x1", "x2"])
    assert list(survey.demographics) == ["kelas"]
    assert [e.count for e in survey.log if e.step == "other_items"] == [4]
    asked = read_survey(path, columns=["x1", "x2"], demographics=["x3"])
    assert list(asked.demographics) == ["x3", "kelas"]


@pytest.mark.parametrize(
    ("header", "cells", "reason"),
    [
        ("kota", ["Malang"] * 20, "must hold two different values or more"),
        ("Email Address", [f"a{k}@contoh.id" for k in range(20)], "tells who answered or when"),
        ("Timestamp", [f"2024-03-{k + 1:02d} 10:00:00" for k in range(20)], "tells who answered or when"),
    ],
)
def test_a_column_the_analysis_needs_is_not_left_out_in_silence(write, answers, header, cells, reason):
    path = write(["x1", "x2", "x3", "x4", header], [[*row, cell] for row, cell in zip(answers, cells, strict=True)])
    with pytest.raises(SurveyError, match=reason):
        read_survey(path, columns=["x1", "x2"], demographics=[header])
