"""An exercise for one student: the file, its codebook and the sheet of questions; and the key, from the same number."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from cocsem.assessment.wording import fill
from cocsem.chance import generator
from cocsem.errors import UsageError
from cocsem.language import LANGUAGES, Text
from cocsem.lesson.analyses import analyse
from cocsem.lesson.constructs import GENDER, instruments_of
from cocsem.lesson.plants import ATTENTION, GENDER_NAMES, RIGHT, SECONDS, Planted, plant
from cocsem.lesson.question_sheet import question_sheet
from cocsem.lesson.types import AnswerKey, Finding, Lesson
from cocsem.simulation.survey_file import csv_bytes
from cocsem.survey.read import read_survey
from cocsem.survey.types import Survey

_TITLE = Text("Exercise {number} (simulated): {title}", "Latihan {number} (simulasi): {title}")


def answer_key(lesson: Lesson, number: int, *, word: str = "") -> AnswerKey:
    """Return the key of an exercise: what was planted, what the program finds in the student's file, and whether the two agree.

    Parameters
    ----------
    lesson : the lesson. number : of the student, 0 or above. word : of the lecturer, where the file was made with one.

    >>> from cocsem.lesson.lesson_shelf import load_lesson
    >>> key = answer_key(load_lesson("validity"), 7)
    >>> key.agrees, "HTMT" in key.found.en
    (True, True)
    """
    made = plant(lesson.exercise.plant, seed_of(number, word))
    finding = analyse(lesson.exercise.work.analysis, survey_of(lesson, number, made), lesson.exercise.work)
    return AnswerKey(
        lesson=lesson,
        number=number,
        planted=fill(lesson.exercise.planted[made.variant], made.facts),
        found=fill(lesson.exercise.found, finding.facts),
        finding=finding,
        agrees=_AGREES[lesson.exercise.plant](made, finding),
    )


def write_exercise(
    lesson: Lesson, number: int, folder: str | Path, *, lang: str = "en", word: str = ""
) -> tuple[Path, ...]:
    """Write the answers (csv), their codebook (TOML), the model, and the sheet of questions (Markdown); nothing tells the answer.

    Raises
    ------
    UsageError : a file of this name is there already, or the folder cannot be written.
    """
    made = plant(lesson.exercise.plant, seed_of(number, word))
    stem = f"{lesson.code}_{number}"
    contents = {
        f"{stem}.csv": csv_bytes(made.columns),
        f"{stem}_codebook.toml": codebook(lesson, number, made).encode(),
        f"{stem}_model.txt": f"{lesson.exercise.work.model.strip()}\n".encode(),
        f"{stem}.md": question_sheet(lesson, number, made, lang).encode(),
    }
    paths = tuple(Path(folder) / name for name in contents)
    there = [path for path in paths if path.exists()]
    if there:
        raise UsageError(f"'{there[0]}' must not exist yet. Choose another folder with --out, or move it away.")
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path, content in zip(paths, contents.values(), strict=True):
            path.write_bytes(content)
    except OSError as fault:
        raise UsageError(f"'{folder}' cannot be written: {fault.strerror}.") from None
    return paths


def seed_of(number: int, word: str = "") -> int:
    """Return the seed of a student's answers; a word of the lecturer's changes it, so that the number alone does not give the key.

    Raises
    ------
    UsageError : the number is below zero.

    >>> seed_of(12), seed_of(12, "durian") == seed_of(12, "rambutan")
    (12, False)
    """
    generator(number)
    return int.from_bytes(hashlib.sha256(f"{word}:{number}".encode()).digest()[:8]) if word else number


def survey_of(lesson: Lesson, number: int, made: Planted) -> Survey:
    """Read the answers as the student's program reads them: from the file, with its codebook."""
    with tempfile.TemporaryDirectory() as folder:
        path, book = Path(folder) / f"{lesson.code}_{number}.csv", Path(folder) / "codebook.toml"
        path.write_bytes(csv_bytes(made.columns))
        book.write_bytes(codebook(lesson, number, made).encode())
        return read_survey(path, codebook=book)


def codebook(lesson: Lesson, number: int, made: Planted) -> str:
    """Write the codebook of an exercise: what was asked and in which order, and that nobody answered it."""
    return "\n".join(_codebook_lines(lesson, number, made)) + "\n"


def _codebook_lines(lesson: Lesson, number: int, made: Planted) -> Iterator[str]:
    title = fill(_TITLE, {"title": lesson.title, "number": number})
    yield f"title = {{ {', '.join(f'{lang} = {json.dumps(title[lang], ensure_ascii=False)}' for lang in LANGUAGES)} }}"
    yield "simulated = true"
    yield f"instruments = {json.dumps(instruments_of(made.factors))}"
    yield f"order = {json.dumps(made.order)}"
    if ATTENTION in made.columns:
        yield f"attention = {{ {ATTENTION} = {RIGHT} }}"
    if SECONDS in made.columns:
        yield f'duration = "{SECONDS}"'
    if "gender" in made.columns:
        yield from ('demographics = ["gender"]', "", "[labels.gender]")
        yield from (f'{one} = {{ en = "{GENDER_NAMES[one].en}", id = "{GENDER_NAMES[one].id}" }}' for one in GENDER)


def _careless_found(made: Planted, found: Finding) -> bool:
    planted, flagged = made.truth["rows"], found.marks["rows"]
    assert isinstance(planted, list) and isinstance(flagged, list)
    return set(planted) <= set(flagged) and found.marks["miskeyed"] == [made.truth["item"]]


def _uneven_found(made: Planted, found: Finding) -> bool:
    return found.marks["items"] == [made.truth["item"]] and found.marks["differing"] == [made.truth["construct"]]


# Whether the program found, in the student's file, what was planted there.
_AGREES: Mapping[str, Callable[[Planted, Finding], bool]] = {
    "careless": _careless_found,
    "weak_and_repeated": lambda made, found: (
        (found.marks["weakest"], found.marks["pair"]) == (made.truth["item"], made.truth["pair"])
    ),
    "factor_count": lambda made, found: found.marks["count"] == made.truth["count"],
    "misfit": lambda made, found: found.marks["names"] == made.truth["names"],
    "overlap": lambda made, found: (
        (found.marks["pair"], found.marks["least"]) == (made.truth["pair"], made.truth["weak"])
    ),
    "uneven_groups": _uneven_found,
    "mediation": lambda made, found: found.marks["variant"] == made.variant,
    "missing": lambda made, found: found.marks["variant"] == made.variant,
}
