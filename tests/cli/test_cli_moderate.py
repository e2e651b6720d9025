"""`python -m cocsem moderate`: a latent interaction with its slopes and picture, paths compared between groups, refusals with a remedy."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

import cocsem
from cocsem.cli import group
from cocsem.messages import message_of
from cocsem.survey.codebook import read_codebook
from cocsem.survey.read import read_survey
from cocsem.survey.shelf_data import dataset_codebook, dataset_path

SCALES = ["--instrument", "customer_loyalty", "--instrument", "customer_trust", "--instrument", "customer_satisfaction"]
THREE = ["--outcome", "LOYA", "--predictor", "TRU", "--moderator", "SAT"]


def _run(*words):
    return CliRunner().invoke(group, ["moderate", *words])


def test_an_interaction_is_told_tabled_and_drawn(tmp_path):
    done = _run("creative_industry", *SCALES, *THREE, "--lang", "id", "--out", str(tmp_path))
    assert done.exit_code == 0, done.output
    assert "Moderasi SAT atas pengaruh TRU terhadap LOYA tidak ditemukan" in " ".join(done.output.split())
    assert "<svg" in (tmp_path / "figures" / "simple_slopes.svg").read_text(encoding="utf-8")
    assert "<svg" in (tmp_path / "report.html").read_text(encoding="utf-8")
    told = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["moderation"]
    answers = read_survey(
        dataset_path("creative_industry"), codebook=read_codebook(dataset_codebook("creative_industry"))
    )
    model = "LOYA =~ loya1 + loya2 + loya3\nTRU =~ tru1 + tru2 + tru3 + tru4\nSAT =~ sat1 + sat2 + sat3"
    asked = cocsem.moderation(model, answers, outcome="LOYA", predictor="TRU", moderator="SAT")
    same = [row["est"] for row in told["tables"]["simple_slopes"]]
    assert same == pytest.approx(asked["simple_slopes"]["est"].tolist(), rel=1e-6)


def test_a_theory_brings_its_paths_and_only_whole_constructs_are_explained():
    done = _run("creative_industry", "--outcome", "LOY", "--predictor", "TRU", "--moderator", "SAT", "--json")
    assert done.exit_code == 0, done.output
    syntax = json.loads(done.output)["moderation"]["facts"]["syntax"]
    assert "WOM ~ COC" in syntax and "LOY ~ TRU_SAT" in syntax.splitlines()
    part = _run("creative_industry", *THREE)
    assert part.exit_code == 1 and "'LOYA' is a dimension of 'LOY'" in str(part.exception)


def test_paths_are_compared_between_groups(tmp_path):
    done = _run("creative_industry", "--group", "gender", "--lang", "id", "--out", str(tmp_path), "--format", "json")
    assert done.exit_code == 0, done.output
    assert "laki-laki" in done.output and "Semua jalur sama antarkelompok gender" in done.output
    tables = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))["group_moderation"]["tables"]
    assert len(tables["equality"]) == 15 and len(tables["paths"]) == 30


def test_a_reversed_marker_is_said(tmp_path):
    rng = np.random.default_rng(4)
    x, z = rng.normal(size=(2, 600))
    y = 0.4 * x + 0.3 * z + 0.4 * x * z + rng.normal(size=600)
    columns = {
        f"{name}{n}": np.clip(np.round(4 + f + 0.6 * rng.normal(size=600)), 1, 7)
        for name, f in zip("xzy", (x, z, y), strict=True)
        for n in (1, 2, 3)
    }
    frame = pd.DataFrame(columns).assign(z1=lambda d: 8 - d["z1"])
    frame.to_csv(tmp_path / "answers.csv", index=False)
    (tmp_path / "model.txt").write_text("X =~ x1 + x2 + x3\nZ =~ z1 + z2 + z3\nY =~ y1 + y2 + y3\n", encoding="utf-8")
    words = [
        str(tmp_path / "answers.csv"),
        "--model",
        str(tmp_path / "model.txt"),
        "--outcome",
        "Y",
        "--predictor",
        "X",
        "--moderator",
        "Z",
    ]
    done = " ".join(_run(*words).output.split())
    assert "Z moderates the effect of X on Y" in done and "z1 loads on Z against the other items" in done


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*SCALES, "--outcome", "LOYA"), "missing: --predictor, --moderator"),
        ((*SCALES, "--group", "gender"), "no path was asked for"),
        (("--group", "gender", "--outcome", "LOY"), "goes without --outcome"),
        (("--outcome", "LOY", "--predictor", "INV", "--moderator", "SAT"), "'INV' is none of"),
    ],
)
def test_what_is_missing_is_named(words, said):
    done = _run("creative_industry", *words)
    assert done.exit_code == 1 and said in str(done.exception)
    assert message_of(done.exception)["id"] != message_of(done.exception)["en"]
