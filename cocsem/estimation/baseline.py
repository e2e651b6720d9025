"""The baseline model as a table edit: variances only, with the covariances among exogenous covariates left free."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cocsem.estimation.discrepancy import WEIGHTINGS
from cocsem.estimation.engines import native
from cocsem.estimation.problem import Problem, respecify
from cocsem.model.types import ModelSpec, Row
from cocsem.moments.missing import independent_moments

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
    """Return the baseline problem and its estimates: the sample moments themselves, but where weights tie moments together."""
    spec = baseline_spec(problem.spec)
    base = respecify(problem, spec)
    theta = np.zeros(spec.n_free)
    moments = [
        (s.mean, S) if s.patterns is None else independent_moments(s, spec.covariates)
        for s, S in zip(problem.statistics, base.covs, strict=True)
    ]
    for row in spec.rows:
        if row.free:
            theta[row.free - 1] = _moment(row, spec.observed, *moments[row.group - 1])
    return base, native.solve(base, theta).theta if problem.method.discrepancy in WEIGHTINGS else theta


def _moment(row: Row, names: tuple[str, ...], mean: Array, cov: Array) -> float:
    i = names.index(row.lhs)
    return float(mean[i]) if row.op == "~1" else float(cov[i, names.index(row.rhs)])
