"""Parameters that a model could have besides those it estimates: the candidates of modification indices and score tests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations_with_replacement

from cocsem.errors import UsageError
from cocsem.model.syntax import parse_syntax
from cocsem.model.types import ModelSpec, Row


def row_key(row: Row) -> tuple[object, ...]:
    """What makes two rows the same parameter: covariances have no direction."""
    return (row.op, row.group, frozenset((row.lhs, row.rhs)) if row.op == "~~" else (row.lhs, row.rhs))


def fixed_rows(spec: ModelSpec) -> Iterator[Row]:
    """What the table fixes, less the moments of fixed exogenous variables and what follows from the rest."""
    return (row for row in spec.rows if not (row.free or row.exo or spec.follows(row)))


def absent_rows(spec: ModelSpec) -> Iterator[Row]:
    """What the model could have besides its rows, group by group."""
    present = {row_key(row) for row in spec.rows}
    for group in range(1, len(spec.groups) + 1):
        for lhs, op, rhs in _possible(spec):
            row = Row(lhs, op, rhs, group, user=False)
            if row_key(row) not in present:
                yield row


def _possible(spec: ModelSpec) -> Iterator[tuple[str, str, str]]:
    paths = [row for row in spec.rows if row.op == "~"]
    related = list(dict.fromkeys([*(r.lhs for r in paths), *(r.rhs for r in paths)]))
    measured = {(row.lhs, row.rhs) for row in spec.rows if row.op == "=~"}
    items = {item for _, item in measured}
    indicators = [v for v in spec.observed if v in items]
    for factor in spec.latent:
        for item in spec.observed:
            if item not in related and item not in spec.exogenous:
                yield factor, "=~", item
    for a, b in (*combinations_with_replacement(indicators, 2), *combinations_with_replacement(spec.latent, 2)):
        yield a, "~~", b
    for outcome in related:
        for cause in related:
            if outcome != cause and outcome not in spec.exogenous and (cause, outcome) not in measured:
                yield outcome, "~", cause


def named_candidates(spec: ModelSpec, text: str) -> tuple[Row, ...]:
    """The parameters that a text names, in every group; they must be fixed or absent and speak of variables of the model.

    Raises
    ------
    ModelSyntaxError, UsageError : the text cannot be read, or names what the model estimates or does not know.
    """
    statements, relations = parse_syntax(text)
    if relations:
        raise UsageError("add= takes parameters such as 'visual =~ x9' or 'x1 ~~ x2', not relations between labels.")
    known = {*spec.observed, *spec.latent}
    free = {row_key(row) for row in spec.rows if row.free}
    found: dict[tuple[object, ...], Row] = {}
    for group in range(1, len(spec.groups) + 1):
        for statement in statements:
            for lhs, rhs in ((left, term.name) for left in statement.lhs for term in statement.terms):
                row = Row(lhs, statement.op, "" if statement.op == "~1" else rhs, group, user=False)
                _refuse_candidate(row, known, free, means=spec.meanstructure)
                found.setdefault(row_key(row), row)
    return tuple(found.values())


def _refuse_candidate(row: Row, known: set[str], free: set[tuple[object, ...]], *, means: bool) -> None:
    words = f"'{row.lhs} {row.op} {row.rhs}'".replace(" ~1 '", " ~ 1'")
    if row.op not in ("=~", "~", "~~", "~1") or (row.op == "~1" and not means):
        raise UsageError(
            f"add= can hold loadings, regressions, covariances and (with a mean structure) intercepts, not {words}."
        )
    unknown = [name for name in (row.lhs, row.rhs) if name and name not in known]
    if unknown:
        raise UsageError(f"add= must speak of variables of the model, but {words} names {', '.join(unknown)}.")
    if row_key(row) in free:
        raise UsageError(f"add= tests what the model does not estimate, but {words} is a free parameter of it.")
