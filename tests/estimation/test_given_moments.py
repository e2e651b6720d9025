"""Moments in the place of answers give the numbers of the answers, for one group and for several."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import CocsemError, UsageError

HS = pd.read_csv(Path(__file__).parents[1] / "oracles" / "data" / "hs.csv")
MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
ITEMS = [f"x{n}" for n in range(1, 7)]
PARTS = {str(label): part[ITEMS] for label, part in HS.groupby("school", sort=False)}
COVS, MEANS, SIZES = (
    [p.cov() for p in PARTS.values()],
    [p.mean() for p in PARTS.values()],
    list(map(len, PARTS.values())),
)


@pytest.mark.parametrize("estimator", ["ML", "GLS", "ULS"])
@pytest.mark.parametrize("named", [True, False])
def test_groups_of_moments_are_groups_of_answers(estimator, named):
    equal = ["loadings", "intercepts"]
    data = cocsem.cfa(MODEL, HS, group="school", group_equal=equal, estimator=estimator)
    wrap = (lambda values: dict(zip(PARTS, values, strict=True))) if named else list
    given = wrap(COVS), wrap(MEANS), wrap(SIZES)
    fit = cocsem.cfa(
        MODEL, sample_cov=given[0], sample_mean=given[1], sample_nobs=given[2], group_equal=equal, estimator=estimator
    )
    assert fit.spec.groups == (tuple(PARTS) if named else ("Group 1", "Group 2"))
    assert fit.fit_measures["chisq"] == pytest.approx(data.fit_measures["chisq"], rel=1e-8)
    assert fit.estimates["se"].tolist() == pytest.approx(data.estimates["se"].tolist(), rel=1e-6)


def test_means_bring_a_mean_structure_and_their_absence_none():
    one = {"sample_cov": HS[ITEMS].cov(), "sample_nobs": len(HS)}
    assert cocsem.cfa(MODEL, **one, sample_mean=HS[ITEMS].mean()).spec.meanstructure
    assert not cocsem.cfa(MODEL, **one).spec.meanstructure
    assert not cocsem.cfa(MODEL, sample_cov=COVS, sample_nobs=SIZES, group_equal=["loadings"]).spec.meanstructure


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"sample_cov": COVS, "sample_nobs": 100}, "one entry for each"),
        ({"sample_cov": COVS, "sample_nobs": SIZES, "sample_mean": MEANS[:1]}, "one entry for each"),
        ({"sample_cov": dict(zip(PARTS, COVS, strict=True)), "sample_nobs": {"a": 1, "b": 2}}, "one entry for each"),
        ({"sample_cov": [1.0, 2.0], "sample_nobs": SIZES}, "must be a DataFrame"),
        ({"sample_cov": COVS[0], "sample_nobs": 100, "group": "school"}, "group= needs data"),
        ({}, "Give data, or the moments"),
    ],
)
def test_what_are_no_moments_is_refused(given, says):
    with pytest.raises(UsageError, match=says):
        cocsem.cfa(MODEL, **given)


@pytest.mark.parametrize(
    "mean", [MEANS[0].to_dict(), MEANS[0].iloc[::-1], MEANS[0].tolist(), pd.Series(MEANS[0].to_numpy())]
)
def test_means_and_rows_go_by_their_names_and_else_by_their_order(mean):
    plain = cocsem.cfa(MODEL, sample_cov=COVS[0], sample_mean=MEANS[0], sample_nobs=SIZES[0])
    turned = COVS[0].iloc[::-1]
    counted = COVS[0].reset_index(drop=True)
    for cov in (turned, counted):
        fit = cocsem.cfa(MODEL, sample_cov=cov, sample_mean=mean, sample_nobs=str(SIZES[0]))
        assert fit.estimates["est"].to_numpy() == pytest.approx(plain.estimates["est"].to_numpy(), rel=1e-12)


@pytest.mark.parametrize(
    "given, says",
    [
        ({"sample_nobs": 0}, "whole number"),
        ({"sample_nobs": 99.5}, "whole number"),
        ({"sample_nobs": "many"}, "whole number"),
        ({"sample_cov": COVS[0].rename(index={"x1": "q"})}, "same variables in its index"),
        ({"sample_cov": COVS[0] - 5.0 * np.eye(6)}, "variances are positive"),
        ({"sample_mean": MEANS[0].iloc[:3]}, "missing: x4, x5, x6"),
        ({"sample_mean": MEANS[0].rename({"x1": "q"})}, "missing: x1"),
        ({"sample_mean": [1.0, 2.0]}, "for each of the 6 variables"),
    ],
)
def test_moments_that_do_not_fit_together_are_refused_with_the_reason(given, says):
    with pytest.raises(CocsemError, match=says):
        cocsem.cfa(MODEL, **{"sample_cov": COVS[0], "sample_mean": MEANS[0], "sample_nobs": SIZES[0]} | given)
