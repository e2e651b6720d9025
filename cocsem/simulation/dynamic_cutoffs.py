"""Cutoffs of SRMR, RMSEA and CFI made for one model and one sample size: the model fitted to samples in which it holds, and to
samples in which a known part of it is missing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.assessment.judge import judge
from cocsem.assessment.reported import is_scaled, reported_key
from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.chance import generators
from cocsem.criteria import load_criterion
from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.simulation import dynamic_sentences as words
from cocsem.simulation.dynamic_conditions import require_measurement_model
from cocsem.simulation.index_distributions import HIGHER_IS_BETTER, INDICES, Distribution, index_distribution
from cocsem.simulation.misspecifications import Change, find_levels, misspecify, standardize

Array = NDArray[np.float64]
_REFERENCES = ("mcneish2023", "mcneish2022", "wolf2022", "hancock2001")


@dataclass(frozen=True, slots=True)
class Cutoff:
    """What separates one level from the correct model on one index.

    value : the cutoff, None where there is none; se : its Monte Carlo standard error. rule : by which it was found. found : share of the
    misspecified samples beyond the limit that the correct ones keep under the strictest rule.
    """

    value: float | None
    se: float | None
    rule: Text
    found: float


def dynamic_cutoffs(fit: Fit, *, draws: int = 500, seed: int = 1) -> Assessment:
    """Simulate cutoffs of SRMR, RMSEA and CFI for this model and number of respondents, and judge the fit by them.

    Samples are drawn from the normal population of the fitted model, and from populations that hold more than the model does: with F
    factors 1, 2, ..., F - 1 cross-loadings as large as the lowest loadings, with one factor residual correlations of .3 between a third,
    two thirds and all pairs of items. For each level and index, with q the quantile over its samples,

        cutoff = q_.05(misspecified), if it lies beyond q_.95(correct)    (for CFI q_.95 and q_.05)

    else the same with .10 and .90, else none.

    Parameters
    ----------
    fit : a converged, admissible measurement model of continuous items in one group, fitted by maximum likelihood.
    draws : samples from each population. seed : of the samples.

    Returns
    -------
    Assessment with the tables `cutoffs` (level index of_fit cutoff cutoff_se rule found verdict), `misspecifications` (level
    added size), `populations` (level samples failed inadmissible) and `distributions` (level index q05 q50 q95); verdicts where the
    estimator is ML.

    Raises
    ------
    UsageError : the fit is none of these, or nothing can be left out of it. EstimationError : too few samples have a solution.

    References: mcneish2023, mcneish2022, wolf2022

    >>> import cocsem
    >>> data = cocsem.load_dataset("holzinger_swineford")
    >>> fit = cocsem.cfa("visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9", data)
    >>> found = dynamic_cutoffs(fit, draws=100)
    >>> list(found["misspecifications"]["added"]), [round(size, 2) for size in found["misspecifications"]["size"]]
    (['textual =~ x2', 'textual =~ x7'], [0.42, 0.57])
    """
    fewest = math.ceil(round(1.0 / (1.0 - _strictest()), 6))
    if isinstance(draws, bool) or not isinstance(draws, int) or draws < fewest:
        raise UsageError(f"draws must be a number of samples, {fewest} or more; {draws!r} was given.")
    require_measurement_model(fit)
    levels = find_levels(fit)
    solution, streams = standardize(fit.matrices[0]), generators(seed, len(levels) + 1)
    found = tuple(
        index_distribution(fit, misspecify(solution, changes), draws, rng)
        for changes, rng in zip(((), *levels), streams, strict=True)
    )
    if min(d.asked - d.failed for d in found) < fewest:
        raise EstimationError(
            f"At least {fewest} samples from each population must have a solution, but fewer have. Ask for more draws, or simplify the model."
        )
    return _assess(fit, levels, found, seed)


def find_cutoff(index: str, correct: Array, misspecified: Array) -> Cutoff:
    """Find the value of an index that separates samples of a misspecified population from those of the correct one.

    References: mcneish2023, wolf2022

    >>> found = find_cutoff("srmr", np.linspace(0.01, 0.03, 500), np.linspace(0.04, 0.06, 500))
    >>> round(found.value, 3), found.rule.en, found.found
    (0.041, '95/5', 1.0)
    """
    sign = -1.0 if index in HIGHER_IS_BETTER else 1.0
    right, wrong = sign * correct, sign * misspecified  # the larger, the worse
    found = float(np.mean(wrong > np.quantile(right, _strictest())))
    for point in reversed(load_criterion("dynamic_separation").cutpoints):
        cutoff = float(np.quantile(wrong, 1.0 - point.value))
        if np.quantile(right, point.value) < cutoff:
            return Cutoff(sign * cutoff, quantile_error(wrong, 1.0 - point.value), point.label, found)
    return Cutoff(None, None, words.NONE, found)


def quantile_error(values: Array, share: float) -> float:
    """Monte Carlo standard error of a quantile: half the distance of the quantiles one binomial standard error below and above.

    References: david2003

    >>> round(quantile_error(np.linspace(0.0, 1.0, 401), 0.5), 4)
    0.025
    """
    step = math.sqrt(share * (1.0 - share) / len(values))
    low, high = np.quantile(values, [max(share - step, 0.0), min(share + step, 1.0)])
    return float(high - low) / 2.0


def _strictest() -> float:
    return load_criterion("dynamic_separation").cutpoints[-1].value


def _assess(fit: Fit, levels: tuple[tuple[Change, ...], ...], found: tuple[Distribution, ...], seed: int) -> Assessment:
    judged = [_judge(fit, level, found) for level in range(1, len(levels) + 1)]
    verdicts = tuple(verdict for rows in judged for _, verdict in rows)
    asked, without = sum(d.asked for d in found), sum(d.failed for d in found)
    sentences = [
        sentence
        for level, (changes, rows) in enumerate(zip(levels, judged, strict=True), start=1)
        for sentence in words.level_sentences(
            level, changes, dict(zip(INDICES, (v for _, v in rows), strict=True)), fit.n_obs
        )
    ]
    notes = (*words.cutoff_notes(), *((words.ROBUST_NOTE,) if is_scaled(fit.fit_measures) else ()))
    return Assessment(
        "dynamic_cutoffs",
        words.TITLE,
        (
            Table("cutoffs", words.CUTOFFS, pd.DataFrame(list(_cutoff_rows(fit, judged))), notes),
            Table("misspecifications", words.CHANGES, _misspecifications(levels), (words.CHANGES_NOTE,)),
            Table("populations", words.POPULATIONS, _populations(found), (words.POPULATION_NOTE,)),
            Table("distributions", words.DISTRIBUTIONS, _distributions(found)),
        ),
        {"n": fit.n_obs, "draws": found[0].asked, "seed": seed, "levels": len(levels), "failed": without},
        verdicts,
        (words.simulated(found[0].asked, fit.n_obs, len(levels), seed), *sentences, *words.outside(verdicts)),
        (
            *((words.failed(without, asked),) if without else ()),
            *((words.MIXED_SIGNS,) if (fit.matrices[0].loadings < 0).any() else ()),
        ),
        _REFERENCES,
    )


def _judge(fit: Fit, level: int, found: tuple[Distribution, ...]) -> list[tuple[Cutoff, Verdict]]:
    """The cutoffs of one level, and the fit's distance from each as a verdict."""
    context = {"n": fit.n_obs, "df": int(fit.fit_measures["df"]), "estimator": fit.provenance["estimator"]}
    out = []
    for index in INDICES:
        cutoff = find_cutoff(index, found[0].values[index], found[level].values[index])
        subject = f"{words.NAMES[index]}, {level}"  # the same in both languages
        if cutoff.value is None:
            verdict = Verdict(subject, "margin", math.nan, "dynamic_margin", None, words.NO_CUTOFF)
        else:
            distance = cutoff.value - fit.fit_measures[reported_key(fit.fit_measures, index)]
            margin = -distance if index in HIGHER_IS_BETTER else distance
            verdict = judge(margin, "dynamic_margin", subject, context)
        out.append((cutoff, verdict))
    return out


