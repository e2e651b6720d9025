"""Which column answers which item: by the codebook, by code, by question text, and never by a guess."""

from __future__ import annotations

import difflib
import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cocsem.errors import SurveyError
from cocsem.instrument.types import Instrument, Item
from cocsem.survey.table import RawTable

KINDS = ("codebook", "code", "text", "near")
_NUMBERING = re.compile(
    r"\s*(?:no\.? "
    r"?)?(?:[a-z]{0,10}\d{1,4}(?:[._-]\d{1,3})*|[a-z]|[ivx]{1,5}|\(\w{1,4}\))\s*[.):_–-]?[.):_–\s-]\s*(?=\S)(.+)",
    re.I,
)
_BRACKETED = re.compile(r"\[([^\[\]]+)\]\s*$")
_CODE_FIRST = re.compile(r"\s*[\[(]?([A-Za-z]\w{0,30})[\])]?\s*[.():\]–-]")
_SEPARATOR = re.compile(r"\s[-–—|>]\s|:\s|/(?=\S)")
_SHORTEST_NEAR = 12


@dataclass(frozen=True, slots=True)
class Match:
    """Column number `position` answers the item; `kind` says how it was recognised."""

    item: Item
    position: int
    kind: str


def code_key(text: str) -> str:
    """Fold a code to what counts: case, blanks, punctuation and leading zeros are forgiven.

    >>> code_key("TRU_01"), code_key("tru 1"), code_key("tru1.1")
    ('tru1', 'tru1', 'tru1_1')
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = re.sub(r"(?<=\d)[\W_]+(?=\d)", "\x00", folded)
    folded = re.sub(r"[^\w\x00]|_", "", folded).replace("\x00", "_")
    return re.sub(r"(?<!\d)0+(?=\d)", "", folded)


def text_key(text: str) -> str:
    """Fold a question text to its words.

    >>> text_key("  Saya PERCAYA pada merek ini. * ")
    'saya percaya pada merek ini'
    """
    plain = re.sub(r"</?[A-Za-z][^<>]{0,200}>", " ", html.unescape(text)) if "<" in text or "&" in text else text
    return " ".join(re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", plain).casefold()).split())


def readings(text: str) -> tuple[str, ...]:
    """What a header may say: itself, the bracketed end of a grid, without its number, what follows a group's name.

    >>> readings("Statements [1. I trust it.]")[1:]
    ('1. I trust it.', 'I trust it.')
    """
    found = [text]
    for step in (_inside_brackets, _after_numbering, _after_group):
        found += [reading for known in list(found) for reading in step(known)]
    return tuple(dict.fromkeys(found))


def _inside_brackets(text: str) -> list[str]:
    match = _BRACKETED.search(text)
    return [match[1].strip()] if match else []


def _after_numbering(text: str) -> list[str]:
    match = _NUMBERING.fullmatch(text)
    return [match[1].strip()] if match else []


def _after_group(text: str) -> list[str]:
    """What follows each separator: a pair of poles holds a dash of its own, so its group ends at an earlier one."""
    return [rest for mark in _SEPARATOR.finditer(text) if (rest := text[mark.end() :].strip())]


def match_items(table: RawTable, items: Sequence[Item], columns: Mapping[str, str]) -> dict[str, Match]:
    """Find the column of every item; items without a column are simply absent from the answer.

    Parameters
    ----------
    table : the raw table; names and further texts of its columns are compared.
    items : the items looked for.
    columns : the codebook's map of headers to item codes.

    Raises
    ------
    SurveyError : two columns answer one item, one column answers two items, or the codebook names a column that is
        not there.
    """
    by_code = _index((code_key(item.code), item) for item in items)
    by_text = _index((text_key(text), item) for item in items for text in _wordings(item))
    stated = positions_of(table, columns)
    codes = {item.code: item for item in items}
    found = [
        Match(codes[columns[header]], place, "codebook") for header, place in stated.items() if columns[header] in codes
    ]
    settled = {match.item.code for match in found}
    free = [place for place in range(len(table.names)) if place not in stated.values()]
    exact = [match for place in free for match in _exact(table.called(place), place, by_code, by_text)]
    found += [match for match in exact if match.item.code not in settled]
    settled = {match.item.code for match in found}
    taken = {match.position for match in found}
    rest = {key: hits for key, hits in by_text.items() if not settled & {item.code for item in hits}}
    found += [match for place in free if place not in taken for match in _near(table.called(place), place, rest)]
    return _unambiguous(found, table)


def positions_of(table: RawTable, headers: Iterable[str], who: str = "The codebook") -> dict[str, int]:
    """Find the columns with these headers; case, blanks and punctuation are forgiven when no column fits exactly."""
    exact = {name: place for place, name in reversed(list(enumerate(table.names)))}
    folded: dict[str, list[int]] = defaultdict(list)
    for place in range(len(table.names)):
        for text in table.called(place):
            folded[text_key(text)].append(place)
    result = {}
    for header in headers:
        name = " ".join(header.split())
        places = [exact[name]] if name in exact else sorted(set(folded.get(text_key(name), [])))
        if len(places) != 1:
            raise SurveyError(
                f"{who} names the column '{name}', which must occur once, but {len(places)} columns of the "
                "file are called so. "
                f"{hint_closest(table, [name])}Write the header as it stands in the file."
            )
        result[header] = places[0]
    return result


def _index(pairs: Iterable[tuple[str, Item]]) -> dict[str, list[Item]]:
    result: dict[str, list[Item]] = defaultdict(list)
    for key, item in pairs:
        if key and item not in result[key]:
            result[key].append(item)
    return result


def _exact(
    texts: Sequence[str], place: int, by_code: Mapping[str, list[Item]], by_text: Mapping[str, list[Item]]
) -> list[Match]:
    """Matches of one column: by its code if it shows one, else by its question text."""
    for kind, keys, index in (
        ("code", [code_key(part) for text in texts for part in _codes(text)], by_code),
        ("text", [text_key(reading) for text in texts for reading in readings(text)], by_text),
    ):
        hits = [item for key in keys for item in index.get(key, [])]
        if hits:
            return [Match(item, place, kind) for item in {item.code: item for item in hits}.values()]
    return []


def _wordings(item: Item) -> tuple[str, ...]:
    """The question in either language, or in both as bilingual forms print it."""
    en, idn = item.text.en, item.text.id
    return en, idn, f"{en} {idn}", f"{idn} {en}"


def _codes(text: str) -> list[str]:
    """Where a code may stand in a header: alone, in brackets, before the question text, after a group's name."""
    first = _CODE_FIRST.match(text)
    parts = (text, *_inside_brackets(text), first[1] if first else None, text.rsplit("/", 1)[-1])
    return [part for part in parts if part]


