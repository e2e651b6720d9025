"""Further questions asked of robust, least-squares and full-information fits, against lavaan's answers and identities."""

import json
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import ModelSyntaxError, UsageError
from cocsem.estimation.difference import restricted_difference
from cocsem.estimation.discrepancy.least_squares import moment_jacobian
from cocsem.estimation.problem import implied, pose
from cocsem.moments.asymptotic import half_index

ORACLES = Path(__file__).parents[1] / "oracles"
LAVAAN = json.loads((ORACLES / "after_fit_wider.json").read_text())
MODELS = LAVAAN["models"]
SCALAR = ["loadings", "intercepts"]
ADD = "visual =~ x9\nx1 ~~ x2\ntextual =~ x3"


def _data(name):
    data = pd.read_csv(ORACLES / "data" / f"{'mimic' if name == 'thin' else name}.csv")
    if name == "thin":  # the holes of make_after_fit_wider.R
        for column, first, step in (("u2", 3, 7), ("u4", 1, 5), ("u5", 2, 9)):
            data[column] = data[column].astype("float64")
            data.loc[first - 1 :: step, column] = np.nan
    return data


def _hs(model, data="hs", **options):
    return cocsem.cfa(MODELS[model], _data(data), **options)


MODIFIED = {
    "mlr": lambda: _hs("HELD", estimator="MLR"),
    "mlmv": lambda: _hs("HELD", estimator="MLMV", meanstructure=True),
    "uls": lambda: _hs("HELD", estimator="ULS"),
    "ulsmv": lambda: _hs("HELD", estimator="ULSMV"),
    "dwls": lambda: _hs("HELD", estimator="DWLS"),
    "wls": lambda: _hs("HELD", estimator="WLS"),
    "fiml": lambda: _hs("HELD", "hs_incomplete", missing="fiml"),
    "fiml_mlr": lambda: _hs("HS", "hs_incomplete", missing="fiml", estimator="MLR"),
    "fiml_x": lambda: cocsem.sem(MODELS["SIX"], _data("thin"), missing="fiml"),
    "fiml_groups": lambda: _hs("HS", "hs_incomplete", missing="fiml", group="school", group_equal=SCALAR),
    "scalar_mlr": lambda: _hs("HS", estimator="MLR", group="school", group_equal=SCALAR),
    "uls_groups": lambda: _hs("HS", estimator="ULS", group="school", group_equal=["loadings"]),
}
SEPC = {"epc": "epc", "sepc_lv": "sepc.lv", "sepc_all": "sepc.all", "sepc_nox": "sepc.nox"}


@pytest.mark.parametrize("name", list(MODIFIED))
def test_modification_indices_beyond_maximum_likelihood(name):
    fit, theirs = MODIFIED[name](), LAVAAN["modification"][name]
    number = {label: n for n, label in enumerate(fit.spec.groups, start=1)}
    table = cocsem.modification_indices(fit)
    mine = {(r.lhs, r.op, r.rhs, number[r.group]): r for r in table.itertuples()}
    assert (table["mi"] > 0.0501).sum() <= len(theirs)
    for row in theirs:
        ours = mine[row["lhs"], row["op"], row["rhs"], row.get("group", 1)]
        assert ours.mi == pytest.approx(row["mi"], rel=1e-3, abs=1e-4), row
        spread = abs(row["epc"]) / row["mi"] ** 0.5
        for ours_name, other in SEPC.items():
            scale = abs(row[other] / row["epc"])
            assert getattr(ours, ours_name) == pytest.approx(row[other], rel=5e-4, abs=2e-4 * spread * scale), row


def test_power_of_modification_indices_and_the_decision_they_lead_to():
    table = cocsem.modification_indices(_hs("HELD"), power=True).set_index(["lhs", "op", "rhs"])
    for row in LAVAAN["power"]:
        ours = table.loc[(row["lhs"], row["op"], row["rhs"])]
        assert ours["ncp"] == pytest.approx(row["ncp"], rel=1e-3)
        assert ours["power"] == pytest.approx(row["power"], rel=1e-3)
        assert ours["decision"] == row["decision"].strip("*()"), row
    large = cocsem.modification_indices(_hs("HELD"), power=True, delta=0.4)
    assert set(large.loc[large["decision"].str.startswith("epc"), "decision"]) == {"epc:m", "epc:nm"}
    with pytest.raises(UsageError, match="delta"):
        cocsem.modification_indices(_hs("HELD"), power=True, delta=0.0)


