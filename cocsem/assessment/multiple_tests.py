"""Many tests at once: p values corrected for their number."""

from __future__ import annotations

import numpy as np


def holm(pvalues: np.ndarray) -> np.ndarray:
    """Return p values corrected for the number of tests by Holm's step-down procedure.

    References: holm1979

    >>> holm(np.array([0.01, 0.04, 0.03])).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    order = np.argsort(pvalues, kind="stable")
    steps = np.maximum.accumulate(pvalues[order] * np.arange(len(pvalues), 0, -1))
    corrected = np.empty(len(pvalues))
    corrected[order] = np.minimum(steps, 1.0)
    return corrected
