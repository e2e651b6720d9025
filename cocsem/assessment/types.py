"""What judging gives: tables of numbers, verdicts with their criterion, and notes with their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from cocsem.display import Displayed
from cocsem.language import Text


@dataclass(frozen=True, slots=True)
class Verdict:
    """A value against a published criterion.

    `criterion` is the key of a file in `cocsem/criteria/`. `label` is None when the value stands outside the conditions
    of its criterion; then `reason` says why no label is given.
    """

    subject: str
    index: str
    value: float
    criterion: str
    label: Text | None
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of numbers: `key` names its csv file, the columns of `frame` carry English keys that the report translates.

    `frame` has a plain RangeIndex; cells are numbers, strings, booleans, None or `Text` (translated when shown).
    `notes` stand under the table: definitions, formulas, what was done.
    """

    key: str
    title: Text
    frame: pd.DataFrame
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment(Displayed):
    """One question put to the data and its answer.

    `key` is its place in results.json: screening, reliability, efa, cfa, validity, structural, hypotheses, effects, rivals, audit.
    `facts` holds single numbers by English key. `references` are keys of cocsem/references.
    `text` are paragraphs computed from the tables.
    """

    key: str
    title: Text
    tables: tuple[Table, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    text: tuple[Text, ...] = ()
    warnings: tuple[Text, ...] = ()
    references: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[Table]:
        return iter(self.tables)

    def __getitem__(self, key: str) -> pd.DataFrame:
        """Return the frame of the table with this key."""
        for table in self.tables:
            if table.key == key:
                return table.frame
        raise KeyError(key)
