"""Every lesson of the shelf: complete in both languages, with examples, exercises and keys that fit together."""

from __future__ import annotations

import re
import shlex
from string import Formatter

import click
import pytest

from cocsem.cli import group
from cocsem.instrument.load import load_instrument
from cocsem.lesson.analyses import ANALYSES
from cocsem.lesson.index_shelf import load_indices
from cocsem.lesson.lesson_shelf import lesson_from, list_lessons, load_lesson
from cocsem.lesson.plants import PLANTS, plant
from cocsem.question import item_blocks
from cocsem.references import load_references
from cocsem.shelf import read_toml, shelf
from cocsem.survey.codebook import read_codebook
from cocsem.survey.read import read_survey
from cocsem.survey.shelf_data import dataset_codebook, dataset_path

LESSONS = list_lessons()


def gaps(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def texts(lesson):
    exercise = lesson.exercise
    yield from (
        lesson.title,
        lesson.aim,
        lesson.text,
        lesson.example.before,
        lesson.example.after,
        exercise.task,
        exercise.found,
    )
    yield from (*exercise.questions, *exercise.points, *exercise.planted.values())


def test_the_lessons_are_numbered_and_use_every_plant_and_analysis():
    assert [load_lesson(code).place for code in LESSONS] == list(range(1, len(LESSONS) + 1)) and len(LESSONS) >= 6
    assert sorted(load_lesson(code).exercise.plant for code in LESSONS) == sorted(PLANTS)
    assert {load_lesson(code).example.work.analysis for code in LESSONS} == set(ANALYSES)


@pytest.mark.parametrize("code", LESSONS)
def test_both_languages_are_there_and_have_the_same_gaps(code):
    for text in texts(load_lesson(code)):
        assert len(text.en) > 3 and len(text.id) > 3 and text.en != text.id
        assert gaps(text.en) == gaps(text.id), text
        assert text.en.count("\n\n") == text.id.count("\n\n")


@pytest.mark.parametrize("code", LESSONS)
def test_what_a_lesson_names_is_there(code):
    lesson = load_lesson(code)
    assert lesson.references and set(lesson.references) <= set(load_references())
    assert lesson.indices and set(lesson.indices) <= set(load_indices())
    assert len(lesson.exercise.questions) >= 3 and len(lesson.exercise.points) >= 3
    book = read_codebook(dataset_codebook(lesson.example.dataset))
    assert book.simulated
    survey = read_survey(dataset_path(lesson.example.dataset), codebook=book)
    assert not lesson.example.work.model or item_blocks(lesson.example.work.model, survey.data)


@pytest.mark.parametrize("code", LESSONS)
def test_the_sentences_of_the_key_are_filled_by_what_is_planted(code):
    exercise = load_lesson(code).exercise
    made = [plant(exercise.plant, seed) for seed in range(30)]
    assert {one.variant for one in made} == set(exercise.planted)
    for one in made:
        assert gaps(exercise.planted[one.variant].en) <= set(one.facts)
    items = {item.code for factor in made[0].factors for name in _instruments(made[0]) for item in _items(name, factor)}
    named = set(re.findall(r"\b[a-z]+\d\b", exercise.work.model))
    assert named == items


def _instruments(made):
    from cocsem.lesson.constructs import instruments_of

    return instruments_of(made.factors)


def _items(name, factor):
    return [item for d in load_instrument(name).dimensions if d.code == factor for item in d.items]


@pytest.mark.parametrize("code", LESSONS)
def test_the_commands_of_an_exercise_exist_with_their_options(code):
    names = {"file": "f.csv", "book": "b.toml", "model": "m.txt", "instruments": "--instrument customer_trust"}
    for line in load_lesson(code).exercise.commands:
        words = shlex.split(line.format(**names))
        assert words[:3] == ["python", "-m", "cocsem"]
        command = group.get_command(click.Context(group), words[3])
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= known, line


def test_a_lesson_that_is_wrong_says_where(tmp_path):
    entry = read_toml(shelf("lessons") / "fit.toml")
    path = tmp_path / "mine.toml"
    assert lesson_from(entry, path).code == "mine"
    for broken, said in (
        ({"exercise": entry["exercise"] | {"plant": "weeds"}}, r"\[exercise\] plant must be one of careless"),
        ({"exercise": entry["exercise"] | {"work": {"analysis": "magic"}}}, r"\[exercise\] analysis must be one of"),
        ({"example": {}}, r"\[example\] and \[example.work\] must be there"),
        ({"aim": {"en": "only"}}, "mine.toml: aim must be written"),
    ):
        with pytest.raises(Exception, match=said):
            lesson_from(entry | broken, path)
