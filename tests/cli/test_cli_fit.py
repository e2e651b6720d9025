"""`fit` and `validate`: what they print and write, and how they end."""

from __future__ import annotations

import csv
import json
import re

import numpy as np
import pandas as pd
import pytest

from cocsem.cli import COMMANDS
from cocsem.report.results import KEYS

ISSUE_KEYS = (
    "provenance", "survey", "screening", "reliability", "efa", "cfa", "validity", "structural", "hypotheses", "effects",
    "rivals", "audit", "warnings",
)  # fmt: skip


def test_help_names_every_verb_and_the_exit_codes(cocsem):
    done = cocsem("--help")
    assert done.code == 0 and done.err == ""
    for verb, (_, text) in COMMANDS.items():
        assert re.search(rf"^  {verb} +{re.escape(text[:20])}", done.out, re.MULTILINE)
    assert "Exit codes: 0 fine; 1 a model did not converge" in done.out
    assert max(map(len, done.out.splitlines())) <= 90


@pytest.mark.parametrize("verb", COMMANDS)
def test_every_verb_explains_itself(cocsem, verb):
    done = cocsem(verb, "--help")
    assert done.code == 0 and f"Usage: python -m cocsem {verb}" in done.out
    explained = done.out.split("Options:")[0].split("Usage:")[1].splitlines()[1:]
    assert len(" ".join(explained).split()) >= 4
    for option in re.findall(r"^  (--[a-z-]+)\S* *$", done.out, re.MULTILINE):
        assert option in ("--help",), f"{option} is not explained"


def test_the_version(cocsem):
    assert re.fullmatch(r"cocsem, version \d+\.\d+\.\d+\n", cocsem("--version").out)


def test_a_study_prints_its_answers_and_ends_with_0(study, desk):
    assert study.code == 0
    for words in (
        "420 answer rows",
        "Reliability",
        "Hypotheses",
        "SAT → TRU",
        "supported",
        "Rival models",
        "Audit",
        "RMSEA",
    ):
        assert words in study.out
    assert str(desk / "out" / "report.html") in study.out
    assert max(map(len, study.out.splitlines()[:-4])) <= 100


def test_a_study_writes_every_file(study, desk):
    out = desk / "out"
    for name in (
        "report.html",
        "report.md",
        "results.json",
        "scores.csv",
        "tables/hypotheses.csv",
        "tables/reliability_scales.csv",
    ):
        assert (out / name).stat().st_size > 100, name
    page = (out / "report.html").read_text(encoding="utf-8")
    assert page.count("<svg") >= 2 and '<html lang="en"' in page
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=.https?:", page)
    for table in (out / "tables").glob("*.csv"):
        with table.open(encoding="utf-8-sig", newline="") as file:
            widths = {len(row) for row in csv.reader(file)}
        assert len(widths) == 1, table.name
    scores = pd.read_csv(out / "scores.csv", encoding="utf-8-sig")
    assert len(scores) == 420 and scores.iloc[:, 0].tolist() == list(range(1, 421))


def test_results_have_the_promised_keys_first(study, desk):
    results = json.loads((desk / "out" / "results.json").read_text(encoding="utf-8"))
    assert tuple(results)[: len(ISSUE_KEYS)] == ISSUE_KEYS == tuple(KEYS)
    assert results["provenance"]["rows_read"] == 420
    assert results["provenance"]["rows_used"] + results["provenance"]["rows_dropped"] == 420
    assert len(results["provenance"]["sha256"]) == 64
    verdicts = {row["id"]: row["verdict"]["en"] for row in results["hypotheses"]["tables"]["hypotheses"]}
    assert verdicts["H1"] == "supported" and set(verdicts) == {"H1", "H2"}
    assert results["structural"]["fit"]["fit_measures"]["df"] == 33


