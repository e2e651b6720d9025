"""A checklist against the reporting standards: what the report holds, and what only the author can add."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pandas as pd

from cocsem.assessment.types import Table
from cocsem.language import Text, text_from
from cocsem.shelf import read_toml

REFERENCES = ("appelbaum2018",)
_FILE = Path(__file__).with_name("checklist.toml")
_TITLE = Text("Reporting checklist", "Daftar periksa pelaporan")
_HERE = Text("in this report", "ada dalam laporan ini")
_ADD = Text("the author must add it", "harus ditambahkan penulis")
_NOT_RUN = Text("not run", "tidak dijalankan")
_NOTE = Text(
    "The points are those of the journal article reporting standards for quantitative research, with structural equation models, in our words.",
    "Butirnya mengikuti standar pelaporan artikel untuk penelitian kuantitatif, termasuk model persamaan struktural, dengan rumusan sendiri.",
)


def checklist(headings: dict[str, Text], groups: bool) -> Table:
    """Return the checklist as a table: every point, whether the report holds it, and in which section.

    Parameters
    ----------
    headings : headings of the sections of the report, by key. groups : whether groups were compared.

    References: appelbaum2018
    """
    rows = []
    for entry in read_toml(_FILE)["point"]:
        if entry.get("only") == "group" and not groups:
            continue
        sections: Collection[str] = entry.get("sections", ())
        found = next((key for key in sections if key in headings), None)
        state = _HERE if found else _NOT_RUN if sections else _ADD
        text = text_from(entry["text"], "checklist.toml: text")
        rows.append({"point": text, "state": state, "section": headings[found] if found else Text("–", "–")})
    return Table("checklist", _TITLE, pd.DataFrame(rows), (_NOTE,))
