"""The results chapter as a Word file: prose, real tables in APA form, figures, references."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from cocsem.language import Text
from cocsem.report.figures.paper_diagram import LEGIBLE, print_size
from cocsem.report.figures.raster import svg_to_png
from cocsem.report.figures.svg import size_of
from cocsem.report.numbers import localize
from cocsem.report.prose.sentences import join_texts
from cocsem.report.render.sources import STARRED, reference_parts
from cocsem.report.render.symbols import slanted, together
from cocsem.report.tables import PrintedTable, print_table
from cocsem.report.tables.paper import paper_tables
from cocsem.report.types import Figure, Report, Section

# Sections of the chapter; what only an appendix needs stays in the spreadsheet and the web page.
CHAPTER = (
    *("question", "data", "profile", "screening", "reliability", "efa", "cfa", "validity", "common_method"),
    *(
        "invariance",
        "structural",
        "hypotheses",
        "effects",
        "rivals",
        "sensitivity",
        "estimators",
        "audit",
        "limits",
        "references",
    ),
)
PICTURES = ("answers", "scree", "htmt", "measurement_diagram", "path_diagram", "path_intervals", "invariance")
_TABLE, _FIGURE, _NOTE = Text("Table", "Tabel"), Text("Figure", "Gambar"), Text("Note.", "Catatan.")
_OWN: Mapping[str, tuple[str, ...]] = {"profile": ("categories", "numbers"), "question": ("constructs", "theory")}
_TABLE_SIZES = (9.5, 8.0, 7.0, 6.5)  # points; the largest in which no column is too narrow
_TEXT_WIDTH = 15.9
_SHORT = 22
# Centimetres of blank in a cell, and the mean width of a letter in units of its size.
_CELL_MARGINS, _LETTER, _POINTS_OF_CM = 0.2, 0.52, 28.35
_BLANK = "\u00a0"
_CM_OF_INCH, _PICTURE_HEIGHT = 2.54, 21.8
_PARAGRAPH, _NOTE_SIZE = 700, 9.0  # letters of a paragraph made of short ones; points


def render_docx(report: Report) -> bytes:
    """Write the results chapter of a report as the bytes of one .docx file."""
    from docx import Document

    document = Document()
    _set_up(document, report)
    document.add_heading(_clean(report.title[report.lang]), level=0)
    made = paper_tables(report.assessments)
    count = {"table": 0, "figure": 0}
    for section in sorted(report.sections, key=_place):
        if section.key in CHAPTER:
            _add_section(document, section, report, made, count)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _place(section: Section) -> int:
    return CHAPTER.index(section.key) if section.key in CHAPTER else len(CHAPTER)


def _set_up(document: Any, report: Report) -> None:
    """Times New Roman 12, black headings, A4; the language of the report for the spelling checker."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    properties = document.core_properties
    properties.title, properties.author, properties.comments = _clean(report.title[report.lang]), "", "cocsem"
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21.0), Cm(29.7)
    for side in ("left_margin", "right_margin", "top_margin", "bottom_margin"):
        setattr(page, side, Cm(2.54))
    for name, size in (("Normal", 12), ("Title", 16), ("Heading 1", 14)):
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = "Times New Roman", Pt(size), RGBColor(0, 0, 0)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(qn(f"w:{kind}"), "Times New Roman")
            fonts.attrib.pop(qn(f"w:{kind}Theme"), None)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), {"en": "en-US", "id": "id-ID"}[report.lang])
    document.styles["Normal"].element.get_or_add_rPr().append(language)


def _add_section(
    document: Any, section: Section, report: Report, made: Mapping[str, Any], count: dict[str, int]
) -> None:
    lang = report.lang
    document.add_heading(_clean(section.heading[lang]), level=1)
    for text in (*section.warnings, *flowing(section.paragraphs)):
        _write(document.add_paragraph(), together(localize(text[lang], lang)))
    if section.key == "references":
        for parts in reference_parts(report.references, lang, star=True):
            _add_reference(document.add_paragraph(), parts)
        document.add_paragraph(STARRED[lang])
        return
    own = tuple(table for table in section.tables if table.key in _OWN.get(section.key, ()))
    for table in (*own, *made.get(section.key, ())):
        count["table"] += 1
        _add_table(document, print_table(table, lang), f"{_TABLE[lang]} {count['table']}", lang)
    for figure in (one for one in section.figures if one.key in PICTURES and _is_legible(one, lang)):
        count["figure"] += 1
        _add_figure(document, figure, f"{_FIGURE[lang]} {count['figure']}", lang)


