"""From answers to thresholds, correlations of latent responses and their asymptotic covariance matrix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import EstimationError
from cocsem.moments.ordinal.categories import Categories
from cocsem.moments.ordinal.climb import BOUND
from cocsem.moments.ordinal.given_x import correlate_given, influence_given, rectangles
from cocsem.moments.ordinal.margins import Margin, continuous_margin, ordered_margin
from cocsem.moments.ordinal.rows import correlate, row_influence_of
from cocsem.moments.ordinal.sample import Sample, take_sample
from cocsem.moments.ordinal.tables import Tables, polychoric, table_influence, tabulate
from cocsem.moments.ordinal.types import (
    Array,
    Index,
    LatentMoments,
    OrdinalStatistics,
    moment_vector,
    pair_index,
    vector_labels,
)
from cocsem.moments.ordinal.warn import sample_warnings


def ordinal_statistics(
    frame: pd.DataFrame, categories: Categories, *, x: tuple[str, ...] = (), group: str = "", missing: str = "listwise"
) -> OrdinalStatistics:
    """Estimate the moments of ordered and mixed answers in two steps, with their asymptotic covariance matrix.

    Step one takes each variable alone (given x), step two each pair with the rest fixed. With u_i the influence of row i on all
    estimates, Gamma = n sum u_i u_i'.

    Parameters
    ----------
    frame : numeric columns, variables and covariates. categories : of each ordered variable, over all groups (`find_categories`).
    x : covariates given, not modelled. group : label. missing : "listwise", or "pairwise" (each pair on the rows that answer both).

    Raises
    ------
    EstimationError : too few rows, a category nobody in this group answered, a perfect correlation, covariates that separate.

    References: muthen1984, joreskog1994, olsson1979, olsson1982

    >>> rows = pd.DataFrame({"a": [1, 1, 2, 2, 1, 2, 2, 1], "b": [1, 1, 2, 2, 2, 2, 1, 1]})
    >>> stats = ordinal_statistics(rows, {"a": (1, 2), "b": (1, 2)})
    >>> print(stats.labels[2], round(float(stats.vector[2]), 4), stats.gamma.shape)
    ('a', '~~', 'b') 0.7071 (3, 3)
    """
    sample = take_sample(frame, categories, x, group, missing)
    found = take_steps(sample)
    latent = found.latent
    arrays = (moment_vector(latent), found.gamma(), *x_moments(sample))
    for array in arrays:
        array.setflags(write=False)
    data = np.column_stack([sample.values, sample.x])
    warnings = sample_warnings(sample, found.tables, latent)
    vector, gamma, x_mean, x_cov = arrays
    return OrdinalStatistics(
        latent,
        vector,
        vector_labels(latent),
        gamma,
        x_mean,
        x_cov,
        len(sample.rows),
        sample.n_total,
        group,
        data,
        sample.rows,
        warnings,
    )


def latent_moments(
    frame: pd.DataFrame, categories: Categories, *, x: tuple[str, ...] = (), group: str = "", missing: str = "listwise"
) -> LatentMoments:
    """The estimates alone, without their covariance matrix; everything else as `ordinal_statistics`."""
    return take_steps(take_sample(frame, categories, x, group, missing)).latent


@dataclass(frozen=True, slots=True)
class TwoSteps:
    """What both steps found in one sample: each variable alone, the tables of the ordered pairs (None with covariates), the
    correlations (P,) of all pairs, and the moments that they make."""

    sample: Sample
    margins: list[Margin]
    tables: Tables | None
    rho: Array
    latent: LatentMoments

    def gamma(self) -> Array:
        """Gamma = n sum u_i u_i', (m, m)."""
        influence = _influence(self.sample, self.margins, self.tables, self.rho)
        return np.asarray(len(self.sample.rows) * (influence.T @ influence))

    def variances(self) -> Array:
        """The diagonal of Gamma alone, (m,)."""
        influence = _influence(self.sample, self.margins, self.tables, self.rho)
        return np.asarray(len(self.sample.rows) * np.einsum("nm,nm->m", influence, influence))


def take_steps(sample: Sample, start: LatentMoments | None = None) -> TwoSteps:
    """Estimate the moments of a sample; each search begins at `start`, moments close by, where there are some."""
    margins = _margins(sample, start)
    tables = _tables(sample, margins)
    rho = _correlations(sample, margins, tables, None if start is None else pair_correlations(start))
    return TwoSteps(sample, margins, tables, rho, _latent(sample, margins, rho))


def x_moments(sample: Sample) -> tuple[Array, Array]:
    """Means (q,) and covariances (q, q) of the covariates, divisor N."""
    mean = sample.x.mean(axis=0)
    centred = sample.x - mean
    return mean, centred.T @ centred / len(sample.x)


def pair_correlations(latent: LatentMoments) -> Array:
    """Correlations of the latent responses of all pairs, (P,)."""
    sd = np.sqrt(np.diag(latent.cov))
    first, second = pair_index(len(sd))
    return np.asarray(latent.cov[first, second] / (sd[first] * sd[second]))


def _margins(sample: Sample, start: LatentMoments | None) -> list[Margin]:
    ordered = sample.ordered
    codes = sample.codes(np.arange(len(sample.names)))
    out = []
    for j, name in enumerate(sample.names):
        try:
            margin = (
                ordered_margin(codes[:, j], sample.x, None if start is None else (start.thresholds[j], start.slopes[j]))
                if ordered[j]
                else continuous_margin(sample.values[:, j], sample.x)
            )
        except EstimationError as error:
            raise EstimationError(
                f"'{name}' must have a regression on {', '.join(sample.x_names)}{sample.where}, but {error}. Leave a covariate or '{name}' out."
            ) from error
        out.append(margin)
    return out


