"""Normality: Mardia against semTools, item moments against their definitions."""

import numpy as np
import pandas as pd
import pytest
from likert_study import oracle

from cocsem.assessment.screening.normality import kurtosis, mardia, mardia_table, skewness, univariate_normality
from cocsem.errors import EstimationError

RECORDED = oracle("mardia_semtools.json")
DATA = pd.DataFrame(RECORDED["items"])


def test_mardia_agrees_with_semtools() -> None:
    found = mardia(DATA)
    assert found.skewness == pytest.approx(RECORDED["skew"]["b1d"], rel=1e-9)
    assert found.skewness_chisq == pytest.approx(RECORDED["skew"]["chi"], rel=1e-9)
    assert found.df == RECORDED["skew"]["df"]
    assert found.kurtosis == pytest.approx(RECORDED["kurtosis"]["b2d"], rel=1e-9)
    assert found.kurtosis_z == pytest.approx(RECORDED["kurtosis"]["z"], rel=1e-9)


def test_mardia_is_the_double_sum_of_its_definition() -> None:
    rows = DATA.iloc[:40, :3]
    centred = rows.to_numpy() - rows.to_numpy().mean(axis=0)
    distances = centred @ np.linalg.inv(rows.cov().to_numpy()) @ centred.T
    found = mardia(rows)
    assert found.skewness == pytest.approx((distances**3).mean())
    assert found.kurtosis == pytest.approx((np.diag(distances) ** 2).mean())


def test_mardia_does_not_change_with_the_unit_or_mixture_of_items() -> None:
    mixed = pd.DataFrame(DATA.to_numpy() @ (np.eye(9) + np.triu(np.ones((9, 9)))))
    assert mardia(mixed).skewness == pytest.approx(mardia(DATA).skewness)
    assert mardia(mixed).kurtosis == pytest.approx(mardia(DATA).kurtosis)


def test_normal_data_pass_and_skewed_data_do_not() -> None:
    normal = pd.DataFrame(np.random.default_rng(5).normal(size=(400, 4)))
    labels = [verdict.label for verdict in mardia_table(mardia(normal))[1]]
    assert all(label is not None and label.en.startswith("no evidence") for label in labels)
    table, verdicts = mardia_table(mardia(DATA))
    assert verdicts[0].label is not None and verdicts[0].label.en == "not multivariate normal"
    assert table.frame["df"].tolist() == [165, None]


def test_item_moments_are_those_of_scipy_corrected_for_bias() -> None:
    from scipy.stats import kurtosis as scipy_kurtosis
    from scipy.stats import skew as scipy_skew

    values = DATA.iloc[:, 0]
    assert skewness(values) == pytest.approx(scipy_skew(values, bias=False))
    assert kurtosis(values) == pytest.approx(scipy_kurtosis(values, bias=False))


def test_z_values_divide_by_the_standard_errors() -> None:
    row = univariate_normality(DATA).frame.iloc[0]
    n = 500
    error = np.sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3)))
    assert row["z_skew"] == pytest.approx(row["skewness"] / error)
    assert row["z_kurtosis"] == pytest.approx(row["kurtosis"] / (2 * error * np.sqrt((n**2 - 1) / ((n - 3) * (n + 5)))))


def test_items_without_spread_or_answers_have_no_moments() -> None:
    frame = univariate_normality(
        pd.DataFrame({"flat": [2.0] * 6, "few": [1.0, 2.0] + [np.nan] * 4, "none": [np.nan] * 6})
    ).frame
    assert frame[["skewness", "kurtosis", "z_skew", "z_kurtosis"]].isna().all().all()
    assert frame["skewness_verdict"].tolist() == [None] * 3


def test_mardia_needs_regular_data() -> None:
    with pytest.raises(EstimationError):
        mardia(DATA.assign(again=DATA.iloc[:, 0]))
    with pytest.raises(EstimationError):
        mardia(DATA.head(5))
