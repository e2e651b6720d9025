"""What estimation needs of the data: counts, means and covariances of one group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.moments.ordinal.types import OrdinalStatistics
from cocsem.moments.patterns import Patterns

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SampleStatistics:
    """Moments of one group.

    Attributes
    ----------
    names : p observed variables.
    cov : (p, p) covariance matrix with divisor N (the maximum-likelihood moment).
    mean : (p,) means.
    n_obs : rows used; n_total : rows given.
    group : label of the group.
    data : (n_obs, p) the rows used, or None when only moments were given.
    patterns : patterns of missing answers, None without; then cov and mean are those of the saturated model (maximum likelihood),
        and data holds not-a-number where an answer is missing.
    rows : (n_obs,) positions of the used rows in the data given.
    ordinal : thresholds and correlations of latent responses, None without ordered items; cov and mean are then those of the
        latent responses and the covariates, and data holds ordered answers as category numbers 0, 1, ...
    """

    names: tuple[str, ...]
    cov: Array
    mean: Array
    n_obs: int
    n_total: int
    group: str = ""
    data: Array | None = None
    rows: NDArray[np.int64] | None = None
    patterns: Patterns | None = None
    ordinal: OrdinalStatistics | None = None
