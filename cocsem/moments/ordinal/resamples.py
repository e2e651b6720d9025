"""Moments of rows drawn again from a sample: the same two steps, begun at what the sample gave, and only what estimates need."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.special import ndtri

from cocsem.errors import EstimationError
from cocsem.moments.ordinal.sample import Sample, draw_sample
from cocsem.moments.ordinal.statistics import TwoSteps, take_steps, x_moments
from cocsem.moments.ordinal.types import Array, Index, LatentMoments, moment_vector

Variation = Literal["none", "variances", "gamma"]


@dataclass(frozen=True, slots=True)
class DrawnMoments:
    """Moments of one draw: the latent responses, their vector (m,), its Gamma (m, m), the diagonal of it (m,), or None, and the
    moments of the covariates, (q,) and (q, q)."""

    latent: LatentMoments
    vector: Array
    variation: Array | None
    x_mean: Array
    x_cov: Array


def draw_moments(sample: Sample, rows: Index, start: LatentMoments, wanted: Variation) -> DrawnMoments:
    """Estimate the moments of rows (n,) drawn from a sample.

    A category that nobody drawn has chosen (`held_categories`) is merged with its neighbour: the rows say nothing of the threshold
    between them. It is set where the next one is, at the end of the scale where half an answer would put it, with variance 1.

    Parameters
    ----------
    start : moments of the whole sample, where every search begins. wanted : what the weight of the moments is made of.

    Raises
    ------
    EstimationError : correlations that the rows do not determine, as in `ordinal_statistics`; an item with one category left.
    """
    drawn = draw_sample(sample, rows)
    present = [_present(drawn, j) for j in range(len(sample.names))]
    if all(len(here) == len(levels) for here, levels in zip(present, sample.categories, strict=True)):
        found = take_steps(drawn, start)
        variation = {"none": lambda: None, "variances": found.variances, "gamma": found.gamma}[wanted]()
        return DrawnMoments(found.latent, moment_vector(found.latent), variation, *x_moments(found.sample))
    found = take_steps(_merged(drawn, present), _without(start, present))
    latent, places = _whole(sample, found, present)
    variances = None if wanted == "none" else np.append(found.variances(), 1.0)[places]
    return DrawnMoments(latent, moment_vector(latent), variances, *x_moments(found.sample))


def _present(sample: Sample, j: int) -> Index:
    """The categories of a variable that somebody has chosen; none of a continuous one."""
    values = sample.values[:, j]
    return np.unique(values[~np.isnan(values)]).astype(np.intp) if sample.categories[j] else np.zeros(0, dtype=np.intp)


def _merged(sample: Sample, present: list[Index]) -> Sample:
    """The sample with the categories that are there, numbered anew."""
    values = sample.values.copy()
    for j, here in enumerate(present):
        if len(here) == 1:
            raise EstimationError(f"'{sample.names[j]}' must have two categories at least.")
        if len(here):
            answered = ~np.isnan(values[:, j])
            values[answered, j] = np.searchsorted(here, values[answered, j])
    kept = tuple(tuple(levels[k] for k in here) for levels, here in zip(sample.categories, present, strict=True))
    return replace(sample, values=values, categories=kept)


def _without(start: LatentMoments, present: list[Index]) -> LatentMoments:
    """Moments to begin at, with the thresholds above the categories that are there."""
    cuts = tuple(cut[here[:-1]] for cut, here in zip(start.thresholds, present, strict=True))
    return replace(start, thresholds=cuts)


def _whole(sample: Sample, found: TwoSteps, present: list[Index]) -> tuple[LatentMoments, Index]:
    """The moments with a threshold between any two categories of the sample, and the place of each element of their vector in the
    one of the merged categories, -1 for thresholds that no answer speaks of."""
    cuts, places, first = list(found.latent.thresholds), [], 0
    for j, (levels, here) in enumerate(zip(sample.categories, present, strict=True)):
        estimated = max(1, len(cuts[j]))  # a continuous variable has an intercept there
        if not levels:
            places.append(np.array([first]))
        else:
            above = np.arange(len(levels) - 1)  # a threshold stands above each category but the last
            below = np.searchsorted(here, above, side="right") - 1  # the last category that is there at or below it
            places.append(np.where(np.isin(above, here[:-1]), first + below, -1))
            cuts[j] = _with_ends(cuts[j], found.sample.values[:, j])[below + 1]
        first += estimated
    rest = np.arange(first, len(moment_vector(found.latent)))
    latent = replace(found.latent, categories=sample.categories, thresholds=tuple(cuts))
    return latent, np.concatenate([*places, rest]).astype(np.intp)


def _with_ends(cuts: Array, values: Array) -> Array:
    """Thresholds of an item between one below all and one above all answers, where a share of half an answer would put them."""
    answered = values[~np.isnan(values)]
    half = ndtri(0.5 / len(answered))
    lowest, highest = np.mean(answered == 0), np.mean(answered == len(cuts))
    low, high = cuts[0] + half - ndtri(lowest), cuts[-1] - half + ndtri(highest)
    return np.concatenate([[low], cuts, [high]])


def held_categories(sample: Sample, counts: Array) -> Index:
    """How many categories of each variable somebody has chosen in each draw, (b, p), from how often each row was drawn, (b, n); 0 for
    continuous ones.

    >>> from cocsem.moments.ordinal.sample import take_sample
    >>> import pandas as pd
    >>> sample = take_sample(pd.DataFrame({"a": [1, 2, 2], "b": [1, 1, 2]}), {"a": (1, 2), "b": (1, 2)}, (), "", "listwise")
    >>> print(held_categories(sample, np.array([[1.0, 1.0, 1.0], [0.0, 2.0, 1.0]])))
    [[2 2]
     [1 2]]
    """
    held = np.zeros((len(counts), len(sample.names)), dtype=np.intp)
    for j, levels in enumerate(sample.categories):
        if levels:
            chosen = sample.values[:, j, None] == np.arange(len(levels))
            held[:, j] = (counts @ chosen > 0).sum(axis=1)
    return held
