"""How far our numbers are from recorded ones, each kind of number by its own rule."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

TOLERANCE = 1e-3


class Kind(NamedTuple):
    """What a difference of this kind is measured in; `floor`: smaller values count as this much in a relative difference."""

    rule: str
    floor: float = 0.0


KINDS = {
    "estimate": Kind("of a standard error"),
    "fixed or derived value": Kind("relative, values under .05 as .05", 0.05),
    "standard error": Kind("relative"),
    "standardized estimate": Kind("relative, values under .05 as .05", 0.05),
    "standard error of the standardized estimate": Kind("relative, values under .01 as .01", 0.01),
    "test or fit index": Kind("relative, values under .05 as .05", 0.05),
    "p-value": Kind("relative, values under .1 as .1", 0.1),
    "explained variance": Kind("relative, values under .05 as .05", 0.05),
    "modification index": Kind("relative, values under .1 as .1", 0.1),
    "expected parameter change": Kind("of its standard error"),
    "factor score": Kind("of the standard deviation of the scores"),
    "correlation residual": Kind("absolute"),
    "standard error of a residual": Kind("relative"),
    "score test": Kind("relative, values under .05 as .05", 0.05),
    "Wald test": Kind("relative, values under .05 as .05", 0.05),
    "difference test": Kind("relative, values under .05 as .05", 0.05),
}


class Gap(NamedTuple):
    """One number compared: its kind, its name, and the difference in the unit of its kind."""

    kind: str
    name: str
    size: float

    @property
    def agrees(self) -> bool:
        """Say whether the difference is within the rule."""
        return self.size <= TOLERANCE


def relative(kind: str, name: str, ours: Any, theirs: Any) -> Gap:
    """Compare by |ours - theirs| / max(|theirs|, floor); a number that we do not have differs without bound."""
    mine = math.nan if ours is None else float(ours)
    gap = abs(mine - float(theirs)) / max(abs(float(theirs)), KINDS[kind].floor, 1e-300)
    return Gap(kind, name, math.inf if math.isnan(gap) else gap)


def absolute(kind: str, name: str, ours: Any, theirs: Any, unit: float = 1.0) -> Gap:
    """Compare by |ours - theirs| / unit."""
    gap = abs(float(ours) - float(theirs)) / unit
    return Gap(kind, name, math.inf if math.isnan(gap) else gap)


def known(value: Any) -> bool:
    """Say whether a recorded value is a number at all."""
    return isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)


def estimate_gaps(fit: Any, rows: Iterable[Mapping[str, Any]]) -> Iterator[Gap]:
    """Estimates and standard errors, standardized ones where they were recorded; a row that we lack differs without bound."""
    ours = _by_name(fit.estimates, fit.spec.groups)
    for row in rows:
        name, mine = _name(row), ours.get(_key(row))
        if mine is None:
            yield Gap("estimate", name, math.inf)
            continue
        se = row.get("se")
        if known(se) and se > 0:
            yield absolute("estimate", name, mine["est"], row["est"], se)
            yield relative("standard error", name, mine["se"], se)
        else:
            yield relative("fixed or derived value", name, mine["est"], row["est"])
        for column in ("std.lv", "std.all", "std.nox"):
            if known(row.get(column)) and column.replace(".", "_") in mine:
                yield relative("standardized estimate", name, mine[column.replace(".", "_")], row[column])


def standardized_gaps(fit: Any, table: pd.DataFrame, rows: Iterable[Mapping[str, Any]]) -> Iterator[Gap]:
    """The standardized solution with standard errors of its own."""
    ours = _by_name(table, fit.spec.groups)
    for row in rows:
        mine = ours.get(_key(row))
        if mine is not None:
            yield relative("standardized estimate", _name(row), mine["est_std"], row["est.std"])
            if known(row.get("se")):
                yield relative("standard error of the standardized estimate", _name(row), mine["se"], row["se"])


_CONSTANTS = {"rmsea.ci.level", "rmsea.close.h0", "rmsea.notclose.h0", "gfi.ci.level"}


def measure_gaps(fit: Any, measures: Mapping[str, Any], names: Mapping[str, str]) -> Iterator[Gap]:
    """Test statistics, p-values and indices; `names` gives ours where theirs mean something else."""
    for name, theirs in measures.items():
        if name in _CONSTANTS or not known(theirs):
            continue
        kind = "p-value" if "pvalue" in name else "test or fit index"
        yield relative(kind, name, fit.fit_measures.get(names.get(name, name).replace(".", "_")), theirs)


def modification_gaps(fit: Any, table: pd.DataFrame, rows: Iterable[Mapping[str, Any]]) -> Iterator[Gap]:
    """Modification indices and what they expect, unstandardized and standardized."""
    ours = _by_name(table, fit.spec.groups)
    for row in rows:
        mine, name = ours[_key(row)], _name(row)
        yield relative("modification index", name, mine["mi"], row["mi"])
        spread = abs(row["epc"]) / math.sqrt(row["mi"])
        for column in ("epc", "sepc.lv", "sepc.all", "sepc.nox"):
            unit = spread * abs(row[column] / row["epc"])
            if unit > 0:
                yield absolute("expected parameter change", name, mine[column.replace(".", "_")], row[column], unit)


def score_gaps(ours: pd.DataFrame, theirs: pd.DataFrame) -> Iterator[Gap]:
    """Factor scores, row by row, in standard deviations."""
    for factor in theirs.columns:
        unit = float(ours[factor].std())
        for row, value in enumerate(theirs[factor]):
            if known(value):
                yield absolute("factor score", f"{factor}, row {row + 1}", ours[factor].iloc[row], value, unit)


def matrix_gaps(kind: str, ours: Any, theirs: Any, seen: Any = None) -> Iterator[Gap]:
    """The lower triangles of two matrices, or two vectors; `seen` says which entries are compared."""
    a, b = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    keep = np.ones(b.shape, dtype=bool) if seen is None else np.asarray(seen)
    keep = keep & (np.tri(len(b), dtype=bool) if b.ndim == 2 else True)
    for at in zip(*np.nonzero(keep), strict=True):
        compare = absolute if KINDS[kind].rule == "absolute" else relative
        yield compare(kind, str([int(i) + 1 for i in at]), a[at], b[at])


def _by_name(table: pd.DataFrame, groups: tuple[str, ...]) -> dict[tuple[Any, ...], dict[str, Any]]:
    number = {label: n for n, label in enumerate(groups, start=1)}
    return {_key({**row, "group": number.get(row["group"], 1)}): row for row in table.to_dict("records")}


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    if row["op"] == ":=":
        return (":=", row["lhs"])
    sides = frozenset((row["lhs"], row["rhs"])) if row["op"] == "~~" else (row["lhs"], row["rhs"])
    return (row["op"], sides, int(row.get("group") or 1))


def _name(row: Mapping[str, Any]) -> str:
    group = f" [{row['group']}]" if int(row.get("group") or 1) > 1 else ""
    return f"{row['lhs']} {row['op']} {row['rhs']}{group}".replace("~1 ", "~1")
