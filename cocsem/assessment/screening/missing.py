"""Missing answers: how many by item, by person, and in which patterns."""

from __future__ import annotations

import pandas as pd

from cocsem.assessment.judge import judge
from cocsem.assessment.types import Table
from cocsem.language import Text

_ITEMS = Text("Missing answers by item", "Jawaban hilang per butir")
_PERSONS = Text("Missing answers by person", "Jawaban hilang per responden")
_PATTERNS = Text("Patterns of missing answers", "Pola jawaban hilang")
_MOST = 20
_CUT = Text(
    "The {most} most frequent of {total} patterns; items are those left unanswered.",
    "{most} pola tersering dari {total}; butir adalah yang tidak dijawab.",
)


def missing_by_item(data: pd.DataFrame) -> Table:
    """Count the missing answers of every item; the share is judged.

    >>> missing_by_item(pd.DataFrame({"a": [1.0, None]})).frame["missing_share"].tolist()
    [0.5]
    """
    share = data.isna().mean()
    frame = pd.DataFrame(
        {
            "item": [str(name) for name in data],
            "n": data.notna().sum().to_numpy(),
            "missing": data.isna().sum().to_numpy(),
            "missing_share": share.to_numpy(),
            "verdict": [judge(value, "missing_item", str(name)).label for name, value in share.items()],
        }
    )
    return Table("missing_items", _ITEMS, frame)


def missing_by_person(data: pd.DataFrame) -> Table:
    """Count how many persons left how many items unanswered."""
    counts = data.isna().sum(axis=1).value_counts().sort_index()
    share = counts / len(data) if len(data) else counts.astype(float)
    frame = pd.DataFrame(
        {"items_missing": counts.index.to_numpy(), "persons": counts.to_numpy(), "share": share.to_numpy()}
    )
    return Table("missing_persons", _PERSONS, frame)


def missing_patterns(data: pd.DataFrame) -> Table:
    """Count the distinct sets of unanswered items, the most frequent first."""
    names = [str(name) for name in data]
    sets = [", ".join(name for name, gone in zip(names, row, strict=True) if gone) for row in data.isna().to_numpy()]
    counts = pd.Series(sets, dtype=object).value_counts(sort=True)
    frame = pd.DataFrame({"items": [str(items) for items in counts.index], "persons": counts.to_numpy()})
    frame = frame.sort_values(["persons", "items"], ascending=[False, True], kind="stable").reset_index(drop=True)
    notes = (_CUT.format(most=_MOST, total=len(frame)),) if len(frame) > _MOST else ()
    return Table("missing_patterns", _PATTERNS, frame.head(_MOST), notes)
