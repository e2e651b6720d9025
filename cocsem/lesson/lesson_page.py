"""A lesson with its example worked, and the key of an exercise, as text for the terminal and the notebook."""

from __future__ import annotations

from collections.abc import Iterator

from cocsem.assessment.wording import fill
from cocsem.language import Text
from cocsem.lesson.analyses import analyse
from cocsem.lesson.types import AnswerKey, Finding, Lesson, LessonPage
from cocsem.references import apa
from cocsem.report.numbers import localize
from cocsem.report.prose.sentences import say
from cocsem.report.render.page import plain_page
from cocsem.report.render.plain import draw_table, wrap
from cocsem.report.show import show
from cocsem.report.tables import print_table
from cocsem.survey.codebook import read_codebook
from cocsem.survey.read import read_survey
from cocsem.survey.shelf_data import dataset_codebook, dataset_path

_AIM = Text("Aim: {aim}", "Tujuan: {aim}")
_EXAMPLE = Text("Worked example: {title}", "Contoh: {title}")
_READING = Text("What the numbers say", "Apa yang dikatakan angkanya")
_LOOK_UP = Text("Look up", "Untuk dibaca lebih lanjut")
_EXERCISE = Text("Exercise", "Latihan")
_HOW = Text(
    "Every student gets a file of their own, made from a number; the key comes from the same number.",
    "Setiap mahasiswa mendapat berkasnya sendiri yang dibuat dari sebuah nomor; kuncinya berasal dari nomor yang sama.",
)
_VERBS = ("exercise", "answers")
_REFERENCES = Text("References", "Daftar pustaka")
_KEY = Text("Key of exercise {number}: {title}", "Kunci latihan {number}: {title}")
_PLANTED = Text("What was planted", "Apa yang ditanam")
_FOUND = Text("What the program finds", "Apa yang ditemukan program")
_AGREES = Text("The program finds what was planted.", "Program menemukan apa yang ditanam.")
_DIFFERS = Text(
    "In this sample the program does not find exactly what was planted: chance hides a part of it or adds something. Read the answer of this "
    "student by its reasons.",
    "Pada sampel ini program tidak menemukan persis apa yang ditanam: kebetulan menyembunyikan sebagian atau menambahkan sesuatu. Nilailah "
    "jawaban mahasiswa ini menurut alasannya.",
)
_POINTS = Text("What a good answer holds", "Apa yang ada dalam jawaban yang baik")


def lesson_page(lesson: Lesson) -> LessonPage:
    """Work the example of a lesson and return the whole page.

    >>> from cocsem.lesson.lesson_shelf import load_lesson
    >>> page = lesson_page(load_lesson("validity"))
    >>> page.finding.facts["pair"]
    'TRU ~~ SAT'
    """
    example = lesson.example
    survey = read_survey(dataset_path(example.dataset), codebook=dataset_codebook(example.dataset))
    finding = analyse(example.work.analysis, survey, example.work)
    return LessonPage(lesson, finding, example.before, fill(example.after, finding.facts))


@show.register
def show_lesson(value: LessonPage, lang: str = "en") -> str:
    """Return a lesson as text of at most 80 columns."""
    return "\n".join(_lesson_lines(value, lang))


@show.register
def show_key(value: AnswerKey, lang: str = "en") -> str:
    """Return the key of an exercise as text of at most 80 columns."""
    return "\n".join(_key_lines(value, lang))


def brief_key(value: AnswerKey, lang: str = "en") -> str:
    """Return what was planted and what was found, without the tables."""
    return "\n".join(_summary_lines(value, lang))


def _lesson_lines(page: LessonPage, lang: str) -> Iterator[str]:
    lesson, example = page.lesson, page.lesson.example
    yield from _heading(lesson.title[lang], "=")
    yield from wrap(_AIM[lang].format(aim=lesson.aim[lang]))
    yield from ("", plain_page(lesson.text[lang]))
    book = read_codebook(dataset_codebook(example.dataset))
    title = book.title[lang] if book.title else example.dataset
    yield from ("", *_heading(_EXAMPLE[lang].format(title=title), "-"))
    if book.simulated:
        yield from wrap(say("simulated")[lang])
    yield from ("", *wrap(page.before[lang]))
    model = example.work.model.strip().splitlines()
    yield from ("", *(f"  {line}" for line in model)) if model else ()
    yield from _finding_lines(page.finding, lang)
    yield from ("", *_heading(_READING[lang], "-"), *_plain(page.after[lang]))
    yield from ("", *_heading(_LOOK_UP[lang], "-"))
    more = " --lang id" if lang == "id" else ""
    yield f"  python -m cocsem datasets show {example.dataset}{more}"
    yield from (f"  python -m cocsem explain {key} {example.dataset}{more}" for key in lesson.indices)
    yield from ("", *_heading(_EXERCISE[lang], "-"), *wrap(_HOW[lang]), "")
    yield from (f"  python -m cocsem lessons {verb} {lesson.code} --seed 1{more}" for verb in _VERBS)
    yield from ("", *_heading(_REFERENCES[lang], "-"))
    yield from (line for key in lesson.references for line in wrap(apa(key, lang=lang), indent="  "))


def _key_lines(key: AnswerKey, lang: str) -> Iterator[str]:
    yield from _summary_lines(key, lang)
    yield from _finding_lines(key.finding, lang)
    yield from ("", *_heading(_POINTS[lang], "-"))
    yield from (line for point in key.lesson.exercise.points for line in _point(point[lang]))


def _summary_lines(key: AnswerKey, lang: str) -> Iterator[str]:
    yield from _heading(_KEY[lang].format(title=key.lesson.title[lang], number=key.number), "=")
    yield from ("", *_heading(_PLANTED[lang], "-"), *wrap(key.planted[lang]))
    yield from ("", *_heading(_FOUND[lang], "-"), *wrap(key.found[lang]))
    yield from ("", *wrap((_AGREES if key.agrees else _DIFFERS)[lang]))


def _finding_lines(finding: Finding, lang: str) -> Iterator[str]:
    for table in finding.tables:
        yield from ("", table.title[lang], draw_table(print_table(table, lang)))
    for paragraph in finding.text:
        yield from ("", *wrap(localize(paragraph[lang], lang)))


def _heading(text: str, rule: str) -> Iterator[str]:
    yield from (*wrap(text), rule * min(len(text), 80))


def _plain(text: str) -> list[str]:
    return plain_page(text).splitlines()


def _point(text: str) -> Iterator[str]:
    first, *rest = wrap(text, indent="  ")
    yield from (f"- {first.strip()}", *rest)
