"""`python -m cocsem pilot`: the items of a pilot survey."""

from __future__ import annotations

from typing import Any

import click

from cocsem.assessment.pilot import pilot_test
from cocsem.cli.assessment_options import answer_options, present, read_for, survey_options
from cocsem.language import Text


@click.command("pilot", short_help="Pilot test: item-total correlations against the r table, alpha.")
@click.argument("survey")
@survey_options
@answer_options
def command(survey: str, **arguments: Any) -> None:
    """Read the pilot SURVEY and test its items: item-total r against the r table, item-rest r, alpha, alpha if dropped."""
    read, scales = read_for(survey, arguments)
    present([pilot_test(scales)], arguments, read, Text("Pilot test", "Uji coba instrumen"))
