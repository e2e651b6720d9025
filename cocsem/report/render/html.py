"""The report as one self-contained HTML file: no network, readable on a phone, in the dark and on paper."""

from __future__ import annotations

import json
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from cocsem.language import Text
from cocsem.report.labels import label, number_kind
from cocsem.report.numbers import format_number, localize
from cocsem.report.render.sources import reference_parts
from cocsem.report.render.symbols import marked, together
from cocsem.report.tables import PrintedTable, print_table
from cocsem.report.tables.generic import cite_all
from cocsem.report.tables.verdicts import reference_of, verdict_table
from cocsem.report.types import Report, Section

_TEMPLATES = Path(__file__).with_name("templates")
_WORDS = {
    "contents": Text("Contents", "Daftar isi"),
    "table": Text("Table", "Tabel"),
    "figure": Text("Figure", "Gambar"),
    "warning": Text("Warning", "Peringatan"),
    "note": Text("Note.", "Catatan."),
    "brief": Text("In brief", "Ringkasan"),
    "simulated": Text(
        "Simulated data: nothing here says anything about real people or firms.",
        "Data simulasi: tidak ada isi laporan ini yang berlaku bagi orang atau perusahaan nyata.",
    ),
}
_SCRIPT_WORDS = {
    "copy": Text("Copy", "Salin"),
    "copied": Text("Copied", "Tersalin"),
    "sort": Text("Sort by this column", "Urutkan menurut kolom ini"),
}
_TIP = Text("{index} = {value}; {source}", "{index} = {value}; {source}")
_SHORT, _WIDE = 18, 40
# The first paragraph of each of these sections makes the summary at the head of the page.
_BRIEF = ("cfa", "structural", "hypotheses", "rivals", "audit")


def render_html(report: Report) -> str:
    """Write a report as HTML; every text is escaped, figures are markup drawn by cocsem."""
    environment = Environment(
        loader=PackageLoader("cocsem.report.render"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["widths"] = column_widths
    environment.filters["symbols"] = html_symbols
    lang = report.lang
    return environment.get_template("report.html.j2").render(
        report=report,
        lang=lang,
        words={key: text[lang] for key, text in _WORDS.items()},
        script=Markup((_TEMPLATES / "report.js").read_text(encoding="utf-8")),
        script_words=Markup(json.dumps({"lang": lang, **{key: text[lang] for key, text in _SCRIPT_WORDS.items()}})),
        style=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),
        sections=[_section_values(section, report) for section in report.sections],
        brief=_brief(report),
        simulated=report.survey is not None and report.survey.codebook.simulated,
    )


def html_symbols(text: str, header: bool = False) -> Markup:
    """Escape a text and set its statistical symbols in italics.

    >>> html_symbols("p < .05")
    Markup('<i>p</i>\xa0&lt;\xa0.05')
    """
    return Markup(marked(together(text), lambda part: str(escape(part)), "<i>{}</i>", header=header))


def column_widths(table: PrintedTable) -> list[str]:
    """Say of every column whether its cells are `short` (never broken), `wide` (sentences), or neither ("")."""
    longest = [max((len(row[i].text) for row in table.rows), default=0) for i in range(len(table.columns))]
    return ["short" if length <= _SHORT else "wide" if length >= _WIDE else "" for length in longest]


def _section_values(section: Section, report: Report) -> dict[str, object]:
    """Everything the template needs of a section, as printed text."""
    lang = report.lang
    return {
        "key": section.key,
        "heading": section.heading[lang],
        "warnings": [localize(text[lang], lang) for text in section.warnings],
        "paragraphs": [localize(text[lang], lang) for text in section.paragraphs],
        "tables": [print_table(table, lang) for table in section.tables],
        "tables_first": section.tables_first,
        "figures": [
            {
                "key": figure.key,
                "title": figure.title[lang],
                "caption": figure.caption[lang],
                "svg": Markup(figure.svg[lang]),
            }
            for figure in section.figures
        ],
        "verdicts": _verdicts(section, lang),
        "tips": _tips(section, lang),
        "references": reference_parts(report.references, lang) if section.key == "references" else (),
    }


def _tips(section: Section, lang: str) -> dict[tuple[str, str], str]:
    """What stands behind a verdict, shown where the pointer rests on it: number and source, by subject and label."""
    found: dict[tuple[str, str], list[str]] = {}
    for verdict in (v for a in section.assessments for v in a.verdicts):
        if verdict.label is None:
            continue
        value = format_number(verdict.value, number_kind(verdict.index) or "decimal3", lang)
        source = cite_all(reference_of(verdict), lang)
        told = _TIP[lang].format(index=label(verdict.index, lang), value=value, source=source)
        found.setdefault((verdict.subject, verdict.label[lang]), []).append(told)
    return {key: "\n".join(dict.fromkeys(texts)) for key, texts in found.items()}


def _verdicts(section: Section, lang: str) -> list[PrintedTable]:
    return [print_table(verdict_table(a.verdicts), lang) for a in section.assessments if a.verdicts]


def _brief(report: Report) -> list[str]:
    found = {section.key: section.paragraphs[0][report.lang] for section in report.sections if section.paragraphs}
    return [localize(found[key], report.lang) for key in _BRIEF if key in found]
