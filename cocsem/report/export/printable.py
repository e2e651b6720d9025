"""Questionnaires on paper: one HTML file to print, or one Word file to edit."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import count
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from cocsem.language import Text
from cocsem.report.export.questionnaire import Block, Questionnaire, answers_of, poles_of
from cocsem.report.render.docx import keep_together

_KEY = Text("For the researcher: which number is which item", "Untuk peneliti: nomor dan kode butir")
_KEY_NOTE = Text(
    "Not for respondents. R: scored in reverse when the answers are read.",
    "Bukan untuk responden. R: diskor terbalik saat jawaban dibaca.",
)
_WORDS = {
    "number": Text("No.", "No."),
    "item": Text("Item", "Butir"),
    "scale": Text("Scale", "Skala"),
    "statement": Text("Statement", "Pernyataan"),
}
_PAGE = 25.7


def printable_html(asked: Questionnaire, lang: str) -> bytes:
    """Return a questionnaire as one HTML file for the printer; the key to the numbers stands on a page of its own."""
    environment = Environment(
        loader=PackageLoader("cocsem.report.export"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )  # fmt: skip
    text = environment.get_template("questionnaire.html.j2").render(
        lang=lang,
        title=asked.title[lang],
        blocks=_blocks(asked, lang),
        words={key: word[lang] for key, word in _WORDS.items()},
        key={"title": _KEY[lang], "note": _KEY_NOTE[lang], "rows": list(_key(asked))},
    )
    return text.encode("utf-8")


def printable_docx(asked: Questionnaire, lang: str) -> bytes:
    """Return a questionnaire as a Word file: a table per block, boxes to mark, the key on a page of its own."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm, Pt

    document = Document()
    page = document.sections[0]
    page.orientation, page.page_width, page.page_height = WD_ORIENT.LANDSCAPE, Cm(29.7), Cm(21.0)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2)
    document.styles["Normal"].font.size = Pt(10)
    document.core_properties.author, document.core_properties.title = "", asked.title[lang]
    document.add_heading(asked.title[lang], level=0)
    for block in _blocks(asked, lang):
        document.add_paragraph(block["instruction"])
        heads = ["", "", *block["heads"], *([""] if block["between"] else [])]
        rows = [
            [str(r["number"]), r["left"], *("☐" for _ in block["heads"]), *([r["right"]] if block["between"] else [])]
            for r in block["rows"]
        ]
        boxes = [1.7] * len(block["heads"])
        _grid(document, [heads, *rows], [1, 6, *boxes, 6] if block["between"] else [1, 12, *boxes])
        document.add_paragraph()
    document.add_page_break()
    document.add_heading(_KEY[lang], level=1)
    document.add_paragraph(_KEY_NOTE[lang])
    words = [_WORDS[key][lang] for key in ("number", "item", "scale")] + ["R"]
    _grid(document, [words, *([str(n), code, scale, mark] for n, code, scale, mark in _key(asked))], [1, 2, 2, 1])
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _blocks(asked: Questionnaire, lang: str) -> list[dict[str, Any]]:
    numbers = count(1)
    return [
        {
            "instruction": block.instruction[lang],
            "between": block.scale.kind == "semantic_differential",
            "heads": _heads(block, lang),
            "rows": [
                {"number": next(numbers), "left": poles_of(item, lang)[0], "right": poles_of(item, lang)[1]}
                for item in block.items
            ],
        }
        for block in asked.blocks
    ]


def _heads(block: Block, lang: str) -> list[str]:
    """Above each box its words, or the bare number."""
    return [f"{value} {words}" if words != str(value) else words for value, words in answers_of(block.scale, lang)]


def _key(asked: Questionnaire) -> Iterator[tuple[int, str, str, str]]:
    scale_of = {item.code: d.code for i in asked.instruments for d in i.dimensions for item in d.items}
    for number, item in enumerate(asked.items, start=1):
        yield number, item.code, scale_of[item.code], "R" if item.reverse else ""


def _grid(document: Any, rows: list[list[str]], widths: list[float]) -> None:
    """A table with its first row as head; `widths` are shares of the page."""
    from docx.shared import Cm

    grid = document.add_table(rows=len(rows), cols=len(widths), style="Table Grid")
    grid.autofit = False
    shares = [_PAGE * width / sum(widths) for width in widths]
    for column, share in zip(grid.columns, shares, strict=True):
        column.width = Cm(share)
    for place, (row, texts) in enumerate(zip(grid.rows, rows, strict=True)):
        keep_together(row, head=place == 0)
        for cell, text, share in zip(row.cells, texts, shares, strict=True):
            cell.width, cell.text = Cm(share), text
