"""`python -m cocsem moderate`: does a construct, or belonging to a group, change how strongly another one works?"""

from __future__ import annotations

from typing import Any

import click

from cocsem.assessment.moderation import group_moderation, moderation
from cocsem.assessment.types import Assessment
from cocsem.cli.assessment_options import answer_options, ask_for, present, survey_options
from cocsem.errors import UsageError
from cocsem.moments.products import CENTRINGS
from cocsem.question import Question, item_blocks

_ROLES = ("outcome", "predictor", "moderator")


@click.command("moderate", short_help="Latent interactions with simple slopes; paths compared between groups.")
@click.argument("survey")
@click.option("--outcome", metavar="Y", help="Construct that is explained.")
@click.option("--predictor", metavar="X", help="Construct whose effect on it may change.")
@click.option("--moderator", metavar="Z", help="Construct that may change it.")
@click.option("--group", metavar="COL", help="Instead of these three: column of groups whose paths are compared.")
@click.option(
    "--centring",
    type=click.Choice(CENTRINGS),
    default=CENTRINGS[0],
    show_default=True,
    help="How products are centred.",
)
@click.option(
    "--estimator", metavar="E", help="Estimator, by its lavaan name; without it MLR for products, ML for groups."
)
@click.option("--missing", default="listwise", show_default=True, help="Missing answers: listwise, fiml.")
@survey_options
@answer_options
def command(survey: str, **arguments: Any) -> None:
    """Read SURVEY and test a moderation: of the effect of X on Y by Z, through products of their items, or of every path by a group.

    With a theory, or a model with paths, the product joins its paths; otherwise Y, X and Z alone are taken.

    \b
    python -m cocsem moderate answers.csv --model model.txt --outcome LOY --predictor TRU --moderator SAT --out report
    python -m cocsem moderate answers.csv --model model.txt --group sector --out report
    """
    asked = ask_for(survey, arguments, arguments["group"])
    found = _by_group(asked, arguments) if arguments["group"] else _by_construct(asked, arguments)
    present([found], arguments, asked.survey, found.title)


def _by_construct(asked: Question, arguments: dict[str, Any]) -> Assessment:
    absent = [f"--{role}" for role in _ROLES if not arguments[role]]
    if absent:
        raise UsageError(
            f"A moderation needs --outcome, --predictor and --moderator (or --group alone); missing: {', '.join(absent)}."
        )
    roles: dict[str, Any] = {role: str(arguments[role]) for role in _ROLES}
    text = asked.structural or _measurement_of(tuple(roles.values()), asked)
    return moderation(text, asked.survey, **roles, centring=arguments["centring"], **_fitting(arguments))


def _measurement_of(constructs: tuple[str, ...], asked: Question) -> str:
    """The measurement of these constructs alone: further factors without paths would force their correlations with Y through X and Z."""
    blocks = item_blocks(asked.measurement, asked.survey.data)
    kept = (
        {name: items for name, items in blocks.items() if name in constructs}
        if set(constructs) <= set(blocks)
        else blocks
    )
    return "\n".join(f"{name} =~ {' + '.join(map(str, items.columns))}" for name, items in kept.items())


def _by_group(asked: Question, arguments: dict[str, Any]) -> Assessment:
    given = [f"--{role}" for role in _ROLES if arguments[role]]
    if given:
        raise UsageError(
            f"--group compares all paths between groups and goes without {', '.join(given)}. Give one or the other."
        )
    if not asked.structural:
        raise UsageError(
            "--group compares paths, but no path was asked for. Give a --theory, or a --model with lines such as 'LOY ~ TRU'."
        )
    return group_moderation(asked.structural, asked.survey, arguments["group"], **_fitting(arguments))


def _fitting(arguments: dict[str, Any]) -> dict[str, Any]:
    chosen = {"estimator": arguments["estimator"]} if arguments["estimator"] else {}
    return {**chosen, "missing": arguments["missing"]}
