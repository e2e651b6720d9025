"""Word, spreadsheet, LaTeX, PNG and PDF: what is in them is what the report holds, and nothing in them runs."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

import cocsem
from cocsem.report.figures.raster import for_paper, svg_to_pdf, svg_to_png
from cocsem.report.render.csv import report_tables
from cocsem.report.render.docx import CHAPTER, PICTURES, render_docx
from cocsem.report.render.latex import escape_latex, render_latex
from cocsem.report.render.write import FORMATS, write_report
from cocsem.report.render.xlsx import render_xlsx, sheet_names
from cocsem.report.tables import print_table
from cocsem.report.tables.paper import paper_tables


def test_the_spreadsheet_holds_every_table_with_its_numbers(report):
    book = load_workbook(BytesIO(render_xlsx(report)))
    tables = dict(report_tables(report))
    assert len(book.sheetnames) == len(tables) + 1 + (report.scores is not None)
    for name, sheet in zip(tables, book.worksheets[1:], strict=False):
        assert sheet.max_row > len(tables[name].frame)
        for place, column in enumerate(tables[name].frame.columns, start=1):
            for row, value in enumerate(tables[name].frame[column], start=2):
                if isinstance(value, float) and value == value and abs(value) != float("inf"):
                    assert sheet.cell(row, place).value == pytest.approx(value)


def test_no_cell_of_the_spreadsheet_is_a_formula(report):
    book = load_workbook(BytesIO(render_xlsx(report)))
    cells = [cell for sheet in book for row in sheet for cell in row]
    assert cells
    assert all(cell.data_type != "f" for cell in cells)


def test_sheet_names_differ_whatever_the_case():
    assert sheet_names(["cfa", "CFA", "a:b"]) == ["cfa", "CFA~2", "a_b"]


@pytest.fixture
def chapter(report):
    return Document(BytesIO(render_docx(report)))


def test_the_chapter_has_a_real_table_for_every_table_of_the_paper(report, chapter):
    wanted = [table for tables in paper_tables(report.assessments).values() for table in tables]
    printed = {tuple(cell.text for cell in _plain_row(table.rows[0])) for table in chapter.tables}
    assert wanted
    for table in wanted:
        assert tuple(c.header for c in print_table(table, report.lang).columns) in printed


def test_the_cells_of_the_chapter_are_the_printed_cells(report, chapter):
    grids = [[[_plain(cell.text) for cell in row.cells] for row in table.rows[1:]] for table in chapter.tables]
    for tables in paper_tables(report.assessments).values():
        for table in tables:
            assert [[cell.text for cell in row] for row in print_table(table, report.lang).rows] in grids


def test_the_chapter_carries_every_paragraph_of_its_sections(report, chapter):
    text = "\n".join(p.text for p in chapter.paragraphs)
    sections = [s for s in report.sections if s.key in CHAPTER]
    assert sections
    for section in sections:
        assert section.heading[report.lang] in text


def test_the_chapter_shows_the_figures(report, chapter):
    wanted = [f.key for s in report.sections if s.key in CHAPTER for f in s.figures if f.key in PICTURES]
    assert len(chapter.inline_shapes) == len(wanted) > 0


def test_latex_escapes_what_a_person_wrote():
    assert escape_latex(r"\input{x} 50% a_b") == r"\textbackslash{}input\{x\} 50\% a\_b"


def test_latex_holds_the_tables_of_the_paper(report):
    text = render_latex(report)
    count = sum(len(tables) for tables in paper_tables(report.assessments).values())
    assert text.count(r"\begin{longtable}") == text.count(r"\end{longtable}") == count > 0
    assert not re.search(r"(?<!\\)[%](?! )", text.split("\n", 1)[1])


def test_figures_as_png_and_pdf(report):
    figures = [figure for section in report.sections for figure in section.figures]
    assert figures
    for figure in figures:
        assert svg_to_png(figure.svg["en"], inches=2).startswith(b"\x89PNG")
        assert svg_to_pdf(figure.svg["en"]).startswith(b"%PDF")


def test_paper_knows_no_night_and_no_variables(report):
    figure = next(figure for section in report.sections for figure in section.figures)
    assert "var(" not in for_paper(figure.svg["en"])
    assert "@media" not in for_paper(figure.svg["en"])


def test_every_format_writes_a_file(report, tmp_path):
    for name in FORMATS:
        assert write_report(report, tmp_path / name, formats=(name,))


def _plain_row(row):
    return [type("Cell", (), {"text": _plain(cell.text)}) for cell in row.cells]


def _plain(text: str) -> str:
    return "" if text == "\u00a0" else text.replace("\u00a0", " ")


def test_with_groups_the_measurement_table_tells_them_apart():
    report = cocsem.run_study(
        "holzinger_swineford", model="visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9", group="school"
    )
    made = paper_tables(report.assessments)
    frame = made["reliability"][0].frame
    assert [g for g in frame["group"] if g] == ["Pasteur", "Pasteur", "Grant-White", "Grant-White"]
    assert len(frame) == 12
    assert frame["alpha"].notna().sum() == 4
    assert [table.key for table in made["validity"]] == ["paper_correlations_Pasteur", "paper_correlations_Grant-White"]
