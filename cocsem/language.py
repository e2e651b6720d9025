"""Texts in the two languages of the house."""

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