@pytest.mark.parametrize("estimator", ["ULSM", "ULSMV"])
def test_scaled_modification_indices_foretell_the_scaled_difference_test(estimator):
    """The weight of ULS does not move with the model, so the scaling at both ends is nearly the same."""
    fit = _hs("HS", estimator=estimator)
    table = cocsem.modification_indices(fit).set_index(["lhs", "op", "rhs"])
    for candidate in (("visual", "=~", "x9"), ("textual", "=~", "x3"), ("x4", "~~", "x7"), ("x3", "~~", "x5")):
        freed = cocsem.cfa(f"{MODELS['HS']}\n{' '.join(candidate)}", _data("hs"), estimator=estimator)
        test = cocsem.compare(fit, freed, method="satorra_2000").iloc[1]["chisq_diff"]
        plain = fit.fit_measures["chisq"] - freed.fit_measures["chisq"]
        ours = table.loc[candidate]
        assert ours["mi"] / ours["mi_scaled"] == pytest.approx(plain / test, rel=0.05)
    assert "mi_scaled" not in cocsem.modification_indices(_hs("HS"))


def test_scaled_modification_index_from_dense_matrices():
    """V_r / V of one candidate from Delta, V = D'(W x W)D / 2 and the fourth moments, written out."""
    fit = _hs("HS", estimator="MLM")
    freed = fit.spec.with_rows((*fit.spec.rows, fit.spec.rows[0]._replace(rhs="x9", free=fit.spec.n_free + 1)))
    problem = pose(freed, fit.statistics, fit.method)
    at = implied(problem, np.append(fit.theta, 0.0))[0]
    Delta = moment_jacobian(problem.layouts[0], at, means=False)
    W, (i, j) = np.linalg.inv(at.Sigma), half_index(9)
    twice = np.where(i == j, 1.0, 2.0)
    V = 0.25 * twice[:, None] * twice * (W[np.ix_(i, i)] * W[np.ix_(j, j)] + W[np.ix_(i, j)] * W[np.ix_(j, i)])
    z = fit.statistics[0].data - fit.statistics[0].mean
    Gamma = np.cov((z[:, i] * z[:, j]).T, bias=True)
    information, meat = Delta.T @ V @ Delta, Delta.T @ V @ Gamma @ V @ Delta
    L = np.append(-np.linalg.solve(information[:-1, :-1], information[:-1, -1]), 1.0)
    ours = cocsem.modification_indices(fit).set_index(["lhs", "op", "rhs"]).loc[("visual", "=~", "x9")]
    assert ours["mi"] / ours["mi_scaled"] == pytest.approx((L @ meat @ L) / (L @ information @ L), rel=1e-9)


def test_scaled_modification_indices_keep_their_distribution_when_answers_are_not_normal():
    rng = np.random.default_rng(8)
    plain, scaled = [], []
    for _ in range(60):
        heavy = np.sqrt(5.0 / rng.chisquare(5, size=(400, 1)))
        data = (rng.normal(size=(400, 1)) + rng.normal(size=(400, 5))) * heavy
        fit = cocsem.cfa(
            "f =~ y1 + y2 + y3 + y4 + y5",
            pd.DataFrame(data, columns=list("abcde")).set_axis([f"y{n}" for n in range(1, 6)], axis=1),
            estimator="MLM",
        )
        row = cocsem.modification_indices(fit).set_index(["lhs", "op", "rhs"]).loc[("y1", "~~", "y2")]
        plain.append(row["mi"])
        scaled.append(row["mi_scaled"])
    assert np.mean(plain) > 1.7 > 1.3 > np.mean(scaled) > 0.7


ASKED = {
    "add": lambda: (_hs("TIGHT"), {"add": ADD}),
    "add_mlr": lambda: (_hs("TIGHT", estimator="MLR"), {"add": ADD}),
    "add_fiml": lambda: (_hs("HELD", "hs_incomplete", missing="fiml"), {"add": ADD}),
    "release": lambda: (_hs("TIGHT"), {"release": (1, 3)}),
    "cumulative": lambda: (_hs("TIGHT"), {}),
    "dwls": lambda: (_hs("TIGHT", estimator="DWLS"), {}),
    "fiml": lambda: (_hs("TIGHT", "hs_incomplete", missing="fiml"), {}),
}


