"""`python -m cocsem power`: how likely a study of a given size finds what is there."""

from __future__ import annotations

import click

from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import bounded, fill
from cocsem.cli.study_options import read_model
from cocsem.language import Text
from cocsem.report.show import show
from cocsem.simulation.power import power

_TITLE = Text("Power before the survey", "Daya uji sebelum survei")
_PARAMETERS = Text("Parameters of the model", "Parameter model")
_MEANING = Text(
    "power: of the likelihood ratio test that the parameter is zero (Satorra & Saris, 1985); nobs_needed: respondents for a power of {target}.",
    "power: daya uji rasio kemungkinan bahwa parameter itu nol (Satorra & Saris, 1985); nobs_needed: responden untuk daya uji {target}.",
)
_SIMULATED = Text(
    "power_simulated: share of simulated samples in which it is found; coverage: share of their 95% intervals that hold the value.",
    "power_simulated: proporsi sampel simulasi yang menemukannya; coverage: proporsi selang 95% yang memuat nilainya.",
)
_LIMITS = Text(
    "Normal answers without gaps, and a model that is right; values taken from a fit to a small sample are uncertain, and so is their power.",
    "Berlaku bagi jawaban normal tanpa data hilang dan model yang benar; nilai dari sampel kecil tidak pasti, demikian pula daya ujinya.",
)


@click.command("power", short_help="Power of a study, and the respondents it needs.")
@click.argument("model")
@click.option("--nobs", "sample_nobs", type=int, required=True, metavar="N", help="Respondents of the study.")
@click.option(
    "--parameter", "parameters", multiple=True, metavar="P", help="Such as 'LOY ~ TRU' (repeatable); else every path."
)
@click.option("--standardized", is_flag=True, help="The values are standardized: every variable has variance 1.")
@click.option("--target", default=0.8, show_default=True, help="Power that the needed respondents reach.")
@click.option("--draws", default=0, show_default=True, help="Samples to simulate beside.")
@click.option("--seed", default=1, show_default=True, help="Seed of the samples.")
@click.option("--lang", type=click.Choice(["en", "id"]), default="en", show_default=True, help="Language.")
def command(
    model: str,
    sample_nobs: int,
    parameters: tuple[str, ...],
    standardized: bool,
    target: float,
    draws: int,
    seed: int,
    lang: str,
) -> None:
    """Read MODEL, a file in lavaan syntax with a value for every loading and path, and compute the power of its tests.

    Write the values you expect before the variables: Y ~ 0.3*X.
    """
    found = power(
        read_model(model) or "",
        sample_nobs,
        parameters=parameters or None,
        standardized=standardized,
        target=target,
        draws=draws,
        seed=seed,
    )
    names = found["lhs"] + " " + found["op"] + " " + found["rhs"]
    frame = found.drop(columns=["lhs", "op", "rhs"])
    frame.insert(0, "parameter", names)
    notes = (fill(_MEANING, {"target": bounded(target)}), *((_SIMULATED,) if draws else ()), _LIMITS)
    click.echo(show(Assessment("power", _TITLE, (Table("power", _PARAMETERS, frame, notes),)), lang))
