"""The sheet that a student is given: the task, the files, the questions and the items; nothing that tells the answer."""

from __future__ import annotations

from collections.abc import Iterator

from cocsem.assessment.wording import fill
from cocsem.instrument.load import load_instrument
from cocsem.language import Text
from cocsem.lesson.constructs import instruments_of
from cocsem.lesson.plants import ATTENTION, RIGHT, SECONDS, Planted
from cocsem.lesson.types import Lesson

_HEAD = Text("Exercise {number}: {title}", "Latihan {number}: {title}")
_SIMULATED = Text(
    "**Simulated data.** The people of this file do not exist; something was planted in their answers, and it is yours to find.",
    "**Data simulasi.** Orang-orang dalam berkas ini tidak ada; ada sesuatu yang ditanam dalam jawaban mereka, dan tugas Anda menemukannya.",
)
_HEADS = {
    "task": Text("Task", "Tugas"),
    "files": Text("Files", "Berkas"),
    "questions": Text("Questions", "Pertanyaan"),
    "commands": Text("Commands that help", "Perintah yang membantu"),
    "items": Text("What was asked", "Apa yang ditanyakan"),
}
_FILES = (
    (".csv", Text("the answers, as they were ticked", "jawaban, sebagaimana dicentang")),
    ("_codebook.toml", Text("what the columns are", "keterangan kolom")),
    ("_model.txt", Text("which item belongs to which construct", "butir mana milik konstruk mana")),
)
_ITEM = Text("| item | statement | scored |", "| butir | pernyataan | penskoran |")
_TURNED, _AS_IS = Text("reversed", "dibalik"), Text("as ticked", "apa adanya")
_ANCHORS = Text("Answers: {anchors}.", "Jawaban: {anchors}.")
_ATTENTION = Text(
    "`{name}` asks to tick {right}; the program compares.",
    "`{name}` meminta mencentang {right}; program membandingkannya.",
)
_SECONDS = Text("`{name}` holds the seconds taken.", "`{name}` memuat lama pengisian dalam detik.")
_GENDER = Text("`gender` holds female or male.", "`gender` berisi female (perempuan) atau male (laki-laki).")


def question_sheet(lesson: Lesson, number: int, made: Planted, lang: str) -> str:
    """Write the sheet of questions as Markdown.

    >>> from cocsem.lesson.lesson_shelf import load_lesson
    >>> from cocsem.lesson.plants import plant
    >>> print(question_sheet(load_lesson("fit"), 7, plant("misfit", 7), "en").splitlines()[0])
    # Exercise 7: Does the model fit? Chi-square, CFI, RMSEA, SRMR
    """
    return "\n".join(_lines(lesson, number, made, lang)) + "\n"


def _lines(lesson: Lesson, number: int, made: Planted, lang: str) -> Iterator[str]:
    exercise, stem = lesson.exercise, f"{lesson.code}_{number}"
    counts = {"n": len(next(iter(made.columns.values()))), "items": sum(name in made.columns for name in made.order)}
    yield f"# {_HEAD[lang].format(title=lesson.title[lang], number=number)}"
    yield from ("", _SIMULATED[lang], "", f"## {_HEADS['task'][lang]}", "")
    yield fill(exercise.task, counts | {"items": counts["items"] - (ATTENTION in made.columns)})[lang]
    yield from ("", f"## {_HEADS['files'][lang]}", "")
    yield from (f"- `{stem}{ending}`: {what[lang]}" for ending, what in _FILES)
    yield from ("", f"## {_HEADS['questions'][lang]}", "")
    yield from (f"{place}. {question[lang]}" for place, question in enumerate(exercise.questions, 1))
    yield from ("", f"## {_HEADS['commands'][lang]}", "")
    yield from (f"    {_command(command, stem, made, lang)}" for command in exercise.commands)
    yield from ("", f"## {_HEADS['items'][lang]}", "")
    yield from _items(made, lang)


def _command(command: str, stem: str, made: Planted, lang: str) -> str:
    instruments = " ".join(f"--instrument {code}" for code in instruments_of(made.factors))
    names = {"file": f"{stem}.csv", "book": f"{stem}_codebook.toml", "model": f"{stem}_model.txt"}
    return command.format(instruments=instruments, **names) + (f" --lang {lang}" if lang != "en" else "")


def _items(made: Planted, lang: str) -> Iterator[str]:
    dimensions = [d for code in instruments_of(made.factors) for d in load_instrument(code).dimensions]
    asked = [item for d in dimensions for item in d.items if item.code in made.columns]
    yield from (_ITEM[lang], "|---|---|---|")
    for item in asked:
        yield f"| {item.code} | {item.text[lang]} | {(_TURNED if item.reverse else _AS_IS)[lang]} |"
    for scale in dict.fromkeys(item.scale for item in asked):
        anchors = "; ".join(f"{anchor.value} = {anchor.text[lang]}" for anchor in scale.anchors)
        yield from ("", _ANCHORS[lang].format(anchors=anchors)) if anchors else ()
    if ATTENTION in made.columns:
        yield from ("", _ATTENTION[lang].format(name=ATTENTION, right=RIGHT))
    if SECONDS in made.columns:
        yield from ("", _SECONDS[lang].format(name=SECONDS))
    if "gender" in made.columns:
        yield from ("", _GENDER[lang])
