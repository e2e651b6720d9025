"""`python -m cocsem invariance`: the answer to a reviewer, in both languages, on the simulated survey with one planted difference."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from cocsem.cli import group

LOYALTY = ["--instrument", "customer_loyalty", "--instrument", "customer_trust"]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    line = [
        "invariance",
        "creative_industry",
        "--group",
        "gender",
        *LOYALTY,
        "--lang",
        "id",
        "--out",
        str(out),
        "--format",
        "html,json",
    ]
    return CliRunner().invoke(group, line), out


def test_the_planted_intercept_is_found_and_said(told):
    done, out = told
    assert done.exit_code == 0, done.output
    facts = json.loads((out / "results.json").read_text(encoding="utf-8"))["invariance"]["facts"]
    assert facts["released"] == ["loya2 ~ 1"] and facts["reached"] == "strict"
    assert "intersep loya2 menonjol" in " ".join(done.output.split()) and "perempuan" in done.output
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "Invariansi pengukuran" in page and "group.partial" in page


def test_a_group_must_be_named():
    done = CliRunner().invoke(group, ["invariance", "creative_industry"])
    assert done.exit_code == 2 and "--group" in done.output


def test_a_study_with_groups_compares_them():
    line = ["validate", "creative_industry", "--group", "gender", *LOYALTY, "--json"]
    done = CliRunner().invoke(group, line)
    assert json.loads(done.stdout)["invariance"]["facts"]["released"] == ["loya2 ~ 1"]
