"""Scaled and robust indices of models with ordered items.

The robust ones ask how well the estimates would do by maximum likelihood, had the latent responses themselves been seen: the
normal-theory discrepancy between polychoric and implied correlations, less what it is on average when the model holds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.constraints import null_space
from cocsem.estimation.discrepancy.ordinal import target_of
from cocsem.estimation.fit_indices.goodness_of_fit import robust_gfi
from cocsem.estimation.fit_indices.scaled import robust_comparative, robust_rmsea, scaled_indices
from cocsem.estimation.inference import invert
from cocsem.estimation.likelihood import TestNumbers
from cocsem.estimation.ordinal.traces import baseline_test, model_traces
from cocsem.estimation.ordinal.variation import GroupVariation, vary_at
from cocsem.estimation.problem import Point, by_rows
from cocsem.estimation.scaled_tests import ScaledTest, by_traces
from cocsem.model.response_moments import response_moments, responses_of
from cocsem.moments.asymptotic import normal_weight

Array = NDArray[np.float64]
_EXACT = 1e-6  # a threshold this close to that of the sample is fitted by a parameter of its own


def scaled_response_indices(point: Point, numbers: TestNumbers) -> dict[str, float]:
    """Compute scaled test, CFI, TLI and RMSEA, and the robust ones where there are any."""
    problem = point.problem
    if not problem.method.scaled:
        return {}
    test = problem.method.test
    Z, _ = null_space(problem.spec, point.theta)
    model = by_traces(test, numbers.df, *model_traces(vary_at(point), Z))
    base = by_traces(test, numbers.df_baseline, *baseline_test(problem)[2])
    plain = scaled_indices(numbers, model, base, adjusted=test == "mean.var.adjusted", robust=False)
    return plain | (robust_response_indices(point, numbers) if test != "mean.var.adjusted" else {})


def robust_response_indices(point: Point, numbers: TestNumbers) -> dict[str, float]:
    """Robust CFI, TLI, RMSEA and GFI from T = sum N_g F_ML,g of the correlations, whose average is c df.

    There are none with covariates, continuous items or thresholds that do not fit the sample's exactly, nor where correlations
    are not positive definite.

    References: savalei2021
    """
    if not _of_correlations(point):
        return {}
    found = likely_correlations(point)
    if found is None or not numbers.df:
        return {}
    t = replace(numbers, chisq=found.chisq, chisq_baseline=found.chisq_baseline, count=numbers.n)
    model = ScaledTest(found.trace / t.df, 0.0, t.df, found.trace / t.df)
    base = ScaledTest(1.0, 0.0, t.df_baseline, found.trace_baseline / t.df_baseline)
    p = len(responses_of(point.problem.layouts[0]).y)
    return robust_comparative(t, model, base) | robust_rmsea(t, model) | robust_gfi(t.chisq, p, t, model)


def _of_correlations(point: Point) -> bool:
    """Whether the model is one of correlations alone: all items ordered, all thresholds those of the sample."""
    problem = point.problem
    if len(problem.spec.ordered) < len(problem.spec.observed):
        return False
    groups = zip(problem.layouts, point.implied, problem.parts, strict=True)
    return all(
        float(np.abs((target_of(part).vector - response_moments(layout, at))[: len(responses_of(layout).item)]).max())
        < _EXACT
        for layout, at, part in groups
    )


@dataclass(frozen=True, slots=True)
class LikelyCorrelations:
    """T of the model and of the baseline by maximum likelihood, and the averages of both where the models hold."""

    chisq: float
    chisq_baseline: float
    trace: float
    trace_baseline: float


def likely_correlations(point: Point) -> LikelyCorrelations | None:
    """Fit of the implied correlations to the polychoric ones by maximum likelihood, at the estimates of least squares.

    F = ln|P| - ln|R| + tr(R P^-1) - p. With r = (I - Delta_c E^-1 Delta' W) s the residual correlations and V the normal-theory
    weight at P, T is on average tr(V acov(r)). The baseline has V = I; with groups lavaan counts its trace N / N_g times, and
    so do we (recorded answers of lavaan 0.7), although the sum over the groups would be its average.
    """
    rows, varied = by_rows(point.problem), vary_at(point)
    inverse = invert(varied.E, null_space(rows.spec, point.theta)[0])
    if inverse is None:
        return None
    T = base = trace = trace_base = 0.0
    groups = zip(rows.layouts, point.implied, rows.parts, rows.statistics, varied.groups, strict=True)
    for layout, at, part, stats, group in groups:
        n = len(responses_of(layout).first)
        R, P = np.asarray(stats.cov), _correlations(response_moments(layout, at)[-n:], len(stats.cov))
        logs = [np.linalg.slogdet(M) for M in (R, P)]
        if not all(np.linalg.eigvalsh(M)[0] > 0 for M in (R, P)):
            return None
        T += stats.n_obs * float(logs[1][1] - logs[0][1] + np.sum(R * np.linalg.inv(P)) - len(R))
        base -= stats.n_obs * float(logs[0][1])
        trace += _average(group, P, n, part.share, (inverse, varied.M))
        trace_base += float(np.trace(group.gamma[-n:, -n:])) / part.share
    return LikelyCorrelations(T, base, trace, trace_base)


def _correlations(lower: Array, p: int) -> Array:
    out = np.eye(p)
    first, second = np.triu_indices(p, k=1)
    out[first, second] = out[second, first] = lower
    return out


def _average(group: GroupVariation, P: Array, n: int, share: float, around: tuple[Array, Array]) -> float:
    """tr(V acov(r)) = tr(V Gamma_cc) - 2 w tr(V Delta_c E^-1 Delta' W Gamma_.c) + w tr(V Delta_c E^-1 M E^-1 Delta_c')."""
    inverse, meat = around
    columns, lines = np.triu_indices(len(P))
    apart = np.flatnonzero(columns != lines)
    V = normal_weight(P, means=False)[np.ix_(apart, apart)]
    VD, Dc = V @ group.Delta[-n:], group.Delta[-n:]
    own = float(np.sum(V * group.gamma[-n:, -n:]))
    mixed = float(np.sum((VD @ inverse) * group.GWD[-n:]))
    return own - 2.0 * share * mixed + share * float(np.sum((VD @ inverse @ meat @ inverse) * Dc))
