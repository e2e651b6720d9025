"""`python -m cocsem fit`: the whole study."""

from __future__ import annotations

from typing import Any

import click

from cocsem.cli.study_options import carry_out, study_options


@click.command("fit", short_help="Validate the scales, test the theory, write the report.")
@study_options
@click.option("--controls", metavar="COL,...", help="Control variables: columns about the respondents.")
def command(**arguments: Any) -> None:
    """Read SURVEY, validate its scales, test the theory hypothesis by hypothesis, and report.

    SURVEY is a csv, xlsx, sav or parquet file, or the name of a data set that ships with cocsem.
    """
    carry_out(arguments, measurement_only=False)
