"""`python -m cocsem retest`: the same people asked twice."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import click
import pandas as pd

from cocsem.assessment.retest import retest
from cocsem.cli.assessment_options import answer_options, present, read_for, survey_options
from cocsem.errors import UsageError
from cocsem.language import Text
from cocsem.survey.files import read_frame
from cocsem.survey.types import Survey

_TITLE = Text("Test-retest reliability", "Reliabilitas tes-ulang")


@click.command("retest", short_help="The same people asked twice: intraclass correlations.")
@click.argument("first")
@click.argument("second")
@click.option(
    "--person", metavar="COL", help="Column that says who answered; without it, row n of both files is one person."
)
@survey_options
@answer_options
def command(first: str, second: str, person: str | None, **arguments: Any) -> None:
    """Read the surveys FIRST and SECOND and compare the scale scores of the people who answered both."""
    occasions = [_by_person(path, person, *read_for(path, arguments)) for path in (first, second)]
    present([retest(*occasions)], arguments, None, _TITLE)


def _by_person(
    path: str, person: str | None, read: Survey, scales: Survey | dict[str, pd.DataFrame]
) -> Survey | dict[str, pd.DataFrame]:
    """The items with the person as index."""
    if person is None:
        return scales
    frame = read_frame(path)
    if person not in frame:
        raise UsageError(
            f"--person must name a column of '{path}', but '{person}' is not there. There are: {', '.join(map(str, frame))}."
        )
    names = frame[person].reindex(read.data.index)
    if names.isna().any() or names.duplicated().any():
        raise UsageError(
            f"Every row of '{path}' must name another person in '{person}', but one is empty or stands twice."
        )
    index = pd.Index(names)
    if isinstance(scales, Survey):
        return replace(scales, data=scales.data.set_axis(index, axis=0))
    return {code: block.set_axis(index, axis=0) for code, block in scales.items()}
