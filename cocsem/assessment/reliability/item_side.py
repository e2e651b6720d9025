"""The part of the reliability assessment that needs no model: alpha per scale, and every item within its scale."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace
from math import isnan
from typing import NamedTuple

import pandas as pd

from cocsem.assessment.judge import judge
from cocsem.assessment.reliability.coefficients import (
    alpha_bootstrap,
    alpha_if_dropped,
    alpha_interval,
    cronbach_alpha,
    item_rest_correlation,
    spearman_brown,
    standardized_alpha,
)
from cocsem.assessment.reliability.keying import Keying
from cocsem.assessment.reliability.registry import notes_for
from cocsem.assessment.types import Table, Verdict
from cocsem.assessment.wording import fill, proportion
from cocsem.language import Text

_SCALES = Text("Reliability of the scales", "Reliabilitas skala")
_ITEMS = Text("Items within their scales", "Butir dalam skalanya")
_ROWS = Text("Rows that answered every item of the scale.", "Baris yang menjawab semua butir skala.")
_SINGLE = Text(
    "{scale}: a single item has no internal consistency; no reliability can be computed.",
    "{scale}: butir tunggal tidak memiliki konsistensi internal; reliabilitas tidak dapat dihitung.",
)
_NEGATIVE = Text(
    "{item} correlates negatively ({value}) with the sum of the other items of {scale}, although not with what they share: it does "
    "not measure what they measure.",
    "{item} berkorelasi negatif ({value}) dengan jumlah butir lain pada {scale}, meskipun tidak dengan apa yang dimiliki bersama: "
    "butir ini tidak mengukur hal yang sama.",
)
_AGAINST = Text(
    "an item of the scale runs against the others", "ada butir skala yang berlawanan arah dengan butir lain"
)
_CONSTANT = Text(
    "{item} of {scale} has no correlation with the other items: it, or their sum, does not vary in the rows used.",
    "{item} pada {scale} tidak memiliki korelasi dengan butir lain: butir itu, atau jumlah butir lain, "
    "tidak bervariasi pada baris yang dipakai.",
)
_UNDEFINED = Text(
    "{scale}: alpha does not exist, because the sum of the items does not vary in the {n} rows used.",
    "{scale}: alpha tidak ada, karena jumlah butir tidak bervariasi pada {n} baris yang dipakai.",
)
_SUMMARY = Text(
    "Cronbach's α runs from {low} ({lowest}) to {high} ({highest}).",
    "Nilai α Cronbach berkisar dari {low} ({lowest}) sampai {high} ({highest}).",
)


class ScaleRow(NamedTuple):
    """One scale and its alpha; `n` counts the rows that answered all its items."""

    scale: str
    name: Text
    n_items: int
    n: int
    alpha: float
    alpha_ci_lower: float
    alpha_ci_upper: float
    alpha_boot_lower: float
    alpha_boot_upper: float
    alpha_standardized: float
    spearman_brown: float
    verdict: Text | None


class ItemRow(NamedTuple):
    """One item within its scale."""

    scale: str
    item: str
    item_rest_r: float
    alpha_if_dropped: float
    verdict: Text | None


def assess_scale(
    code: str, name: Text, items: pd.DataFrame, *, keying: Keying | None = None, resampling: tuple[int, int] = (0, 1)
) -> ScaleRow:
    """Compute alpha of one scale with its intervals; `resampling` holds the bootstrap draws and their seed.

    A scale with an item that runs against the rest gets no verdict.
    """
    value = cronbach_alpha(items)
    label = None if keying else judge(value, "alpha", code, {"items": items.shape[1]}).label
    return ScaleRow(
        code,
        name,
        items.shape[1],
        len(items.dropna()),
        value,
        *alpha_interval(items),
        *alpha_bootstrap(items, *resampling),
        standardized_alpha(items),
        spearman_brown(items),
        label,
    )


def assess_items(code: str, items: pd.DataFrame) -> Iterator[ItemRow]:
    """Compute the item-rest correlation and alpha without it for every item of one scale."""
    rest, dropped = item_rest_correlation(items), alpha_if_dropped(items)
    for name, value, without in zip(items, rest.tolist(), dropped.tolist(), strict=True):
        label = judge(value, "item_rest", str(name), {"items": items.shape[1]}).label
        yield ItemRow(code, str(name), value, without, label)


def scale_table(rows: list[ScaleRow], further: tuple[Text, ...] = ()) -> Table:
    """Return the scales as a table."""
    frame = pd.DataFrame(rows, columns=ScaleRow._fields).astype({"spearman_brown": "float64"})
    if frame["alpha_boot_lower"].isna().all():
        frame = frame.drop(columns=["alpha_boot_lower", "alpha_boot_upper"])
    if frame["spearman_brown"].isna().all():
        frame = frame.drop(columns="spearman_brown")
    shown = tuple(map(str, frame.columns))
    columns = (*shown, "alpha_boot") if "alpha_boot_lower" in shown else shown
    return Table("scales", _SCALES, frame, (_ROWS, *notes_for(columns), *further))


def item_table(rows: list[ItemRow]) -> Table:
    """Return the items as a table."""
    return Table("items", _ITEMS, pd.DataFrame(rows, columns=ItemRow._fields))


def item_verdicts(scales: Iterable[ScaleRow], items: Iterable[ItemRow], against: Container[str]) -> Iterator[Verdict]:
    """Yield the verdicts on alpha and on the item-rest correlations; none on alpha of a scale with an item against it."""
    sizes = {}
    for row in scales:
        sizes[row.scale] = row.n_items
        verdict = judge(row.alpha, "alpha", row.scale, {"items": row.n_items})
        yield replace(verdict, label=None, reason=_AGAINST) if row.scale in against else verdict
    for item in items:
        yield judge(item.item_rest_r, "item_rest", item.item, {"items": sizes[item.scale]})


def item_warnings(scales: list[ScaleRow], items: Iterable[ItemRow], keyings: Mapping[str, Keying]) -> Iterator[Text]:
    """Yield what must not pass silently: single items, alpha that does not exist, items against their scale."""
    for row in scales:
        if row.n_items < 2:
            yield _SINGLE.format(scale=row.scale)
        elif isnan(row.alpha):
            yield _UNDEFINED.format(scale=row.scale, n=row.n)
        if row.scale in keyings:
            yield keyings[row.scale].warning
    several = {row.scale for row in scales if row.n_items > 1}
    for item in items:
        if item.scale in several and isnan(item.item_rest_r):
            yield _CONSTANT.format(item=item.item, scale=item.scale)
        elif item.scale in several - set(keyings) and item.item_rest_r < 0:
            yield fill(_NEGATIVE, {"item": item.item, "scale": item.scale, "value": item.item_rest_r})


def summary(scales: Iterable[ScaleRow]) -> tuple[Text, ...]:
    """Return the range of alpha in words."""
    known = sorted((row.alpha, row.scale) for row in scales if not isnan(row.alpha))
    if len(known) < 2:
        return ()
    (low, lowest), (high, highest) = known[0], known[-1]
    return (
        fill(_SUMMARY, {"low": proportion(low, 2), "lowest": lowest, "high": proportion(high, 2), "highest": highest}),
    )
