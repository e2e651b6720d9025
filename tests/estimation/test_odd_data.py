"""Data at the edge of what floating point holds, and estimates outside of what can be: told, without a warning of NumPy's or a failing matrix."""

import numpy as np
import pytest

import cocsem
from cocsem.estimation.moment_slopes import positive_definite

HS = cocsem.load_dataset("holzinger_swineford")
PATHS = "x4 ~ a*x1 + x2\nx7 ~ b*x4 + x1\nind := a*b"


def test_implied_variances_below_zero_have_no_correlations():
    fit = cocsem.growth("f =~ x1 + x2 + x3 + x4\nf ~ x7 + x8", HS, estimator="WLS")
    assert fit.converged and fit.admissible is False and "x8" in fit.warnings[0]["en"]
    assert np.isnan(fit.fit_measures["crmr"]) and np.isfinite(fit.fit_measures["srmr"])


@pytest.mark.parametrize(
    "options", [{"bootstrap": 30}, {"test": "bollen.stine", "bootstrap": 30}, {"bootstrap": 30, "meanstructure": True}]
)
@pytest.mark.parametrize("model", [PATHS, "f =~ x1 + x2 + x3 + x4\nx1 ~~ x2"])
def test_bootstrap_of_items_with_very_unlike_units(model, options):
    fit = cocsem.sem(model, HS.assign(x1=HS["x1"] * 1e9), seed=1, **options)
    assert fit.converged and any("Bootstrap" in text["en"] or "Bollen" in text["en"] for text in fit.warnings)


def test_positive_definite_among_others_that_are_not():
    rng = np.random.default_rng(4)
    root = rng.normal(size=(6, 4, 4))
    matrices = root @ root.swapaxes(1, 2)
    matrices[1, 0, 0], matrices[4] = -1.0, np.nan
    good, logdet = positive_definite(matrices)
    assert good.tolist() == [True, False, True, True, False, True]
    np.testing.assert_allclose(logdet[good], np.linalg.slogdet(matrices[good])[1])
    assert np.isposinf(logdet[~good]).all()
