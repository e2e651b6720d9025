"""Models that are tried beside the one that was asked for: each gives a fit, or says why there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cocsem.assessment.wording import reason_of
from cocsem.errors import CocsemError, UsageError
from cocsem.estimation.comparison import compare
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import Data, sem
from cocsem.language import Text
from cocsem.model.types import ModelSpec

_IMPROPER = Text("no proper solution: not to be read", "tanpa solusi yang layak: tidak untuk ditafsirkan")
_FAILED = Text("did not converge", "tidak konvergen")


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: model text, answers, options of every fit, and the items of every factor that observed items measure."""

    model: str
    data: Data
    options: Mapping[str, Any]
    factors: Mapping[str, tuple[str, ...]]
    marker: tuple[str, ...]

    @property
    def items(self) -> tuple[str, ...]:
        """All items, each once."""
        return tuple(dict.fromkeys(item for own in self.factors.values() for item in own))


@dataclass(frozen=True, slots=True)
class Attempt:
    """A model that was tried: its key, its text, its fit or why there is none, and the test against another attempt."""

    key: str
    text: str
    fit: Fit | None
    note: Text | None = None
    against: str = ""
    test: Mapping[str, Any] | None = None

    @property
    def usable(self) -> bool:
        """True where the fit converged to an admissible solution."""
        return self.fit is not None and bool(self.fit.converged and self.fit.admissible)


def attempt(question: Question, key: str, text: str, *, std_lv: bool = False) -> Attempt:
    """Fit one model; what fails says so and stops nothing else."""
    try:
        return stated(question, key, text, std_lv=std_lv)
    except CocsemError as fault:
        return Attempt(key, text, None, reason_of(fault))


def stated(question: Question, key: str, text: str, *, std_lv: bool = False) -> Attempt:
    """Fit the model that all others are compared with: where it cannot be fitted to these data there is nothing to compare.

    Raises
    ------
    CocsemError : as `sem`.
    """
    fit = sem(text, question.data, std_lv=std_lv, **question.options)
    note = _FAILED if not fit.converged else None if fit.admissible else _IMPROPER
    return Attempt(key, text, fit, note)


def tested(restricted: Attempt, wider: Attempt) -> dict[str, Any] | None:
    """Difference test of two nested attempts; None where one of them has no solution."""
    if not (restricted.fit and wider.fit and restricted.fit.converged and wider.fit.converged):
        return None
    row = compare(restricted.fit, wider.fit).iloc[1]
    if row["note"]:
        row = compare(restricted.fit, wider.fit, method="satorra_bentler_2010").iloc[1]
    return {
        "delta_chisq": float(row["chisq_diff"]),
        "delta_df": int(row["df_diff"]),
        "pvalue_diff": float(row["pvalue_diff"]),
    }


def item_names(given: object, argument: str) -> tuple[str, ...]:
    """The items that an argument names, each once; a name alone is one item.

    Raises
    ------
    UsageError : something that is no name.

    >>> item_names(["m1", "m2", "m1"], "marker"), item_names("m1", "marker")
    (('m1', 'm2'), ('m1',))
    """
    names = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (given,)
    if not all(isinstance(name, str) for name in names):
        raise UsageError(f"{argument} must be names of items, such as ['m1', 'm2'], not {given!r}.")
    return tuple(dict.fromkeys(map(str, names)))


def factors_of(spec: ModelSpec) -> dict[str, tuple[str, ...]]:
    """Items of every factor; factors of factors are left out."""
    items: dict[str, list[str]] = {}
    for row in spec.rows:
        if row.op == "=~" and row.rhs in spec.observed and row.group == 1:
            items.setdefault(row.lhs, []).append(row.rhs)
    return {factor: tuple(own) for factor, own in items.items()}
