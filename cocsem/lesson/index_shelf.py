"""The indices that can be explained: one TOML file each, and the symbols of their formulas."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from cocsem.errors import ShelfError, UsageError
from cocsem.language import Text, text_from
from cocsem.lesson.types import Index, Instruction, Way
from cocsem.shelf import read_toml

KINDS = ("", "construct", "item", "pair", "variable", "parameter")
_HERE = Path(__file__).resolve().parent
_CORRECTED = ("_scaled", "_robust")


class Symbol(NamedTuple):
    """How a number is written in a formula, and what it is (None for the parts of a computation)."""

    sign: str
    meaning: Text | None


@cache
def load_indices() -> Mapping[str, Index]:
    """Read every index of the shelf, by key.

    >>> load_indices()["cfi"].name.en
    'Comparative fit index'
    """
    paths = sorted((_HERE / "indices").glob("*.toml"))
    return MappingProxyType({path.stem: index_from(read_toml(path), path.stem) for path in paths})


@cache
def load_symbols() -> Mapping[str, Symbol]:
    """Read the symbols of the formulas once."""
    entries = read_toml(_HERE / "symbols.toml")
    return MappingProxyType(
        {
            name: Symbol(entry["sign"], text_from(entry, f"symbols.toml [{name}]") if "en" in entry else None)
            for name, entry in entries.items()
        }
    )


def find_index(name: str) -> Index:
    """Return the index that explains a name: its own, one of its relatives, or a scaled or robust form of either.

    Raises
    ------
    UsageError : no such index; the message names the closest ones.

    >>> find_index("CR").key, find_index("rmsea_robust").key
    ('composite_reliability', 'rmsea')
    """
    wanted = plain_name(name)
    found = _by_name().get(wanted) or _by_name().get(_uncorrected(wanted))
    if found is None:
        near = difflib.get_close_matches(wanted, list(_by_name()), n=3, cutoff=0.5)
        guess = f"The closest are: {', '.join(near)}." if near else ""
        listed = f"There are: {', '.join(load_indices())}."
        raise UsageError(f"'{name[:60]}' must be an index that can be explained, but it is none. {guess or listed}")
    return found


def plain_name(name: str) -> str:
    """Return a name as the shelf writes it: small letters, `_` for blanks, points and hyphens.

    >>> plain_name(" RMSEA.ci-lower ")
    'rmsea_ci_lower'
    """
    return name.strip().lower().translate(str.maketrans(" .-", "___"))


def _uncorrected(name: str) -> str:
    for ending in _CORRECTED:
        name = name.removesuffix(ending)
    return name


@cache
def _by_name() -> Mapping[str, Index]:
    names: dict[str, Index] = {}
    for key, index in load_indices().items():
        names |= dict.fromkeys(index.also, index) | {key: index}
    return names


def index_from(entry: Mapping[str, Any], key: str) -> Index:
    """Build an index from the table of its TOML file."""
    where = f"Index '{key}'"
    if entry.get("per", "") not in KINDS:
        raise ShelfError(f"{where}: per must be one of {', '.join(KINDS[1:])} or left out, not {entry['per']!r}.")
    texts = {name: text_from(entry.get(name), f"{where}: {name}") for name in ("name", "what", "advice", "apa")}
    said = entry.get("misreadings", ())
    return Index(
        key=key,
        also=tuple(entry.get("also", ())),
        beside=tuple(entry.get("beside", ())),
        per=entry.get("per", ""),
        criteria=tuple(entry.get("criteria", ())),
        ways=_ways(entry.get("way", ()), where),
        misreadings=tuple(text_from(one, f"{where}: misreading {n}") for n, one in enumerate(said, 1)),
        references=tuple(entry.get("references", ())),
        **texts,
    )


def _ways(entries: Any, where: str) -> tuple[Way, ...]:
    """Read the ways; one that is `like` another takes its steps with some numbers in the place of others."""
    ways: dict[str, Way] = {}
    found = []
    for entry in entries:
        if "like" in entry:
            like = ways[entry["like"]]
            way = Way(entry["key"], tuple(_swapped(step, entry["swap"]) for step in like.steps))
        else:
            apa = text_from(entry["apa"], f"{where}: apa of a way") if "apa" in entry else None
            way = Way(entry["key"], tuple(Instruction(**step) for step in entry["steps"]), apa)
        ways.setdefault(way.key, way)
        found.append(way)
    return tuple(found)


def _swapped(step: Instruction, swap: Mapping[str, str]) -> Instruction:
    def change(text: str) -> str:
        words = text.replace("(", "( ").replace(")", " )").split(" ")
        return " ".join(swap.get(word, word) for word in words)

    return Instruction(step.name, change(step.of), step.rule, change(step.limit), change(step.more))
