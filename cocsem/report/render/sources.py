"""The reference list of a report."""

from __future__ import annotations

from collections.abc import Iterable

from cocsem.language import Text
from cocsem.references import apa, load_references, slanted

_UNKNOWN = Text(
    "{key} (named by the theory or instrument; not on the reference shelf)",
    "{key} (disebut teori atau instrumen; tidak ada di rak pustaka)",
)
STARRED = Text(
    "* Not read in full when this program was written: read it before you cite it, and take the star away.",
    "* Tidak dibaca lengkap ketika program ini disusun: bacalah sebelum mengutipnya, lalu hapus tanda bintangnya.",
)


def reference_parts(keys: Iterable[str], lang: str, *, star: bool = False) -> tuple[tuple[str, str, str], ...]:
    """Return the sources as lines of an APA list, in its order, each in three parts: the one in the middle is set in italics.

    A key that is not on the shelf says so. With `star` sources that were not read in full carry a star, which `STARRED` explains.

    >>> reference_parts(["laurent1985"], "en")[0][1]
    'Journal of Marketing Research, 22'
    >>> reference_parts(["nobody1900"], "en")
    (('nobody1900 (named by the theory or instrument; not on the reference shelf)', '', ''),)
    """
    shelf = load_references()
    parts = {_parts(key, lang, star) if key in shelf else (_UNKNOWN[lang].format(key=key), "", "") for key in keys}
    return tuple(sorted(parts, key=lambda three: "".join(three).lstrip("*").casefold()))


def _parts(key: str, lang: str, star: bool) -> tuple[str, str, str]:
    said, scheme, address = apa(key, lang=lang, star=star).partition("https://")
    before, middle, after = said.rpartition(slanted(key))
    return before, middle, f"{after}{scheme}{address}"
