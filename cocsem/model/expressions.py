"""Arithmetic on labels: the right-hand sides of `:=`, `==`, `<` and `>`.

Own parser and own evaluation: text that a user wrote is never handed to an interpreter.
An expression is evaluated on plain numbers, on arrays, or on `Dual` numbers, which carry exact first derivatives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cocsem.errors import ModelSyntaxError
from cocsem.model.tokens import Token, split_statements


@dataclass(frozen=True, slots=True)
class Dual:
    """A value with its gradient: forward differentiation, `(f, df)`; `value` may be an array of shape b, `grad` then b + (k,)."""

    value: Any
    grad: Any

    def _unary(self, value: Any, slope: Any) -> Dual:
        return Dual(value, np.asarray(slope)[..., None] * self.grad)

    def __add__(self, other: Any) -> Dual:
        other = _dual(other)
        return Dual(self.value + other.value, self.grad + other.grad)

    def __sub__(self, other: Any) -> Dual:
        other = _dual(other)
        return Dual(self.value - other.value, self.grad - other.grad)

    def __mul__(self, other: Any) -> Dual:
        other = _dual(other)
        slope = np.asarray(self.value)[..., None] * other.grad + np.asarray(other.value)[..., None] * self.grad
        return Dual(self.value * other.value, slope)

    def __truediv__(self, other: Any) -> Dual:
        return self * (_dual(other) ** -1.0)

    def __pow__(self, other: Any) -> Dual:
        if not isinstance(other, Dual):
            return self._unary(np.power(self.value, other), other * np.power(self.value, other - 1.0))
        return _exp(other * _log(self))

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.grad)

    __radd__ = __add__
    __rmul__ = __mul__

    def __rsub__(self, other: Any) -> Dual:
        return -self + other

    def __rtruediv__(self, other: Any) -> Dual:
        return _dual(other) * self**-1.0

    def __rpow__(self, other: Any) -> Dual:
        return _exp(self * np.log(other))


def _dual(value: Any) -> Dual:
    return value if isinstance(value, Dual) else Dual(np.float64(value), np.zeros(1))


def _exp(x: Any) -> Any:
    return x._unary(np.exp(x.value), np.exp(x.value)) if isinstance(x, Dual) else np.exp(x)


def _log(x: Any) -> Any:
    return x._unary(np.log(x.value), 1.0 / x.value) if isinstance(x, Dual) else np.log(x)


def _sqrt(x: Any) -> Any:
    return x**0.5


def _abs(x: Any) -> Any:
    return x._unary(np.abs(x.value), np.sign(x.value)) if isinstance(x, Dual) else np.abs(x)


def _tanh(x: Any) -> Any:
    return x._unary(np.tanh(x.value), 1.0 - np.tanh(x.value) ** 2) if isinstance(x, Dual) else np.tanh(x)


FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {"exp": _exp, "log": _log, "sqrt": _sqrt, "abs": _abs, "tanh": _tanh}
_BINARY: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "^": lambda a, b: a**b,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression: `op` is number, label, neg, a binary sign or the name of a function."""

    op: str
    arguments: tuple[Expression, ...] = ()
    value: float = 0.0
    label: str = ""

    def labels(self) -> tuple[str, ...]:
        """Labels the expression uses, in order of appearance."""
        own = (self.label,) if self.op == "label" else ()
        return tuple(dict.fromkeys(own + tuple(name for a in self.arguments for name in a.labels())))

    def evaluate(self, values: Mapping[str, Any]) -> Any:
        """Compute the expression for values of its labels (numbers, arrays or `Dual`s).

        >>> float(parse_expression("a*b + 2^2").evaluate({"a": 2.0, "b": 3.0}))
        10.0
        """
        if self.op == "number":
            return np.float64(self.value)  # whose division by zero is infinite, not an error
        if self.op == "label":
            return values[self.label]
        arguments = [a.evaluate(values) for a in self.arguments]
        if self.op == "neg":
            return -arguments[0]
        return FUNCTIONS[self.op](arguments[0]) if self.op in FUNCTIONS else _BINARY[self.op](*arguments)


Parsed = tuple[Expression, list[Token]]  # what was read, and the tokens behind it


def parse_expression(source: str | Sequence[Token]) -> Expression:
    """Read an expression of labels, numbers, `+ - * / ^ ( )` and exp, log, sqrt, abs, tanh.

    Raises
    ------
    ModelSyntaxError : where the text is no expression, with the place.
    """
    tokens = list(split_statements("_ := " + source)[0][2:]) if isinstance(source, str) else list(source)
    if not tokens:
        raise ModelSyntaxError("An expression of labels must stand on both sides of the operator.")
    try:
        expression, rest = _sum(tokens)
    except RecursionError:
        raise tokens[0].fault(
            "This expression has too many brackets or signs. Split it with ':=' into parts."
        ) from None
    if rest:
        raise rest[0].fault(
            f"'{rest[0].text}' cannot stand here: expressions are made of labels, numbers and + - * / ^ ( )."
        )
    return expression


def _sum(tokens: list[Token]) -> Parsed:
    return _chain(tokens, ("+", "-"), _product)


def _product(tokens: list[Token]) -> Parsed:
    return _chain(tokens, ("*", "/"), _signed)


def _chain(tokens: list[Token], signs: tuple[str, ...], operand: Callable[[list[Token]], Parsed]) -> Parsed:
    """Operands between signs of one rank, which bind from the left."""
    left, rest = operand(tokens)
    while rest and rest[0].text in signs:
        sign = rest[0].text
        right, rest = operand(rest[1:])
        left = Expression(sign, (left, right))
    return left, rest


def _signed(tokens: list[Token]) -> Parsed:
    if tokens and tokens[0].text in ("-", "+"):
        inner, rest = _signed(tokens[1:])
        return (Expression("neg", (inner,)) if tokens[0].text == "-" else inner), rest
    base, rest = _atom(tokens)
    if rest and rest[0].text in ("^", "**"):
        power, rest = _signed(rest[1:])
        return Expression("^", (base, power)), rest
    return base, rest


def _atom(tokens: list[Token]) -> Parsed:
    if not tokens:
        raise ModelSyntaxError("An expression must not end with an operator.")
    head, rest = tokens[0], tokens[1:]
    if head.kind == "number":
        return Expression("number", value=float(head.text)), rest
    if head.kind == "name" and rest and rest[0].text == "(":
        if head.text not in FUNCTIONS:
            raise head.fault(f"The function '{head.text}' is not known here; known are {', '.join(FUNCTIONS)}.")
        inner, rest = _bracket(rest)
        return Expression(head.text, (inner,)), rest
    if head.kind == "name":
        return Expression("label", label=head.text), rest
    if head.text == "(":
        return _bracket(tokens)
    raise head.fault(f"'{head.text}' cannot stand here: a label, a number or a bracket must.")


def _bracket(tokens: list[Token]) -> Parsed:
    inner, rest = _sum(tokens[1:])
    if not rest or rest[0].text != ")":
        raise tokens[0].fault("This bracket must be closed.")
    return inner, rest[1:]
