"""`python -m cocsem audit`: ask every other program on this machine the same question."""

from __future__ import annotations

from typing import Any

import click

from cocsem.cli.study_options import carry_out, study_options


@click.command("audit", short_help="Ask other programs the same: lavaan, seminr, pingouin.")
@study_options
@click.option("--controls", metavar="COL,...", help="Control variables: columns about the respondents.")
def command(**arguments: Any) -> None:
    """Run the study on SURVEY, then ask the other programs on this machine the same, and print the differences.

    semopy and pingouin come with cocsem; lavaan is asked where Rscript is installed, seminr where its package is.
    """
    carry_out(arguments, measurement_only=False, other_programs=True)