def _tables(sample: Sample, margins: list[Margin]) -> Tables | None:
    """Tables of the ordered pairs; with covariates there are none."""
    at = np.flatnonzero(sample.ordered)
    if sample.x_names or len(at) < 2:
        return None
    return tabulate(sample.codes(at), [margins[j].thresholds for j in at])


def _correlations(sample: Sample, margins: list[Margin], tables: Tables | None, start: Array | None) -> Array:
    """Correlations of all pairs, (P,), those of two ordered variables by their tables where there are tables. start : (P,) guesses."""
    counted = _counted(sample, tables)
    rho = np.empty(counted.size)
    if tables is not None:
        rho[counted] = polychoric(tables, None if start is None else start[counted])
    for pair, one, other in _pairs(margins, ~counted):
        guess = None if start is None else float(start[pair])
        if one.ordered and other.ordered:
            rho[pair] = correlate_given(rectangles(one, other, sample.patterns), guess)
        else:
            rho[pair] = correlate(one, other, guess)
    _refuse_perfect(sample, rho)
    return rho


def _refuse_perfect(sample: Sample, rho: Array) -> None:
    first, second = pair_index(len(sample.names))
    perfect = np.flatnonzero(np.abs(rho) > BOUND)
    if perfect.size:
        pairs = ", ".join(f"'{sample.names[first[k]]}' with '{sample.names[second[k]]}'" for k in perfect[:6])
        raise EstimationError(
            f"Latent responses must not be perfectly correlated, but the answers to these are likeliest under a correlation of 1 or -1"
            f"{sample.where}: {pairs}. There is no standard error then. Leave one of the two out, or merge categories."
        )


def _pairs(margins: list[Margin], chosen: NDArray[np.bool_]) -> Iterator[tuple[int, Margin, Margin]]:
    first, second = pair_index(len(margins))
    for pair in np.flatnonzero(chosen):
        yield int(pair), margins[first[pair]], margins[second[pair]]


def _counted(sample: Sample, tables: Tables | None) -> NDArray[np.bool_]:
    first, second = pair_index(len(sample.names))
    ordered = sample.ordered
    return (ordered[first] & ordered[second]) & (tables is not None)


def _latent(sample: Sample, margins: list[Margin], rho: Array) -> LatentMoments:
    sd = np.sqrt([m.variance for m in margins])
    cov = np.eye(len(sd))
    first, second = pair_index(len(sd))
    cov[first, second] = cov[second, first] = rho
    cov *= np.outer(sd, sd)
    slopes = np.array([m.slopes for m in margins]).reshape(len(sd), len(sample.x_names))
    intercepts = np.array([m.intercept for m in margins])
    cuts = tuple(m.thresholds for m in margins)
    for array in (cov, slopes, intercepts, *cuts):
        array.setflags(write=False)
    return LatentMoments(sample.names, sample.x_names, sample.categories, cuts, intercepts, slopes, cov)


def _influence(sample: Sample, margins: list[Margin], tables: Tables | None, rho: Array) -> Array:
    """What each row adds to each moment of the vector, (n, m)."""
    q = len(sample.x_names)
    heads = [m.influence[:, : len(m.thresholds)] if m.ordered else -m.influence[:, :1] for m in margins]
    slopes = [m.influence[:, max(1, len(m.thresholds)) + k, None] for k in range(q) for m in margins]
    variances = [m.influence[:, -1:] for m in margins if not m.ordered]
    return np.concatenate([*heads, *slopes, *variances, _pair_influence(sample, margins, tables, rho)], axis=1)


def _pair_influence(sample: Sample, margins: list[Margin], tables: Tables | None, rho: Array) -> Array:
    """What each row adds to each covariance r s_1 s_2 of latent responses, (n, P)."""
    counted = _counted(sample, tables)
    out = np.empty((len(sample.rows), counted.size))
    if tables is not None:
        out[:, counted] = _looked_up(
            table_influence(tables, rho[counted]), sample.codes(np.flatnonzero(sample.ordered))
        )
    for pair, one, other in _pairs(margins, ~counted):
        if one.ordered and other.ordered:
            cells = rectangles(one, other, sample.patterns)
            out[:, pair] = influence_given(one, other, cells, float(rho[pair]), sample.x)
        else:
            out[:, pair] = _covariance_influence(one, other, float(rho[pair]), sample.x)
    return out


def _covariance_influence(one: Margin, other: Margin, rho: float, x: Array) -> Array:
    """What each row adds to r s_1 s_2, the scales estimated too, (n,)."""
    sd = np.sqrt(one.variance), np.sqrt(other.variance)
    column = sd[0] * sd[1] * row_influence_of(one, other, rho, x)
    for margin, ratio in ((one, sd[1] / sd[0]), (other, sd[0] / sd[1])):
        if not margin.ordered:
            column += rho * ratio / 2 * margin.influence[:, -1]
    return column


def _looked_up(influence: Array, codes: Index) -> Array:
    """The entry of each pair's table that a row stands in, (n, P)."""
    first, second = pair_index(codes.shape[1])
    wide = influence.shape[1]
    numbers = np.where(codes < 0, wide - 1, codes)
    return np.asarray(
        influence.ravel()[numbers[:, first] * wide + numbers[:, second] + np.arange(len(first)) * wide * wide]
    )
