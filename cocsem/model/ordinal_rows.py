"""What a model with ordered items has besides: thresholds, scales of the latent responses, and how groups share them.

An ordered item is a latent response y* cut at its thresholds. y* has no origin and no unit of its own: its intercept is 0,
and either its scale is 1 (`~*~`, delta parameterization: one over the standard deviation of y* given the covariates) or its
residual variance (theta parameterization). Across groups the thresholds carry the scale: a later group may have an intercept
of its own where one threshold is held equal, and a unit of its own where two are (wuestabrook2016).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from cocsem.errors import ModelError, ModelSyntaxError, UsageError
from cocsem.model.draft import Draft, DraftRow, Key
from cocsem.model.roles import Roles
from cocsem.model.syntax import Statement

Counts = tuple[tuple[str, int], ...]
PARAMETERIZATIONS = ("delta", "theta")


@dataclass(frozen=True, slots=True)
class Sharing:
    """What groups hold equal: kinds of parameters (`group_equal`), and rows that stay free all the same."""

    equal: tuple[str, ...] = ()
    partial: frozenset[Key] = frozenset()


def threshold_rows(roles: Roles, *, free: bool) -> Iterator[DraftRow]:
    """Yield the thresholds of the ordered items; without a rule that frees them they have no value yet."""
    for name, count in roles.thresholds.items():
        for t in range(1, count + 1):
            yield DraftRow(name, "|", f"t{t}", free=free, user=False)


def scale_rows(roles: Roles) -> Iterator[DraftRow]:
    """Yield the scales of the latent responses."""
    for name in roles.thresholds:
        yield DraftRow(name, "~*~", name, free=False, value=1.0, user=False)


def check_thresholds(statements: Iterable[Statement], thresholds: Mapping[str, int]) -> None:
    """Refuse thresholds and scales that the ordered items do not have.

    Raises
    ------
    ModelSyntaxError
    """
    for s in statements:
        for name, term in ((lhs, term) for lhs in s.lhs for term in s.terms if s.op in ("|", "~*~")):
            if name not in thresholds:
                fault = f"'{s.op}' belongs to ordered items, and '{name}' is none here. Name it in ordered=."
            elif s.op == "~*~" and term.name != name:
                fault = f"The scale of a latent response is written {name} ~*~ {name}."
            elif s.op == "|" and term.name not in {f"t{n}" for n in range(1, thresholds[name] + 1)}:
                fault = (
                    f"'{name}' has {thresholds[name] + 1} categories, so its thresholds are t1 to t{thresholds[name]}."
                )
            else:
                continue
            raise ModelSyntaxError(fault, term.token.source, term.token.line, term.token.column)


def check_ordered(draft: Draft, roles: Roles, parameterization: str) -> None:
    """Refuse what leaves a latent response without a scale, or gives it two.

    Raises
    ------
    ModelError, UsageError
    """
    if parameterization not in PARAMETERIZATIONS:
        raise UsageError(f"parameterization must be delta or theta; {parameterization!r} was given.")
    given = sorted(set(roles.thresholds) & set(roles.exogenous))
    if given:
        raise ModelError(
            f"Covariates are taken as they are, so they cannot be ordered: {', '.join(given)}. Leave them out of ordered=, or "
            "enter 0/1 columns for their categories."
        )
    other, op = ("residual variance", "~~") if parameterization == "delta" else ("scale", "~*~")
    for name in roles.thresholds:
        row = draft.get(name, op, name)
        if row is not None and (row.free or row.value != 1.0):
            raise ModelError(
                f"Under parameterization='{parameterization}' the {other} of an ordered item follows from the rest and cannot be "
                f"free or fixed: '{name} {op} {name}'. Take that line out, or use the other parameterization."
            )
    for row in draft:
        if row.op == "|" and not row.free and row.value is None:
            raise ModelError(
                f"The thresholds of ordered items must stand in the model, but '{row.lhs} | {row.rhs}' does not. Write it, or "
                "switch auto_th=True on."
            )


def check_sharing(equal: tuple[str, ...], roles: Roles, parameterization: str) -> tuple[str, ...]:
    """Return the kinds held equal: equal intercepts of ordered items mean equal thresholds too, or they would mean nothing.

    Raises
    ------
    UsageError : residual variances that are no parameters.
    """
    if not roles.thresholds:
        return equal
    if "residuals" in equal and parameterization == "delta":
        raise UsageError(
            "group_equal='residuals' with ordered items needs parameterization='theta': under 'delta' residual variances follow "
            "from the rest and are no parameters."
        )
    return (*equal, "thresholds") if "intercepts" in equal and "thresholds" not in equal else equal


def release_responses(drafts: list[Draft], sharing: Sharing, roles: Roles, parameterization: str) -> None:
    """Free intercepts and units of latent responses in later groups as far as equal thresholds determine them.

    With one equal threshold an item may have another intercept, with two another unit; where intercepts are held equal and the
    item shares its loading, one threshold is enough for the unit (wuestabrook2016, section 3).

    Raises
    ------
    UsageError : `group_partial` names an intercept or residual variance that nothing determines.
    """
    op = "~*~" if parameterization == "delta" else "~~"
    for name, count in roles.thresholds.items():
        ties = 0
        if "thresholds" in sharing.equal:
            ties = sum((name, "|", f"t{t}") not in sharing.partial for t in range(1, count + 1))
        own = {key for key in drafts[0].rows if key[1:] == ("=~", name)}
        anchored = {"loadings", "intercepts"} <= set(sharing.equal) and not own & sharing.partial
        determined = {(name, "~1", ""): ties > 0, (name, op, name): ties > 1 or (ties > 0 and anchored)}
        for key, kind in zip(determined, ("intercepts", "residuals"), strict=True):
            apart = kind in sharing.equal and key in sharing.partial
            if apart and not determined[key]:
                raise UsageError(
                    f"group_partial cannot free '{' '.join(key).strip()}': the groups share too few thresholds of the ordered item to "
                    "determine it (one for its intercept; two for its residual variance, or one and its loading). Leave fewer of its rows "
                    "in group_partial."
                )
            if determined[key] and (apart or kind not in sharing.equal):
                for draft in drafts[1:]:
                    _free(draft.get(*key))


def _free(row: DraftRow | None) -> None:
    if row is not None and not row.user:
        row.free, row.value = True, None
