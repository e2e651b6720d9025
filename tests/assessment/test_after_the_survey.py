"""Early and late respondents, the same people twice, effect sizes, models that are not nested."""

import numpy as np
import pandas as pd
import pytest
from likert_study import ORACLES, likert, likert_scales, oracle, survey
from scipy.stats import chi2, ttest_ind

import cocsem
from cocsem.assessment import retest as retest_room
from cocsem.assessment.effect_sizes import effect_sizes, f_squared
from cocsem.assessment.nonresponse import early_late
from cocsem.assessment.vuong import casewise_loglikelihood, squared_weights, vuong, weighted_chi2_sf
from cocsem.errors import UsageError
from cocsem.references import load_references

MADE = oracle("scale_validation.json")


def hs() -> pd.DataFrame:
    return pd.read_csv(ORACLES / "data" / "hs.csv")


def test_early_against_late_is_welchs_test() -> None:
    found = early_late(survey(likert()))
    means = {code: block.mean(axis=1) for code, block in likert_scales().items()}
    frame = found["early_late"].set_index("scale")
    raw = {code: ttest_ind(m.iloc[-150:], m.iloc[:150], equal_var=False) for code, m in means.items()}
    assert frame["t"].to_dict() == pytest.approx({code: test.statistic for code, test in raw.items()})
    smallest = min(raw, key=lambda code: raw[code].pvalue)
    assert frame.loc[smallest, "pvalue"] == pytest.approx(min(5 * raw[smallest].pvalue, 1.0))
    assert set(found.references) <= set(load_references())


def test_a_difference_of_late_respondents_is_found_and_an_order_can_be_given() -> None:
    data = likert()
    loy = [name for name in data if name.startswith("loy")]
    data.loc[data.index[450:], loy] = (data.loc[data.index[450:], loy] - 1).clip(lower=1)
    found = early_late(likert_scales(data))
    assert "differ on LOY" in found.text[0].en
    shuffled = data.sample(frac=1, random_state=1)
    order = pd.Series(np.arange(600), index=data.index, name="submitted")
    again = early_late(likert_scales(shuffled), order=order)
    pd.testing.assert_frame_equal(found["early_late"], again["early_late"])


@pytest.mark.parametrize("share", [0.0, 0.6, 0.001])
def test_a_share_that_cannot_be_is_refused(share: float) -> None:
    with pytest.raises(UsageError):
        early_late(likert_scales(), share=share)


def test_retest_agrees_with_psych() -> None:
    made = MADE["retest"]
    one, other = (pd.DataFrame({"s": np.array(made[key], dtype=float)}) for key in ("first", "second"))
    row = retest_room.retest({"S": one}, {"S": other})["retest"].iloc[0]
    psych = {entry["type"]: entry for entry in made["icc"]}
    assert row["icc"] == pytest.approx(psych["ICC2"]["ICC"], abs=1e-9)
    assert row["icc_consistency"] == pytest.approx(psych["ICC3"]["ICC"], abs=1e-9)
    assert row["icc_ci_lower"] == pytest.approx(psych["ICC2"]["lower bound"], abs=1e-8)
    assert row["icc_ci_upper"] == pytest.approx(psych["ICC2"]["upper bound"], abs=1e-8)
    assert row["mdc"] == pytest.approx(1.96 * np.sqrt(2) * row["sem"], rel=1e-4)


def test_retest_matches_people_by_their_index() -> None:
    one = {"TRU": likert_scales()["TRU"].head(60)}
    found = retest_room.retest(one, {"TRU": one["TRU"].sample(frac=1, random_state=2).iloc[:50]})
    row = found["retest"].iloc[0]
    assert row["n"] == 50 and row["icc"] == pytest.approx(1.0) and row["difference"] == 0
    with pytest.raises(UsageError, match="same scales"):
        retest_room.retest(one, {"WOM": one["TRU"]})
    with pytest.raises(UsageError, match="five people"):
        retest_room.retest(one, {"TRU": one["TRU"].set_axis(range(900, 960), axis=0)})


