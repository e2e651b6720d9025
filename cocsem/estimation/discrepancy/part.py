"""What a discrepancy function sees of one group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Part:
    """One group of a problem; arrays may carry a leading batch axis.

    cov : (p, p) covariance matrix. mean : (p,) means, or None without a mean structure.
    share : share of the group in the objective. weight : what the discrepancy needs besides (a weight matrix, patterns of missing answers).
    logdet : ln|S|, computed here.
    """

    cov: Array
    mean: Array | None
    share: float
    weight: Any = None
    logdet: Array = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "logdet", np.linalg.slogdet(self.cov)[1])
