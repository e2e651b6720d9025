"""Errors in the reader's language: they are raised in English, and said in Indonesian from the catalogue beside this file.

A message is looked up by its form: the text as it stands in the code, its gaps numbered. What fills a gap is looked up
in turn (advice, a wrapped error), unless it stands in quotation marks: then it is a name of the user's own.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from cocsem.errors import ModelSyntaxError
from cocsem.language import Text
from cocsem.shelf import read_toml

_GAP = re.compile(r"\{(\d+)\}")
_SENTENCES = re.compile(r"(?<=[.?]) ")
_QUOTES = ("'", '"', "`")
_LINE = Text("line", "baris")


class Form(NamedTuple):
    """One message of the catalogue: its text, its translation, and what finds it."""

    text: str
    translation: str
    pattern: re.Pattern[str]
    fixed: int


@lru_cache(maxsize=1)
def load_catalogue() -> tuple[Form, ...]:
    """Read every catalogue file once; the most specific messages come first."""
    pairs: dict[str, str] = {}
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        pairs |= read_toml(path)
    forms = [Form(text, pairs[text], _pattern(text), len(_GAP.sub("", text))) for text in pairs]
    return tuple(sorted(forms, key=lambda form: -form.fixed))


def message_of(fault: Exception) -> Text:
    """Return an error in both languages; what the catalogue does not hold stays English.

    >>> message_of(ValueError("The survey file 'a.csv' must exist, but it was not found. Check its name and folder."))["id"]
    "Berkas survei 'a.csv' harus ada, tetapi tidak ditemukan. Periksa nama dan foldernya."
    """
    if isinstance(fault, ModelSyntaxError):
        return Text(str(fault), translate(fault.message) + fault.place(_LINE.id))
    return Text(str(fault), translate(str(fault)))


def translate(text: str) -> str:
    """Return a message in Indonesian.

    >>> translate("'a.ods' is an OpenDocument spreadsheet, which cocsem does not read. Export the survey as .csv, .xlsx, .sav or .parquet.")
    "'a.ods' adalah lembar sebar OpenDocument, yang tidak dibaca cocsem. Ekspor survei itu sebagai .csv, .xlsx, .sav, atau .parquet."
    """
    core = text.strip()
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if not core:
        return text
    return before + (_looked_up(core) or _in_parts(core)) + after


def _looked_up(text: str) -> str | None:
    return next((_filled(form, found) for form in load_catalogue() if (found := form.pattern.fullmatch(text))), None)


def _filled(form: Form, found: re.Match[str]) -> str:
    values = {n: v if _is_quoted(form.text, n) else translate(v) for n, v in found.groupdict().items()}
    return _GAP.sub(lambda gap: values[f"g{gap[1]}"], form.translation.strip())


def _in_parts(text: str) -> str:
    """Several sentences that were joined: the longest run that is known, then the rest."""
    sentences = _SENTENCES.split(text)
    for count in range(len(sentences) - 1, 0, -1):
        known = _looked_up(" ".join(sentences[:count]))
        if known is not None:
            return f"{known} {translate(' '.join(sentences[count:]))}"
    return text


def _is_quoted(text: str, group: str) -> bool:
    gap = f"{{{group[1:]}}}"
    return any(f"{quote}{gap}{quote}" in text for quote in _QUOTES)


def _pattern(text: str) -> re.Pattern[str]:
    parts = _GAP.split(text.strip())
    written = [re.escape(part) if place % 2 == 0 else f"(?P<g{part}>.*?)" for place, part in enumerate(parts)]
    return re.compile("".join(written), re.DOTALL)
