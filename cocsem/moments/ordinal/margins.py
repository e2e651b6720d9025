"""Step one: each variable alone. Thresholds and slopes of an ordered one, intercept, slopes and variance of a continuous one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from cocsem.errors import EstimationError
from cocsem.moments.ordinal.normal import BEYOND, normal_pdf
from cocsem.moments.ordinal.probit import fit_probit, interval
from cocsem.moments.ordinal.types import Array, Index


@dataclass(frozen=True, slots=True)
class Margin:
    """What one variable says alone.

    Attributes
    ----------
    thresholds : (c - 1,) of an ordered variable of c categories, empty for a continuous one.
    intercept, variance : of a continuous variable, the variance with divisor N given x; 0 and 1 for an ordered one.
    slopes : (q,) on x.
    seen : (n,) rows that answer it.
    codes : (n,) category numbers of an ordered variable, -1 where missing; empty for a continuous one.
    lower, upper : (n,) limits between which the latent response of a row lies, less its mean given x.
    inside : (n,) probability of the answer given x.
    z : (n,) standardized residuals of a continuous variable, 0 where missing.
    influence : (n, m) what each row adds to the estimates (thresholds or intercept, slopes, variance): the sum of its outer
        products is their covariance matrix. 0 where missing.
    """

    thresholds: Array
    intercept: float
    variance: float
    slopes: Array
    seen: NDArray[np.bool_]
    codes: Index
    lower: Array
    upper: Array
    inside: Array
    z: Array
    influence: Array

    @property
    def ordered(self) -> bool:
        """Whether the variable is ordered."""
        return bool(self.thresholds.size)


_NONE = np.zeros(0)


def ordered_margin(codes: Index, x: Array, start: tuple[Array, Array] | None = None) -> Margin:
    """Thresholds tau_k = Phi^-1(P(y <= k)); with covariates P(y <= k) = Phi(tau_k - x beta), both by maximum likelihood.

    Parameters
    ----------
    codes : (n,) category numbers, every one of 0 .. c - 1 present, -1 where missing. x : (n, q) covariates. start : thresholds and slopes
        close by, where the search of a regression begins.
    """
    seen = codes >= 0
    at = codes[seen]
    categories = int(at.max()) + 1
    influence = np.zeros((len(codes), categories - 1 + x.shape[1]))
    if x.shape[1]:
        thresholds, slopes, influence[seen] = fit_probit(at, x[seen], start)
    else:
        share = np.cumsum(np.bincount(at, minlength=categories))[:-1] / at.size
        thresholds, slopes = ndtri(share), _NONE
        below = np.arange(categories)[:, None] <= np.arange(categories - 1)
        influence[seen] = ((below - share) / normal_pdf(thresholds) / at.size)[at]
    cuts = np.concatenate([[-BEYOND], thresholds, [BEYOND]])
    centre = x @ slopes if x.shape[1] else 0.0
    lower = np.where(codes > 0, cuts[codes] - centre, -BEYOND)
    upper = np.where(codes < categories - 1, cuts[codes + 1] - centre, BEYOND)
    return Margin(thresholds, 0.0, 1.0, slopes, seen, codes, lower, upper, interval(lower, upper), _NONE, influence)


def continuous_margin(y: Array, x: Array) -> Margin:
    """Intercept, slopes and residual variance (divisor N) of the linear regression on x; mean and variance without.

    Parameters
    ----------
    y : (n,) answers, not-a-number where missing. x : (n, q) covariates.
    """
    seen = ~np.isnan(y)
    design = np.column_stack([np.ones(int(seen.sum())), x[seen]])
    coefficients = np.asarray(np.linalg.lstsq(design, y[seen], rcond=None)[0], dtype=np.float64)
    residuals = y[seen] - design @ coefficients
    variance = float(residuals @ residuals) / len(residuals)
    z = np.zeros(len(y))
    z[seen] = residuals / np.sqrt(variance)
    scores = np.column_stack([design * (residuals / variance)[:, None], (z[seen] ** 2 - 1) / (2 * variance)])
    influence = np.zeros((len(y), scores.shape[1]))
    influence[seen] = row_influence(scores)
    empty = np.zeros(0, dtype=np.intp)
    return Margin(
        _NONE,
        float(coefficients[0]),
        variance,
        coefficients[1:],
        seen,
        empty,
        _NONE,
        _NONE,
        _NONE,
        z,
        influence,
    )


def row_influence(scores: Array) -> Array:
    """s_i (sum s s')^-1, (n, m): what each row adds to maximum-likelihood estimates whose scores are s_i, (n, m).

    Raises
    ------
    EstimationError : the scores are singular, because rows are few or alike.
    """
    try:
        return np.asarray(np.linalg.solve(scores.T @ scores, scores.T).T)
    except np.linalg.LinAlgError:
        raise EstimationError(
            f"The answers must determine the distribution of every variable, but for one of them {len(scores)} rows are too few, or too much "
            "alike. Give more rows, or leave out variables that hardly vary."
        ) from None


def check_covariates(x: Array, names: tuple[str, ...], where: str) -> None:
    """Refuse covariates that are constant, or exact combinations of one another."""
    if not names:
        return
    centred = x - x.mean(axis=0)
    size = np.sqrt((centred**2).sum(axis=0))
    constant = [
        n for n, s, top in zip(names, size, np.abs(x).max(axis=0), strict=True) if not s > 1e-10 * max(1.0, top)
    ]
    if constant:
        raise EstimationError(
            f"Covariates must vary, but {', '.join(constant)} {_verb(constant)} constant{where}. Leave it out of the model."
        )
    values, vectors = np.linalg.eigh((centred / size).T @ (centred / size))
    if values[0] < 1e-9:
        parts = [n for n, w in zip(names, np.abs(vectors[:, 0]), strict=True) if w > 0.1]
        raise EstimationError(
            f"Covariates must not be exact combinations of one another, but these are{where}: {', '.join(parts)}. Leave one of them out."
        )


def _verb(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"