def test_no_answer_of_a_person_stands_in_the_results(study, desk):
    text = (desk / "out" / "results.json").read_text(encoding="utf-8")
    assert "duration_seconds" in text  # the column is named in the log, its values are nowhere
    frame = pd.read_csv(desk / "answers.csv")
    rare = frame["duration_seconds"].dropna()
    assert not any(f"{value:g}" in re.findall(r"\b\d{4,}\b", text) for value in rare[rare > 9999])


def test_json_and_nothing_else_on_the_screen(cocsem, desk):
    done = cocsem("fit", "holzinger_swineford", "--model", desk / "abilities.txt", "--json")
    results = json.loads(done.out)
    assert done.code == 0 and tuple(results)[:13] == ISSUE_KEYS
    measures = results["cfa"]["fit"]["fit_measures"]
    # lavaan 0.7: chisq 85.306, df 24, CFI .931, RMSEA .092, SRMR .065 (tests/oracles/lavaan/hs_ml.json)
    assert measures["chisq"] == pytest.approx(85.3055, abs=5e-4) and measures["df"] == 24
    assert measures["cfi"] == pytest.approx(0.9306, abs=1e-4) and measures["srmr"] == pytest.approx(0.0652, abs=1e-4)
    assert results["hypotheses"] is None and results["structural"] is None


def test_quiet_prints_nothing(cocsem, desk):
    done = cocsem(
        "validate",
        desk / "answers.csv",
        "--instrument",
        "customer_trust",
        "--quiet",
        "--out",
        desk / "quiet",
        "--format",
        "json",
    )
    assert (done.code, done.out, done.err) == (0, "", "")
    assert [path.name for path in (desk / "quiet").iterdir()] == ["results.json"]


def test_validate_stops_before_the_structural_model(cocsem, desk):
    done = cocsem("validate", desk / "answers.csv", "--theory", desk / "own.toml", "--json")
    results = json.loads(done.out)
    assert done.code == 0 and results["cfa"]["fit"]["converged"]
    assert results["structural"] is None and results["hypotheses"] is None and results["rivals"] is None
    assert results["validity"]["tables"] and results["reliability"]["tables"]


def test_the_report_in_indonesian(cocsem, desk):
    done = cocsem("fit", desk / "answers.csv", "--theory", desk / "own.toml", "--lang", "id", "--out", desk / "laporan")
    assert done.code == 0
    for words in ("Hipotesis", "Reliabilitas", "didukung", "420 baris jawaban", "Model tandingan"):
        assert words in done.out
    page = (desk / "laporan" / "report.html").read_text(encoding="utf-8")
    assert '<html lang="id"' in page and "Validitas konvergen" in page
    assert "Hypotheses" not in done.out and "answer rows" not in done.out
    english = (
        json.loads((desk / "out" / "results.json").read_text(encoding="utf-8")) if (desk / "out").exists() else None
    )
    indonesian = json.loads((desk / "laporan" / "results.json").read_text(encoding="utf-8"))
    assert english is None or list(english) == list(indonesian)


def test_control_variables_are_dummy_coded_and_cost_the_right_df(cocsem, desk, study):
    done = cocsem("fit", desk / "answers.csv", "--theory", desk / "own.toml", "--controls", "gender,age", "--json")
    results = json.loads(done.out)
    assert done.code == 0
    plain = json.loads((desk / "out" / "results.json").read_text(encoding="utf-8"))
    fit, without = results["structural"]["fit"], plain["structural"]["fit"]
    controlled = {
        (row["lhs"], row["rhs"])
        for row in fit["estimates"]
        if row["op"] == "~" and row["rhs"] in ("gender_male", "age")
    }
    outcomes = {row["lhs"] for row in fit["estimates"] if row["op"] == "~"}
    assert {lhs for lhs, _ in controlled} >= outcomes and len(controlled) % 2 == 0
    # Two fixed exogenous columns add 2p moments (p = 10 items) and as many paths as are drawn from them.
    others = [
        row
        for row in fit["estimates"]
        if row["op"] == "~~" and {row["lhs"], row["rhs"]} & {"gender_male", "age"} and row["se"]
    ]
    assert fit["fit_measures"]["df"] == without["fit_measures"]["df"] + 2 * 10 - len(controlled) - len(others)
    assert "reference category: female" in json.dumps(results["structural"]["text"])


