"""Discrepancy functions: how far the implied moments are from those of the sample.

A discrepancy is a module with four functions of a layout, the implied moments and a part of the problem:
`value`, `gradient` (of F), `expected_information` and `observed_information` (half the expected and the exact Hessian of F).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy import ml
from cocsem.estimation.discrepancy.part import Part
from cocsem.model.matrices import Implied, Layout

_Function = Callable[[Layout, Implied, Part], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """The four functions of one discrepancy."""

    value: _Function
    gradient: _Function
    expected_information: _Function
    observed_information: _Function


DISCREPANCIES = {
    "ml": Discrepancy(ml.value, ml.gradient, ml.expected_information, ml.observed_information),
}
