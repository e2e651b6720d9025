"""Read model text in lavaan's syntax into statements: left side, operator, terms with their modifiers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from cocsem.errors import ModelSyntaxError
from cocsem.model.tokens import OPERATORS, Token, opens_block, split_statements

FREE = math.nan  # the modifier NA*: free, whatever the automatic rules say


class Term(NamedTuple):
    """One term of a right-hand side.

    Each modifier is None (not given) or a tuple with one entry per group, or with a single entry for all groups:
    `values` fixes (FREE: frees), `labels` names, `starts` starts, `lowers` and `uppers` bound. `equal` names another row.
    """

    name: str
    token: Token
    values: tuple[float | None, ...] | None = None
    labels: tuple[str, ...] | None = None
    starts: tuple[float | None, ...] | None = None
    lowers: tuple[float | None, ...] | None = None
    uppers: tuple[float | None, ...] | None = None
    equal: tuple[str, ...] | None = None


class Statement(NamedTuple):
    """One line of a model: `lhs op terms`; `~1` is its own operator."""

    lhs: tuple[str, ...]
    op: str
    terms: tuple[Term, ...]
    token: Token


class Relation(NamedTuple):
    """A line between labels: `lhs op rhs` with op `:=`, `==`, `<` or `>`, both sides as their words."""

    lhs: tuple[Token, ...]
    op: str
    rhs: tuple[Token, ...]
    token: Token


_REFUSED = {
    "<~": "Composites ('<~') are not built yet. A formative construct is made up by its items (as value co-creation in Ranjan and Read, 2016), which need not correlate: do not measure it with =~, but enter it as a scale mean, or fit it in a PLS program.",
}
_MODIFIERS = {"start": "starts", "lower": "lowers", "upper": "uppers", "label": "labels", "equal": "equal", "c": ""}


def parse_syntax(text: str) -> tuple[tuple[Statement, ...], tuple[Relation, ...]]:
    """Read model text.

    Returns
    -------
    The statements on variables and the relations between labels, each in the order of the text.

    Raises
    ------
    ModelSyntaxError : with the line, a caret, and what must stand there.

    >>> statements, relations = parse_syntax("f =~ x1 + a*x2; ab := a^2")
    >>> statements[0].op, [t.name for t in statements[0].terms], relations[0].op
    ('=~', ['x1', 'x2'], ':=')
    """
    statements: list[Statement] = []
    relations: list[Relation] = []
    for tokens in split_statements(text):
        at = _operator_position(tokens)
        op = {"<=": "<", ">=": ">"}.get(tokens[at].text, tokens[at].text)
        if op in (":=", "==", "<", ">"):
            relations.append(_relation(tokens, at, op))
        else:
            statements.extend(_statement(tokens, at, op))
    if not statements:
        raise ModelSyntaxError("A model must hold at least one line such as 'trust =~ tru1 + tru2 + tru3' or 'y ~ x'.")
    return tuple(statements), tuple(relations)


def _operator_position(tokens: tuple[Token, ...]) -> int:
    if opens_block(tokens):
        kind = tokens[0].text.split(":")[0]
        raise tokens[0].fault(
            f"Blocks ('{kind}:') are not built yet. For groups, use the argument group= and c(a, b) modifiers."
        )
    places = [i for i, t in enumerate(tokens) if t.kind == "op" and (t.text in OPERATORS or t.text in ("<=", ">="))]
    if len(places) > 1:
        raise tokens[places[1]].fault("A model line must hold one operator only. Does the line before end with '+'?")
    op = tokens[places[0]]
    if op.text in _REFUSED:
        raise op.fault(_REFUSED[op.text])
    return places[0]


def _relation(tokens: tuple[Token, ...], at: int, op: str) -> Relation:
    lhs, rhs = tokens[:at], tokens[at + 1 :]
    _refuse_products(tokens)
    if not lhs or not rhs:
        raise tokens[at].fault(f"Both sides of '{op}' must be filled.")
    if op == ":=" and (len(lhs) != 1 or lhs[0].kind != "name"):
        raise lhs[0].fault("Left of ':=' must stand one new name.")
    return Relation(lhs, op, rhs, tokens[at])


def _refuse_products(tokens: Iterable[Token]) -> None:
    for token in tokens:
        if token.kind == "name" and ":" in token.text:
            raise token.fault(f"Here must stand a label, not a product ('{token.text}').")


def _statement(tokens: tuple[Token, ...], at: int, op: str) -> list[Statement]:
    lhs = _left_side(tokens[:at], tokens[at])
    parts = _split(tokens[at + 1 :], "+")
    if not tokens[at + 1 :]:
        raise tokens[at].fault(f"Right of '{op}' must stand at least one variable.")
    _refuse_gaps(parts, tokens[at:])
    terms = tuple(_term(part, tokens[at]) for part in parts)
    ones = tuple(t for t in terms if t.name in ("1", "0"))
    others = tuple(t for t in terms if t.name not in ("1", "0"))
    if op == "=~" and len(terms) == 1 and terms[0].name == "0" and terms[0] == Term("0", terms[0].token):
        return [Statement((name,), op, (terms[0]._replace(name=name, values=(0.0,)),), tokens[at]) for name in lhs]
    if ones and op != "~":
        raise ones[0].token.fault(f"A number can stand alone only right of '~' (an intercept), not right of '{op}'.")
    found = []
    if others:
        found.append(Statement(lhs, op, others, tokens[at]))
    for term in ones:
        fixed = term if term.name == "1" else term._replace(values=(0.0,))
        found.append(Statement(lhs, "~1", (fixed._replace(name=""),), tokens[at]))
    return found


def _refuse_gaps(parts: list[tuple[Token, ...]], tokens: tuple[Token, ...]) -> None:
    """Point at the sign that is followed by nothing; `tokens` begin with the operator before the first part."""
    place = 0
    for part in parts:
        if not part:
            raise tokens[place].fault(f"After '{tokens[place].text}' must stand a variable.")
        place += len(part) + 1


def _left_side(tokens: tuple[Token, ...], op: Token) -> tuple[str, ...]:
    if not tokens:
        raise op.fault(f"Left of '{op.text}' must stand a variable.")
    names = []
    for part in _split(tokens, "+"):
        if len(part) > 1 and part[0].text == "efa":
            raise part[0].fault("'efa(...)*' blocks are not built yet. For an exploratory analysis use cocsem.efa().")
        if len(part) != 1 or part[0].kind != "name":
            raise (part or tokens)[0].fault(f"Left of '{op.text}' must stand variable names only.")
        names.append(part[0].text)
    return tuple(names)


def _split(tokens: tuple[Token, ...], sign: str) -> list[tuple[Token, ...]]:
    """Split at a sign outside brackets."""
    parts: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += (token.text == "(") - (token.text == ")") if token.kind == "op" else 0
        if token.kind == "op" and token.text == sign and depth == 0:
            parts.append([])
        else:
            parts[-1].append(token)
    return [tuple(part) for part in parts]


def _term(tokens: tuple[Token, ...], op: Token) -> Term:
    factors = _split(tokens, "*")
    name = factors[-1]
    if not name:
        raise (tokens[-1] if tokens else op).fault("A '+' or '*' must be followed by a variable.")
    if any(token.text == ":" for token in name):
        raise name[0].fault(
            "A product must be of two observed variables, x:z. Multiply more of them into a new column of the data, and name that column."
        )
    if len(name) == 1 and name[0].text == "NA" and len(factors) == 1:
        raise name[0].fault("'NA' is a modifier: write NA*variable.")
    if len(name) != 1 or name[0].kind == "string" or (name[0].kind == "number" and name[0].text not in ("0", "1")):
        raise name[-1].fault(
            "A term must be a variable, with modifiers before it such as 0.5*x, a*x, NA*x or start(0.5)*x."
        )
    if name[0].kind == "op":
        raise name[0].fault(f"'{name[0].text}' cannot stand here: a variable must.")
    term = Term(name[0].text, name[0])
    for factor in factors[:-1]:
        term = _modify(term, factor, op)
    return term


def _modify(term: Term, tokens: tuple[Token, ...], op: Token) -> Term:
    """Add one modifier to a term."""
    if not tokens:
        raise term.token.fault("A '*' must have a modifier on its left.")
    _refuse_products(tokens)
    head = tokens[0]
    if len(tokens) > 1 and tokens[1].text == "(" and head.kind == "name":
        if head.text not in _MODIFIERS:
            raise head.fault(f"The modifier '{head.text}()' is not known here; known are {', '.join(_MODIFIERS)}.")
        inner = _arguments(tokens[2:-1]) if tokens[-1].text == ")" else []
        field = _MODIFIERS[head.text]
        return _set(term, field, inner, head) if field else _set_plain(term, inner, head)
    return _set_plain(term, [tokens], head)


def _arguments(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    if len(tokens) > 2 and tokens[0].text == "c" and tokens[1].text == "(" and tokens[-1].text == ")":
        tokens = tokens[2:-1]
    return _split(tokens, ",")


def _set(term: Term, field: str, parts: list[tuple[Token, ...]], head: Token) -> Term:
    if field in ("labels", "equal"):
        if not all(len(p) == 1 and p[0].kind in ("name", "string") for p in parts):
            raise head.fault(f"{head.text}() must hold names in quotes.")
        names = tuple(p[0].text.strip("\"'") for p in parts)
        return term._replace(labels=names) if field == "labels" else term._replace(equal=names)
    numbers = tuple(_number(p, head) for p in parts)
    if field == "starts":
        return term._replace(starts=numbers)
    return term._replace(lowers=numbers) if field == "lowers" else term._replace(uppers=numbers)


def _set_plain(term: Term, parts: list[tuple[Token, ...]], head: Token) -> Term:
    """A modifier without a name: numbers fix, NA frees, words label; in c() each entry is for one group."""
    words = [p[0].text.strip("\"'") if len(p) == 1 and p[0].kind in ("name", "string") else None for p in parts]
    if all(w is not None and w != "NA" for w in words):
        return term._replace(labels=tuple(str(w) for w in words))
    if any(w is not None and w != "NA" for w in words):
        labels = tuple(w if w is not None and w != "NA" else "" for w in words)
        values = tuple(None if label else _number(p, head) for label, p in zip(labels, parts, strict=True))
        return term._replace(labels=labels, values=values)
    return term._replace(values=tuple(_number(p, head) for p in parts))


def _number(tokens: tuple[Token, ...], head: Token) -> float:
    sign = -1.0 if tokens and tokens[0].text == "-" else 1.0
    rest = tokens[1:] if tokens and tokens[0].text in ("-", "+") else tokens
    if len(rest) == 1 and rest[0].text == "NA":
        return FREE
    if len(rest) == 1 and rest[0].text == "Inf":
        return sign * math.inf
    if len(rest) == 3 and rest[1].text == "/" and rest[0].kind == rest[2].kind == "number" and float(rest[2].text) != 0:
        return sign * float(rest[0].text) / float(rest[2].text)
    if len(rest) == 1 and rest[0].kind == "number" and math.isfinite(float(rest[0].text)):
        return sign * float(rest[0].text)
    raise (tokens or (head,))[0].fault(
        "A modifier must be a number, NA, a label, or one of c(), start(), label(), equal(), lower(), upper()."
    )
