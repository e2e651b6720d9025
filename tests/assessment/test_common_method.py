"""Common-method variance: every model as in lavaan, quick checks by hand, a planted method found, and caveats that stand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.assessment.common_method.screens import collinearity, first_component_share
from cocsem.errors import UsageError

ORACLES = Path(__file__).parents[1] / "oracles"
LAVAAN = json.loads((ORACLES / "common_method_lavaan.json").read_text(encoding="utf-8"))
MODEL = LAVAAN["model"]
MARKER = ("tru1", "tru2", "tru3")
ORDER = (
    "as_stated", "single_factor", "method_equal", "method_free", "marker_cfa", "marker_baseline", "marker_constrained",
    "marker_unconstrained", "marker_restricted", "marker_sensitive_95", "marker_sensitive_99",
)  # fmt: skip


@pytest.fixture(scope="module")
def answers():
    return pd.read_csv(ORACLES / "data" / "likert.csv")


@pytest.fixture(scope="module")
def found(answers):
    return cocsem.common_method(MODEL, answers, MARKER)


def _survey(method=0.0, n=400, seed=1):
    """Two factors with four items each and a marker with three; `method` is the loading of one method behind all of them."""
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal(np.zeros(3), [[1, 0.4, 0], [0.4, 1, 0], [0, 0, 1]], n)
    which = [0] * 4 + [1] * 4 + [2] * 3
    values = 0.7 * factors[:, which] + rng.standard_normal((n, 11)) * 0.6 + method * rng.standard_normal((n, 1))
    return pd.DataFrame(values, columns=[f"{f}{i}" for f, k in (("a", 4), ("b", 4), ("m", 3)) for i in range(1, k + 1)])


TWO = "fa =~ a1 + a2 + a3 + a4\nfb =~ b1 + b2 + b3 + b4"


def test_every_model_fits_as_in_lavaan(found):
    rows = found["models"]
    assert len(rows) == len(ORDER)
    for n, key in enumerate(ORDER):
        # the marker loads on every item of its own: Method-U is the one retained here
        own = LAVAAN["models"].get("restricted_of_u" if key == "marker_restricted" else key, {"fit": {}})
        theirs = own["fit"] or {"chisq": LAVAAN["phases"]["sensitive"][key]["chisq"]}
        for name, value in theirs.items():
            assert rows[name][n] == pytest.approx(value, rel=2e-4, abs=2e-5), (key, name)


def test_difference_tests_are_differences(found):
    rows = found["models"].assign(key=ORDER).set_index("key")
    chisq, df = rows["chisq"], rows["df"]
    for restricted, wider in (
        ("as_stated", "method_equal"),
        ("marker_baseline", "marker_constrained"),
        ("marker_restricted", "marker_unconstrained"),
    ):
        own = rows.loc[restricted if restricted == "marker_restricted" else wider]
        assert own["delta_chisq"] == pytest.approx(chisq[restricted] - chisq[wider], abs=1e-6)
        assert own["delta_df"] == df[restricted] - df[wider]


def test_standardized_values_under_every_model_are_lavaans(found):
    moves = found["moves"].set_index("parameter")
    for key in ("as_stated", "method_free", "marker_unconstrained"):
        theirs = LAVAAN["models"][key]["std"]
        for name, value in moves[key].items():
            assert value == pytest.approx(theirs[name], abs=2e-4), (key, name)
    assert {role.en for role in moves["role"]} == {"loading", "correlation"}


def test_reliability_is_split_into_construct_and_method(found):
    split = found["method_reliability"].set_index("construct")
    for construct, (own, method) in LAVAAN["phases"]["parts"].items():
        row = split.loc[construct]
        assert row["reliability_total"] == pytest.approx(LAVAAN["phases"]["total"][construct], abs=1e-5)
        assert (row["reliability_construct"], row["reliability_method"]) == pytest.approx((own, method), abs=2e-4)
        assert row["method_share"] == pytest.approx(method / (own + method), rel=2e-3)


def test_without_a_method_all_reliability_is_the_constructs():
    split = cocsem.common_method(TWO, _survey(n=4000), ("m1", "m2", "m3"))["method_reliability"]
    assert (split["method_share"] < 0.01).all()
    assert split["reliability_construct"].to_numpy() == pytest.approx(split["reliability_total"].to_numpy(), abs=0.01)
    planted = cocsem.common_method(TWO, _survey(0.5, n=4000), ("m1", "m2", "m3"))["method_reliability"]
    # the marker's own substance (.49) stands beside the method (.25) in its factor, so items show it with loading .25 / sqrt(.74)
    assert planted["method_share"].to_numpy() == pytest.approx([0.25**2 / 0.74 / 0.74] * 2, abs=0.02)


def test_more_method_than_was_estimated_moves_the_correlations_as_in_lavaan(found):
    table = found["method_sensitivity"].set_index("parameter")
    names = list(LAVAAN["phases"]["total"])
    for key, theirs in LAVAAN["phases"]["sensitive"].items():
        for a, one in enumerate(names):
            for b in range(a + 1, len(names)):
                assert table.loc[f"{one} ~~ {names[b]}", key] == pytest.approx(theirs["cor"][a][b], abs=3e-4)
    assert any("no correlation of constructs would move further than" in text.en for text in found.text)


def test_quick_checks_are_those_of_r(found):
    assert found.facts["first_component_share"] == pytest.approx(LAVAAN["first_component"], rel=1e-8)
    table = found["collinearity"].set_index("construct")
    for kind in ("vif_scores", "vif_factors"):
        for construct, value in LAVAAN[kind].items():
            assert table.loc[construct, kind] == pytest.approx(value, rel=1e-4)


def test_two_variables_inflate_each_other_by_what_they_share():
    assert collinearity(np.array([[1.0, 0.8], [0.8, 1.0]])) == pytest.approx([1 / 0.36] * 2)
    assert np.isnan(collinearity(np.ones((2, 2)))).all()
    independent = pd.DataFrame(np.random.default_rng(1).standard_normal((5000, 4)), columns=list("abcd"))
    assert first_component_share(independent) == pytest.approx(0.25, abs=0.02)


def test_a_planted_method_is_found_and_moves_the_correlation():
    frame = _survey(method=0.6)
    planted = cocsem.common_method(TWO, frame, ("m1", "m2", "m3"))
    labels = {v.subject: v.label.en for v in planted.verdicts if v.criterion.startswith("method_") and v.label}
    assert labels["marker_constrained"] == "detected"
    moves = planted["moves"].set_index("parameter").loc["fa ~~ fb"]
    # r of the constructs is .4; with the method it becomes (.4 * .49 + .36) / (.49 + .36)
    assert moves["as_stated"] == pytest.approx(0.65, abs=0.08)
    assert moves["method_equal"] == pytest.approx(0.4, abs=0.1)
    assert moves["as_stated"] > moves["marker_constrained"]
    assert any("varians metode terdeteksi" in text.id for text in planted.text)


def test_a_method_variance_below_zero_is_said(found):
    assert any("below zero" in text.en and "di bawah nol" in text.id for text in found.text)


def test_without_a_method_the_marker_finds_none():
    clean = cocsem.common_method(TWO, _survey(seed=4), ("m1", "m2", "m3"))
    labels = {v.subject: v.label.en for v in clean.verdicts if v.criterion == "method_variance_test" and v.label}
    assert labels["marker_constrained"] == "not detected"


def test_what_a_check_cannot_see_is_said(found, answers):
    said = " ".join(text.en for text in found.text)
    assert "passing it is no evidence" in said and "Richardson" in said
    without = cocsem.common_method(MODEL, answers, free=False)
    assert any("No marker scale was asked" in text.en for text in without.text)
    assert all("method_free" not in table.frame.columns for table in without.tables)


def test_a_model_with_paths_keeps_them(answers):
    paths = cocsem.common_method(MODEL + "\ncoc ~ inv + eng\nloy ~ coc", answers, free=False)
    roles = [role.en for role in paths["moves"]["role"]]
    assert roles.count("path") == 3 and "paths and correlations" in " ".join(text.en for text in paths.text)


def test_an_instrument_without_room_for_a_method_factor_says_so():
    one = cocsem.common_method("fa =~ a1 + a2 + a3 + a4", _survey(), free=True)
    assert any("no proper solution" in text.en for text in one.text)
    assert one.summary("id")


@pytest.mark.parametrize(
    ("model", "marker", "said"),
    [
        (TWO, ("a1", "m1"), "must not measure a construct"),
        (TWO, ("m1",), "at least two items"),
        ("a1 ~ b1", None, "lines with =~"),
    ],
)
def test_what_cannot_be_used_is_refused(model, marker, said):
    with pytest.raises(UsageError, match=said):
        cocsem.common_method(model, _survey(), marker)
