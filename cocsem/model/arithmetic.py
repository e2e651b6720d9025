"""Expressions of labels written back as text, in the dialect of the program that shall read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cocsem.model.expressions import Expression

_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "^": 4}
_ATOM = 5


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a program writes powers, functions and numbers; functions it lacks must be taken out beforehand."""

    power: str = "^"
    functions: Mapping[str, str] | None = None
    spaced: bool = True

    def function(self, name: str) -> str:
        """Name of a function in this dialect."""
        return (self.functions or {}).get(name, name)


def number_text(value: float) -> str:
    """Write a number so that it reads back exactly, whole numbers without a point.

    >>> number_text(1.0), number_text(-0.25), number_text(1e-7)
    ('1', '-0.25', '1e-07')
    """
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def decimal_text(value: float) -> str:
    """Write a number without an exponent, for programs that read none.

    >>> decimal_text(1e-7), decimal_text(2.0)
    ('0.0000001', '2')
    """
    from decimal import Decimal

    return format(Decimal(number_text(value)), "f")


def expression_text(
    expression: Expression, names: Mapping[str, str], dialect: Dialect = Dialect(), *, decimals: bool = False
) -> str:
    """Write an expression with as few brackets as keep its meaning.

    Parameters
    ----------
    expression : as `parse_expression` returns it.
    names : what to write for a label (another name, or a number); labels that are not in it stay.
    dialect : how the program writes. decimals : numbers without exponents.

    >>> from cocsem.model.expressions import parse_expression
    >>> expression_text(parse_expression("-a*(b+c)^2"), {"a": "p1"}, Dialect(power="**"))
    '(-p1)*(b + c)**2'
    """

    def write(e: Expression) -> str:
        if e.op == "number":
            return decimal_text(e.value) if decimals else number_text(e.value)
        if e.op == "label":
            text = names.get(e.label, e.label)
            return f"({text})" if text.startswith("-") else text
        if e.op == "neg":
            return "-" + inside(e.arguments[0], 3)
        if e.op not in _STRENGTH:
            return f"{dialect.function(e.op)}({write(e.arguments[0])})"
        left, right = e.arguments
        if e.op == "^":
            return inside(left, _ATOM) + dialect.power + inside(right, _ATOM)
        sign = f" {e.op} " if _STRENGTH[e.op] == 1 and dialect.spaced else e.op
        return inside(left, _STRENGTH[e.op]) + sign + inside(right, _STRENGTH[e.op] + 1)

    def inside(e: Expression, strength: int) -> str:
        weak = e.op == "neg" or _STRENGTH.get(e.op, _ATOM) < strength
        return f"({write(e)})" if weak else write(e)

    return write(expression)


def replace_labels(expression: Expression, by: Mapping[str, Expression]) -> Expression:
    """Put whole expressions in the place of labels (a defined parameter by its definition).

    >>> from cocsem.model.expressions import parse_expression
    >>> e = replace_labels(parse_expression("ab - 1"), {"ab": parse_expression("a*b")})
    >>> expression_text(e, {})
    'a*b - 1'
    """
    if expression.op == "label":
        return by.get(expression.label, expression)
    arguments = tuple(replace_labels(a, by) for a in expression.arguments)
    return Expression(expression.op, arguments, expression.value, expression.label)
