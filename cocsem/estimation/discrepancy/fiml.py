"""Full information maximum likelihood: the normal likelihood of all answers given, however many each row lacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import UsageError
from cocsem.estimation.discrepancy.part import Part
from cocsem.model.matrices import (
    Implied,
    Layout,
    curvature,
    gather_means,
    mean_curvature,
    mean_jacobian,
    sigma_jacobian,
    slope_of,
)
from cocsem.moments.patterns import (
    Patterns,
    Weighed,
    deviance,
    expected_moments_information,
    moment_slopes,
    observed_moments_information,
    pair_index,
    weigh,
)

Array = NDArray[np.float64]


def value(layout: Layout, implied: Implied, part: Part) -> Array:
    """Discrepancy of one group: 2 (ln L_saturated - ln L) / N over all answers given.

    F = sum n_r / N [ln|Sigma_r| + tr(W_r M_r)] less the same of the saturated model, over the patterns r of missing answers;
    infinite where Sigma is not positive definite.

    References: arbuckle1996
    """
    patterns = _patterns(part)

    def one(at: Implied) -> float:
        try:
            return deviance(weigh(patterns, at.Sigma, at.mu)) - patterns.deviance
        except np.linalg.LinAlgError:
            return np.inf

    return _each(implied, one)


def gradient(layout: Layout, implied: Implied, part: Part) -> Array:
    """dF/dtheta, (..., k): tr(Q dSigma) - 2 u' dmu with Q and u averaged over the patterns."""
    patterns = _patterns(part)

    def one(at: Implied) -> Array:
        return _slope(layout, at, *moment_slopes(weigh(patterns, at.Sigma, at.mu)))

    return _each(implied, one)


def _slope(layout: Layout, at: Implied, Q: Array, u: Array) -> Array:
    return slope_of(layout, at.X.T @ Q @ at.X) - 2.0 * gather_means(layout, u @ mean_jacobian(layout, at))


def expected_information(layout: Layout, implied: Implied, part: Part) -> Array:
    """Information of one row where missingness depends on nothing: Delta' J Delta with J averaged over the patterns, (..., k, k)."""
    patterns = _patterns(part)

    return _each(implied, lambda at: _expected(layout, at, weigh(patterns, at.Sigma, at.mu)))


def _expected(layout: Layout, at: Implied, met: Weighed) -> Array:
    D = moments_jacobian(layout, at)
    return D.T @ expected_moments_information(met) @ D


def observed_information(layout: Layout, implied: Implied, part: Part) -> Array:
    """Observed information of one row: half the exact Hessian of F, (..., k, k).

    Delta' J Delta + tr(Q d2Sigma_kl) / 2 - u' d2mu_kl, with J half the Hessian of F by the moments.

    References: savalei2010
    """
    patterns = _patterns(part)

    def one(at: Implied) -> Array:
        met = weigh(patterns, at.Sigma, at.mu)
        return _half_hessian(layout, at, met, *moment_slopes(met))

    return _each(implied, one)


def _half_hessian(layout: Layout, at: Implied, met: Weighed, Q: Array, u: Array) -> Array:
    D = moments_jacobian(layout, at)
    information = D.T @ observed_moments_information(met) @ D
    return information + curvature(layout, at, at.X.T @ Q @ at.X) - mean_curvature(layout, at, u)


def evaluate(layout: Layout, implied: Implied, part: Part, *, exact: bool) -> tuple[Array, Array, Array] | None:
    """Discrepancy, gradient, and observed (`exact`) or expected information at once: all rest on the same inverses.

    None where a Sigma is not positive definite.
    """
    patterns = _patterns(part)

    def one(at: Implied) -> Array:
        met = weigh(patterns, at.Sigma, at.mu)
        Q, u = moment_slopes(met)
        half = _half_hessian(layout, at, met, Q, u) if exact else _expected(layout, at, met)
        F = deviance(met) - patterns.deviance
        return np.concatenate([[F], _slope(layout, at, Q, u), half.reshape(-1)])

    try:
        found = _each(implied, one)
    except np.linalg.LinAlgError:
        return None
    k = layout.n_free
    return found[..., 0], found[..., 1 : k + 1], found[..., k + 1 :].reshape(*found.shape[:-1], k, k)


def moments_jacobian(layout: Layout, at: Implied) -> Array:
    """Derivatives of mu and of the lower triangle of Sigma by the parameters, (p + p*, k)."""
    rows, columns, _, _ = pair_index(layout.p)
    return np.concatenate([gather_means(layout, mean_jacobian(layout, at)), sigma_jacobian(layout, at)[rows, columns]])


def _patterns(part: Part) -> Patterns:
    if not isinstance(part.weight, Patterns):
        raise UsageError('missing="fiml" needs the rows with their missing answers; only moments were given.')
    return part.weight


def _each(implied: Implied, one: Callable[[Implied], Array | float]) -> Array:
    """Apply a function of the implied moments of one theta along the leading batch axes."""
    batch = implied.Sigma.shape[:-2]
    arrays = {f.name: getattr(implied, f.name) for f in fields(implied)}
    results = [one(Implied(**{n: a[at] for n, a in arrays.items()})) for at in np.ndindex(batch)]
    return np.reshape(np.array(results), (*batch, *np.shape(results[0])))
