"""Every definition of reliability under the name of the program or paper that made it, with its interval."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from likert_study import likert, likert_scales, oracle

import cocsem
from cocsem.assessment.delta import delta_interval
from cocsem.assessment.reliability import reliability
from cocsem.assessment.reliability.coefficients import alpha_bootstrap, alpha_of, cronbach_alpha, spearman_brown
from cocsem.assessment.reliability.keying import find_miskeyed

ORACLES = Path(__file__).parents[1] / "oracles"
MADE = oracle("scale_validation.json")
RECORDED = oracle("scale_recorded.json")
HS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


def case(name: str) -> dict:
    return json.loads((ORACLES / "lavaan" / f"{name}.json").read_text(encoding="utf-8"))


def hs() -> pd.DataFrame:
    return pd.read_csv(ORACLES / "data" / "hs.csv")


def model_table(model: str, data: pd.DataFrame, verb=cocsem.cfa, **options) -> pd.DataFrame:
    return reliability({}, verb(model, data, **options))["model"].set_index("construct")


def test_the_intervals_are_lavaans_delta_method() -> None:
    table = model_table(HS, hs())
    made = {row["lhs"]: row for row in MADE["delta"]}
    for ours, theirs in (("omega", "omega"), ("ave", "ave"), ("composite_reliability", "cr")):
        assert table.loc["visual", ours] == pytest.approx(made[theirs]["est"], abs=2e-6)
        assert table.loc["visual", f"{ours}_ci_lower"] == pytest.approx(made[theirs]["ci.lower"], abs=2e-6)
        assert table.loc["visual", f"{ours}_ci_upper"] == pytest.approx(made[theirs]["ci.upper"], abs=2e-6)


def test_the_delta_method_agrees_with_the_standardized_solution() -> None:
    fit = cocsem.cfa(HS, hs())

    def correlations(layout, at):
        cov = at.C[..., layout.p :, layout.p :]
        sd = np.sqrt(np.diagonal(cov, axis1=-2, axis2=-1))
        return (cov / (sd[..., :, None] * sd[..., None, :]))[..., [1, 2, 2], [0, 0, 1]]

    found = delta_interval(fit, correlations)
    own = cocsem.standardized(fit)
    own = own[(own["op"] == "~~") & (own["lhs"] != own["rhs"])]
    np.testing.assert_allclose(found.value, own["est_std"], atol=1e-9)
    np.testing.assert_allclose(found.se, own["se"], atol=1e-8)


@pytest.mark.parametrize("name", ["hs_ml", "likert_sem_mlr"])
def test_the_answers_recorded_with_the_fits(name: str) -> None:
    recorded = case(name)
    data = pd.read_csv(ORACLES / recorded["data"])
    table = model_table(
        recorded["model"], data, getattr(cocsem, recorded["fun"]), estimator="MLR" if name.endswith("mlr") else "ML"
    )
    extras = recorded["extras"]
    explained = "omega_explained" if "omega_explained" in table else "omega_observed"
    assert table[explained].to_dict() == pytest.approx(extras["omega"], abs=2e-6)
    assert table["ave_weighted"].to_dict() == pytest.approx(extras["ave"], abs=2e-6)


def test_the_explained_share_is_never_the_default() -> None:
    recorded = case("likert_sem_mlr")
    data = pd.read_csv(ORACLES / recorded["data"])
    table = model_table(recorded["model"], data, cocsem.sem)
    measurement = model_table("\n".join(line for line in recorded["model"].split("\n") if "=~" in line), data)
    assert "omega_explained" not in measurement
    assert table["omega"].to_dict() == pytest.approx(measurement["omega"].to_dict(), abs=0.01)
    assert (table["omega_explained"] < 0.3).sum() == 4


def test_higher_order_models() -> None:
    fit = cocsem.cfa(f"{HS}\nability =~ visual + textual + speed", hs())
    found = reliability({}, fit)
    higher = found["higher"].set_index("construct")["omega_higher"]
    assert higher["ability"] == pytest.approx(MADE["higher"]["ability"], abs=2e-5)
    table = found["model"].set_index("construct")
    assert table["omega"].to_dict() == pytest.approx(
        {k: v for k, v in MADE["higher"].items() if k != "ability"}, abs=2e-5
    )
    # semTools 0.5-9 counts, of a first-order construct, only what the higher one explains
    assert table["omega_explained"].to_dict() == pytest.approx(RECORDED["omega_higher_order_hs"], abs=2e-5)


def test_a_bifactor_model_has_hierarchical_and_total_coefficients() -> None:
    recorded = case("hs_bifactor")
    table = model_table(recorded["model"], hs())
    assert table["omega"].to_dict() == pytest.approx(MADE["bifactor"], abs=2e-5)
    assert (table["omega_total"] > table["omega"] + 0.01).all()


def test_h_is_semtools_maximal_reliability_of_a_single_factor() -> None:
    data = hs()
    for line, theirs in zip(HS.split("\n"), MADE["maximal"], strict=True):
        assert model_table(line, data)["h"].iloc[0] == pytest.approx(theirs, abs=1e-5)


def test_two_items_have_a_spearman_brown_coefficient() -> None:
    items = likert()[["tru1", "tru2"]]
    r = items.corr().iloc[0, 1]
    assert spearman_brown(items) == pytest.approx(2 * r / (1 + r)) == pytest.approx(alpha_of(items.corr().to_numpy()))
    assert np.isnan(spearman_brown(likert_scales()["TRU"]))
    table = reliability({"TWO": items, "TRU": likert_scales()["TRU"]})["scales"]
    assert table["spearman_brown"].isna().tolist() == [False, True]


def test_the_bootstrap_interval_of_alpha_covers_it_and_resembles_feldts() -> None:
    items = likert_scales()["ENG"]
    low, high = alpha_bootstrap(items, 2000, 1)
    frame = reliability({"ENG": items}, bootstrap=2000)["scales"].iloc[0]
    assert (frame["alpha_boot_lower"], frame["alpha_boot_upper"]) == (low, high)
    assert low < cronbach_alpha(items) < high
    assert low == pytest.approx(frame["alpha_ci_lower"], abs=0.012) and high == pytest.approx(
        frame["alpha_ci_upper"], abs=0.012
    )


@pytest.mark.parametrize("turned", [["tru2"], ["tru1"], ["tru3"]])
def test_one_miskeyed_item_among_three_is_named(turned: list[str]) -> None:
    items = likert_scales()["TRU"].copy()
    items[turned] = 6 - items[turned]
    keying = find_miskeyed("TRU", items)
    assert keying is not None and list(keying.weights) == turned
    assert keying.turned == pytest.approx(cronbach_alpha(likert_scales()["TRU"]))
    found = reliability({"TRU": items})
    assert found["scales"]["verdict"].iloc[0] is None and found.facts["miskeyed"] == turned
    verdict = next(v for v in found.verdicts if v.index == "alpha")
    assert verdict.label is None and "against" in verdict.reason.en


def test_half_against_half_is_not_decided() -> None:
    items = likert_scales()["ENG"].copy()
    items[["eng1", "eng3"]] = 6 - items[["eng1", "eng3"]]
    keying = find_miskeyed("ENG", items)
    assert keying is not None and keying.undecided and "which half" in keying.warning.en


def test_right_scales_are_left_alone() -> None:
    assert all(find_miskeyed(code, block) is None for code, block in likert_scales().items())
