"""`export` writes what other programs read, and never over a file that is there."""

from __future__ import annotations

import pandas as pd
import pytest
from click.testing import CliRunner

import cocsem
from cocsem.cli import group
from cocsem.cli.export import MODELS, QUESTIONNAIRES
from cocsem.errors import SurveyError, UsageError


def run(*arguments: str):
    return CliRunner().invoke(group, ["export", *arguments], catch_exceptions=False)


@pytest.mark.parametrize("form", list(QUESTIONNAIRES))
def test_questionnaires(form, tmp_path):
    out = tmp_path / "q"
    done = run("questionnaire", "involvement_engagement_loyalty", "--format", form, "--lang", "id", "--out", str(out))
    assert done.exit_code == 0
    assert out.stat().st_size > 1000


@pytest.mark.parametrize("form", list(MODELS))
def test_models(form, tmp_path):
    out = tmp_path / "m"
    assert run("model", "involvement_engagement_loyalty", "--format", form, "--out", str(out)).exit_code == 0
    assert "invc1" in out.read_text(encoding="utf-8").lower()


def test_a_model_of_ones_own(tmp_path):
    (tmp_path / "m.txt").write_text("f =~ a + b + c", encoding="utf-8")
    assert run("model", str(tmp_path / "m.txt"), "--out", str(tmp_path / "m.R")).exit_code == 0
    assert "f =~" in (tmp_path / "m.R").read_text(encoding="utf-8")


def test_the_analysed_matrix_has_reversed_items_turned(tmp_path):
    out = tmp_path / "d.csv"
    assert run("data", "creative_industry", "--out", str(out)).exit_code == 0
    frame = pd.read_csv(out)
    assert len(frame) == 420
    assert frame.corr().loc["invc1", "invc2"] > 0


def test_the_analysed_matrix_takes_groups_and_controls_that_are_asked_for(tmp_path):
    out, plain = tmp_path / "d.csv", tmp_path / "plain.csv"
    assert (
        run("data", "creative_industry", "--group", "gender", "--controls", "age,gender", "--out", str(out)).exit_code
        == 0
    )
    assert run("data", "creative_industry", "--out", str(plain)).exit_code == 0
    frame, before = pd.read_csv(out), pd.read_csv(plain)
    pd.testing.assert_frame_equal(frame[list(before.columns)], before)
    given = cocsem.load_dataset("creative_industry")
    assert frame["gender"].tolist() == given["gender"].tolist() and frame["age"].tolist() == given["age"].tolist()
    assert len(set(frame.columns) - set(before.columns)) == 3
    with pytest.raises(SurveyError, match="'nothing', which must occur once"):
        run("data", "creative_industry", "--group", "nothing", "--out", str(tmp_path / "none.csv"))


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "there").write_text("mine")
    with pytest.raises(UsageError, match="must not exist yet"):
        run("data", "creative_industry", "--out", str(tmp_path / "there"))
    assert (tmp_path / "there").read_text() == "mine"
