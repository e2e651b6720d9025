"""The part of the reliability assessment that comes from a fitted measurement model."""

from __future__ import annotations

from collections.abc import Iterator
from math import nan
from typing import NamedTuple

import pandas as pd

from cocsem.assessment.judge import judge
from cocsem.assessment.measurement import Block
from cocsem.assessment.reliability.congeneric import (
    average_variance_extracted,
    coefficient_h,
    composite_reliability,
    omega,
    weighted_variance_extracted,
)
from cocsem.assessment.reliability.registry import notes_for
from cocsem.assessment.types import Table, Verdict
from cocsem.assessment.wording import fill
from cocsem.language import Text

_MODEL = Text("Reliability from the measurement model", "Reliabilitas dari model pengukuran")
_NEGATIVE = Text(
    "{item} loads negatively ({value}) on {scale}: is it scored the wrong way round?",
    "{item} bermuatan negatif ({value}) pada {scale}: apakah penskorannya terbalik?",
)


class ModelRow(NamedTuple):
    """The model-based coefficients of one construct; NaN for a single item, which is its construct by definition."""

    construct: str
    group: str
    n_items: int
    composite_reliability: float = nan
    omega: float = nan
    omega_observed: float = nan
    ave: float = nan
    ave_weighted: float = nan
    h: float = nan


def assess_block(block: Block) -> ModelRow:
    """Compute the model-based coefficients of one construct."""
    if len(block.items) < 2:
        return ModelRow(block.construct, block.group, len(block.items))
    return ModelRow(
        block.construct,
        block.group,
        len(block.items),
        composite_reliability(block),
        omega(block),
        omega(block, observed=True),
        average_variance_extracted(block),
        weighted_variance_extracted(block),
        coefficient_h(block),
    )


def model_table(rows: list[ModelRow]) -> Table:
    """Return the constructs as a table, without the group column when there is one unnamed group."""
    frame = pd.DataFrame(rows, columns=ModelRow._fields)
    if not any(row.group for row in rows):
        frame = frame.drop(columns="group")
    return Table("model", _MODEL, frame, notes_for(ModelRow._fields))


def model_verdicts(rows: list[ModelRow]) -> Iterator[Verdict]:
    """Yield the verdicts on composite reliability, omega and AVE."""
    for row in rows:
        context = {"items": row.n_items}
        yield judge(row.composite_reliability, "composite_reliability", row.construct, context)
        yield judge(row.omega, "omega", row.construct, context)
        yield judge(row.ave, "ave", row.construct, context)


def loading_warnings(found: list[Block]) -> Iterator[Text]:
    """Yield a sentence for every negative loading in a construct whose other items load positively on the whole."""
    for block in found:
        for item, value in zip(block.items, block.standardized, strict=True):
            if value * block.standardized.sum() < 0:
                yield fill(_NEGATIVE, {"item": item, "scale": block.construct, "value": float(value)})
