"""The library: every entry is whole, and a wrong one is refused with the file and the place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cocsem.errors import ShelfError
from cocsem.language import LANGUAGES
from cocsem.references import load_glossary, load_references
from cocsem.references.load import READ, TYPES, construct_from, merge_entries, reference_from

WHOLE = {"type": "article", "authors": ["Writer, A."], "year": 2001, "title": "A title", "read": "abstract"}


def test_every_reference_says_what_it_is_and_how_far_it_was_read() -> None:
    references = load_references()
    assert references
    for key, reference in references.items():
        assert reference.key == key
        assert reference.type in TYPES
        assert reference.read in READ
        assert reference.authors and reference.title


def test_no_source_stands_under_two_keys() -> None:
    dois = [r.doi.casefold() for r in load_references().values() if r.doi]
    titles = [(r.title.casefold(), r.edition, r.authors) for r in load_references().values()]
    assert len(dois) == len(set(dois))
    assert len(titles) == len(set(titles))


def test_dois_are_bare() -> None:
    assert all(r.doi.startswith("10.") for r in load_references().values() if r.doi)


def test_shelf_mappings_cannot_be_changed() -> None:
    references: Any = load_references()
    with pytest.raises(TypeError):
        references["new"] = None


def test_numbers_of_an_entry_become_text() -> None:
    reference = reference_from("writer2001", {**WHOLE, "volume": 12, "issue": "3/4"}, "here")
    assert (reference.volume, reference.issue, reference.year) == ("12", "3/4", 2001)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "poem"}, "type must be one of"),
        ({"read": "yes"}, "read must be one of"),
        ({"authors": []}, "must name its authors"),
        ({"authors": "Writer, A."}, "authors must be a list"),
        ({"editors": [1]}, "editors must be a list"),
        ({"year": "2001"}, "year must be a whole number"),
        ({"year": True}, "year must be a whole number"),
        ({"doi": ""}, "doi must be text"),
        ({"titel": "x"}, "unknown field 'titel'"),
        ({"volume": 1.5}, "volume must be text"),
    ],
)
def test_a_wrong_entry_is_refused(change: dict[str, object], message: str) -> None:
    with pytest.raises(ShelfError, match=message):
        reference_from("writer2001", {**WHOLE, **change}, "[writer2001] in x.toml")


def test_an_entry_without_title_is_refused() -> None:
    entry = {field: value for field, value in WHOLE.items() if field != "title"}
    with pytest.raises(ShelfError, match="must have a title"):
        reference_from("writer2001", entry, "here")


def test_the_same_key_in_two_files_is_refused(tmp_path: Path) -> None:
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text('[same]\ntitle = "x"\n', encoding="utf-8")
    with pytest.raises(ShelfError, match=r"'same' must stand once, but both a\.toml and b\.toml"):
        list(merge_entries(sorted(tmp_path.glob("*.toml"))))


@pytest.mark.parametrize("text", ['"2key".title = "x"', 'loose = "x"', '["a b"]'])
def test_a_wrong_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ShelfError, match="must be a table whose key starts with a letter"):
        list(merge_entries([path]))


def test_a_construct_needs_both_languages() -> None:
    with pytest.raises(ShelfError, match="definition must be written as"):
        construct_from("TRU", {"name": {"en": "trust", "id": "kepercayaan"}, "definition": {"en": "x"}}, "[TRU]")


def test_glossary_names_are_unique_in_each_language() -> None:
    constructs = load_glossary().values()
    for lang in LANGUAGES:
        names = [construct.name[lang].casefold() for construct in constructs]
        assert sorted(names) == sorted(set(names))


def test_glossary_differs_between_the_languages() -> None:
    for construct in load_glossary().values():
        assert construct.definition.en != construct.definition.id, construct.code


def test_glossary_keeps_involvement_engagement_attachment_and_participation_apart() -> None:
    glossary = load_glossary()
    head = {code: glossary[code].name.id.split()[0] for code in ("INV", "ENG", "EMO", "COC")}
    assert head == {"INV": "keterlibatan", "ENG": "keterikatan", "EMO": "kelekatan", "COC": "partisipasi"}
    for code in head:
        note = glossary[code].note
        assert note is not None and "keterlibatan" in note.id
