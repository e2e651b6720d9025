"""What the tables of reliability and validity say in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from cocsem.assessment.types import Assessment
from cocsem.language import Text
from cocsem.report.prose.frames import find_frame, highest, lowest
from cocsem.report.prose.sentences import Number, say


class Range(NamedTuple):
    """A sentence about the range of one column: the table, the column of names, the column of values."""

    sentence: str
    table: str
    names: str
    values: str


_RELIABILITY = (
    Range("composite", "model", "construct", "composite_reliability"),
    Range("ave", "model", "construct", "ave"),
)
_ALPHA = Range("alpha", "scales", "scale", "alpha")


def describe_reliability(assessment: Assessment) -> Iterator[Text]:
    """Say the range of alpha (unless the assessment does so itself), composite reliability and AVE."""
    for one in (*(() if assessment.text else (_ALPHA,)), *_RELIABILITY):
        yield from describe_range(assessment, one)


def describe_range(assessment: Assessment, one: Range) -> Iterator[Text]:
    """Say the lowest and the highest value of a column, and whose they are."""
    frame = find_frame(assessment, one.table, (one.names, one.values))
    known = pd.DataFrame() if frame is None else frame[frame[one.values].notna()]
    if len(known) > 1:
        low, high = lowest(known, one.values), highest(known, one.values)
        yield say(
            one.sentence,
            {
                "lowest": Number(low[one.values], "bounded"),
                "low": low[one.names],
                "highest": Number(high[one.values], "bounded"),
                "high": high[one.names],
                "count": len(known),
            },
        )
