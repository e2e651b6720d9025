"""Indirect and total effects against lavaan's `:=` rows, and against matrix algebra in a reciprocal model."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.assessment.effects import effects_assessment
from cocsem.errors import EstimationError
from cocsem.report.prose.hypotheses import describe_effects

ORACLES = Path(__file__).parents[1] / "oracles"


def _fit(case):
    record = json.loads((ORACLES / "lavaan" / f"{case}.json").read_text())
    return record, getattr(cocsem, record["fun"])(record["model"], pd.read_csv(ORACLES / record["data"]))


def _defined(record, name):
    return next(r for r in record["estimates"] if r["op"] == ":=" and r["lhs"] == name)


def _effect(frame, kind, source, target):
    rows = frame[(frame["kind"] == kind) & (frame["source"] == source) & (frame["target"] == target)]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.parametrize(
    ("case", "name", "kind", "source", "target"),
    [
        ("pd_equal_defined", "indirect", "specific indirect", "ind60", "dem65"),
        ("pd_equal_defined", "indirect", "total indirect", "ind60", "dem65"),
        ("pd_equal_defined", "total", "total", "ind60", "dem65"),
        ("path_ml", "ab", "specific indirect", "x1", "y"),
    ],
)
def test_effects_are_those_of_lavaan(case, name, kind, source, target):
    record, fit = _fit(case)
    theirs, ours = _defined(record, name), _effect(cocsem.effects(fit), kind, source, target)
    assert ours["est"] == pytest.approx(theirs["est"], abs=1e-3 * theirs["se"])
    assert ours["se"] == pytest.approx(theirs["se"], rel=1e-3)
    assert ours["std"] == pytest.approx(theirs["std.all"], abs=1e-4)
    assert ours["ci_lower"] == pytest.approx(theirs["ci.lower"], abs=4e-3 * theirs["se"])


def test_specific_indirect_effects_add_up():
    _, fit = _fit("nonnormal_sem_ml")
    frame = cocsem.effects(fit)
    at = (frame["source"] == "INV") & (frame["target"] == "LOY")
    specific = frame[at & (frame["kind"] == "specific indirect")]["est"]
    assert len(specific) > 2
    assert specific.sum() == pytest.approx(frame[at & (frame["kind"] == "total indirect")]["est"].iloc[0])


def test_reciprocal_paths_have_total_effects():
    rng = np.random.default_rng(4)
    x, z = rng.normal(size=(2, 500))
    B = np.array([[0, 0.3], [0.4, 0]])
    y = np.linalg.solve(np.eye(2) - B, np.array([0.7 * x, 0.6 * z]) + rng.normal(size=(2, 500)))
    data = pd.DataFrame({"a": y[0], "b": y[1], "x": x, "z": z})
    fit = cocsem.sem("a ~ b + x\nb ~ a + z\na ~~ 0*b", data)
    frame = cocsem.effects(fit)
    coefficient = {(r["rhs"], r["lhs"]): r["est"] for r in fit.estimates[fit.estimates["op"] == "~"].to_dict("records")}
    loop = coefficient["b", "a"] * coefficient["a", "b"]
    total = _effect(frame, "total", "x", "b")["est"]
    assert total == pytest.approx(coefficient["x", "a"] * coefficient["a", "b"] / (1 - loop))


def test_groups_have_effects_of_their_own():
    record, _ = _fit("path_ml")
    data = pd.read_csv(ORACLES / record["data"]).assign(g=lambda d: np.where(np.arange(len(d)) % 2, "odd", "even"))
    frame = effects_assessment(cocsem.sem("m ~ x1 + x2\ny ~ m + x1", data, group="g"))["effects"]
    assert set(frame["group"]) == {"even", "odd"}


def test_no_effects_without_convergence():
    _, fit = _fit("path_ml")
    from dataclasses import replace

    with pytest.raises(EstimationError, match="converged"):
        cocsem.effects(replace(fit, converged=False))


def test_effects_of_controls_are_left_out_of_the_tables_but_not_of_the_numbers():
    _, fit = _fit("path_ml")
    control = fit.spec.covariates[0]
    assessment = effects_assessment(fit, controls=[control])
    assert control in set(cocsem.effects(fit)["source"])
    assert control not in {*assessment["effects"]["source"], *assessment["total_effects"]["source"]}
    assert any("control" in note.en for note in assessment.tables[0].notes)
    assert not any("control" in note.en for note in effects_assessment(fit).tables[0].notes)


def test_under_bootstrap_intervals_of_effects_are_those_of_the_defined_rows():
    record = json.loads((ORACLES / "lavaan" / "pd_equal_defined.json").read_text())
    model, data = record["model"], pd.read_csv(ORACLES / record["data"])
    fit = cocsem.sem(model, data, bootstrap=100, seed=4)
    defined = fit.estimates[fit.estimates["op"].eq(":=")].set_index("lhs")
    frame = cocsem.effects(fit)
    for name, kind in (("indirect", "specific indirect"), ("indirect", "total indirect"), ("total", "total")):
        row = _effect(frame, kind, "ind60", "dem65")
        for column in ("est", "se", "z", "pvalue", "ci_lower", "ci_upper"):
            assert row[column] == pytest.approx(defined.loc[name, column], rel=1e-8)
    plain = cocsem.effects(cocsem.sem(model, data))
    assert not np.allclose(plain["se"], frame["se"])


def test_the_interval_is_named_where_effects_are_told():
    record, fit = _fit("pd_equal_defined")
    drawn = cocsem.sem(record["model"], pd.read_csv(ORACLES / record["data"]), bootstrap=50, seed=4)
    for one, words in ((fit, "delta method"), (drawn, "50 bootstrap draws")):
        notes = " ".join(note.en for note in effects_assessment(one).tables[0].notes)
        assert words in notes
    told = " ".join(t.en for t in describe_effects(effects_assessment(drawn)))
    assert "95% bootstrap interval (percentiles of 50 draws)" in told
    assert "bootstrap" not in " ".join(t.en for t in describe_effects(effects_assessment(fit)))
