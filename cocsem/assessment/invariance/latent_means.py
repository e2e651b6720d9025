"""Means of the constructs, compared between groups that share enough loadings and intercepts."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from cocsem.assessment.multiple_tests import holm
from cocsem.estimation.distributions import normal_quantile, two_sided
from cocsem.estimation.types import Fit

COLUMNS = [
    "construct", "group", "against", "est", "se", "pvalue", "pvalue_adjusted", "d", "d_se", "d_ci_lower", "d_ci_upper",
]  # fmt: skip


def latent_means(fit: Fit) -> pd.DataFrame:
    """Compare the means of every factor between all pairs of groups.

    d = (kappa_g - kappa_h) / sqrt((n_h psi_h + n_g psi_g) / (n_h + n_g)), with kappa the factor means (0 in the first group) and psi the
    variances; its standard error by the delta method, se^2 = g' V g. p values of the differences are adjusted for all that are made (Holm).

    Parameters
    ----------
    fit : a converged fit with the factor means of the first group fixed at 0.

    Returns
    -------
    DataFrame construct group against est se pvalue pvalue_adjusted d d_se d_ci_lower d_ci_upper, one row per factor and pair of groups.

    References: hancock2001a, holm1979
    """
    pairs = [(later, earlier) for earlier, later in combinations(range(1, len(fit.spec.groups) + 1), 2)]
    rows = [_difference(fit, factor, *pair) for factor in fit.spec.latent for pair in pairs]
    frame = pd.DataFrame(rows)
    return frame.assign(pvalue_adjusted=holm(frame["pvalue"].to_numpy()))[COLUMNS]


def _difference(fit: Fit, factor: str, group: int, against: int) -> dict[str, object]:
    """One factor in one group against another."""
    n_own, n_other = fit.statistics[group - 1].n_obs, fit.statistics[against - 1].n_obs
    share = n_own / (n_own + n_other)
    mean, at_mean = (
        a - b for a, b in zip(*(_parameter(fit, (factor, "~1", ""), g) for g in (group, against)), strict=True)
    )
    own, at_own = _parameter(fit, (factor, "~~", factor), group)
    other, at_other = _parameter(fit, (factor, "~~", factor), against)
    pooled = (1 - share) * other + share * own
    d = mean / np.sqrt(pooled)
    slope = at_mean / np.sqrt(pooled) - 0.5 * d / pooled * ((1 - share) * at_other + share * at_own)
    d_se = float(np.sqrt(slope @ fit.vcov @ slope))
    se = float(np.sqrt(at_mean @ fit.vcov @ at_mean))
    reach = normal_quantile(0.975) * d_se
    return {
        "construct": factor, "group": fit.spec.groups[group - 1], "against": fit.spec.groups[against - 1], "est": mean, "se": se,
        "pvalue": float(two_sided(mean / se)), "d": float(d), "d_se": d_se, "d_ci_lower": float(d - reach), "d_ci_upper": float(d + reach),
    }  # fmt: skip


def _parameter(fit: Fit, key: tuple[str, str, str], group: int) -> tuple[float, np.ndarray]:
    """Value of a row and its derivative by the free parameters."""
    row = next(r for r in fit.spec.rows if (r.lhs, r.op, r.rhs) == key and r.group == group)
    slope = np.zeros(len(fit.theta))
    if row.free:
        slope[row.free - 1] = 1.0
        return float(fit.theta[row.free - 1]), slope
    return float(row.value or 0.0), slope
