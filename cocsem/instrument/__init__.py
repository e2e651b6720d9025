"""Instruments: what was asked, on which response scale, and how the answers are scored."""

from cocsem.instrument.load import list_instruments, load_instrument
from cocsem.instrument.scoring import score
from cocsem.instrument.template import instrument_template
from cocsem.instrument.types import Anchor, Dimension, HigherOrder, Instrument, Item, Scale

__all__ = [
    "Anchor",
    "Dimension",
    "HigherOrder",
    "Instrument",
    "Item",
    "Scale",
    "instrument_template",
    "list_instruments",
    "load_instrument",
    "score",
]
