"""A parameter table written back as model text: every row, every value, nothing left to the automatic rules.

The text is read again with `build_spec(text, printed_rules(spec), groups=spec.groups, thresholds=spec.thresholds)`, and by `fit_model` or lavaan's
`lavaan()`. Moments of covariates (observed predictors that nothing explains) are not written where they are as the rules
write them, because naming them would make those variables random.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from cocsem.model.arithmetic import expression_text, number_text
from cocsem.model.automatic import KINDS, Rules
from cocsem.model.draft import Key, row_key
from cocsem.model.expressions import parse_expression
from cocsem.model.types import Constraint, ModelSpec, Row

_NAME = re.compile(r"\.?[^\W\d][\w.]*")
_WORDS = ("NA", "Inf")  # they mean something else where a label could stand


def model_syntax(spec: ModelSpec) -> str:
    """Write a model as lavaan syntax, all rows with their fixed values, labels, starting values and bounds.

    Rows that are one parameter without a label of the user get a label that nothing in the model uses yet.

    Returns
    -------
    Text that `build_spec` reads as an equivalent table under `printed_rules(spec)`.

    >>> from cocsem.model.build import build_spec
    >>> print(model_syntax(build_spec("f =~ x1 + a*x2 + x3", KINDS["cfa"])))
    f =~ 1*x1 + a*x2 + x3
    x1 ~~ x1
    x2 ~~ x2
    x3 ~~ x3
    f ~~ f
    """
    return "\n".join([*statement_lines(spec), *relation_lines(spec)])


def printed_rules(spec: ModelSpec) -> Rules:
    """Return the rules under which `model_syntax(spec)` is read: none but those that concern covariates."""
    moments = [r for r in spec.rows if _is_covariate_row(r, spec)]
    return replace(
        KINDS["lavaan"],
        fixed_x=bool(spec.exogenous) or not spec.covariates,
        meanstructure=spec.meanstructure,
        int_ov_free=all(r.free > 0 for r in moments if r.op == "~1" and not r.exo),
        std_lv=spec.std_lv,
        orthogonal=spec.orthogonal,
        parameterization=spec.parameterization,
    )


def covariates_as_rules(spec: ModelSpec) -> bool:
    """True when the moments of the covariates are all fixed to the sample's, or all free parameters of their own."""
    moments = [r for r in spec.rows if _is_covariate_row(r, spec)]
    numbers = [r.free for r in spec.rows if r.free]
    plain = [not r.label and r.lower is None and r.upper is None for r in moments]
    own = [numbers.count(r.free) == 1 and r.value is None for r in moments if r.op == "~~"]
    means = {numbers.count(r.free) if r.free else -(r.value or 0.0) for r in moments if r.op == "~1"}
    return all(r.exo for r in moments) or (all(plain) and all(own) and means in ({1}, {0.0}, set()))


def parameter_labels(spec: ModelSpec) -> tuple[str, ...]:
    """Return the label of each row; rows that share a free parameter all get one, made up where the user gave none."""
    rows_of: dict[int, list[Row]] = {}
    for row in spec.rows:
        rows_of.setdefault(row.free, []).append(row)
    used = {row.label for row in spec.rows} | {d.lhs for d in spec.definitions} | {*spec.observed, *spec.latent}
    shared: dict[int, str] = {}
    for number, rows in rows_of.items():
        if number and len(rows) > 1 and not all(r.label for r in rows):
            shared[number] = next((r.label for r in rows if r.label), "") or unused_name("eq", used)
            used.add(shared[number])
    return tuple(row.label or shared.get(row.free, "") for row in spec.rows)


def unused_name(stem: str, used: Iterable[str]) -> str:
    """Return the first of stem1, stem2, ... that is not used."""
    taken, n = set(used), 1
    while f"{stem}{n}" in taken:
        n += 1
    return f"{stem}{n}"


def merged_labels(spec: ModelSpec) -> tuple[tuple[str, str], ...]:
    """Pairs of labels that stand for one parameter (what `a == b` did)."""
    labels: dict[int, list[str]] = {}
    for row, label in zip(spec.rows, parameter_labels(spec), strict=True):
        if row.free and label and label not in labels.setdefault(row.free, []):
            labels[row.free].append(label)
    return tuple((names[0], other) for names in labels.values() for other in names[1:])


