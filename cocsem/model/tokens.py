"""Words of the model language: names, numbers, strings and operators, each with its place in the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from cocsem.errors import ModelSyntaxError

_BLOCKS = (["level", ":"], ["group", ":"])
OPERATORS = ("=~", "<~", "~*~", "~~", "~", ":=", "==", "<", ">", "|")
_PATTERN = re.compile(
    r"""(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\w.]))
      | (?P<name>\.?[^\W\d][\w.]*(?:[^\S\n]*:[^\S\n]*\.?[^\W\d][\w.]*)?)
      | (?P<string>"[^"]*"|'[^']*')
      | (?P<op>=~|<~|~\*~|~~|:=|==|<=|>=|\*\*|[~<>|+*(),:/^?-])
      | (?P<blank>[^\S\n]+)
      | (?P<bad>.)""",
    re.VERBOSE,
)


class Token(NamedTuple):
    """One word: `kind` is number, name, string or op; `line` counts from 1, `column` from 0. A product `x:z` is one name."""

    kind: str
    text: str
    line: int
    column: int
    source: str

    def fault(self, message: str) -> ModelSyntaxError:
        """Return the error that points at this word."""
        return ModelSyntaxError(message, self.source, self.line, self.column)


def split_statements(text: str) -> tuple[tuple[Token, ...], ...]:
    """Cut model text into statements.

    `#` and `!` start comments; a statement ends with its line or with `;` and goes on where a line ends with an
    operator, `+`, `*` or `,`, where a bracket is open, or where the next line has no operator of its own.

    >>> [[t.text for t in s] for s in split_statements("f =~ x1 +\\n x2 ; y ~ f # path")]
    [['f', '=~', 'x1', '+', 'x2'], ['y', '~', 'f']]
    """
    statements: list[list[Token]] = []
    for number, source in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), start=1):
        for tokens in _chunks(source, number):
            if statements and (_is_open(statements[-1]) or not _has_operator(tokens)):
                statements[-1].extend(tokens)
            else:
                statements.append(tokens)
    for tokens in statements:
        if not _has_operator(tokens):
            raise tokens[0].fault(f"A model line must hold one of the operators {' '.join(OPERATORS)}.")
        if _depth(tokens) != 0:
            raise tokens[-1].fault("Every bracket must be closed.")
    return tuple(tuple(tokens) for tokens in statements)


def _chunks(source: str, number: int) -> list[list[Token]]:
    """Tokens of one physical line, split at `;`, without comments."""
    chunks: list[list[Token]] = [[]]
    for start, piece in _pieces(source):
        for match in _PATTERN.finditer(piece):
            kind = match.lastgroup or "bad"
            text = "".join(match.group().split()) if kind == "name" else match.group()
            token = Token(kind, text, number, start + match.start(), source)
            if kind == "bad":
                raise token.fault(f"The character '{token.text}' has no meaning in a model.")
            if kind != "blank":
                chunks[-1].append(token)
        chunks.append([])
    return [chunk for chunk in chunks if chunk]


def _pieces(source: str) -> list[tuple[int, str]]:
    """Parts of a line between semicolons, with their columns; what follows a comment sign outside quotes is dropped."""
    pieces: list[tuple[int, str]] = []
    start, quote = 0, ""
    for i, char in enumerate(source):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "#!":
            return [*pieces, (start, source[start:i])]
        elif char == ";":
            pieces.append((start, source[start:i]))
            start = i + 1
    return [*pieces, (start, source[start:])]


def _depth(tokens: list[Token]) -> int:
    return sum((t.text == "(") - (t.text == ")") for t in tokens if t.kind == "op")


def _has_operator(tokens: list[Token]) -> bool:
    return any(_is_operator(t) for t in tokens) or opens_block(tokens)


def _is_operator(token: Token) -> bool:
    return token.kind == "op" and (token.text in OPERATORS or token.text in ("<=", ">="))


def opens_block(tokens: Sequence[Token]) -> bool:
    """`level: 1` and `group: a` open a block in lavaan; `group:x ~~ x` is about a product.

    >>> opens_block(split_statements("group: a")[0]), opens_block(split_statements("y ~ group:a")[0])
    (True, False)
    """
    opens = tokens[0].text.startswith(("level:", "group:")) or [t.text for t in tokens[:2]] in _BLOCKS
    return opens and not any(_is_operator(t) for t in tokens)


def _is_open(tokens: list[Token]) -> bool:
    last = tokens[-1]
    return _depth(tokens) > 0 or (last.kind == "op" and last.text != ")") or not _has_operator(tokens)
