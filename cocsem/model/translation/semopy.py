"""A model in the language of semopy (2.3.11), so that `semopy.Model(text)` is the same model.

What differs from lavaan there: a loading is freed by naming it, variances are bounded at zero (lifted here, the table
has no such bound), covariances of exogenous latent variables are added unless they are written, one parameter has one
name, constraints are read by sympy, and there are no groups, no means and no defined parameters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

from cocsem.errors import ModelError
from cocsem.model.arithmetic import Dialect, expression_text, number_text, replace_labels
from cocsem.model.expressions import Expression, parse_expression
from cocsem.model.printing import unused_name
from cocsem.model.translation.parameters import (
    bounds,
    label_texts,
    named_parameters,
    parameter_stems,
    plain_definitions,
    refuse_ordinal,
)
from cocsem.model.types import ModelSpec, Row

_NAME = re.compile(r"[^\W\d][\w.]*")
_DIALECT = Dialect(power="**", functions={"abs": "Abs"})
_PER_LINE = 6
_START = 0.7  # semopy looks forever for a starting value where no loading is fixed


def to_semopy(spec: ModelSpec) -> str:
    """Write a model for semopy.

    Returns
    -------
    A description for `semopy.Model`. Defined parameters and saturated means stand in it as comments, since semopy has
    neither.

    Raises
    ------
    ModelError : what semopy cannot hold (groups, structured means, ordinal items), by name.

    >>> from cocsem.model.automatic import KINDS
    >>> from cocsem.model.build import build_spec
    >>> print(to_semopy(build_spec("y ~ a*x + z", KINDS["sem"])))
    y ~ a*x
    y ~ z
    y ~~ p3*y
    BOUND(-inf, inf) p3
    """
    _refuse(spec)
    names = _parameter_names(spec)
    lines = [_line(row, names) for row in spec.rows if row.op in ("=~", "~", "~~") and not row.exo]
    lines += [f"{a} ~~ 0*{b}" for a, b in _absent(spec)]
    lines += _starts(spec, names)
    lines += _bounds(spec, names)
    lines += _constraints(spec, names)
    return "\n".join([*lines, *_comments(spec, names)])


def _refuse(spec: ModelSpec) -> None:
    refuse_ordinal(spec, "semopy")
    arrows = {v for r in spec.rows if r.op in ("=~", "~") for v in (r.lhs, r.rhs)}
    lonely = [v for v in (*spec.observed, *spec.latent) if v not in arrows]
    unreadable = [v for v in (*spec.observed, *spec.latent) if not _NAME.fullmatch(v)]
    reasons = [
        (len(spec.groups) > 1, f"it fits one group at a time, and this model has {len(spec.groups)}"),
        (not _means_saturated(spec), "its models have no means, and the means of this model are structured"),
        (bool(lonely), f"a variable must stand in a '=~' or '~' line, and these do not: {', '.join(lonely)}"),
        (bool(unreadable), f"it cannot read these names: {', '.join(unreadable)}"),
    ]
    for refused, reason in reasons:
        if refused:
            raise ModelError(f"semopy cannot hold this model: {reason}. Use to_lavaan(), or cocsem itself.")


def _means_saturated(spec: ModelSpec) -> bool:
    """True when every mean is a free parameter of its own, or there is no mean structure."""
    means = [r for r in spec.rows if r.op == "~1" and not r.exo]
    named = {label for r in spec.constraints for side in (r.lhs, r.rhs) for label in parse_expression(side).labels()}
    observed = [r for r in means if r.lhs not in spec.latent]
    free = [r.free for r in observed]
    bound = any(r.lower is not None or r.upper is not None or r.label in named for r in observed)
    latent = any(r.free or r.value for r in means if r.lhs in spec.latent)
    return all(free) and len(set(free)) == len(free) and not bound and not latent


def _parameter_names(spec: ModelSpec) -> dict[int, str]:
    """Names of the parameters that need one in semopy: also variances, and loadings of factors without a fixed one."""
    marked = {r.lhs for r in spec.rows if r.op == "=~" and not r.free}
    needed = named_parameters(spec) | {
        r.free
        for r in spec.rows
        if r.free
        and (r.value is not None or (r.op == "=~" and r.lhs not in marked) or (r.op == "~~" and r.lhs == r.rhs))
    }
    constrained = _constrained(spec)
    names: dict[int, str] = {}
    for number, stem in parameter_stems(spec).items():
        if number in needed and any(r.op != "~1" for r in spec.rows if r.free == number):
            name = re.sub(r"\W", "_", stem)
            if number in constrained or not _is_safe(name):
                name = f"p_{name}"
            names[number] = name if name not in names.values() else unused_name(name, names.values())
    return names


def _constrained(spec: ModelSpec) -> set[int]:
    """Parameters that stand in constraints: sympy reads them there, and it has names of its own (E, S, beta)."""
    expressions = [e for r in spec.constraints for e in _sides(spec, r.lhs, r.rhs)]
    used = {label for e in expressions for label in e.labels()}
    return {row.free for row in spec.rows if row.free and row.label in used}


def _sides(spec: ModelSpec, *texts: str) -> list[Expression]:
    """Parsed sides of a constraint, with defined parameters written out."""
    known: dict[str, Expression] = {}
    for name, expression in plain_definitions(spec).items():
        known[name] = replace_labels(expression, known)
    return [replace_labels(parse_expression(text), known) for text in texts]


def _is_safe(name: str) -> bool:
    """False for names that semopy takes for numbers, or that it could give itself."""
    try:
        float(name)
    except ValueError:
        return bool(re.fullmatch(r"[^\W\d_]\w*", name)) and name != "START"
    return False


def _line(row: Row, names: dict[int, str]) -> str:
    factor = f"{names[row.free]}*" if row.free in names else "" if row.free else f"{number_text(row.value or 0.0)}*"
    return f"{row.lhs} {row.op} {factor}{row.rhs}"


def _absent(spec: ModelSpec) -> list[tuple[str, str]]:
    """Covariances that semopy adds unless they are written: of exogenous variables, latent or observed but not fixed."""
    explained = {r.rhs if r.op == "=~" else r.lhs for r in spec.rows if r.op in ("=~", "~")}
    written = {frozenset((r.lhs, r.rhs)) for r in spec.rows if r.op == "~~"}
    latent = [f for f in spec.latent if f not in explained]
    observed = [x for x in spec.observed if x not in explained]
    pairs = (*combinations(latent, 2), *combinations(observed, 2))
    return [pair for pair in pairs if frozenset(pair) not in written]


def _starts(spec: ModelSpec, names: dict[int, str]) -> Iterator[str]:
    marked = {r.lhs for r in spec.rows if r.op == "=~" and not r.free}
    starts: dict[int, float] = {}
    for row in spec.rows:
        if row.free in names and row.value is not None:
            starts.setdefault(row.free, row.value)
    for row in spec.rows:
        if row.op == "=~" and row.free and row.lhs not in marked:
            starts.setdefault(row.free, _START)
    for number, value in starts.items():
        yield f"START({number_text(value)}) {names[number]}"


def _bounds(spec: ModelSpec, names: dict[int, str]) -> Iterator[str]:
    limits = bounds(spec)
    variances = {
        r.free: r.lhs for r in spec.rows if r.op == "~~" and r.lhs == r.rhs and r.free and r.free not in limits
    }
    latent = [names[number] for number, name in variances.items() if name in spec.latent]
    yield from _lifted([names[number] for number, name in variances.items() if name not in spec.latent])
    if latent:
        yield "# semopy.calc_stats has no latent variables in its baseline model and stops at the next line: leave it out there."
    yield from _lifted(latent, len(latent))
    for number, (low, high) in limits.items():
        if number in names:
            lower = "-inf" if low is None else number_text(low)
            upper = "inf" if high is None else number_text(high)
            yield f"BOUND({lower}, {upper}) {names[number]}"


def _lifted(names: list[str], per_line: int = _PER_LINE) -> Iterator[str]:
    for i in range(0, len(names), per_line or 1):
        yield f"BOUND(-inf, inf) {' '.join(names[i : i + per_line])}"


def _constraints(spec: ModelSpec, names: dict[int, str]) -> Iterator[str]:
    texts = _texts(spec, names)
    for relation in spec.constraints:
        left, right = (expression_text(e, texts, _DIALECT) for e in _sides(spec, relation.lhs, relation.rhs))
        yield f"CONSTRAINT({left} {'=' if relation.op == '==' else relation.op} {right})"


def _comments(spec: ModelSpec, names: dict[int, str]) -> Iterator[str]:
    texts = _texts(spec, names)
    for definition in spec.definitions:
        yield f"# {definition.lhs} := {expression_text(parse_expression(definition.rhs), texts)} (semopy computes no defined parameters)"
    if spec.meanstructure:
        yield "# The means are saturated: they leave the covariances alone, and semopy's Model has none."


def _texts(spec: ModelSpec, names: dict[int, str]) -> dict[str, str]:
    every = {number: names.get(number, stem) for number, stem in parameter_stems(spec).items()}
    return label_texts(spec, every)
