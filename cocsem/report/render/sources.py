"""The reference list of a report."""

from __future__ import annotations

from collections.abc import Iterable

from cocsem.language import Text
from cocsem.references import apa, load_references

_UNKNOWN = Text(
    "{key} (named by the theory or instrument; not on the reference shelf)",
    "{key} (disebut teori atau instrumen; tidak ada di rak pustaka)",
)


def reference_lines(keys: Iterable[str], lang: str) -> tuple[str, ...]:
    """Return the sources as lines of an APA list, in its order; a key that is not on the shelf says so.

    >>> reference_lines(["nobody1900"], "en")
    ('nobody1900 (named by the theory or instrument; not on the reference shelf)',)
    """
    shelf = load_references()
    lines = {apa(key, lang=lang) if key in shelf else _UNKNOWN[lang].format(key=key) for key in keys}
    return tuple(sorted(lines, key=str.casefold))
