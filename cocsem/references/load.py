"""Reading the references and the glossary: several topic files, one library.

Every `glossary*.toml` beside this module holds constructs; every other `.toml` holds sources.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cocsem.errors import ShelfError
from cocsem.language import text_from
from cocsem.references.types import Construct, Reference
from cocsem.shelf import read_toml

TYPES = ("article", "book", "chapter", "report", "software", "web")
READ = ("full", "abstract", "secondary", "not read")

_FOLDER = Path(__file__).resolve().parent
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_REFERENCE_FIELDS = tuple(field.name for field in fields(Reference) if field.name != "key")
_CONSTRUCT_FIELDS = ("name", "definition", "note")
_NAME_LISTS = ("authors", "editors")


@lru_cache(maxsize=1)
def load_references() -> Mapping[str, Reference]:
    """Return every source of the house by its key.

    Raises
    ------
    ShelfError : a topic file is wrong, or two files hold the same key.

    >>> load_references()["zaichkowsky1994"].year
    1994
    """
    files = (path for path in sorted(_FOLDER.glob("*.toml")) if not path.name.startswith("glossary"))
    return MappingProxyType({key: reference_from(key, entry, where) for key, entry, where in merge_entries(files)})


@lru_cache(maxsize=1)
def load_glossary() -> Mapping[str, Construct]:
    """Return every construct of the house by its code.

    Raises
    ------
    ShelfError : a glossary file is wrong, or two files hold the same code.

    >>> load_glossary()["TRU"].name.id
    'kepercayaan pelanggan'
    """
    files = sorted(_FOLDER.glob("glossary*.toml"))
    return MappingProxyType({code: construct_from(code, entry, where) for code, entry, where in merge_entries(files)})


def merge_entries(files: Iterable[Path]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield `(key, entry, where)` over several files; a key may stand in one file only."""
    home: dict[str, str] = {}
    for path in files:
        for key, entry in read_toml(path).items():
            where = f"[{key}] in {path.name}"
            if not _KEY.fullmatch(key) or not isinstance(entry, dict):
                raise ShelfError(
                    f"{where} must be a table whose key starts with a letter and holds letters, digits and _ only."
                )
            if key in home:
                raise ShelfError(
                    f"The key '{key}' must stand once, but both {home[key]} and {path.name} hold it. Remove one."
                )
            home[key] = path.name
            yield key, entry, where


def reference_from(key: str, entry: Mapping[str, Any], where: str) -> Reference:
    """Check one entry of a reference file and return the source it describes."""
    _require_known(entry, _REFERENCE_FIELDS, where)
    _require_choice(entry, "type", TYPES, where)
    _require_choice(entry, "read", READ, where)
    _require_names(entry, where)
    _require_words(entry, where)
    year = entry.get("year")
    if year is not None and (isinstance(year, bool) or not isinstance(year, int)):
        raise ShelfError(f"{where}: year must be a whole number, not {year!r}. Leave it out for an undated source.")
    parts: dict[str, Any] = {field: str(value) for field, value in entry.items()}
    parts |= {field: tuple(entry.get(field, ())) for field in _NAME_LISTS}
    return Reference(**{**parts, "key": key, "year": year})


def construct_from(code: str, entry: Mapping[str, Any], where: str) -> Construct:
    """Check one entry of a glossary file and return the construct it describes."""
    _require_known(entry, _CONSTRUCT_FIELDS, where)
    note = text_from(entry["note"], f"{where}: note") if "note" in entry else None
    name, definition = (text_from(entry.get(field), f"{where}: {field}") for field in ("name", "definition"))
    return Construct(code, name, definition, note)


def _require_known(entry: Mapping[str, Any], known: tuple[str, ...], where: str) -> None:
    unknown = [field for field in entry if field not in known]
    if unknown:
        raise ShelfError(f"{where} holds the unknown field '{unknown[0]}'. Known fields are {', '.join(known)}.")


def _require_choice(entry: Mapping[str, Any], field: str, choices: tuple[str, ...], where: str) -> None:
    if entry.get(field) not in choices:
        raise ShelfError(f"{where}: {field} must be one of {', '.join(choices)}, not {entry.get(field)!r}.")


def _require_names(entry: Mapping[str, Any], where: str) -> None:
    for field in _NAME_LISTS:
        names = entry.get(field, [])
        if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
            raise ShelfError(f'{where}: {field} must be a list of names such as ["Family, I."], not {names!r}.')
    if not entry.get("authors"):
        raise ShelfError(f"{where} must name its authors.")


def _require_words(entry: Mapping[str, Any], where: str) -> None:
    for field, value in entry.items():
        if field in (*_NAME_LISTS, "year"):
            continue
        if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
            raise ShelfError(
                f"{where}: {field} must be text or a whole number, not {value!r}. Leave out what is not known."
            )
    if "title" not in entry:
        raise ShelfError(f"{where} must have a title.")
