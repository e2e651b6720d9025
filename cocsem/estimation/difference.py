"""Difference tests of two nested models when the statistics are scaled: a difference of scaled statistics is no chi-square."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.constraints import null_space
from cocsem.estimation.discrepancy.least_squares import moment_jacobian
from cocsem.estimation.discrepancy.part import Part
from cocsem.estimation.engines import solve
from cocsem.estimation.inference import bread_of, invert
from cocsem.estimation.problem import Problem, expected_information, implied, objective
from cocsem.estimation.sandwich import variation
from cocsem.estimation.standardized import row_values
from cocsem.model.response_moments import response_jacobian
from cocsem.model.types import ModelSpec, Row

Array = NDArray[np.float64]
_SAME = 1e-8  # discrepancy below which two models imply the same moments


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference test: T_d = T / factor + shift on df degrees of freedom, for the difference T of the unscaled statistics.

    average : what T would be on average under the restricted model, by degree of freedom; the RMSEA of the difference takes it off.
    """

    df: int
    factor: float = 1.0
    shift: float = 0.0
    average: float = 1.0

    def scale(self, chisq: float) -> float:
        """Return the difference statistic."""
        return chisq / self.factor + self.shift


def scaled_difference(df: tuple[float, float], factors: tuple[float, float]) -> Difference:
    """c_d = (df_0 c_0 - df_1 c_1) / (df_0 - df_1) from the scaling factors of the restricted (0) and the wider model (1).

    With c_1 at the estimates of the wider model this is the test of 2001, which may turn out negative; with c_1 at the
    estimates of the restricted model that of 2010, which may not.

    References: satorra2001, satorra2010

    >>> round(scaled_difference((10, 8), (1.2, 1.1)).factor, 6)
    1.6
    """
    m = df[0] - df[1]
    factor = (df[0] * factors[0] - df[1] * factors[1]) / m
    return Difference(int(m), factor, 0.0, factor)


def restricted_difference(
    restricted: tuple[Problem, Array], wider: tuple[Problem, Array], df: int, *, shifted: bool
) -> Difference:
    """The scaled (and shifted) test of the restrictions A that lead from the wider model to the restricted one.

    With E the information (Delta' V Delta, or the observed one where the fit has it) and B = Delta' V Gamma V Delta of the wider
    model, K = A E^-1 B E^-1 A' (A E^-1 A')^-1: c = tr(K) / m; shifted, T a + m - a tr(K) with a = sqrt(m / tr(K^2)).
    Gamma is that of the standard errors: from the answers, or of normal theory under plain least squares; with missing answers
    B is the cross-product of the scores (lavaan takes a Gamma there in which missing answers are means).

    A comes from the tangents of the two models: H solves Delta_1 H = Delta_0 (least squares), and A spans what is
    orthogonal to H, so that the models need not share their parameters.

    References: satorra2000, asparouhov2010
    """
    problem, theta = wider
    Z, _ = null_space(problem.spec, theta)
    A = _restrictions(_tangent(*restricted), _tangent(problem, theta), df)
    expected = invert(expected_information(problem, theta), Z)
    bread = None if expected is None else bread_of(problem, theta, expected, Z)
    if bread is None:
        raise EstimationError(
            "The difference test needs a regular information matrix, but that of the wider model is singular."
        )
    inverse, meat = Z.T @ bread @ Z, Z.T @ variation(problem)(problem, theta) @ Z
    AE = A @ inverse
    K = np.linalg.solve(AE @ A.T, AE @ meat @ AE.T).T
    trace, squared = float(np.trace(K)), float(np.sum(K * K.T))
    if not shifted:
        return Difference(df, trace / df, 0.0, trace / df)
    a = float(np.sqrt(df / squared))
    return Difference(df, 1.0 / a, df - a * trace, trace / df)


def _tangent(problem: Problem, theta: Array) -> Array:
    """Derivatives of all moments of all groups along the directions the constraints leave open, (sum of p*, q)."""
    Z, _ = null_space(problem.spec, theta)
    means = problem.spec.meanstructure
    groups = zip(problem.layouts, implied(problem, theta), strict=True)
    if problem.method.ordinal:
        return np.concatenate([response_jacobian(layout, at) for layout, at in groups]) @ Z
    return np.concatenate([moment_jacobian(layout, at, means=means) for layout, at in groups]) @ Z


def _restrictions(restricted: Array, wider: Array, df: int) -> Array:
    """A (df, q_1): what the tangent of the restricted model leaves open of that of the wider one."""
    if wider.shape[1] - restricted.shape[1] != df:
        raise UsageError(
            "Nested models must differ by as many parameters as degrees of freedom, but these do not. Compare models of one table."
        )
    H = np.linalg.lstsq(wider, restricted, rcond=None)[0]
    return np.asarray(np.linalg.svd(H, full_matrices=True)[0][:, H.shape[1] :].T)


def transferred(restricted: tuple[Problem, Array], wider: Problem) -> Array:
    """The restricted model as parameters of the wider one: the estimates of the wider model had the data been what the restricted
    model implies. For models nested row by row these are the estimates of the restricted model themselves.

    Raises
    ------
    UsageError : the wider model cannot imply the same moments, so the models are not nested.
    """
    problem, theta = restricted
    goal = implied(problem, theta)
    parts = tuple(
        Part(at.Sigma, at.mu if problem.spec.meanstructure else None, share)
        for at, share in zip(goal, wider.shares, strict=True)
    )
    improper = any(np.linalg.eigvalsh(at.Sigma)[0] <= 0.0 for at in goal)  # least squares may end there
    same = replace(wider, parts=parts, method=replace(wider.method, discrepancy="uls" if improper else "ml"))
    values = _values(problem, theta)
    start = np.zeros(wider.spec.n_free)
    for row in wider.spec.rows:
        if row.free:
            start[row.free - 1] = values.get(_key(row), 0.0)
    found = solve(same, start, "native").theta
    if not float(objective(same, found)) < _SAME:
        raise UsageError(
            "A difference test needs nested models, but the model with fewer degrees of freedom cannot imply what the other one implies. "
            "Models that are not nested are compared by aic and bic in fit_measures."
        )
    return found


def _values(problem: Problem, theta: Array) -> dict[tuple[object, ...], float]:
    found: dict[tuple[object, ...], float] = {}
    spec: ModelSpec = problem.spec
    for g, (layout, at) in enumerate(zip(problem.layouts, implied(problem, theta), strict=True), start=1):
        rows = [row for row in spec.rows if row.group == g]
        found |= {_key(row): float(x) for row, x in zip(rows, row_values(rows, layout, at, theta)[0], strict=True)}
    return found


def _key(row: Row) -> tuple[object, ...]:
    return (row.op, row.group, frozenset((row.lhs, row.rhs)) if row.op == "~~" else (row.lhs, row.rhs))