def _cutoff_rows(fit: Fit, judged: list[list[tuple[Cutoff, Verdict]]]) -> Iterator[dict[str, object]]:
    for level, rows in enumerate(judged, start=1):
        for index, (cutoff, verdict) in zip(INDICES, rows, strict=True):
            yield {
                "level": level,
                "index": words.NAMES[index],
                "of_fit": fit.fit_measures[reported_key(fit.fit_measures, index)],
                "cutoff": cutoff.value,
                "cutoff_se": cutoff.se,
                "rule": cutoff.rule,
                "found": cutoff.found,
                "verdict": verdict.label,
            }


def _misspecifications(levels: tuple[tuple[Change, ...], ...]) -> pd.DataFrame:
    """What is added, each with the first level that holds it."""
    first: dict[Change, int] = {}
    for level, changes in enumerate(levels, start=1):
        first |= {change: level for change in changes if change not in first}
    return pd.DataFrame(
        [{"level": level, "added": str(change), "size": change.size} for change, level in first.items()]
    )


def _populations(found: tuple[Distribution, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"level": level, "samples": d.asked, "failed": d.failed, "inadmissible": d.inadmissible}
            for level, d in enumerate(found)
        ]
    )


def _distributions(found: tuple[Distribution, ...]) -> pd.DataFrame:
    shares = (0.05, 0.5, 0.95)
    return pd.DataFrame(
        [
            {"level": level, "index": words.NAMES[index]}
            | dict(zip(("q05", "q50", "q95"), np.quantile(values, shares).tolist(), strict=True))
            for level, distribution in enumerate(found)
            for index, values in distribution.values.items()
        ]
    )
