"""Sentences with gaps: texts stand in a file, values come from tables, and each language prints its own numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from cocsem.language import Text, text_from
from cocsem.report.numbers import format_interval, format_number, format_p
from cocsem.shelf import read_toml

_FILE = Path(__file__).with_name("sentences.toml")
_AND = Text(" and ", " dan ")


class Number(NamedTuple):
    """A number to be printed by its kind."""

    value: Any
    kind: str = "decimal"


class Probability(NamedTuple):
    """A p value, printed with its letter."""

    value: Any


class Interval(NamedTuple):
    """An interval, printed in brackets."""

    lower: Any
    upper: Any
    kind: str = "decimal"


class Series(NamedTuple):
    """Things to be listed: "a, b, and c"."""

    parts: Sequence[Any]


@lru_cache(maxsize=1)
def load_sentences() -> Mapping[str, Text]:
    """Read the sentence file once."""
    return {key: Text(**_both(entry, key)) for key, entry in read_toml(_FILE).items()}


def say(key: str, values: Mapping[str, Any] | None = None) -> Text:
    """Fill one sentence in both languages.

    Parameters
    ----------
    key : a key of `sentences.toml`.
    values : what stands in the gaps: numbers, p values, intervals, lists, texts or words.

    >>> say("alpha_one", {"high": "TRU", "highest": Number(0.834, "bounded")})
    Text(en="Cronbach's α of TRU is .83.", id='Nilai α Cronbach untuk TRU adalah 0,83.')
    """
    sentence = load_sentences()[key]
    return Text(*(sentence[lang].format(**_in_words(values or {}, lang)) for lang in ("en", "id")))


def word(value: Any, lang: str) -> str:
    """Print one value inside a sentence."""
    if isinstance(value, Text):
        return value[lang]
    if isinstance(value, Number):
        return format_number(value.value, value.kind, lang)
    if isinstance(value, Probability):
        return format_p(value.value, lang)
    if isinstance(value, Interval):
        return format_interval(value.lower, value.upper, value.kind, lang)
    if isinstance(value, Series):
        return join_words([word(part, lang) for part in value.parts], lang)
    return str(value)


def join_words(words: Sequence[str], lang: str) -> str:
    """List words as a sentence does; where a word holds a comma itself, semicolons stand between them.

    >>> join_words(["a", "b", "c"], "id"), join_words(["a", "b"], "en"), join_words(["a 0,1", "b 0,2", "c 0,3"], "id")
    ('a, b, dan c', 'a and b', 'a 0,1; b 0,2; dan c 0,3')
    """
    if len(words) < 3:
        return _AND[lang].join(words)
    mark = ";" if any("," in each for each in words) else ","
    return f"{mark} ".join(words[:-1]) + mark + _AND[lang] + words[-1]


def join_texts(*texts: Text) -> Text:
    """Put sentences one after the other."""
    return Text(" ".join(text.en for text in texts), " ".join(text.id for text in texts))


def _in_words(values: Mapping[str, Any], lang: str) -> dict[str, str]:
    return {name: word(value, lang) for name, value in values.items()}


def _both(entry: Any, key: str) -> dict[str, str]:
    """Check that both languages are filled, and keep the blank some sentences start with."""
    text_from(entry, f"sentences.toml [{key}]")
    return {"en": entry["en"], "id": entry["id"]}
