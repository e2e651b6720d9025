"""The bootstrap on the batch axis: all resamples are fitted at once, and one set of draws serves every interval."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cocsem.chance import generators
from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.admissibility import admissible_draws
from cocsem.estimation.bootstrap_samples import Rowwise, Samples, draw_rows, make_samples, rows_of
from cocsem.estimation.bootstrap_search import Found, descend
from cocsem.estimation.chisq import minimum_statistic
from cocsem.estimation.constraints import equalities, inequalities, is_restricted
from cocsem.estimation.optimise import minimise, minimise_under
from cocsem.estimation.ordinal.resamples import Losses, over_draws
from cocsem.estimation.problem import Problem, expected_information, implied, observed_information
from cocsem.language import Text
from cocsem.model.layout import Layout, join, pick
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
_CACHE = (
    60_000  # numbers in the matrices of one kind that are worked on at a time: little enough for the processor's cache
)
_UNLIKE = 1e12  # condition of a covariance matrix from which its roots are taken in standard deviations
_ENOUGH = 3e-8  # decrement, in units of the test statistic, before the last step of a draw: its estimates stand within 2e-4 standard errors
_CLOSER = 1e-12  # the same with ordered items, where further steps cost little beside the correlations of a draw
_ASTRAY = 1e5  # standard errors from the estimates beyond which a draw has run to infinity
_LIMITS = 40  # draws of which 2.5 % are one: with fewer no percentile lies that far out
_FEW = Text(
    "Intervals rest on {draws} draws: the 2.5 % and 97.5 % limits are the smallest and largest of them. A thousand draws are usual.",
    "Selang didasarkan pada {draws} ulangan: batas 2,5% dan 97,5% adalah nilai terkecil dan terbesarnya. Lazimnya dipakai seribu ulangan.",
)
_MEMORY = 1_000_000  # numbers in the moments of one kind of all resamples that are drawn at a time


@dataclass(frozen=True, slots=True)
class Draws:
    """Bootstrap estimates.

    theta : (b, k) estimates of the draws that converged. chisq : (b,) their test statistics, where the Bollen-Stine test was asked for.
    layouts : the groups' layouts, with the moments of fixed x of every draw.
    asked, failed, inadmissible : draws asked for, that did not converge, and whose estimates cannot be variances and
    covariances (these are kept). losses : draws of ordered items that failed because they have no moments; None without ordered items.
    """

    theta: Array
    chisq: Array
    layouts: tuple[Layout, ...]
    asked: int
    failed: int
    inadmissible: int
    losses: Losses | None = None


@dataclass(frozen=True, slots=True)
class Curvature:
    """Inverse Hessian (c, c) of the objective at the estimates in the directions (k, c) that linear equality constraints leave open.

    directions is None where equality constraints are not linear: then each resample is searched by itself.
    """

    inverse: Array
    directions: Array | None


@dataclass(frozen=True, slots=True)
class Resampling:
    """What was asked: number of draws, seed, and whether the Bollen-Stine test is wanted instead of standard errors."""

    draws: int
    seed: int | None
    null: bool = False


def run_bootstrap(
    problem: Problem, theta: Array, asked: Resampling, measures: dict[str, float]
) -> tuple[Draws | None, tuple[Text, ...]]:
    """Draw the bootstrap that was asked for; the Bollen-Stine p-value goes into the measures, other draws are returned.

    p = share of the draws from a population in which the model holds whose test statistic reaches the observed one.
    """
    draws = bootstrap(problem, theta, asked)
    told = Text(
        f"Bootstrap: {asked.draws} draws, seed {asked.seed}; {draws.failed} did not converge and were left out, {draws.inadmissible} "
        "gave negative variances or impossible covariances and were kept.",
        f"Bootstrap: {asked.draws} ulangan, seed {asked.seed}; {draws.failed} tidak konvergen dan dikeluarkan, {draws.inadmissible} "
        "memberi varians negatif atau kovarians mustahil dan tetap dipakai.",
    )
    if len(draws.theta) < 2:
        if draws.losses is not None and 2 * draws.losses.emptied > draws.failed:
            raise EstimationError(
                f"At least two bootstrap draws must converge; of {asked.draws} only {len(draws.theta)} did. Draws left without "
                f"moments by too few answers in a category: {draws.losses.emptied} ({draws.losses.items}). Merge categories that few chose "
                "with their neighbours."
            )
        raise EstimationError(
            f"At least two bootstrap draws must converge; of {asked.draws} only {len(draws.theta)} did. "
            "Use more rows or a simpler model."
        )
    if asked.null:
        measures["pvalue_bollen_stine"] = float(np.mean(draws.chisq >= minimum_statistic(problem, theta)))
    reasons = () if draws.losses is None else draws.losses.told()
    few = (_FEW.format(draws=len(draws.theta)),) if len(draws.theta) < _LIMITS and not asked.null else ()
    return (None if asked.null else draws), (told, *reasons, *few)


def bootstrap(problem: Problem, theta: Array, asked: Resampling) -> Draws:
    """Fit the model to resamples of the rows, drawn with replacement within each group.

    With ordered items every draw has thresholds, correlations of latent responses and weights of its own; a category that nobody
    drawn has chosen is merged with its neighbour where nothing else depends on it (`ordinal.resamples`).

    Parameters
    ----------
    theta : (k,) estimates, where every search starts. asked : number of resamples, seed of the generator, and `null`:
        transform the rows first so that the model holds exactly in them (Bollen and Stine), for the distribution of
        the test statistic when the model is true.

    Raises
    ------
    UsageError : only moments were given; the Bollen-Stine test with missing answers.

    References: efron1993, bollen1992
    """
    rows = rows_to_draw(problem, theta, null=asked.null)
    streams = generators(asked.seed, len(rows))
    curvature = open_curvature(problem, theta)
    found, statistics, layouts, proper, losses = [], [], [], [], []
    drawn, solved = _chunks(problem, rows)
    for size in _sizes(asked.draws, drawn):
        samples = make_samples(problem, rows, draw_rows(rows, size, streams))
        losses += [] if samples.losses is None else [samples.losses]
        for start in range(0, size, solved):
            some = samples.take(np.arange(start, min(start + solved, size)))
            found.append(fit_samples(some, theta, curvature))
            layouts.append(some.layouts)
            proper.append(np.all([admissible_draws(layout, found[-1].theta) for layout in some.layouts], axis=0))
            statistics.append(some.statistics(found[-1].theta) if asked.null else np.empty(0))
    draws = _gather(found, np.concatenate(statistics), layouts, np.concatenate(proper))
    return replace(draws, losses=over_draws(losses)) if losses else draws


def rows_to_draw(problem: Problem, theta: Array, *, null: bool) -> tuple[Rowwise, ...]:
    """The rows to draw from; under `null` moved so that the model holds in them."""
    data = [s.data for s in problem.statistics]
    if any(x is None for x in data):
        raise UsageError("bootstrap= draws rows: give data, not sample moments.")
    if not problem.spec.n_free:
        raise UsageError("bootstrap= fits the free parameters anew, but this model has none. Leave bootstrap= out.")
    if null and problem.method.missing != "listwise":
        raise UsageError(
            'test="bollen.stine" moves complete rows until the model holds in them; that is not defined where answers are missing. '
            'Use missing="listwise", or the test of missing="fiml".'
        )
    given = [np.asarray(x) for x in data]
    if not null:
        return tuple(rows_of(problem, s, x) for s, x in zip(problem.statistics, given, strict=True))
    moments = implied(problem, theta)
    moved = [
        _model_holds(x, s, at.Sigma, at.mu if problem.spec.meanstructure else s.mean)
        for x, s, at in zip(given, problem.statistics, moments, strict=True)
    ]
    return tuple(
        rows_of(problem, replace(s, mean=x.mean(axis=0)), x) for s, x in zip(problem.statistics, moved, strict=True)
    )


def _model_holds(data: Array, stats: SampleStatistics, Sigma: Array, mu: Array) -> Array:
    """Z = (X - xbar) S^-1/2 Sigma^1/2 + mu with symmetric roots: the rows, moved so that their moments are the implied ones.

    In the units given, on which symmetric roots depend a little, as in lavaan; in standard deviations where the units are so unlike
    that the roots would lose the digits of the smaller items.

    References: bollen1992
    """
    sd = np.sqrt(stats.cov.diagonal())
    sd = sd if np.linalg.cond(stats.cov) > _UNLIKE else np.ones_like(sd)
    units = np.outer(sd, sd)
    moved = (data - stats.mean) / sd @ _root(stats.cov / units, -0.5) @ _root(Sigma / units, 0.5)
    return np.asarray(moved * sd + mu)


def _root(matrix: Array, power: float) -> Array:
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * values**power) @ vectors.T)


def _chunks(problem: Problem, rows: tuple[Rowwise, ...]) -> tuple[int, int]:
    """How many resamples are drawn, and how many are fitted at a time: few enough for the memory and for the processor's cache."""
    p = max(layout.p for layout in problem.layouts)
    numbers = p * p
    if problem.method.discrepancy == "fiml":
        numbers = max(len(r.cases.shares) * p for r in rows if r.cases is not None)
    if problem.method.discrepancy == "wls":
        numbers = (p * (p + 3) // 2) ** 2
    if problem.method.ordinal:
        m = max(len(s.ordinal.vector) for s in problem.statistics if s.ordinal is not None)
        numbers = m * (m if problem.method.discrepancy == "ordinal.wls" else problem.spec.n_free)
    return int(np.clip(_MEMORY // numbers, 8, 1000)), fitted_at_once(numbers)


def fitted_at_once(numbers: int) -> int:
    """How many samples are fitted at a time whose largest matrices hold so many numbers each."""
    return int(np.clip(_CACHE // numbers, 8, 1000))


def _sizes(draws: int, chunk: int) -> list[int]:
    return [chunk] * (draws // chunk) + ([draws % chunk] if draws % chunk else [])


def open_curvature(problem: Problem, theta: Array) -> Curvature:
    """Find the curvature of the objective at the estimates."""
    k = problem.spec.n_free
    Z: Array | None = np.eye(k)
    if is_restricted(problem.spec):
        held = equalities(problem.spec)
        J, other = held(theta)[1], held(1.1 * theta + 0.1)[1]
        Z = _null_space(J) if np.allclose(J, other, rtol=1e-10, atol=1e-12) else None
    if Z is None:
        return Curvature(np.eye(k), None)
    for information in (observed_information, expected_information):
        values, vectors = np.linalg.eigh(2.0 * Z.T @ information(problem, theta) @ Z)
        if len(values) and values[0] > 1e-10 * values[-1]:
            break
    return Curvature(np.asarray((vectors / np.maximum(values, 1e-10)) @ vectors.T), Z)


def _null_space(J: Array) -> Array:
    if not len(J):
        return np.eye(J.shape[1])
    _, s, Vt = np.linalg.svd(J)
    return np.asarray(Vt[int((s > 1e-10 * max(1.0, float(s[0]))).sum()) :].T)


def fit_samples(samples: Samples, theta: Array, curvature: Curvature) -> Found:
    """Fit a batch: all together, then one by one those that did not come to rest or fell out of the inequalities.

    A search that ran off where the discrepancy is flat, 100,000 standard errors away, has found no minimum (under nonlinear
    constraints there is no such measure).
    """
    found = _search(samples, theta, curvature)
    if curvature.directions is None:
        return found
    variances = np.einsum("kr,rs,ks->k", curvature.directions, curvature.inverse, curvature.directions)
    far = _ASTRAY * np.sqrt(2.0 * variances / samples.problem.n_obs) + 1e-8 * (1.0 + np.abs(theta))
    return replace(found, rested=found.rested & (np.abs(found.theta - theta) <= far).all(axis=1))


def _search(samples: Samples, theta: Array, curvature: Curvature) -> Found:
    spec, size, Z = samples.problem.spec, len(samples.counts[0]), curvature.directions
    if Z is None:
        start = Found(np.tile(theta, (size, 1)), np.full(size, np.inf), np.zeros(size, dtype=bool))
        return _solve_each(samples, theta, start)

    def evaluate(step: Array, rows: Rows) -> tuple[Array, Array]:
        F, gradient = samples.evaluate(theta + step @ Z.T, rows)
        return F, gradient @ Z

    enough = (_CLOSER if samples.problem.method.ordinal else _ENOUGH) / samples.problem.n_obs
    found = descend(evaluate, np.zeros((size, Z.shape[1])), curvature.inverse, enough)
    found = Found(theta + found.theta @ Z.T, found.value, found.rested)
    if is_restricted(spec):
        above = inequalities(spec)
        inside = np.array([bool((above(one)[0] >= 0).all()) for one in found.theta])
        return _solve_each(samples, theta, replace(found, rested=found.rested & inside))
    left = np.flatnonzero(~found.rested)
    if len(left):
        again = minimise(samples.take(left), np.tile(theta, (len(left), 1)), steps=60)
        found.theta[left], found.value[left], found.rested[left] = again.theta, again.value, again.rested
    return found


def _solve_each(samples: Samples, theta: Array, found: Found) -> Found:
    """Search under all constraints, one resample after the other, those that are not at rest."""
    spec = samples.problem.spec
    for row in np.flatnonzero(~found.rested):
        one = samples.take(np.array([row]))
        ended = minimise_under(one, theta, equalities(spec), inequalities(spec), steps=100)
        found.theta[row], found.value[row], found.rested[row] = ended.theta[0], ended.value[0], ended.rested[0]
    return found


def _gather(
    found: list[Found], statistics: Array, layouts: list[tuple[Layout, ...]], proper: NDArray[np.bool_]
) -> Draws:
    rested = np.concatenate([f.rested for f in found])
    kept = np.flatnonzero(rested)
    theta = np.concatenate([f.theta for f in found])[kept]
    joined = tuple(pick(join([chunk[g] for chunk in layouts]), kept) for g in range(len(layouts[0])))
    return Draws(
        theta,
        statistics[kept] if len(statistics) else statistics,
        joined,
        len(rested),
        len(rested) - len(kept),
        int((~proper[kept]).sum()),
    )
