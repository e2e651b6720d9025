"""The baseline model as a table edit: variances only, with the covariances among exogenous covariates left free."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.problem import Problem, pose
from cocsem.model.types import ModelSpec, Row
from cocsem.moments.types import SampleStatistics

Array = NDArray[np.float64]


def baseline_spec(spec: ModelSpec) -> ModelSpec:
    """Return the independence model of the observed variables: free variances and means; moments of fixed x stay fixed."""
    rows: list[Row] = []
    free = 0
    for group in range(1, len(spec.groups) + 1):
        for lhs, op, rhs in _entries(spec):
            fixed = lhs in spec.exogenous and (op == "~1" or rhs in spec.exogenous)
            free += 0 if fixed else 1
            rows.append(Row(lhs, op, rhs, group, 0 if fixed else free, None, "", exo=fixed, user=False))
    return replace(spec, rows=tuple(rows), constraints=(), definitions=(), latent=())


def _entries(spec: ModelSpec) -> list[tuple[str, str, str]]:
    entries = [(v, "~~", v) for v in spec.observed]
    entries += [(a, "~~", b) for i, a in enumerate(spec.covariates) for b in spec.covariates[i + 1 :]]
    return entries + ([(v, "~1", "") for v in spec.observed] if spec.meanstructure else [])


def pose_baseline(problem: Problem) -> tuple[Problem, Array]:
    """Return the baseline problem and its estimates: the sample moments themselves."""
    spec = baseline_spec(problem.spec)
    base = pose(spec, problem.statistics, problem.method)
    theta = np.zeros(spec.n_free)
    for row in spec.rows:
        if row.free:
            stats, S = problem.statistics[row.group - 1], base.covs[row.group - 1]
            theta[row.free - 1] = _moment(row, stats, S)
    return base, theta


def _moment(row: Row, stats: SampleStatistics, S: Array) -> float:
    i = stats.names.index(row.lhs)
    return float(stats.mean[i]) if row.op == "~1" else float(S[i, stats.names.index(row.rhs)])
