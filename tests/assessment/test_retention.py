"""How many factors: against psych, against known structure, and the random eigenvalues against drawn data."""

import numpy as np
import pandas as pd
import pytest
from likert_study import likert, oracle, survey

from cocsem.assessment.retention import (
    eigenvalues,
    leading,
    minimum_average_partial,
    parallel_analysis,
    random_eigenvalues,
)
from cocsem.errors import EstimationError, UsageError

RECORDED = oracle("likert_scales_psych.json")


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return likert()


def test_the_minimum_average_partial_agrees_with_psych(data: pd.DataFrame) -> None:
    ours = minimum_average_partial(data.corr().to_numpy())
    np.testing.assert_allclose(ours[1:9], RECORDED["map"], atol=1e-8)


@pytest.mark.parametrize("kind", ["factor", "component"])
def test_five_scales_are_found(data: pd.DataFrame, kind: str) -> None:
    found = parallel_analysis(data, kind=kind, seed=11)
    assert found.facts["n_factors_parallel"] == 5
    assert found.facts["n_factors_map"] == 5
    assert found["parallel_analysis"]["kept"].sum() == 5
    assert "600" in found.text[0].en


def test_a_survey_is_taken_as_it_is(data: pd.DataFrame) -> None:
    assert parallel_analysis(survey(data)).facts == parallel_analysis(data).facts


def test_the_same_seed_gives_the_same_table(data: pd.DataFrame) -> None:
    one, two, other = (parallel_analysis(data, seed=seed)["parallel_analysis"] for seed in (4, 4, 5))
    pd.testing.assert_frame_equal(one, two)
    assert not one["random_mean"].equals(other["random_mean"])


def test_unrelated_items_have_no_factor() -> None:
    noise = pd.DataFrame(np.random.default_rng(3).normal(size=(300, 8)))
    found = parallel_analysis(noise)
    assert found.facts["n_factors_parallel"] == 0 and found.facts["n_factors_map"] == 0


@pytest.mark.parametrize("kind", ["factor", "component"])
def test_the_direct_draw_has_the_distribution_of_drawn_data(kind: str) -> None:
    direct = random_eigenvalues(60, 6, kind=kind, seed=1, iterations=4000)
    rng = np.random.default_rng(2)
    drawn = np.stack([eigenvalues(np.corrcoef(rng.normal(size=(60, 6)), rowvar=False), kind) for _ in range(4000)])
    np.testing.assert_allclose(direct.mean(axis=0), drawn.mean(axis=0), atol=0.015)
    np.testing.assert_allclose(np.percentile(direct, 95, axis=0), np.percentile(drawn, 95, axis=0), atol=0.03)


def test_component_eigenvalues_sum_to_the_number_of_items(data: pd.DataFrame) -> None:
    assert eigenvalues(data.corr().to_numpy(), "component").sum() == pytest.approx(19)


def test_leading_stops_at_the_first_failure() -> None:
    assert leading(np.array([False, True])).sum() == 0


def test_wrong_arguments_are_refused(data: pd.DataFrame) -> None:
    with pytest.raises(UsageError, match="kind must be"):
        parallel_analysis(data, kind="image")
    with pytest.raises(UsageError, match="correlation must be one of pearson, polychoric"):
        parallel_analysis(data, correlation="spearman")
    with pytest.raises(UsageError, match="at least 2"):
        parallel_analysis(data, iterations=1)
    with pytest.raises(EstimationError, match="'sex' must hold numbers"):
        parallel_analysis(data.assign(sex="f"))


def test_data_that_cannot_be_used_are_refused(data: pd.DataFrame) -> None:
    with pytest.raises(EstimationError, match="only 12 of 12"):
        parallel_analysis(data.head(12))
    with pytest.raises(EstimationError, match="at least 2 items"):
        parallel_analysis(data[["tru1"]])
    with pytest.raises(EstimationError, match="tru1 has one answer only"):
        parallel_analysis(data.assign(tru1=4.0))
    with pytest.raises(EstimationError, match="stands in the data twice"):
        parallel_analysis(data.assign(again=data["tru1"]))
