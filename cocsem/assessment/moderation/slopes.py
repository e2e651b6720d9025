"""Simple slopes of an interaction: the effect of the predictor where the moderator is low, middling, high."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from cocsem.estimation.distributions import normal_quantile, two_sided
from cocsem.estimation.types import Fit

Z95 = 0.975


def simple_slopes(
    fit: Fit, paths: tuple[tuple[str, str], tuple[str, str]], spread: float, at: Sequence[float]
) -> pd.DataFrame:
    """Return b_1 + b_3 z at some values of the moderator, with SE sqrt(V_11 + 2 z V_13 + z^2 V_33).

    Parameters
    ----------
    paths : (outcome, predictor) and (outcome, product). spread : standard deviation of the moderator. at : values z in these units.

    Returns
    -------
    DataFrame at moderator est se z pvalue ci_lower ci_upper.

    References: aiken1991
    """
    (main, row_main), (product, row_product) = (_path(fit, *path) for path in paths)
    V = fit.vcov
    reach = normal_quantile(Z95)
    rows = []
    for level in at:
        value = level * spread
        est = main + product * value
        slope = np.zeros(len(fit.theta))
        slope[row_main] += 1.0
        slope[row_product] += value
        se = float(np.sqrt(slope @ V @ slope))
        z = est / se
        limits = {"ci_lower": est - reach * se, "ci_upper": est + reach * se}
        rows.append(
            {"at": level, "moderator": value, "est": est, "se": se, "z": z, "pvalue": float(two_sided(z)), **limits}
        )
    return pd.DataFrame(rows)


def turning_points(fit: Fit, paths: tuple[tuple[str, str], tuple[str, str]], spread: float) -> tuple[float, ...]:
    """Values of the moderator (in its standard deviations) where the slope begins or ends to differ from zero (p = .05).

    They solve (b_1 + b_3 z)^2 = 1.96^2 (V_11 + 2 z V_13 + z^2 V_33).

    References: johnson1936, bauer2005
    """
    (b1, i), (b3, j) = (_path(fit, *path) for path in paths)
    V, t2 = fit.vcov, normal_quantile(Z95) ** 2
    a = b3**2 - t2 * V[j, j]
    b = 2 * (b1 * b3 - t2 * V[i, j])
    c = b1**2 - t2 * V[i, i]
    roots = np.roots([a, b, c])
    return tuple(sorted(float(r.real) / spread for r in roots if abs(r.imag) < 1e-12))


def _path(fit: Fit, outcome: str, source: str) -> tuple[float, int]:
    row = next(r for r in fit.spec.rows if (r.lhs, r.op, r.rhs) == (outcome, "~", source))
    return float(fit.theta[row.free - 1]), row.free - 1
