"""The parameter table while it is being written: one draft per group, row by row, before the free parameters are numbered."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from cocsem.errors import ModelSyntaxError
from cocsem.model.syntax import Term

Key = tuple[str, str, str]
T = TypeVar("T")


@dataclass(slots=True)
class DraftRow:
    """A row that may still change; `free` is a plain yes or no here, `by_rule` says that a rule fixed it and not the user."""

    lhs: str
    op: str
    rhs: str
    free: bool
    value: float | None = None
    label: str = ""
    start: float | None = None
    lower: float | None = None
    upper: float | None = None
    equal: str = ""
    exo: bool = False
    user: bool = True
    by_rule: bool = False

    @property
    def key(self) -> Key:
        """What the row is, whatever the order of a covariance."""
        return row_key(self.lhs, self.op, self.rhs)


def row_key(lhs: str, op: str, rhs: str) -> Key:
    """Return `(lhs, op, rhs)`, with the two sides of a covariance in alphabetical order."""
    return (rhs, op, lhs) if op == "~~" and rhs < lhs else (lhs, op, rhs)


@dataclass(slots=True)
class Draft:
    """The rows of one group in order, found by key."""

    group: int
    n_groups: int
    rows: dict[Key, DraftRow] = field(default_factory=dict)

    def __iter__(self) -> Iterator[DraftRow]:
        return iter(self.rows.values())

    def add(self, row: DraftRow) -> DraftRow:
        """Add a row unless it stands already; return the one that stands."""
        return self.rows.setdefault(row.key, row)

    def get(self, lhs: str, op: str, rhs: str) -> DraftRow | None:
        """Return the row, or None."""
        return self.rows.get(row_key(lhs, op, rhs))

    def modify(self, row: DraftRow, term: Term) -> None:
        """Apply the modifiers of a term: they win over every automatic rule."""
        value = self._pick(term, term.values)
        if value is not None:
            row.free, row.value = math.isnan(value), None if math.isnan(value) else value
            row.by_rule = False
        row.label = self._pick(term, term.labels) or row.label
        row.equal = self._pick(term, term.equal) or row.equal
        row.lower = _finite(self._pick(term, term.lowers), row.lower)
        row.upper = _finite(self._pick(term, term.uppers), row.upper)
        start = self._pick(term, term.starts)
        row.start = start if start is not None and not math.isnan(start) else row.start

    def _pick(self, term: Term, entries: tuple[T, ...] | None) -> T | None:
        """Entry of a modifier for this group: one entry serves all groups."""
        if not entries:
            return None
        if len(entries) not in (1, self.n_groups):
            raise ModelSyntaxError(
                f"c() must have one entry per group: {self.n_groups} needed, {len(entries)} given. Was group= forgotten?",
                term.token.source,
                term.token.line,
                term.token.column,
            )
        return entries[0] if len(entries) == 1 else entries[self.group - 1]


def _finite(value: float | None, default: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else default
