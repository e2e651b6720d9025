"""The measurement side of a fitted model: every construct with its items, their loadings and implied covariances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.problem import pose
from cocsem.estimation.types import Fit
from cocsem.model.matrices import Implied, Layout, imply
from cocsem.model.response_moments import response_moments
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Block:
    """One construct and its k items, at the estimates of one group; all arrays may carry leading batch axes.

    loadings : (k,) unstandardized loadings. variance : () of the construct, as the model implies it.
    residual : (k, k) residual covariances. implied, observed : (k, k) covariances of the items.
    explained : () the part of `variance` that the model explains; all of it for an exogenous construct.
    thresholds : None for continuous items. For ordered items all of the above is about their latent responses, and these are the k
        arrays (c - 1,) of thresholds of the standardized responses; empty for a continuous item among them, and where responses
        have covariates, so that no thresholds hold for everybody.
    """

    construct: str
    items: tuple[str, ...]
    loadings: Array
    variance: Array
    residual: Array
    implied: Array
    observed: Array
    explained: Array
    group: str = ""
    thresholds: tuple[Array, ...] | None = None

    @property
    def item_variances(self) -> Array:
        """The (k,) implied variances of the items."""
        return np.asarray(np.diagonal(self.implied, axis1=-2, axis2=-1))

    @property
    def standardized(self) -> Array:
        """The (k,) standardized loadings."""
        spread = np.sqrt(np.maximum(self.variance, 0.0))[..., None]
        return np.asarray(self.loadings * spread / root(self.item_variances), dtype=np.float64)

    @property
    def standardized_residual(self) -> Array:
        """The (k, k) residual covariances of the standardized items."""
        spread = root(self.item_variances)
        return np.asarray(self.residual / (spread[..., :, None] * spread[..., None, :]), dtype=np.float64)


def root(variances: Array) -> Array:
    """Standard deviations; NaN where a variance is not positive.

    >>> root(np.array([4.0, -1.0])).tolist()
    [2.0, nan]
    """
    return np.asarray(np.sqrt(np.where(variances > 0, variances, np.nan)))


def measured(fit: Fit) -> dict[str, tuple[str, ...]]:
    """Return the observed items of every construct, from the `=~` rows; constructs of constructs are left out."""
    observed = set(fit.matrices[0].observed) if fit.matrices else set(fit.spec.observed)
    items: dict[str, dict[str, None]] = {}
    for row in fit.spec.rows:
        if row.op == "=~" and row.rhs in observed:
            items.setdefault(row.lhs, {})[row.rhs] = None
    return {construct: tuple(names) for construct, names in items.items()}


def exogenous_factors(fit: Fit) -> tuple[str, ...]:
    """Return the factors that nothing in the model explains: no path and no higher factor leads to them."""
    explained = {row.lhs for row in fit.spec.rows if row.op == "~"}
    explained |= {row.rhs for row in fit.spec.rows if row.op == "=~" and row.rhs in fit.spec.latent}
    return tuple(name for name in fit.spec.latent if name not in explained)


def blocks(fit: Fit) -> Iterator[Block]:
    """Yield the block of every construct, group after group; nothing when the model did not converge."""
    problem = pose(fit.spec, fit.statistics, fit.method) if fit.matrices and len(fit.theta) else None
    for group, (matrices, sample) in enumerate(zip(fit.matrices, fit.statistics, strict=False)):
        arrays = (matrices.loadings, matrices.latent_cov, matrices.residual_cov, matrices.cov)
        explained, cuts = np.full(len(matrices.latent), np.nan), dict.fromkeys(fit.spec.ordered, np.zeros(0))
        if problem is not None:
            layout = problem.layouts[group]
            at = imply(layout, fit.theta)
            explained, cuts = _explained(fit, layout, at), _thresholds(layout, at)
        yield from _blocks(fit, (arrays, explained, cuts), (matrices.observed, matrices.latent), sample)


def blocks_at(fit: Fit, layout: Layout, at: Implied, group: int) -> Iterator[Block]:
    """Yield the blocks of one group at other parameters than the estimates; the matrices carry batch axes."""
    p = layout.p
    arrays = (at.A[..., :p, p:], at.C[..., p:, p:], at.S[..., :p, :p], at.Sigma)
    names = (layout.names[:p], layout.names[p:])
    found = arrays, _explained(fit, layout, at), _thresholds(layout, at)
    yield from _blocks(fit, found, names, fit.statistics[group])


def _thresholds(layout: Layout, at: Implied) -> dict[str, Array]:
    """Thresholds (..., c - 1) of the standardized latent response of each ordered item; empty where covariates move it."""
    responses = layout.responses
    if responses is None:
        return {}
    cuts = response_moments(layout, at)[..., : len(responses.item)]
    names = {int(n): layout.names[responses.y[n]] for n in responses.among_y}
    if len(responses.x):
        return dict.fromkeys(names.values(), np.zeros(0))
    return {name: cuts[..., responses.item == n] for n, name in names.items()}


def _blocks(
    fit: Fit,
    found: tuple[tuple[Array, Array, Array, Array], Array, Mapping[str, Array]],
    names: tuple[tuple[str, ...], tuple[str, ...]],
    sample: SampleStatistics,
) -> Iterator[Block]:
    (loadings, latent_cov, residual, implied), explained, cuts = found
    observed, latent = names
    place = {name: i for i, name in enumerate(observed)}
    at_sample = {name: i for i, name in enumerate(sample.names)}
    variances = np.diagonal(latent_cov, axis1=-2, axis2=-1)
    for construct, items in measured(fit).items():
        rows, factor = [place[name] for name in items], latent.index(construct)
        at = [at_sample[name] for name in items]
        yield Block(
            construct,
            items,
            loadings[..., rows, factor],
            variances[..., factor],
            residual[..., rows, :][..., rows],
            implied[..., rows, :][..., rows],
            sample.cov[np.ix_(at, at)],
            explained[..., factor],
            sample.group,
            tuple(cuts.get(name, np.zeros(0)) for name in items) if cuts.keys() & set(items) else None,
        )


def _explained(fit: Fit, layout: Layout, at: Implied) -> Array:
    """The (m,) explained variances of the latent variables, diag(A C A'); for exogenous ones their whole variance."""
    p = layout.p
    paths = at.A[..., p:, :]
    explained = np.sum((paths @ at.C) * paths, axis=-1)
    whole = np.diagonal(at.C, axis1=-2, axis2=-1)[..., p:]
    free = set(exogenous_factors(fit))
    return np.where(np.array([name in free for name in layout.names[p:]]), whole, explained)
