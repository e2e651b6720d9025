"""Scaled and robust indices of models with ordered items."""

from __future__ import annotations

from cocsem.estimation.fit_indices.scaled import scaled_indices
from cocsem.estimation.likelihood import TestNumbers
from cocsem.estimation.ordinal.traces import baseline_test
from cocsem.estimation.problem import Point, by_rows
from cocsem.estimation.scaled_tests import by_traces, scaled_test


def scaled_response_indices(point: Point, numbers: TestNumbers) -> dict[str, float]:
    """Compute scaled test, CFI, TLI and RMSEA."""
    problem = point.problem
    if not problem.method.scaled:
        return {}
    test = problem.method.test
    model = scaled_test(by_rows(problem), point.theta, numbers.df)
    base = by_traces(test, numbers.df_baseline, *baseline_test(problem)[2])
    return scaled_indices(numbers, model, base, adjusted=True)
