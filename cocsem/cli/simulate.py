"""`python -m cocsem simulate`: a sample from a model with given values."""

from __future__ import annotations

import click

from cocsem.cli.study_options import read_model, write_new
from cocsem.simulation.simulate import simulate


@click.command("simulate", short_help="Draw a sample from a model with given values.")
@click.argument("model")
@click.option("--nobs", "sample_nobs", type=int, required=True, metavar="N", help="Rows to draw.")
@click.option("--standardized", is_flag=True, help="The values are standardized: every variable has variance 1.")
@click.option("--seed", default=1, show_default=True, help="Seed of the draws.")
@click.option("--out", metavar="FILE", help="File to write; without it the sample is printed.")
@click.option("--lang", type=click.Choice(["en", "id"]), default="en", show_default=True, help="Language of messages.")
def command(model: str, sample_nobs: int, standardized: bool, seed: int, out: str | None, lang: str) -> None:
    """Read MODEL, a file in lavaan syntax with a value for every loading and path, and draw a sample as csv."""
    del lang  # errors are said in it by the entry of the command line
    found = simulate(read_model(model) or "", sample_nobs, standardized=standardized, seed=seed)
    text = found.to_csv(index=False, lineterminator="\n")
    if out is None:
        click.echo(text, nl=False)
    else:
        write_new(out, text.encode("utf-8"))
