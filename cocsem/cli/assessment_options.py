"""The options of verbs that answer one question about a survey, and what happens with the answer."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
import pandas as pd

from cocsem.assessment.types import Assessment
from cocsem.cli.study_options import read_model
from cocsem.errors import UsageError
from cocsem.language import Text
from cocsem.question import Question, Request, ask, item_blocks
from cocsem.report.compose import compose
from cocsem.report.render.json import render_json
from cocsem.report.render.write import FORMATS, write_report
from cocsem.report.results import RESULTS_SCHEMA
from cocsem.report.show import show
from cocsem.survey.types import Survey

F = TypeVar("F", bound=Callable[..., Any])
_ANSWER = (
    click.option("--lang", type=click.Choice(["en", "id"]), default="en", show_default=True, help="Language."),
    click.option("--out", metavar="DIR", help="Folder for the report and its tables."),
    click.option(
        "--format",
        "formats",
        metavar="F,...",
        default="html,md,json,csv",
        show_default=True,
        help="What to write to DIR.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON instead of the tables."),
)
_SURVEY = (
    click.option("--theory", metavar="T", help="Theory whose instruments were asked: a code or a .toml file."),
    click.option("--instrument", "instruments", metavar="I", multiple=True, help="Instrument: a code or a .toml file."),
    click.option("--model", metavar="FILE", help="A model in lavaan syntax whose items are meant."),
    click.option("--codebook", metavar="FILE", help="What the columns mean."),
)


def answer_options(command: F) -> F:
    """Add the options of every verb that prints an assessment."""
    return _with(command, _ANSWER)


def survey_options(command: F) -> F:
    """Add the options that say what the columns of a survey are."""
    return _with(command, _SURVEY)


def _with(command: F, options: Sequence[Callable[[Any], Any]]) -> F:
    for option in reversed(options):
        command = option(command)
    return command


def ask_for(
    survey: str, arguments: dict[str, Any], group: str | None = None, *, measurement_only: bool = True
) -> Question:
    """Read the survey that a verb names, and what is to be measured (and tested) in it."""
    request = Request(
        survey,
        arguments["theory"],
        read_model(arguments["model"]),
        arguments["instruments"],
        arguments["codebook"],
        (),
        group,
        measurement_only=measurement_only,
    )
    return ask(request)


def read_for(survey: str, arguments: dict[str, Any]) -> tuple[Survey, Survey | dict[str, pd.DataFrame]]:
    """Read the survey that a verb names; return it, and where its scales are: in itself, or in the lines of the model."""
    asked = ask_for(survey, arguments)
    if asked.survey.instruments or not asked.measurement:
        return asked.survey, asked.survey
    return asked.survey, item_blocks(asked.measurement, asked.survey.data)


def _file(survey: Survey | None) -> dict[str, Any]:
    return {} if survey is None else {"survey": survey.source, "sha256": survey.sha256}


def present(assessments: Sequence[Assessment], arguments: dict[str, Any], survey: Survey | None, title: Text) -> None:
    """Print assessments, write them where a folder was named."""
    lang, formats = arguments["lang"], tuple(f.strip() for f in arguments["formats"].split(",") if f.strip())
    unknown = [f for f in formats if f not in FORMATS]
    if unknown:
        raise UsageError(f"--format must be among {', '.join(FORMATS)}; '{', '.join(unknown)}' was given.")
    report = compose(
        title=title,
        survey=survey,
        theory=None,
        fits={},
        assessments={a.key: a for a in assessments},
        provenance={"schema": RESULTS_SCHEMA, **_file(survey)},
        lang=lang,
    )
    if arguments["as_json"]:
        click.echo(render_json(report))
    else:
        click.echo("\n\n".join(show(a, lang) for a in assessments))
    for path in write_report(report, arguments["out"], formats=formats) if arguments["out"] else ():
        if Path(path).name in ("report.html", "report.md", "results.json"):
            click.echo(f"  {path}", file=sys.stderr)
