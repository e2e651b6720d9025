"""Texts in the two languages of the house, and numbers as they stand in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cocsem.errors import ShelfError

LANGUAGES = ("en", "id")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in English (`en`) and in Indonesian (`id`).

    >>> Text("trust", "kepercayaan")["id"]
    'kepercayaan'
    """

    en: str
    id: str

    def __str__(self) -> str:
        """The English text: what a table shows in Python."""
        return self.en

    def __getitem__(self, lang: str) -> str:
        if lang not in LANGUAGES:
            raise KeyError(lang)
        return str(getattr(self, lang))

    def format(self, **values: object) -> Text:
        """Fill the same values into both languages."""
        return Text(self.en.format(**values), self.id.format(**values))

    def __bool__(self) -> bool:
        return bool(self.en or self.id)


def text_from(entry: Any, where: str) -> Text:
    """Read a `{ en = "...", id = "..." }` table of a shelf file; both languages must be filled."""
    if not isinstance(entry, Mapping) or not all(isinstance(entry.get(k), str) and entry[k].strip() for k in LANGUAGES):
        raise ShelfError(
            f'{where} must be written as {{ en = "...", id = "..." }} with both languages filled, not {entry!r}.'
        )
    return Text(entry["en"].strip(), entry["id"].strip())


def number(value: float, digits: int = 3) -> Text:
    """Write a number that may exceed 1, with a real minus sign.

    >>> number(-12.3456, 2)
    Text(en='−12.35', id='−12,35')
    """
    written = f"{round(value, digits) + 0.0:.{digits}f}".replace(
        "-", "−"
    )  # adding zero takes the sign off a rounded zero
    return Text(written, written.replace(".", ","))


def proportion(value: float, digits: int = 3) -> Text:
    """Write a number between −1 and 1 with fixed digits: English leaves out its zero before the point.

    >>> proportion(-0.05)
    Text(en='−.050', id='−0,050')
    """
    written = number(value, digits)
    return Text(written.en.replace("0.", ".", 1) if abs(value) < 1 else written.en, written.id)


def probability(pvalue: float) -> Text:
    """Write a p value with its letter.

    >>> probability(0.0004), probability(0.25)["id"]
    (Text(en='p < .001', id='p < 0,001'), 'p = 0,250')
    """
    sign, shown = ("<", 0.001) if pvalue < 0.001 else ("=", pvalue)
    written = proportion(shown)
    return Text(f"p {sign} {written.en}", f"p {sign} {written.id}")