def _near(texts: Sequence[str], place: int, by_text: Mapping[str, list[Item]]) -> list[Match]:
    keys = {text_key(reading) for text in texts for reading in readings(text)}
    hits = {
        item.code: item
        for key in keys
        for known, items in by_text.items()
        if _one_letter_apart(key, known)
        for item in items
    }
    return [Match(item, place, "near") for item in hits.values()]


def _one_letter_apart(one: str, other: str) -> bool:
    """Same number of words, all equal but one, and that one with a single letter wrong, missing, doubled or swapped."""
    if min(len(one), len(other)) < _SHORTEST_NEAR or abs(len(one) - len(other)) > 1:
        return False
    words, others = one.split(), other.split()
    unlike = [(a, b) for a, b in zip(words, others, strict=False) if a != b]
    return len(words) == len(others) and len(unlike) == 1 and min(map(len, unlike[0])) >= 4 and _one_edit(*unlike[0])


def _one_edit(one: str, other: str) -> bool:
    """One substitution, insertion or swap of neighbours turns one word into the other."""
    start = next((k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


def _unambiguous(found: Sequence[Match], table: RawTable) -> dict[str, Match]:
    by_item: dict[str, list[Match]] = defaultdict(list)
    by_place: dict[int, list[Match]] = defaultdict(list)
    for match in found:
        by_item[match.item.code].append(match)
        by_place[match.position].append(match)
    for code, matches in by_item.items():
        if len(matches) > 1:
            names = " and ".join(f"'{table.names[m.position]}' (column {m.position + 1}, by {m.kind})" for m in matches)
            raise SurveyError(
                f"Item '{code}' must be answered in one column, but {names} both look like it. "
                "Remove one of them, or say which one counts under [columns] in a codebook."
            )
    for place, matches in by_place.items():
        if len(matches) > 1:
            codes = " and ".join(f"'{code}'" for code in sorted(m.item.code for m in matches))
            raise SurveyError(
                f"Column '{table.names[place]}' must answer one item, but it looks like {codes}. "
                "Use item codes as headers, or say which item it is under [columns] in a codebook."
            )
    return {code: matches[0] for code, matches in by_item.items()}


def hint_closest(table: RawTable, wanted: Iterable[str], most: int = 3) -> str:
    """Say which headers come closest to what was looked for, as a sentence; empty when none is close."""
    names = {text_key(text): text for place in range(len(table.names)) for text in table.called(place)}
    close = [
        names[key] for each in wanted for key in difflib.get_close_matches(text_key(each), list(names), n=1, cutoff=0.6)
    ]
    shown = [f"'{name[:60]}'" for name in dict.fromkeys(close)][:most]
    return f"Closest headers: {', '.join(shown)}. " if shown else ""


@dataclass(frozen=True, slots=True)
class Found:
    """How much of an instrument stands in a file: `matched` item codes and `missing` ones."""

    instrument: Instrument
    matched: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """True when every item has its column."""
        return not self.missing

    @property
    def constructs(self) -> tuple[str, ...]:
        """Codes of the constructs all of whose items have their columns."""
        whole = [d.code for d in self.instrument.dimensions if not {i.code for i in d.items} & set(self.missing)]
        return tuple(whole) + tuple(h.code for h in self.instrument.higher if set(h.dimensions) <= set(whole))


def find_instruments(
    table: RawTable, instruments: Iterable[Instrument], columns: Mapping[str, str]
) -> tuple[Found, ...]:
    """Say which instruments a table answers, completely or in part; those without any matched item are left out."""
    result = []
    for instrument in instruments:
        matches = match_items(table, instrument.items, columns)
        codes = [item.code for item in instrument.items]
        if matches:
            result.append(
                Found(instrument, tuple(c for c in codes if c in matches), tuple(c for c in codes if c not in matches))
            )
    return tuple(
        sorted(result, key=lambda found: (len(found.missing) / len(found.instrument.items), found.instrument.code))
    )