@pytest.mark.parametrize("name", list(ASKED))
def test_score_tests_of_chosen_constraints_and_new_parameters(name):
    (fit, options), theirs = ASKED[name](), LAVAAN["score"][name]
    table = cocsem.score_test(fit, **options)
    assert list(table["lhs"]) == [row["lhs"] for row in theirs["uni"]]
    assert list(table["x2"]) == pytest.approx([row["X2"] for row in theirs["uni"]], rel=1e-4)
    assert list(table["pvalue"]) == pytest.approx([row["p.value"] for row in theirs["uni"]], rel=1e-3)
    total = cocsem.score_test(fit, total=True, **options).iloc[0]
    assert (total["x2"], total["df"]) == (pytest.approx(theirs["total"], rel=1e-4), theirs["df"])
    if theirs["cumulative"]:
        steps = cocsem.score_test(fit, cumulative=True, **options)
        assert list(steps["lhs"]) == [row["lhs"] for row in theirs["cumulative"]]
        assert list(steps["x2"]) == pytest.approx([row["X2"] for row in theirs["cumulative"]], rel=1e-4)
        assert list(steps["df"]) == [1, 2, 3]


def test_an_added_parameter_is_tested_in_every_group():
    fit = _hs("HS", group="school", group_equal=["loadings"])
    table = cocsem.score_test(fit, add="visual =~ x9")
    modified = cocsem.modification_indices(fit).query("lhs == 'visual' and rhs == 'x9'")
    assert list(table["lhs"]) == ["visual=~x9", "visual=~x9.g2"]
    assert list(table["x2"]) == pytest.approx(list(modified["mi"]))
    assert table["parameter"].iloc[1] == f"visual =~ x9 [{fit.spec.groups[1]}]"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"add": "visual =~ x2"}, "free parameter"),
        ({"add": "visual =~ zz"}, "zz"),
        ({"add": "a == b"}, "relations|must hold"),
        ({"add": "x1 ~ 1"}, "mean structure"),
        ({"add": "visual =~ x9", "release": (1,)}, "one of them"),
        ({"release": (4,)}, "1 to 2"),
        ({"release": ()}, "1 to 2"),
        ({"release": (1, 1)}, "once"),
        ({"add": "visual =~ x1", "total": True}, "identified"),
        ({"add": ""}, "must hold"),
    ],
)
def test_score_tests_that_cannot_be_had(options, said):
    with pytest.raises((UsageError, ModelSyntaxError), match=said):
        cocsem.score_test(_hs("HELD"), **options)


@pytest.mark.parametrize("estimator", list(LAVAAN["wald"]))
def test_wald_tests_with_the_standard_errors_of_the_estimator(estimator):
    fit = cocsem.sem(MODELS["PATHS"], _data("pd"), estimator=estimator)
    for question in LAVAAN["wald"][estimator]:
        test = cocsem.wald_test(fit, question["constraints"])
        assert test.df == question["df"]
        assert test.statistic == pytest.approx(question["stat"], rel=1e-3)


RESIDUALS = {
    "fiml": lambda: _hs("HS", "hs_incomplete", missing="fiml"),
    "fiml_mlr": lambda: _hs("HS", "hs_incomplete", missing="fiml", estimator="MLR"),
    "fiml_expected": lambda: _hs("HS", "hs_incomplete", missing="fiml", information="expected"),
    "fiml_x": lambda: cocsem.sem(MODELS["SIX"], _data("thin"), missing="fiml", fixed_x=False),
    "fiml_fixed": lambda: cocsem.sem(MODELS["SIX"], _data("thin"), missing="fiml"),
    "fiml_groups": lambda: cocsem.cfa(MODELS["ONE"], _data("thin"), missing="fiml", group="site"),
    "wls": lambda: _hs("HS", estimator="WLS"),
}


