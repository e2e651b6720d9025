"""Resamples of the rows as a batch of problems: their moments, weights and fixed covariates, and the objective over them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.estimation.discrepancy import DISCREPANCIES, WEIGHTINGS
from cocsem.estimation.discrepancy.ordinal import Target, first_order, target_of
from cocsem.estimation.discrepancy.part import Part
from cocsem.estimation.moment_slopes import MOMENT_SLOPES
from cocsem.estimation.ordinal.resamples import Losses, over_groups, redraw
from cocsem.estimation.problem import Problem, fixed_places
from cocsem.model.condensed import Condensed, condense, imply_condensed, slope_condensed
from cocsem.model.layout import Layout, fix_moments, pick
from cocsem.model.matrices import imply
from cocsem.moments.cases import Cases, find_cases, replace_sample
from cocsem.moments.missing import pairwise_moments
from cocsem.moments.patterns import find_patterns
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
_PRODUCTS = 4_000_000  # products of answers held at once


@dataclass(frozen=True, slots=True)
class Rowwise:
    """The rows of one group that are drawn from: data (n, p), and their cases where answers are missing."""

    data: Array
    stats: SampleStatistics
    cases: Cases | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """What the discrepancy sees of one group in a batch of resamples: a `Part` with a batch axis."""

    cov: Array
    mean: Array | None
    share: float
    weight: Any = None

    def take(self, rows: Rows) -> Sample:
        """Some of the resamples."""
        weight = self.weight
        if isinstance(weight, Target):
            weight = weight.take(rows)
        elif isinstance(weight, Cases):
            weight = replace(weight, means=weight.means[rows], shares=weight.shares[rows], covs=weight.covs[rows])
        elif weight is not None:
            weight = weight[rows]
        return Sample(self.cov[rows], None if self.mean is None else self.mean[rows], self.share, weight)

    def whole(self) -> Part:
        """The same for functions of a part."""
        return Part(self.cov, self.mean, self.share, self.weight)


@dataclass(frozen=True, slots=True)
class Samples:
    """A batch of resamples of a problem; layouts and parts carry the batch axis, counts (b, n) say how often each row was drawn.

    condensed : the layouts by senders of arrows; None with ordered items, some of whose matrices follow from the others.
    losses : the draws of ordered items that have no moments.
    """

    problem: Problem
    layouts: tuple[Layout, ...]
    condensed: tuple[Condensed | None, ...]
    parts: tuple[Sample, ...]
    counts: tuple[Array, ...]
    rows: tuple[Rowwise, ...]
    losses: Losses | None = None

    def evaluate(self, theta: Array, rows: Rows) -> tuple[Array, Array]:
        """F (r,), infinite where the model cannot be there, and its gradient (r, k), at theta (r, k) of some resamples."""
        F, gradient = np.zeros(len(theta)), np.zeros_like(theta)
        for value, slope, share in self._groups(theta, rows):
            F, gradient = F + share * value, gradient + share * slope
        good = np.isfinite(F) & np.isfinite(gradient).all(axis=1)
        return np.where(good, F, np.inf), np.where(good[:, None], gradient, 0.0)

    def _groups(self, theta: Array, rows: Rows) -> Iterator[tuple[Array, Array, float]]:
        for layout, condensed, part in zip(self.layouts, self.condensed, self.parts, strict=True):
            here, seen = pick(layout, rows), part.take(rows)
            with np.errstate(all="ignore"):
                if condensed is None:
                    yield *first_order(here, imply(here, theta), seen.weight), part.share
                    continue
                some = replace(condensed, layout=here)
                at = imply_condensed(some, theta)
                F, M, u = MOMENT_SLOPES[self.problem.method.discrepancy](at, seen)
                yield F, slope_condensed(some, at, M, u), part.share

    def value(self, theta: Array, rows: Rows) -> Array:
        """F (r,), infinite where the model cannot be there."""
        return self.evaluate(theta, rows)[0]

    def slopes(self, theta: Array, rows: Rows, *, exact: bool) -> tuple[Array, Array]:
        """Gradient (r, k) and half the Hessian (r, k, k), exact or expected; not numbers where the model cannot be there."""
        try:
            return self._slopes(theta, rows, exact=exact)
        except np.linalg.LinAlgError:
            if len(rows) == 1:
                return np.full(theta.shape, np.nan), np.full((*theta.shape, theta.shape[-1]), np.nan)
        apart = [self.slopes(theta[[n]], rows[[n]], exact=exact) for n in range(len(rows))]
        return np.concatenate([g for g, _ in apart]), np.concatenate([half for _, half in apart])

    def _slopes(self, theta: Array, rows: Rows, *, exact: bool) -> tuple[Array, Array]:
        functions = DISCREPANCIES[self.problem.method.discrepancy]
        second = functions.observed_information if exact else functions.expected_information
        half = np.zeros((*theta.shape, theta.shape[1]))
        for g, part in enumerate(self.parts):
            if self.rows[g].cases is None:
                layout = pick(self.layouts[g], rows)
                half += part.share * second(layout, imply(layout, theta), part.take(rows).whole())
                continue
            for n, row in enumerate(rows):
                layout = pick(self.layouts[g], np.array([row]))
                half[n] += part.share * second(layout, imply(layout, theta[[n]]), self._single(g, row))[0]
        return self.evaluate(theta, rows)[1], half

    def _single(self, g: int, row: int) -> Part:
        """What full information sees of one group of one resample."""
        repeated = np.repeat(self.rows[g].data, self.counts[g][row].astype(np.intp), axis=0)
        some = self.parts[g]
        return Part(some.cov[row], None if some.mean is None else some.mean[row], some.share, find_patterns(repeated))

    def statistics(self, theta: Array) -> Array:
        """Test statistics n F (b,) of complete rows."""
        rows = np.arange(len(theta))
        values = [value for value, _, _ in self._groups(theta, rows)]
        if self.problem.method.discrepancy == "ml":
            values = [
                v - np.linalg.slogdet(part.cov)[1] - part.cov.shape[-1]
                for v, part in zip(values, self.parts, strict=True)
            ]
        return np.asarray(sum(n * v for n, v in zip(self.problem.counts, values, strict=True)))

    def take(self, rows: Rows) -> Samples:
        """Some of the resamples as a batch of their own."""
        layouts = tuple(pick(layout, rows) for layout in self.layouts)
        return Samples(
            self.problem,
            layouts,
            tuple(c and replace(c, layout=layout) for c, layout in zip(self.condensed, layouts, strict=True)),
            tuple(part.take(rows) for part in self.parts),
            tuple(counts[rows] for counts in self.counts),
            self.rows,
        )


def draw_rows(rows: tuple[Rowwise, ...], size: int, generators: list[np.random.Generator]) -> tuple[Array, ...]:
    """How often each row of each group comes up in `size` draws with replacement, (size, n) per group."""
    counts = []
    for source, rng in zip(rows, generators, strict=True):
        n = len(source.data)
        drawn = rng.integers(0, n, size=(size, n)) + n * np.arange(size)[:, None]
        counts.append(np.bincount(drawn.reshape(-1), minlength=size * n).reshape(size, n).astype(np.float64))
    return tuple(counts)


def make_samples(problem: Problem, rows: tuple[Rowwise, ...], counts: tuple[Array, ...]) -> Samples:
    """Turn resamples, given by how often each row was drawn (b, n), into problems."""
    if problem.method.ordinal:
        return _of_responses(problem, rows, counts)
    layouts, samples = [], []
    for layout, part, source, drawn in zip(problem.layouts, problem.parts, rows, counts, strict=True):
        n = len(source.data)
        mean, cov = _moments(source, drawn)
        if problem.method.unbiased:
            cov *= n / (n - 1)
        weight = _weights(problem, source, drawn, (mean, cov), part.weight)
        samples.append(Sample(cov, None if part.mean is None else mean, part.share, weight))
        layouts.append(fix_moments(layout, cov, mean))
    return Samples(problem, tuple(layouts), tuple(map(condense, layouts)), tuple(samples), counts, rows)


def _of_responses(problem: Problem, rows: tuple[Rowwise, ...], counts: tuple[Array, ...]) -> Samples:
    """The same with ordered items, whose moments are estimates themselves."""
    kind = problem.method.discrepancy.removeprefix("ordinal.")
    layouts, samples, losses = [], [], []
    for g, (layout, part, drawn) in enumerate(zip(problem.layouts, problem.parts, counts, strict=True)):
        found = redraw(problem.spec, kind, target_of(part), drawn)
        samples.append(Sample(found.cov, None, part.share, found.target))
        size = problem.statistics[g].n_obs / problem.counts[g]  # covariates with the divisor N - 1, as in `pose`
        layouts.append(fix_moments(layout, found.cov * size, found.mean))
        losses.append(found.losses)
    unsorted = (None,) * len(layouts)
    return Samples(problem, tuple(layouts), unsorted, tuple(samples), counts, rows, over_groups(losses))


def rows_of(problem: Problem, stats: SampleStatistics, data: Array) -> Rowwise:
    """The rows of a group to draw from."""
    return Rowwise(data, stats, find_cases(data) if problem.method.discrepancy == "fiml" else None)


def _moments(source: Rowwise, counts: Array) -> tuple[Array, Array]:
    """Means (b, p) and covariances (b, p, p), divisor n: sums of the rows' products, each times how often it was drawn."""
    x, n = source.data, len(source.data)
    if np.isnan(x).any():
        return _of_answers(source, counts)
    centred = x - source.stats.mean
    i, j = np.tril_indices(x.shape[1])
    shift, second = counts @ centred / n, np.zeros((len(counts), len(i)))
    for at in np.array_split(np.arange(n), 1 + n * len(i) // _PRODUCTS):
        second += counts[:, at] @ (centred[np.ix_(at, i)] * centred[np.ix_(at, j)])
    cov = np.empty((len(counts), x.shape[1], x.shape[1]))
    cov[:, i, j] = cov[:, j, i] = second / n
    cov -= shift[:, :, None] * shift[:, None, :]
    return source.stats.mean + shift, cov


def _of_answers(source: Rowwise, counts: Array) -> tuple[Array, Array]:
    """Pairwise moments of each resample; under full information only those of fixed x count, which everybody answers."""
    if source.cases is not None:
        answered = np.where(np.isnan(source.data), source.stats.mean, source.data)
        return _moments(replace(source, data=answered), counts)
    drawn = counts.astype(np.intp)
    with np.errstate(all="ignore"):
        found = [pairwise_moments(np.repeat(source.data, row, axis=0)) for row in drawn]
    return np.array([m for m, _ in found]), np.array([c for _, c in found])


def _weights(
    problem: Problem, source: Rowwise, counts: Array, moments: tuple[Array, Array], whole: Any
) -> Array | Cases | None:
    """What the discrepancy needs besides the moments: the cases, or the weight of each resample, shaped as that of the whole group (not a
    number where a resample has none)."""
    if source.cases is not None:
        return replace_sample(source.cases, np.nan_to_num(source.data), counts)
    weighting = WEIGHTINGS.get(problem.method.discrepancy)
    if weighting is None or problem.method.discrepancy == "uls":
        return None
    stats = source.stats
    make = partial(weighting.make_weight, fixed=fixed_places(problem.spec, stats), means=problem.spec.meanstructure)
    weights = np.full((len(counts), *whole.shape), np.nan)
    for n, (row, mean, cov) in enumerate(zip(counts.astype(np.intp), *moments, strict=True)):
        data = np.repeat(source.data, row, axis=0)
        with suppress(EstimationError, np.linalg.LinAlgError):  # counted, as every draw that cannot be fitted
            weights[n] = make(replace(stats, data=data, cov=cov, mean=mean), cov)
    return weights
