"""Writing a report into a folder, in the formats asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from cocsem.errors import UsageError
from cocsem.references import bibtex, load_references
from cocsem.report.figures.raster import svg_to_pdf, svg_to_png
from cocsem.report.render.csv import render_csv, report_tables
from cocsem.report.render.docx import render_docx
from cocsem.report.render.html import render_html
from cocsem.report.render.json import render_json
from cocsem.report.render.latex import render_latex
from cocsem.report.render.markdown import FIGURES, render_markdown
from cocsem.report.render.xlsx import render_xlsx
from cocsem.report.types import Report

TABLES = "tables"
# Spreadsheets take a file for UTF-8 only when it says so at its start.
_SPREADSHEET = "utf-8-sig"
_TEXT = "utf-8"
USUAL = ("html", "md", "docx", "xlsx", "json", "csv")


def write_report(report: Report, folder: str | Path, *, formats: Sequence[str] = USUAL) -> tuple[Path, ...]:
    """Write a report and return the paths written.

    Parameters
    ----------
    report : the report.
    folder : where to write; made when it is not there.
    formats : any of `html` (report.html), `md` (report.md and its figures), `docx` (report.docx, the results chapter),
        `xlsx` (report.xlsx, a sheet per table), `tex` (tables.tex, the tables of the chapter), `bib` (references.bib), `json` (results.json),
        `csv` (one file per table, and scores.csv), `png` and `pdf` (the figures).

    Raises
    ------
    UsageError : an unknown format, or a folder that cannot be written to.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"Formats must be among {', '.join(FORMATS)}, but {', '.join(unknown)} is not. Leave it out.")
    written = []
    for name in dict.fromkeys(formats):
        for place, content in FORMATS[name](report):
            written.append(_write(Path(folder) / place, content))
    return tuple(written)


def _write(path: Path, content: bytes) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as fault:
        raise UsageError(
            f"The report must be written to '{path}', but that failed: {fault.strerror}. Choose another folder."
        ) from None
    return path


File = tuple[str, bytes]


def _html(report: Report) -> Iterator[File]:
    yield "report.html", render_html(report).encode(_TEXT)


def _markdown(report: Report) -> Iterator[File]:
    yield "report.md", render_markdown(report).encode(_TEXT)
    for section in report.sections:
        for figure in section.figures:
            yield f"{FIGURES}/{figure.key}.svg", figure.svg[report.lang].encode(_TEXT)


def _json(report: Report) -> Iterator[File]:
    yield "results.json", render_json(report).encode(_TEXT)


def _csv(report: Report) -> Iterator[File]:
    for name, table in report_tables(report):
        yield f"{TABLES}/{name}.csv", render_csv(table, report.lang).encode(_SPREADSHEET)
    if report.scores is not None:
        yield "scores.csv", report.scores.to_csv(index=False, lineterminator="\n").encode(_SPREADSHEET)


def _docx(report: Report) -> Iterator[File]:
    yield "report.docx", render_docx(report)


def _xlsx(report: Report) -> Iterator[File]:
    yield "report.xlsx", render_xlsx(report)


def _latex(report: Report) -> Iterator[File]:
    yield "tables.tex", render_latex(report).encode(_TEXT)


def _bibtex(report: Report) -> Iterator[File]:
    entries = (bibtex(key) for key in report.references if key in load_references())
    yield "references.bib", ("\n\n".join(entries) + "\n").encode(_TEXT)


def _pictures(kind: str, draw: Callable[[str], bytes]) -> Callable[[Report], Iterator[File]]:
    def files(report: Report) -> Iterator[File]:
        for section in report.sections:
            for figure in section.figures:
                yield f"{FIGURES}/{figure.key}.{kind}", draw(figure.svg[report.lang])

    return files


FORMATS: Mapping[str, Callable[[Report], Iterator[File]]] = {
    "html": _html,
    "md": _markdown,
    "docx": _docx,
    "xlsx": _xlsx,
    "tex": _latex,
    "bib": _bibtex,
    "json": _json,
    "csv": _csv,
    "png": _pictures("png", svg_to_png),
    "pdf": _pictures("pdf", svg_to_pdf),
}
