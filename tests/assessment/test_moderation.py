"""Latent interactions and moderation by group: numbers as in semTools and lavaan, a planted interaction found, the picture, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.assessment.moderation.slopes import simple_slopes, turning_points
from cocsem.errors import UsageError
from cocsem.moments.products import product_indicators
from cocsem.report.figures import simple_slopes as draw

ORACLES = Path(__file__).parents[1] / "oracles"
THEIRS = json.loads((ORACLES / "moderation_semtools.json").read_text(encoding="utf-8"))
NAMES = {"outcome": "loy", "predictor": "inv", "moderator": "eng"}


@pytest.fixture(scope="module")
def answers():
    return pd.read_csv(ORACLES / "data" / "likert.csv")


@pytest.fixture(scope="module", params=["double_mean", "residual"])
def found(request, answers):
    kind = request.param
    options = {"estimator": "MLR"} if kind == "double_mean" else {"estimator": "ML", "matched": False}
    return THEIRS[kind], kind, cocsem.moderation(THEIRS["model"], answers, **NAMES, centring=kind, **options)


def test_products_are_those_of_semtools(answers, found):
    theirs, kind, _ = found
    own = product_indicators(
        answers,
        [f"inv{i}" for i in range(1, 5)],
        [f"eng{i}" for i in range(1, 5)],
        centring=kind,
        matched=kind == "double_mean",
    )
    assert list(own) == list(theirs["products"])
    for name, values in theirs["products"].items():
        assert own[name].head(3).tolist() == pytest.approx(values, abs=1e-9)


def test_effects_and_slopes_are_lavaans(found):
    theirs, _, assessment = found
    for row, recorded in zip(assessment["moderated_effects"].itertuples(), theirs["paths"], strict=True):
        assert (row.est, row.se) == pytest.approx((recorded["est"], recorded["se"]), rel=2e-4, abs=2e-6)
    for row, recorded in zip(assessment["simple_slopes"].itertuples(), theirs["slopes"], strict=True):
        values = [recorded[name] for name in ("est", "se", "pvalue", "ci.lower", "ci.upper")]
        assert [row.est, row.se, row.pvalue, row.ci_lower, row.ci_upper] == pytest.approx(values, rel=5e-4, abs=2e-5)
    assert assessment["moderated_effects"]["std"].iloc[2] == pytest.approx(theirs["std"], rel=2e-4)


def test_a_planted_interaction_is_found_and_drawn():
    rng = np.random.default_rng(11)
    x, z = rng.standard_normal((2, 600))
    y = 0.3 * x + 0.3 * z + 0.3 * x * z + 0.7 * rng.standard_normal(600)
    frame = pd.DataFrame(
        {f"{n}{i}": f + 0.5 * rng.standard_normal(600) for n, f in (("x", x), ("z", z), ("y", y)) for i in (1, 2, 3)}
    )
    model = "\n".join(f"f{n} =~ {n}1 + {n}2 + {n}3" for n in "xzy")
    planted = cocsem.moderation(model, frame, outcome="fy", predictor="fx", moderator="fz")
    effect = planted["moderated_effects"].iloc[2]
    assert effect["ci_lower"] < 0.3 < effect["ci_upper"] and effect["pvalue"] < 0.001
    assert "moderates the effect" in planted.text[0].en and "memoderasi" in planted.text[0].id
    picture = draw(planted, "id")
    assert picture.startswith("<svg") and picture.count("<line") == 3 and "fz 1,0 SB" in picture
    low, high = planted.facts["turning_points"]
    assert low < high < 0  # the slope is zero about where x + x z = 0, one standard deviation below the mean


def test_the_slope_at_a_turning_point_is_just_significant(answers):
    fit = cocsem.sem(THEIRS["model"] + "\nloy ~ inv + eng", answers)
    paths = ("loy", "inv"), ("loy", "eng")  # any two coefficients of one equation
    for point in turning_points(fit, paths, 1.0):
        assert simple_slopes(fit, paths, 1.0, [point])["pvalue"].iloc[0] == pytest.approx(0.05, abs=1e-9)


def test_paths_between_groups_are_compared_as_in_lavaan(answers):
    groups = cocsem.group_moderation(THEIRS["paths"], answers, "sex")
    together, own = groups.facts["together"], groups["equality"].iloc[0]
    assert together["delta_chisq"] == pytest.approx(THEIRS["together"]["chisq"], rel=1e-3)
    assert (together["delta_df"], own["delta_df"]) == (3, 1)
    assert own["delta_chisq"] == pytest.approx(THEIRS["eng_on_inv"]["chisq"], rel=2e-3)
    assert own["pvalue_diff"] == pytest.approx(THEIRS["eng_on_inv"]["pvalue"], rel=2e-3)
    assert len(groups["paths"]) == 6 and "No single path" in groups.text[0].en


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"outcome": "sat"}, "outcome must be a factor"),
        ({"moderator": "inv"}, "three different factors"),
        ({"centring": "none"}, "centring"),
    ],
)
def test_what_cannot_moderate_is_refused(answers, change, said):
    with pytest.raises(UsageError, match=said):
        cocsem.moderation(THEIRS["model"], answers, **{**NAMES, **change})


def test_groups_need_paths(answers):
    with pytest.raises(UsageError, match="needs paths"):
        cocsem.group_moderation(THEIRS["model"], answers, "sex")
