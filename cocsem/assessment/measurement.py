"""The measurement side of a fitted model: every construct with its items, their loadings and implied covariances."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.types import Fit

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Block:
    """One construct and its k items, at the estimates of one group.

    loadings : (k,) unstandardized loadings. variance : of the construct, as the model implies it.
    residual : (k, k) residual covariances. implied, observed : (k, k) covariances of the items.
    """

    construct: str
    items: tuple[str, ...]
    loadings: Array
    variance: float
    residual: Array
    implied: Array
    observed: Array
    group: str = ""

    @property
    def standardized(self) -> Array:
        """The (k,) standardized loadings."""
        return np.asarray(
            self.loadings * np.sqrt(max(self.variance, 0.0)) / np.sqrt(np.diag(self.implied)), dtype=np.float64
        )

    @property
    def standardized_residual(self) -> Array:
        """The (k, k) residual covariances of the standardized items."""
        spread = np.sqrt(np.diag(self.implied))
        return np.asarray(self.residual / np.outer(spread, spread), dtype=np.float64)


def measured(fit: Fit) -> dict[str, tuple[str, ...]]:
    """Return the observed items of every construct, from the `=~` rows; constructs of constructs are left out."""
    observed = set(fit.matrices[0].observed) if fit.matrices else set(fit.spec.observed)
    items: dict[str, dict[str, None]] = {}
    for row in fit.spec.rows:
        if row.op == "=~" and row.rhs in observed:
            items.setdefault(row.lhs, {})[row.rhs] = None
    return {construct: tuple(names) for construct, names in items.items()}


def blocks(fit: Fit) -> Iterator[Block]:
    """Yield the block of every construct, group after group; nothing when the model did not converge."""
    for matrices, sample in zip(fit.matrices, fit.statistics, strict=False):
        place = {name: i for i, name in enumerate(matrices.observed)}
        at_sample = {name: i for i, name in enumerate(sample.names)}
        for construct, items in measured(fit).items():
            rows, factor = [place[name] for name in items], matrices.latent.index(construct)
            at = [at_sample[name] for name in items]
            yield Block(
                construct,
                items,
                matrices.loadings[rows, factor],
                float(matrices.latent_cov[factor, factor]),
                matrices.residual_cov[np.ix_(rows, rows)],
                matrices.cov[np.ix_(rows, rows)],
                sample.cov[np.ix_(at, at)],
                sample.group,
            )
