"""Consistency of a person's answers, Little's test, and every verdict with and without the flagged."""

import numpy as np
import pandas as pd
import pytest
from likert_study import ORACLES, likert, likert_scales, oracle, survey

import cocsem
from cocsem.assessment.reliability import reliability
from cocsem.assessment.screening.careless import careless, flagged_rows
from cocsem.assessment.screening.consistency import (
    even_odd_consistency,
    psychometric_consistency,
    psychometric_pairs,
    response_variability,
)
from cocsem.assessment.screening.mcar import little_mcar
from cocsem.assessment.sensitivity import could_not_repeat, nothing_to_repeat, sensitivity
from cocsem.assessment.types import Assessment
from cocsem.language import Text


def test_variability_is_the_standard_deviation_of_a_row() -> None:
    answers = pd.DataFrame([[1.0, 2, 3, np.nan], [4, 4, 4, 4], [5, np.nan, np.nan, np.nan]])
    found = response_variability(answers).tolist()
    assert found[:2] == [1.0, 0.0] and np.isnan(found[2])


def test_even_odd_by_hand() -> None:
    scales = list(likert_scales().values())
    found = even_odd_consistency(scales)
    row = [block.iloc[7] for block in scales]
    odd, even = [r.iloc[0::2].mean() for r in row], [r.iloc[1::2].mean() for r in row]
    r = np.corrcoef(odd, even)[0, 1]
    assert found.iloc[7] == pytest.approx(max(2 * r / (1 + r), -1))


def test_even_odd_with_gaps_uses_the_scales_that_are_left() -> None:
    scales = [block.copy() for block in likert_scales().values()]
    scales[0].iloc[3] = np.nan
    left = even_odd_consistency(scales[1:]).iloc[3]
    assert even_odd_consistency(scales).iloc[3] == pytest.approx(left)
    for block in scales[1:4]:
        block.iloc[3] = np.nan
    assert np.isnan(even_odd_consistency(scales).iloc[3])


def test_synonyms_are_the_pairs_that_correlate_and_antonyms_their_mirror() -> None:
    data = likert()
    pairs = psychometric_pairs(data)
    assert ("coc1", "coc2") in pairs and all(data[list(pair)].corr().iloc[0, 1] >= 0.6 for pair in pairs)
    mirrored = data.assign(coc2=6 - data["coc2"], eng2=6 - data["eng2"], loy2=6 - data["loy2"])
    against = psychometric_pairs(mirrored, antonyms=True)
    assert ("coc1", "coc2") in against and psychometric_pairs(data, antonyms=True) == []
    person = data.iloc[5]
    by_hand = np.corrcoef([person[a] for a, _ in pairs], [person[b] for _, b in pairs])[0, 1]
    assert psychometric_consistency(data, pairs).iloc[5] == pytest.approx(by_hand)
    assert psychometric_consistency(mirrored, against).median() < 0


def test_two_pairs_are_not_enough() -> None:
    assert psychometric_consistency(likert(), [("coc1", "coc2"), ("eng1", "eng2")]).isna().all()


def test_random_answers_are_less_consistent_than_careful_ones() -> None:
    data = likert()
    rng = np.random.default_rng(1)
    data.iloc[:60] = rng.integers(1, 6, size=(60, 19)).astype(float)
    found = psychometric_consistency(data, psychometric_pairs(data))
    assert found.iloc[:60].median() < 0.2 < found.iloc[60:].median()


def test_littles_test_is_the_formula_at_lavaans_moments() -> None:
    recorded = oracle("scale_validation.json")["little"]
    data = pd.read_csv(ORACLES / "data" / "missing.csv")[recorded["variables"]]
    found = little_mcar(data)
    assert found.statistic == pytest.approx(recorded["d2"], rel=1e-6)
    assert (found.df, found.patterns) == (recorded["df"], recorded["patterns"])
    assert found.pvalue == pytest.approx(recorded["p"], rel=1e-4)


def test_littles_test_holds_its_level_when_answers_are_lost_at_random() -> None:
    rng = np.random.default_rng(2)
    pvalues = []
    for _ in range(60):
        data = pd.DataFrame(rng.multivariate_normal(np.zeros(3), 0.5 + 0.5 * np.eye(3), size=200))
        pvalues.append(little_mcar(data.mask(rng.random(data.shape) < 0.1)).pvalue)
    assert np.mean(np.array(pvalues) < 0.05) < 0.15 and 0.3 < np.mean(pvalues) < 0.7


def test_a_scale_and_a_shift_of_the_items_do_not_change_littles_test() -> None:
    data = pd.read_csv(ORACLES / "data" / "missing.csv")[["inv1", "inv2", "eng1"]]
    assert little_mcar(data * 7 + 3).statistic == pytest.approx(little_mcar(data).statistic, rel=1e-6)


def test_complete_answers_leave_nothing_to_test() -> None:
    found = little_mcar(likert())
    assert found.df == 0 and np.isnan(found.pvalue) and found.patterns == 1


def test_missing_answers_alone_do_not_make_a_person_careless() -> None:
    data = likert()
    data.iloc[2, :12] = np.nan
    data.iloc[4] = 3.0
    persons = careless(survey(data))["persons"]
    assert persons.loc[2, "flag_missing"] and 3 not in flagged_rows(persons)
    assert 5 in flagged_rows(persons)


def test_sensitivity_names_the_verdicts_that_change() -> None:
    scales = {"TRU": likert_scales()["TRU"]}
    spoiled = {"TRU": scales["TRU"].assign(tru3=np.random.default_rng(1).permutation(scales["TRU"]["tru3"]))}
    found = sensitivity(_run(reliability(spoiled)), _run(reliability(scales)), n_out=5, n_left=595)
    changed = found["changed_verdicts"]
    assert {"TRU", "tru3"} <= set(changed["subject"]) and "change" in found.text[0].en and "berubah" in found.text[0].id
    assert found.facts["changed"] == len(changed) <= found.facts["verdicts"]


def test_sensitivity_without_change_says_so() -> None:
    one = _run(reliability({"TRU": likert_scales()["TRU"]}))
    found = sensitivity(one, one, n_out=3, n_left=597)
    assert len(found["changed_verdicts"]) == 0 and "stay as they are" in found.text[0].en


def test_sensitivity_has_something_to_say_when_there_is_nothing_to_compare() -> None:
    assert "nothing to repeat" in nothing_to_repeat().text[0].en
    assert "too few" in could_not_repeat(4, Text("too few rows", "baris terlalu sedikit")).warnings[0].en


def _run(assessment: Assessment) -> dict[str, Assessment]:
    return {assessment.key: assessment}


def test_the_report_repeats_everything_without_the_flagged() -> None:
    found = cocsem.run_study("creative_industry").assessments["sensitivity"]
    assert found.facts["n_left_out"] > 0 and found.facts["verdicts"] > 100
    table = found["with_and_without"]
    assert {"cfi", "verdict"} <= set(table["index"]) and (table["value_all"] != table["value_without"]).any()
