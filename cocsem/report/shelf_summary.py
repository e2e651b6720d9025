"""Instruments, theories, surveys and models as readable text."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from cocsem.assessment.types import Table
from cocsem.instrument.types import Instrument
from cocsem.language import Text
from cocsem.model.types import ModelSpec
from cocsem.report.numbers import format_number
from cocsem.report.prose.sample import describe_data, describe_instrument
from cocsem.report.render.plain import draw_table, wrap
from cocsem.report.tables import print_table
from cocsem.report.tables.generic import cite_all
from cocsem.survey.types import Survey
from cocsem.theory.types import Theory

_REVERSED = Text("(reversed)", "(dibalik)")
_HIGHER = Text("{code}  {name}: second-order factor of {parts}", "{code}  {name}: faktor orde kedua dari {parts}")
_HYPOTHESIS = Text("{id}  {source} → {target} ({sign})", "{id}  {source} → {target} ({sign})")
_RIVAL = Text("Rival {id}", "Tandingan {id}")
_CONSTRAINTS = Text("Constraints", "Kendala")
_TABLE = Text("Parameter table", "Tabel parameter")
_FREE = Text(
    "{free} free parameters, {observed} observed and {latent} latent variables",
    "{free} parameter bebas, {observed} variabel teramati, {latent} variabel laten",
)
_COUNTS = Text(
    "{items} items, {demographics} columns about the respondents",
    "{items} butir, {demographics} kolom tentang responden",
)


def summarize_instrument(instrument: Instrument, lang: str) -> str:
    """Return an instrument as it is printed: title, purpose, status, items by dimension, answers."""
    return "\n".join(_instrument_lines(instrument, lang))


def summarize_theory(theory: Theory, lang: str) -> str:
    """Return a theory as it is printed: title, what it says, hypotheses with sources, rivals."""
    return "\n".join(_theory_lines(theory, lang))


def summarize_survey(survey: Survey, lang: str) -> str:
    """Return a survey as it is printed: where it came from, its counts and its log; no answers."""
    counts = _COUNTS[lang].format(items=survey.data.shape[1], demographics=survey.demographics.shape[1])
    lines = [line for text in describe_data(survey, {}) for line in wrap(text[lang])]
    lines += wrap(counts)
    lines += [
        line for instrument in survey.instruments for line in wrap(f"- {instrument.code}: {instrument.title[lang]}")
    ]
    lines += [line for entry in survey.log for line in wrap(f"* {entry.text[lang]}")]
    return "\n".join(lines)


def summarize_spec(spec: ModelSpec, lang: str) -> str:
    """Return a model as its parameter table."""
    counts = {"free": spec.n_free, "observed": len(spec.observed), "latent": len(spec.latent)}
    rows = [
        {
            "lhs": row.lhs,
            "op": row.op,
            "rhs": row.rhs,
            "group": spec.groups[row.group - 1] if row.group <= len(spec.groups) else str(row.group),
            "free": str(row.free or "") or "–",
            "fixed": "" if row.free or row.value is None else format_number(row.value, "decimal3", lang),
            "label": row.label,
        }
        for row in spec.rows
    ]
    table = Table("spec", _TABLE, pd.DataFrame(rows)) if rows else None
    lines = [*wrap(_FREE[lang].format(**counts)), *(("", draw_table(print_table(table, lang))) if table else ())]
    constraints = [f"{c.lhs} {c.op} {c.rhs}" for c in (*spec.constraints, *spec.definitions)]
    return "\n".join([*lines, *(["", _CONSTRAINTS[lang], *constraints] if constraints else [])])


def _instrument_lines(instrument: Instrument, lang: str) -> Iterator[str]:
    yield from _heading(f"{instrument.title[lang]} [{instrument.code}]")
    yield from wrap(instrument.purpose[lang])
    yield from wrap(describe_instrument(instrument)[lang])
    for dimension in instrument.dimensions:
        yield from ("", *wrap(f"{dimension.code}  {dimension.name[lang]}"))
        for item in dimension.items:
            mark = f" {_REVERSED[lang]}" if item.reverse else ""
            yield from wrap(f"{item.code}  {item.text[lang]}{mark}", indent="  ")
    for factor in instrument.higher:
        parts = ", ".join(factor.dimensions)
        yield from ("", *wrap(_HIGHER[lang].format(code=factor.code, name=factor.name[lang], parts=parts)))
    yield from _anchor_lines(instrument, lang)


def _anchor_lines(instrument: Instrument, lang: str) -> Iterator[str]:
    scales = dict.fromkeys(item.scale for item in instrument.items)
    for scale in scales:
        if scale.anchors:
            yield from ("", *wrap("; ".join(f"{anchor.value} = {anchor.text[lang]}" for anchor in scale.anchors)))


def _theory_lines(theory: Theory, lang: str) -> Iterator[str]:
    yield from _heading(f"{theory.title[lang]} [{theory.code}]")
    yield from wrap(theory.about[lang])
    for h in theory.hypotheses:
        sign = "−" if h.sign == "-" else h.sign
        yield from ("", *wrap(_HYPOTHESIS[lang].format(id=h.id, source=h.source, target=h.target, sign=sign)))
        yield from wrap(h.statement[lang], indent="  ")
        if h.references:
            yield from wrap(cite_all(h.references, lang), indent="  ")
    for rival in theory.rivals:
        yield from ("", _RIVAL[lang].format(id=rival.id), *wrap(rival.why[lang], indent="  "))


def _heading(text: str) -> Iterator[str]:
    yield from wrap(text)
    yield "=" * min(len(text), 80)
