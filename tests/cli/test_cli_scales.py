"""The verbs before and after the survey: content, pilot, screen, retest."""

import json

import pandas as pd

from cocsem.survey.shelf_data import dataset_path


def _ratings(folder, rows):
    path = folder / "ratings.csv"
    path.write_text("butir,skala,ahli1,ahli2,ahli3\n" + rows, encoding="utf-8")
    return path


def test_content_reads_items_experts_and_scales(cocsem, tmp_path):
    path = _ratings(tmp_path, "tru1,TRU,4,4,3\ntru2,TRU,4,3,4\nwom1,WOM,2,3,4\n")
    done = cocsem("content", path, "--lang", "id", "--out", tmp_path / "out")
    assert done.code == 0 and "Validitas isi" in done.out and "V Aiken" in done.out
    assert (tmp_path / "out" / "report.html").is_file()
    found = json.loads(cocsem("content", path, "--json").out)["content_validity"]
    assert [row["i_cvi"] for row in found["tables"]["content_items"]] == [1.0, 1.0, 2 / 3]


def test_content_says_what_is_wrong_with_a_file(cocsem, tmp_path):
    done = cocsem("content", _ratings(tmp_path, "a,T,4,9,3\nb,T,4,3,4\n"))
    assert done.code == 2 and "ahli2 gave 'a' the rating 9" in done.err
    done = cocsem("content", _ratings(tmp_path, "a,T,4,ya,3\nb,T,4,3,4\n"))
    assert done.code == 2 and "holds text" in done.err
    done = cocsem("content", _ratings(tmp_path, "a,T,4,3,3\na,T,4,3,4\n"))
    assert done.code == 2 and "stands in several" in done.err


def test_pilot_prints_the_r_table(cocsem, desk, tmp_path):
    head = tmp_path / "pilot.csv"
    pd.read_csv(desk / "answers.csv").head(30).to_csv(head, index=False)
    done = cocsem("pilot", head, "--instrument", "customer_trust", "--lang", "id")
    assert done.code == 0 and "r tabel" in done.out and "tru4" in done.out and "Uji coba" in done.out


def test_screen_drops_nobody_and_compares_early_with_late(cocsem):
    done = cocsem("screen", "service_logic")
    assert done.code == 0 and "Early against late" in done.out and "Data screening" in done.out
    assert cocsem("screen", "service_logic", "--share", "0.9").code == 2


def test_retest_of_two_files(cocsem, tmp_path):
    table = pd.read_csv(dataset_path("creative_industry")).head(60)
    table.insert(0, "respondent", [f"p{i}" for i in range(60)])
    one, two = tmp_path / "one.csv", tmp_path / "two.csv"
    table.to_csv(one, index=False)
    table.iloc[::-1].to_csv(two, index=False)
    done = cocsem("retest", one, two, "--person", "respondent", "--instrument", "customer_trust")
    assert done.code == 0 and "ICC" in done.out and "1.000" in done.out
    assert cocsem("retest", one, two, "--person", "nobody", "--instrument", "customer_trust").code == 2


def test_instruments_of_the_codebook_are_those_to_validate(cocsem, desk, tmp_path):
    book = tmp_path / "book.toml"
    book.write_text('instruments = ["customer_trust", "word_of_mouth"]\n', encoding="utf-8")
    done = cocsem("validate", desk / "answers.csv", "--codebook", book)
    assert done.code == 0 and "TRU" in done.out and "WOM" in done.out


def test_what_a_file_would_allow_is_said_wholly_in_indonesian(cocsem, desk, tmp_path):
    few = tmp_path / "few.csv"
    pd.read_csv(desk / "answers.csv")[["tru1", "tru2", "tru3", "tru4"]].to_csv(few, index=False)
    done = cocsem("validate", few, "--lang", "id")
    assert done.code == 2 and "`python -m cocsem validate few.csv --instrument customer_trust`" in done.err
    assert "gunakan --model BERKAS" in done.err and "use --model" not in done.err
