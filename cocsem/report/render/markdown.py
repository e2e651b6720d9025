"""The report as Markdown; pictures are linked as files beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cocsem.language import Text
from cocsem.report.numbers import localize
from cocsem.report.render.sources import reference_parts
from cocsem.report.render.symbols import marked
from cocsem.report.tables import PrintedTable, print_table
from cocsem.report.tables.verdicts import verdict_table
from cocsem.report.types import Report, Section

FIGURES = "figures"
_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_TABLE = Text("Table", "Tabel")
_FIGURE = Text("Figure", "Gambar")
_WARNING = Text("Warning", "Peringatan")


def render_markdown(report: Report) -> str:
    """Write a report as Markdown text."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: Report) -> Iterator[str]:
    yield from (f"# {escape(report.title[report.lang])}", "")
    for section in report.sections:
        yield from (f"## {escape(section.heading[report.lang])}", "")
        yield from _section(section, report)


def _section(section: Section, report: Report) -> Iterator[str]:
    lang = report.lang
    for warning in section.warnings:
        yield from (f"> **{_WARNING[lang]}.** {_prose(localize(warning[lang], lang))}", "")
    tables = [line for table in section.tables for line in draw_table(print_table(table, lang), lang)]
    paragraphs = [line for text in section.paragraphs for line in (_prose(localize(text[lang], lang)), "")]
    yield from tables if section.tables_first else paragraphs
    for figure in section.figures:
        title = escape(figure.title[lang])
        yield from (
            f"![{title}]({FIGURES}/{figure.key}.svg)",
            "",
            f"*{_FIGURE[lang]}: {title}.* {escape(figure.caption[lang])}",
            "",
        )
    yield from paragraphs if section.tables_first else tables
    for assessment in section.assessments:
        if assessment.verdicts:
            yield from _folded(print_table(verdict_table(assessment.verdicts), lang), lang)
    if section.key == "references":
        for before, middle, after in reference_parts(report.references, lang):
            yield f"- {escape(before)}{f'*{escape(middle)}*' if middle else ''}{escape(after)}"
        yield ""


def draw_table(table: PrintedTable, lang: str) -> Iterator[str]:
    """Write a printed table with its title above and its notes below."""
    yield from (f"**{_TABLE[lang]}: {escape(table.title)}**", "")
    yield "| " + " | ".join(marked(column.header, escape_part, "*{}*", header=True) for column in table.columns) + " |"
    yield "|" + "|".join("---:" if column.numeric else "---" for column in table.columns) + "|"
    for row in table.rows:
        yield "| " + " | ".join(_cell(cell.text, cell.strong) for cell in row) + " |"
    yield ""
    for note in table.notes:
        yield from (f"*{escape(note)}*", "")


def escape(text: str) -> str:
    """Keep every character as it is read: nothing a person wrote may turn into markup.

    >>> escape("a|b <i> inv_1")
    'a\\\\|b \\\\<i\\\\> inv\\\\_1'
    """
    return escape_part(" ".join(text.split()))


def escape_part(text: str) -> str:
    """Escape a part of a line; its blanks stay."""
    return _SPECIAL.sub(r"\\\1", text)


def _prose(text: str) -> str:
    return marked(" ".join(text.split()), escape_part, "*{}*")


def _cell(text: str, strong: bool) -> str:
    return f"**{escape(text)}**" if strong and text else escape(text)


def _folded(table: PrintedTable, lang: str) -> Iterator[str]:
    yield from ("<details>", f"<summary>{escape(table.title)}</summary>", "")
    yield from draw_table(table, lang)
    yield from ("</details>", "")