def statement_lines(spec: ModelSpec) -> list[str]:
    """Lines of the variables: neighbouring rows with the same left side and operator share a line."""
    omitted = covariates_as_rules(spec)
    table: dict[Key, dict[int, tuple[Row, str]]] = {}
    for row, label in zip(spec.rows, parameter_labels(spec), strict=True):
        if not (omitted and _is_covariate_row(row, spec)):
            table.setdefault(row_key(row.lhs, row.op, row.rhs), {})[row.group] = (row, label)
    marked: set[str] = set()
    lines: list[tuple[str, str, list[str]]] = []
    for entry in table.values():
        first = next(iter(entry.values()))[0]
        scale = _sets_scale(first, spec, marked)
        terms = _terms(entry, len(spec.groups), scale)
        if lines and lines[-1][:2] == (first.lhs, first.op):
            lines[-1][2].extend(terms)
        else:
            lines.append((first.lhs, first.op, terms))
    return [f"{lhs} {'~' if op == '~1' else op} {' + '.join(terms)}" for lhs, op, terms in lines]


def relation_lines(spec: ModelSpec) -> list[str]:
    """Lines of definitions, of labels that are one parameter, and of constraints."""
    merged = [f"{a} == {b}" for a, b in merged_labels(spec)]
    return [*(_relation(r) for r in spec.definitions), *merged, *(_relation(r) for r in spec.constraints)]


def _relation(relation: Constraint) -> str:
    left = relation.lhs if relation.op == ":=" else expression_text(parse_expression(relation.lhs), {})
    return f"{left} {relation.op} {expression_text(parse_expression(relation.rhs), {})}"


def _is_covariate_row(row: Row, spec: ModelSpec) -> bool:
    return row.lhs in spec.covariates and (row.op == "~1" or (row.op == "~~" and row.rhs in spec.covariates))


def _sets_scale(row: Row, spec: ModelSpec, marked: set[str]) -> bool:
    """True for rows that an automatic rule may fix, the first loading and the variance of a factor: freed by NA*."""
    if row.op == "=~" and row.lhs not in marked:
        marked.add(row.lhs)
        return True
    return spec.std_lv and row.op == "~~" and row.lhs == row.rhs and row.lhs in spec.latent


def _terms(entry: dict[int, tuple[Row, str]], n_groups: int, scale: bool) -> list[str]:
    """One term per modifier, the form that every reader of lavaan syntax understands; `c()` has an entry per group.

    A row that is missing in a group is a zero there.
    """
    row = next(iter(entry.values()))[0]
    if row.op == "=~" and row.lhs == row.rhs:
        return ["0"]
    absent = (row._replace(free=0, value=0.0, label="", lower=None, upper=None), "")
    rows = [entry.get(g + 1, absent) for g in range(n_groups)]
    name = "1" if row.op == "~1" else row.rhs
    fixed = ["NA" if r.free else number_text(r.value or 0.0) for r, _ in rows]
    starts = ["NA" if not r.free or r.value is None else number_text(r.value) for r, _ in rows]
    modifiers = [
        _collapse(fixed) if scale or any(r.free == 0 for r, _ in rows) else "",
        _labels([label for _, label in rows]),
        _call("start", starts, "NA"),
        _call("lower", ["-Inf" if r.lower is None else number_text(r.lower) for r, _ in rows], "-Inf"),
        _call("upper", ["Inf" if r.upper is None else number_text(r.upper) for r, _ in rows], "Inf"),
    ]
    return [f"{modifier}*{name}" for modifier in modifiers if modifier] or [name]


def _collapse(entries: list[str]) -> str:
    return entries[0] if len(set(entries)) == 1 else f"c({', '.join(entries)})"


def _call(modifier: str, entries: list[str], nothing: str) -> str:
    return "" if set(entries) == {nothing} else f"{modifier}({_collapse(entries)})"


def _labels(labels: list[str]) -> str:
    if not any(labels):
        return ""
    plain = all(_NAME.fullmatch(label) and label not in _WORDS for label in labels)
    words = list(labels) if plain else [_quoted(label) for label in labels]
    inner = words[0] if len(words) == 1 else f"c({', '.join(words)})"
    return inner if plain else f"label({inner})"


def _quoted(label: str) -> str:
    return f"'{label}'" if '"' in label else f'"{label}"'
