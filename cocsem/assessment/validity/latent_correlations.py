"""The latent correlations themselves: their intervals, and the test that one reaches a cutoff."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.assessment.delta import Interval, delta_interval
from cocsem.errors import CocsemError, UsageError
from cocsem.estimation.comparison import compare
from cocsem.estimation.results import estimate
from cocsem.estimation.types import Fit
from cocsem.model.matrices import Implied, Layout
from cocsem.model.types import ModelSpec, Row

Array = NDArray[np.float64]
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class CutTest:
    """The model against the same model with one latent correlation held at a cutoff.

    chisq, df, pvalue : of the difference; NaN where the estimate lies beyond the cutoff already (nothing to test) or the
    restricted model could not be fitted.
    """

    one: str
    other: str
    cut: float
    correlation: float
    chisq: float
    df: int
    pvalue: float
    beyond: bool


def correlation_intervals(fit: Fit, pairs: Pairs, group: int = 0) -> pd.DataFrame:
    """Return the model-implied correlations of pairs of constructs with their intervals (delta method, 95%).

    Returns
    -------
    DataFrame construct_1 construct_2 correlation se ci_lower ci_upper; NaN limits where a construct has no positive variance.
    """
    latent = fit.matrices[group].latent
    places = [(latent.index(one), latent.index(other)) for one, other in pairs]
    rows, columns = (np.array(side, dtype=np.intp) for side in zip(*places, strict=True))

    def statistic(layout: Layout, at: Implied) -> Array:
        cov = at.C[..., layout.p :, layout.p :]
        variance = np.diagonal(cov, axis1=-2, axis2=-1)
        spread = np.sqrt(np.where(variance > 0, variance, np.nan))
        return np.asarray(cov[..., rows, columns] / (spread[..., rows] * spread[..., columns]))

    found = delta_interval(fit, statistic, group=group) if len(fit.theta) else _estimates(fit, rows, columns, group)
    frame = pd.DataFrame(list(pairs), columns=["construct_1", "construct_2"])
    return frame.assign(correlation=found.value, se=found.se, ci_lower=found.lower, ci_upper=found.upper)


def _estimates(fit: Fit, rows: NDArray[np.intp], columns: NDArray[np.intp], group: int) -> Interval:
    """The correlations of a model without a free parameter: there is no sampling error to speak of."""
    cov = fit.matrices[group].latent_cov
    variance = np.diag(cov)
    spread = np.sqrt(np.where(variance > 0, variance, np.nan))
    value = cov[rows, columns] / (spread[rows] * spread[columns])
    unknown = np.full(len(value), np.nan)
    return Interval(value, unknown, unknown, unknown)


def cut_tests(fit: Fit, pairs: Pairs, cut: float) -> Iterator[CutTest]:
    """Test for every pair whether its correlation could be as large as `cut` (with the sign of the estimate).

    chi2(cut) = T(correlation held at the cutoff) - T(free), by `compare`. The model is scaled by unit factor variances, so that
    the covariance of two factors is their correlation. Where the estimate is beyond the cutoff, there is nothing to reject.

    Raises
    ------
    UsageError : several groups, or a factor that is not scaled by a marker or by a unit variance.

    References: ronkko2022
    """
    if len(fit.spec.groups) > 1:
        raise UsageError(
            "The test of a latent correlation against a cutoff needs one group; fit the groups one by one."
        )
    spec = unit_variances(fit.spec, {name for pair in pairs for name in pair})
    found = correlation_intervals(fit, pairs)["correlation"].tolist() if pairs else []
    for (one, other), correlation in zip(pairs, found, strict=True):
        if not abs(correlation) < cut:
            yield CutTest(one, other, cut, correlation, np.nan, 1, np.nan, beyond=True)
            continue
        yield _against(fit, spec, (one, other), correlation, cut)


def _against(fit: Fit, spec: ModelSpec, pair: tuple[str, str], correlation: float, cut: float) -> CutTest:
    held = hold(spec, pair, float(np.copysign(cut, correlation)))
    try:
        restricted = estimate(held, fit.statistics, fit.method, engine="native", provenance=fit.provenance)
        difference = compare(fit, restricted).iloc[-1] if restricted.converged else None
    except CocsemError:
        difference = None
    if difference is None:
        return CutTest(*pair, cut, correlation, np.nan, 1, np.nan, beyond=False)
    chisq, p = float(difference["chisq_diff"]), float(difference["pvalue_diff"])
    return CutTest(*pair, cut, correlation, chisq, int(difference["df_diff"]), p, beyond=False)


def unit_variances(spec: ModelSpec, factors: Iterable[str]) -> ModelSpec:
    """Return the same model with these exogenous factors scaled by unit variance instead of by a marker."""
    rows, number = list(spec.rows), spec.n_free
    for factor in sorted(factors):
        place = next((i for i, r in enumerate(rows) if (r.lhs, r.op, r.rhs) == (factor, "~~", factor)), None)
        marker = next((i for i, r in enumerate(rows) if r.lhs == factor and r.op == "=~" and not r.free), None)
        if place is None:
            raise UsageError(f"'{factor}' must have a variance in the model, but it has none.")
        if not rows[place].free and rows[place].value == 1.0:
            continue
        if marker is None or not rows[place].free or rows[place].label:
            raise UsageError(
                f"'{factor}' must be scaled by one fixed loading, or by a variance of 1, to hold its correlations at a value. "
                "Fit the model with std_lv=True."
            )
        number += 1
        rows[marker] = rows[marker]._replace(free=number, value=None)
        rows[place] = rows[place]._replace(free=0, value=1.0)
    return replace(spec, rows=_renumbered(rows))


def hold(spec: ModelSpec, pair: tuple[str, str], value: float) -> ModelSpec:
    """Return the same model with the covariance of two latent variables held at a value."""
    rows = list(spec.rows)
    place = next((i for i, r in enumerate(rows) if r.op == "~~" and {r.lhs, r.rhs} == set(pair)), None)
    if place is None or not rows[place].free:
        raise UsageError(f"The covariance of '{pair[0]}' and '{pair[1]}' must be free in the model, but it is not.")
    rows[place] = rows[place]._replace(free=0, value=value)
    return replace(spec, rows=_renumbered(rows))


def _renumbered(rows: list[Row]) -> tuple[Row, ...]:
    """Number the free parameters without gaps, in the order of the table."""
    order = {number: n for n, number in enumerate(dict.fromkeys(r.free for r in rows if r.free), start=1)}
    return tuple(r._replace(free=order[r.free]) if r.free else r for r in rows)
