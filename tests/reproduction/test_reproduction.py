"""A study run again from its results.json gives the same numbers; a number that was changed is found."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

import cocsem
from cocsem.cli import group
from cocsem.errors import UsageError
from cocsem.reproduction import check_results

MODEL = "visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9\nspeed ~ visual"


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("study")
    rng = np.random.default_rng(5)
    f = rng.standard_normal((250, 2)) @ [[1.0, 0.4], [0.0, 0.9]]
    names = ["x1", "x2", "x3", "x7", "x8", "x9"]
    frame = pd.DataFrame({n: 0.8 * f[:, i // 3] + 0.6 * rng.standard_normal(250) for i, n in enumerate(names)})
    frame.to_csv(folder / "answers.csv", index=False)
    results = cocsem.run_study(folder / "answers.csv", model=MODEL, estimator="MLR").results
    (folder / "results.json").write_text(json.dumps(results), encoding="utf-8")
    return folder / "results.json", folder / "answers.csv"


def test_the_same_file_gives_the_same_numbers(study):
    found = check_results(*study)
    assert found.changes == ()
    assert found.compared > 200
    assert found.same_file
    assert found.versions == ()


def test_a_changed_number_is_found_with_its_place(study, tmp_path):
    results = json.loads(study[0].read_text())
    results["structural"]["fit"]["fit_measures"]["cfi"] -= 0.01
    (tmp_path / "r.json").write_text(json.dumps(results))
    found = check_results(tmp_path / "r.json", study[1])
    assert [change.place for change in found.changes] == ["structural.fit.fit_measures.cfi"]
    done = CliRunner().invoke(group, ["check", str(tmp_path / "r.json"), str(study[1])])
    assert done.exit_code == 1
    assert "structural.fit.fit_measures.cfi" in done.output


def test_other_answers_are_said(study, tmp_path):
    text = study[1].read_text().splitlines()
    (tmp_path / "answers.csv").write_text("\n".join([text[0], *text[2:]]) + "\n")
    found = check_results(study[0], tmp_path / "answers.csv")
    assert not found.same_file
    assert found.changes


def test_the_command_says_that_nothing_changed(study):
    done = CliRunner().invoke(group, ["check", str(study[0]), str(study[1]), "--lang", "id"])
    assert done.exit_code == 0
    assert "semua angka keluar seperti semula" in done.output


@pytest.mark.parametrize(
    "text", ["", "[]", '{"provenance": {}}', '{"provenance": {"asked": 1, "sha256": 1, "versions": {}}}']
)
def test_what_is_no_results_file_is_refused(text, tmp_path):
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(UsageError, match=r"results\.json"):
        check_results(tmp_path / "r.json", "creative_industry")


def test_results_follow_the_published_schema(study):
    schema = json.loads(Path(cocsem.__file__).with_name("report").joinpath("results.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    errors = list(Draft202012Validator(schema).iter_errors(json.loads(study[0].read_text())))
    assert errors == []


@pytest.mark.slow
def test_the_shipped_study_follows_the_schema_and_reproduces(tmp_path):
    schema = json.loads(Path(cocsem.__file__).with_name("report").joinpath("results.schema.json").read_text())
    results = json.loads(json.dumps(cocsem.run_study("creative_industry").results))
    assert list(Draft202012Validator(schema).iter_errors(results)) == []
    (tmp_path / "r.json").write_text(json.dumps(results))
    assert check_results(tmp_path / "r.json", "creative_industry").changes == ()
