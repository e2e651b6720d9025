"""The reference list of a report."""

from __future__ import annotations

from collections.abc import Iterable

from cocsem.language import Text
from cocsem.references import apa, load_references

_UNKNOWN = Text(
    "{key} (named by the theory or instrument; not on the reference shelf)",
    "{key} (disebut teori atau instrumen; tidak ada di rak pustaka)",
)
STARRED = Text(
    "* Not read in full when this program was written: read it before you cite it, and take the star away.",
    "* Tidak dibaca lengkap ketika program ini disusun: bacalah sebelum mengutipnya, lalu hapus tanda bintangnya.",
)


def reference_lines(keys: Iterable[str], lang: str, *, star: bool = False) -> tuple[str, ...]:
    """Return the sources as lines of an APA list, in its order; a key that is not on the shelf says so.

    With `star` sources that were not read in full carry a star, which `STARRED` explains.

    >>> reference_lines(["nobody1900"], "en")
    ('nobody1900 (named by the theory or instrument; not on the reference shelf)',)
    """
    shelf = load_references()
    lines = {apa(key, lang=lang, star=star) if key in shelf else _UNKNOWN[lang].format(key=key) for key in keys}
    return tuple(sorted(lines, key=lambda line: line.lstrip("*").casefold()))