def test_f2_is_what_a_cause_adds() -> None:
    data = pd.read_csv(ORACLES / "data" / "path.csv")
    fit = cocsem.sem("m ~ x1 + x2\ny ~ m + x1", data)
    frame = f_squared(fit).set_index(["source", "target"])

    def r2(target: str, sources: list[str]) -> float:
        X = np.column_stack([np.ones(len(data)), data[sources]])
        rest = data[target] - X @ np.linalg.lstsq(X, data[target], rcond=None)[0]
        return 1 - float(rest.var() / data[target].var())

    full, less = r2("m", ["x1", "x2"]), r2("m", ["x2"])
    assert frame.loc[("x1", "m"), "f2"] == pytest.approx((full - less) / (1 - full), abs=1e-6)
    assert frame.loc[("x1", "m"), "r2"] == pytest.approx(fit.r2["m"], abs=1e-8)
    assert all(v.label is not None for v in effect_sizes(fit).verdicts)


def test_vuong_is_the_definition_at_lavaans_numbers() -> None:
    made = MADE["vuong"]
    one, other = (cocsem.cfa(made[model], hs(), meanstructure=True) for model in ("A", "B"))
    found = vuong(one, other)
    assert found.z == pytest.approx(made["z"], abs=1e-4) and found.ratio == pytest.approx(made["lr"], abs=1e-4)
    assert found.omega2 == pytest.approx(made["omega2"], rel=1e-4)
    assert casewise_loglikelihood(one)[:5] == pytest.approx(made["casewise_first5"][0], abs=1e-4)
    weights = squared_weights(one, other)
    assert weights[: len(made["weights"])] == pytest.approx(made["weights"], abs=1e-4)
    assert found.pvalue == pytest.approx(0.0035, abs=2e-4) and found.omega2_pvalue < 1e-6


def test_vuong_is_antisymmetric_and_does_not_depend_on_the_mean_structure() -> None:
    made = MADE["vuong"]
    one, other = cocsem.cfa(made["A"], hs()), cocsem.cfa(made["B"], hs())
    assert vuong(one, other).z == pytest.approx(-vuong(other, one).z)
    assert vuong(one, other).z == pytest.approx(made["z"], abs=1e-4)
    assert casewise_loglikelihood(one).sum() == pytest.approx(one.fit_measures["logl"])


def test_a_correction_pays_for_parameters() -> None:
    wide = cocsem.cfa("f =~ x1 + x2 + x3 + x7 + x8 + x9; t =~ x4 + x5 + x6; x1 ~~ x2", hs())
    other = cocsem.cfa("v =~ x1 + x2 + x3; f =~ x4 + x5 + x6 + x7 + x8 + x9", hs())
    plain, aic, bic = (vuong(wide, other, correction=kind) for kind in ("none", "aic", "bic"))
    assert plain.ratio - aic.ratio == pytest.approx(1.0)
    assert plain.ratio - bic.ratio == pytest.approx(np.log(301) / 2)


def test_incomplete_answers_take_part() -> None:
    data = pd.read_csv(ORACLES / "data" / "hs_incomplete.csv")
    items = [f"x{i}" for i in range(1, 10)]
    made = MADE["vuong"]
    one, other = (cocsem.cfa(made[m], data[items], missing="fiml") for m in ("A", "B"))
    assert casewise_loglikelihood(one).sum() == pytest.approx(one.fit_measures["logl"], abs=1e-6)
    assert np.isfinite(vuong(one, other).z)


def test_models_that_cannot_be_compared_are_refused() -> None:
    one = cocsem.cfa("f =~ x1 + x2 + x3", hs())
    with pytest.raises(UsageError, match="same variables"):
        vuong(one, cocsem.cfa("f =~ x1 + x2 + x4", hs()))
    with pytest.raises(UsageError, match="same rows"):
        vuong(one, cocsem.cfa("f =~ x1 + x2 + x3", hs().head(200)))
    with pytest.raises(UsageError, match="maximum likelihood"):
        vuong(one, cocsem.cfa("f =~ x1 + x2 + x3", hs(), estimator="ULS"))


def test_the_weighted_sum_of_chi_squares() -> None:
    assert weighted_chi2_sf(7.3, np.full(4, 2.0)) == pytest.approx(chi2.sf(7.3 / 2, 4), abs=1e-8)
    assert weighted_chi2_sf(3.0, np.array([2.0])) == pytest.approx(chi2.sf(1.5, 1), abs=1e-8)
    weights = np.array([3.0, 1.0, 0.5, 0.1])
    draws = np.random.default_rng(1).chisquare(1, size=(400_000, 4)) @ weights
    assert weighted_chi2_sf(8.0, weights) == pytest.approx(np.mean(draws > 8.0), abs=3e-3)
