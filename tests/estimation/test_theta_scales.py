"""Under theta parameterization the scale of a latent response follows from the rest and has an error of its own."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.estimation.problem import evaluate

ORACLES = Path(__file__).parents[1] / "oracles"
CASES = {c["id"]: c for c in json.loads((ORACLES / "theta_scales.json").read_text())["cases"]}
TWO = "INV =~ inv1 + inv2 + inv3 + inv4\nENG =~ eng1 + eng2 + eng3 + eng4"
EIGHT = [*(f"inv{n}" for n in range(1, 5)), *(f"eng{n}" for n in range(1, 5))]


def _data():
    likert = pd.read_csv(ORACLES / "data" / "likert.csv")
    items = list(likert.columns[:19])
    binary = likert.copy()
    binary[items] = (likert[items] > 3).astype(int)
    return {"likert": likert, "binary": binary, "mimic": pd.read_csv(ORACLES / "data" / "mimic.csv")}


DATA = _data()


def _fit(case):
    options = {name.replace(".", "_"): value for name, value in case["options"].items()}
    return cocsem.sem(case["model"], DATA[case["data"]], parameterization="theta", **options)


def _scales(fit, kind):
    table = cocsem.standardized(fit, kind)
    return table[table["op"] == "~*~"]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_standardized_by_latent_variables_alone(case):
    """All rows, the scales among them, with their errors as in lavaan."""
    fit = _fit(case)
    number = {label: g for g, label in enumerate(fit.spec.groups, start=1)}
    table = cocsem.standardized(fit, "std_lv")
    ours = {(r.lhs, r.op, r.rhs, number[r.group]): (r.est_std, r.se) for r in table.itertuples()}
    scales = 0
    for row in case["rows"]:
        key = (row["lhs"], row["op"], row["rhs"], row["group"])
        assert ours[key] == pytest.approx((row["est"], row["se"]), rel=2e-5, abs=2e-5), key
        scales += row["op"] == "~*~" and row["se"] > 0
    assert scales == len(fit.spec.ordered) * len(fit.spec.groups)


def test_the_error_is_that_of_the_derived_scale():
    """Delta method with the derivatives of 1 / sqrt(variance of the latent response) taken numerically."""
    fit = _fit(CASES["scalar"])
    problem, step = fit.point.problem, 1e-5

    def scales(theta):
        at = evaluate(problem, theta).implied
        rows = [one.entries[layout.responses.scale_at] for one, layout in zip(at, problem.layouts, strict=True)]
        return np.concatenate(rows)

    moves = np.eye(len(fit.theta)) * step
    J = np.array([(scales(fit.theta + d) - scales(fit.theta - d)) / (2.0 * step) for d in moves]).T
    np.testing.assert_allclose(_scales(fit, "std_lv")["se"], np.sqrt(np.diag(J @ fit.vcov @ J.T)), rtol=1e-5)


def test_values_and_other_kinds_stay():
    fit = _fit(CASES["two_factors"])
    rows = fit.estimates[fit.estimates["op"] == "~*~"]
    assert _scales(fit, "std_lv")["est_std"].to_numpy() == pytest.approx(rows["est"].to_numpy())
    assert (rows["se"] == 0.0).all()  # as in lavaan: no row of the table that is estimated
    for kind in ("std_all", "std_nox"):
        found = _scales(fit, kind)
        assert (found["est_std"] == 1.0).all() and (found["se"] == 0.0).all()
    delta = cocsem.sem(TWO, DATA["likert"], ordered=EIGHT)
    assert (_scales(delta, "std_lv")["se"] == 0.0).all()
