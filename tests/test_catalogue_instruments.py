"""The shelf of instruments: every file on it, whoever wrote it, keeps the same promises."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from cocsem.instrument import Instrument, Item, list_instruments, load_instrument
from cocsem.language import LANGUAGES, Text
from cocsem.references import load_glossary, load_references
from cocsem.shelf import shelf

CODES = list_instruments()

# dimension code -> number of items, after the structure of the cited scale
COUNTS = {
    "product_involvement": {"INVC": 5, "INVA": 5},
    "customer_engagement": {"ENGC": 3, "ENGA": 4, "ENGB": 3},
    "cocreation_behaviour": {"CPIS": 3, "CPSH": 4, "CPRB": 4, "CPPI": 5, "CCFB": 3, "CCAD": 3, "CCHE": 4, "CCTO": 3},
    "cocreation_dart": {"DIA": 3, "ACC": 3, "RSK": 3, "TRP": 3},
    "cocreation_willingness": {"WIL": 4},
    "emotional_attachment": {"EMO": 4},
    "customer_trust": {"TRU": 4},
    "customer_satisfaction": {"SAT": 3},
    "customer_loyalty": {"LOYA": 3, "LOYB": 3},
    "word_of_mouth": {"WOM": 3},
    "marker_scale": {"MRK": 4},
}
HIGHER = {
    "product_involvement": ("INV",),
    "customer_engagement": ("ENG",),
    "cocreation_behaviour": ("COC", "CIT"),
    "cocreation_dart": ("DART",),
    "customer_loyalty": ("LOY",),
}
NEGATION = re.compile(r"\b(not|never|tidak|bukan|belum)\b", re.IGNORECASE)
CLAUSE = re.compile(r",|\b(?:because|when|if|but|karena|ketika|jika|tetapi|meskipun)\b", re.IGNORECASE)
# Adjective pairs of the published involvement inventories; our poles must not use them.
PUBLISHED_WORDS = re.compile(
    r"\b(un)?(important|relevant|valuable|worthless|needed|boring|interesting|exciting|appealing|fascinating|mundane"
    r"|involving|useful|useless|trivial|beneficial|vital|superfluous|desirable|essential|significant)\b"
)


@pytest.fixture(scope="module")
def instruments() -> tuple[Instrument, ...]:
    """The whole shelf."""
    return tuple(load_instrument(code) for code in CODES)


def plain(text: str) -> str:
    """Letters and digits only: two texts that differ in a comma are the same question."""
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def repeated(texts: list[str]) -> list[str]:
    return [text for text, count in Counter(map(plain, texts)).items() if count > 1]


def all_texts(instrument: Instrument) -> list[Text]:
    factors = (*instrument.dimensions, *instrument.higher)
    anchors = [anchor.text for item in instrument.items for anchor in item.scale.anchors]
    own = [instrument.title, instrument.purpose, instrument.status]
    return own + [f.name for f in factors] + [item.text for item in instrument.items] + anchors


@pytest.mark.parametrize("code", CODES)
def test_the_file_is_named_after_its_code(code: str) -> None:
    assert load_instrument(code).code == code
    assert (shelf("instruments") / f"{code}.toml").read_text(encoding="utf-8").endswith("\n")


@pytest.mark.parametrize("code", CODES)
def test_every_dimension_has_at_least_three_items(code: str) -> None:
    assert {d.code: len(d.items) for d in load_instrument(code).dimensions if len(d.items) < 3} == {}


@pytest.mark.parametrize("code", CODES)
def test_status_says_not_yet_validated(code: str) -> None:
    status = load_instrument(code).status
    assert "not yet validated" in status.en and "original wording" in status.en
    assert "belum divalidasi" in status.id


@pytest.mark.parametrize("code", CODES)
def test_constructs_stand_in_the_glossary_under_the_same_name(code: str) -> None:
    instrument, glossary = load_instrument(code), load_glossary()
    for factor in (*instrument.dimensions, *instrument.higher):
        assert factor.code in glossary
        assert factor.name == glossary[factor.code].name


@pytest.mark.parametrize("code", CODES)
def test_structure_names_known_sources(code: str) -> None:
    assert load_instrument(code).structure
    assert set(load_instrument(code).structure) <= set(load_references())


@pytest.mark.parametrize("code", CODES)
def test_both_languages_are_filled_and_differ(code: str) -> None:
    for text in all_texts(load_instrument(code)):
        assert text.en and text.id
        assert text.en.casefold() != text.id.casefold(), text


@pytest.mark.parametrize("code", CODES)
def test_a_likert_scale_has_a_word_for_every_point(code: str) -> None:
    for scale in {item.scale for item in load_instrument(code).items}:
        if scale.kind == "likert":
            assert [anchor.value for anchor in scale.anchors] == list(range(scale.minimum, scale.maximum + 1))


def test_no_item_text_stands_twice_on_the_shelf(instruments: tuple[Instrument, ...]) -> None:
    for lang in LANGUAGES:
        assert repeated([item.text[lang] for instrument in instruments for item in instrument.items]) == []


def test_no_title_stands_twice_on_the_shelf(instruments: tuple[Instrument, ...]) -> None:
    for lang in LANGUAGES:
        assert repeated([instrument.title[lang] for instrument in instruments]) == []


def test_codes_are_unique_on_the_whole_shelf(instruments: tuple[Instrument, ...]) -> None:
    codes = [item.code for instrument in instruments for item in instrument.items]
    codes += [construct for instrument in instruments for construct in instrument.constructs]
    assert [code for code, count in Counter(code.casefold() for code in codes).items() if count > 1] == []


@pytest.mark.parametrize("code", CODES)
def test_item_codes_are_the_construct_code_and_a_running_number(code: str) -> None:
    for dimension in load_instrument(code).dimensions:
        expected = [f"{dimension.code.lower()}{n}" for n in range(1, len(dimension.items) + 1)]
        assert [item.code for item in dimension.items] == expected


def faults_of_wording(item: Item, lang: str) -> list[str]:
    text, likert = item.text[lang], item.scale.kind == "likert"
    faults = {
        "stray blanks": text != " ".join(text.split()),
        "too long to answer in one breath": len(text.split()) > 25,
        "more than one plain statement": re.search(r"[!?;/()\"]", text) is not None,
        "no sentence": likert and not (text[0].isupper() and text.endswith(".") and text.count(".") == 1),
        "no pair of poles": not likert and len({*text.split(" – ")}) != 2,
        "spoken language": re.search(r"n't\b", text) is not None,
        "double negative": any(len(NEGATION.findall(clause)) > 1 for clause in CLAUSE.split(text)),
    }
    return [f"{item.code} ({lang}): {fault}" for fault, found in faults.items() if found]


@pytest.mark.parametrize("code", CODES)
def test_wording_of_the_items(code: str) -> None:
    items = load_instrument(code).items
    assert [fault for item in items for lang in LANGUAGES for fault in faults_of_wording(item, lang)] == []


def test_poles_are_not_those_of_a_published_inventory() -> None:
    poles = [item.text.en for item in load_instrument("product_involvement").items]
    assert [text for text in poles if PUBLISHED_WORDS.search(text)] == []


@pytest.mark.parametrize("code", [code for code in COUNTS if code != "marker_scale"])
def test_brand_and_product_have_one_word_in_each_language(code: str) -> None:
    for item in load_instrument(code).items:
        for en, local in (("brand", "merek"), ("products?", "produk")):
            in_english = re.search(rf"\b{en}\b", item.text.en, re.IGNORECASE) is not None
            in_indonesian = re.search(rf"\b{local}(nya)?\b", item.text.id, re.IGNORECASE) is not None
            assert in_english == in_indonesian, item.code


@pytest.mark.parametrize("code", COUNTS)
def test_dimensions_follow_the_structure_of_the_cited_scale(code: str) -> None:
    instrument = load_instrument(code)
    assert {d.code: len(d.items) for d in instrument.dimensions} == COUNTS[code]
    assert tuple(h.code for h in instrument.higher) == HIGHER.get(code, ())
    assert {(item.scale.minimum, item.scale.maximum) for item in instrument.items} == {(1, 7)}
