"""Every value of the house as readable text. One function, one registered form per type."""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch
from html import escape

from cocsem.assessment.exploratory import describe_solution
from cocsem.assessment.types import Assessment
from cocsem.estimation.efa.types import FactorSolution
from cocsem.estimation.types import Fit
from cocsem.instrument.types import Instrument
from cocsem.model.types import ModelSpec
from cocsem.report.fit_summary import summarize_fit
from cocsem.report.numbers import localize
from cocsem.report.render.notebook import notebook_parts
from cocsem.report.render.plain import draw_table, wrap
from cocsem.report.render.terminal import report_lines
from cocsem.report.shelf_summary import summarize_instrument, summarize_spec, summarize_survey, summarize_theory
from cocsem.report.tables import print_table
from cocsem.report.types import Report
from cocsem.survey.types import Survey
from cocsem.theory.types import Theory


@singledispatch
def show(value: object, lang: str = "en") -> str:
    """Return a value as readable text of at most 80 columns; types without a form of their own show their `repr`.

    Parameters
    ----------
    value : a Fit, Survey, Assessment, FactorSolution, Report, Instrument, Theory or ModelSpec.
    lang : `en` or `id`.

    >>> show(3)
    '3'
    """
    del lang
    return repr(value)


@show.register
def _(value: Fit, lang: str = "en") -> str:
    return summarize_fit(value, lang)


@show.register
def _(value: Assessment, lang: str = "en") -> str:
    return "\n".join(_assessment_lines(value, lang))


@show.register
def _(value: FactorSolution, lang: str = "en") -> str:
    return "\n".join(_assessment_lines(describe_solution(value), lang))


@show.register
def _(value: Report, lang: str = "en") -> str:
    return "\n".join(report_lines(value, lang))


@show.register
def _(value: Survey, lang: str = "en") -> str:
    return summarize_survey(value, lang)


@show.register
def _(value: Instrument, lang: str = "en") -> str:
    return summarize_instrument(value, lang)


@show.register
def _(value: Theory, lang: str = "en") -> str:
    return summarize_theory(value, lang)


@show.register
def _(value: ModelSpec, lang: str = "en") -> str:
    return summarize_spec(value, lang)


def show_html(value: object, lang: str = "en") -> str:
    """Return a value as HTML for a notebook: real tables where it has them, else its text."""
    return "".join(notebook_parts(value, lang)) or f"<pre>{escape(show(value, lang))}</pre>"


def _assessment_lines(assessment: Assessment, lang: str) -> Iterator[str]:
    title = assessment.title[lang]
    yield from (title, "=" * len(title))
    for paragraph in assessment.text:
        yield from ("", *wrap(localize(paragraph[lang], lang)))
    for table in assessment:
        yield from ("", table.title[lang], draw_table(print_table(table, lang)))
    for warning in assessment.warnings:
        yield from ("", *wrap(f"! {localize(warning[lang], lang)}"))
