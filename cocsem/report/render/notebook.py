"""Values in a notebook: the same words as in the terminal, with real tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import singledispatch
from html import escape

import pandas as pd

from cocsem.assessment.exploratory import describe_solution
from cocsem.assessment.types import Assessment, Table
from cocsem.estimation.efa.types import FactorSolution
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.report.fit_summary import summarize_head
from cocsem.report.numbers import localize
from cocsem.report.prose.sample import describe_data
from cocsem.report.render.terminal import shown_paragraphs, shown_tables
from cocsem.report.tables import PrintedTable, print_table
from cocsem.report.types import Report
from cocsem.survey.types import Survey

_FIT = Text("Parameters", "Parameter")
_DIAGRAM = "path_diagram"
_LOG = Text("What was done to the answers", "Apa yang dilakukan terhadap jawaban")


@singledispatch
def notebook_parts(value: object, lang: str) -> Iterator[str]:
    """Yield the markup of a value, every text escaped; nothing for types that show themselves as plain text."""
    del value, lang
    yield from ()


@notebook_parts.register
def _(value: Assessment, lang: str) -> Iterator[str]:
    yield f"<h3>{escape(value.title[lang])}</h3>"
    yield from _paragraphs(value.text, lang)
    yield from (draw_html(print_table(table, lang)) for table in value)
    yield from _paragraphs(value.warnings, lang)


@notebook_parts.register
def _(value: FactorSolution, lang: str) -> Iterator[str]:
    yield from notebook_parts(describe_solution(value), lang)


@notebook_parts.register
def _(value: Fit, lang: str) -> Iterator[str]:
    yield f"<p>{'<br>'.join(escape(line) for line in summarize_head(value, lang) if line)}</p>"
    yield from _paragraphs(value.warnings, lang)
    yield draw_html(print_table(Table("estimates", _FIT, value.estimates), lang))


@notebook_parts.register
def _(value: Survey, lang: str) -> Iterator[str]:
    yield from _paragraphs(describe_data(value, {}), lang)
    log = pd.DataFrame([{"count": entry.count, "text": entry.text} for entry in value.log])
    if len(log):
        yield draw_html(print_table(Table("log", _LOG, log), lang))


@notebook_parts.register
def _(value: Report, lang: str) -> Iterator[str]:
    del lang
    yield f"<h2>{escape(value.title[value.lang])}</h2>"
    for section in value.sections:
        tables, told = shown_tables(section, value.lang), shown_paragraphs(section)
        figures = [figure for figure in section.figures if figure.key == _DIAGRAM]
        if tables or told or figures:
            yield f"<h3>{escape(section.heading[value.lang])}</h3>"
            yield from _paragraphs(told, value.lang)
            yield from map(draw_html, tables)
            yield from (f"<figure>{figure.svg[value.lang]}</figure>" for figure in figures)


def draw_html(table: PrintedTable) -> str:
    """Write a printed table as plain HTML.

    >>> from cocsem.report.tables.printed import Cell, Column
    >>> draw_html(PrintedTable("t", "a<b", (Column("x", "x"),), ((Cell("1"),),))).count("&lt;")
    1
    """
    sides = [f' style="text-align:{"right" if column.numeric else "left"}"' for column in table.columns]
    head = "".join(f'<th scope="col"{s}>{escape(c.header)}</th>' for c, s in zip(table.columns, sides, strict=True))
    rows = ("".join(f"<td{s}>{escape(c.text)}</td>" for c, s in zip(row, sides, strict=True)) for row in table.rows)
    body = "".join(f"<tr>{row}</tr>" for row in rows)
    notes = "".join(f"<p><small>{escape(note)}</small></p>" for note in table.notes)
    caption = f"<caption>{escape(table.title)}</caption>"
    return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"


def _paragraphs(texts: Iterable[Text], lang: str) -> Iterator[str]:
    return (f"<p>{escape(localize(text[lang], lang))}</p>" for text in texts)
