"""`lessons`: list, show, exercise, answers."""

from __future__ import annotations

import re
import shlex

import pytest

from cocsem.lesson import list_lessons, load_lesson


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_lessons_are_listed_with_their_titles(cocsem, lang):
    done = cocsem("lessons", "list", "--lang", lang)
    assert done.code == 0
    assert [line.split()[0] for line in done.out.splitlines() if not line.startswith(" ")] == list(list_lessons())
    assert all(load_lesson(code).title[lang] in " ".join(done.out.split()) for code in list_lessons())


def test_a_lesson_is_shown(cocsem):
    done = cocsem("lessons", "show", "paths", "--lang", "id")
    assert done.code == 0 and "Model tandingan" in done.out and "python -m cocsem lessons exercise paths" in done.out


def test_an_exercise_is_written_for_several_students_and_its_key_printed(cocsem, tmp_path):
    done = cocsem("lessons", "exercise", "fit", "--seed", "7", "--seed", "8", "--out", tmp_path / "class")
    assert done.code == 0 and len(done.out.splitlines()) == 8
    assert len(list((tmp_path / "class").iterdir())) == 8
    key = cocsem("lessons", "answers", "fit", "--seed", "7", "--seed", "8")
    assert key.code == 0 and key.out.count("What was planted") == 2
    brief = cocsem("lessons", "answers", "fit", "--seed", "7", "--seed", "8", "--brief")
    assert brief.out.count("What was planted") == 2 and len(brief.out) < len(key.out) / 2
    again = cocsem("lessons", "exercise", "fit", "--seed", "7", "--out", tmp_path / "class", "--lang", "id")
    assert again.code == 2 and "tidak boleh sudah ada" in again.err


def test_refusals(cocsem):
    assert "Did you mean 'fit'?" in cocsem("lessons", "show", "fits").err
    done = cocsem("lessons", "answers", "fits", "--lang", "id")
    assert done.code == 2 and "Apakah maksud Anda 'fit'?" in done.err
    assert cocsem("lessons", "answers", "fit", "--seed", "-3").code == 2
    assert cocsem("lessons", "answers", "fit", "--seed", "three").code == 2


@pytest.mark.slow
@pytest.mark.parametrize("code", list_lessons())
def test_the_commands_on_the_sheet_run_on_the_files(cocsem, tmp_path, monkeypatch, code):
    monkeypatch.chdir(tmp_path)
    cocsem("lessons", "exercise", code, "--seed", "3")
    for line in re.findall(
        r"^    (python -m cocsem .*)$", (tmp_path / f"{code}_3.md").read_text(encoding="utf-8"), re.M
    ):
        done = cocsem(*shlex.split(line)[3:])
        assert done.code == 0, (line, done.err)
