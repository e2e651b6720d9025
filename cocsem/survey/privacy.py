"""Columns that tell who the respondent is, or when: recognised by their header and by what they hold."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from cocsem.survey.matching import text_key
from cocsem.survey.table import Cell, is_missing, parse_number, parse_quantity, written

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]{2,}")
_MOBILE = re.compile(r"(?<![0-9])(?:\+?62|0)[ .-]?8(?:[ .-]?[0-9]){7,11}(?![0-9])")
# 0.8571428571 and 62.8571428571 are measurements, not the numbers of mobile phones.
_DECIMAL = re.compile(r"[+-]?(?:0|[1-9][0-9]*)[.,][0-9]+")
_ABROAD = re.compile(r"(?<![0-9])\+[1-9](?:[ .()-]?[0-9]){8,14}(?![0-9])")
_ADDRESS = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_DAY = r"(?:[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{2,4})(?:[ T,]+.*)?"
_CLOCK = r"[0-9]{1,2}[:.][0-9]{2}[:.][0-9]{2}.*"
_DATE = re.compile(f"{_DAY}|{_CLOCK}")


def _any_of(*words: str) -> re.Pattern[str]:
    """A pattern that finds one of these words or word groups, whole, in a header folded by `text_key`."""
    return re.compile(rf"\b(?:{'|'.join(words)})\b")


_PERSONAL = _any_of(
    *("e ?mail", "surel", "recipientemail", "username", "nama", "name", "firstname", "lastname", "fullname"),
    *("nik", "ktp", "nim", "npm", "nip", "npwp", "no kk", "rekening", "tanda tangan", "signature"),
    *("alamat", "address", "ip ?address", "latitude", "longitude", "locationlatitude", "locationlongitude"),
    *("geolocation", "gps", "koordinat", "tanggal lahir", "tgl lahir", "birth ?date", "date of birth"),
    *(
        "respondent id",
        "response ?id",
        "id responden",
        "kode responden",
        "participant id",
        "participant",
        "prolific",
        "inisial",
        "initials",
    ),
    *("externalreference", "externaldatareference", "device ?id", "cookie"),
)
_CHANNEL = _any_of(
    *("no ?hp", "hp", "nomor hp", "handphone", "telepon", "telephone", "telp", "phone", "ponsel", "mobile number"),
    *("whatsapp", "whats app", "no wa", "nomor wa", "wa", "line id", "telegram", "instagram", "facebook"),
    *("contact", "kontak"),
)
_ABOUT_THINGS = _any_of("merek", "merk", "brand", "produk", "product")
_TIME = _any_of(
    *("time ?stamp", "stempel waktu", "cap waktu", "start ?date", "end ?date", "recorded ?date", "submit ?date"),
    *("date ?stamp", "start ?time", "end ?time", "submission time", "completion time", "last modified time"),
    *("waktu mulai", "waktu selesai", "waktu pengisian", "tanggal pengisian"),
)
# Questions that are answered in one's own words, however few people answer them.
_OPEN = _any_of(
    *("saran", "kritik", "masukan", "komentar", "pesan", "kesan", "keluhan", "harapan", "alasan", "mengapa", "kenapa"),
    *("jelaskan", "sebutkan", "ceritakan", "tuliskan", "catatan", "suggestions?", "comments?", "remarks?", "feedback"),
    *("please explain", "please specify", "why", "reasons?"),
)
_COUNTER = re.compile("no|nomor|id|number|responden|respondent|case|index|nr|urut|no urut")


def kind_of_column(names: Sequence[str], cells: Sequence[Cell]) -> str | None:
    """Say why a column must not be read: `private`, `timestamp`, `free_text`; None when nothing speaks against it.

    >>> kind_of_column(["Kontak"], ["a@b.id", None])
    'private'
    """
    values = [cell for cell in cells if not is_missing(cell)]
    if holds_contact([*values, *names]) or _counts_or_identifies(names, values):
        return "private"
    headers = [text_key(name) for name in names]
    if any(_TIME.search(h) for h in headers) or (values and _share(values, _DATE) >= 0.8):
        return "timestamp"
    if any(_PERSONAL.search(h) and not _ABOUT_THINGS.search(h) for h in headers):
        return "private"
    if any(_CHANNEL.search(h) for h in headers) and not _repeats(values):
        return "private"
    if any(_OPEN.search(h) for h in headers) and _in_own_words(values):
        return "free_text"
    return "free_text" if _mostly_unique(values) else None


def holds_contact(values: Sequence[Cell]) -> bool:
    """Say whether any cell holds an e-mail address, a phone number or a network address."""
    return any(_is_contact(written(value)) for value in values)


def _is_contact(text: str) -> bool:
    if _DECIMAL.fullmatch(text):
        return False
    return bool(_EMAIL.search(text) or _MOBILE.search(text) or _ABROAD.search(text) or _ADDRESS.fullmatch(text))


def quote(cell: Cell, longest: int = 40) -> str:
    """Quote a cell in a message: shortened, and never an address or a phone number.

    >>> quote("budi@example.com"), quote(8.0)
    ('(an e-mail or phone)', '8')
    """
    text = written(cell)
    if _is_contact(text):
        return "(an e-mail or phone)"
    if isinstance(cell, float):
        return text
    return f"'{text[:longest]}...'" if len(text) > longest else f"'{text}'"


def _repeats(values: Sequence[Cell]) -> bool:
    """A question about a channel ("How often do you use WhatsApp?") is answered by few repeated categories."""
    return len(values) >= 10 and len(set(values)) <= min(10, len(values) / 4)


def _share(values: Sequence[Cell], pattern: re.Pattern[str]) -> float:
    return sum(1 for v in values if isinstance(v, str) and pattern.fullmatch(v)) / len(values)


def _counts_or_identifies(names: Sequence[str], values: Sequence[Cell]) -> bool:
    """Long numbers or single tokens that differ for nearly everybody are identifiers; a running number is a counter."""
    if len(values) < 5 or len(set(values)) < 0.95 * len(values):
        return False
    numbers = [number for value in values if (number := parse_number(value)) is not None]
    if len(numbers) == len(values):
        digits = [written(number) for number in numbers]
        long = [d for d in digits if d.isdigit() and len(d) >= 9 and not d.endswith("000")]
        steps = {after - before for before, after in itertools.pairwise(numbers)}
        return len(long) > 0.8 * len(values) or steps == {1.0} or any(_COUNTER.fullmatch(text_key(n)) for n in names)
    return any(_COUNTER.fullmatch(text_key(n)) for n in names)


def _in_own_words(values: Sequence[Cell]) -> bool:
    """Answers of several words that hardly repeat; a question "Why?" with a few ready answers stays a category."""
    texts = [v.casefold() for v in values if isinstance(v, str) and parse_number(v) is None]
    return len(set(texts)) > min(15, len(texts) / 4) and any(" " in t for t in texts)


def _mostly_unique(values: Sequence[Cell]) -> bool:
    """Text that differs from person to person, or long text, is no category."""
    texts = [v for v in values if isinstance(v, str) and parse_number(v) is None and not parse_quantity(v)]
    if len(texts) <= len(values) / 2:
        return False
    distinct = {t.casefold() for t in texts}
    length = sum(map(len, distinct)) / len(distinct)
    return len(distinct) > 2 and (len(distinct) > 50 or len(distinct) > len(texts) / 2 or length > 80)
