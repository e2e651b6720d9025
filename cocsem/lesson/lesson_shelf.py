"""The lessons of the shelf `lessons/`: one TOML file each, with its words in both languages."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cocsem.errors import ShelfError
from cocsem.language import Text, text_from
from cocsem.lesson.analyses import ANALYSES
from cocsem.lesson.index_shelf import find_index
from cocsem.lesson.plants import PLANTS
from cocsem.lesson.types import Example, Exercise, Lesson, Work
from cocsem.shelf import read_toml, shelf

_SHELF = "lessons"


def list_lessons() -> tuple[str, ...]:
    """Return the codes of the lessons, in the order in which they are taught.

    >>> list_lessons()[:3]
    ('screening', 'reliability', 'factors')
    """
    return tuple(sorted((path.stem for path in shelf(_SHELF).glob("*.toml")), key=lambda code: load_lesson(code).place))


@cache
def load_lesson(code: str) -> Lesson:
    """Return one lesson.

    Raises
    ------
    ShelfError : there is no such lesson (the message names the closest), or its file is wrong.

    >>> load_lesson("fit").exercise.plant
    'misfit'
    """
    codes = sorted(path.stem for path in shelf(_SHELF).glob("*.toml"))
    if code not in codes:
        near = difflib.get_close_matches(code, codes, n=1)
        guess = f"Did you mean '{near[0]}'?" if near else f"The shelf holds {', '.join(codes)}."
        raise ShelfError(f"There is no lesson '{code[:60]}'. {guess}")
    path = shelf(_SHELF) / f"{code}.toml"
    return lesson_from(read_toml(path), path)


def lesson_from(entry: Mapping[str, Any], path: Path) -> Lesson:
    """Build a lesson from the table of its file, checking every field."""
    where = path.name
    texts = {name: text_from(entry.get(name), f"{where}: {name}") for name in ("title", "aim", "text")}
    tables = {name: entry.get(name) for name in ("example", "exercise")}
    for name, table in tables.items():
        if not isinstance(table, Mapping) or not isinstance(table.get("work"), Mapping):
            raise ShelfError(f"{where}: [{name}] and [{name}.work] must be there. Copy them from another lesson.")
    return Lesson(
        code=path.stem,
        place=int(entry.get("place", 99)),
        example=_example(entry["example"], f"{where}: [example]"),
        exercise=_exercise(entry["exercise"], f"{where}: [exercise]"),
        indices=tuple(find_index(name).key for name in entry.get("indices", ())),
        references=tuple(entry.get("references", ())),
        **texts,
    )


def _example(table: Mapping[str, Any], where: str) -> Example:
    return Example(
        dataset=str(table.get("dataset", "")),
        work=_work(table["work"], where),
        before=text_from(table.get("before"), f"{where} before"),
        after=text_from(table.get("after"), f"{where} after"),
    )


def _exercise(table: Mapping[str, Any], where: str) -> Exercise:
    if table.get("plant") not in PLANTS:
        raise ShelfError(f"{where} plant must be one of {', '.join(PLANTS)}, not {table.get('plant')!r}.")
    return Exercise(
        plant=str(table["plant"]),
        work=_work(table["work"], where),
        task=text_from(table.get("task"), f"{where} task"),
        questions=_texts(table.get("questions", ()), f"{where} questions"),
        commands=tuple(map(str, table.get("commands", ()))),
        planted={name: text_from(text, f"{where} planted {name}") for name, text in table.get("planted", {}).items()},
        found=text_from(table.get("found"), f"{where} found"),
        points=_texts(table.get("points", ()), f"{where} points"),
    )


def _work(table: Mapping[str, Any], where: str) -> Work:
    if table.get("analysis") not in ANALYSES:
        raise ShelfError(f"{where} analysis must be one of {', '.join(ANALYSES)}, not {table.get('analysis')!r}.")
    return Work(
        analysis=str(table["analysis"]),
        model=str(table.get("model", "")),
        group=str(table.get("group", "")),
        chain=tuple(table.get("chain", ())),
        about=str(table.get("about", "")),
    )


def _texts(entries: Any, where: str) -> tuple[Text, ...]:
    return tuple(text_from(entry, f"{where} {n}") for n, entry in enumerate(entries, 1))
