"""Engines: programs that find the estimates. All inference is one code for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import UsageError
from cocsem.estimation.engines import native, semopy
from cocsem.estimation.problem import Problem, Solution

ENGINES: Mapping[str, Callable[[Problem, NDArray[np.float64]], Solution]] = {
    "semopy": semopy.solve,
    "native": native.solve,
}
DEFAULT = "native"


def solve(problem: Problem, start: NDArray[np.float64], engine: str) -> Solution:
    """Find the estimates with the engine of this name."""
    if engine not in ENGINES:
        raise UsageError(f"engine must be one of {', '.join(ENGINES)}; '{engine}' was given.")
    if engine == "semopy" and problem.method.discrepancy != "ml":
        raise UsageError(
            f'engine="semopy" fits by maximum likelihood on complete rows only; estimator="{problem.method.estimator}", '
            f'missing="{problem.method.missing}" was asked for. Use engine="native".'
        )
    return ENGINES[engine](problem, start)
