"""Construct validity of a measurement model: do items of one construct agree, and do different constructs differ?"""

from __future__ import annotations

import numpy as np
import pandas as pd

from cocsem.assessment.measurement import Block, blocks
from cocsem.assessment.scales import Scales, scales_of
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.validity.convergent import convergent_table, judge_construct, loading_table, without_empty_group
from cocsem.assessment.validity.correlation_ratios import htmt
from cocsem.assessment.validity.discriminant import (
    Pair,
    fornell_larcker_table,
    pair_table,
    pairs,
    ratio_table,
    sentences,
)
from cocsem.errors import UsageError
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.survey.types import Survey

_TITLE = Text("Construct validity", "Validitas konstruk")
_NOT_CONVERGED = Text(
    "The measurement model did not converge, so construct validity cannot be judged.",
    "Model pengukuran tidak konvergen, sehingga validitas konstruk tidak dapat dinilai.",
)
_INADMISSIBLE = Text(
    "The measurement model is not admissible; the numbers below are shown, but they should not be relied on.",
    "Solusi model pengukuran tidak layak; angka di bawah ditampilkan, tetapi jangan dijadikan pegangan.",
)
_NO_CONSTRUCT = Text("The model measures no construct by items.", "Model tidak mengukur konstruk dengan butir.")
_SINGLE = Text(
    "{construct} is measured by one item: its AVE, HTMT and Fornell-Larcker comparison do not exist.",
    "{construct} diukur dengan satu butir: AVE, HTMT, dan perbandingan Fornell-Larcker tidak ada.",
)
_REFERENCES = ("fornell1981", "bagozzi1988", "henseler2015", "roemer2021", "voorhees2016")


def validity(fit: Fit, source: Survey | Scales | None = None) -> Assessment:
    """Judge convergent and discriminant validity of a model with correlated constructs.

    Parameters
    ----------
    fit : a fitted confirmatory factor model.
    source : answers to take the item correlations for HTMT from (rows that answered every item of the model);
        None takes the moments the model was fitted to. With several groups the moments of each group are taken.

    Returns
    -------
    An assessment with the tables `loadings`, `convergent`, `discriminant`, `fornell_larcker`, `htmt_matrix`
    and `htmt2_matrix` (the last three once per group, with the group in their key).

    References: fornell1981, henseler2015, roemer2021, voorhees2016
    """
    found = list(blocks(fit)) if fit.converged else []
    if not found:
        reason = _NO_CONSTRUCT if fit.converged else _NOT_CONVERGED
        return Assessment("validity", _TITLE, warnings=(reason,), references=_REFERENCES)
    compared, matrices = _discriminant(fit, found, source)
    tables = [loading_table(found, fit), convergent_table(found)]
    if compared:
        table = pair_table(compared)
        tables += [Table(table.key, table.title, without_empty_group(table.frame), table.notes), *matrices]
    verdicts = [verdict for block in found for verdict in judge_construct(block)]
    verdicts += [verdict for pair in compared for verdict in (pair.fornell_larcker, pair.htmt)]
    return Assessment(
        "validity",
        _TITLE,
        tuple(tables),
        verdicts=tuple(verdicts),
        text=sentences(compared),
        warnings=_warnings(fit, found),
        references=_REFERENCES,
    )


def _discriminant(fit: Fit, found: list[Block], source: Survey | Scales | None) -> tuple[list[Pair], list[Table]]:
    """Compare the constructs within every group."""
    compared: list[Pair] = []
    tables: list[Table] = []
    for matrices, sample in zip(fit.matrices, fit.statistics, strict=True):
        here = {block.construct: block for block in found if block.group == sample.group}
        if len(here) < 2:
            continue
        items = {code: block.items for code, block in here.items()}
        cor = (
            _correlations(source, items)
            if source is not None and len(fit.matrices) == 1
            else _moments(sample.cov, sample.names)
        )
        ratios, ratios2 = htmt(cor, items), htmt(cor, items, geometric=True)
        compared += pairs(here, matrices, ratios, ratios2)
        squares = (fornell_larcker_table(here, matrices), ratio_table("htmt", ratios), ratio_table("htmt2", ratios2))
        tables += [_labelled(table, sample.group) for table in squares]
    return compared, tables


def _labelled(table: Table, group: str) -> Table:
    if not group:
        return table
    title = Text(f"{table.title.en}: {group}", f"{table.title.id}: {group}")
    return Table(f"{table.key}_{group}", title, table.frame, table.notes)


def _correlations(source: Survey | Scales, items: dict[str, tuple[str, ...]]) -> pd.DataFrame:
    columns = source.data if isinstance(source, Survey) else pd.concat(list(scales_of(source).values()), axis=1)
    columns = columns.loc[:, ~columns.columns.duplicated()]
    wanted = list(dict.fromkeys(name for names in items.values() for name in names))
    absent = [name for name in wanted if name not in columns]
    if absent:
        raise UsageError(f"The answers must hold every item of the model, but {', '.join(absent)} is not there.")
    return columns[wanted].dropna().corr()


def _moments(cov: np.ndarray, names: tuple[str, ...]) -> pd.DataFrame:
    spread = np.sqrt(np.diag(cov))
    return pd.DataFrame(cov / np.outer(spread, spread), index=list(names), columns=list(names))


def _warnings(fit: Fit, found: list[Block]) -> tuple[Text, ...]:
    single = [_SINGLE.format(construct=code) for code in dict.fromkeys(b.construct for b in found if len(b.items) < 2)]
    return tuple(([] if fit.admissible else [_INADMISSIBLE]) + single)
