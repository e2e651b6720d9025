"""Sources in the text, in the APA list and in BibTeX."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from cocsem.errors import ShelfError
from cocsem.references import apa, bibtex, citation, cite, load_references, slanted
from cocsem.references.types import Reference
from cocsem.report.render.sources import reference_parts


def shelve(monkeypatch: pytest.MonkeyPatch, reference: Reference) -> None:
    monkeypatch.setattr(citation, "load_references", lambda: {reference.key: reference})


def book(**fields: Any) -> Reference:
    whole: dict[str, Any] = {
        "key": "w",
        "type": "book",
        "authors": ("Writer, A.",),
        "title": "A title",
        "read": "full",
        **fields,
    }
    return Reference(**whole)


@pytest.mark.parametrize(
    ("authors", "lang", "expected"),
    [
        (("Writer, A.",), "en", "Writer (2001)"),
        (("Writer, A.", "Reader, B."), "en", "Writer and Reader (2001)"),
        (("Writer, A.", "Reader, B."), "id", "Writer dan Reader (2001)"),
        (("Writer, A.", "Reader, B.", "Third, C."), "en", "Writer et al. (2001)"),
        (("Writer, A.", "Reader, B.", "Third, C."), "id", "Writer dkk. (2001)"),
        (("Departemen Perdagangan",), "id", "Departemen Perdagangan (2001)"),
    ],
)
def test_cite_names_one_two_or_the_first_of_many(
    monkeypatch: pytest.MonkeyPatch, authors: tuple[str, ...], lang: str, expected: str
) -> None:
    shelve(monkeypatch, book(authors=authors, year=2001))
    assert cite("w", lang=lang) == expected


def test_undated_sources_say_so_in_the_language_of_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(monkeypatch, book())
    assert (cite("w"), cite("w", lang="id")) == ("Writer (n.d.)", "Writer (t.t.)")


def test_a_letter_follows_the_year(monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(monkeypatch, book(year=2001, letter="a"))
    assert cite("w") == "Writer (2001a)"


def test_undated_sources_without_an_author_are_told_apart_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(monkeypatch, book(authors=("Anonymous",), year=None, letter="a"))
    assert (cite("w"), cite("w", lang="id")) == ("Anonymous (n.d.-a)", "Anonim (t.t.-a)")
    assert apa("w", lang="id").startswith("Anonim. (t.t.-a).")


def test_apa_book_with_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(monkeypatch, book(year=2019, edition="8th", publisher="House"))
    assert apa("w") == "Writer, A. (2019). A title (8th ed.). House."
    assert apa("w", lang="id") == "Writer, A. (2019). A title (edisi ke-8). House."


def test_apa_chapter_turns_the_names_of_editors(monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(
        monkeypatch,
        book(
            type="chapter",
            year=1995,
            booktitle="The book",
            editors=("One, A. B.", "Two, C."),
            pages="56-75",
            publisher="House",
        ),
    )
    assert apa("w") == "Writer, A. (1995). A title. In A. B. One & C. Two (Eds.), The book (pp. 56–75). House."


def test_apa_article_and_doi(monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(
        monkeypatch,
        book(
            type="article",
            year=1990,
            title="Is it?",
            journal="Journal",
            volume="1",
            issue="2",
            pages="3-4",
            doi="10.1/x",
        ),
    )
    assert apa("w") == "Writer, A. (1990). Is it? Journal, 1(2), 3–4. https://doi.org/10.1/x"


def test_apa_software(monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(monkeypatch, book(type="software", year=2022, version="0.6", url="https://example.org"))
    assert apa("w") == "Writer, A. (2022). A title (Version 0.6) [Computer software]. https://example.org"


def test_apa_lists_twenty_names_and_shortens_twenty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    names = tuple(f"Name{n}, A." for n in range(21))
    shelve(monkeypatch, book(authors=names[:20], year=2000))
    assert ", & Name19, A." in apa("w")
    shelve(monkeypatch, book(authors=names, year=2000))
    assert "Name18, A., … Name20, A." in apa("w") and "Name19" not in apa("w")


@pytest.mark.parametrize("read", ["abstract", "secondary", "not read"])
def test_a_source_not_read_in_full_is_printed_as_such(monkeypatch: pytest.MonkeyPatch, read: str) -> None:
    shelve(monkeypatch, book(read=read))
    assert apa("w").endswith("]") and "read" in apa("w")
    assert apa("w", lang="id").endswith("]") and "dibaca" in apa("w", lang="id")


def test_bibtex_escapes_and_keeps_bodies_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    shelve(monkeypatch, book(authors=("Bureau of Trade",), year=2009, publisher="A & B", doi="10.1/a_b"))
    text = bibtex("w")
    assert "author = {{Bureau of Trade}}" in text
    assert r"publisher = {A \& B}" in text
    assert "doi = {10.1/a_b}" in text


@pytest.mark.parametrize("function", [cite, apa, bibtex])
def test_an_unknown_key_is_an_error_with_a_remedy(function: Callable[[str], str]) -> None:
    with pytest.raises(ShelfError, match=r"'nobody1900' does not\. Add an entry \[nobody1900\]"):
        function("nobody1900")


def test_every_source_prints_in_every_form() -> None:
    for key in load_references():
        for lang in ("en", "id"):
            line = apa(key, lang=lang)
            assert ".." not in line.replace("...", "") and "  " not in line, line
        assert bibtex(key).count("{") == bibtex(key).count("}")


def test_citations_in_the_text_tell_sources_apart() -> None:
    short = Counter(cite(key) for key in load_references())
    assert [text for text, count in short.items() if count > 1] == []


@pytest.mark.parametrize("key", sorted(load_references()))
def test_the_part_in_italics_stands_in_the_line_of_every_source(key: str) -> None:
    for lang in ("en", "id"):
        ((before, middle, after),) = reference_parts([key], lang)
        assert middle == slanted(key)
        assert before + middle + after == apa(key, lang=lang)
        assert "https://" not in before
