"""What one asks of a fit afterwards, against lavaan's answers and against identities."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import CocsemError, EstimationError, ModelSyntaxError, UsageError

ORACLES = Path(__file__).parents[1] / "oracles"
LAVAAN = json.loads((ORACLES / "after_fit_lavaan.json").read_text())
RECORDED = json.loads((ORACLES / "after_fit_recorded.json").read_text())
MODELS = LAVAAN["models"]
SCALAR = ["loadings", "intercepts"]
SEPC = {"epc": "epc", "sepc_lv": "sepc.lv", "sepc_all": "sepc.all", "sepc_nox": "sepc.nox"}


def _data(name):
    return pd.read_csv(ORACLES / "data" / f"{name}.csv")


def _school(estimator="ML", equal=()):
    return cocsem.cfa(MODELS["HS"], _data("hs"), group="school", group_equal=equal, estimator=estimator)


def _ladder(estimator):
    return [_school(estimator, equal) for equal in ([], ["loadings"], SCALAR)]


@pytest.fixture(scope="module")
def hs():
    return cocsem.cfa(MODELS["HS"], _data("hs"))


@pytest.fixture(scope="module")
def paths():
    return cocsem.sem(MODELS["PATHS"], _data("pd"))


FITS = {
    "reduced": lambda: cocsem.sem(MODELS["REDUCED"], _data("pd")),
    "equal": lambda: cocsem.cfa(MODELS["EQUAL"], _data("hs")),
    "growth": lambda: cocsem.growth(MODELS["GROWTH"], _data("growth")),
    "six": lambda: cocsem.sem(MODELS["SIX"], _data("mimic")),
    "metric": lambda: _school(equal=["loadings"]),
    "gls": lambda: cocsem.cfa(MODELS["HS"], _data("hs"), estimator="GLS"),
    "wishart": lambda: cocsem.cfa(MODELS["HS"], _data("hs"), likelihood="wishart"),
}


def _check_modification(fit, theirs):
    number = {label: n for n, label in enumerate(fit.spec.groups, start=1)}
    table = cocsem.modification_indices(fit)
    mine = {(r.lhs, r.op, r.rhs, number[r.group]): r for r in table.itertuples()}
    for row in theirs:
        ours = mine[row["lhs"], row["op"], row["rhs"], row.get("group", 1)]
        assert ours.mi == pytest.approx(row["mi"], rel=1e-3, abs=1e-4), row
        spread = abs(row["epc"]) / row["mi"] ** 0.5  # lavaan stops up to 1e-4 of a standard error from the minimum
        for name, other in SEPC.items():
            scale = abs(row[other] / row["epc"])
            assert getattr(ours, name) == pytest.approx(row[other], rel=5e-4, abs=2e-4 * spread * scale), row


@pytest.mark.parametrize("name", list(FITS))
def test_modification_indices_of_other_models(name):
    _check_modification(FITS[name](), LAVAAN["modification"][name])


@pytest.mark.parametrize("case", ["hs_ml", "pd_ml", "hs_higher_order"])
def test_the_fifteen_largest_recorded_modification_indices(case):
    record = json.loads((ORACLES / "lavaan" / f"{case}.json").read_text())
    fit = getattr(cocsem, record["fun"])(record["model"], pd.read_csv(ORACLES / record["data"]))
    recorded = record["extras"]["modification_indices"]
    _check_modification(fit, recorded)
    largest = cocsem.modification_indices(fit).nlargest(len(recorded), "mi")
    assert list(largest["mi"]) == pytest.approx([row["mi"] for row in recorded], rel=1e-4)


def test_a_modification_index_foretells_the_refit(hs):
    table = cocsem.modification_indices(hs).set_index(["lhs", "op", "rhs"])
    freed = cocsem.cfa(MODELS["HS"] + "\nvisual =~ x9", _data("hs"))
    drop = hs.fit_measures["chisq"] - freed.fit_measures["chisq"]
    assert table.loc[("visual", "=~", "x9"), "mi"] == pytest.approx(drop, rel=0.15)
    assert not table.index.duplicated().any()
    assert (table["mi"] >= 0).all() and set(table["group"]) == {""}


def test_many_candidates_are_taken_in_turns(hs, monkeypatch):
    from cocsem.estimation import modification

    whole = cocsem.modification_indices(hs)
    monkeypatch.setattr(modification, "_AT_ONCE", 5)
    pd.testing.assert_frame_equal(cocsem.modification_indices(hs), whole, rtol=1e-8)


def test_fixed_exogenous_variables_are_not_explained():
    table = cocsem.modification_indices(FITS["six"]())
    assert len(table) == 10
    assert not set(table["lhs"]) & {"x1", "x2"}


def test_score_tests_of_equal_groups_as_recorded():
    table = cocsem.score_test(_school(equal=SCALAR))
    recorded = pd.DataFrame(RECORDED["score_test_hs_scalar"])
    for column in ("lhs", "op", "rhs", "df"):
        assert list(table[column]) == list(recorded[column])
    assert table["x2"].to_numpy() == pytest.approx(recorded["X2"].to_numpy(), rel=1e-4)
    assert table["pvalue"].to_numpy() == pytest.approx(recorded["p.value"].to_numpy(), rel=1e-3, abs=1e-6)
    assert table["parameter"].iloc[0] == "visual =~ x2 [Pasteur]" and table["equal_to"].iloc[-1].startswith("x9 ~ 1 [")


ASKED = {
    "tied": lambda: (cocsem.sem(MODELS["TIED"], _data("pd")), {}),
    "scalar": lambda: (_school(equal=SCALAR), {}),
    "three": lambda: (cocsem.cfa(MODELS["ONE"], _data("mimic"), group="site", group_equal=SCALAR), {}),
}


@pytest.mark.parametrize("name", list(ASKED))
def test_score_tests_of_written_and_shared_constraints(name):
    made, theirs = ASKED[name]()[0], LAVAAN["score"][name]
    mine = {(r.lhs, r.rhs): r.x2 for r in cocsem.score_test(made).itertuples()}
    assert len(mine) == len(theirs["uni"])
    for row in theirs["uni"]:
        assert mine[row["lhs"], row["rhs"]] == pytest.approx(row["X2"], rel=1e-4, abs=1e-5)
    total = cocsem.score_test(made, total=True)
    assert total["x2"].iloc[0] == pytest.approx(theirs["total"], rel=1e-4)


def test_to_give_up_an_equality_of_two_labels_leaves_each_of_them_shared_by_the_groups():
    """lavaan 0.6-14, lavTestScore(fit)$uni: a and b may differ then, but not between the schools."""
    model = "visual =~ x1 + c(a, a)*x2 + c(b, b)*x3\nspeed =~ x7 + x8 + x9\na == b"
    table = cocsem.score_test(cocsem.cfa(model, _data("hs"), group="school"))
    assert list(zip(table["lhs"], table["rhs"], strict=True)) == [("a", "b"), (".p2.", ".p25."), (".p3.", ".p26.")]
    assert table["x2"].to_numpy() == pytest.approx([3.88514068, 0.91605317, 0.88814494], rel=1e-4)


def test_the_total_score_test_counts_what_the_released_model_identifies():
    """Nine intercepts released against three latent means that then have nothing to stand on: 15 constraints, 12 df."""
    strict, free = _school(equal=SCALAR), _school()
    total = cocsem.score_test(strict, total=True).iloc[0]
    assert total["df"] == strict.fit_measures["df"] - free.fit_measures["df"] == 12
    assert total["x2"] == pytest.approx(strict.fit_measures["chisq"] - free.fit_measures["chisq"], rel=0.1)


def test_a_score_test_needs_constraints(hs):
    with pytest.raises(UsageError, match="modification_indices"):
        cocsem.score_test(hs)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_wald_tests(estimator):
    fit = cocsem.sem(MODELS["PATHS"], _data("pd"), estimator=estimator)
    for question in LAVAAN["wald"][estimator]:
        test = cocsem.wald_test(fit, question["constraints"])
        assert test.df == question["df"]
        assert test.statistic == pytest.approx(question["stat"], rel=2e-5)
        assert test.pvalue == pytest.approx(question["pvalue"], rel=1e-4)


def test_a_wald_test_of_one_parameter_is_the_square_of_its_z():
    fit = cocsem.sem(MODELS["PATHS"] + "\nboth := g1*g3", _data("pd"))
    z = fit.estimates.set_index("label")["z"]
    assert cocsem.wald_test(fit, "g2 == 0").statistic == pytest.approx(z["g2"] ** 2)
    assert cocsem.wald_test(fit, "both == 0").statistic == pytest.approx(z["both"] ** 2)


@pytest.mark.parametrize(
    "text", ["", "g1", "zz == 0", "g1 == g1", "g1 > 0", "g1 == 0; g1 == 0", "g1 == (", "3 == 4", "== 2"]
)
def test_wald_constraints_that_cannot_be_tested(paths, text):
    with pytest.raises((UsageError, ModelSyntaxError)):
        cocsem.wald_test(paths, text)


RESIDUALS = {
    "ML": lambda: cocsem.cfa(MODELS["HS"], _data("hs")),
    "MLM": lambda: cocsem.cfa(MODELS["HS"], _data("hs"), estimator="MLM"),
    "MLR": lambda: cocsem.cfa(MODELS["HS"], _data("hs"), estimator="MLR"),
    "GLS": lambda: cocsem.cfa(MODELS["HS"], _data("hs"), estimator="GLS"),
    "intercepts": lambda: cocsem.cfa(MODELS["INTERCEPTS"], _data("hs")),
    "configural": _school,
}


def _by_group(fit, kind):
    table = cocsem.residuals(fit, kind)
    return [table] if "cov" in table else list(table.values())


@pytest.mark.parametrize("name", list(RESIDUALS))
def test_residuals(name):
    fit, theirs = RESIDUALS[name](), LAVAAN["residuals"][name]
    theirs = list(theirs.values()) if isinstance(theirs, dict) else theirs
    tables = zip(*(_by_group(fit, kind) for kind in ("raw", "cor", "standardized")), theirs, strict=True)
    for raw, cor, standardized, other in tables:
        assert raw["cov"].to_numpy() == pytest.approx(np.array(other["raw"]), abs=1e-5)
        assert cor["cov"].to_numpy() == pytest.approx(np.array(other["cor"]), abs=1e-5)
        se, z = np.array(other["se"], dtype=float), np.array(other["z"], dtype=float)
        varies = se > 1e-6
        assert standardized["cov_se"].to_numpy()[varies] == pytest.approx(se[varies], rel=1e-4)
        seen = varies & (np.abs(np.array(other["raw"])) > 1e-4)  # lavaan leaves smaller residuals undivided
        assert standardized["cov"].to_numpy()[seen] == pytest.approx(z[seen], rel=1e-3, abs=1e-3)
        assert (standardized["cov_se"].to_numpy()[~varies] == 0.0).all()
        if other["mean"]:
            assert raw["mean"].to_numpy() == pytest.approx(np.array(other["mean"]), abs=1e-5)
            assert cor["mean"].to_numpy() == pytest.approx(np.array(other["mean_cor"]), abs=1e-5)
        if name == "intercepts":
            assert standardized["mean"].to_numpy() == pytest.approx(np.array(other["mean_z"]), rel=1e-3)


def test_recorded_correlation_residuals(hs):
    record = json.loads((ORACLES / "lavaan" / "hs_ml.json").read_text())
    theirs = pd.DataFrame(record["extras"]["cor_residuals"]).set_index("_row")
    ours = cocsem.residuals(hs, "cor")["cov"].loc[theirs.index, theirs.columns]
    assert ours.to_numpy() == pytest.approx(theirs.to_numpy(), abs=2e-6)


def test_residual_errors_carry_what_other_groups_say():
    """With everything equal across groups: Var(r_g) = Gamma (1 / N_g - 1 / N) + Var(r) of one model for all rows."""
    data = pd.concat([_data("hs").assign(part=part) for part in ("a", "b")], ignore_index=True)
    everything = ["loadings", "intercepts", "means", "residuals", "lv.variances", "lv.covariances"]
    grouped = cocsem.cfa(MODELS["HS"], data, group="part", group_equal=everything)
    pooled = cocsem.cfa(MODELS["HS"], data, meanstructure=True)
    S = pooled.statistics[0].cov
    gamma = np.outer(np.diag(S), np.diag(S)) + S**2
    expected = gamma * (2.0 - 1.0) / len(data) + cocsem.residuals(pooled, "standardized")["cov_se"] ** 2
    assert cocsem.residuals(grouped, "standardized")["a"]["cov_se"].to_numpy() ** 2 == pytest.approx(
        expected.to_numpy(), rel=1e-5
    )


def test_residuals_that_cannot_be_had(hs):
    with pytest.raises(UsageError, match="kind"):
        cocsem.residuals(hs, "pearson")
    gaps = _data("missing")[["inv1", "inv2", "inv3", "inv4"]]
    fit = cocsem.cfa("inv =~ inv1 + inv2 + inv3 + inv4", gaps, missing="fiml")
    assert np.isfinite(cocsem.residuals(fit, "cor")["cov"].to_numpy()).all()


def _check_comparison(table, theirs):
    assert list(table["df"]) == [row["Df"] for row in theirs]
    for ours, row in zip(table.to_dict("records"), theirs, strict=True):
        for mine, other in (("chisq", "Chisq"), ("aic", "AIC"), ("bic", "BIC"), ("chisq_diff", "Chisq diff"),
                            ("df_diff", "Df diff"), ("rmsea_diff", "RMSEA"), ("pvalue_diff", "Pr(>Chisq)")):  # fmt: skip
            if row.get(other) is not None:
                assert ours[mine] == pytest.approx(row[other], rel=1e-4, abs=2e-5), (mine, row)


def test_difference_tests_as_recorded():
    free, metric, scalar = _ladder("ML")
    table = cocsem.compare(scalar, free, metric)
    _check_comparison(table, RECORDED["lrt_hs_ml"])
    assert list(table["model"]) == ["fit1", "fit2", "fit0"] and list(table["method"]) == ["", "plain", "plain"]
    robust = _ladder("MLR")
    _check_comparison(cocsem.compare(*robust), RECORDED["lrt_hs_mlr_satorra_bentler_2001"])
    table = cocsem.compare(*robust[:2], method="satorra_bentler_2010")
    _check_comparison(table, RECORDED["lrt_hs_mlr_satorra_bentler_2010"])


def _asked_ladder(name):
    """The fits a recorded comparison is about, and its method: `MLM_satorra_2000`, `held_satorra_2000`."""
    start, method = name.split("_", 1)
    if start == "held":
        return [cocsem.sem(MODELS[model], _data("pd"), estimator="MLM") for model in ("PATHS", "HELD")], method
    return _ladder(start), method


LADDERS = {name: partial(_asked_ladder, name) for name in LAVAAN["lrt"]}


@pytest.mark.parametrize("name", list(LADDERS))
def test_scaled_difference_tests(name):
    fits, method = LADDERS[name]()
    _check_comparison(cocsem.compare(*fits[: len(LAVAAN["lrt"][name])], method=method), LAVAAN["lrt"][name])


def test_models_that_cannot_be_compared(hs):
    data = _data("hs")
    loose = cocsem.cfa(MODELS["HS"] + "\nvisual =~ x9", data)
    others = [
        cocsem.cfa(MODELS["HS"], data.iloc[:-1]),
        cocsem.cfa(MODELS["HS"].replace(" + x9", ""), data),
        cocsem.cfa(MODELS["HS"], data, estimator="MLR"),
        cocsem.cfa(MODELS["HS"], data, meanstructure=True),
        cocsem.cfa(MODELS["HS"], data.assign(x1=data["x1"] * 2)),
        cocsem.cfa(MODELS["HS"], data),
    ]
    for other in others:
        with pytest.raises(UsageError):
            cocsem.compare(loose if other is not others[-1] else hs, other)
    with pytest.raises(UsageError, match="scaled"):
        cocsem.compare(loose, hs, method="satorra_2000")
    with pytest.raises(UsageError, match="method"):
        cocsem.compare(loose, hs, method="plain")
    with pytest.raises(UsageError, match="takes Fit for 'fit1'"):
        cocsem.compare(hs, "model")
    unweighted = [cocsem.cfa(m, data, estimator="ULS") for m in (MODELS["HS"], MODELS["HS"] + "\nvisual =~ x9")]
    with pytest.raises(UsageError, match="satorra_2000"):
        cocsem.compare(*unweighted, method="satorra_bentler_2001")


def test_models_that_only_look_nested():
    data = _data("hs")
    one = cocsem.cfa("f =~ x1 + x2 + x3 + x4 + x5 + x6", data, estimator="MLM")
    other = cocsem.cfa("a =~ x1 + x4\nb =~ x2 + x5\nc =~ x3 + x6\na ~~ 0*b", data, estimator="MLM", std_lv=True)
    assert one.fit_measures["df"] != other.fit_measures["df"]
    with pytest.raises(CocsemError, match="nested"):
        cocsem.compare(one, other, method="satorra_bentler_2010")


def test_a_negative_scaling_factor_is_said_not_shown(monkeypatch):
    from cocsem.estimation import comparison
    from cocsem.estimation.difference import Difference

    fits = _ladder("MLM")[:2]
    monkeypatch.setattr(comparison, "scaled_difference", lambda *_: Difference(6, -0.5, 0.0, -0.5))
    row = cocsem.compare(*fits).iloc[1]
    assert np.isnan(row["chisq_diff"]) and np.isnan(row["pvalue_diff"]) and "2010" in row["note"]


def test_nothing_is_asked_of_a_fit_that_did_not_converge(hs):
    from dataclasses import replace

    lost = replace(hs, converged=False)
    for ask in (
        cocsem.modification_indices,
        cocsem.score_test,
        cocsem.residuals,
        lambda fit: cocsem.wald_test(fit, "a == 0"),
    ):
        with pytest.raises(EstimationError, match="converge"):
            ask(lost)
    with pytest.raises(EstimationError, match="converge"):
        cocsem.compare(hs, lost)


@pytest.mark.parametrize("case", sorted(p.stem for p in (ORACLES / "lavaan").glob("*.json")))
def test_goodness_of_fit_of_every_recorded_case(case):
    record = json.loads((ORACLES / "lavaan" / f"{case}.json").read_text())
    options = {k.replace(".", "_"): v for k, v in dict(record["options"] or {}).items()}
    fit = getattr(cocsem, record["fun"])(record["model"], pd.read_csv(ORACLES / record["data"]), **options)
    for name, value in record["fit_measures"].items():
        if name.startswith("gfi") and value is not None:
            assert fit.fit_measures[name.replace(".", "_")] == pytest.approx(value, abs=2e-6), name
