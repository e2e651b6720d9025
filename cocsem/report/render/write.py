"""Writing a report into a folder, in the formats asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from cocsem.errors import UsageError
from cocsem.report.render.csv import render_csv, report_tables
from cocsem.report.render.html import render_html
from cocsem.report.render.json import render_json
from cocsem.report.render.markdown import FIGURES, render_markdown
from cocsem.report.types import Report

TABLES = "tables"
# Spreadsheets take a file for UTF-8 only when it says so at its start.
_SPREADSHEET = "utf-8-sig"
_TEXT = "utf-8"


def write_report(
    report: Report, folder: str | Path, *, formats: Sequence[str] = ("html", "md", "json", "csv")
) -> tuple[Path, ...]:
    """Write a report and return the paths written.

    Parameters
    ----------
    report : the report.
    folder : where to write; made when it is not there.
    formats : any of `html` (report.html), `md` (report.md and its figures), `json` (results.json),
        `csv` (one file per table, and scores.csv).

    Raises
    ------
    UsageError : an unknown format, or a folder that cannot be written to.
    """
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise UsageError(f"Formats must be among {', '.join(FORMATS)}, but {', '.join(unknown)} is not. Leave it out.")
    written = []
    for name in dict.fromkeys(formats):
        for place, text, encoding in FORMATS[name](report):
            written.append(_write(Path(folder) / place, text, encoding))
    return tuple(written)


def _write(path: Path, text: str, encoding: str) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding=encoding, newline="\n") as file:
            file.write(text)
    except OSError as fault:
        raise UsageError(
            f"The report must be written to '{path}', but that failed: {fault.strerror}. Choose another folder."
        ) from None
    return path


File = tuple[str, str, str]


def _html(report: Report) -> Iterator[File]:
    yield "report.html", render_html(report), _TEXT


def _markdown(report: Report) -> Iterator[File]:
    yield "report.md", render_markdown(report), _TEXT
    for section in report.sections:
        for figure in section.figures:
            yield f"{FIGURES}/{figure.key}.svg", figure.svg[report.lang], _TEXT


def _json(report: Report) -> Iterator[File]:
    yield "results.json", render_json(report), _TEXT


def _csv(report: Report) -> Iterator[File]:
    for name, table in report_tables(report):
        yield f"{TABLES}/{name}.csv", render_csv(table, report.lang), _SPREADSHEET
    if report.scores is not None:
        yield "scores.csv", report.scores.to_csv(index=False, lineterminator="\n"), _SPREADSHEET


FORMATS: Mapping[str, Callable[[Report], Iterator[File]]] = {"html": _html, "md": _markdown, "json": _json, "csv": _csv}
