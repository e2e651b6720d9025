"""The goodness of fit index, estimated without bias: what the model explains of the standardized moments in the population.

With p observed variables and the noncentrality lambda of the residual-based statistic T, GFI = p / (p + 2 lambda / N).
"""

from __future__ import annotations

import numpy as np

from cocsem.estimation.constraints import null_space
from cocsem.estimation.discrepancy import gls
from cocsem.estimation.discrepancy.least_squares import inner, residuals, weighted_slope
from cocsem.estimation.distributions import noncentrality_at
from cocsem.estimation.inference import invert
from cocsem.estimation.likelihood import TestNumbers
from cocsem.estimation.problem import Point
from cocsem.estimation.scaled_tests import ScaledTest

_LEVEL = 0.90


def gfi(noncentrality: float, p: int, n: float) -> float:
    """Goodness of fit index p / (p + 2 lambda / N), lambda = max(T - df, 0). References: maiti1990

    >>> round(gfi(81.3677 - 24, 9, 301), 4)
    0.9594
    """
    return p / (p + 2.0 * max(noncentrality, 0.0) / n)


def gfi_indices(T: float, p: int, numbers: TestNumbers) -> dict[str, float]:
    """Compute gfi with its interval, from the noncentralities that put the residual-based T at the two tails."""
    tail, n, df = (1.0 - _LEVEL) / 2.0, numbers.count, numbers.df
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


def residual_chisq(point: Point, numbers: TestNumbers) -> float:
    """T = N r' (V - V Delta (Delta' V Delta)^-1 Delta' V) r with V the normal-theory weight at the implied moments.

    With incomplete rows there are no such residuals, and T is the likelihood ratio.

    References: browne1984
    """
    problem = point.problem
    if problem.method.discrepancy == "fiml":
        return numbers.chisq
    total, slope, information = 0.0, np.zeros(problem.spec.n_free), np.zeros((problem.spec.n_free, problem.spec.n_free))
    for layout, at, part in zip(problem.layouts, point.implied, problem.parts, strict=True):
        W = np.asarray(np.linalg.inv(at.Sigma), dtype=np.float64)
        r = residuals(at, part)
        v, G = gls.weigh(W, *r)
        total += part.share * float(inner(r, (v, G)))
        slope += part.share * weighted_slope(layout, at, v, G)
        information += part.share * gls.information(layout, at, W, means=part.mean is not None)
    inverse = invert(information, null_space(problem.spec, point.theta)[0])
    return float("nan") if inverse is None else float(problem.count * (total - slope @ inverse @ slope))
