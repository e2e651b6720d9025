"""The bootstrap on the batch axis: all resamples are fitted at once, and one set of draws serves every interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.constraints import equalities, inequalities, is_restricted
from cocsem.estimation.discrepancy import DISCREPANCIES
from cocsem.estimation.discrepancy.part import Part
from cocsem.estimation.optimise import Rows, minimise, minimise_under
from cocsem.estimation.problem import Problem, implied
from cocsem.estimation.scores import answers
from cocsem.language import Text
from cocsem.model.layout import Layout, fix_moments, join, pick
from cocsem.model.matrices import imply
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]
_CHUNK = 250  # resamples fitted at a time: enough for the batch to pay, little enough for the memory


@dataclass(frozen=True, slots=True)
class Draws:
    """Bootstrap estimates.

    theta : (b, k) estimates of the draws that converged. chisq : (b,) their test statistics.
    layouts : the groups' layouts, with the moments of fixed x of every draw.
    asked, failed, inadmissible : draws asked for, that did not converge, and with a negative variance (these are kept).
    """

    theta: Array
    chisq: Array
    layouts: tuple[Layout, ...]
    asked: int
    failed: int
    inadmissible: int


@dataclass(frozen=True, slots=True)
class Resampling:
    """What was asked: number of draws, seed, and whether the Bollen-Stine test is wanted instead of standard errors."""

    draws: int
    seed: int | None
    null: bool = False


def resample(
    problem: Problem, theta: Array, asked: Resampling, chisq: float, measures: dict[str, float]
) -> tuple[Draws | None, tuple[Text, ...]]:
    """Draw the bootstrap that was asked for; the Bollen-Stine p-value goes into the measures, other draws are returned.

    p = share of the draws from a population in which the model holds whose test statistic reaches the observed one.
    """
    draws = bootstrap(problem, theta, asked.draws, asked.seed, null=asked.null)
    told = Text(
        f"Bootstrap: {asked.draws} draws, seed {asked.seed}; {draws.failed} did not converge and were left out, {draws.inadmissible} "
        "had a negative variance and were kept.",
        f"Bootstrap: {asked.draws} ulangan, seed {asked.seed}; {draws.failed} tidak konvergen dan dikeluarkan, {draws.inadmissible} "
        "memiliki varians negatif dan tetap dipakai.",
    )
    if len(draws.theta) < 2:
        raise EstimationError(
            f"At least two bootstrap draws must converge; of {asked.draws} only {len(draws.theta)} did."
        )
    if asked.null:
        measures["pvalue_bollen_stine"] = float(np.mean(draws.chisq >= chisq))
    return (None if asked.null else draws), (told,)


@dataclass(frozen=True, slots=True)
class _Resampled:
    """The objective of a batch of resamples; arrays of the parts carry the batch axis."""

    problem: Problem
    layouts: tuple[Layout, ...]
    parts: tuple[Part, ...]

    def _groups(self, rows: Rows) -> Iterator[tuple[Layout, Part]]:
        for layout, part in zip(self.layouts, self.parts, strict=True):
            mean = None if part.mean is None else part.mean[rows]
            yield pick(layout, rows), Part(part.cov[rows], mean, part.share, part.weight)

    def value(self, theta: Array, rows: Rows) -> Array:
        """F of the resamples, infinite where the model cannot be there."""
        function = DISCREPANCIES[self.problem.method.discrepancy].value
        with np.errstate(all="ignore"):
            try:
                F = sum(
                    part.share * function(layout, imply(layout, theta), part) for layout, part in self._groups(rows)
                )
            except np.linalg.LinAlgError:
                return np.full(len(theta), np.inf)
        return np.where(np.isfinite(F), F, np.inf)

    def slopes(self, theta: Array, rows: Rows, *, exact: bool) -> tuple[Array, Array]:
        """Gradient and half the Hessian."""
        functions = DISCREPANCIES[self.problem.method.discrepancy]
        gradient, hessian = np.zeros_like(theta), np.zeros((*theta.shape, theta.shape[-1]))
        for layout, part in self._groups(rows):
            at = imply(layout, theta)
            joint = functions.evaluate(layout, at, part, exact=exact)
            if joint is not None:
                _, first, half = joint
            else:
                second = functions.observed_information if exact else functions.expected_information
                first, half = functions.gradient(layout, at, part), second(layout, at, part)
            gradient = gradient + part.share * first
            hessian = hessian + part.share * half
        return gradient, hessian


def bootstrap(problem: Problem, theta: Array, draws: int, seed: int | None, *, null: bool = False) -> Draws:
    """Fit the model to resamples of the rows, drawn with replacement within each group.

    Parameters
    ----------
    theta : (k,) estimates, where every search starts. draws : number of resamples. seed : of the generator.
    null : transform the rows first so that the model holds exactly in them (Bollen and Stine): the distribution of
        the test statistic when the model is true.

    References: efron1993, bollen1992
    """
    if problem.method.missing != "listwise" or problem.method.discrepancy != "ml":
        raise UsageError(
            'bootstrap= is built for maximum likelihood on complete rows. Use missing="listwise" and an ML estimator.'
        )
    rng = np.random.default_rng(seed)
    data = [answers(s) for s in problem.statistics]
    if null:
        data = [
            _model_holds(x, s, at.Sigma, at.mu)
            for x, s, at in zip(data, problem.statistics, implied(problem, theta), strict=True)
        ]
    found, layouts = [], []
    for size in _sizes(draws):
        batch = _resample(problem, data, size, rng)
        found.append(_solve(batch, theta, size))
        layouts.append(batch.layouts)
    return _gather(problem, found, layouts, draws)


def _sizes(draws: int) -> list[int]:
    return [_CHUNK] * (draws // _CHUNK) + ([draws % _CHUNK] if draws % _CHUNK else [])


def _model_holds(data: Array, stats: SampleStatistics, Sigma: Array, mu: Array) -> Array:
    """Z = (X - xbar) S^-1/2 Sigma^1/2 + mu: the rows, moved so that their moments are the implied ones."""
    S_root, Sigma_root = np.linalg.cholesky(stats.cov), np.linalg.cholesky(Sigma)
    return np.asarray(np.linalg.solve(S_root, (data - stats.mean).T).T @ Sigma_root.T + mu)


def _resample(problem: Problem, data: list[Array], size: int, rng: np.random.Generator) -> _Resampled:
    """Moments of a batch of resamples by weighted sums: how often each row was drawn times its products."""
    layouts, parts = [], []
    for x, layout, part, stats in zip(data, problem.layouts, problem.parts, problem.statistics, strict=True):
        n, p = x.shape
        drawn = rng.integers(0, n, size=(size, n))
        counts = np.stack([np.bincount(row, minlength=n) for row in drawn]).astype(np.float64)
        mean = counts @ x / n
        centred = x - stats.mean
        i, j = np.tril_indices(p)
        second = counts @ (centred[:, i] * centred[:, j]) / n
        cov = np.empty((size, p, p))
        cov[:, i, j] = cov[:, j, i] = second
        shift = mean - stats.mean
        cov -= shift[:, :, None] * shift[:, None, :]
        if problem.method.unbiased:
            cov *= n / (n - 1)
        parts.append(Part(cov, None if part.mean is None else mean, part.share, part.weight))
        layouts.append(fix_moments(layout, cov, mean))
    return _Resampled(problem, tuple(layouts), tuple(parts))


def _solve(batch: _Resampled, theta: Array, size: int) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Fit a batch; under constraints one resample after the other."""
    if not is_restricted(batch.problem.spec):
        found = minimise(batch, np.broadcast_to(theta, (size, len(theta))).copy(), steps=60)
        return found.theta, found.value, found.rested
    spec = batch.problem.spec
    parts = []
    for draw in range(size):
        one = _Resampled(
            batch.problem,
            tuple(pick(layout, np.array([draw])) for layout in batch.layouts),
            tuple(
                Part(p.cov[[draw]], None if p.mean is None else p.mean[[draw]], p.share, p.weight) for p in batch.parts
            ),
        )
        parts.append(minimise_under(one, theta, equalities(spec), inequalities(spec), steps=100))
    theta_drawn = np.concatenate([m.theta for m in parts])
    return theta_drawn, np.concatenate([m.value for m in parts]), np.concatenate([m.rested for m in parts])


def _gather(
    problem: Problem, found: list[tuple[Array, Array, NDArray[np.bool_]]], layouts: list[tuple[Layout, ...]], draws: int
) -> Draws:
    theta, value, good = (np.concatenate([f[n] for f in found]) for n in range(3))
    kept = np.flatnonzero(good)
    joined = [pick(join([chunk[g] for chunk in layouts]), kept) for g in range(len(problem.layouts))]
    negative = np.zeros(len(kept), dtype=bool)
    for layout in problem.layouts:
        negative |= (theta[kept][:, layout.variances] < 0).any(axis=1)
    return Draws(theta[kept], problem.count * value[kept], tuple(joined), draws, draws - len(kept), int(negative.sum()))
