"""`python -m cocsem validate`: the measurement model only."""

from __future__ import annotations

from typing import Any

import click

from cocsem.cli.study_options import carry_out, study_options


@click.command("validate", short_help="Stop after the measurement model.")
@study_options
def command(**arguments: Any) -> None:
    """Read SURVEY and validate its scales: screening, reliability, EFA, CFA, validity. No theory is tested."""
    carry_out(arguments, measurement_only=True)
