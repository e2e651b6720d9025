"""Vuong's tests of two models that are not nested: can the data tell them apart, and which is closer to the truth?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.distributions import chi2_sf, two_sided
from cocsem.estimation.problem import implied, pose
from cocsem.estimation.scores import answers, group_scores
from cocsem.estimation.standardized_solution import require_converged
from cocsem.estimation.types import Fit

Array = NDArray[np.float64]
_TERMS, _MOST_TERMS, _SMALLEST = 2000, 1_000_000, 1e-14  # of a series whose terms fall with the number of weights
CORRECTIONS = ("none", "aic", "bic")


@dataclass(frozen=True, slots=True)
class Vuong:
    """Two models compared case by case.

    omega2 : variance of the casewise log-likelihood ratios; omega2_pvalue : of the hypothesis that it is 0, that is, that the models
    cannot be told apart in the population.
    z, pvalue : of the hypothesis that both are equally close to the truth (two-sided); positive z favours the first model.
    """

    n: int
    omega2: float
    omega2_pvalue: float
    ratio: float
    z: float
    pvalue: float
    correction: str


def vuong(fit1: Fit, fit2: Fit, *, correction: str = "none") -> Vuong:
    """Compare two models of the same answers that are not nested.

    omega2 = sum (d_i - mean d)^2 / n with d_i = ln f1(x_i) - ln f2(x_i). First n omega2 is held against the weighted sum of chi-squares
    with the squared eigenvalues of W as weights; then z = sum d_i / sqrt(n omega2) against the normal distribution. The correction
    takes (k1 - k2), for `bic` times ln(n)/2, from the sum.

    Parameters
    ----------
    fit1, fit2 : converged maximum-likelihood fits to the same rows of the same items. correction : `none`, `aic` or `bic`.

    Raises
    ------
    EstimationError : a fit did not converge, or its answers are not known. UsageError : other rows, other items, another estimator.

    References: vuong1989, merkle2016

    >>> import cocsem
    >>> data = cocsem.load_dataset("holzinger_swineford")
    >>> one = cocsem.cfa("f =~ x1 + x2 + x3 + x7 + x8 + x9; t =~ x4 + x5 + x6", data)
    >>> other = cocsem.cfa("v =~ x1 + x2 + x3; f =~ x4 + x5 + x6 + x7 + x8 + x9", data)
    >>> round(vuong(one, other).z, 2)
    2.92
    """
    if correction not in CORRECTIONS:
        raise UsageError(f"correction must be one of {', '.join(CORRECTIONS)}, not {correction!r}.")
    _check(fit1, fit2)
    d = casewise_loglikelihood(fit1) - _in_order(casewise_loglikelihood(fit2), fit1, fit2)
    n = len(d)
    omega2 = float(np.mean((d - d.mean()) ** 2))
    k = len(fit1.theta) - len(fit2.theta)
    ratio = float(d.sum()) - {"none": 0.0, "aic": 1.0, "bic": float(np.log(n)) / 2}[correction] * k
    z = ratio / np.sqrt(n * omega2) if omega2 > 0 else float("nan")
    tail = weighted_chi2_sf(n * omega2, squared_weights(fit1, fit2))
    return Vuong(n, omega2, tail, ratio, float(z), float(two_sided(z)), correction)


def casewise_loglikelihood(fit: Fit) -> Array:
    """Return the normal log-likelihood of every row at the estimates, (n,), of the items it answered.

    References: vuong1989
    """
    require_converged(fit)
    problem = pose(fit.spec, fit.statistics, fit.method)
    parts = []
    for at, stats in zip(implied(problem, fit.theta), fit.statistics, strict=True):
        mean = at.mu if fit.spec.meanstructure else stats.mean
        parts.append(normal_log_density(answers(stats) - mean, at.Sigma))
    return np.concatenate(parts)


def squared_weights(fit1: Fit, fit2: Fit) -> Array:
    """Return the squared eigenvalues of W = [[-B1 A1^-1, -B12 A2^-1], [B21 A1^-1, B2 A2^-1]].

    A^-1 is n times the covariance matrix of the estimates, B the cross-products of the casewise scores.

    References: vuong1989, merkle2016
    """
    one, other = (_scores(fit) for fit in (fit1, fit2))
    other = _in_order(other, fit1, fit2)
    n = len(one)
    A1, A2 = fit1.vcov * n, fit2.vcov * n
    B1, B2, B12 = one.T @ one / n, other.T @ other / n, one.T @ other / n
    W = np.block([[-B1 @ A1, -B12 @ A2], [B12.T @ A1, B2 @ A2]])
    return np.sort(np.real(np.linalg.eigvals(W)) ** 2)[::-1]


def weighted_chi2_sf(x: float, weights: Array) -> float:
    """Return P(sum w_j chi2_1 > x) by numerical inversion of the characteristic function.

    1/2 + sum_k sin(theta(t_k)) / (pi (k + 1/2) rho(t_k)) over t_k = (k + 1/2) step, with theta(t) = sum arctan(2 w_j t)/2 - x t and
    rho(t) = prod (1 + 4 w_j^2 t^2)^(1/4); the step keeps the aliased tails below 1e-12.

    References: imhof1961, davies1980

    >>> round(weighted_chi2_sf(3.841459, np.array([1.0])), 4)
    0.05
    """
    w = np.asarray(weights, dtype=np.float64)
    w = w[w > w.max(initial=0.0) * 1e-9]
    if not len(w) or not x > 0:
        return 1.0 if len(w) else float("nan")
    x, w = x / w.max(), w / w.max()
    if len(w) == 1:
        return chi2_sf(x, 1)
    step = 2 * np.pi / (x + w.sum() + 60.0)
    total = 0.0
    for start in range(0, _MOST_TERMS, _TERMS):
        k = np.arange(start, start + _TERMS) + 0.5
        scaled = 2.0 * np.outer(k * step, w)
        size = np.exp(-0.25 * np.sum(np.log1p(scaled**2), axis=1)) / k
        total += float(np.sum(np.sin(0.5 * np.sum(np.arctan(scaled), axis=1) - x * k * step) * size))
        if size[-1] < _SMALLEST:
            break
    return float(np.clip(0.5 + total / np.pi, 0.0, 1.0))


def normal_log_density(centred: Array, cov: Array) -> Array:
    """Log density of rows (n, p) with gaps, pattern by pattern."""
    out = np.empty(len(centred))
    patterns, which = np.unique(~np.isnan(centred), axis=0, return_inverse=True)
    for place, pattern in enumerate(patterns):
        at = which.ravel() == place
        part = cov[np.ix_(pattern, pattern)]
        rows = centred[at][:, pattern]
        distance = np.sum(rows * np.linalg.solve(part, rows.T).T, axis=1)
        out[at] = -0.5 * (pattern.sum() * np.log(2 * np.pi) + np.linalg.slogdet(part)[1] + distance)
    return out


def _scores(fit: Fit) -> Array:
    problem = pose(fit.spec, fit.statistics, fit.method)
    return np.concatenate(group_scores(problem, fit.theta, structured=True))


def _rows(fit: Fit) -> NDArray[np.int64]:
    parts = [s.rows for s in fit.statistics]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        raise EstimationError("Vuong's test needs the answers; only moments were given. Fit both models to data.")
    return np.concatenate(known)


def _in_order(values: Array, fit1: Fit, fit2: Fit) -> Array:
    """Bring the rows of the second fit into the order of the first."""
    place = {int(row): i for i, row in enumerate(_rows(fit2))}
    return values[[place[int(row)] for row in _rows(fit1)]]


def _check(fit1: Fit, fit2: Fit) -> None:
    for fit in (fit1, fit2):
        require_converged(fit)
        if fit.method.discrepancy not in ("ml", "fiml"):
            raise UsageError("Vuong's test compares likelihoods; fit both models by maximum likelihood.")
    if set(fit1.spec.observed) != set(fit2.spec.observed):
        apart = sorted(set(fit1.spec.observed) ^ set(fit2.spec.observed))
        raise UsageError(f"Both models must explain the same variables, but only one holds {', '.join(apart)}.")
    if sorted(_rows(fit1).tolist()) != sorted(_rows(fit2).tolist()):
        raise UsageError("Both models must be fitted to the same rows. Drop the incomplete rows first, for both.")
