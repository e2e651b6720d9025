"""Convergent and discriminant validity against semTools, and where the criteria part ways."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from likert_study import SCALES, hs_fit, likert, likert_scales, oracle

from cocsem.assessment.validity import htmt, validity
from cocsem.errors import UsageError
from cocsem.estimation.types import Fit, GroupMatrices
from cocsem.model.types import ModelSpec, Row
from cocsem.moments.types import SampleStatistics
from cocsem.references import load_references

RECORDED = oracle("likert_scales_psych.json")


@pytest.mark.parametrize(("key", "geometric"), [("htmt", False), ("htmt2", True)])
def test_the_ratios_agree_with_semtools(key: str, geometric: bool) -> None:
    items = {code: [str(name) for name in block] for code, block in likert_scales().items()}
    ratios = htmt(likert().corr(), items, geometric=geometric)
    recorded = pd.DataFrame(RECORDED[key]).loc[list(SCALES), list(SCALES)]
    np.testing.assert_allclose(ratios, recorded, atol=1e-8)


def test_the_same_items_twice_have_ratio_one() -> None:
    cor = pd.DataFrame(0.4 + 0.6 * np.eye(6), index=list("abcdef"), columns=list("abcdef"))
    ratios = htmt(cor, {"X": ["a", "b", "c"], "Y": ["d", "e", "f"]})
    np.testing.assert_allclose(ratios, 1.0)


def test_reversed_items_do_not_change_the_ratio() -> None:
    data = likert()
    items = {code: [str(name) for name in block] for code, block in likert_scales().items()}
    turned = data.assign(inv2=6 - data["inv2"])
    np.testing.assert_allclose(htmt(turned.corr(), items), htmt(data.corr(), items))


def test_a_construct_with_one_item_has_no_ratio() -> None:
    cor = pd.DataFrame(0.5 + 0.5 * np.eye(3), index=list("abc"), columns=list("abc"))
    assert np.isnan(htmt(cor, {"X": ["a", "b"], "Y": ["c"]}).loc["X", "Y"])


def test_items_that_do_not_correlate_at_all_have_no_ratio() -> None:
    cor = pd.DataFrame(np.eye(4), index=list("abcd"), columns=list("abcd"))
    for geometric in (False, True):
        assert np.isnan(htmt(cor, {"X": ["a", "b"], "Y": ["c", "d"]}, geometric=geometric).loc["X", "Y"])


def test_holzinger_swineford() -> None:
    found = validity(hs_fit())
    assert [table.key for table in found.tables] == [
        "summary",
        "loadings",
        "convergent",
        "discriminant",
        "fornell_larcker",
        "htmt_matrix",
        "htmt2_matrix",
    ]
    assert found["loadings"]["std_all"].iloc[0] == pytest.approx(0.771880424, abs=1e-6)
    assert found["loadings"]["se"].iloc[1] == pytest.approx(0.099665117)
    pairs = found["discriminant"]
    assert pairs["htmt2"].tolist() == pytest.approx([0.384, 0.387, 0.280], abs=1e-3)
    assert pairs["htmt"].tolist() == pytest.approx([0.424, 0.467, 0.290], abs=1e-3)
    assert pairs["correlation"].iloc[0] == pytest.approx(0.4585, abs=1e-4)
    square = found["fornell_larcker"]
    assert square["visual"].iloc[0] == pytest.approx(np.sqrt(found["convergent"]["ave"].iloc[0]))
    assert square["visual"].iloc[1] == pytest.approx(pairs["correlation"].iloc[0])
    assert np.isnan(square["textual"].iloc[0])
    assert [label.en for label in found["convergent"]["convergent_validity"]] == [
        "partly supported",
        "supported",
        "partly supported",
    ]
    assert "All 3 pairs" in found.text[0].en and found.warnings == ()
    assert set(found.references) <= set(load_references())


def test_item_correlations_can_come_from_the_answers() -> None:
    rng = np.random.default_rng(2)
    answers = pd.DataFrame(rng.normal(size=(80, 1)) + rng.normal(size=(80, 9)), columns=[f"x{i}" for i in range(1, 10)])
    blocks = {"one": answers.iloc[:, :5], "two": answers.iloc[:, 5:]}
    expected = htmt(answers.corr(), {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"]}).loc[
        "visual", "textual"
    ]
    assert validity(hs_fit(), blocks)["discriminant"]["htmt"].iloc[0] == pytest.approx(expected)
    with pytest.raises(UsageError, match="x9 is not there"):
        validity(hs_fit(), {"one": answers.iloc[:, :8]})


def two_factors(loadings: list[float], correlation: float, cross: float) -> Fit:
    """Two factors with two items each; `cross` is the correlation of the items across factors in the data."""
    observed, b = ("a", "b", "c", "d"), np.array(loadings)
    lam = np.zeros((4, 2))
    lam[:2, 0], lam[2:, 1] = b[:2], b[2:]
    psi = np.array([[1.0, correlation], [correlation, 1.0]])
    theta = np.diag(1 - b**2)
    sample = np.full((4, 4), cross)
    sample[:2, :2] = sample[2:, 2:] = 0.6
    np.fill_diagonal(sample, 1.0)
    rows = tuple(Row("XY"[i // 2], "=~", name) for i, name in enumerate(observed))
    return replace(
        hs_fit(),
        spec=ModelSpec(rows, observed=observed, latent=("X", "Y")),
        statistics=(SampleStatistics(observed, sample, np.zeros(4), 100, 100),),
        matrices=(GroupMatrices(("X", "Y"), observed, lam, psi, theta, lam @ psi @ lam.T + theta, np.zeros(4)),),
    )


def test_criteria_that_disagree_are_said() -> None:
    found = validity(two_factors([0.6] * 4, 0.7, 0.3))
    assert found["discriminant"]["discriminant_validity"].iloc[0].en == "criteria disagree"
    assert "by Fornell-Larcker they are not distinct, by HTMT (.50) and HTMT2 (.50) they are." in found.text[0].en
    assert "the smaller AVE (.36), which falls with weak items" in found.text[0].en
    assert "HTMT (0,50)" in found.text[0].id


def test_two_constructs_that_are_one_are_said() -> None:
    found = validity(two_factors([0.6] * 4, 0.95, 0.6))
    assert found["discriminant"]["discriminant_validity"].iloc[0].en == "not distinct"
    assert "merge them" in found.text[0].en


def test_without_convergence_there_is_no_validity() -> None:
    found = validity(hs_fit(converged=False, admissible=None, matrices=()))
    assert found.tables == () and "converge" in found.warnings[0].en


def test_an_inadmissible_model_is_not_relied_on() -> None:
    assert "admissible" in validity(hs_fit(admissible=False)).warnings[0].en


def test_a_negative_construct_variance_gives_no_verdict() -> None:
    fit = hs_fit(admissible=False)
    psi = fit.matrices[0].latent_cov.copy()
    psi[0, 0] = -0.1
    found = validity(replace(fit, matrices=(replace(fit.matrices[0], latent_cov=psi),)))
    assert found["discriminant"]["fornell_larcker_verdict"].iloc[0] is None
    assert found["discriminant"]["discriminant_validity"].iloc[0].en == "no verdict"


def test_groups_are_kept_apart() -> None:
    fit = hs_fit()
    groups = tuple(replace(fit.statistics[0], group=name) for name in ("Pasteur", "Grant-White"))
    estimates = pd.concat([fit.estimates.assign(group=sample.group) for sample in groups])
    found = validity(replace(fit, statistics=groups, matrices=fit.matrices * 2, estimates=estimates))
    assert found["discriminant"]["group"].tolist() == ["Pasteur"] * 3 + ["Grant-White"] * 3
    assert len(found["htmt_matrix_Grant-White"]) == 3
    assert found["loadings"]["est"].notna().all()
