"""The part of the reliability assessment that comes from a fitted measurement model."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.assessment.delta import Interval, delta_interval
from cocsem.assessment.judge import judge
from cocsem.assessment.measurement import Block, blocks, blocks_at, exogenous_factors, measured
from cocsem.assessment.reliability.registry import Coefficient, model_coefficients, notes_for
from cocsem.assessment.types import Table, Verdict
from cocsem.assessment.wording import fill, proportion
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.model.matrices import Implied, Layout

Array = NDArray[np.float64]

WITH_INTERVAL = ("composite_reliability", "omega", "ave")
_MODEL = Text("Reliability from the measurement model", "Reliabilitas dari model pengukuran")
_INTERVALS = Text("Intervals (95%) by the delta method.", "Selang (95%) dengan metode delta.")
_ORDERED = Text(
    "Ordered items: every omega is the share of the variance of the sum of the answers as given that the factors explain (Green and Yang), "
    "Sigma and S being correlations of the latent responses; composite reliability, AVE and H are of the latent responses. No value where "
    "a scale mixes ordered and continuous items, or where the items have covariates.",
    "Butir ordinal: setiap omega adalah bagian varians jumlah jawaban apa adanya yang dijelaskan faktor (Green dan Yang), dengan Sigma dan S "
    "korelasi respons laten; reliabilitas komposit, AVE, dan H menyangkut respons laten. Tanpa nilai bila suatu skala mencampur butir ordinal "
    "dan kontinu, atau bila butirnya memiliki kovariat.",
)
_NEGATIVE = Text(
    "{item} loads on {scale} against the other items (standardized {value}, where those that agree load {others} on average): is it scored the "
    "wrong way round?",
    "Muatan {item} pada {scale} berlawanan dengan butir lain (terstandar {value}, sedangkan butir yang searah rata-rata {others}): apakah "
    "penskorannya terbalik?",
)


@dataclass(frozen=True, slots=True)
class ModelRow:
    """The model-based coefficients of one construct; none for a single item, which is its construct by definition."""

    block: Block
    values: Mapping[str, float]
    intervals: Mapping[str, tuple[float, float]]


def kinds_of(fit: Fit) -> set[str]:
    """Say what is special about a model: `paths` between constructs, items `crossed` over several, `ordered` items."""
    items = [item for names in measured(fit).values() for item in names]
    kinds = {"paths"} if set(measured(fit)) - set(exogenous_factors(fit)) else set()
    kinds |= {"ordered"} if set(items) & set(fit.spec.ordered) else set()
    return kinds | ({"crossed"} if len(set(items)) < len(items) else set())


def model_rows(fit: Fit) -> list[ModelRow]:
    """Compute every model-based coefficient of every construct, group after group, with the intervals of some."""
    shown = model_coefficients(kinds_of(fit))
    found = list(blocks(fit))
    limits = [_intervals(fit, group) for group in range(len(fit.matrices))]
    n_constructs = len(measured(fit))
    return [_row(block, shown, limits[i // n_constructs], i % n_constructs) for i, block in enumerate(found)]


def _row(block: Block, shown: tuple[Coefficient, ...], limits: Interval, place: int) -> ModelRow:
    if len(block.items) < 2:
        return ModelRow(block, {}, {})
    values = {c.id: float(c.compute(block)) for c in shown if c.compute is not None}
    if block.thresholds is None:
        values.pop("alpha_ordinal", None)
    at = {name: place * len(WITH_INTERVAL) + i for i, name in enumerate(WITH_INTERVAL)}
    return ModelRow(block, values, {n: (float(limits.lower[i]), float(limits.upper[i])) for n, i in at.items()})


def _intervals(fit: Fit, group: int) -> Interval:
    """The intervals of `WITH_INTERVAL`, construct after construct; unknown where a model has no free parameter."""
    if not len(fit.theta):
        unknown = np.full(len(measured(fit)) * len(WITH_INTERVAL), np.nan)
        return Interval(unknown, unknown, unknown, unknown)
    computed = {c.id: c.compute for c in model_coefficients(set())}

    def statistic(layout: Layout, at: Implied) -> Array:
        found = list(blocks_at(fit, layout, at, group))
        values = [compute(block) for block in found for n in WITH_INTERVAL if (compute := computed[n]) is not None]
        return np.stack(values, axis=-1)

    return delta_interval(fit, statistic, group=group)


def model_table(rows: list[ModelRow]) -> Table:
    """Return the constructs as a table, without the group column when there is one unnamed group."""
    frame = pd.DataFrame([_cells(row) for row in rows])
    if not any(row.block.group for row in rows):
        frame = frame.drop(columns="group")
    latent = (_ORDERED,) if any(row.block.thresholds is not None for row in rows) else ()
    return Table("model", _MODEL, frame, (*notes_for(tuple(map(str, frame.columns))), *latent, _INTERVALS))


def _cells(row: ModelRow) -> dict[str, object]:
    cells: dict[str, object] = {
        "construct": row.block.construct,
        "group": row.block.group,
        "n_items": len(row.block.items),
    }
    for name, value in row.values.items():
        cells[name] = value
        if name in row.intervals:
            cells[f"{name}_ci_lower"], cells[f"{name}_ci_upper"] = row.intervals[name]
    return cells


def model_verdicts(rows: list[ModelRow]) -> Iterator[Verdict]:
    """Yield the verdicts on composite reliability, omega and AVE."""
    for row in rows:
        context = {"items": len(row.block.items)}
        for name in WITH_INTERVAL:
            yield judge(row.values.get(name), name, row.block.construct, context)


def loading_warnings(found: list[Block], named: Mapping[str, Container[str]]) -> Iterator[Text]:
    """Yield a sentence for every item that loads against the others of its construct, but for those `named` already by scale.

    The sign of a factor is that of its marker, so the loadings are turned the way the items point on the whole.
    """
    for block in found:
        turned = block.standardized * np.sign(block.standardized.sum())
        for item, value in zip(block.items, turned, strict=True):
            if value < 0 and item not in named.get(block.construct, ()):
                words = {
                    "value": proportion(float(value), 2),
                    "others": proportion(float(turned[turned > 0].mean()), 2),
                }
                yield fill(_NEGATIVE, {"item": item, "scale": block.construct, **words})
