"""The constructs of the exercises: how they are answered where nothing is planted, and their instruments on the shelf."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from cocsem.instrument.load import list_instruments, load_instrument
from cocsem.language import Text
from cocsem.references import load_glossary
from cocsem.simulation.population import Measure

GENDER = ("female", "male")
# Loadings, means and spread before rounding, near the middle of the scale: the defect is what was planted, not a skew.
PROFILES: Mapping[str, Measure] = {
    profile.factor: profile
    for profile in (
        Measure("TRU", (0.80, 0.84, 0.78, 0.76), (4.5, 4.4, 4.6, 4.3), 1.4),
        Measure("SAT", (0.82, 0.80, 0.78), (4.6, 4.5, 4.4), 1.3),
        Measure("WOM", (0.80, 0.83, 0.77), (4.3, 4.4, 4.2), 1.5),
        Measure("EMO", (0.80, 0.82, 0.78, 0.76), (4.1, 4.0, 4.2, 3.9), 1.5),
        Measure("WIL", (0.80, 0.82, 0.78, 0.76), (3.9, 4.1, 3.8, 4.0), 1.6),
        Measure("INVC", (0.78, 0.76, 0.74, 0.80, 0.76), (4.6, 4.4, 4.4, 4.5, 4.6), 1.5),
        Measure("INVA", (0.76, 0.80, 0.74, 0.78, 0.72), (4.4, 4.2, 4.5, 4.1, 4.4), 1.5),
        Measure("ENGC", (0.78, 0.82, 0.76), (4.1, 4.3, 4.0), 1.5),
        Measure("ENGA", (0.82, 0.84, 0.80, 0.78), (4.5, 4.4, 4.3, 4.4), 1.5),
        Measure("ENGB", (0.77, 0.82, 0.75), (4.2, 4.0, 4.3), 1.5),
    )
}


def named(code: str) -> Text:
    """Return the name of a construct with its code.

    >>> named("TRU")["en"]
    'customer trust (TRU)'
    """
    name = load_glossary()[code].name
    return Text(f"{name.en} ({code})", f"{name.id} ({code})")


def instruments_of(factors: Sequence[str]) -> list[str]:
    """Return the instruments of the shelf that ask these constructs, each once.

    >>> instruments_of(("SAT", "TRU"))
    ['customer_satisfaction', 'customer_trust']
    """
    return list(dict.fromkeys(_homes()[code] for code in factors))


@cache
def _homes() -> dict[str, str]:
    """The instrument of every construct of the exercises: the first on the shelf that has a dimension of this code."""
    return {
        dimension.code: name
        for name in reversed(list_instruments())
        for dimension in load_instrument(name).dimensions
        if dimension.code in PROFILES
    }
