"""What a run says on its way: its steps in the language of the report, and what to do when nothing was asked."""

import pytest

from cocsem.errors import UsageError
from cocsem.study import run_study
from cocsem.survey.shelf_data import dataset_path


def test_the_steps_speak_the_language_of_the_report() -> None:
    steps: list[str] = []
    with pytest.raises(UsageError):
        run_study(dataset_path("creative_industry"), lang="id", progress=steps.append)
    assert steps == ["Membaca survei"]


def test_an_unknown_language_is_refused_before_anything_is_read() -> None:
    with pytest.raises(UsageError, match="lang must be one of en, id"):
        run_study("no such file", lang="fr")


def test_a_file_without_a_theory_gets_the_line_to_type(tmp_path) -> None:
    rows = [
        "tru1,tru2,tru3,tru4",
        *(f"{k % 7 + 1},{(k + 2) % 7 + 1},{k * k % 7 + 1},{(k + 4) % 7 + 1}" for k in range(20)),
    ]
    path = tmp_path / "answers.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    with pytest.raises(UsageError, match=r"validate answers\.csv --instrument customer_trust"):
        run_study(path)


def test_a_file_with_no_known_item_says_where_to_look(tmp_path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("\n".join(["a,b", *(f"{k},{k * 2}" for k in range(20))]), encoding="utf-8")
    with pytest.raises(UsageError, match="instruments list"):
        run_study(path)
