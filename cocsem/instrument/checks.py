"""What must hold in an instrument file; every fault is a `ShelfError` that names the file and the place."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from cocsem.errors import ShelfError
from cocsem.instrument.types import Instrument, Scale
from cocsem.language import LANGUAGES
from cocsem.references.load import load_references

INSTRUMENT_FIELDS = ("code", "title", "purpose", "status", "structure", "scale", "dimension", "higher")
SCALE_FIELDS = ("minimum", "maximum", "kind", "missing", "anchor")
ANCHOR_FIELDS = ("value", "text")
DIMENSION_FIELDS = ("code", "name", "item", "scale")
ITEM_FIELDS = ("code", "text", "poles", "reverse")
POLE_FIELDS = ("left", "right")
HIGHER_FIELDS = ("code", "name", "dimensions")
KINDS = ("likert", "semantic_differential")
MOST_POINTS = 1001

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def require_known(entry: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    """Refuse a field that an instrument file does not know, because it is most often a slip of the pen."""
    for field in entry:
        if field not in known:
            near = difflib.get_close_matches(field, known, n=1)
            guess = f"Did you mean '{near[0]}'? " if near else ""
            raise ShelfError(f"{where} holds the unknown field '{field}'. {guess}Known fields are {', '.join(known)}.")


def require_code(value: object, where: str) -> str:
    """Return a code: it becomes a column or a variable of a model, so it is a plain identifier."""
    if not isinstance(value, str) or not _CODE.fullmatch(value):
        raise ShelfError(f"{where} must start with a letter and hold only letters a-z, digits and _, not {value!r}.")
    return value


def require_integer(value: object, where: str) -> int:
    """Return a whole number of at most six digits."""
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 999_999:
        raise ShelfError(f"{where} must be a whole number such as 1 or 7, not {_short(value)}.")
    return value


def require_flag(value: object, where: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise ShelfError(f"{where} must be true or false (without quotes), not {_short(value)}.")
    return value


def require_kind(value: object, where: str) -> str:
    """Return the kind of a response scale."""
    if not isinstance(value, str) or value not in KINDS:
        raise ShelfError(f"{where} kind must be one of {', '.join(KINDS)}, not {_short(value)}.")
    return value


def require_table(entry: Mapping[str, Any], field: str, where: str) -> Mapping[str, Any]:
    """Return a table such as `[scale]`."""
    value = entry.get(field)
    if not isinstance(value, Mapping):
        raise ShelfError(f"{where} must have a table '{field}', not {_short(value)}.")
    return value


def require_tables(entry: Mapping[str, Any], field: str, where: str, *, needed: bool = True) -> list[Mapping[str, Any]]:
    """Return a list of tables such as `[[dimension]]`; one at least when it is needed."""
    value = entry.get(field, [])
    if not isinstance(value, list) or not all(isinstance(table, Mapping) for table in value) or (needed and not value):
        least = "at least one entry" if needed else "entries"
        raise ShelfError(f"{where} must hold {least} '{field}', each under double brackets, not {_short(value)}.")
    return value


def require_strings(entry: Mapping[str, Any], field: str, where: str) -> tuple[str, ...]:
    """Return a list of words; empty when the field is left out."""
    value = entry.get(field, [])
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ShelfError(f'{where}: {field} must be a list such as ["A", "B"], not {_short(value)}.')
    return tuple(value)


def require_numbers(entry: Mapping[str, Any], field: str, where: str) -> tuple[float, ...]:
    """Return a list of numbers; empty when the field is left out."""
    value = entry.get(field, [])
    if not isinstance(value, list) or not all(_is_number(number) for number in value):
        raise ShelfError(f"{where} {field} must be a list of numbers such as [99], not {_short(value)}.")
    return tuple(float(number) for number in value)


def check_scale(scale: Scale, where: str) -> None:
    """The minimum stands below the maximum, anchors lie on the scale, missing codes beside it."""
    if not 2 <= scale.points <= MOST_POINTS:
        raise ShelfError(
            f"{where} must run from a minimum up to a larger maximum with at most {MOST_POINTS} points, "
            f"not from {scale.minimum} to {scale.maximum}."
        )
    span = f"{scale.minimum}..{scale.maximum}"
    for anchor in scale.anchors:
        if not scale.minimum <= anchor.value <= scale.maximum:
            raise ShelfError(
                f"{where}: the anchor '{anchor.text.en}' must lie on {span}, but its value is {anchor.value}."
            )
    for code in scale.missing:
        if scale.minimum <= code <= scale.maximum:
            raise ShelfError(f"{where}: the missing code {code:g} must lie outside {span}; inside, it is an answer.")
    _require_unique((str(anchor.value) for anchor in scale.anchors), "anchor values", where)
    for lang in LANGUAGES:
        _require_unique((anchor.text[lang] for anchor in scale.anchors), f"anchor texts ({lang})", where)


def check_codes(instrument: Instrument, where: str) -> None:
    """Items, dimensions and higher-order constructs carry codes of their own."""
    items = tuple(item.code for item in instrument.items)
    _require_unique((*instrument.constructs, *items), "codes of items, dimensions and higher-order constructs", where)


def check_higher(instrument: Instrument, where: str) -> None:
    """A higher-order construct gathers two or more dimensions of its own instrument."""
    known = tuple(dimension.code for dimension in instrument.dimensions)
    for higher in instrument.higher:
        place = f"{where}: [[higher]] '{higher.code}'"
        for code in higher.dimensions:
            if code not in known:
                raise ShelfError(
                    f"{place} must name dimensions of this file ({', '.join(known)}), but it names '{code}'."
                )
        _require_unique(higher.dimensions, "dimensions", place)
        if len(higher.dimensions) < 2:
            raise ShelfError(f"{place} must gather at least two dimensions, but it has {len(higher.dimensions)}.")


def check_structure(keys: tuple[str, ...], where: str) -> None:
    """The sources of the structure stand among the references of cocsem."""
    for key in keys:
        known = load_references()
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.8)
            guess = f"Did you mean '{near[0]}'? " if near else ""
            raise ShelfError(
                f"{where}: structure must name sources that cocsem knows, but '{key}' is not among them. "
                f"{guess}In a file of your own, leave `structure` out and name the source under `purpose`."
            )


def _require_unique(words: Iterable[str], what: str, where: str) -> None:
    """Upper and lower case count as the same, because column headers are matched that way."""
    seen: dict[str, str] = {}
    for word in words:
        if word.casefold() in seen:
            raise ShelfError(
                f"{where}: {what} must differ from one another (upper and lower case count as the same), "
                f"but '{word}' stands twice. Rename one."
            )
        seen[word.casefold()] = word


def _is_number(value: object) -> bool:
    # NaN and infinity are valid TOML but no code that a survey can hold; TOML whole numbers have no upper limit.
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15 and math.isfinite(value)


def _short(value: object) -> str:
    """A value as an error message can bear it."""
    if value is None:
        return "nothing"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**18:
        return "a number of more than 18 digits"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
