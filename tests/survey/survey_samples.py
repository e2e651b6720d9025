"""A small instrument built by hand: four questions to the customers of a shop."""

from __future__ import annotations

from collections.abc import Sequence

from cocsem.instrument.types import Anchor, Dimension, Instrument, Item, Scale
from cocsem.language import Text

FIVE = (
    Text("Strongly disagree", "Sangat tidak setuju"),
    Text("Disagree", "Tidak setuju"),
    Text("Neutral", "Netral"),
    Text("Agree", "Setuju"),
    Text("Strongly agree", "Sangat setuju"),
)
SEVEN = (
    FIVE[0],
    FIVE[1],
    Text("Somewhat disagree", "Agak tidak setuju"),
    FIVE[2],
    Text("Somewhat agree", "Agak setuju"),
    FIVE[3],
    FIVE[4],
)
QUESTIONS = (
    Text("This shop keeps its word.", "Toko ini menepati janjinya."),
    Text("I can rely on this shop, even on busy days.", "Saya dapat mengandalkan toko ini, juga saat ramai."),
    Text("I would check twice before buying here.", "Saya akan memeriksa dua kali sebelum membeli di sini."),
    Text("The shop tells me openly what goes wrong.", "Toko ini terbuka tentang apa yang tidak beres."),
)


def scale_of(words: Sequence[Text], missing: tuple[float, ...] = (99.0,)) -> Scale:
    """A fully labelled agreement scale."""
    anchors = tuple(Anchor(value, text) for value, text in enumerate(words, 1))
    return Scale(1, len(words), anchors=anchors, missing=missing)


def instrument_of(scale: Scale, code: str = "shop_trust", prefix: str = "shp") -> Instrument:
    """Four items, the third one reverse-scored."""
    items = tuple(Item(f"{prefix}{k}", text, scale, reverse=k == 3) for k, text in enumerate(QUESTIONS, 1))
    name = Text("Trust in the shop", "Kepercayaan pada toko")
    return Instrument(code, name, name, (Dimension("SHP", name, items),), (), Text("test", "uji"), ())
