"""The report in the terminal: the data line, warnings, reliability, fit, hypotheses, rivals and the audit line."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import TextIO

from rich.console import Console
from rich.text import Text as Styled

from cocsem.language import Text
from cocsem.report.numbers import localize
from cocsem.report.render.plain import WIDTH, draw_table, wrap
from cocsem.report.tables import PrintedTable, print_table, select_columns
from cocsem.report.types import Report, Section

_WARNINGS = Text("Warnings", "Peringatan")
# Which tables and columns of a section the terminal shows; the files hold everything.
_TABLES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "data": {"log": ("count", "text")},
    "reliability": {
        "scales": ("scale", "n_items", "n", "alpha", "alpha_ci", "verdict"),
        "model": ("construct", "group", "composite_reliability", "omega", "ave"),
    },
    "validity": {"summary": ("construct", "group", "msv", "htmt_max", "htmt_with", "discriminant_validity")},
    "invariance": {
        "ladder": (
            "step",
            "df",
            "delta_chisq",
            "delta_df",
            "pvalue_diff",
            "delta_cfi",
            "delta_rmsea",
            "delta_srmr",
            "verdict",
        ),
        "latent_means": ("construct", "group", "against", "d", "d_ci", "pvalue_adjusted", "verdict"),
    },
    "hypotheses": {"hypotheses": ("id", "path", "sign", "std", "std_ci", "ci", "pvalue", "verdict")},
    "rivals": {"rivals": ("model", "chisq", "df", "aic", "bic", "delta_aic")},
}
# How many paragraphs of a section the terminal shows: data, fit and counts come first in theirs.
_PARAGRAPHS: Mapping[str, int] = {
    "data": 3,
    "cfa": 1,
    "validity": 2,
    "invariance": 40,
    "structural": 1,
    "hypotheses": 1,
    "effects": 1,
    "rivals": 4,
    "audit": 1,
}
_STYLES: Mapping[str, str] = {"good": "green", "bad": "red"}


def print_report(report: Report, *, lang: str | None = None, file: TextIO | None = None) -> None:
    """Print the compact summary; colours only on a terminal, never when piped."""
    console = Console(file=file or sys.stdout, highlight=False, soft_wrap=True)
    text = _encodable("\n".join(report_lines(report, lang or report.lang)), console.encoding)
    console.print(_styled(text, report, lang or report.lang) if console.is_terminal else Styled(text))


def report_lines(report: Report, lang: str, *, width: int = WIDTH) -> Iterator[str]:
    """Yield the lines of the compact summary of a report."""
    yield from wrap(report.title[lang], width=width)
    yield "=" * min(len(report.title[lang]), width)
    for section in report.sections:
        lines = list(_section_lines(section, lang, width))
        if lines:
            yield from ("", section.heading[lang], "-" * len(section.heading[lang]), *lines)
    warnings = tuple(dict.fromkeys(warning[lang] for section in report.sections for warning in section.warnings))
    if warnings:
        yield from ("", f"{_WARNINGS[lang]} ({len(warnings)})")
        for warning in warnings:
            yield from wrap(f"! {localize(warning, lang)}", width=width)


def shown_tables(section: Section, lang: str) -> list[PrintedTable]:
    """The tables of a section that a compact summary shows, with their main columns."""
    wanted = _TABLES.get(section.key, {})
    chosen = [
        select_columns(print_table(table, lang), wanted[table.key])._replace(notes=())
        for table in section.tables
        if table.key in wanted
    ]
    return [table for table in chosen if len(table.columns) > 1]


def shown_paragraphs(section: Section) -> tuple[Text, ...]:
    """The paragraphs of a section that a compact summary shows."""
    return section.paragraphs[: _PARAGRAPHS.get(section.key, 0)]


def _section_lines(section: Section, lang: str, width: int) -> Iterator[str]:
    paragraphs = [line for text in shown_paragraphs(section) for line in wrap(localize(text[lang], lang), width=width)]
    drawn = [draw_table(table, width=width) for table in shown_tables(section, lang)]
    blocks = ["\n".join(paragraphs)] if paragraphs else []
    blocks = [*drawn, *blocks] if section.tables_first else [*blocks, *drawn]
    yield from "\n\n".join(blocks).splitlines()


def _styled(text: str, report: Report, lang: str) -> Styled:
    """Colour the verdicts and set off the title and the headings."""
    styled = Styled(text)
    styled.highlight_words([report.title[lang], *(section.heading[lang] for section in report.sections)], "bold")
    shown = [table for section in report.sections for table in shown_tables(section, lang)]
    cells = {(cell.tone, f"  {cell.text}") for table in shown for row in table.rows for cell in row if cell.tone}
    for tone, style in _STYLES.items():
        styled.highlight_words([text for one, text in cells if one == tone], style)
    return styled


def _encodable(text: str, encoding: str) -> str:
    """Replace what an old console cannot show, instead of failing."""
    return text.encode(encoding, "replace").decode(encoding)
