"""The goodness of fit index, estimated without bias: what the model explains of the standardized moments in the population.

With p observed variables and the noncentrality lambda of the residual-based statistic T, GFI = p / (p + 2 lambda / N).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import null_space
from cocsem.estimation.distributions import noncentrality_at
from cocsem.estimation.inference import invert
from cocsem.estimation.likelihood import TestNumbers
from cocsem.estimation.problem import Problem, expected_information, gradient, implied, objective
from cocsem.estimation.scaled_tests import ScaledTest

Array = NDArray[np.float64]
_LEVEL = 0.90


def gfi(noncentrality: float, p: int, n: float) -> float:
    """Goodness of fit index p / (p + 2 lambda / N), lambda = max(T - df, 0). References: maiti1990

    >>> round(gfi(81.3677 - 24, 9, 301), 4)
    0.9594
    """
    return p / (p + 2.0 * max(noncentrality, 0.0) / n)


def gfi_indices(problem: Problem, theta: Array, numbers: TestNumbers) -> dict[str, float]:
    """Compute gfi with its interval, from the noncentralities that put T at the two tails."""
    T, tail = residual_chisq(problem, theta, numbers), (1.0 - _LEVEL) / 2.0
    p, n, df = len(problem.spec.observed), numbers.count, numbers.df
    return {
        "gfi": gfi(T - df, p, n),
        "gfi_ci_lower": gfi(noncentrality_at(T, df, tail), p, n) if df else 1.0,
        "gfi_ci_upper": gfi(noncentrality_at(T, df, 1.0 - tail), p, n) if df else 1.0,
        "gfi_ci_level": _LEVEL,
    }


def robust_gfi(T: float, p: int, numbers: TestNumbers, model: ScaledTest) -> dict[str, float]:
    """GFI from T - c df, c the average scaling; its interval from the scaled statistic, lambda times the scaling factor.

    References: brosseauliard2012
    """
    n, df, tail = numbers.count, numbers.df, (1.0 - _LEVEL) / 2.0
    if not df:
        return {"gfi_robust": 1.0, "gfi_ci_lower_robust": 1.0, "gfi_ci_upper_robust": 1.0}
    scaled = model.scale(T)
    return {
        "gfi_robust": gfi(T - model.average * df, p, n),
        "gfi_ci_lower_robust": gfi(model.factor * noncentrality_at(scaled, df, tail), p, n),
        "gfi_ci_upper_robust": gfi(model.factor * noncentrality_at(scaled, df, 1.0 - tail), p, n),
    }


def residual_chisq(problem: Problem, theta: Array, numbers: TestNumbers) -> float:
    """T = N r' (V - V Delta (Delta' V Delta)^-1 Delta' V) r with V the normal-theory weight at the implied moments.

    r' V r is the discrepancy of generalized least squares with Sigma^-1 for its weight, and -2 Delta' V r its gradient. With
    incomplete rows there are no such residuals, and T is the likelihood ratio.

    References: browne1984
    """
    if problem.method.discrepancy == "fiml":
        return numbers.chisq
    weighed = tuple(
        replace(part, weight=np.linalg.inv(at.Sigma))
        for part, at in zip(problem.parts, implied(problem, theta), strict=True)
    )
    other = replace(problem, parts=weighed, method=replace(problem.method, discrepancy="gls"))
    inverse = invert(expected_information(other, theta), null_space(problem.spec, theta)[0])
    if inverse is None:
        return float("nan")
    slope = gradient(other, theta)
    return float(problem.count * (objective(other, theta) - slope @ inverse @ slope / 4.0))
