"""Factors that share parameters change their unit together, or not at all."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.estimation.options import Method
from cocsem.estimation.problem import objective, pose, respecify
from cocsem.estimation.unit_scales import in_marker_units, in_unit_variances, with_unit_variances

HS = pd.read_csv(Path(__file__).parents[1] / "oracles" / "data" / "hs.csv")
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
GROUPED = {"group": "school"}


@pytest.mark.parametrize(
    ("model", "options", "common"),
    [
        ("f =~ x1 + a*x2 + a*x3 + x4", {}, [1]),
        ("visual =~ x1 + a*x2 + x3\nspeed =~ x7 + a*x8 + x9", {}, [2]),
        ("visual =~ x1 + x2 + a*x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + a*x8 + b*x9\ntextual ~ b*visual", {}, []),
        (MODEL, {**GROUPED, "group_equal": ["loadings"]}, [2, 2, 2]),
        (MODEL, {**GROUPED, "group_equal": ["loadings", "intercepts", "lv.variances", "lv.covariances"]}, [2, 2, 2]),
        (MODEL, {**GROUPED, "group_equal": ["lv.variances"]}, [2, 2, 2]),
        (MODEL + "\nh =~ visual + textual + speed", {**GROUPED, "group_equal": ["loadings"]}, [2, 2, 2, 2]),
        (MODEL + "\ntextual ~ c(a, a)*visual + speed", GROUPED, [1, 1, 2, 2]),
        (MODEL + "\nh =~ visual + c(a, a)*textual + speed", GROUPED, [1, 1, 2, 2, 2]),
    ],
)
def test_the_same_model_in_units_that_factors_share(model, options, common):
    fit = cocsem.sem(model, HS, **options)
    spec, units = with_unit_variances(fit.spec)
    assert sorted(len(unit.members) for unit in set(units.values())) == common
    rng, problem = np.random.default_rng(5), pose(fit.spec, fit.statistics, Method("ULS", "uls"))
    for _ in range(3):
        theta = fit.theta * rng.uniform(0.8, 1.2, len(fit.theta))
        inner, turned = in_unit_variances(fit.spec, units, theta)
        assert not turned
        there, here = objective(respecify(problem, spec), inner), objective(problem, theta)
        assert float(there) == pytest.approx(float(here), rel=1e-10)
        np.testing.assert_allclose(in_marker_units(fit.spec, units, inner), theta, rtol=1e-10)


def test_markers_with_different_values_are_no_common_unit():
    model = "visual =~ c(1, 2)*x1 + c(a, a)*x2 + x3"
    fit = cocsem.sem(model, HS, group="school")
    assert with_unit_variances(fit.spec) == (fit.spec, {})
