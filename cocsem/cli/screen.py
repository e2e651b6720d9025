"""`python -m cocsem screen`: the answers before anything is fitted."""

from __future__ import annotations

from typing import Any

import click

from cocsem.assessment.nonresponse import early_late
from cocsem.assessment.screening import screen
from cocsem.cli.assessment_options import answer_options, present, read_for, survey_options
from cocsem.course import STEPS
from cocsem.language import Text
from cocsem.report.render.progress import Progress


@click.command("screen", short_help="Missing, careless and late answers; nobody is dropped.")
@click.argument("survey")
@survey_options
@click.option(
    "--share", default=0.25, show_default=True, help="Share of the rows taken as early, and as late, respondents."
)
@answer_options
def command(survey: str, share: float, **arguments: Any) -> None:
    """Read SURVEY and screen it: missing answers and Little's test, careless answers, normality, early against late rows.

    Nothing is changed and nobody is dropped; rows are taken to stand in the order in which they were answered.
    """
    title = Text("Screening of the answers", "Penapisan jawaban")
    with Progress(quiet=arguments["as_json"]) as progress:
        progress.step(STEPS["screening"][arguments["lang"]])
        read, scales = read_for(survey, arguments)
        found = [screen(read), early_late(scales, share=share)]
    present(found, arguments, read, title)
