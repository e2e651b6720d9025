"""`python -m cocsem explain`: what an index says, and how its number came about in a study."""

from __future__ import annotations

import sys
import textwrap
from dataclasses import replace
from typing import Any

import click

from cocsem.assessment.estimators import choose_estimator
from cocsem.cli.assessment_options import ask_for, survey_options
from cocsem.errors import UsageError
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import cfa, sem
from cocsem.lesson.explaining import explain
from cocsem.lesson.explanation_data import explanation_json
from cocsem.lesson.explanation_page import title_of
from cocsem.lesson.index_shelf import find_index, load_indices
from cocsem.repetition import everything_named
from cocsem.report.prose.sentences import say

_WIDTH = 80
_OF_SCALES = ("construct", "item", "pair")


@click.command("explain", short_help="What an index says, with the numbers of a study put into its formula.")
@click.argument("index", required=False)
@click.argument("survey", required=False)
@survey_options
@click.option("--of", metavar="NAME", help="The construct, item, pair or variable that is meant.")
@click.option("--measurement", is_flag=True, help="Take the measurement model, though a theory or model has paths.")
@click.option("--estimator", metavar="E", help="Estimator, by its lavaan name.")
@click.option("--ordered", is_flag=True, help="Treat the items as ordinal.")
@click.option("--missing", default="listwise", show_default=True, help="Missing answers: listwise, fiml, pairwise.")
@click.option("--group", metavar="COL", help="Column of the groups.")
@click.option("--lang", type=click.Choice(["en", "id"]), default="en", show_default=True, help="Language.")
@click.option("--json", "as_json", is_flag=True, help="Print the explanation as JSON.")
def command(index: str | None, survey: str | None, lang: str, as_json: bool, **arguments: Any) -> None:
    """Explain INDEX (such as cfi, rmsea, alpha, htmt): what it is, its formula, what judges it, what it does not say.

    With SURVEY (a file, or a data set that ships with cocsem) a model is fitted and its numbers are put into the formula, step
    by step. Without INDEX the indices are listed. Exit code 1: the model did not converge or is not admissible.
    """
    if index is None:
        _list(lang)
        return
    find_index(index)
    of = arguments.pop("of")
    fit, simulated = (None, False) if survey is None else _fit(index, survey, arguments)
    said = explain(index, fit, of=of)
    said = replace(said, notes=(say("simulated"), *said.notes)) if simulated else said
    click.echo(explanation_json(said), nl=False) if as_json else click.echo(said.summary(lang))
    sys.exit(0 if fit is None or (fit.converged and fit.admissible) else 1)


def _list(lang: str) -> None:
    entries = load_indices()
    width = max(map(len, entries))
    for key, entry in entries.items():
        line = f"{key:<{width}}  {title_of(entry, lang)}"
        click.echo("\n".join(textwrap.wrap(line, _WIDTH, subsequent_indent=" " * (width + 2))))


def _fit(index: str, survey: str, arguments: dict[str, Any]) -> tuple[Fit, bool]:
    """Fit what the survey is asked: the structural model for a measure of the model, the measurement model for its scales.

    Beside the fit: whether the survey is simulated.
    """
    named, group, missing = arguments["theory"] or arguments["model"], arguments["group"], arguments["missing"]
    of_scales = (
        arguments["measurement"] or find_index(index).per in _OF_SCALES or (arguments["instruments"] and not named)
    )
    asked = ask_for(survey, arguments, group, measurement_only=bool(of_scales))
    estimator, ordered, _ = choose_estimator(asked.survey.data, arguments["estimator"], arguments["ordered"], missing)
    options = {"estimator": estimator, "ordered": ordered or None, "missing": missing, "group": group}
    if asked.structural and not of_scales:
        return sem(asked.structural, everything_named(asked), **options), asked.survey.codebook.simulated
    if not asked.measurement:
        raise UsageError(
            f"'{index}' must be asked of scales, but this model measures none. Give a model with `=~` lines, a theory or an instrument."
        )
    return cfa(asked.measurement, asked.survey, **options), asked.survey.codebook.simulated
