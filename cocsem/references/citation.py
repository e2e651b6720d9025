"""Sources as readers expect them: in the text, in an APA list, in BibTeX.

Style: American Psychological Association (2020), Publication manual, 7th edition.
"""

from __future__ import annotations

from collections.abc import Mapping

from cocsem.errors import ShelfError
from cocsem.language import Text
from cocsem.references.load import load_references
from cocsem.references.types import Reference

_AND = Text("and", "dan")
_OTHERS = Text("et al.", "dkk.")
_UNDATED = Text("n.d.", "t.t.")
_IN = Text("In", "Dalam")
_EDITOR = Text("Ed.", "Ed.")
_EDITORS = Text("Eds.", "Ed.")
_EDITION = Text("{number} ed.", "edisi ke-{number}")
_PAGES = Text("pp.", "hlm.")
_NOBODY = Text("Anonymous", "Anonim")
_SOFTWARE = Text("Computer software", "Perangkat lunak")
_VERSION = Text("Version", "Versi")
_READING: Mapping[str, Text] = {
    "full": Text("", ""),
    "abstract": Text("[read for cocsem: abstract only]", "[dibaca untuk cocsem: hanya abstrak]"),
    "secondary": Text("[read for cocsem: in a secondary source]", "[dibaca untuk cocsem: melalui sumber sekunder]"),
    "not read": Text("[not read for cocsem]", "[tidak dibaca untuk cocsem]"),
}
_BIBTEX_TYPES = {
    "article": "article",
    "book": "book",
    "chapter": "incollection",
    "report": "techreport",
    "software": "misc",
    "web": "misc",
}
_BIBTEX_FIELDS = {
    "journal": "journal",
    "booktitle": "booktitle",
    "edition": "edition",
    "volume": "volume",
    "issue": "number",
    "pages": "pages",
    "publisher": "publisher",
}
_MOST_NAMES = 20


def cite(key: str, *, lang: str = "en", inside: bool = False) -> str:
    """Return a source as it stands in running text, or `inside` brackets.

    Parameters
    ----------
    key : key of a source.
    lang : language of the text, `en` or `id`. inside : name and year as they stand within brackets.

    Raises
    ------
    ShelfError : no source has this key.

    >>> cite("zaichkowsky1994"), cite("laurent1985", lang="id"), cite("laurent1985", inside=True)
    ('Zaichkowsky (1994)', 'Laurent dan Kapferer (1985)', 'Laurent & Kapferer, 1985')
    """
    reference = find_reference(key)
    families = [name.split(",")[0].strip() for name in _authors(reference, lang)]
    if len(families) > 2:
        who = f"{families[0]} {_OTHERS[lang]}"
    else:
        who = f" {'&' if inside else _AND[lang]} ".join(families)
    return f"{who}, {_year(reference, lang)}" if inside else f"{who} ({_year(reference, lang)})"


def apa(key: str, *, lang: str = "en", star: bool = False) -> str:
    """Return a source as a line of an APA reference list; a source that was not read in full says so at its end.

    Parameters
    ----------
    key : key of a source.
    lang : language of the connecting words, `en` or `id`.
    star : say it by a star before the line, as a list to be handed in needs it.

    Raises
    ------
    ShelfError : no source has this key.

    >>> print(apa("laurent1985"))
    Laurent, G., & Kapferer, J.-N. (1985). Measuring consumer involvement profiles.
    Journal of Marketing Research, 22(1), 41–53. [read for cocsem: abstract only]
    """
    reference = find_reference(key)
    head = f"{_sentence(_join_names(_authors(reference, lang)))} ({_year(reference, lang)})."
    parts = (head, _sentence(_title(reference, lang)), _sentence(_home(reference, lang)), _link(reference))
    reading = _READING[reference.read][lang]
    line = " ".join(part for part in (*parts, "" if star else reading) if part)
    return f"*{line}" if star and reading else line


