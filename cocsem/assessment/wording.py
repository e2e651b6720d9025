"""Filling numbers and words into the sentences of an assessment, each language in its own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cocsem.language import LANGUAGES, Text, number, probability, proportion
from cocsem.messages import message_of

__all__ = ["bounded", "fill", "listing", "number", "percent", "probability", "proportion", "reason_of"]

_DECIMALS = 2


def fill(sentence: Text, values: Mapping[str, object]) -> Text:
    """Fill values into both languages: floats with two decimals and the decimal sign of the language, texts translated.

    >>> fill(Text("r = {r}", "r = {r}"), {"r": 0.5})
    Text(en='r = 0.50', id='r = 0,50')
    """
    en, id_ = ({name: _written(value, lang) for name, value in values.items()} for lang in LANGUAGES)
    return Text(sentence.en.format(**en), sentence.id.format(**id_))


def percent(share: float) -> Text:
    """Write a share as a percentage; what is there but too small for its decimal is not written as nothing.

    >>> percent(0.125)["id"]
    '12,5%'
    >>> percent(0.0003)["en"]
    '< 0.1%'
    """
    written = "< 0.1%" if 0 < share < 0.0005 else f"{100 * share:.1f}%"
    return Text(written, written.replace(".", ","))


def bounded(value: float) -> Text:
    """Write a number that cannot exceed 1: English leaves out its zero before the point.

    >>> bounded(0.05)
    Text(en='.05', id='0,05')
    """
    written = f"{value:g}"
    return Text(written.removeprefix("0"), written.replace(".", ","))


def listing(words: Sequence[object]) -> Text:
    """List words as a sentence does.

    >>> listing(["a", "b", "c"])
    Text(en='a, b, and c', id='a, b, dan c')
    """

    def join(lang: str) -> str:
        parts = [_written(word, lang) for word in words]
        last = {"en": "and", "id": "dan"}[lang]
        if len(parts) < 3:
            return f" {last} ".join(parts)
        return f"{', '.join(parts[:-1])}, {last} {parts[-1]}"

    return Text(join("en"), join("id"))


def reason_of(fault: Exception) -> Text:
    """Say an error inside a sentence; one that the catalogue does not hold is quoted in English, and says so.

    >>> reason_of(ValueError("too few rows"))["id"]
    'pesan program (bahasa Inggris): too few rows'
    """
    said = message_of(fault)
    return said if said.id != said.en else Text(said.en, f"pesan program (bahasa Inggris): {said.en}")


def _written(value: object, lang: str) -> str:
    if isinstance(value, Text):
        return value[lang]
    if isinstance(value, float):
        written = f"{value:.{_DECIMALS}f}"
        return written.replace(".", ",") if lang == "id" else written
    return str(value)
