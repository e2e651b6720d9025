"""The numbers of one fit that the steps of an explanation are made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from cocsem.estimation.baseline import pose_baseline
from cocsem.estimation.constraints import null_space
from cocsem.estimation.fit_indices.absolute import gfi_lisrel
from cocsem.estimation.fit_indices.goodness_of_fit import residual_chisq, weigh_residuals
from cocsem.estimation.fit_indices.residuals import srmr, sum_squares
from cocsem.estimation.fit_indices.robust_responses import likely_correlations
from cocsem.estimation.fit_indices.weighted_squares import squares_of
from cocsem.estimation.likelihood import count_moments, test_numbers
from cocsem.estimation.ordinal.traces import baseline_test, model_traces
from cocsem.estimation.ordinal.variation import vary_at
from cocsem.estimation.problem import Point, by_rows
from cocsem.estimation.scaled_tests import traces_of
from cocsem.estimation.types import Fit

_TRACED = ("satorra.bentler", "mean.var.adjusted", "scaled.shifted")
_TRACES = ("trace", "trace_of_square", "baseline_trace", "baseline_trace_of_square")


def numbers_of(fit: Fit) -> dict[str, float]:
    """Return every fit measure by its name, and beside them what the formulas need besides.

    count : respondents as the test counts them. groups, variables, moments : how many there are.
    residual_squares, residual_count : what SRMR is the root mean of (one group); srmr_sum : N_g SRMR_g, added over the groups.
    trace, trace_of_square : tr(U Gamma) and tr((U Gamma)^2), which scale the test; baseline_trace and baseline_trace_of_square.
    likely_chisq, likely_trace (and of the baseline) : what robust indices of ordered items are made of.
    weighted_residuals, weighted_total, squared_moments : squares of the goodness of fit of LISREL and how many moments they
    are of (several groups: gfi_sum, n_g GFI_g added). log_variances, log_determinant : of the sample covariances (one group). residual_chisq : the statistic that GFI rests on.

    >>> import cocsem
    >>> fit = cocsem.cfa("visual =~ x1 + x2 + x3; speed =~ x7 + x8 + x9", cocsem.load_dataset("holzinger_swineford"))
    >>> numbers = numbers_of(fit)
    >>> int(numbers["variables"]), int(numbers["moments"]), int(numbers["count"])
    (6, 21, 301)
    """
    numbers = {name: float(value) for name, value in fit.fit_measures.items()}
    if fit.point is None:
        return numbers
    problem = fit.point.problem
    numbers |= {
        "count": float(problem.count),
        "groups": float(len(fit.spec.groups)),
        "variables": float(len(fit.spec.observed)),
        "moments": float(count_moments(problem)),
    }
    numbers |= _of_squares(fit.point) | _of_scaling(fit.point, numbers)
    return numbers if problem.method.ordinal else numbers | dict(_residuals(fit.point)) | _of_moments(fit.point)


def _of_scaling(point: Point, known: Mapping[str, float]) -> dict[str, float]:
    """What scales the tests: traces of U Gamma for the model and the baseline; of ordered items what robust indices rest on."""
    problem = point.problem
    if problem.method.test not in _TRACED or "chisq_scaled" not in known:
        return {}
    if problem.method.ordinal:
        at = null_space(problem.spec, point.theta)[0]
        found = (*model_traces(vary_at(point), at), *baseline_test(problem)[2])
        likely = likely_correlations(point) if "cfi_robust" in known else None
    else:
        base, estimates = pose_baseline(problem)
        found, likely = (*traces_of(by_rows(problem), point.theta), *traces_of(by_rows(base), estimates)), None
    numbers = dict(zip(_TRACES, found, strict=True))
    if likely is None:
        return numbers
    return numbers | {
        "likely_chisq": likely.chisq,
        "likely_trace": likely.trace,
        "likely_baseline_chisq": likely.chisq_baseline,
        "likely_baseline_trace": likely.trace_baseline,
    }


def _of_squares(point: Point) -> dict[str, float]:
    """What the goodness of fit of LISREL and AMOS is made of: of one group its squares, of several the sum of n_g GFI_g."""
    groups, count = squares_of(point), point.problem.count
    numbers = {"squared_moments": float(sum(one.moments for one in groups))}
    if len(groups) == 1:
        return numbers | {"weighted_residuals": groups[0].residual, "weighted_total": groups[0].total}
    return numbers | {"gfi_sum": count * sum(one.share * gfi_lisrel(one.residual, one.total) for one in groups)}


def _residuals(point: Point) -> Iterator[tuple[str, float]]:
    """What SRMR is made of: standardized residuals of covariances, and of means where the model has them."""
    problem, total = point.problem, 0.0
    for S, sample, at in zip(problem.covs, problem.statistics, point.implied, strict=True):
        squares = sum_squares(S, at.Sigma)
        means = (sample.mean, at.mu) if problem.spec.meanstructure else None
        total += sample.n_obs * srmr(squares, means)
        if len(problem.covs) == 1:
            away = np.zeros(0) if means is None else (means[0] - means[1]) ** 2 / squares.own
            yield "residual_squares", squares.standardized + float(away.sum())
            yield "residual_count", float(squares.covariances + len(away))
    yield "srmr_sum", total


def _of_moments(point: Point) -> dict[str, float]:
    """What the baseline statistic of one group is made of, and the statistic of the residuals that GFI rests on."""
    numbers = {"residual_chisq": float(residual_chisq(point, test_numbers(point), weigh_residuals(point)))}
    if len(point.problem.covs) == 1:
        S = point.problem.covs[0]
        numbers["log_variances"] = float(np.log(S.diagonal()).sum())
        numbers["log_determinant"] = float(np.linalg.slogdet(S)[1])
    return numbers
