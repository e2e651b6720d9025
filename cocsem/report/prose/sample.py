"""What was asked, of whom, and what was done to the answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cocsem.estimation.types import Fit
from cocsem.instrument.types import Instrument, Scale
from cocsem.language import Text
from cocsem.report.prose.sentences import say
from cocsem.report.tables.generic import cite_all
from cocsem.survey.types import Survey
from cocsem.theory.types import Theory


def describe_question(theory: Theory | None, survey: Survey | None, fit: Fit | None) -> Iterator[Text]:
    """Say what the report is about: a theory, the measurement alone, or a model of the user's own."""
    if theory is not None:
        values = {
            "title": theory.title,
            "paths": len(theory.paths),
            "constructs": len(theory.constructs),
            "about": theory.about,
        }
        yield say("question_theory", values)
    elif survey is not None and survey.instruments:
        yield say("question_measurement")
    elif fit is not None:
        yield say("question_model", {"observed": len(fit.spec.observed), "latent": len(fit.spec.latent)})


def describe_instrument(instrument: Instrument) -> Text:
    """Say what an instrument asks, how its wording stands, and whose structure it follows."""
    structure: Text | str = ""
    if instrument.structure:
        sources = Text(*(cite_all(instrument.structure, lang) for lang in ("en", "id")))
        structure = say("instrument_structure", {"sources": sources})
    values = {
        "title": instrument.title,
        "items": len(instrument.items),
        "range": answer_range(instrument),
        "status": instrument.status,
        "structure": structure,
    }
    return say("instrument", values)


def answer_range(instrument: Instrument) -> str:
    """Return the range of the answers, for example 1–7."""
    scales: list[Scale] = [item.scale for item in instrument.items]
    return f"{min(scale.minimum for scale in scales)}–{max(scale.maximum for scale in scales)}"


def describe_data(survey: Survey | None, fits: Mapping[str, Any]) -> Iterator[Text]:
    """Say how many rows there are, how many were kept, and how many the models use."""
    if survey is not None:
        if survey.codebook.simulated:
            yield say("simulated")
        kept, dropped = len(survey.data), survey.n_read - len(survey.data)
        yield say(
            "rows" if dropped else "rows_all",
            {"source": survey.source, "read": survey.n_read, "kept": kept, "dropped": dropped},
        )
    fit = fits.get("structural") or fits.get("measurement")
    if isinstance(fit, Fit):
        left = len(survey.data) - fit.n_obs if survey is not None else 0
        yield say("rows_model" if left > 0 else "rows_model_all", {"used": fit.n_obs, "left": left})