def flowing(paragraphs: Sequence[Text]) -> Iterator[Text]:
    """Join short paragraphs that follow one another: a chapter does not begin a new line with every sentence.

    >>> [text.en for text in flowing([Text("One.", "Satu."), Text("Two.", "Dua.")])]
    ['One. Two.']
    """
    gathered: list[Text] = []
    for text in paragraphs:
        if gathered and sum(len(each.en) for each in gathered) + len(text.en) > _PARAGRAPH:
            yield join_texts(*gathered)
            gathered = []
        gathered.append(text)
    if gathered:
        yield join_texts(*gathered)


def _write(paragraph: Any, text: str, size: float | None = None, *, header: bool = False) -> None:
    """Write a text with its statistical symbols in italics."""
    from docx.shared import Pt

    for part, italic in slanted(_clean(text), header=header):
        run = paragraph.add_run(part)
        run.italic = italic or None
        if size:
            run.font.size = Pt(size)


def _add_table(document: Any, table: PrintedTable, number: str, lang: str) -> None:
    """One APA table: number in bold, title in italics, lines above and below the head and at the foot, notes."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    _caption(document, number, table.title)
    grid = document.add_table(rows=len(table.rows) + 1, cols=len(table.columns))
    grid.autofit = False
    _narrow_margins(grid)
    for place, row in enumerate(grid.rows):
        keep_together(row, head=place == 0)
    texts = [
        [(column.header, False) for column in table.columns],
        *([(c.text, c.strong) for c in row] for row in table.rows),
    ]
    plain = [[text for text, _ in row] for row in texts]
    size = next((one for one in _TABLE_SIZES if sum(_needs(plain, one)) <= 1.0), _TABLE_SIZES[-1])
    widths = column_shares(plain, size)
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = Cm(_TEXT_WIDTH * width)
    rows, look = list(grid.rows), _cell_style(document, size).style_id
    head = rows[0]
    for row, cells in zip(rows, texts, strict=True):
        for place, (cell, (text, strong)) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = Cm(_TEXT_WIDTH * widths[place])
            paragraph = cell.paragraphs[0]
            paragraph._p.style = look  # by its name: looking a style up takes longer than all else in a cell
            _write(paragraph, _unbroken(text) or _BLANK, size, header=row is head)
            for run in paragraph.runs:
                run.bold = strong
            if place and table.columns[place].numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _rule(grid.rows[0], ("top", "bottom"))
    _rule(grid.rows[-1], ("bottom",))
    notes = document.add_paragraph()
    notes.paragraph_format.space_before = Pt(3)
    if table.notes:
        _write_note(notes, " ".join(table.notes), lang)


def _cell_style(document: Any, size: float) -> Any:
    """The look of a cell, its end mark included: an empty cell must not be taller than a full one."""
    from docx.shared import Pt

    name = f"Cell {size}"
    if name in document.styles:
        return document.styles[name]
    style = document.styles.add_style(name, 1)
    style.base_style = document.styles["Normal"]
    style.font.size, style.paragraph_format.space_after = Pt(size), Pt(0)
    return style


def column_shares(rows: Sequence[Sequence[str]], size: float) -> list[float]:
    """Share the width of the page among the columns: what may not be broken takes what it needs, sentences the rest.

    Parameters
    ----------
    rows : the cells, the head first. size : of the letters, in points.

    >>> [round(share, 2) for share in column_shares([["id", "statement"], ["H1", "a long sentence of many words"]], 10)]
    [0.04, 0.96]
    """
    longest = [max(map(len, column)) for column in zip(*rows, strict=True)]
    needed = _needs(rows, size)
    long = sum(length for length in longest if length > _SHORT)
    rest = 1.0 - sum(needed)
    if long and rest > 0:
        needed = [need + rest * n / long * (n > _SHORT) for n, need in zip(longest, needed, strict=True)]
    return [need / sum(needed) for need in needed]


def _needs(rows: Sequence[Sequence[str]], size: float) -> list[float]:
    """Share of the page that each column takes at least: no cell of up to _SHORT letters is broken."""
    letter = _LETTER * size / (_TEXT_WIDTH * _POINTS_OF_CM)
    padding = _CELL_MARGINS / _TEXT_WIDTH
    return [
        max(min(_letters(text), _SHORT) for text in column) * letter + padding for column in zip(*rows, strict=True)
    ]


def _letters(text: str) -> float:
    """Length of a text in ordinary letters: capitals and arrows are wider."""
    return len(text) + 0.5 * sum(c.isupper() or c in "→−" for c in text)


def _write_note(paragraph: Any, text: str, lang: str) -> None:
    from docx.shared import Pt

    word = paragraph.add_run(f"{_NOTE[lang]} ")
    word.font.size, word.italic = Pt(_NOTE_SIZE), True
    _write(paragraph, together(text), _NOTE_SIZE)


def _caption(document: Any, number: str, title: str) -> None:
    from docx.shared import Pt

    for text, look in ((number, "bold"), (_clean(title), "italic")):
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        paragraph.paragraph_format.space_after = Pt(3)
        setattr(paragraph.add_run(text), look, True)


def _add_figure(document: Any, figure: Figure, number: str, lang: str) -> None:
    from docx.shared import Cm

    _caption(document, number, figure.title[lang])
    svg = (figure.paper or figure.svg)[lang]
    width = picture_width(svg)
    document.add_picture(BytesIO(svg_to_png(svg, inches=width / _CM_OF_INCH)), width=Cm(width))
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    _write_note(document.add_paragraph(), localize(figure.caption[lang], lang), lang)


def _is_legible(figure: Figure, lang: str) -> bool:
    """Pictures of very many items stay in the web page; the diagram of the theory always stands in the chapter."""
    return figure.paper is not None or print_size(figure.svg[lang]) >= LEGIBLE


def picture_width(svg: str) -> float:
    """Width of a figure on the page in centimetres: that of the text, less where it would be too tall or its letters larger than the text.

    >>> picture_width('<svg viewBox="0 0 1000 500">'), round(picture_width('<svg viewBox="0 0 500 1000">'), 1)
    (15.9, 10.9)
    """
    width, height = size_of(svg)
    return min(_TEXT_WIDTH, _PICTURE_HEIGHT * width / height, width / _POINTS_OF_CM)


def _rule(row: Any, edges: tuple[str, ...]) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for cell in row.cells:
        properties = cell._tc.get_or_add_tcPr()
        borders = properties.find(qn("w:tcBorders"))
        if borders is None:
            borders = OxmlElement("w:tcBorders")
            properties.append(borders)
        for edge in edges:
            line = OxmlElement(f"w:{edge}")
            for name, value in (("val", "single"), ("sz", "8"), ("space", "0"), ("color", "000000")):
                line.set(qn(f"w:{name}"), value)
            borders.append(line)


def _narrow_margins(grid: Any) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(round(_CELL_MARGINS / 2 * _POINTS_OF_CM * 20)))
        edge.set(qn("w:type"), "dxa")
        margins.append(edge)
    grid._tbl.tblPr.append(margins)


def keep_together(row: Any, *, head: bool) -> None:
    """Rows do not break over pages; a table that runs over a page repeats its head."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for name in ("w:cantSplit", "w:tblHeader") if head else ("w:cantSplit",):
        mark = OxmlElement(name)
        mark.set(qn("w:val"), "true")
        row._tr.get_or_add_trPr().append(mark)


def _unbroken(text: str) -> str:
    """What is short (a path, an interval) stays on one line."""
    return text.replace(" ", "\u00a0") if len(text) <= _SHORT else text


def _add_reference(paragraph: Any, parts: tuple[str, str, str]) -> None:
    """A line of the reference list: hanging, its journal or book in italics."""
    from docx.shared import Cm

    for place, part in enumerate(parts):
        paragraph.add_run(_clean(part)).italic = place == 1
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(1.27), Cm(-1.27)


def _clean(text: str) -> str:
    """Leave out control characters, which a Word file cannot hold."""
    return "".join(c for c in text if c in "\n\t" or ord(c) >= 32)
