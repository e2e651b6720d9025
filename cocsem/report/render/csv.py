"""One csv file per table: English column keys, full precision."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from cocsem.assessment.types import Table
from cocsem.language import Text
from cocsem.report.tables.verdicts import verdict_table
from cocsem.report.types import Report

# A spreadsheet would run text that starts like this as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def report_tables(report: Report) -> Iterator[tuple[str, Table]]:
    """Yield every table of a report with the name of its file: `<section or assessment>_<table>`."""
    seen = set()
    for section in report.sections:
        owners = {id(table): assessment.key for assessment in section.assessments for table in assessment}
        verdicts = [(a.key, verdict_table(a.verdicts)) for a in section.assessments if a.verdicts]
        for owner, table in (*((owners.get(id(table), section.key), table) for table in section.tables), *verdicts):
            name = owner if owner == table.key else f"{owner}_{table.key}"
            if name not in seen:
                seen.add(name)
                yield name, table


def render_csv(table: Table, lang: str) -> str:
    """Write a table as csv text; texts in the language of the report, missing values empty."""
    frame = pd.DataFrame(
        {name: [_cell(value, lang) for value in table.frame[name]] for name in table.frame.columns}, dtype=object
    )
    return frame.to_csv(index=False, lineterminator="\n")


def _cell(value: Any, lang: str) -> Any:
    if isinstance(value, Text):
        return _harmless(value[lang])
    if isinstance(value, tuple | list | set | frozenset):
        return _harmless("; ".join(str(_cell(part, lang)) for part in value))
    return _harmless(value) if isinstance(value, str) else value


def _harmless(text: str) -> str:
    return f"'{text}" if len(text) > 1 and text.startswith(_FORMULA) else text
