"""Printed headers: the English keys of result columns in the words of the reader, and how their numbers are printed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from cocsem.language import Text, text_from
from cocsem.report.numbers import STYLES
from cocsem.shelf import read_toml

KEYED = frozenset({"index", "quantity", "statistic", "check", "flag", "step", "kind"})
_FILE = Path(__file__).with_name("labels.toml")


class Label(NamedTuple):
    """A printed header and the kind of number under it (None: as the values are)."""

    text: Text
    kind: str | None = None


@lru_cache(maxsize=1)
def load_labels() -> Mapping[str, Label]:
    """Read the label file once; a kind that does not exist is an error at once."""
    labels = {}
    for key, entry in read_toml(_FILE).items():
        kind = entry.get("kind")
        if kind is not None and kind not in STYLES:
            raise KeyError(f"labels.toml [{key}] kind must be one of {', '.join(STYLES)}, not {kind!r}.")
        labels[key] = Label(text_from(entry, f"labels.toml [{key}]"), kind)
    return labels


def label(key: str, lang: str = "en") -> str:
    """Return the printed header of a column; a key without a label (for example a factor code) prints as itself.

    >>> label("est", "id"), label("INV", "id")
    ('Estimasi', 'INV')
    """
    found = load_labels().get(key)
    return found.text[lang] if found else key


def cell_label(column: str, value: str, lang: str = "en") -> str:
    """Return the printed form of a key that stands in a cell: the label of `column:value`, else the value itself.

    In the columns that hold nothing but keys (`KEYED`) the label of the value alone serves as well; elsewhere it may be
    the user's own name of an item.

    >>> cell_label("step", "reverse"), cell_label("index", "kmo"), cell_label("item", "mean")
    ('reversing', 'KMO', 'mean')
    """
    inside = f"{column}:{value}"
    if inside in load_labels():
        return label(inside, lang)
    if column == "quantity" and ": " in value:  # a kind of number with the parameter it belongs to
        kind, name = value.split(": ", 1)
        return f"{cell_label(column, kind, lang)}: {name}"
    return label(value, lang) if column in KEYED else value


def number_kind(key: str) -> str | None:
    """Return how the numbers of a column are printed, or None when the file does not say.

    >>> number_kind("pvalue"), number_kind("INV")
    ('p', None)
    """
    found = load_labels().get(key)
    return found.kind if found else None
