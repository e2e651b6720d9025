"""Moments of rows drawn again from a sample: the same two steps, begun at what the sample gave, and only what estimates need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cocsem.moments.ordinal.sample import Sample, draw_sample
from cocsem.moments.ordinal.statistics import take_steps, x_moments
from cocsem.moments.ordinal.types import Array, Index, LatentMoments, moment_vector

Variation = Literal["none", "variances", "gamma"]


@dataclass(frozen=True, slots=True)
class DrawnMoments:
    """Moments of one draw: the latent responses, their vector (m,), its Gamma (m, m), the diagonal of it (m,), or None, and the
    moments of the covariates, (q,) and (q, q)."""

    latent: LatentMoments
    vector: Array
    variation: Array | None
    x_mean: Array
    x_cov: Array


def draw_moments(sample: Sample, rows: Index, start: LatentMoments, wanted: Variation) -> DrawnMoments:
    """Estimate the moments of rows (n,) drawn from a sample that hold every category (`lost_categories`).

    Parameters
    ----------
    start : moments of the whole sample, where every search begins. wanted : what the weight of the moments is made of.

    Raises
    ------
    EstimationError : correlations that the rows do not determine, as in `ordinal_statistics`.
    """
    found = take_steps(draw_sample(sample, rows), start)
    variation = {"none": lambda: None, "variances": found.variances, "gamma": found.gamma}[wanted]()
    return DrawnMoments(found.latent, moment_vector(found.latent), variation, *x_moments(found.sample))


def lost_categories(sample: Sample, counts: Array) -> NDArray[np.bool_]:
    """Which draws hold no answer in some category of a variable, (b, p), from how often each row was drawn, (b, n).

    >>> from cocsem.moments.ordinal.sample import take_sample
    >>> import pandas as pd
    >>> sample = take_sample(pd.DataFrame({"a": [1, 2, 2], "b": [1, 1, 2]}), {"a": (1, 2), "b": (1, 2)}, (), "", "listwise")
    >>> print(lost_categories(sample, np.array([[1.0, 1.0, 1.0], [0.0, 2.0, 1.0]])))
    [[False False]
     [ True False]]
    """
    lost = np.zeros((len(counts), len(sample.names)), dtype=bool)
    for j, levels in enumerate(sample.categories):
        if levels:
            chosen = sample.values[:, j, None] == np.arange(len(levels))
            lost[:, j] = (counts @ chosen == 0).any(axis=1)
    return lost
