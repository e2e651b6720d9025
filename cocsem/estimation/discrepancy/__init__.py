"""Discrepancy functions: how far the implied moments are from those of the sample.

A discrepancy is a module with four functions of a layout, the implied moments and a part of the problem:
`value`, `gradient` (of F), `expected_information` and `observed_information` (half the expected and the exact Hessian of F),
and perhaps one that gives several of them at once.
Those of least squares share all but their weight, a module with `make_weight`, `weigh`, `expected_information` and `dense`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy import dwls, fiml, gls, least_squares, ml, ordinal, uls, wls
from cocsem.estimation.discrepancy.part import Part
from cocsem.model.matrices import Implied, Layout

_Function = Callable[[Layout, Implied, Part], NDArray[np.float64]]
Evaluation = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """The four functions of one discrepancy, and `joint`, where it saves work: value, gradient and observed (`exact`) or expected
    information at once, None where the model cannot be there."""

    value: _Function
    gradient: _Function
    expected_information: _Function
    observed_information: _Function
    joint: Callable[..., Evaluation | None] | None = None

    def evaluate(self, layout: Layout, implied: Implied, part: Part, *, exact: bool) -> Evaluation | None:
        """Return value, gradient and information at one point or a batch of points; None where the model cannot be there."""
        if self.joint is not None:
            return self.joint(layout, implied, part, exact=exact)
        value = self.value(layout, implied, part)
        if not np.isfinite(value).all():
            return None
        information = self.observed_information if exact else self.expected_information
        return value, self.gradient(layout, implied, part), information(layout, implied, part)


@dataclass(frozen=True, slots=True)
class Weighting:
    """The weight V of a least-squares discrepancy: how it is made of the sample, what it does to residuals, its matrix."""

    make_weight: Callable[..., Any]
    weigh: least_squares.Weigh
    dense: Callable[..., NDArray[np.float64]]


def _least_squares(weigh: least_squares.Weigh, expected: _Function) -> Discrepancy:
    return Discrepancy(
        partial(least_squares.value, weigh),
        partial(least_squares.gradient, weigh),
        expected,
        partial(least_squares.observed_information, weigh, expected),
    )


WEIGHTINGS: Mapping[str, Weighting] = MappingProxyType({
    "gls": Weighting(gls.make_weight, gls.weigh, gls.dense),
    "uls": Weighting(uls.make_weight, uls.weigh, uls.dense),
    "wls": Weighting(wls.make_weight, wls.weigh, wls.dense),
    "dwls": Weighting(dwls.make_weight, dwls.weigh, dwls.dense),
})  # fmt: skip
DISCREPANCIES = {
    "ml": Discrepancy(ml.value, ml.gradient, ml.expected_information, ml.observed_information, ml.evaluate),
    "fiml": Discrepancy(fiml.value, fiml.gradient, fiml.expected_information, fiml.observed_information, fiml.evaluate),
    "gls": _least_squares(gls.weigh, gls.expected_information),
    "uls": _least_squares(uls.weigh, uls.expected_information),
    "wls": _least_squares(wls.weigh, wls.expected_information),
    "dwls": _least_squares(dwls.weigh, dwls.expected_information),
} | dict.fromkeys(
    ("ordinal.wls", "ordinal.dwls", "ordinal.uls"),
    Discrepancy(ordinal.value, ordinal.gradient, ordinal.information, ordinal.information, ordinal.joint),
)
