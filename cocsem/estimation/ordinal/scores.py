"""Factor scores from ordered answers: the most probable place of each respondent, given all answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from cocsem.errors import EstimationError
from cocsem.model.layout import Layout
from cocsem.model.matrices import Implied
from cocsem.model.response_moments import Given, condition, responses_of

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
_STEPS, _STILL = 200, 1e-7  # Newton's last step squares its length: what is left is rounding
_UNBOUNDED = (
    1e-4  # information of the answers, in units of that of the latent variables, below which they bound no score
)
_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Measurement:
    """What answers say of the latent variables: y*_i = nu_i + lambda_i' eta + kappa_i' x + e_i with variance theta_i.

    loadings : (q, m). base : (n, q) nu + kappa' x of each row. sd : (q,) root of theta. lower, upper : (n, q) thresholds around the
    answer, the answer itself for a continuous item. ordered : (q,). seen : (n, q) what was answered.
    centre : (n, m) and spread : (m, m) mean and covariances of eta given x.
    """

    loadings: Array
    base: Array
    sd: Array
    lower: Array
    upper: Array
    ordered: Flags
    seen: Flags
    centre: Array
    spread: Array


def score_answers(layout: Layout, at: Implied, data: Array, *, prior: bool) -> Array:
    """Scores (n, m) of the rows of a group, from its data (n, p): category numbers and values, not-a-number where missing.

    With the distribution of the latent variables (`prior`, empirical Bayes modal): the maximum of
    sum_i ln P(y_i | eta) - (eta - mu)' V^-1 (eta - mu) / 2. Without it (maximum likelihood): of the sum alone, not a number where
    the answers do not bound it, as when all are the highest.

    Raises
    ------
    EstimationError : residuals that are correlated, items that explain items, or a residual variance that is not positive.

    References: muthen1984
    """
    if layout.v == layout.p:
        return np.empty((len(data), 0))
    model = _measure(layout, at, data)
    precision: Array = np.zeros_like(model.spread)
    if prior:
        precision = np.asarray(np.linalg.inv(model.spread), dtype=np.float64)
    eta = model.centre.copy()
    value, open_ = _log_density(model, eta, precision), np.arange(len(eta))
    for _ in range(_STEPS):
        if not len(open_):
            break
        part = _rows(model, open_)
        step = _newton(part, eta[open_], precision)
        still = np.abs(step).max(axis=1) < _STILL
        eta[open_], value[open_], moved = _climb(part, eta[open_], step, value[open_], precision)
        open_ = open_[~still & moved]
    eta[open_] = np.nan
    if not prior:
        root = np.linalg.cholesky(model.spread)
        eta[np.linalg.eigvalsh(root.T @ _slopes(model, np.nan_to_num(eta))[1] @ root)[:, 0] < _UNBOUNDED] = np.nan
    return eta


def _measure(layout: Layout, at: Implied, data: Array) -> Measurement:
    r, p, given = responses_of(layout), layout.p, condition(layout, at)
    _refuse(layout, at)
    x, y = data[:, r.x], data[:, r.y]
    latent = slice(p, layout.v)
    base = at.m[r.y] + x @ at.A[np.ix_(r.y, r.x)].T
    spread = at.C[latent, latent] - _explained(at, r.x, latent)
    centre = given.eta[latent] + x @ at.B[latent][:, r.x].T
    lower, upper = _bounds(given, r.item, r.among_y, y)
    ordered = np.isin(np.arange(len(r.y)), r.among_y)
    return Measurement(
        at.A[r.y, latent], base, np.sqrt(at.S[r.y, r.y]), lower, upper, ordered, ~np.isnan(y), centre, spread
    )


def _explained(at: Implied, x: NDArray[np.intp], latent: slice) -> Array:
    Bx = at.B[latent][:, x]
    return np.asarray(Bx @ at.S[np.ix_(x, x)] @ Bx.T)


def _refuse(layout: Layout, at: Implied) -> None:
    r = responses_of(layout)
    names = [layout.names[i] for i in r.y]
    S = at.S[np.ix_(r.y, r.y)]
    pairs = np.argwhere(np.triu(np.abs(S) > 0, 1))
    if len(pairs):
        said = ", ".join(f"'{names[i]}' with '{names[j]}'" for i, j in pairs[:4])
        raise EstimationError(
            f"Factor scores of ordered items need uncorrelated residuals, but these correlate: {said}. Take the covariance out, or "
            "make it a factor of its own."
        )
    if np.abs(at.A[np.ix_(r.y, r.y)]).any():
        raise EstimationError("Factor scores of ordered items are built for items that explain no other items.")
    bad = [name for name, variance in zip(names, np.diag(S), strict=True) if not variance > 0]
    if bad:
        raise EstimationError(
            f"Factor scores need positive residual variances, but there is none for {', '.join(bad)} (improper solution). Check this item."
        )


def _bounds(given: Given, item: NDArray[np.intp], ordered: NDArray[np.intp], y: Array) -> tuple[Array, Array]:
    """The thresholds around each answer."""
    lower, upper = y.copy(), y.copy()
    for i in ordered:
        cuts = np.concatenate([[-np.inf], given.tau[item == i], [np.inf]])
        known = ~np.isnan(y[:, i])
        code = y[known, i].astype(np.intp)
        lower[known, i], upper[known, i] = cuts[code], cuts[code + 1]
    return lower, upper


def _rows(model: Measurement, at: NDArray[np.intp]) -> Measurement:
    return Measurement(
        model.loadings, model.base[at], model.sd, model.lower[at], model.upper[at], model.ordered, model.seen[at],
        model.centre[at], model.spread,
    )  # fmt: skip


def _probabilities(model: Measurement, eta: Array) -> tuple[Array, Array, Array]:
    """Standardized bounds (n, q) and the probability between them, without cancellation in the tails."""
    fitted = model.base + eta @ model.loadings.T
    with np.errstate(invalid="ignore"):
        low, high = (model.lower - fitted) / model.sd, (model.upper - fitted) / model.sd
        flip = low > 0
        P = np.where(flip, ndtr(-low) - ndtr(-high), ndtr(high) - ndtr(low))
    return low, high, np.maximum(P, _TINY)


def _density(z: Array) -> Array:
    return np.exp(-0.5 * np.where(np.isfinite(z), z, 0.0) ** 2) / np.sqrt(2 * np.pi) * np.isfinite(z)


def _log_density(model: Measurement, eta: Array, precision: Array) -> Array:
    low, _, P = _probabilities(model, eta)
    part = np.where(model.ordered, np.log(P), -0.5 * np.where(model.ordered, 0.0, low) ** 2)
    d = eta - model.centre
    return np.asarray(np.where(model.seen, part, 0.0).sum(axis=1) - 0.5 * np.sum(d @ precision * d, axis=1))


def _slopes(model: Measurement, eta: Array) -> tuple[Array, Array]:
    """What the answers say at eta: derivatives (n, m) of their log probability and their information (n, m, m)."""
    low, high, P = _probabilities(model, eta)
    f, g = _density(low), _density(high)
    finite_low, finite_high = np.where(np.isfinite(low), low, 0.0), np.where(np.isfinite(high), high, 0.0)
    ratio = (g - f) / P
    slope = np.where(model.ordered, -ratio, finite_low) / model.sd
    bend = np.where(model.ordered, (finite_high * g - finite_low * f) / P + ratio**2, 1.0) / model.sd**2
    slope, bend = np.where(model.seen, slope, 0.0), np.where(model.seen, bend, 0.0)
    squares = (model.loadings[:, :, None] * model.loadings[:, None, :]).reshape(len(model.loadings), -1)
    return slope @ model.loadings, (bend @ squares).reshape(len(eta), *model.spread.shape)


def _newton(model: Measurement, eta: Array, precision: Array) -> Array:
    """Steps (n, m): the log density is concave, so its Hessian needs no guard but for rows that say nothing."""
    slope, information = _slopes(model, eta)
    H, right = information + precision, slope - (eta - model.centre) @ precision
    if precision.any():
        return np.asarray(np.linalg.solve(H, right[..., None])[..., 0], dtype=np.float64)
    return np.asarray((np.linalg.pinv(H, hermitian=True) @ right[..., None])[..., 0])


def _climb(model: Measurement, eta: Array, step: Array, value: Array, precision: Array) -> tuple[Array, Array, Flags]:
    """Take each step, halved until the density does not fall."""
    length, done = np.ones(len(eta)), np.zeros(len(eta), dtype=bool)
    where, reached = eta.copy(), value.copy()
    for _ in range(30):
        trial = eta + length[:, None] * step
        new = _log_density(model, trial, precision)
        good = ~done & (new >= value - 1e-12 * np.abs(value))
        where[good], reached[good] = trial[good], new[good]
        done |= good
        if done.all():
            break
        length[~done] *= 0.5
    return where, reached, done
