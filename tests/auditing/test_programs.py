"""Other programs asked the same: what they say is set beside ours, and who cannot be asked is said with the reason."""

from __future__ import annotations

import shutil

import pandas as pd
import pytest

import cocsem
from cocsem.auditing import programs, rscript
from cocsem.auditing.programs import Answer, Silence, ask_lavaan_too, ask_pingouin, ask_seminr, audit_programs

MODEL = "visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9\nspeed ~ visual"


@pytest.fixture(scope="module")
def data():
    return cocsem.load_dataset("holzinger_swineford")


@pytest.fixture(scope="module")
def fit(data):
    return cocsem.sem(MODEL, data, estimator="MLR")


def has_lavaan() -> bool:
    if shutil.which("Rscript") is None:
        return False
    import subprocess

    return subprocess.run(["Rscript", "-e", "library(lavaan)"], capture_output=True, check=False).returncode == 0


def test_without_r_the_reason_is_said(fit, monkeypatch):
    monkeypatch.setattr(rscript.shutil, "which", lambda name: None)
    found = ask_lavaan_too(fit)
    assert isinstance(found, Silence)
    assert "not installed" in found.reason.en
    text = audit_programs(fit, {}, {}).text
    assert any("lavaan was not asked" in t.en and "lavaan tidak dijalankan" in t.id for t in text)


def test_moments_without_rows_are_said(monkeypatch):
    cov = pd.DataFrame([[1.0, 0.3], [0.3, 1.0]], index=["y", "x"], columns=["y", "x"])
    moments = cocsem.sem("y ~ x", sample_cov=cov, sample_nobs=100)
    monkeypatch.setattr(rscript.shutil, "which", lambda name: "Rscript")
    found = ask_lavaan_too(moments)
    assert isinstance(found, Silence)
    assert "no rows" in found.reason.en


@pytest.mark.slow
@pytest.mark.skipif(not has_lavaan(), reason="lavaan is not installed")
@pytest.mark.parametrize("options", [{}, {"estimator": "MLR"}, {"group": "school"}, {"missing": "fiml"}])
def test_lavaan_agrees(data, options):
    found = ask_lavaan_too(cocsem.sem(MODEL, data, **options))
    assert isinstance(found, Answer)
    names = [quantity.split(":")[0] for quantity, _, _ in found.rows]
    assert {"chisq", "cfi", "estimate", "se"} <= set(names)
    assert all(theirs == pytest.approx(ours, rel=2e-4, abs=2e-4) for _, ours, theirs in found.rows)


@pytest.mark.skipif(programs.find_spec("seminr") is None, reason="seminr is not installed")
def test_seminr_agrees(fit):
    found = ask_seminr(fit)
    assert isinstance(found, Answer)
    assert all(theirs == pytest.approx(ours, rel=1e-3, abs=1e-4) for _, ours, theirs in found.rows)


def test_seminr_is_not_asked_what_it_cannot_state(data, monkeypatch):
    monkeypatch.setattr(programs, "find_spec", lambda name: object())
    other = cocsem.cfa("visual =~ x1 + x2 + x3\nx1 ~~ x7\nspeed =~ x7 + x8 + x9", data)
    found = ask_seminr(other)
    assert isinstance(found, Silence)
    assert "this model is another" in found.reason.en


def test_pingouin_computes_the_same_alpha(data):
    items = data[["x1", "x2", "x3"]]
    k, cov = 3, items.cov().to_numpy()
    alpha = k / (k - 1) * (1 - cov.trace() / cov.sum())
    found = ask_pingouin({"visual": items}, {"visual": alpha})
    assert isinstance(found, Answer)
    assert found.rows[0][1] == pytest.approx(found.rows[0][2], abs=1e-12)


@pytest.mark.parametrize(("theirs", "said"), [(0.5, "every number is the same"), (0.6, "difference is 1.0e-01")])
def test_no_difference_is_said_in_words(theirs, said):
    text = next(programs._say(Answer("pingouin", "1", (("alpha: visual", 0.5, theirs),))))
    assert said in text.en
