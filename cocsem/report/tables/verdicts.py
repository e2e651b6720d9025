"""Values against published criteria as a table: what was judged, by which source, or why no label is given."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from cocsem.assessment.types import Table, Verdict
from cocsem.criteria import load_criteria
from cocsem.language import Text
from cocsem.report.labels import number_kind
from cocsem.report.numbers import format_number

_TITLE = Text("Judged by published criteria", "Dinilai menurut kriteria yang dipublikasikan")
_NOTE = Text(
    "Without a verdict, a value stands outside the conditions of its criterion; the reason is given.",
    "Bila tanpa simpulan, nilai berada di luar syarat kriterianya; alasannya dicantumkan.",
)


def verdict_table(verdicts: Sequence[Verdict]) -> Table:
    """Turn verdicts into a table; each value is printed as its index asks.

    >>> verdict_table([Verdict("TRU", "alpha", 0.834, "alpha", Text("good", "baik"))]).frame.loc[0, "value"]
    Text(en='.834', id='0,834')
    """
    rows = [
        {
            "subject": verdict.subject,
            "index": verdict.index,
            "value": Text(
                *(format_number(verdict.value, number_kind(verdict.index) or "decimal3", lang) for lang in ("en", "id"))
            ),
            "verdict": verdict.label,
            "reason": verdict.reason,
            "references": reference_of(verdict),
        }
        for verdict in verdicts
    ]
    unlabelled = any(verdict.label is None for verdict in verdicts)
    return Table("verdicts", _TITLE, pd.DataFrame(rows), (_NOTE,) if unlabelled else ())


def reference_of(verdict: Verdict) -> tuple[str, ...]:
    """Return the key of the source of a verdict's criterion."""
    criterion = load_criteria().get(verdict.criterion)
    return (criterion.reference,) if criterion else ()
