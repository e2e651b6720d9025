"""What the steps of measurement invariance are, and what climbing them gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from cocsem.assessment.types import Verdict
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import Data
from cocsem.language import Text, text_from
from cocsem.model.types import Row
from cocsem.shelf import read_toml

Key = tuple[str, str, str]
_FILE = Path(__file__).with_name("ladders.toml")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ladder: `equal` goes to group_equal, `tests` is the kind of parameter that this step adds.

    follows : kinds that an item must share before it is held equal in this one.
    held, allows : what is the same now, and what it allows, in words.
    """

    key: str
    title: Text
    equal: tuple[str, ...]
    tests: str
    follows: tuple[str, ...]
    held: Text
    allows: Text


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of which data: model text, rows and the options of every fit.

    options : of every fit, as in `cfa`. ladder : key of its steps. factors : items of each factor. names : printed names of the groups.
    """

    model: str
    data: Data
    group: str
    options: Mapping[str, Any]
    ladder: str
    factors: Mapping[str, tuple[str, ...]]
    names: Mapping[str, Text] = field(default_factory=dict)

    def name(self, group: str) -> Text:
        """Return the printed name of a group."""
        return self.names.get(group, Text(group, group))


@dataclass(frozen=True, slots=True)
class Rung:
    """A step met with the data.

    released : rows that differ between the groups all the same. numbers : changes against the step below (empty at the first).
    verdicts : of these changes. outcome : `holds`, `singled`, `rejected`, `approximate`, `unusable`, `empty` (restricts nothing).
    """

    step: Step
    fit: Fit
    released: tuple[Key, ...] = ()
    numbers: Mapping[str, float | str] = field(default_factory=dict)
    verdicts: tuple[Verdict, ...] = ()
    outcome: str = "holds"

    @property
    def partial(self) -> bool:
        """True where rows of the kind that this step tests were released."""
        return any(kind_of(key, set(self.fit.spec.latent)) == self.step.tests for key in self.released)


@dataclass(frozen=True, slots=True)
class Release:
    """One row that was looked at for release.

    held : rows of its kind still held equal then. x2, df, pvalue : its score test. chisq_diff : what the refit without it gained
    (NaN when it was not refitted). pvalue_adjusted : of the refit (else of the score test), for the rows held. status : what became of it.
    """

    step: str
    held: int
    key: Key
    x2: float
    df: int
    pvalue: float
    chisq_diff: float
    pvalue_adjusted: float
    status: Text


@dataclass(frozen=True, slots=True)
class Climb:
    """The whole way up: every rung in order, every release looked at, and the highest rung that stands."""

    rungs: tuple[Rung, ...]
    releases: tuple[Release, ...]
    reached: Rung | None


@lru_cache(maxsize=1)
def load_ladders() -> Mapping[str, tuple[Step, ...]]:
    """Read the ladders once.

    >>> [step.key for step in load_ladders()["continuous"]]
    ['configural', 'metric', 'scalar', 'strict']
    """
    return {name: tuple(_step(entry) for entry in entries) for name, entries in read_toml(_FILE).items()}


def _step(entry: Mapping[str, Any]) -> Step:
    where = f"ladders.toml {entry['key']}"
    texts = {name: text_from(entry[name], where) for name in ("title", "held", "allows")}
    equal, follows = (tuple(entry.get(name, ())) for name in ("equal", "follows"))
    return Step(str(entry["key"]), equal=equal, tests=str(entry.get("tests", "")), follows=follows, **texts)


def kind_of(row: Row | Key, latent: set[str]) -> str:
    """Return the name `group_equal` has for the measurement row of an item; an empty string for other rows.

    >>> kind_of(("x1", "~1", ""), {"f"}), kind_of(("f", "~1", ""), {"f"})
    ('intercepts', '')
    """
    lhs, op, rhs = row[0], row[1], row[2]
    if op == "=~":
        return "loadings"
    if lhs in latent:
        return ""
    if op == "~~":
        return "residuals" if lhs == rhs else ""
    return {"~1": "intercepts", "|": "thresholds"}.get(op, "")
