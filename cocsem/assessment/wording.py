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


def _written(value: object, lang: str) -> str:
    if isinstance(value, Text):
        return value[lang]
    if isinstance(value, float):
        written = f"{value:.{_DECIMALS}f}"
        return written.replace(".", ",") if lang == "id" else written
    return str(value)
