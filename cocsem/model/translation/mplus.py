"""A model as an input file for Mplus, after the language of its user's guide (muthen2018).

Nothing is left to the defaults of Mplus: every row of the table is written, covariances that Mplus would add are fixed
at zero, and with several groups every group has its own complete model, so that no parameter is held equal unless two
rows carry one label.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from cocsem.errors import UsageError
from cocsem.model.arithmetic import Dialect, decimal_text, expression_text
from cocsem.model.expressions import Expression, parse_expression
from cocsem.model.printing import unused_name
from cocsem.model.translation.parameters import (
    bounds,
    label_texts,
    named_parameters,
    parameter_stems,
    refuse_ordinal,
    short_names,
)
from cocsem.model.types import Constraint, ModelSpec, Row

_WIDTH = 80  # Mplus cuts lines at 90 characters
_NAME_LENGTH = 8
_RESERVED = frozenset(
    [
        "ABS",
        "ALL",
        "AND",
        "ARE",
        "AT",
        "BY",
        "COS",
        "DO",
        "EQ",
        "EXP",
        "GE",
        "GT",
        "IF",
        "IN",
        "IND",
        "IS",
        "LE",
        "LOG",
        "LT",
        "MOD",
        "NE",
        "NEW",
        "NOT",
        "ON",
        "OR",
        "PON",
        "POW",
        "PWITH",
        "SIN",
        "SQRT",
        "TAN",
        "THEN",
        "TO",
        "USING",
        "VIA",
        "WITH",
        "XWITH",
    ]
)
_ESTIMATORS = ("ML", "MLM", "MLMV", "MLR", "MLF", "GLS", "ULS", "WLS")
_FULL_INFORMATION = ("ML", "MLR", "MLF")
_MISSING = {"listwise": False, "fiml": True, "ml": True}
_DIALECT = Dialect(power="**", functions={"exp": "EXP", "log": "LOG", "sqrt": "SQRT", "abs": "ABS"})
_OPERATORS = {"=~": "BY", "~": "ON", "~~": "WITH"}


def to_mplus(
    spec: ModelSpec,
    *,
    data_file: str = "data.dat",
    columns: Sequence[str] | None = None,
    group: str | None = None,
    estimator: str = "ML",
    missing: str = "listwise",
) -> str:
    """Write a model as an input file for Mplus.

    Parameters
    ----------
    spec : the model, of continuous items.
    data_file : file of numbers without a header, columns parted by blanks, missing answers as -9999.
    columns : its columns in order; left out, the observed variables in the order of the model, then the group.
    group : the column of the groups, coded 1, 2, ... in the order of `spec.groups`; needed when the model has groups.
    estimator, missing : as they were in the fit.

    Returns
    -------
    The whole input. Names longer than eight characters are shortened; comments say which is which.

    Raises
    ------
    UsageError : an option that Mplus does not have. ModelError : a model that cannot be written for it.

    References: muthen2018

    >>> from cocsem.model.automatic import KINDS
    >>> from cocsem.model.build import build_spec
    >>> text = to_mplus(build_spec("f =~ x1 + x2 + x3", KINDS["cfa"]))
    >>> print(text[text.index("MODEL:"):])
    MODEL:
      f BY
        x1@1
        x2*
        x3*;
      x1*;
      x2*;
      x3*;
      f*;
    """
    refuse_ordinal(spec, "Mplus")
    _check_options(spec, data_file, group, estimator, missing)
    file_columns = tuple(columns or (*spec.observed, *((group,) if group else ())))
    _check_columns(spec, file_columns, group)
    names = _names(spec, file_columns)
    lines = [
        *_heading(spec, names, group),
        *_data(data_file, missing),
        *_variable(spec, file_columns, names.variables, group),
        *_analysis(spec, estimator, missing),
        *_models(spec, names.variables, names.parameters),
        *_constraints(spec, names),
    ]
    return "\n".join(lines)


def _check_options(spec: ModelSpec, data_file: str, group: str | None, estimator: str, missing: str) -> None:
    if estimator not in _ESTIMATORS:
        raise UsageError(f"Mplus has no estimator {estimator!r} for continuous items; it has {', '.join(_ESTIMATORS)}.")
    if missing not in _MISSING:
        raise UsageError(f'missing must be "listwise" or "fiml" for Mplus; {missing!r} was given.')
    if _MISSING[missing] and estimator not in _FULL_INFORMATION:
        raise UsageError(f"missing={missing!r} needs one of the estimators {', '.join(_FULL_INFORMATION)} in Mplus.")
    if _MISSING[missing] and not spec.meanstructure:
        raise UsageError("Full information needs the means: build the model with meanstructure=True.")
    if len(spec.groups) > 1 and group is None:
        raise UsageError(f'The model has {len(spec.groups)} groups: name their column in the data with group="...".')
    if '"' in data_file or "\n" in data_file or len(data_file) > _WIDTH:
        raise UsageError(f"data_file must be a name of at most {_WIDTH} characters without quotes, for Mplus.")


def _check_columns(spec: ModelSpec, columns: tuple[str, ...], group: str | None) -> None:
    needed = (*spec.observed, *((group,) if len(spec.groups) > 1 and group else ()))
    absent = [name for name in needed if name not in columns]
    if absent:
        raise UsageError(f"columns must name every variable of the model; missing: {', '.join(absent)}.")
    if len(set(columns)) < len(columns):
        raise UsageError("columns must hold each name once.")


@dataclass(frozen=True, slots=True)
class _Names:
    """Names in Mplus: of the variables, of the defined parameters, of the free parameters that need one."""

    variables: dict[str, str]
    definitions: dict[str, str]
    parameters: dict[int, str]


def _names(spec: ModelSpec, columns: tuple[str, ...]) -> _Names:
    """Choose all names at once, so that none stands for two things; a label that is also a variable gets another."""
    variables = (*columns, *(f for f in spec.latent if f not in columns))
    wanted = {n: stem for n, stem in parameter_stems(spec).items() if n in named_parameters(spec)}
    used = set(variables)

    def own(name: str) -> str:
        return name if name not in used else unused_name(f"{name}_", used)

    definitions = {d.lhs: own(d.lhs) for d in spec.definitions}
    used |= set(definitions.values())
    parameters = {}
    for n, stem in wanted.items():
        parameters[n] = own(stem)
        used.add(parameters[n])
    every = (*variables, *definitions.values(), *parameters.values())
    short = short_names(every, _NAME_LENGTH, stem="p", reserved=_RESERVED)
    return _Names(
        {v: short[v] for v in variables},
        {name: short[text] for name, text in definitions.items()},
        {n: short[text] for n, text in parameters.items()},
    )


def _heading(spec: ModelSpec, names: _Names, group: str | None) -> Iterator[str]:
    yield "TITLE:"
    yield "  A model written by cocsem"
    labels = {r.label: names.parameters[r.free] for r in spec.rows if r.label and r.free}
    renamed = [pair for table in (names.variables, names.definitions, labels) for pair in table.items()]
    renamed = [(long, short) for long, short in renamed if short != long]
    if renamed:
        yield "! Names in Mplus, of at most eight characters, stand for:"
        for long, short in renamed:
            yield from _wrap(f"{short} = {' '.join(long.split())}", "!   ")
    if len(spec.groups) > 1:
        yield from _wrap(f"Codes of {group}:", "! ")
        for n, label in enumerate(spec.groups, start=1):
            yield from _wrap(f"{n} = {' '.join(str(label).split())}", "!   ")


def _data(data_file: str, missing: str) -> Iterator[str]:
    yield "DATA:"
    yield f'  FILE = "{data_file}";'
    if not _MISSING[missing]:
        yield "  LISTWISE = ON;"


def _variable(spec: ModelSpec, columns: tuple[str, ...], names: dict[str, str], group: str | None) -> Iterator[str]:
    yield "VARIABLE:"
    yield from _wrap(f"NAMES = {' '.join(names[c] for c in columns)};")
    yield from _wrap(f"USEVARIABLES = {' '.join(names[v] for v in spec.observed)};")
    if len(spec.groups) > 1 and group:
        codes = " ".join(f"{n} = g{n}" for n in range(1, len(spec.groups) + 1))
        yield from _wrap(f"GROUPING = {names[group]} ({codes});")
    yield "  MISSING = ALL (-9999);"


def _analysis(spec: ModelSpec, estimator: str, missing: str) -> Iterator[str]:
    yield "ANALYSIS:"
    yield f"  ESTIMATOR = {estimator};"
    if estimator == "ML":
        yield f"  INFORMATION = {'OBSERVED' if _MISSING[missing] else 'EXPECTED'};"
    if not spec.meanstructure:
        yield "  MODEL = NOMEANSTRUCTURE;"


def _models(spec: ModelSpec, names: dict[str, str], parameters: dict[int, str]) -> Iterator[str]:
    several = len(spec.groups) > 1
    yield "MODEL:"
    yield from _statements(_rows(spec, 1) if not several else _overall(spec), names, {} if several else parameters)
    for a, b in _absent(spec):
        yield f"  {names[a]} WITH {names[b]}@0;"
    for n in range(1, len(spec.groups) + 1) if several else ():
        yield f"MODEL g{n}:"
        yield from _statements(_rows(spec, n), names, parameters)


def _rows(spec: ModelSpec, group: int) -> list[Row]:
    """Rows of one group that Mplus has to be told; moments of fixed covariates are its own business."""
    return [row for row in spec.rows if row.group == group and not row.exo]


def _overall(spec: ModelSpec) -> list[Row]:
    """The model of all groups: what is free in any of them is free, starting values stand in the groups."""
    free = {(r.lhs, r.op, r.rhs) for r in spec.rows if r.free}
    return [r._replace(free=1, value=None) if (r.lhs, r.op, r.rhs) in free else r for r in _rows(spec, 1)]


def _absent(spec: ModelSpec) -> list[tuple[str, str]]:
    """Pairs that Mplus would let covary by default and the model does not: factors, and outcomes that are no items."""
    written = {frozenset((r.lhs, r.rhs)) for r in spec.rows}
    items = {r.rhs for r in spec.rows if r.op == "=~"} - set(spec.latent)
    outside = set(spec.exogenous) | items
    inner = [v for v in (*spec.observed, *spec.latent) if v not in outside]
    return [pair for pair in combinations(inner, 2) if frozenset(pair) not in written]


def _statements(rows: Iterable[Row], names: dict[str, str], parameters: dict[int, str]) -> Iterator[str]:
    """One parameter per line, since Mplus takes one label per line; all items of a factor in one BY statement."""
    kept = list(rows)
    for factor in dict.fromkeys(r.lhs for r in kept if r.op == "=~"):
        items = [_item(r, names[r.rhs], parameters) for r in kept if r.op == "=~" and r.lhs == factor]
        yield f"  {names[factor]} BY"
        yield from (f"    {item}" for item in items[:-1])
        yield f"    {items[-1]};"
    for r in kept:
        if r.op == "~1":
            text, label = _mark(r), _label(r, parameters)
            yield f"  [{names[r.lhs]}{text}]{label};"
        elif r.op == "~~" and r.lhs == r.rhs:
            yield f"  {_item(r, names[r.lhs], parameters)};"
        elif r.op != "=~":
            yield f"  {names[r.lhs]} {_OPERATORS[r.op]} {_item(r, names[r.rhs], parameters)};"


def _item(row: Row, name: str, parameters: dict[int, str]) -> str:
    return f"{name}{_mark(row)}{_label(row, parameters)}"


def _mark(row: Row) -> str:
    """`@value` fixes, `*` frees, `*value` starts."""
    if not row.free:
        return f"@{decimal_text(row.value or 0.0)}"
    return "*" if row.value is None else f"*{decimal_text(row.value)}"


def _label(row: Row, parameters: dict[int, str]) -> str:
    return f" ({parameters[row.free]})" if row.free in parameters else ""


def _constraints(spec: ModelSpec, names: _Names) -> Iterator[str]:
    texts = label_texts(spec, names.parameters) | names.definitions
    lines = [f"{names.definitions[d.lhs]} = {_formula(parse_expression(d.rhs), texts)};" for d in spec.definitions]
    new = list(names.definitions.values())
    used = {name.upper() for table in (names.variables, texts) for name in table.values()}
    for relation in spec.constraints:
        extra, text = _relation(relation, texts, used)
        new += extra
        lines += text
    for number, (low, high) in bounds(spec).items():
        lines += [f"{names.parameters[number]} > {decimal_text(low)};"] if low is not None else []
        lines += [f"{names.parameters[number]} < {decimal_text(high)};"] if high is not None else []
    if lines:
        yield "MODEL CONSTRAINT:"
        if new:
            yield from _wrap(f"NEW({' '.join(new)});")
        for line in lines:
            yield from _wrap(line)


def _relation(relation: Constraint, texts: dict[str, str], used: set[str]) -> tuple[list[str], list[str]]:
    """Mplus wants a label or the constant 0 on the left; inequalities of expressions go through a new parameter."""
    left, right = parse_expression(relation.lhs), parse_expression(relation.rhs)
    target = _formula(right, texts)
    op = "=" if relation.op == "==" else relation.op
    if left.op == "label" and texts[left.label][0].isalpha():
        return [], [f"{texts[left.label]} {op} {target};"]
    difference = _formula(Expression("-", (left, right)), texts)
    if op == "=":
        return [], [f"0 = {difference};"]
    name = unused_name("DIFF", used)
    used.add(name)
    return [name], [f"{name} = {difference};", f"{name} {op} 0;"]


def _formula(expression: Expression, texts: dict[str, str]) -> str:
    return expression_text(_without_tanh(expression), texts, _DIALECT, decimals=True)


def _without_tanh(e: Expression) -> Expression:
    """tanh(u) = (exp(2 u) - 1) / (exp(2 u) + 1), for a program without tanh."""
    arguments = tuple(_without_tanh(a) for a in e.arguments)
    if e.op != "tanh":
        return Expression(e.op, arguments, e.value, e.label)
    one, two = Expression("number", value=1.0), Expression("number", value=2.0)
    grown = Expression("exp", (Expression("*", (two, arguments[0])),))
    return Expression("/", (Expression("-", (grown, one)), Expression("+", (grown, one))))


def _wrap(text: str, indent: str = "  ") -> list[str]:
    following = indent if indent.startswith("!") else indent + "  "
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=following,
        break_long_words=indent.startswith("!"),
        break_on_hyphens=False,
    )