OTHER_WAYS = [
    (["--estimator", "MLR"], "chisq_scaled"),
    (["--missing", "fiml"], "chisq"),
    (["--group", "gender"], "chisq"),
    (["--bootstrap", "20", "--seed", "1"], "chisq"),
    (["--engine", "semopy"], "chisq"),
]


@pytest.mark.parametrize(("options", "measure"), OTHER_WAYS, ids=[" ".join(o) for o, _ in OTHER_WAYS])
def test_other_ways_of_estimating(cocsem, desk, options, measure):
    done = cocsem("fit", desk / "answers.csv", "--theory", desk / "own.toml", *options, "--json")
    assert done.code == 0, done.err
    results = json.loads(done.out)
    fit = results["structural"]["fit"]
    assert fit["converged"] and fit["admissible"] and fit["fit_measures"][measure] > 0
    wanted = {"--group": 66}.get(options[0], 33)
    assert fit["fit_measures"]["df"] == wanted
    assert fit["n_obs"] == (420 if options[0] == "--missing" else fit["n_obs"])
    assert {row["id"].split()[0] for row in results["hypotheses"]["tables"]["hypotheses"]} == {"H1", "H2"}


@pytest.fixture(scope="module")
def heywood(tmp_path_factory):
    """Three items with r = .7, .7, .3: the first loading must exceed 1 (.7 * .7 / .3 > 1), so its residual is negative."""
    folder = tmp_path_factory.mktemp("heywood")
    drawn = np.linalg.qr(np.random.default_rng(7).normal(size=(120, 4)) - 0.0)[0]
    drawn = np.linalg.qr(np.column_stack([np.ones(120), drawn]))[0][:, 1:4]
    wanted = np.array([[1, 0.7, 0.7], [0.7, 1, 0.3], [0.7, 0.3, 1]])
    data = drawn @ np.linalg.cholesky(wanted).T * np.sqrt(119)
    pd.DataFrame(data, columns=["y1", "y2", "y3"]).round(6).to_csv(folder / "y.csv", index=False)
    (folder / "m.txt").write_text("f =~ y1 + y2 + y3\n", encoding="utf-8")
    return folder


def test_a_negative_variance_is_reported_and_ends_with_1(cocsem, heywood):
    done = cocsem("fit", heywood / "y.csv", "--model", heywood / "m.txt", "--json")
    assert done.code == 1
    fit = json.loads(done.out)["cfa"]["fit"]
    assert fit["converged"] and not fit["admissible"]
    residual = next(r["est"] for r in fit["estimates"] if (r["lhs"], r["op"], r["rhs"]) == ("y1", "~~", "y1"))
    assert residual == pytest.approx((1 - 0.7 * 0.7 / 0.3) * 119 / 120, abs=1e-3)
    assert any("y1" in text["en"] for text in fit["warnings"])


def test_products_of_columns_may_stand_in_a_model_but_not_among_items(desk, cocsem):
    paths = "visual =~ x1 + x2 + x3\nvisual ~ x4 + ageyr + x4:ageyr\n"
    (desk / "product.txt").write_text(paths, encoding="utf-8")
    done = cocsem("fit", "holzinger_swineford", "--model", desk / "product.txt", "--json")
    assert done.code == 0 and "x4:ageyr" in done.out
    (desk / "item.txt").write_text("visual =~ x1 + x2 + x3:x4\n", encoding="utf-8")
    refused = cocsem("fit", "holzinger_swineford", "--model", desk / "item.txt", "--lang", "id")
    assert refused.code != 0 and "'x3:x4' adalah hasil kali" in refused.err
