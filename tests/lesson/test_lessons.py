"""A lesson computes its numbers when it is shown; an exercise comes from a number alone, and its key knows what was planted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.lesson import answer_key, lesson_page, list_lessons, load_lesson, write_exercise
from cocsem.lesson.exercise import seed_of, survey_of
from cocsem.lesson.plants import PLANTS, plant
from cocsem.report.show import show_html
from cocsem.simulation.survey_file import csv_bytes
from cocsem.survey.read import read_survey
from cocsem.survey.shelf_data import dataset_codebook, dataset_path

LESSONS = list_lessons()


@pytest.fixture(scope="module")
def creative():
    return read_survey(dataset_path("creative_industry"), codebook=dataset_codebook("creative_industry"))


@pytest.mark.parametrize("code", LESSONS)
def test_a_lesson_shows_itself_in_both_languages_within_80_columns(code):
    page = lesson_page(load_lesson(code))
    for lang, word in (("en", "simulated"), ("id", "simulasi")):
        lines = page.summary(lang).splitlines()
        assert max(map(len, lines)) <= 80 and any(word in line for line in lines)
        assert not any(mark in line for line in lines for mark in ("{", "}", "Text(", "**"))
        assert page.lesson.title[lang].split()[0] in lines[0]
    assert "<pre>" in show_html(page)


def test_the_numbers_of_an_example_are_those_of_the_verbs(creative):
    facts = lesson_page(load_lesson("reliability")).finding.facts
    fit = cocsem.cfa(load_lesson("reliability").example.work.model, creative)
    loadings = fit.estimates.query("op == '=~'").set_index("rhs")["std_all"]
    assert facts["weakest"] == loadings.idxmin() and facts["weakest_loading"].en == f"{loadings.min():.2f}".lstrip("0")
    facts = lesson_page(load_lesson("fit")).finding.facts
    fit = cocsem.cfa(load_lesson("fit").example.work.model, creative)
    assert facts["chisq"].en == f"{fit.fit_measures['chisq']:.3f}" and facts["df"] == fit.fit_measures["df"]
    facts = lesson_page(load_lesson("paths")).finding.facts
    assert (facts["chisq"], facts["df"]) == (facts["chisq_back"], facts["df_back"])
    found = lesson_page(load_lesson("invariance")).finding.marks
    assert found["items"] == ["loya2"]


@pytest.mark.parametrize("name", list(PLANTS))
def test_the_same_number_makes_the_same_answers(name):
    again = [csv_bytes(plant(name, seed).columns) for seed in (5, 5, 6)]
    assert again[0] == again[1] != again[2]


def test_a_word_of_the_lecturers_changes_the_answers(tmp_path):
    lesson = load_lesson("validity")
    write_exercise(lesson, 5, tmp_path / "a")
    write_exercise(lesson, 5, tmp_path / "b", word="durian")
    assert (tmp_path / "a/validity_5.csv").read_bytes() != (tmp_path / "b/validity_5.csv").read_bytes()
    assert answer_key(lesson, 5, word="durian").agrees
    assert seed_of(5) == 5 != seed_of(5, "durian")


@pytest.mark.parametrize("code", LESSONS)
@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_files_of_a_student_are_read_and_do_not_tell_the_answer(tmp_path, code, lang):
    lesson = load_lesson(code)
    made = plant(lesson.exercise.plant, 12)
    paths = write_exercise(lesson, 12, tmp_path, lang=lang)
    assert [path.name for path in paths] == [
        f"{code}_12{end}" for end in (".csv", "_codebook.toml", "_model.txt", ".md")
    ]
    survey = read_survey(paths[0], codebook=paths[1])
    assert survey.codebook.simulated and len(survey.data) == len(next(iter(made.columns.values())))
    assert survey.data.equals(survey_of(lesson, 12, made).data)
    sheet = paths[3].read_text(encoding="utf-8")
    assert ("Simulated data" if lang == "en" else "Data simulasi") in sheet
    assert all(item.text[lang] in sheet for one in survey.instruments for item in one.items if item.code in survey.data)
    key = answer_key(lesson, 12)
    others = [f"\n{path.read_text(encoding='utf-8')}" for path in paths[1:]]
    assert not any(
        key.planted[tongue] in text or key.found[tongue] in text for text in others for tongue in ("en", "id")
    )
    assert other_file(lesson, tmp_path) == others[:2]


def other_file(lesson, folder):
    """Codebook and model of another student, whose truth may be another: the same but for the number."""
    paths = write_exercise(lesson, 13, folder / "other")
    return [f"\n{path.read_text(encoding='utf-8')}".replace("13", "12") for path in paths[1:3]]


@pytest.mark.parametrize("code", LESSONS)
def test_the_key_finds_what_was_planted_and_says_so(code):
    keys = [answer_key(load_lesson(code), number) for number in (1, 2, 3, 4)]
    assert sum(key.agrees for key in keys) >= 3
    for key in keys:
        for lang in ("en", "id"):
            lines = key.summary(lang).splitlines()
            assert max(map(len, lines)) <= 80 and not any("{" in line or "Text(" in line for line in lines)
            assert key.planted[lang].split()[0] in key.summary(lang)
    words = ["finds what was planted" if key.agrees else "does not find exactly" for key in keys]
    assert all(word in " ".join(key.summary().split()) for word, key in zip(words, keys, strict=True))


def test_a_key_says_where_chance_hides_the_truth():
    key = answer_key(load_lesson("missing"), 1081)
    assert not key.agrees and "chance" in key.summary() and "kebetulan" in key.summary("id")


@pytest.mark.slow
@pytest.mark.parametrize("code", LESSONS)
def test_the_key_finds_what_was_planted_for_most_students(code):
    agrees = [answer_key(load_lesson(code), number).agrees for number in range(1000, 1025)]
    assert np.mean(agrees) >= 0.8


def test_careless_rows_are_as_the_key_says():
    made = plant("careless", 9)
    frame = pd.DataFrame(dict(made.columns))
    items = frame.drop(columns=["att1", "duration_seconds"])
    straight = [row + 1 for row in items.index[items.nunique(axis=1) == 1]]
    assert 4 <= len(straight) <= 5 and set(straight) <= set(made.truth["rows"]) and len(made.truth["rows"]) == 9
    rows = [row - 1 for row in made.truth["rows"]]
    assert frame.loc[rows, "duration_seconds"].max() < frame.drop(index=rows)["duration_seconds"].min()
    rest = items.drop(index=rows)[["tru1", "tru2", "tru3", "tru4"]].corr()[made.truth["item"]].drop(made.truth["item"])
    assert (rest < -0.4).all()


def test_answers_are_missing_where_the_key_says():
    made = next(one for one in (plant("missing", seed) for seed in range(20)) if one.variant == "dependent")
    frame = pd.DataFrame(dict(made.columns)).astype(float)
    satisfied = frame[["sat1", "sat2", "sat3"]].mean(axis=1)
    gone = frame["wom1"].isna()
    assert satisfied[gone].mean() < satisfied[~gone].mean() - 0.5
    assert frame[["wom1", "wom2", "wom3"]].mean().mean() > made.truth["mean"] + 0.05


def test_full_information_repairs_what_leaving_out_rows_spoils():
    lesson = load_lesson("missing")
    away = []
    for seed in range(20):
        made = plant("missing", seed)
        if made.variant == "dependent":
            marks = answer_key(lesson, seed).finding.marks
            away.append((marks["listwise"] - made.truth["mean"], marks["fiml"] - made.truth["mean"]))
    listwise, fiml = np.array(away).mean(axis=0)
    assert listwise > 0.1 and abs(fiml) < 0.04


def test_what_cannot_be_used_is_refused(tmp_path):
    with pytest.raises(cocsem.CocsemError, match=r"There is no lesson 'fits'. Did you mean 'fit'\?"):
        load_lesson("fits")
    with pytest.raises(cocsem.CocsemError, match="The shelf holds factors, fit"):
        load_lesson("zzzz")
    with pytest.raises(cocsem.CocsemError, match="0 or above"):
        answer_key(load_lesson("fit"), -1)
    write_exercise(load_lesson("paths"), 1, tmp_path)
    with pytest.raises(cocsem.CocsemError, match="must not exist yet"):
        write_exercise(load_lesson("paths"), 1, tmp_path)
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(cocsem.CocsemError, match="cannot be written"):
        write_exercise(load_lesson("paths"), 2, tmp_path / "file")
