"""The question as it is asked: one call, from the quick checks to the marker technique."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from cocsem.assessment.attempts import Attempt, Question, attempt, factors_of, item_names, stated, tested
from cocsem.assessment.common_method.marker import marker_models
from cocsem.assessment.common_method.models import method_factor_text, moves, single_factor_text
from cocsem.assessment.common_method.phases import LEVELS
from cocsem.assessment.common_method.screens import collinearity_table, first_component_share
from cocsem.assessment.common_method.story import tell
from cocsem.assessment.common_method.tables import (
    collinearity_of,
    models_table,
    moves_table,
    phase_tables,
    summary_table,
)
from cocsem.assessment.judge import judge
from cocsem.assessment.scales import numeric_columns
from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.errors import UsageError
from cocsem.estimation.alignment import frame_of, pick_columns
from cocsem.estimation.verbs import Data, Model
from cocsem.instrument.load import load_instrument
from cocsem.language import Text
from cocsem.model.automatic import rules_for
from cocsem.model.build import build_spec
from cocsem.model.from_theory import theory_syntax
from cocsem.model.types import ModelSpec
from cocsem.survey.types import Survey
from cocsem.theory.types import Theory

_TITLE = Text("Common-method variance", "Varians metode bersama")


def common_method(
    model: Model,
    data: Data,
    marker: Iterable[str] | None = None,
    *,
    free: bool = True,
    estimator: str = "ML",
    missing: str = "listwise",
    engine: str = "native",
) -> Assessment:
    """Look for common-method variance: first component, single factor, collinearity, latent method factor, marker technique.

    No analysis of one questionnaire can show that its answers are free of method; each check here says what it can and cannot see.

    Parameters
    ----------
    model : lavaan syntax or a Theory, with or without paths. data : as in `sem`.
    marker : items of a scale that has nothing to do with the constructs; by default the marker of a Survey's codebook.
    free : also fit the method factor with a loading for each item. estimator, missing, engine : as in `sem`.

    Returns
    -------
    Assessment `common_method`: tables models (fits and difference tests), moves (how loadings, paths and correlations change),
    collinearity and, with a marker, method_reliability and method_sensitivity; facts first_component_share and method_variance.

    Raises
    ------
    UsageError : a model or marker that cannot be used, with what to do. CocsemError : as `sem`, where the model cannot be fitted.

    References: podsakoff2003, williams1989, williams2010, kock2015, richardson2009

    >>> import cocsem
    >>> data = cocsem.load_dataset("holzinger_swineford")
    >>> found = cocsem.common_method("visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9", data)
    >>> round(found.facts["first_component_share"], 3)
    0.357
    """
    options = {"estimator": estimator, "missing": missing, "engine": engine}
    question = _ask(model, data, marker, options)
    frame = _answers(question)
    base = stated(question, "as_stated", question.model)
    others = tuple(_attempts(question, base, free))
    share = first_component_share(frame[list(question.items)])
    shares = {one.key: _method_share(one) for one in others if one.key.startswith("method_")}
    tables = _tables(question, base, others, frame, (share, shares))
    return Assessment(
        "common_method",
        _TITLE,
        tables,
        {
            "first_component_share": share,
            "method_variance": shares,
            "marker": question.marker,
        },
        tuple(_verdicts(question, share, tables, others)),
        tuple(tell(question, base, others, share, tables)),
        references=_sources(question),
    )


def _ask(model: Model, data: Data, marker: Iterable[str] | None, options: dict[str, str]) -> Question:
    if isinstance(model, Theory):
        model = theory_syntax(model, [load_instrument(code) for code in model.instruments])
    if isinstance(model, ModelSpec):
        raise UsageError("Method factors are added to the model as text. Give lavaan syntax, or model_syntax(spec).")
    if data is None:
        raise UsageError("Common-method checks need the answers: give data.")
    chosen = (
        item_names(marker, "marker") if marker is not None else data.codebook.marker if isinstance(data, Survey) else ()
    )
    factors = factors_of(build_spec(model, rules_for("sem", {})))
    if not factors:
        raise UsageError(
            "Common-method checks need factors with observed items (lines with =~), but the model has none."
        )
    shared = set(chosen) & {item for own in factors.values() for item in own}
    if shared:
        raise UsageError(f"A marker must not measure a construct of the model, but {', '.join(sorted(shared))} does.")
    if len(chosen) == 1:
        raise UsageError(f"A marker must have at least two items, but only '{chosen[0]}' was given.")
    return Question(model, data, options, factors, chosen)


def _answers(question: Question) -> pd.DataFrame:
    """The variables of the model and the marker as finite numbers."""
    spec = build_spec(question.model, rules_for("sem", {}))
    names = dict.fromkeys((*spec.observed, *question.marker))
    frame = frame_of(question.data) if question.data is not None else pd.DataFrame()
    return numeric_columns(pick_columns(frame, tuple(names), spec.latent))


def _attempts(question: Question, base: Attempt, free: bool) -> Iterator[Attempt]:
    """The single factor, the method factor with one loading and with many, and the models of the marker technique."""
    yield attempt(question, "single_factor", single_factor_text(question.items))
    equal = attempt(question, "method_equal", method_factor_text(question.model, question.items, equal=True))
    yield replace(equal, against=base.key, test=tested(base, equal))
    if free:
        own = attempt(question, "method_free", method_factor_text(question.model, question.items, equal=False))
        yield replace(own, against=equal.key, test=tested(equal, own))
    if question.marker:
        yield from marker_models(question)


def _method_share(one: Attempt) -> float | None:
    """Average share of the variance of the items that the method factor takes: mean of its squared standardized loadings."""
    if not one.usable or one.fit is None:
        return None
    frame = one.fit.estimates
    name = next(row.lhs for row in reversed(one.fit.spec.rows) if row.op == "=~")
    return float((frame.loc[(frame["op"] == "=~") & (frame["lhs"] == name), "std_all"] ** 2).mean())


def _tables(
    question: Question,
    base: Attempt,
    others: Sequence[Attempt],
    frame: pd.DataFrame,
    shares: tuple[float, dict[str, float | None]],
) -> tuple[Table, ...]:
    usable = base.fit is not None and base.fit.converged
    tables = [models_table((base, *others))]
    if usable and len(question.factors) > 1 and base.fit is not None:
        tables.append(collinearity_of(collinearity_table(base.fit, frame, question.factors)))
    apart = ("single_factor", *LEVELS)
    moved = moves(base, [o for o in others if o.key not in apart], list(question.factors))
    tables.insert(1, summary_table(*shares, moved, base.key))
    if usable and any(other.usable for other in others if other.key != "single_factor"):
        tables.append(moves_table(moved))
    tables += phase_tables({one.key: one for one in others}, question)
    return tuple(table for table in tables if len(table.frame))


def _verdicts(
    question: Question, share: float, tables: Sequence[Table], others: Sequence[Attempt]
) -> Iterator[Verdict]:
    yield judge(share, "harman", "overall", {"items": len(question.items)})
    for table in tables:
        if table.key == "collinearity":
            for row in table.frame.to_dict("records"):
                yield judge(row["vif_scores"], "vif_scores", str(row["construct"]))
                yield judge(row["vif_factors"], "vif_factors", str(row["construct"]))
    for one in others:
        if (
            one.test is not None and one.key != "method_free"
        ):  # with no method its loadings are not identified: no chi-square
            criterion = "method_bias_test" if one.key == "marker_restricted" else "method_variance_test"
            yield judge(one.test["pvalue_diff"], criterion, one.key)


def _sources(question: Question) -> tuple[str, ...]:
    return (
        "podsakoff2003",
        "williams1989",
        "kock2015",
        "richardson2009",
        *(("williams2010",) if question.marker else ()),
    )
