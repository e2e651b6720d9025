"""Does a change hold on answers it was not found in? Each half judges the model that the other half estimated."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.assessment.vuong import normal_log_density
from cocsem.chance import generator
from cocsem.errors import EstimationError
from cocsem.estimation.types import Fit

Rows = NDArray[np.intp]


def cross_discrepancy(fit: Fit, rows: pd.DataFrame) -> float:
    """Discrepancy between what a fit implies and the covariances of other rows, F = ln|Sigma| + tr(S Sigma^-1) - ln|S| - p.

    Of a fit by full information -2 ln L / n of the other rows instead, whatever they answered (at least one item).

    References: cudeck1983
    """
    matrices = fit.matrices[0]
    given = rows[list(matrices.observed)]
    if fit.provenance["missing"] == "fiml":
        centred = given.dropna(how="all").to_numpy(dtype=float) - matrices.mean
        return float(-2 * normal_log_density(centred, matrices.cov).mean())
    values = given.dropna().to_numpy(dtype=float)
    S = np.cov(values, rowvar=False, ddof=0)
    (sign, log_s), (_, log_sigma) = np.linalg.slogdet(S), np.linalg.slogdet(matrices.cov)
    if sign <= 0 or len(values) <= len(S):
        raise EstimationError(
            "A half of the answers must hold more complete rows than there are items. Collect more answers."
        )
    return float(log_sigma + np.trace(np.linalg.solve(matrices.cov, S)) - log_s - len(S))


def halves(n: int, seed: int) -> tuple[Rows, Rows]:
    """Two random halves of the rows 0 ... n - 1.

    >>> one, other = halves(5, 1)
    >>> sorted([*one.tolist(), *other.tolist()])
    [0, 1, 2, 3, 4]
    """
    order = generator(seed).permutation(n)
    return np.sort(order[: n // 2]), np.sort(order[n // 2 :])
