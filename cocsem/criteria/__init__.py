"""Published cutoffs as data: one TOML file per criterion, read once. Code holds no cutoff.

Beyond its conditions (`applies`) a criterion says nothing: the value is printed with the reason and without a label.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import isnan
from pathlib import Path
from types import MappingProxyType
from typing import Any

from cocsem.errors import ShelfError
from cocsem.language import Text, text_from
from cocsem.shelf import read_toml

_FOLDER = Path(__file__).resolve().parent

# What a condition can be about: the name in `applies` (with _min or _max, or a list of words) and in print.
CONDITIONS: Mapping[str, Text] = MappingProxyType(
    {
        "n": Text("the number of respondents", "banyaknya responden"),
        "items": Text("the number of items", "banyaknya butir"),
        "scales": Text("the number of scales", "banyaknya skala"),
        "experts": Text("the number of experts", "banyaknya ahli"),
        "df": Text("the degrees of freedom", "derajat bebas"),
        "estimator": Text("the estimator", "estimator"),
        "groups": Text("the number of groups", "banyaknya kelompok"),
        "group_ratio": Text(
            "the ratio of the largest group to the smallest", "rasio kelompok terbesar terhadap terkecil"
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Cutpoint:
    """A value from which on (in the criterion's direction) a label holds."""

    value: float
    label: Text


@dataclass(frozen=True, slots=True)
class Criterion:
    """A published rule for reading one index.

    Attributes
    ----------
    key, index : name of the criterion (its file) and of the index it judges.
    direction : `higher` or `lower`, whichever is better.
    cutpoints : from the weakest to the strictest.
    otherwise : the label of a value that reaches no cutpoint.
    reference, locator : where it is published, and where in it (or that the source was not read).
    applies : conditions on the data, `<name>_min`, `<name>_max` or `<name> = [words]`.
    absolute : the sign of the value does not matter. inclusive : a value equal to a cutpoint reaches it.
    """

    key: str
    index: str
    direction: str
    cutpoints: tuple[Cutpoint, ...]
    otherwise: Text
    reference: str
    locator: str
    applies: Mapping[str, Any]
    note: Text
    absolute: bool = False
    inclusive: bool = True

    @property
    def weakest(self) -> float:
        """The cutpoint that a value must reach to get any label but `otherwise`."""
        return self.cutpoints[0].value

    def label(self, value: float) -> Text:
        """Return the label of the strictest cutpoint the value reaches."""
        reached = [point.label for point in self.cutpoints if self._reaches(value, point.value)]
        return reached[-1] if reached else self.otherwise

    def met(self, value: float) -> bool:
        """Say whether the value reaches at least the weakest cutpoint."""
        return self._reaches(value, self.weakest)

    def _reaches(self, value: float, cut: float) -> bool:
        value = abs(value) if self.absolute else value
        if isnan(value):
            return False
        if value == cut:
            return self.inclusive
        return value > cut if self.direction == "higher" else value < cut


@cache
def load_criteria() -> Mapping[str, Criterion]:
    """Read every criterion of the shelf, by key.

    >>> load_criteria()["htmt"].cutpoints[0].value
    0.9
    """
    return MappingProxyType(
        {path.stem: criterion_from(read_toml(path), path.stem) for path in sorted(_FOLDER.glob("*.toml"))}
    )


def load_criterion(key: str) -> Criterion:
    """Return one criterion; `ShelfError` names the ones there are when the key is unknown."""
    shelf = load_criteria()
    if key not in shelf:
        raise ShelfError(
            f"A criterion must be a file of cocsem/criteria, but '{key}' is not there. There are: {', '.join(shelf)}."
        )
    return shelf[key]


def criterion_from(entry: Mapping[str, Any], key: str) -> Criterion:
    """Build a criterion from the table of its TOML file, checking every field."""
    where = f"Criterion '{key}'"
    missing = [
        name
        for name in ("index", "direction", "cutpoints", "otherwise", "reference", "locator", "note")
        if name not in entry
    ]
    if missing:
        raise ShelfError(f"{where} must state {', '.join(missing)}.")
    if entry["direction"] not in ("higher", "lower"):
        raise ShelfError(f"{where}: direction must be 'higher' or 'lower', not {entry['direction']!r}.")
    return Criterion(
        key=key,
        index=str(entry["index"]),
        direction=entry["direction"],
        cutpoints=_cutpoints(entry["cutpoints"], entry["direction"], where),
        otherwise=text_from(entry["otherwise"], f"{where}: otherwise"),
        reference=str(entry["reference"]),
        locator=str(entry["locator"]),
        applies=_conditions(entry.get("applies", {}), where),
        note=text_from(entry["note"], f"{where}: note"),
        absolute=bool(entry.get("absolute", False)),
        inclusive=bool(entry.get("inclusive", True)),
    )


def _cutpoints(entries: Any, direction: str, where: str) -> tuple[Cutpoint, ...]:
    """Read the cutpoints and put the weakest first."""
    if not isinstance(entries, list) or not entries:
        raise ShelfError(
            f"{where}: cutpoints must be a list with at least one {{ value = ..., label = {{ en, id }} }}."
        )
    points = []
    for entry in entries:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("value"), (int, float)):
            raise ShelfError(f"{where}: every cutpoint must have a number as value, not {entry!r}.")
        points.append(
            Cutpoint(float(entry["value"]), text_from(entry.get("label"), f"{where}: label of {entry['value']}"))
        )
    return tuple(sorted(points, key=lambda point: point.value, reverse=direction == "lower"))


def _conditions(applies: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(applies, Mapping):
        raise ShelfError(f"{where}: applies must be a table of conditions, not {applies!r}.")
    for name in applies:
        if name.removesuffix("_min").removesuffix("_max") not in CONDITIONS:
            raise ShelfError(f"{where}: applies knows {', '.join(CONDITIONS)} (with _min or _max), not '{name}'.")
    return MappingProxyType(dict(applies))
