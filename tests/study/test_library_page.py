"""docs/library.md promises that its lines run as they stand."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from cocsem.survey.shelf_data import dataset_path

PAGE = Path(__file__).parents[2] / "docs" / "library.md"


def _blocks():
    text = PAGE.read_text(encoding="utf-8")
    return [
        re.sub(r"^    ", "", block, flags=re.MULTILINE)
        for block in re.findall(r"(?:^(?:    .*|)\n)+", text, re.MULTILINE)
        if block.strip()
    ]


def test_the_lines_run_in_order(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shutil.copy(dataset_path("creative_industry"), "answers.csv")
    names = {}
    blocks = _blocks()
    assert len(blocks) == 7
    for block in blocks:
        exec(compile(block, PAGE.name, "exec"), names)
    printed = capsys.readouterr().out
    assert "Hipotesis" in printed and "Reliability" in printed and "answer rows" in printed
    assert names["fit"].converged and names["report"]["hypotheses"]["hypotheses"].shape[0] == 8
