"""Construct validity of a measurement model: do items of one construct agree, and do different constructs differ?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from cocsem.assessment.judge import is_met
from cocsem.assessment.measurement import Block, blocks
from cocsem.assessment.reliability.model_side import model_rows
from cocsem.assessment.scales import Scales, scales_of
from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.assessment.validity.convergent import convergent_table, judge_construct, loading_table, without_empty_group
from cocsem.assessment.validity.correlation_ratios import RatioIntervals, htmt, htmt_intervals
from cocsem.assessment.validity.cross_loadings import cross_loading_table, find_cross_loadings
from cocsem.assessment.validity.discriminant import Pair, cut_table, pair_table, pairs
from cocsem.assessment.validity.latent_correlations import correlation_intervals, cut_tests
from cocsem.assessment.validity.matrices import fornell_larcker_table, ratio_table
from cocsem.assessment.validity.readings import sentences
from cocsem.assessment.validity.summary import summary_table
from cocsem.criteria import load_criterion
from cocsem.errors import CocsemError, UsageError
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
_REFERENCES = (
    "fornell1981", "bagozzi1988", "henseler2015", "roemer2021", "voorhees2016", "ronkko2022", "franke2019", "sorbom1989",
    "holm1979", "oehlert1992",
)  # fmt: skip

_PRINTED = ("fornell_larcker", "htmt", "cicfa")  # the other criteria stand in the table of the pairs


@dataclass(frozen=True, slots=True)
class _Group:
    """The constructs of one group compared: its pairs, its square tables, and the intervals of its ratios."""

    pairs: tuple[Pair, ...]
    tables: tuple[Table, ...]
    drawn: RatioIntervals | None


def validity(fit: Fit, source: Survey | Scales | None = None, *, bootstrap: int = 0, seed: int = 1) -> Assessment:
    """Judge convergent and discriminant validity of a model with correlated constructs.

    Parameters
    ----------
    fit : a fitted confirmatory factor model.
    source : answers to take the item correlations for HTMT from (rows that answered every item of the model);
        None takes the moments the model was fitted to. With several groups, or ordered items, the moments of each group are taken.
    bootstrap, seed : resamples for the intervals of HTMT and HTMT2 (0: none), and their seed.

    Returns
    -------
    An assessment with the tables `summary`, `loadings`, `convergent`, `discriminant`, `correlation_tests`, `cross_loadings`,
    `fornell_larcker`, `htmt_matrix` and `htmt2_matrix` (the last three once per group, with the group in their key).

    References: fornell1981, henseler2015, roemer2021, voorhees2016, ronkko2022
    """
    found = list(blocks(fit)) if fit.converged else []
    if not found:
        reason = _NO_CONSTRUCT if fit.converged else _NOT_CONVERGED
        return Assessment("validity", _TITLE, warnings=(reason,), references=_REFERENCES)
    groups = _compare(fit, found, source, (bootstrap, seed))
    compared = [pair for group in groups for pair in group.pairs]
    convergent = convergent_table(found)
    said = {
        (b.construct, b.group): text for b, text in zip(found, convergent.frame["convergent_validity"], strict=True)
    }
    sizes = {sample.group: sample.n_obs for sample in fit.statistics}
    summary, msv = summary_table(model_rows(fit), compared, said, sizes)
    crossing, crossing_verdicts, crossing_text = _cross_loadings(fit)
    tables = [summary, loading_table(found, fit), convergent, *_pair_tables(fit, groups, compared), *crossing]
    verdicts = [verdict for block in found for verdict in judge_construct(block)]
    verdicts += [pair.verdicts[key] for pair in compared for key in _PRINTED]
    return Assessment(
        "validity",
        _TITLE,
        (*tables, *(table for group in groups for table in group.tables)),
        {"not_distinct": [f"{p.one} ~~ {p.other}" for p in compared if p.conclusion.en in ("not distinct", "criteria disagree")],
         "cross_loading_items": [v.subject for v in crossing_verdicts if is_met(v)]},
        (*verdicts, *msv, *crossing_verdicts),
        (*sentences(compared, fit.n_obs), *crossing_text),
        _warnings(fit, found),
        _REFERENCES,
    )  # fmt: skip


def _compare(
    fit: Fit, found: list[Block], source: Survey | Scales | None, resampling: tuple[int, int]
) -> tuple[_Group, ...]:
    """Compare the constructs within every group."""
    groups = []
    for place, (matrices, sample) in enumerate(zip(fit.matrices, fit.statistics, strict=True)):
        here = {block.construct: block for block in found if block.group == sample.group}
        if len(here) < 2:
            continue
        items = {code: block.items for code, block in here.items()}
        rows = _answers(fit, place, source, items)
        ordered = set(fit.spec.ordered) & {name for names in items.values() for name in names}
        given = rows is not None and source is not None and len(fit.matrices) == 1 and not ordered
        cor = rows.corr() if rows is not None and given else None
        cor = _moments(sample.cov, sample.names) if cor is None else cor
        ratios = {"htmt": htmt(cor, items), "htmt2": htmt(cor, items, geometric=True)}
        draws, seed = resampling
        drawn = None
        if draws and rows is not None:
            drawn = htmt_intervals(rows, items, draws=draws, seed=seed, ordered=tuple(sorted(ordered)))
        correlations = correlation_intervals(fit, list(combinations(here, 2)), place)
        squares = (
            fornell_larcker_table(here, matrices),
            ratio_table("htmt", ratios["htmt"]),
            ratio_table("htmt2", ratios["htmt2"]),
        )
        tables = tuple(_labelled(table, sample.group) for table in squares)
        groups.append(_Group(tuple(pairs(here, correlations, ratios, drawn)), tables, drawn))
    return tuple(groups)


def _answers(
    fit: Fit, place: int, source: Survey | Scales | None, items: dict[str, tuple[str, ...]]
) -> pd.DataFrame | None:
    """The complete rows of the items: from the source for a single group, else those the model used."""
    wanted = list(dict.fromkeys(name for names in items.values() for name in names))
    if source is not None and len(fit.matrices) == 1:
        return _columns(source, wanted)
    sample = fit.statistics[place]
    if sample.data is None:
        return None
    return pd.DataFrame(sample.data, columns=list(sample.names))[wanted].dropna()


def _columns(source: Survey | Scales, wanted: Sequence[str]) -> pd.DataFrame:
    columns = source.data if isinstance(source, Survey) else pd.concat(list(scales_of(source).values()), axis=1)
    columns = columns.loc[:, ~columns.columns.duplicated()]
    absent = [name for name in wanted if name not in columns]
    if absent:
        raise UsageError(f"The answers must hold every item of the model, but {', '.join(absent)} is not there.")
    return columns[list(wanted)].dropna()


def _pair_tables(fit: Fit, groups: Sequence[_Group], compared: list[Pair]) -> list[Table]:
    """The table of the pairs, and the tests of those whose interval comes near the cutoff."""
    if not compared:
        return []
    table = pair_table(compared, groups[0].drawn)
    tables = [Table(table.key, table.title, without_empty_group(table.frame), table.notes)]
    strict = load_criterion("cicfa").cutpoints[-1].value
    near = [(pair.one, pair.other) for pair in compared if pair.verdicts["cicfa"].value >= strict]
    if near and len(groups) == 1 and len(fit.theta):
        try:
            tables.append(cut_table(list(cut_tests(fit, near, load_criterion("cicfa").weakest))))
        except CocsemError:  # a model that holds no free correlation of these factors has nothing to test
            return tables
    return tables


def _cross_loadings(fit: Fit) -> tuple[list[Table], tuple[Verdict, ...], tuple[Text, ...]]:
    if not len(fit.theta) or len({b.construct for b in blocks(fit)}) < 2:
        return [], (), ()
    try:
        frame, n_found = find_cross_loadings(fit)
    except CocsemError:  # estimators without score tests
        return [], (), ()
    if frame.empty:
        return [], (), ()
    constructs, items = frame["construct"].nunique(), len(frame)
    table, verdicts, said = cross_loading_table(frame, n_found, items * (constructs - 1))
    return [table], verdicts, said


def _labelled(table: Table, group: str) -> Table:
    if not group:
        return table
    title = Text(f"{table.title.en}: {group}", f"{table.title.id}: {group}")
    return Table(f"{table.key}_{group}", title, table.frame, table.notes)


def _moments(cov: np.ndarray, names: tuple[str, ...]) -> pd.DataFrame:
    spread = np.sqrt(np.diag(cov))
    return pd.DataFrame(cov / np.outer(spread, spread), index=list(names), columns=list(names))


def _warnings(fit: Fit, found: list[Block]) -> tuple[Text, ...]:
    single = [_SINGLE.format(construct=code) for code in dict.fromkeys(b.construct for b in found if len(b.items) < 2)]
    return tuple(([] if fit.admissible else [_INADMISSIBLE]) + single)
