import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from cocsem.assessment.types import Table
from cocsem.errors import UsageError
from cocsem.language import Text
from cocsem.report import Progress, Report, compose, print_report, write_report
from cocsem.report.render.csv import render_csv
from cocsem.report.render.html import render_html
from cocsem.report.render.markdown import render_markdown
from cocsem.report.render.terminal import report_lines

_VOID = {"meta", "link", "br", "img", "input", "hr", "col"}


class Outline(HTMLParser):
    """Collects what the page holds and checks that every element is closed."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_page_is_whole_self_contained_and_escaped(report: Report) -> None:
    page = render_html(report)
    outline = Outline(page)
    assert outline.open == []
    own, hostile = page.count("<script"), page.count("&lt;script&gt;")
    assert own == page.count("</script>") == 2 and hostile  # the words and the program of the page itself
    assert "Industry &lt;and&gt; democracy" in page
    for name, attributes in outline.tags:
        assert name not in ("link", "iframe")
        assert not any(key == "src" or key.startswith("on") for key in attributes)
        assert str(attributes.get("href", "#")).startswith("#")
    assert "@import" not in page and "url(" not in page


def test_the_page_can_be_read_by_a_screen_reader(report: Report) -> None:
    outline = Outline(render_html(report))
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = [str(a["href"])[1:] for name, a in outline.tags if name == "a"]
    assert targets and set(targets) <= set(ids)
    assert all(a.get("scope") in ("col", "row") for name, a in outline.tags if name == "th")
    pictures = [a for name, a in outline.tags if name == "svg"]
    assert pictures and all(a.get("role") == "img" and a.get("aria-label") for a in pictures)
    assert [name for name, _ in outline.tags].count("h1") == 1
    assert ("html", {"lang": "en"}) in outline.tags


def test_the_indonesian_page_speaks_indonesian(laporan: Report) -> None:
    words = " ".join(Outline(render_html(laporan)).words)
    for expected in ("Daftar isi", "Hipotesis", "didukung", "berlawanan arah", "Data simulasi", "0,447", "SK 95%"):
        assert expected in words
    for english in ("Contents", "supported", "Warning", ".447", "Estimate"):
        assert not re.search(rf"(?<![\w,]){re.escape(english)}\b", words), english


def test_a_failed_run_prints_the_reason_and_no_fit(failed_report: Report) -> None:
    for text in (
        render_html(failed_report),
        render_markdown(failed_report),
        "\n".join(report_lines(failed_report, "en")),
    ):
        assert "The optimiser stopped early" in text
        assert not re.search(r"\bnan\b", text.split("<script")[0], re.IGNORECASE)
        assert "CFI" not in text


def test_markdown_keeps_tables_whole_and_escapes_markup(report: Report) -> None:
    text = render_markdown(report)
    assert "# Industry \\<and\\> democracy" in text
    assert "![The structural model](figures/path_diagram.svg)" in text
    rows = [line for line in text.splitlines() if re.match(r"\| H\d", line)]
    assert len(rows) == 6
    assert len({len(re.findall(r"(?<!\\)\|", line)) for line in rows[3:]}) == 1


def test_all_formats_are_written_and_can_be_read_back(report: Report, tmp_path: Path) -> None:
    written = write_report(report, tmp_path / "out")
    names = {path.relative_to(tmp_path / "out").as_posix() for path in written}
    assert {
        "report.html",
        "report.md",
        "results.json",
        "figures/path_diagram.svg",
        "tables/hypotheses.csv",
        "tables/cfa_fit.csv",
    } <= names
    assert all(path.is_file() for path in written)
    results = json.loads(
        (tmp_path / "out/results.json").read_text("utf-8"), parse_constant=lambda word: pytest.fail(word)
    )
    assert results["provenance"]["seed"] == 1
    table = pd.read_csv(tmp_path / "out/tables/hypotheses.csv")
    assert list(table.columns)[:4] == ["id", "source", "target", "sign"]
    assert table["std"].tolist() == [0.447, 0.182, 0.885]
    assert table["references"][0] == "laurent1985; mine2020"


def test_only_the_formats_asked_for_are_written(report: Report, tmp_path: Path) -> None:
    assert [path.name for path in write_report(report, tmp_path, formats=("json",))] == ["results.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["results.json"]


def test_scores_are_written_with_the_tables(tmp_path: Path) -> None:
    scores = pd.DataFrame({"row": [1, 3], "TRU": [4.5, None]})
    made = compose(title="t", survey=None, theory=None, fits={}, assessments={}, provenance={}, scores=scores)
    write_report(made, tmp_path, formats=("csv",))
    assert (tmp_path / "scores.csv").read_text("utf-8-sig") == "row,TRU\n1,4.5\n3,\n"


def test_unknown_formats_and_unwritable_folders_are_refused(report: Report, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="html, md, docx, xlsx"):
        write_report(report, tmp_path, formats=("odt",))
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UsageError, match="Choose another folder"):
        write_report(report, tmp_path / "file", formats=("json",))


def test_csv_holds_full_precision_and_no_formula() -> None:
    frame = pd.DataFrame({"x": [1 / 3, None], "name": ["=1+1", "-"], "t": [Text("a, b", "c"), None]})
    rows = list(csv.reader(io.StringIO(render_csv(Table("t", Text("t", "t"), frame), "en"))))
    assert rows == [["x", "name", "t"], ["0.3333333333333333", "'=1+1", "a, b"], ["", "-", ""]]


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_terminal_summary_fits_and_holds_what_matters(report: Report, lang: str) -> None:
    lines = list(report_lines(report, lang))
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    for expected in ("panel.csv", "38.13" if lang == "en" else "38,13", "H1", "M2", "<script>"):
        assert expected in text


def test_no_colours_when_piped_and_old_consoles_do_not_fail(report: Report) -> None:
    raw = io.BytesIO()
    with io.TextIOWrapper(raw, encoding="cp1252", newline="\n") as pipe:
        print_report(report, file=pipe)
        pipe.flush()
        text = raw.getvalue().decode("cp1252")
    assert "\x1b" not in text
    assert "H1" in text and "(35) = 38.13" in text


def test_progress_is_silent_when_piped() -> None:
    pipe = io.StringIO()
    with Progress(file=pipe) as progress:
        progress.step("Reading [a] survey")
    assert pipe.getvalue() == ""
