"""Filling numbers and words into the sentences of an assessment, each language in its own way."""

from __future__ import annotations

from collections.abc import Mapping

from cocsem.language import LANGUAGES, Text

_DECIMALS = 2


def fill(sentence: Text, values: Mapping[str, object]) -> Text:
    """Fill values into both languages: floats with two decimals and the decimal sign of the language, texts translated.

    >>> fill(Text("r = {r}", "r = {r}"), {"r": 0.5})
    Text(en='r = 0.50', id='r = 0,50')
    """
    en, id_ = ({name: _written(value, lang) for name, value in values.items()} for lang in LANGUAGES)
    return Text(sentence.en.format(**en), sentence.id.format(**id_))


def percent(share: float) -> Text:
    """Write a share as a percentage.

    >>> percent(0.125)["id"]
    '12,5%'
    """
    written = f"{100 * share:.1f}%"
    return Text(written, written.replace(".", ","))


def bounded(value: float) -> Text:
    """Write a number that cannot exceed 1: English leaves out its zero before the point.

    >>> bounded(0.05)
    Text(en='.05', id='0,05')
    """
    written = f"{value:g}"
    return Text(written.removeprefix("0"), written.replace(".", ","))


def reason_of(fault: Exception) -> Text:
    """Say an error inside a sentence; errors speak English, and the Indonesian text says so.

    >>> reason_of(ValueError("too few rows"))["id"]
    'pesan program (bahasa Inggris): too few rows'
    """
    return Text(str(fault), f"pesan program (bahasa Inggris): {fault}")


def _written(value: object, lang: str) -> str:
    if isinstance(value, Text):
        return value[lang]
    if isinstance(value, float):
        written = f"{value:.{_DECIMALS}f}"
        return written.replace(".", ",") if lang == "id" else written
    return str(value)
