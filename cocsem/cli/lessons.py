"""`python -m cocsem lessons`: lessons for teaching, exercises with planted defects, and their keys."""

from __future__ import annotations

import click

from cocsem.cli.shelf_command import shelf_group
from cocsem.lesson.exercise import answer_key, write_exercise
from cocsem.lesson.lesson_page import brief_key, lesson_page
from cocsem.lesson.lesson_shelf import list_lessons, load_lesson

_SEED = click.option(
    "--seed", "numbers", type=int, multiple=True, default=(1,), show_default=True, metavar="N",
    help="Number of the student, from which the answers are made (repeatable).",
)  # fmt: skip
_WORD = click.option(
    "--word", default="", metavar="WORD", help="A word of the lecturer's: without it the number does not give the key."
)
_LANG = click.option("--lang", type=click.Choice(["en", "id"]), default="en", show_default=True, help="Language.")


def _listing(lang: str) -> list[tuple[str, str]]:
    lessons = [load_lesson(code) for code in list_lessons()]
    return [
        (
            one.code,
            f"{one.title[lang].removesuffix('?')}{'?' if one.title[lang].endswith('?') else '.'} {one.aim[lang]}",
        )
        for one in lessons
    ]


command = shelf_group("lessons", _listing, lambda code, lang: lesson_page(load_lesson(code)).summary(lang), None)
command.help = "Lessons in measurement validation: list, show, exercise, answers."


@command.command("exercise", short_help="Write an exercise with simulated answers.")
@click.argument("code")
@_SEED
@_WORD
@_LANG
@click.option("--out", default=".", show_default=True, metavar="DIR", help="Folder to write to.")
def exercise(code: str, numbers: tuple[int, ...], word: str, lang: str, out: str) -> None:
    """Write an exercise of lesson CODE: simulated answers, a codebook, a model and a sheet of questions.

    The same number always gives the same file; another number gives other answers with another defect.
    """
    for number in numbers:
        for path in write_exercise(load_lesson(code), number, out, lang=lang, word=word):
            click.echo(f"  {path}")


@command.command("answers", short_help="Print the key of an exercise.")
@click.argument("code")
@_SEED
@_WORD
@_LANG
@click.option("--brief", is_flag=True, help="Only what was planted and found, without the tables: for a whole class.")
def answers(code: str, numbers: tuple[int, ...], word: str, lang: str, brief: bool) -> None:
    """Print the key of an exercise of lesson CODE: what was planted, and what the program finds."""
    keys = [answer_key(load_lesson(code), number, word=word) for number in numbers]
    click.echo("\n\n\n".join(brief_key(key, lang) if brief else key.summary(lang) for key in keys))