@pytest.mark.parametrize("name", list(RESIDUALS))
def test_residuals_with_their_standard_errors(name):
    fit, theirs = RESIDUALS[name](), LAVAAN["residuals"][name]
    tables = cocsem.residuals(fit, "standardized")
    tables = [tables] if "cov" in tables else list(tables.values())
    theirs = list(theirs.values()) if isinstance(theirs, dict) else theirs
    for ours, other in zip(tables, theirs, strict=True):
        raw = np.array(other["raw"], dtype=float)
        for key, residual, se, z in (
            ("cov", raw, other["se"], other["z"]),
            ("mean", other["mean"], other["mean_se"], other["mean_z"]),
        ):
            if residual is not None and len(residual):
                residual, se, z = (np.array(part, dtype=float) for part in (residual, se, z))
                varies = se > 1e-5
                assert ours[f"{key}_se"].to_numpy()[varies] == pytest.approx(se[varies], rel=1e-3)
                seen = varies & (np.abs(residual) > 1e-4)
                assert ours[key].to_numpy()[seen] == pytest.approx(z[seen], rel=2e-3, abs=2e-3)


@pytest.mark.parametrize("estimator", ["ML", "MLR"])
@pytest.mark.parametrize("fixed_x", [True, False])
def test_residual_errors_of_complete_rows_are_those_of_maximum_likelihood(estimator, fixed_x):
    asked = {"estimator": estimator, "fixed_x": fixed_x}
    whole = cocsem.sem(MODELS["SIX"], _data("mimic"), meanstructure=True, information="observed", **asked)
    rows = cocsem.sem(MODELS["SIX"], _data("mimic"), missing="fiml", **asked)
    for key in ("cov_se", "mean_se"):
        expected = cocsem.residuals(whole, "standardized")[key].to_numpy()
        assert cocsem.residuals(rows, "standardized")[key].to_numpy() == pytest.approx(expected, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("estimator", ["ULS", "DWLS", "ULSMV"])
def test_residual_errors_of_least_squares_from_dense_matrices(estimator):
    """lavaan has none here. N Acov(r) = Q Gamma Q' written out, with Gamma = 2 D+ (S x S) D+' or the fourth moments."""
    fit = _hs("HS", estimator=estimator)
    problem = pose(fit.spec, fit.statistics, fit.method)
    Delta = moment_jacobian(problem.layouts[0], implied(problem, fit.theta)[0], means=False)
    X, (i, j) = fit.statistics[0].data, half_index(9)
    z = X - X.mean(axis=0)
    products = z[:, i] * z[:, j]
    S = z.T @ z / (len(X) - 1)
    robust = np.cov(products.T, bias=True)
    Gamma = robust if estimator == "ULSMV" else S[np.ix_(i, i)] * S[np.ix_(j, j)] + S[np.ix_(i, j)] * S[np.ix_(j, i)]
    V = np.diag(1.0 / np.diag(Gamma) if estimator == "DWLS" else np.where(i == j, 0.5, 1.0))
    Q = np.eye(len(i)) - Delta @ np.linalg.solve(Delta.T @ V @ Delta, Delta.T @ V)
    expected = np.sqrt(np.maximum(np.diag(Q @ Gamma @ Q.T), 0.0) / len(X))
    ours = cocsem.residuals(fit, "standardized")["cov_se"].to_numpy()[i, j]
    assert ours == pytest.approx(expected, rel=1e-6, abs=1e-6)


def _ladder(name):
    """The fits a recorded comparison is about, and its method: `fiml_MLR_satorra_bentler_2010`, `ULS_normal`."""
    method = next((m for m in ("satorra_2000", "satorra_bentler_2010") if name.endswith(m)), "default")
    estimator = name.removesuffix(f"_{method}").removesuffix("_normal").removeprefix("fiml_")
    if name.startswith("fiml"):
        return [_hs(m, "hs_incomplete", estimator=estimator, missing="fiml") for m in ("HS", "HELD", "TIGHT")], method
    return [_hs(m, estimator=estimator) for m in ("HS", "HELD", "TIGHT")], method


LADDERS = {name: partial(_ladder, name) for name in LAVAAN["lrt"]}


@pytest.mark.parametrize("name", list(LADDERS))
def test_difference_tests_of_three_models(name):
    theirs, (fits, method) = LAVAAN["lrt"][name], LADDERS[name]()
    fits = fits[: len(theirs)]
    table = cocsem.compare(*fits, method=method)
    assert list(table["df"]) == [row["Df"] for row in theirs]
    for ours, row in zip(table.to_dict("records"), theirs, strict=True):
        for mine, other in (
            ("aic", "AIC"),
            ("chisq_diff", "Chisq diff"),
            ("rmsea_diff", "RMSEA"),
            ("pvalue_diff", "Pr(>Chisq)"),
        ):
            if row.get(other) is not None:
                assert ours[mine] == pytest.approx(row[other], rel=1e-3, abs=2e-5), (mine, row)
    assert all(("normal theory" in note) == name.endswith("normal") for note in table["note"].iloc[1:])


def test_satorra_2000_of_incomplete_rows_goes_by_the_robust_errors():
    """One restriction a - b = d that holds at the estimates: c is the robust variance of a - b over that of the information.

    lavaan 0.6-14 takes a Gamma here in which an answer that is missing counts as one that is average, and gets another c.
    """
    free = "visual =~ x1 + a*x2 + b*x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\ngap := a - b"
    data = _data("hs_incomplete")
    wide, plain = (cocsem.cfa(free, data, missing="fiml", estimator=e) for e in ("MLR", "ML"))
    gap, robust = wide.estimates.set_index("op").loc[":=", ["est", "se"]]
    held = cocsem.cfa(f"{free}\na == b + {float(gap)!r}", data, missing="fiml", estimator="MLR")
    solved = [(pose(fit.spec, fit.statistics, fit.method), fit.theta) for fit in (held, wide)]
    test = restricted_difference(*solved, 1, shifted=True)
    naive = plain.estimates.set_index("op").loc[":=", "se"]
    assert (test.factor, test.shift) == (pytest.approx((robust / naive) ** 2, rel=1e-4), pytest.approx(0.0, abs=1e-9))


def test_satorra_2000_counts_no_row_as_missing_where_none_is():
    fits = [_hs(m, estimator="MLR", meanstructure=True) for m in ("HS", "HELD")]
    full = [_hs(m, estimator="MLR", missing="fiml") for m in ("HS", "HELD")]
    listwise, fiml = (cocsem.compare(*pair, method="satorra_2000")["chisq_diff"].iloc[1] for pair in (fits, full))
    assert fiml == pytest.approx(listwise, rel=1e-6)


def test_a_wider_model_that_fits_worse_is_not_called_a_test():
    """Plain differences need no search for nesting, but what nested models cannot do is said."""
    narrow = cocsem.cfa(MODELS["HS"], _data("hs"))
    other = cocsem.cfa(
        "f =~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9\nx1 ~~ x2 + x3\nx2 ~~ x3\nx4 ~~ x9", _data("hs")
    )
    assert other.fit_measures["df"] < narrow.fit_measures["df"]
    assert other.fit_measures["chisq"] > narrow.fit_measures["chisq"]
    row = cocsem.compare(narrow, other).iloc[1]
    assert row["chisq_diff"] < 0 and row["pvalue_diff"] == 1.0 and "nested models cannot" in row["note"]


def test_options_that_differ_are_named():
    fits = _hs("HS", "hs_incomplete", missing="fiml"), _hs("HELD", "hs_incomplete", estimator="MLR", meanstructure=True)
    with pytest.raises(UsageError, match="missing 'fiml' and 'listwise'"):
        cocsem.compare(*fits)
    with pytest.raises(UsageError, match="estimator 'MLM' and 'MLMV'"):
        cocsem.compare(_hs("HS", estimator="MLM"), _hs("HELD", estimator="MLMV"))


def test_nested_least_squares_models_may_imply_matrices_that_are_not_positive_definite():
    """lavTestLRT(f1, f0, method = "satorra.bentler.2010") of lavaan 0.6-14."""
    model, data = "v =~ x1 + x2 + x3\nt =~ x4 + x5 + x6\nv ~~ {}t", pd.read_csv(ORACLES / "data" / "hs.csv")
    wide, narrow = (cocsem.cfa(model.format(text), data, estimator="ULSM") for text in ("", "1.5*"))
    assert np.linalg.eigvalsh(narrow.matrices[0].cov)[0] < 0
    table = cocsem.compare(wide, narrow, method="satorra_bentler_2010")
    assert table["chisq_diff"].iloc[1] == pytest.approx(153.457393, rel=1e-5)
