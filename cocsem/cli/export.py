"""`python -m cocsem export`: questionnaires for survey programs and the printer, models for other programs, the analysed data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
import pandas as pd

from cocsem.cli.study_options import listed, read_model, write_new
from cocsem.estimation.alignment import frame_of
from cocsem.instrument.load import load_instrument
from cocsem.instrument.types import Instrument
from cocsem.model.automatic import KINDS
from cocsem.model.build import build_spec
from cocsem.model.from_theory import theory_syntax
from cocsem.model.translation.lavaan import to_lavaan
from cocsem.model.translation.mplus import to_mplus
from cocsem.model.translation.semopy import to_semopy
from cocsem.model.types import ModelSpec
from cocsem.question import Request, ask
from cocsem.report.export.printable import printable_docx, printable_html
from cocsem.report.export.questionnaire import Questionnaire, make_questionnaire
from cocsem.report.export.survey_tools import limesurvey, qualtrics, xlsform
from cocsem.theory.load import list_theories, load_theory

# format: ending of the file, what writes it
QUESTIONNAIRES: Mapping[str, tuple[str, Callable[[Questionnaire, str], bytes]]] = {
    "html": (".html", printable_html),
    "docx": (".docx", printable_docx),
    "xlsform": (".xlsx", xlsform),
    "limesurvey": (".txt", limesurvey),
    "qualtrics": (".txt", qualtrics),
}
MODELS: Mapping[str, tuple[str, Callable[[ModelSpec], str]]] = {
    "lavaan": (".R", to_lavaan),
    "mplus": (".inp", to_mplus),
    "semopy": (".txt", to_semopy),
}
_LANG = click.option("--lang", type=click.Choice(["en", "id"]), default="en", show_default=True, help="Language.")
_OUT = click.option("--out", metavar="FILE", help="File to write; without it, a name made from what is exported.")

command = click.Group("export", help="Write questionnaires, models and data for other programs.")


@command.command("questionnaire")
@click.argument("codes", nargs=-1, required=True)
@click.option(
    "--format", "form", type=click.Choice(list(QUESTIONNAIRES)), default="html", show_default=True, help="Kind of file."
)
@click.option(
    "--shuffle",
    "seed",
    type=int,
    metavar="S",
    help="Shuffle the items with this seed; without it they keep their order.",
)
@_LANG
@_OUT
def questionnaire(codes: tuple[str, ...], form: str, seed: int | None, lang: str, out: str | None) -> None:
    """Write a questionnaire from CODES: instruments (codes or .toml files), or a theory with all of its instruments.

    html and docx are for the printer; xlsform is read by Kobo, ODK and SurveyCTO; limesurvey and qualtrics by those.
    """
    ending, write = QUESTIONNAIRES[form]
    asked = make_questionnaire(_instruments(codes), seed=seed)
    write_new(out or f"{Path(codes[0]).stem}_{form}{ending}", write(asked, lang))


@command.command("model")
@click.argument("model")
@click.option("--format", "form", type=click.Choice(list(MODELS)), default="lavaan", show_default=True, help="Program.")
@_OUT
def model(model: str, form: str, out: str | None) -> None:
    """Write MODEL (a theory, or a file in lavaan syntax) as a script for another program."""
    ending, translate = MODELS[form]
    if model in list_theories() or model.endswith(".toml"):
        theory = load_theory(model)
        text = theory_syntax(theory, [load_instrument(code) for code in theory.instruments])
    else:
        text = read_model(model) or ""
    spec = build_spec(text, KINDS["sem"])
    write_new(out or f"{Path(model).stem}{ending}", translate(spec).encode("utf-8"))


@command.command("data")
@click.argument("survey")
@click.option("--theory", metavar="T", help="Theory whose items are wanted.")
@click.option("--instrument", "instruments", metavar="I", multiple=True, help="Instrument whose items are wanted.")
@click.option("--codebook", metavar="FILE", help="What the columns mean.")
@click.option("--group", metavar="COL", help="Column of the groups, to be written too.")
@click.option("--controls", metavar="COL,...", help="Control variables to be written too, coded as in the model.")
@_OUT
def data(survey: str, out: str | None, **wanted: Any) -> None:
    """Write the analysed matrix of SURVEY: the items as they enter the models, reversed ones turned, missing ones empty.

    Of the columns about the respondents only those asked for are written.
    """
    group, controls = wanted["group"], listed(wanted["controls"])
    asked = ask(
        Request(
            survey,
            wanted["theory"],
            None,
            wanted["instruments"],
            wanted["codebook"],
            controls,
            group,
            measurement_only=True,
        )
    )
    table = pd.concat([asked.survey.data, asked.controls], axis=1)
    if group and group not in table:
        table[group] = frame_of(asked.survey)[group]
    text = table.to_csv(index=False, lineterminator="\n")
    write_new(out or f"{Path(survey).stem}_analysed.csv", text.encode("utf-8"))


def _instruments(codes: tuple[str, ...]) -> list[Instrument]:
    """The instruments named; a theory stands for all of its own."""
    found: dict[str, Instrument] = {}
    for code in codes:
        names = load_theory(code).instruments if code in list_theories() else (code,)
        found.update({one.code: one for one in map(load_instrument, names)})
    return list(found.values())
