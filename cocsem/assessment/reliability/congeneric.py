"""Reliability from a fitted measurement model: composite reliability, omega, AVE in both definitions, and H.

With standardized loadings l and residual covariances t of the standardized items, unstandardized loadings
b, construct variance v, implied covariances Sigma and observed covariances S, all over the items of one construct.
"""

from __future__ import annotations

import numpy as np

from cocsem.assessment.measurement import Block


def composite_reliability(block: Block) -> float:
    """Return (sum l)^2 / ((sum l)^2 + sum t), the textbook formula; residual covariances count into sum t.

    References: fornell1981
    """
    common = float(block.standardized.sum()) ** 2
    return _share(common, common + float(block.standardized_residual.sum()))


def omega(block: Block, *, observed: bool = False) -> float:
    """Return (sum b)^2 v / 1'Sigma 1, the share of the variance of the sum score that the construct explains.

    With `observed` the denominator is 1'S 1, the variance the sum score really had.

    References: joreskog1971, mcdonald1999
    """
    total = block.observed if observed else block.implied
    return _share(float(block.loadings.sum()) ** 2 * block.variance, float(total.sum()))


def average_variance_extracted(block: Block) -> float:
    """Return the mean of the squared standardized loadings, AVE as Fornell and Larcker tabulate it.

    References: fornell1981
    """
    return float(np.mean(block.standardized**2))


def weighted_variance_extracted(block: Block) -> float:
    """Return sum of b^2 v over the sum of the item variances, AVE as semTools defines it.

    Items with more variance weigh more.

    References: jorgensen2022
    """
    return _share(float(np.sum(block.loadings**2)) * block.variance, float(np.trace(block.implied)))


def coefficient_h(block: Block) -> float:
    """Return 1 / (1 + 1 / sum(l^2 / (1 - l^2))), the reliability of the best weighted sum.

    NaN with a loading of 1 or more.

    References: hancock2001
    """
    squared = block.standardized**2
    if np.any(squared >= 1.0):
        return float("nan")
    information = float(np.sum(squared / (1.0 - squared)))
    return _share(information, 1.0 + information)


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
