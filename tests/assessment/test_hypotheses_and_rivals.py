"""Verdicts and rival models: no verdict where none may be given."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.assessment.hypotheses import hypotheses, verdict
from cocsem.assessment.rivals import rivals
from cocsem.language import Text
from cocsem.theory.types import Hypothesis, Path, Replacement, Rival, Theory

SAY = Text("a statement", "sebuah pernyataan")


def _theory():
    paths = [("H1", "x", "m", "+"), ("H2", "m", "y", "+"), ("H3", "x", "y", "-")]
    turned = Rival("turned", SAY, (Replacement(Path("m", "y"), Path("y", "m")),))
    return Theory(
        "t", SAY, SAY, (), tuple(Hypothesis(i, a, b, s, SAY, (), ()) for i, a, b, s in paths), (turned,)
    )  # fmt: skip


def _model(theory):
    return "\n".join(f"{p.target} ~ {p.source}" for p in theory.paths)


@pytest.fixture
def data():
    rng = np.random.default_rng(1)
    x = rng.normal(size=400)
    m = 0.5 * x + rng.normal(size=400)
    return pd.DataFrame({"x": x, "m": m, "y": 0.4 * m + 0.3 * x + rng.normal(size=400)})


def test_verdicts(data):
    theory = _theory()
    result = hypotheses(cocsem.sem(_model(theory), data), theory)
    assert [v.en for v in result["hypotheses"]["verdict"]] == ["supported", "supported", "opposite sign"]
    assert result.facts["counts"]["supported"] == 2


@pytest.mark.parametrize("change", [{"admissible": False}, {"converged": False, "admissible": None}])
def test_no_verdict_without_a_usable_fit(data, change):
    theory = _theory()
    result = hypotheses(replace(cocsem.sem(_model(theory), data), **change), theory)
    assert {v.en for v in result["hypotheses"]["verdict"]} == {"no verdict"}
    assert result.warnings


def test_verdict_words():
    assert verdict("-", -0.2, 0.01).en == "supported"
    assert verdict("+", 0.2, 0.05).id == "tidak didukung"
    assert verdict("+", float("nan"), float("nan")).en == "no verdict"


def test_equivalent_rivals_are_said(data):
    theory = _theory()
    result, fits = rivals(theory, cocsem.sem(_model(theory), data), lambda other: cocsem.sem(_model(other), data))
    frame = result["rivals"]
    assert list(frame["model"]) == ["t", "turned"] and set(fits) == {"t", "turned"}
    assert "equivalent" in frame["note"].iloc[1].en and "ekuivalen" in frame["note"].iloc[1].id
    assert frame["delta_aic"].min() == 0
