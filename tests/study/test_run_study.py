"""The whole run through `run_study`: what stands in the report, and that parts agree with one another."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import UsageError
from cocsem.survey.shelf_data import dataset_path
from cocsem.theory.load import load_theory

MODEL = """
ind60 =~ x1 + x2 + x3
dem60 =~ y1 + y2 + y3 + y4
dem65 =~ y5 + y6 + y7 + y8
dem60 ~ a*ind60
dem65 ~ c*ind60 + b*dem60
y1 ~~ y5
y2 ~~ y4 + y6
y3 ~~ y7
y4 ~~ y8
y6 ~~ y8
"""


@pytest.fixture(scope="module")
def democracy():
    return cocsem.run_study("political_democracy", model=MODEL)


@pytest.fixture(scope="module")
def service():
    steps = []
    report = cocsem.run_study("service_logic", seed=7, progress=steps.append)
    return report, steps


def test_a_model_text_on_a_shipped_data_set(democracy):
    # lavaan 0.7: chisq 38.125, df 35, CFI .995, SRMR .044 (tests/oracles/lavaan/pd_ml.json)
    recorded = json.loads((Path(__file__).parents[1] / "oracles" / "lavaan" / "pd_ml.json").read_text(encoding="utf-8"))
    for name in ("chisq", "df", "cfi", "tli", "rmsea", "srmr", "aic", "bic"):
        assert democracy.fit.fit_measures[name] == pytest.approx(recorded["fit_measures"][name], rel=1e-5), name
    assert democracy.fit.n_obs == 75 and "hypotheses" not in democracy.assessments


def test_the_measurement_model_of_a_model_text_has_no_paths(democracy):
    model = democracy.results["cfa"]["fit"]["estimates"]
    assert not [row for row in model if row["op"] == "~"]
    assert {row["lhs"] for row in model if row["op"] == "=~"} == {"ind60", "dem60", "dem65"}


def test_the_indirect_effect_is_the_product_of_its_paths(democracy):
    paths = {(r.lhs, r.rhs): r.est for r in democracy.fit.estimates.itertuples() if r.op == "~"}
    # One way only from ind60 to dem65 through another construct: the specific effect is the total indirect effect.
    effects = democracy["effects"]["effects"]
    assert effects["est"].round(9).nunique() == 1 and {*effects["source"], *effects["target"]} == {"ind60", "dem65"}
    assert effects["est"].iloc[0] == pytest.approx(paths["dem60", "ind60"] * paths["dem65", "dem60"])


def test_progress_names_the_steps_in_order(service):
    _, steps = service
    assert steps[0].startswith("Reading") and any("theory" in step for step in steps) and len(steps) == len(set(steps))


def test_everything_asked_is_answered(service):
    report, _ = service
    theory = load_theory("service_logic")
    assert {
        "screening",
        "reliability",
        "efa",
        "cfa",
        "validity",
        "structural",
        "hypotheses",
        "effects",
        "rivals",
        "audit",
    } <= set(report.assessments)
    table = report["hypotheses"]["hypotheses"]
    assert table["id"].tolist() == [h.id for h in theory.hypotheses]
    assert report.fit.converged and report.fit.admissible
    assert len(report["rivals"].tables[0].frame) == 1 + len(theory.rivals)


def test_rows_add_up(service):
    report, _ = service
    assert report.provenance["rows_used"] == report.fit.n_obs == report.survey.data.dropna().shape[0]
    assert report.provenance["rows_used"] + report.provenance["rows_dropped"] == report.survey.n_read == 280
    assert len(report.scores) == len(report.survey.data)


def test_the_hypotheses_table_repeats_the_fit(service):
    report, _ = service
    estimates = report.fit.estimates.set_index(["lhs", "op", "rhs"])
    for row in report["hypotheses"]["hypotheses"].itertuples():
        assert row.est == estimates.loc[(row.target, "~", row.source), "est"]
        significant, positive = row.pvalue < 0.05, row.est > 0
        wanted = (
            "not supported" if not significant else "supported" if positive == (row.sign == "+") else "opposite sign"
        )
        assert row.verdict.en == wanted


def test_the_same_run_gives_the_same_numbers(service):
    report, _ = service
    again = cocsem.run_study("service_logic", seed=7, lang="id")
    assert json.dumps(again.results, sort_keys=True) == json.dumps(report.results, sort_keys=True)
    assert again.lang == "id" and "Hipotesis" in again.summary() and "Hypotheses" in report.summary()


def test_files_in_other_clothes_give_the_same_fit(tmp_path, service):
    report, _ = service
    frame = pd.read_csv(dataset_path("service_logic"))
    frame.to_csv(tmp_path / "semicolon.csv", sep=";", decimal=",", index=False, encoding="utf-16")
    frame.to_excel(tmp_path / "book.xlsx", index=False)
    for name in ("semicolon.csv", "book.xlsx"):
        survey = cocsem.read_survey(tmp_path / name, instruments="service_logic")
        pd.testing.assert_frame_equal(survey.data, report.survey.data[list(survey.data)])


def test_data_and_their_order_do_not_matter(tmp_path):
    frame = pd.read_csv(dataset_path("political_democracy"))
    shuffled = frame.sample(frac=1.0, random_state=3)[list(np.random.default_rng(5).permutation(frame.columns))]
    shuffled.to_csv(tmp_path / "shuffled.csv", index=False)
    fit = cocsem.run_study(
        tmp_path / "shuffled.csv", model="ind60 =~ x1 + x2 + x3\ndem60 =~ y1 + y2 + y3 + y4", measurement_only=True
    ).fit
    plain = cocsem.cfa("ind60 =~ x1 + x2 + x3\ndem60 =~ y1 + y2 + y3 + y4", frame)
    assert fit.fit_measures["chisq"] == pytest.approx(plain.fit_measures["chisq"], abs=1e-8)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"theory": "service_logic", "model": "f =~ ski1 + ski2 + ski3"}, "not both"),
        ({"estimator": "PLS"}, "estimator"),
        ({"missing": "mean"}, "missing"),
        ({"engine": "guess"}, "engine"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_cannot_be_done_is_refused(options, words):
    with pytest.raises(UsageError, match=words):
        cocsem.run_study("service_logic", **options)


@pytest.mark.parametrize("option", ["cluster", "sampling_weights"])
def test_designs_that_are_not_built_are_refused_by_name(option):
    data = cocsem.load_dataset("holzinger_swineford")
    with pytest.raises(UsageError, match=option):
        cocsem.cfa("f =~ x1 + x2 + x3", data, **{option: "school"})


@pytest.mark.slow
def test_the_flagship_runs_and_says_what_was_planted():
    report = cocsem.run_study("creative_industry", controls=["gender"])
    assert report.fit.converged and report.fit.admissible
    assert {"gender_male"} <= set(report.fit.estimates["rhs"])
    assert len(report["hypotheses"]["hypotheses"]) == 15
    assert report.survey.codebook.simulated and any("imulated" in str(p) for s in report.sections for p in s.paragraphs)
