"""`python -m cocsem invariance`: may the groups be compared?"""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from cocsem.cli.study_options import hand_out, study_options
from cocsem.study import run_invariance

_OF_ONE_MODEL = ("group", "bootstrap", "seed")


@click.command("invariance", short_help="Compare the measurement between groups, step by step.")
@click.option("--group", metavar="COL", required=True, help="Column of the groups: two to ten of them.")
@partial(study_options, without=_OF_ONE_MODEL)
def command(**arguments: Any) -> None:
    """Read SURVEY and test measurement invariance between groups: configural, metric, scalar, strict.

    Each step is tested against the one before. Where equality is rejected, the parameters that differ are found and released;
    where that does not help, the ladder stops. Factor means are compared where the items allow it.
    """
    hand_out(arguments, run_invariance)
