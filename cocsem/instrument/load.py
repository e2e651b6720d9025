"""Reading an instrument: one TOML file that reads like the questionnaire it describes."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cocsem.errors import ShelfError
from cocsem.instrument import checks
from cocsem.instrument.types import Anchor, Dimension, HigherOrder, Instrument, Item, Scale
from cocsem.language import Text, text_from
from cocsem.shelf import read_toml, shelf

_SHELF = "instruments"


def list_instruments() -> tuple[str, ...]:
    """Return the codes of the instruments on the shelf, in alphabetical order.

    >>> "customer_trust" in list_instruments()
    True
    """
    return tuple(sorted(path.stem for path in shelf(_SHELF).glob("*.toml")))


def load_instrument(code_or_path: str | Path) -> Instrument:
    """Read an instrument from the shelf or from a file of one's own.

    Parameters
    ----------
    code_or_path : code of an instrument on the shelf, or path of a `.toml` file in the same format.

    Returns
    -------
    The instrument, checked; its `path` is the file it was read from.

    Raises
    ------
    ShelfError : no such instrument, or the file is wrong; the message names the file and the place.

    >>> [item.code for item in load_instrument("customer_trust").items]
    ['tru1', 'tru2', 'tru3', 'tru4']
    """
    path = _find(code_or_path)
    instrument = _instrument_from(read_toml(path), path)
    checks.check_codes(instrument, str(path))
    checks.check_higher(instrument, str(path))
    checks.check_structure(instrument.structure, str(path))
    return instrument


def _find(code_or_path: str | Path) -> Path:
    path = Path(code_or_path)
    if "\0" in str(code_or_path):
        raise ShelfError(f"The name of an instrument file must not hold a null character: {str(code_or_path)!r}.")
    if path.suffix.lower() == ".toml" or len(path.parts) != 1:
        return path
    codes = list_instruments()
    if str(path) not in codes:
        near = difflib.get_close_matches(str(path), codes, n=1)
        guess = f"Did you mean '{near[0]}'?" if near else f"The shelf holds {', '.join(codes)}."
        raise ShelfError(f"There is no instrument '{path}'. {guess} A file of your own must end in .toml.")
    return shelf(_SHELF) / f"{path}.toml"


def _instrument_from(entry: Mapping[str, Any], path: Path) -> Instrument:
    where = str(path)
    checks.require_known(entry, checks.INSTRUMENT_FIELDS, where)
    scale = _scale_from(checks.require_table(entry, "scale", where), f"{where}: [scale]")
    dimensions = checks.require_tables(entry, "dimension", where)
    return Instrument(
        code=checks.require_code(entry.get("code"), f"{where}: code"),
        title=text_from(entry.get("title"), f"{where}: title"),
        purpose=text_from(entry.get("purpose"), f"{where}: purpose"),
        status=text_from(entry.get("status"), f"{where}: status"),
        structure=checks.require_strings(entry, "structure", where),
        dimensions=tuple(
            _dimension_from(table, scale, f"{where}: [[dimension]] {n}") for n, table in enumerate(dimensions, 1)
        ),
        higher=_higher_from(entry, where),
        path=where,
    )


def _scale_from(entry: Mapping[str, Any], where: str) -> Scale:
    checks.require_known(entry, checks.SCALE_FIELDS, where)
    anchors = checks.require_tables(entry, "anchor", where, needed=False)
    scale = Scale(
        minimum=checks.require_integer(entry.get("minimum"), f"{where} minimum"),
        maximum=checks.require_integer(entry.get("maximum"), f"{where} maximum"),
        kind=checks.require_kind(entry.get("kind", "likert"), where),
        anchors=tuple(_anchor_from(table, f"{where} anchor {n}") for n, table in enumerate(anchors, 1)),
        missing=checks.require_numbers(entry, "missing", where),
    )
    checks.check_scale(scale, where)
    return scale


def _anchor_from(entry: Mapping[str, Any], where: str) -> Anchor:
    checks.require_known(entry, checks.ANCHOR_FIELDS, where)
    value = checks.require_integer(entry.get("value"), f"{where}: value")
    return Anchor(value, text_from(entry.get("text"), f"{where}: text"))


def _dimension_from(entry: Mapping[str, Any], scale: Scale, where: str) -> Dimension:
    checks.require_known(entry, checks.DIMENSION_FIELDS, where)
    code = checks.require_code(entry.get("code"), f"{where}: code")
    where = f"{where} '{code}'"
    if "scale" in entry:
        scale = _scale_from(checks.require_table(entry, "scale", where), f"{where} scale")
    items = checks.require_tables(entry, "item", where)
    name = text_from(entry.get("name"), f"{where}: name")
    return Dimension(code, name, tuple(_item_from(item, scale, f"{where} item {n}") for n, item in enumerate(items, 1)))


def _item_from(entry: Mapping[str, Any], scale: Scale, where: str) -> Item:
    checks.require_known(entry, checks.ITEM_FIELDS, where)
    code = checks.require_code(entry.get("code"), f"{where}: code")
    where = f"{where} '{code}'"
    reverse = checks.require_flag(entry.get("reverse", False), f"{where}: reverse")
    return Item(code, _item_text(entry, scale, where), scale, reverse)


def _item_text(entry: Mapping[str, Any], scale: Scale, where: str) -> Text:
    wording = "poles" if scale.kind == "semantic_differential" else "text"
    if wording not in entry or len({"poles", "text"} & set(entry)) == 2:
        raise ShelfError(f"{where} must have `{wording}`, and only that, because the scale is of kind '{scale.kind}'.")
    if wording == "text":
        return text_from(entry["text"], f"{where}: text")
    poles = checks.require_table(entry, "poles", where)
    checks.require_known(poles, checks.POLE_FIELDS, f"{where}: poles")
    left, right = (text_from(poles.get(side), f"{where}: {side} pole") for side in checks.POLE_FIELDS)
    return Text(f"{left.en} – {right.en}", f"{left.id} – {right.id}")


def _higher_from(entry: Mapping[str, Any], where: str) -> tuple[HigherOrder, ...]:
    found = []
    for n, table in enumerate(checks.require_tables(entry, "higher", where, needed=False), 1):
        place = f"{where}: [[higher]] {n}"
        checks.require_known(table, checks.HIGHER_FIELDS, place)
        code = checks.require_code(table.get("code"), f"{place}: code")
        name = text_from(table.get("name"), f"{place} '{code}': name")
        found.append(HigherOrder(code, name, checks.require_strings(table, "dimensions", f"{place} '{code}'")))
    return tuple(found)
