"""Narrow a survey to the dimensions a study is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cocsem.instrument.types import Instrument
from cocsem.survey.types import Survey


def focus(survey: Survey, dimensions: Sequence[str]) -> Survey:
    """Return the survey with these dimensions only; the answers to other items stay in the file and out of the analysis."""
    kept = tuple(narrowed for i in survey.instruments if (narrowed := _narrow(i, dimensions)).dimensions)
    codes = [item.code for instrument in kept for item in instrument.items]
    return replace(survey, instruments=kept, data=survey.data[codes], answers=survey.answers[codes])


def _narrow(instrument: Instrument, dimensions: Sequence[str]) -> Instrument:
    kept = tuple(d for d in instrument.dimensions if d.code in dimensions)
    codes = {d.code for d in kept}
    return replace(
        instrument, dimensions=kept, higher=tuple(h for h in instrument.higher if codes.issuperset(h.dimensions))
    )
