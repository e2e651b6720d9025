"""Nested models side by side, each with the difference test that belongs to its estimator."""

from __future__ import annotations

import math
from dataclasses import fields
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.difference import Difference, restricted_difference, scaled_difference, transferred
from cocsem.estimation.distributions import chi2_sf
from cocsem.estimation.options import Method
from cocsem.estimation.problem import Problem, objective, pose
from cocsem.estimation.scaled_tests import scaled_test
from cocsem.estimation.types import Fit

Array = NDArray[np.float64]
METHODS = ("default", "satorra_bentler_2001", "satorra_bentler_2010", "satorra_2000")
COLUMNS = [
    "model", "df", "aic", "bic", "chisq", "chisq_diff", "df_diff", "pvalue_diff", "rmsea_diff", "method", "note",
]  # fmt: skip
_DEFAULTS = {
    "standard": "plain",
    "satorra.bentler": "satorra_bentler_2001",
    "yuan.bentler": "satorra_bentler_2001",
    "yuan.bentler.mplus": "satorra_bentler_2001",
    "scaled.shifted": "satorra_2000",
    "mean.var.adjusted": "satorra_2000",
}
_UNWEIGHTED = (
    "The difference is that of the discrepancies, N F, scaled by normal theory; chisq is Browne's residual-based test."
)
_WORSE = "The model with fewer degrees of freedom fits worse, which nested models cannot: compare these by aic and bic in fit_measures."
_NOT_POSITIVE = "The scaling factor of the difference is not positive: use method='{method}'."


def compare(fit0: Fit, fit1: Fit, *more: Fit, method: str = "default") -> pd.DataFrame:
    """Compare nested models: each model is tested against the next wider one.

    Maximum likelihood, GLS and WLS: T_d = T_0 - T_1. Scaled tests: (T_0 - T_1) / c_d, never the difference of the scaled
    statistics. ULS and DWLS: T = N F is no chi-square, so its difference is scaled and shifted with the Gamma of normal theory
    (lavaan prints the bare difference of the test statistics, which has no known distribution). RMSEA_d = sqrt(max(T_0 - T_1 - c m, 0) / (N m)) sqrt(G), with c the average scaling and m the degrees of freedom.

    Parameters
    ----------
    fit0, fit1, more : converged fits of nested models to the same data, in any order, with one estimator.
    method : `default` (satorra_bentler_2001 for MLM, MLR, WLSM and ULSM, satorra_2000 for MLMV, MLMVS, ULSMV, ULS and DWLS), `satorra_bentler_2001`,
        `satorra_bentler_2010` or `satorra_2000` (scaled and shifted).

    Returns
    -------
    DataFrame model df aic bic chisq chisq_diff df_diff pvalue_diff rmsea_diff method note, by degrees of freedom; `model` is
    fit0, fit1, fit2, ... in the order given, `chisq` the unscaled statistic.

    Raises
    ------
    EstimationError : a fit did not converge. UsageError : other data, other variables, other options, or equal degrees of freedom.

    References: satorra2001, satorra2010, satorra2000, savalei2024

    >>> import cocsem
    >>> fit = cocsem.cfa("visual =~ x1 + x2 + x3; speed =~ x7 + x8 + x9", cocsem.load_dataset("holzinger_swineford"))
    >>> wide = cocsem.cfa("visual =~ x1 + x2 + x3 + x9; speed =~ x7 + x8 + x9", cocsem.load_dataset("holzinger_swineford"))
    >>> cocsem.compare(fit, wide)[["df", "chisq_diff"]].round(2).values.tolist()
    [[7.0, nan], [8.0, 32.66]]
    """
    fits = {f"fit{n}": fit for n, fit in enumerate((fit0, fit1, *more))}
    if method not in METHODS:
        raise UsageError(f"method must be one of {', '.join(METHODS)}; {method!r} was given.")
    _check_comparable(fits)
    chosen = _choose(fit0, method)
    ordered = sorted(fits.items(), key=lambda item: item[1].fit_measures["df"])
    rows = [(*_alone(*ordered[0]), math.nan, math.nan, math.nan, math.nan, "", "")]
    for (_, wider), (name, restricted) in pairwise(ordered):
        rows.append((*_alone(name, restricted), *_test(restricted, wider, chosen)))
    return pd.DataFrame(rows, columns=COLUMNS)


def _alone(name: str, fit: Fit) -> tuple[object, ...]:
    m = fit.fit_measures
    return name, int(m["df"]), m.get("aic", math.nan), m.get("bic", math.nan), m["chisq"]


def _test(restricted: Fit, wider: Fit, method: str) -> tuple[object, ...]:
    """chisq_diff, df_diff, pvalue_diff, rmsea_diff, method and note of one pair."""
    narrow, wide = _solved(restricted), _solved(wider)
    plain = _statistic(*narrow) - _statistic(*wide)
    test = _difference(restricted, wider, method)
    if not test.factor > 0:
        other = "satorra_2000" if method == "satorra_bentler_2010" else "satorra_bentler_2010"
        return math.nan, test.df, math.nan, math.nan, method, _NOT_POSITIVE.format(method=other)
    T = test.scale(plain)
    excess = max(plain - test.average * test.df, 0.0)
    rmsea = math.sqrt(excess / (wider.n_obs * test.df) * len(wider.statistics))
    note = _WORSE if plain < -_ROUNDING else _UNWEIGHTED if _is_residual_test(wider) else ""
    return T, test.df, chi2_sf(T, test.df), rmsea, method, note


