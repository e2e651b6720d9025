"""Exploratory factor analysis against psych::fa, against the model it asserts, and against wrong input."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.efa import efa
from cocsem.estimation.efa.extraction import OBJECTIVES
from cocsem.estimation.efa.rotation import ROTATIONS

RECORDED = json.loads((Path(__file__).parents[1] / "oracles" / "likert_scales_psych.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def likert() -> pd.DataFrame:
    return pd.DataFrame({name: [float(answer) for answer in row] for name, row in RECORDED["items"].items()})


def matched(ours: pd.DataFrame, theirs: pd.DataFrame) -> list[int]:
    """Their column for each of ours; factors may come in another order when two explain almost the same."""
    return [int(np.argmin(np.abs(theirs.to_numpy() - ours[[name]].to_numpy()).max(axis=0))) for name in ours]


@pytest.mark.parametrize(
    ("key", "method", "rotation"), [("efa_ml_oblimin", "ml", "oblimin"), ("efa_minres_promax", "minres", "promax")]
)
def test_loadings_and_correlations_agree_with_psych(likert: pd.DataFrame, key: str, method: str, rotation: str) -> None:
    solution = efa(likert, 5, method=method, rotation=rotation)
    loadings = pd.DataFrame(RECORDED[key]["loadings"]).T
    phi = pd.DataFrame(RECORDED[key]["phi"]).T
    order = matched(solution.loadings, loadings)
    assert sorted(order) == list(range(5))
    np.testing.assert_allclose(solution.loadings, loadings.to_numpy()[:, order], atol=2e-5)
    np.testing.assert_allclose(solution.phi, phi.to_numpy()[np.ix_(order, order)], atol=2e-5)
    assert solution.converged and solution.heywood == ()


def test_the_test_of_fit_agrees_with_psych(likert: pd.DataFrame) -> None:
    solution = efa(likert, 5)
    assert solution.df == RECORDED["efa_ml_oblimin"]["df"]
    assert solution.statistic == pytest.approx(RECORDED["efa_ml_oblimin"]["statistic"], rel=1e-7)
    assert solution.pvalue == pytest.approx(0.03234, abs=1e-5)


@pytest.mark.parametrize("rotation", ROTATIONS)
def test_rotation_changes_neither_fit_nor_communalities(likert: pd.DataFrame, rotation: str) -> None:
    plain, turned = efa(likert, 3, rotation="none"), efa(likert, 3, rotation=rotation)
    common = turned.loadings.to_numpy() @ turned.phi.to_numpy() @ turned.loadings.to_numpy().T
    np.testing.assert_allclose(common, plain.loadings.to_numpy() @ plain.loadings.to_numpy().T, atol=1e-8)
    np.testing.assert_allclose(np.diag(turned.phi), 1.0, atol=1e-12)
    np.testing.assert_allclose(turned.communalities + turned.uniquenesses, 1.0, atol=1e-5)
    assert turned.variance.is_monotonic_decreasing and (turned.loadings.sum() > 0).all()
    assert turned.variance.sum() == pytest.approx(turned.communalities.sum())


@pytest.mark.parametrize("method", list(OBJECTIVES))
def test_gradients_are_derivatives(likert: pd.DataFrame, method: str) -> None:
    cor = likert.iloc[:, :8].corr().to_numpy()
    unique, step = np.linspace(0.3, 0.8, 8), 1e-6
    gradient = OBJECTIVES[method](unique, cor, 2)[1]
    moves = np.eye(8) * step
    numeric = [
        (OBJECTIVES[method](unique + m, cor, 2)[0] - OBJECTIVES[method](unique - m, cor, 2)[0]) / (2 * step)
        for m in moves
    ]
    np.testing.assert_allclose(gradient, numeric, atol=1e-7)


def test_a_saturated_one_factor_model_reproduces_three_items() -> None:
    rng = np.random.default_rng(7)
    data = pd.DataFrame(rng.normal(size=(400, 1)) + rng.normal(size=(400, 3)), columns=list("abc"))
    solution = efa(data, 1)
    product = solution.loadings.to_numpy() @ solution.loadings.to_numpy().T
    cor = data.corr().to_numpy()
    np.testing.assert_allclose(product[np.triu_indices(3, 1)], cor[np.triu_indices(3, 1)], atol=1e-4)
    assert solution.df == 0 and solution.statistic == pytest.approx(0.0, abs=1e-4) and np.isnan(solution.pvalue)
    assert solution.rotation == "none"


def test_rows_with_missing_answers_are_left_out(likert: pd.DataFrame) -> None:
    holed = likert.copy()
    holed.iloc[:50, 0] = np.nan
    pd.testing.assert_frame_equal(efa(holed, 2).loadings, efa(likert.iloc[50:], 2).loadings)
    assert efa(holed, 2).n_obs == 550


def test_a_heywood_case_is_named() -> None:
    cor = np.array([[1, 0.9, 0.8, 0.2], [0.9, 1, 0.5, 0.1], [0.8, 0.5, 1, 0.1], [0.2, 0.1, 0.1, 1]])
    rng = np.random.default_rng(0)
    raw = rng.normal(size=(200, 4))
    white = (raw - raw.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(raw, rowvar=False))).T
    data = pd.DataFrame(white @ np.linalg.cholesky(cor).T, columns=list("abcd"))
    assert efa(data, 1).heywood == ("a",)


@pytest.mark.parametrize(
    ("n_factors", "method", "rotation", "said"),
    [
        (0, "ml", "oblimin", "whole number"),
        (15, "ml", "oblimin", "cannot determine"),
        (2, "pa", "oblimin", "method must be"),
        (2, "ml", "equamax", "rotation must be"),
    ],
)
def test_wrong_arguments_are_refused(
    likert: pd.DataFrame, n_factors: int, method: str, rotation: str, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        efa(likert, n_factors, method=method, rotation=rotation)


def test_data_that_cannot_be_factored_are_refused(likert: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="complete rows"):
        efa(likert.head(15), 2)
    with pytest.raises(EstimationError, match="must vary, but inv1"):
        efa(likert.assign(inv1=3.0), 2)
    with pytest.raises(EstimationError, match="twice"):
        efa(likert.assign(again=likert["inv1"]), 2)
