"""What a source is, and what a construct is called."""

from __future__ import annotations

from dataclasses import dataclass

from cocsem.language import Text


@dataclass(frozen=True, slots=True)
class Reference:
    """One source, as a reference list needs it.

    `authors` are written "Family, Initials"; a body such as a ministry stands as one name without a comma.
    `year` is None for an undated source. `letter` tells apart works of the same authors and year ("a", "b").
    `read` says how far the source was read when the entry was written: full, abstract, secondary, not read.
    """

    key: str
    type: str
    authors: tuple[str, ...]
    title: str
    read: str
    year: int | None = None
    letter: str = ""
    journal: str = ""
    booktitle: str = ""
    editors: tuple[str, ...] = ()
    edition: str = ""
    version: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""
    publisher: str = ""
    doi: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Construct:
    """One construct of the glossary: its code, its name and its definition in our words.

    `note` warns of a term that different texts use for different constructs.
    """

    code: str
    name: Text
    definition: Text
    note: Text | None = None