_ROUNDING = 1e-6  # of a statistic, below which two models fit alike


def _solved(fit: Fit) -> tuple[Problem, Array]:
    return pose(fit.spec, fit.statistics, fit.method), fit.theta


def _statistic(problem: Problem, theta: Array) -> float:
    """N F of a solved problem: what the difference tests are about, also where the fit is judged by another statistic."""
    return float(problem.count * objective(problem, theta))


def _is_residual_test(fit: Fit) -> bool:
    """True where the difference of the discrepancies is no chi-square and the model is tested by its residuals."""
    return fit.method.residual_test and fit.method.discrepancy in ("uls", "dwls")


def _difference(restricted: Fit, wider: Fit, method: str) -> Difference:
    df = restricted.fit_measures["df"], wider.fit_measures["df"]
    if method == "plain":
        return Difference(int(df[0] - df[1]))
    narrow, wide = _solved(restricted), _solved(wider)
    if method == "satorra_2000":
        return restricted_difference(narrow, wide, int(df[0] - df[1]), shifted=True)
    own = restricted.fit_measures["chisq_scaling_factor"]
    if method == "satorra_bentler_2001":
        return scaled_difference(df, (own, wider.fit_measures["chisq_scaling_factor"]))
    return scaled_difference(df, (own, scaled_test(wide[0], transferred(narrow, wide[0]), int(df[1])).factor))


def _choose(fit: Fit, method: str) -> str:
    """Which difference test belongs to the fits; what cannot be kept is refused."""
    standard = "satorra_2000" if _is_residual_test(fit) else _DEFAULTS.get(fit.method.test, "plain")
    if method == "default":
        return standard
    if standard == "plain":
        raise UsageError(
            f'method="{method}" belongs to scaled tests; these fits have none. Use "default", or fit with MLM or MLR.'
        )
    if method != "satorra_2000" and standard == "satorra_2000":
        raise UsageError(
            f'method="{method}" needs the scaled tests of MLM, MLR, WLSM or ULSM, not "{fit.method.test}". Use "satorra_2000".'
        )
    return method


def _check_comparable(fits: dict[str, Fit]) -> None:
    """Refuse what no difference test can compare."""
    first = next(iter(fits.values()))
    for name, fit in fits.items():
        if fit.method.test == "none":
            raise UsageError(
                f'Models can be compared when they were tested, but {name} has test="none". Leave test= out.'
            )
        if not fit.converged:
            raise EstimationError(
                f"Models can be compared when all of them converged, but {name} did not. See its warnings."
            )
        for what, same in _sameness(first, fit).items():
            if not same:
                raise UsageError(
                    f"Models can be compared when they have the same {what}, but fit0 and {name} differ in it{_where(first, fit)}."
                )
    df = {name: int(fit.fit_measures["df"]) for name, fit in fits.items()}
    if len(set(df.values())) < len(df):
        raise UsageError(
            f"Nested models must have different degrees of freedom, but these have {', '.join(f'{n}: {d}' for n, d in df.items())}. "
            "Models that are not nested are compared by aic and bic in fit_measures."
        )


def _where(one: Fit, other: Fit) -> str:
    """Name the options that differ, with both values."""
    pairs = [(f.name, getattr(one.method, f.name), getattr(other.method, f.name)) for f in fields(Method)]
    named = ", ".join(f"{name} {a!r} and {b!r}" for name, a, b in pairs if a != b)
    return f" ({named})" if named else ""


def _sameness(one: Fit, other: Fit) -> dict[str, bool]:
    variables = set(one.spec.observed) == set(other.spec.observed) and one.spec.groups == other.spec.groups
    return {
        "observed variables and groups": variables,
        "options (estimator, test, likelihood, missing, information)": one.method == other.method,
        "fixed exogenous variables (set fixed_x=False in both, or name the same predictors)": set(one.spec.exogenous)
        == set(other.spec.exogenous),
        "mean structure": one.spec.meanstructure == other.spec.meanstructure,
        "number of rows in every group": [s.n_obs for s in one.statistics] == [s.n_obs for s in other.statistics],
        "data": variables and _same_moments(one, other),
    }


def _same_moments(one: Fit, other: Fit) -> bool:
    for a, b in zip(one.statistics, other.statistics, strict=True):
        at = [b.names.index(name) for name in a.names]
        if a.cov.shape != b.cov.shape or not np.allclose(a.cov, b.cov[np.ix_(at, at)], rtol=1e-9, atol=1e-12):
            return False
        if not np.allclose(a.mean, b.mean[at], rtol=1e-9, atol=1e-12):
            return False
    return True
