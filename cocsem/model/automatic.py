"""The automatic rules of `cfa()`, `sem()` and `growth()`: what lavaan adds to a model that the user did not write.

Source of the rules: lavaan's documentation of `model.syntax` and `lavOptions` (rosseel2012), checked row by row
against its parameter tables (tests/oracles/parameter_tables.json).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import Any

from cocsem.model.draft import Draft, DraftRow
from cocsem.model.ordinal_rows import scale_rows, threshold_rows
from cocsem.model.roles import Roles


@dataclass(frozen=True, slots=True)
class Rules:
    """Which automatic rules hold. The defaults are those of `sem()`; names as in lavaan, `_` for `.`."""

    auto_var: bool = True
    auto_cov_lv_x: bool = True
    auto_cov_y: bool = True
    auto_fix_first: bool = True
    auto_fix_single: bool = True
    auto_th: bool = True
    auto_delta: bool = True
    int_ov_free: bool = True
    int_lv_free: bool = False
    fixed_x: bool = True
    std_lv: bool = False
    orthogonal: bool = False
    meanstructure: bool | None = None
    parameterization: str = "delta"


_NONE = Rules(
    auto_var=False, auto_cov_lv_x=False, auto_cov_y=False, auto_fix_first=False, auto_fix_single=False,
    auto_th=False, auto_delta=False, int_ov_free=False,
)  # fmt: skip
KINDS: dict[str, Rules] = {
    "cfa": Rules(),
    "sem": Rules(),
    "growth": Rules(int_ov_free=False, int_lv_free=True, meanstructure=True),
    "lavaan": _NONE,
}


def rules_for(kind: str, switches: dict[str, bool | None]) -> Rules:
    """Return the rules of `cfa`, `sem`, `growth` or `lavaan` (no rules), with single rules switched."""
    return _switched(kind, tuple((name, value) for name, value in switches.items() if value is not None))


@lru_cache(maxsize=64)
def _switched(kind: str, switches: tuple[tuple[str, Any], ...]) -> Rules:
    return replace(KINDS[kind], **dict(switches))


def auto_rows(roles: Roles, rules: Rules, meanstructure: bool) -> Iterator[DraftRow]:
    """Yield the rows a model has besides those the user wrote, in lavaan's order."""
    random = [v for v in roles.observed if v not in roles.exogenous]
    yield from threshold_rows(roles, free=rules.auto_th)
    for name in (*random, *roles.latent):
        unit = 1.0 if name in roles.thresholds else None if rules.auto_var else 0.0
        yield DraftRow(name, "~~", name, free=unit is None, value=unit, user=False)
    if rules.auto_cov_lv_x:
        for a, b in combinations(roles.latent_exogenous, 2):
            yield DraftRow(a, "~~", b, free=not rules.orthogonal, value=0.0 if rules.orthogonal else None, user=False)
    if rules.auto_cov_y:
        for a, b in combinations(roles.outcomes, 2):
            apart = rules.orthogonal and a in roles.latent and b in roles.latent
            yield DraftRow(a, "~~", b, free=not apart, value=0.0 if apart else None, user=False)
    for i, a in enumerate(roles.exogenous):
        for b in roles.exogenous[i:]:
            yield DraftRow(a, "~~", b, free=not rules.fixed_x, exo=rules.fixed_x, user=False)
    yield from scale_rows(roles)
    if meanstructure:
        yield from _intercepts(roles, rules)


def _intercepts(roles: Roles, rules: Rules) -> Iterator[DraftRow]:
    for name in roles.observed:
        if name in roles.exogenous and rules.fixed_x:
            yield DraftRow(name, "~1", "", free=False, exo=True, user=False)
        else:
            free = rules.int_ov_free and name not in roles.thresholds
            yield DraftRow(name, "~1", "", free=free, value=None if free else 0.0, user=False)
    for name in roles.latent:
        yield DraftRow(name, "~1", "", free=rules.int_lv_free, value=None if rules.int_lv_free else 0.0, user=False)


def set_scales(draft: Draft, roles: Roles, rules: Rules) -> None:
    """Give each latent variable a scale (marker or unit variance) and single indicators no residual."""
    seen: dict[str, list[str]] = {}
    for row in draft:
        if row.op == "=~":
            seen.setdefault(row.lhs, []).append(row.rhs)
    for factor, indicators in seen.items():
        if rules.std_lv:
            _fix(draft, factor, "~~", factor, 1.0)
        elif rules.auto_fix_first:
            _fix(draft, factor, "=~", indicators[0], 1.0)
        if rules.auto_fix_single and len(indicators) == 1 and indicators[0] not in (factor, *roles.thresholds):
            residual = draft.get(indicators[0], "~~", indicators[0])
            if residual is not None and not residual.user:  # what the text names is its user's business
                _fix(draft, indicators[0], "~~", indicators[0], 0.0)


def _fix(draft: Draft, lhs: str, op: str, rhs: str, value: float) -> None:
    row = draft.get(lhs, op, rhs)
    if row is not None:
        row.free, row.value, row.by_rule = False, value, True
