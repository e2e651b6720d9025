"""What the ladder can be climbed with, checked before anything is fitted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from cocsem.assessment.invariance.types import Question
from cocsem.errors import UsageError
from cocsem.estimation.alignment import frame_of, group_labels
from cocsem.estimation.ordinal.answers import find_ordered
from cocsem.estimation.verbs import Data, Model
from cocsem.instrument.load import load_instrument
from cocsem.model.automatic import rules_for
from cocsem.model.build import build_spec
from cocsem.model.from_theory import first_order, measurement_syntax
from cocsem.model.types import ModelSpec, Row
from cocsem.survey.types import Survey
from cocsem.theory.types import Theory

MOST_GROUPS = 10


def ask(
    model: Model, data: Data, group: str, options: dict[str, Any], ordered: bool | Iterable[str] | None
) -> Question:
    """Turn the arguments into a question; what the ladder cannot use is refused by name."""
    text = _text(model)
    if data is None:
        raise UsageError("Invariance needs the answers of the groups: give data.")
    labels = group_labels(frame_of(data), group)
    if len(labels) > MOST_GROUPS:
        raise UsageError(
            f"group must name a column with 2 to {MOST_GROUPS} groups; '{group}' has {len(labels)}. Join categories that belong together first."
        )
    names = data.codebook.labels.get(group, {}) if isinstance(data, Survey) else {}
    # residual variances are parameters of ordered items under theta only
    more = {"ordered": ordered, "parameterization": "theta"} if ordered else {}
    counts = dict(find_ordered(text, ordered, frame_of(data), options.get("missing", "listwise")).thresholds).values()
    ladder = "continuous" if not counts else "binary" if min(counts) == 1 else "ordinal"
    factors = _factors(build_spec(text, rules_for("cfa", {})))
    return Question(text, data, group, options | more, ladder, factors, names)


def ordered_items(model: Model, asked: bool | Iterable[str] | None, data: Data) -> bool | Iterable[str] | None:
    """What is ordered: what was asked for or, where nothing was said, what the data declare as ordered categories."""
    if asked is not None or data is None:
        return asked
    return list(find_ordered(_text(model), None, frame_of(data), "pairwise").categories) or None


def _text(model: Model) -> str:
    if isinstance(model, Theory):
        instruments = [load_instrument(code) for code in model.instruments]
        return measurement_syntax(first_order(model.constructs, instruments))
    if isinstance(model, ModelSpec):
        raise UsageError(
            "Invariance builds the equalities itself and needs the model as text. Give lavaan syntax, or model_syntax(spec) without the lines "
            "of intercepts and variances."
        )
    return model


def _factors(spec: ModelSpec) -> dict[str, tuple[str, ...]]:
    """Items of each factor; anything but a plain measurement model of first-order factors is refused."""
    for wrong, what, remedy in _obstacles(spec):
        if wrong:
            row = wrong[0]
            raise UsageError(
                f"Invariance is a question about first-order factors and their items, but the model has {what} "
                f"('{row.lhs} {row.op} {row.rhs}'). {remedy}"
            )
    items: dict[str, list[str]] = {}
    for row in spec.rows:
        if row.op == "=~":
            items.setdefault(row.lhs, []).append(row.rhs)
    return {factor: tuple(names) for factor, names in items.items()}


def _obstacles(spec: ModelSpec) -> list[tuple[list[Row], str, str]]:
    rows = spec.rows
    first = {row.lhs: row for row in reversed(rows) if row.op == "=~"}
    marked = [r for r in rows if r.user and r.op == "=~" and not r.free and (r is not first[r.lhs] or r.value != 1.0)]
    return [
        (
            [r for r in rows if r.op == "~"],
            "paths",
            "Give the lines with =~ only; paths are compared once the measurement is.",
        ),
        (
            [r for r in rows if r.op == "=~" and r.rhs in spec.latent],
            "factors of factors",
            "Give their parts as correlated factors.",
        ),
        ([r for r in rows if r.user and r.op == "~1"], "intercepts", "Leave them out: each step sets them."),
        ([r for r in rows if r.label], "labels", "Leave them out: each step sets the equalities."),
        (marked, "fixed loadings", "Leave them free: the factors are scaled by their variances."),
    ]
