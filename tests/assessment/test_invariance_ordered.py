"""Partial invariance of ordered items: models as lavaan fits what semTools writes, releases as far as identification allows."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.assessment.invariance.asking import ask
from cocsem.assessment.invariance.fitting import difference_test, fit_step
from cocsem.assessment.invariance.types import load_ladders
from cocsem.errors import UsageError
from cocsem.estimation.score_tests import freeing_tests

ORACLES = Path(__file__).parents[1] / "oracles"
THEIRS = json.loads((ORACLES / "ordinal_partial.json").read_text(encoding="utf-8"))
MODEL = THEIRS["model"]
ITEMS = [f"{scale}{n}" for scale in ("inv", "eng") for n in range(1, 5)]


def _likert(cut=None):
    answers = pd.read_csv(ORACLES / "data" / "likert.csv")
    return answers if cut is None else answers.assign(**{item: np.digitize(answers[item], cut) for item in ITEMS})


def _fit(data, equal, partial=()):
    return cocsem.cfa(
        MODEL,
        data,
        group="sex",
        ordered=True,
        parameterization="theta",
        std_lv=True,
        group_equal=equal,
        group_partial=partial,
    )


@pytest.mark.parametrize("case", THEIRS["five"], ids=lambda c: f"{len(c['equal'])} {' '.join(c['partial'])}")
def test_partly_equal_models_are_those_of_semtools(case):
    fit = _fit(_likert(), case["equal"], case["partial"])
    assert fit.fit_measures["df"] == case["df"]
    assert fit.fit_measures["chisq_scaled"] == pytest.approx(case["chisq"], rel=1e-3)
    rows = {
        (r["lhs"], r["op"]): r
        for r in fit.estimates.to_dict("records")
        if r["group"] == fit.spec.groups[1] and r["lhs"] in ITEMS
    }
    for row in case["second"]:
        ours = rows[row["lhs"], row["op"]]
        assert ours["est"] == pytest.approx(row["est"], abs=2e-3), row
        assert (ours["se"] > 0) is row["free"], row


@pytest.mark.parametrize(("kind", "op", "equal"), [("intercepts", "~1", 3), ("residuals", "~~", 4)])
def test_what_freeing_a_fixed_row_would_gain_is_lavaans_modification_index(kind, op, equal):
    fit = _fit(_likert(), ("thresholds", "loadings", "intercepts", "residuals")[:equal])
    found = freeing_tests(fit, [(item, op, "" if op == "~1" else item) for item in ITEMS])
    theirs = {row["lhs"]: row["mi"] for row in THEIRS["scores"][kind]}
    assert dict(zip(found["lhs"], found["x2"], strict=True)) == pytest.approx(theirs, rel=5e-3, abs=5e-3)


@pytest.mark.parametrize(("name", "cut", "ladder"), [("three", [3, 5], "ordinal"), ("binary", [4], "binary")])
def test_few_categories_climb_only_the_steps_that_restrict_something(name, cut, ladder):
    data = _likert(cut)
    theirs = THEIRS["three"]["ladder"] if name == "three" else THEIRS["binary"]
    question = ask(MODEL, data, "sex", {"estimator": "WLSMV", "missing": "listwise"}, True)
    assert question.ladder == ladder
    fits = [fit_step(question, step, ()) for step in load_ladders()[ladder] if step.key != "thresholds"]
    assert [fit.fit_measures["df"] for fit in fits] == theirs["df"]
    assert [fit.fit_measures["chisq_scaled"] for fit in fits] == pytest.approx(theirs["chisq"], rel=1e-3)
    for (wider, restricted), recorded in zip(pairwise(fits), theirs["tests"], strict=True):
        test = difference_test(restricted, wider)
        assert (test["delta_chisq"], test["delta_df"]) == pytest.approx(
            (recorded["chisq_diff"], recorded["df_diff"]), rel=1e-2
        )
    found = cocsem.invariance(MODEL, data, "sex", ordered=True)
    said = " ".join(text.en for text in found.text)
    assert ("restrict nothing" if name == "three" else "only together (Wu & Estabrook, 2016)") in said
    assert "thresholds" not in found.facts["stands"] and found.facts["reached"] is not None


def test_a_binary_item_is_released_as_a_whole():
    """Its unit stays free beside its intercept, so that the released model is nested between the steps."""
    theirs = THEIRS["binary"]["released"]
    equal = ("thresholds", "loadings", "intercepts")
    fit = _fit(_likert([4]), equal, ["inv2 ~ 1"])
    assert fit.fit_measures["df"] == theirs["df"]
    assert fit.fit_measures["chisq_scaled"] == pytest.approx(theirs["chisq"], rel=1e-3)
    test = difference_test(_fit(_likert([4]), equal), fit)
    assert test["delta_chisq"] == pytest.approx(theirs["test"]["chisq_diff"], abs=5e-3)


@pytest.mark.parametrize("partial", [["inv2 ~ 1", "inv2 | t1"], ["inv2 ~~ inv2", "inv =~ inv2"]])
def test_what_thresholds_cannot_determine_is_refused(partial):
    with pytest.raises(UsageError, match="share too few thresholds"):
        _fit(_likert([4]), ("thresholds", "loadings", "intercepts", "residuals"), partial)


def _planted(*, shift=0.0, loading=0.0, spread=1.0, cuts=(-1.0, -0.3, 0.4, 1.2), seed=11):
    """Six items of one factor in two groups of 500; in the second, y2 differs."""
    rng = np.random.default_rng(seed)
    frames = []
    for where in ("a", "b"):
        f = rng.normal(size=500)
        own = {f"y{n}": 0.8 * f + 0.6 * rng.normal(size=500) for n in range(1, 7)}
        if where == "b":
            own["y2"] = shift + (0.8 + loading) * f + 0.6 * spread * rng.normal(size=500)
        # thresholds differ from item to item: were they all alike, binary items could not tell factor mean and units apart
        frame = pd.DataFrame(
            {name: np.digitize(own[name], np.add(cuts, 0.15 * n)) for n, name in enumerate(own, start=-3)}
        )
        frames.append(frame.assign(where=where))
    return pd.concat(frames, ignore_index=True)


@pytest.mark.parametrize(
    ("planted", "released"),
    [({"shift": 0.6}, "y2 ~ 1"), ({"spread": 1.8}, "y2 ~~ y2"), ({"shift": 0.7, "cuts": (0.2,)}, "y2 ~ 1")],
)
def test_an_intercept_and_a_residual_variance_that_differ_are_found_and_released(planted, released):
    found = cocsem.invariance("f =~ y1 + y2 + y3 + y4 + y5 + y6", _planted(**planted), "where", ordered=True)
    assert found.facts["reached"] == "strict" and found.facts["released"] == (released,)
    assert "latent_means" in [table.key for table in found.tables]


def test_an_item_whose_loading_differs_is_compared_in_nothing_after():
    found = cocsem.invariance("f =~ y1 + y2 + y3 + y4 + y5 + y6", _planted(loading=-0.5), "where", ordered=True)
    assert found.facts["reached"] == "strict"
    assert found.facts["released"] == ("f =~ y2", "y2 ~ 1", "y2 ~~ y2")
