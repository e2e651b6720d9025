"""Every discrepancy: gradient and Hessian against finite differences, the expected Hessian, and the batch axis."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.estimation.discrepancy import DISCREPANCIES
from cocsem.estimation.options import Method
from cocsem.estimation.problem import expected_information, gradient, objective, observed_information, pose
from cocsem.model.matrices import imply

DATA = Path(__file__).parents[1] / "oracles" / "data"
# factor means, paths among factors, a path from an observed outcome and a covariate: every kind of second derivative
MODEL = """visual =~ x1 + x2 + x3
textual =~ x4 + x5 + x6
textual ~ visual + ageyr
x7 ~ textual + x8
x4 ~~ x7"""
MEANS = "\nvisual ~ 1\nx1 ~ 0*1\nx2 ~ i*1\nx3 ~ i*1"


def _problem(discrepancy, means, fixed_x):
    data = pd.read_csv(DATA / "hs.csv").dropna()
    if discrepancy == "fiml":
        data = data.mask(np.random.default_rng(11).uniform(size=data.shape) < 0.05)
        data[["ageyr", "x8"]] = data[["ageyr", "x8"]].fillna(data[["ageyr", "x8"]].mean())
    options = {"missing": "fiml"} if discrepancy == "fiml" else {"meanstructure": means}
    fit = cocsem.sem(MODEL + (MEANS if means else ""), data, fixed_x=fixed_x, **options)
    method = fit.method if discrepancy == "fiml" else Method(discrepancy=discrepancy)
    theta = fit.theta + 0.1 * np.random.default_rng(1).uniform(-1, 1, len(fit.theta)) * np.abs(fit.theta)
    return pose(fit.spec, fit.statistics, method), theta


CONTINUOUS = [name for name in DISCREPANCIES if not name.startswith("ordinal.")]
CASES = [(name, means, fixed) for name in CONTINUOUS for means in (False, True) for fixed in (False, True)]


@pytest.fixture(scope="module", params=[c for c in CASES if c[0] != "fiml" or c[1]], ids=str)
def posed(request):
    return _problem(*request.param)


def _differences(function, theta, step=1e-5):
    moved = [function(theta + step * e) - function(theta - step * e) for e in np.eye(len(theta))]
    return np.array(moved) / (2.0 * step)


def test_the_gradient_is_the_slope_of_the_objective(posed):
    problem, theta = posed
    slopes = _differences(lambda t: objective(problem, t), theta)
    assert gradient(problem, theta) == pytest.approx(slopes, rel=1e-5, abs=1e-6 * np.abs(slopes).max())


def test_the_observed_information_is_half_the_hessian(posed):
    problem, theta = posed
    hessian = _differences(lambda t: gradient(problem, t), theta)
    half = observed_information(problem, theta)
    assert half == pytest.approx(hessian / 2.0, rel=1e-4, abs=1e-6 * np.abs(hessian).max())
    assert half == pytest.approx(half.T, abs=1e-9 * np.abs(half).max())


@pytest.mark.parametrize("case", [c for c in CASES if c[0] != "fiml"], ids=str)
def test_both_kinds_of_information_agree_where_the_model_holds(case):
    """Not with incomplete rows: their moments cannot be replaced by the implied ones."""
    problem, theta = _problem(*case)
    parts = []
    for part, layout in zip(problem.parts, problem.layouts, strict=True):
        at = imply(layout, theta)
        parts.append(replace(part, cov=at.Sigma, mean=None if part.mean is None else at.mu))
    exact = replace(problem, parts=tuple(parts))
    assert float(objective(exact, theta)) == pytest.approx(0.0, abs=1e-9)
    assert observed_information(exact, theta) == pytest.approx(expected_information(exact, theta), rel=1e-8, abs=1e-8)


def test_a_batch_gives_what_its_members_give(posed):
    problem, theta = posed
    batch = np.stack([theta, theta * 1.02])
    for function in (objective, gradient, expected_information, observed_information):
        together = function(problem, batch)
        for one, values in zip(batch, together, strict=True):
            assert values == pytest.approx(function(problem, one), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("discrepancy", ["ml", "gls", "uls", "dwls", "wls"])
def test_the_hessian_of_two_groups(discrepancy):
    data = pd.read_csv(DATA / "hs.csv").dropna()
    fit = cocsem.cfa("f =~ x1 + x2 + x3 + x4", data, group="school", group_equal=["loadings", "intercepts"])
    problem = pose(fit.spec, fit.statistics, Method(discrepancy=discrepancy))
    hessian = _differences(lambda t: gradient(problem, t), fit.theta)
    assert observed_information(problem, fit.theta) == pytest.approx(
        hessian / 2, rel=1e-4, abs=1e-6 * np.abs(hessian).max()
    )
    assert sum(problem.shares) == pytest.approx(1.0)
