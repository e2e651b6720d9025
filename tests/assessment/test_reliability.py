"""Reliability against psych and semTools, against identities, and against scales that cannot be reliable."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from likert_study import hs_fit, likert, likert_scales, oracle, survey

from cocsem.assessment.measurement import Block, blocks
from cocsem.assessment.reliability import reliability
from cocsem.assessment.reliability.coefficients import (
    alpha_if_dropped,
    alpha_interval,
    cronbach_alpha,
    item_rest_correlation,
    standardized_alpha,
)
from cocsem.assessment.reliability.congeneric import (
    average_variance_extracted,
    coefficient_h,
    composite_reliability,
    omega,
    omega_observed,
    weighted_variance_extracted,
)
from cocsem.assessment.reliability.registry import COEFFICIENTS
from cocsem.estimation.verbs import cfa
from cocsem.references import load_references

RECORDED = oracle("likert_scales_psych.json")
HS = oracle("hs_validity_semtools.json")


@pytest.mark.parametrize("code", ["INV", "ENG", "COC", "TRU", "LOY"])
def test_alpha_and_item_statistics_agree_with_psych(code: str) -> None:
    items, psych = likert_scales()[code], RECORDED["alpha"][code.lower()]
    assert cronbach_alpha(items) == pytest.approx(psych["raw_alpha"], abs=1e-8)
    assert standardized_alpha(items) == pytest.approx(psych["std_alpha"], abs=1e-8)
    assert alpha_if_dropped(items).to_dict() == pytest.approx(psych["alpha_if_dropped"], abs=1e-8)
    assert item_rest_correlation(items).to_dict() == pytest.approx(psych["item_rest_r"], abs=1e-8)


def test_the_interval_of_pingouin_is_feldts() -> None:
    from scipy.stats import f

    items = likert_scales()["TRU"]
    alpha, n, k = cronbach_alpha(items), len(items), items.shape[1]
    limits = [1 - (1 - alpha) * f.isf(p, n - 1, (n - 1) * (k - 1)) for p in (0.025, 0.975)]
    assert alpha_interval(items) == pytest.approx(limits, abs=5e-4)


def test_alpha_and_pingouin_are_the_same_number() -> None:
    import pingouin

    items = likert_scales()["COC"]
    assert cronbach_alpha(items) == pytest.approx(pingouin.cronbach_alpha(data=items)[0], abs=1e-12)


@pytest.mark.parametrize("construct", ["visual", "textual", "speed"])
def test_omega_alpha_and_ave_agree_with_semtools(construct: str) -> None:
    block = {block.construct: block for block in blocks(hs_fit())}[construct]
    assert omega_observed(block) == pytest.approx(HS["omega"][construct], abs=1e-6)
    assert weighted_variance_extracted(block) == pytest.approx(HS["ave"][construct], abs=1e-6)
    k = len(block.items)
    alpha = k / (k - 1) * (1 - np.trace(block.observed) / block.observed.sum())
    assert alpha == pytest.approx(HS["alpha"][construct], abs=1e-6)


def made(loadings: list[float], residual: np.ndarray, variance: float = 1.0) -> Block:
    b = np.array(loadings)
    implied = np.outer(b, b) * variance + residual
    v = np.array(variance)
    return Block("F", tuple("abcd"[: len(b)]), b, v, residual, implied, implied, v)


def test_equal_standard_items_make_all_coefficients_one_number() -> None:
    block = made([0.7, 0.7, 0.7], np.eye(3) * 0.51)
    expected = 3 * 0.49 / (1 + 2 * 0.49)
    for value in (composite_reliability(block), omega(block), omega_observed(block), coefficient_h(block)):
        assert value == pytest.approx(expected)
    assert average_variance_extracted(block) == pytest.approx(weighted_variance_extracted(block)) == pytest.approx(0.49)


def test_a_residual_covariance_lowers_composite_reliability() -> None:
    free = np.eye(3) * 0.51
    tied = free.copy()
    tied[0, 1] = tied[1, 0] = 0.2
    assert composite_reliability(made([0.7] * 3, tied)) == pytest.approx(4.41 / (4.41 + 3 * 0.51 + 0.4))
    assert composite_reliability(made([0.7] * 3, free)) == pytest.approx(4.41 / (4.41 + 3 * 0.51))


def test_the_unit_of_an_item_does_not_change_standardized_coefficients() -> None:
    theta = np.diag([0.36, 0.51, 0.64])
    plain = made([0.8, 0.7, 0.6], theta)
    scale = np.array([10.0, 1.0, 1.0])
    other = made(list(np.array([0.8, 0.7, 0.6]) * scale), theta * np.outer(scale, scale))
    for coefficient in (composite_reliability, average_variance_extracted, coefficient_h):
        assert coefficient(plain) == pytest.approx(coefficient(other))
    assert weighted_variance_extracted(plain) != pytest.approx(weighted_variance_extracted(other), abs=0.01)


def test_h_does_not_exist_for_a_heywood_loading() -> None:
    assert np.isnan(coefficient_h(made([1.1, 0.7], np.diag([-0.21, 0.51]))))


def test_the_assessment_of_a_survey_names_its_scales() -> None:
    found = reliability(survey(likert()))
    assert found.key == "reliability" and found.warnings == ()
    assert found["scales"]["scale"].tolist() == ["INV", "ENG", "COC", "TRU", "LOY"]
    assert found["scales"]["name"].iloc[0].id == "inv"
    assert found["items"].shape == (19, 5)
    assert found.facts["alpha"]["TRU"] == pytest.approx(RECORDED["alpha"]["tru"]["raw_alpha"])
    assert "INV" in found.text[0].en and "0,78" in found.text[0].id
    assert set(found.references) <= set(load_references())


def test_the_assessment_with_a_model() -> None:
    found = reliability(likert_scales(), hs_fit())
    assert found["model"]["construct"].tolist() == ["visual", "textual", "speed"]
    assert "group" not in found["model"]
    assert found["model"]["omega_observed"].tolist() == pytest.approx(list(HS["omega"].values()), abs=1e-6)
    judged = {(verdict.index, verdict.subject): verdict for verdict in found.verdicts}
    ave = judged["ave", "visual"]
    assert ave.label is not None and ave.label.en == "inadequate"


def test_a_model_that_did_not_converge_gives_no_numbers() -> None:
    found = reliability(likert_scales(), hs_fit(converged=False, admissible=None, matrices=()))
    assert [table.key for table in found.tables] == ["scales", "items"]
    assert "converge" in found.warnings[-1].en


def test_a_miskeyed_item_is_never_silent() -> None:
    items = likert_scales()["TRU"].assign(tru2=lambda d: 6 - d["tru2"])
    warnings = reliability({"TRU": items}).warnings
    assert any("tru2 of TRU runs against" in warning.en and "reverse = true" in warning.en for warning in warnings)


def test_a_reversed_marker_is_said_once_with_the_number_that_shows_it() -> None:
    items = likert_scales()["TRU"].assign(tru1=lambda d: 6 - d["tru1"])
    fit = cfa("TRU =~ tru1 + tru2 + tru3", items)
    assert len(reliability({"TRU": items}, fit).warnings) == 1
    (own,) = reliability({}, fit).warnings
    value = fit.estimates.loc[fit.estimates["op"] == "=~", "std_all"].iloc[0]
    assert value > 0 and f"tru1 loads on TRU against the other items (standardized −.{value * 100:.0f}" in own.en
    assert "tru1 pada TRU berlawanan" in own.id


def test_a_negative_loading_is_said() -> None:
    fit = hs_fit()
    loadings = fit.matrices[0].loadings.copy()
    loadings[1, 0] *= -1
    turned = replace(fit, matrices=(replace(fit.matrices[0], loadings=loadings),))
    warnings = reliability({}, turned).warnings
    assert [("x2" in warning.en, "against the other items (standardized −." in warning.en) for warning in warnings] == [
        (True, True)
    ]


def test_single_items_and_constant_items_are_said() -> None:
    scales = {"ONE": pd.DataFrame({"a": [1.0, 2, 3]}), "FLAT": pd.DataFrame({"b": [1.0, 2, 3], "c": [2.0, 2, 2]})}
    found = reliability(scales)
    assert np.isnan(found["scales"]["alpha"].iloc[0]) and found["scales"]["verdict"].iloc[0] is None
    assert "single item" in found.warnings[0].en
    assert sum("does not vary" in warning.en for warning in found.warnings) == 2


def test_a_scale_that_nobody_answered_completely() -> None:
    found = reliability({"X": pd.DataFrame({"a": [1.0, np.nan], "b": [np.nan, 2.0]})})
    assert found["scales"]["n"].tolist() == [0]
    assert "alpha does not exist" in found.warnings[0].en


def test_no_scale_at_all() -> None:
    found = reliability({})
    assert len(found["scales"]) == len(found["items"]) == 0


def test_every_coefficient_names_its_sources() -> None:
    assert all(set(one.references) <= set(load_references()) for one in COEFFICIENTS)
    assert len({one.id for one in COEFFICIENTS}) == len(COEFFICIENTS)
