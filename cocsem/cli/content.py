"""`python -m cocsem content`: content validity from the ratings of experts."""

from __future__ import annotations

from typing import Any

import click
import pandas as pd

from cocsem.assessment.content import content_validity
from cocsem.cli.assessment_options import answer_options, present
from cocsem.errors import UsageError
from cocsem.language import Text
from cocsem.survey.files import read_frame

_ITEM = ("item", "butir", "items", "no", "kode", "code")
_SCALE = ("scale", "skala", "dimension", "dimensi", "construct", "konstruk")
_TITLE = Text("Content validity", "Validitas isi")


@click.command("content", short_help="Content validity from the ratings of experts.")
@click.argument("ratings")
@click.option("--low", default=1, show_default=True, help="Lowest rating of the scale.")
@click.option("--high", default=4, show_default=True, help="Highest rating of the scale.")
@click.option("--relevant", type=int, metavar="R", help="Lowest rating that counts as relevant; else the upper half.")
@answer_options
def command(ratings: str, low: int, high: int, relevant: int | None, **arguments: Any) -> None:
    """Read RATINGS, one row per item and one column per expert, and report I-CVI, S-CVI, kappa and Aiken's V.

    The first column names the item (or a column called item or butir); a column called scale or skala groups the items.
    """
    table, scales = read_ratings(ratings)
    present([content_validity(table, low=low, high=high, relevant=relevant, scales=scales)], arguments, None, _TITLE)


def read_ratings(path: str) -> tuple[pd.DataFrame, dict[str, str] | None]:
    """Return the ratings by item, and the scale of every item where the file names it."""
    frame = read_frame(path)
    lower = {str(name).strip().lower(): name for name in frame}
    named = next((lower[name] for name in _ITEM if name in lower), frame.columns[0])
    scale = next((lower[name] for name in _SCALE if name in lower and lower[name] != named), None)
    codes = [str(int(v)) if isinstance(v, float) and v.is_integer() else str(v) for v in frame[named]]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        raise UsageError(
            f"Every item must stand in one row of '{path}', but '{twice[0]}' stands in several. Join them."
        )
    table = frame.drop(columns=[named] if scale is None else [named, scale]).set_axis(codes, axis=0)
    text = [str(name) for name in table if not pd.api.types.is_numeric_dtype(table[name])]
    if text:
        raise UsageError(
            f"Ratings must be numbers, but the column '{text[0]}' of '{path}' holds text. Leave it out, or call it scale."
        )
    scales = None if scale is None else {code: str(value) for code, value in zip(codes, frame[scale], strict=True)}
    return table, scales
