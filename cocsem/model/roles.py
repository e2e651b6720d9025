"""Which part each variable plays in a model: latent or observed, exogenous or endogenous (lavaan's `lavNames`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from cocsem.errors import ModelSyntaxError
from cocsem.model.syntax import Statement


@dataclass(frozen=True, slots=True)
class Roles:
    """Variables of a model by the part they play, each in order of first mention.

    latent : left of `=~`. observed : all other variables. indicators : right of `=~`.
    exogenous : observed predictors that nothing in the model explains and whose moments the user left alone.
    latent_exogenous : latent variables that nothing explains. outcomes : dependent variables that predict nothing.
    random_x : observed predictors that are never fixed, because the model text names their moments.
    thresholds : ordered items in the order of `observed`, with their number of thresholds.
    """

    observed: tuple[str, ...]
    latent: tuple[str, ...]
    indicators: tuple[str, ...]
    exogenous: tuple[str, ...]
    latent_exogenous: tuple[str, ...]
    outcomes: tuple[str, ...]
    random_x: tuple[str, ...]
    thresholds: Mapping[str, int] = field(default_factory=dict)


def columns_of(observed: Iterable[str]) -> tuple[str, ...]:
    """The columns that observed variables are made of: x and z of a product x:z.

    >>> columns_of(["y", "x", "x:z"])
    ('y', 'x', 'z')
    """
    return _unique(column for name in observed for column in name.split(":"))


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def assign_roles(statements: tuple[Statement, ...], thresholds: Mapping[str, int] | None = None) -> Roles:
    """Sort the variables of a model into their roles; `thresholds` names the ordered items."""
    pairs = [(lhs, s.op, t.name) for s in statements for lhs in s.lhs for t in s.terms]
    latent = _unique(lhs for lhs, op, _ in pairs if op == "=~")
    indicators = _unique(rhs for _, op, rhs in pairs if op == "=~")
    dependent = _unique(lhs for lhs, op, _ in pairs if op == "~")
    predictors = _unique(rhs for _, op, rhs in pairs if op == "~")
    known = set(latent) | set(indicators) | set(dependent)
    candidates = tuple(x for x in predictors if x not in known)
    moments = {v for lhs, op, rhs in pairs if op in ("~~", "~1") for v in (lhs, rhs)}
    others = (
        v for lhs, op, rhs in pairs if op in ("~~", "~1", "|", "~*~") for v in ((lhs, rhs) if op == "~~" else (lhs,))
    )
    everyone = _unique([*indicators, *dependent, *candidates, *others])
    first = (v for v in (*indicators, *dependent, *candidates) if v not in latent)
    _check_loops(statements)
    _check_products(statements, latent)
    observed = _unique([*first, *(v for v in everyone if v not in latent)])
    counts = thresholds or {}
    return Roles(
        observed=observed,
        latent=latent,
        indicators=indicators,
        exogenous=tuple(x for x in candidates if x not in moments),
        latent_exogenous=tuple(f for f in latent if f not in indicators and f not in dependent),
        outcomes=_unique(
            y for y in (*latent, *dependent) if y in dependent and y not in predictors and y not in indicators
        ),
        random_x=tuple(x for x in candidates if x in moments),
        thresholds={v: counts[v] for v in observed if v in counts},
    )


def _check_products(statements: tuple[Statement, ...], latent: tuple[str, ...]) -> None:
    """A product `x:z` is made of two columns of the data."""
    for s in statements:
        for name, token in [*((name, s.token) for name in s.lhs), *((term.name, term.token) for term in s.terms)]:
            if ":" in name and not {name, *name.split(":")}.isdisjoint(latent):
                raise ModelSyntaxError(
                    f"A product of constructs cannot stand in a model ('{name}'): use cocsem.moderation(), or python -m cocsem moderate. "
                    "Only observed variables can be multiplied here.",
                    token.source,
                    token.line,
                    token.column,
                )


def _check_loops(statements: tuple[Statement, ...]) -> None:
    for s in statements:
        for term in s.terms:
            if s.op in ("=~", "~") and term.name in s.lhs and term.token.text != "0":
                raise ModelSyntaxError(
                    f"A variable must not explain itself: '{term.name}' stands on both sides of '{s.op}'.",
                    term.token.source,
                    term.token.line,
                    term.token.column,
                )