def bibtex(key: str) -> str:
    """Return a source as a BibTeX entry.

    Parameters
    ----------
    key : key of a source.

    Raises
    ------
    ShelfError : no source has this key.

    >>> bibtex("laurent1985").splitlines()[0]
    '@article{laurent1985,'
    """
    reference = find_reference(key)
    fields = {"author": _bibtex_names(reference.authors), "editor": _bibtex_names(reference.editors)}
    fields["year"] = "" if reference.year is None else str(reference.year)
    # The second pair of braces keeps the capitals of the title ("Indonesia") in every bibliography style.
    fields["title"] = f"{{{_escape(reference.title)}}}"
    fields |= {name: _escape(getattr(reference, field)) for field, name in _BIBTEX_FIELDS.items()}
    fields |= {"doi": reference.doi, "url": reference.url}
    body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{_BIBTEX_TYPES[reference.type]}{{{key},\n{body}\n}}"


def slanted(key: str) -> str:
    """Return the part of the APA line that is set in italics: a journal with its volume, an edited book, or the title of a work of its own.

    >>> slanted("laurent1985")
    'Journal of Marketing Research, 22'
    """
    reference = find_reference(key)
    if reference.journal:
        return ", ".join(part for part in (reference.journal, reference.volume) if part)
    return reference.booktitle or reference.title


def find_reference(key: str) -> Reference:
    """Return the source with this key; an unknown key is a `ShelfError`."""
    reference = load_references().get(key)
    if reference is None:
        raise ShelfError(
            f"Reference keys must stand in cocsem/references, but '{key}' does not. Add an entry [{key}] there."
        )
    return reference


def _year(reference: Reference, lang: str) -> str:
    if reference.year is None:
        return "-".join(part for part in (_UNDATED[lang], reference.letter) if part)
    return f"{reference.year}{reference.letter}"


def _authors(reference: Reference, lang: str) -> tuple[str, ...]:
    return tuple(_NOBODY[lang] if name == _NOBODY.en else name for name in reference.authors)


def _join_names(names: tuple[str, ...]) -> str:
    if len(names) > _MOST_NAMES:
        return ", ".join(names[: _MOST_NAMES - 1]) + ", … " + names[-1]
    if len(names) == 1:
        return names[0]
    return ", ".join(names[:-1]) + ", & " + names[-1]


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


def _title(reference: Reference, lang: str) -> str:
    marks = []
    if reference.version:
        marks.append(f"({_VERSION[lang]} {reference.version})")
    if reference.edition:
        marks.append(f"({_edition(reference.edition, lang)})")
    if reference.type == "software":
        marks.append(f"[{_SOFTWARE[lang]}]")
    return " ".join((reference.title, *marks))


def _edition(edition: str, lang: str) -> str:
    number = edition.removesuffix("ed.").strip()
    return _EDITION[lang].format(number=number if lang == "en" else number.rstrip("stndrh"))


def _home(reference: Reference, lang: str) -> str:
    """Where the work appeared: the journal with volume and pages, the edited book, or the publisher."""
    if reference.journal:
        volume = reference.volume + (f"({reference.issue})" if reference.issue else "")
        return ", ".join(part for part in (reference.journal, volume, _dash(reference.pages)) if part)
    if reference.booktitle:
        pages = f" ({_PAGES[lang]} {_dash(reference.pages)})" if reference.pages else ""
        book = f"{_IN[lang]} {_edited_by(reference.editors, lang)}{reference.booktitle}{pages}"
        return f"{book}. {reference.publisher}" if reference.publisher else book
    return reference.publisher


def _edited_by(editors: tuple[str, ...], lang: str) -> str:
    """Editors stand with their initials first, other than authors."""
    if not editors:
        return ""
    turned = tuple(" ".join(reversed(name.split(", ", 1))) for name in editors)
    names = " & ".join(turned) if len(turned) < 3 else _join_names(turned)
    return f"{names} ({(_EDITORS if len(editors) > 1 else _EDITOR)[lang]}), "


def _dash(pages: str) -> str:
    return pages.replace("--", "–").replace("-", "–")


def _link(reference: Reference) -> str:
    return f"https://doi.org/{reference.doi}" if reference.doi else reference.url


def _bibtex_names(names: tuple[str, ...]) -> str:
    # Braces keep BibTeX from splitting the name of a body ("Departemen Perdagangan") into given and family names.
    return " and ".join(_escape(name) if "," in name else f"{{{_escape(name)}}}" for name in names)


def _escape(text: str) -> str:
    escaped = "".join(f"\\{character}" if character in "&%$#_" else character for character in text)
    return escaped.replace("–", "--")
