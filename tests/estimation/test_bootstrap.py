"""Bootstrap draws against lavaan's fits of the same rows, against single fits, and what is said about them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawn import assert_draws_agree

import cocsem
from cocsem.errors import UsageError
from cocsem.estimation.bootstrap import fit_samples, open_curvature, rows_to_draw
from cocsem.estimation.bootstrap_samples import make_samples
from cocsem.estimation.bootstrap_values import draw_values
from cocsem.estimation.problem import objective, pose

ORACLES = Path(__file__).parents[1] / "oracles"
BANK = json.loads((ORACLES / "bootstrap.json").read_text())
CASES = [name for name in BANK if name not in ("software", "bollen_stine", "pairwise")]
HS = pd.read_csv(ORACLES / "data" / "hs.csv")
HOLES = pd.read_csv(ORACLES / "data" / "hs_incomplete.csv")
CFA = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


def _fit(record, **more):
    options = {k.replace(".", "_"): v for k, v in dict(record["options"] or {}).items()}
    if isinstance(options.get("group_equal"), str):
        options["group_equal"] = [options["group_equal"]]
    data = HS if record["missing"] == "listwise" else HOLES
    return getattr(cocsem, record["fun"])(record["model"], data, missing=record["missing"], **options, **more)


def _counts(drawn, n):
    return np.array([np.bincount(d, minlength=n) for d in drawn], dtype=float)


@pytest.mark.parametrize("name", CASES)
def test_draws_are_what_lavaan_finds_in_the_same_rows(name):
    record = BANK[name]
    fit = _fit(record)
    problem = pose(fit.spec, fit.statistics, fit.method)
    counts = tuple(_counts([d["drawn"][g] for d in record["draws"]], s.n_obs) for g, s in enumerate(fit.statistics))
    samples = make_samples(problem, rows_to_draw(problem, fit.theta, null=False), counts)
    found = fit_samples(samples, fit.theta, open_curvature(problem, fit.theta))
    assert_draws_agree(fit, found, record["draws"], slack=1e-6)


def test_bollen_stine_statistics_are_those_of_lavaan():
    record = BANK["bollen_stine"]
    fit = cocsem.cfa(record["model"], HS, meanstructure=True)
    problem = pose(fit.spec, fit.statistics, fit.method)
    samples = make_samples(problem, rows_to_draw(problem, fit.theta, null=True), (_counts(record["drawn"], len(HS)),))
    found = fit_samples(samples, fit.theta, open_curvature(problem, fit.theta))
    assert samples.statistics(found.theta) == pytest.approx(record["chisq"], rel=1e-6)


SINGLE = [
    ({"estimator": "MLR"}, HS),
    ({"likelihood": "wishart", "group": "school"}, HS),
    ({"estimator": "ULSMV"}, HS),
    ({"estimator": "DWLS"}, HS),
    ({"missing": "fiml", "estimator": "MLR", "group": "school"}, HOLES),
]


@pytest.mark.parametrize(("options", "data"), SINGLE)
def test_a_draw_is_the_fit_of_its_rows(options, data):
    fit = cocsem.cfa(CFA, data, bootstrap=3, seed=6, **options)
    assert fit.draws.failed == 0
    seeds = np.random.SeedSequence(6).spawn(len(fit.statistics))
    drawn = [
        s.rows[np.random.default_rng(seed).integers(0, s.n_obs, size=(3, s.n_obs))]
        for seed, s in zip(seeds, fit.statistics, strict=True)
    ]
    alike = 0
    for b in range(3):
        rows = np.concatenate([group[b] for group in drawn])
        single = cocsem.cfa(fit.spec, data.iloc[rows].reset_index(drop=True), **options)
        problem = pose(fit.spec, single.statistics, fit.method)
        here, there = (float(objective(problem, theta)) for theta in (single.theta, fit.draws.theta[b]))
        if there > here + 1e-8:  # a draw stays near the estimates; a fit looks further where a factor hardly shows
            continue
        alike += 1
        assert np.abs(single.theta - fit.draws.theta[b]).max() < 1e-5
    assert alike >= 2


def test_the_same_seed_gives_the_same_draws_on_one_core_and_on_two_and_in_parts():
    code = (
        "import sys, pandas as pd, numpy as np, cocsem\n"
        "from cocsem.estimation import bootstrap\n"
        "bootstrap._CACHE = int(sys.argv[2])\n"
        f"fit = cocsem.cfa({CFA!r}, pd.read_csv(sys.argv[1]), bootstrap=40, seed=9)\n"
        "print(repr(fit.draws.theta.tolist()))"
    )
    found = []
    for threads, cache in (("1", "60000"), ("2", "60000"), ("1", "900")):
        done = subprocess.run(
            [sys.executable, "-c", code, str(ORACLES / "data" / "hs.csv"), cache],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        found.append(np.array(json.loads(done.stdout)))
    assert np.abs(found[0] - found[1]).max() < 1e-10
    assert np.abs(found[0] - found[2]).max() < 1e-10


def test_fewer_draws_are_the_first_ones_of_many():
    few, many = (cocsem.cfa(CFA, HS, bootstrap=b, seed=2, group="school").draws.theta for b in (5, 20))
    assert np.abs(many[:5] - few).max() < 1e-10


def test_every_row_has_its_own_interval_from_the_draws():
    model = CFA.replace("x2 +", "a*x2 +") + "\ntwice := 2*a"
    fit = cocsem.cfa(model, HS, bootstrap=200, seed=1)
    plain = cocsem.cfa(model, HS)
    assert (fit.estimates["est"] - plain.estimates["est"]).abs().max() < 1e-12
    for table in (fit.estimates, cocsem.standardized(fit)):
        moving = table[table["se"] > 0]
        assert len(moving) >= 20 and (moving["ci_lower"] < moving["ci_upper"]).all()
    defined = fit.estimates[fit.estimates["op"].eq(":=")].iloc[0]
    labelled = fit.estimates[fit.estimates["label"].eq("a")].iloc[0]
    assert defined[["se", "ci_lower", "ci_upper"]].to_numpy(float) == pytest.approx(
        2 * labelled[["se", "ci_lower", "ci_upper"]].to_numpy(float)
    )
    markers = cocsem.standardized(fit).query("op == '=~' and rhs in ('x1', 'x4', 'x7')")
    assert (markers["se"] > 0).all()


def test_standardized_draws_are_the_standardized_solutions_of_the_draws():
    model = "textual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\nspeed ~ textual + ageyr\ntextual ~ ageyr + sex"
    fit = cocsem.sem(model, HS, bootstrap=4, seed=1)
    seeds = np.random.SeedSequence(1).spawn(1)[0]
    drawn = np.random.default_rng(seeds).integers(0, len(HS), size=(4, len(HS)))
    for kind in ("std_all", "std_lv", "std_nox"):
        ours = draw_values(pose(fit.spec, fit.statistics, fit.method), fit.draws, kind)
        for b in range(4):
            one = cocsem.sem(model, HS.iloc[drawn[b]].reset_index(drop=True))
            table = cocsem.standardized(one, kind)
            assert ours[b] == pytest.approx(table["est_std"].to_numpy(float), abs=1e-6)


def test_inadmissible_and_failed_draws_are_counted_and_told():
    small = HS.iloc[:60]
    fit = cocsem.cfa(CFA, small, bootstrap=200, seed=3)
    negative = [
        (fit.draws.theta[:, row.free - 1] < -1e-10)
        for row in fit.spec.rows
        if row.free and row.op == "~~" and row.lhs == row.rhs
    ]
    assert fit.draws.inadmissible >= np.any(negative, axis=0).sum() > 0
    assert fit.draws.failed == 200 - len(fit.draws.theta)
    told = next(w for w in fit.warnings if w.en.startswith("Bootstrap"))
    assert f"{fit.draws.failed} did not converge" in told.en and str(fit.draws.inadmissible) in told.id


def test_what_has_no_rows_or_no_meaning_is_refused():
    items = HS[[f"x{i}" for i in range(1, 10)]]
    with pytest.raises(UsageError, match="give data"):
        cocsem.cfa(CFA, sample_cov=items.cov(), sample_nobs=301, bootstrap=10, seed=1)
    with pytest.raises(UsageError, match="listwise"):
        cocsem.cfa(CFA, HOLES, missing="fiml", test="bollen.stine", bootstrap=10, seed=1)


@pytest.mark.parametrize("missing", ["listwise", "fiml"])
def test_moments_of_fixed_covariates_have_no_standard_errors(missing):
    """They differ between resamples, but are given and not estimated: se 0, as lavaan has it."""
    table = cocsem.sem(
        "m ~ a*x1 + x2\ny ~ b*m + x1\nab := a*b", _path(), missing=missing, bootstrap=20, seed=1
    ).estimates
    given = (table["op"].isin(["~~", "~1"])) & table["lhs"].isin(["x1", "x2"])
    assert given.sum() >= 3 and (table.loc[given, "se"] == 0).all()
    for bound in ("ci_lower", "ci_upper"):
        assert table.loc[given, bound].tolist() == pytest.approx(table.loc[given, "est"].tolist(), rel=1e-12)
    assert (table.loc[~given, "se"] > 0).all()


def _path():
    return pd.read_csv(ORACLES / "data" / "path.csv")


def test_where_no_draw_has_a_weight_that_is_said():
    rng = np.random.default_rng(4)
    answers = np.repeat(rng.normal(size=(25, 2)), 3, axis=1) * 0.7 + rng.normal(size=(25, 6)) * 0.7
    data = pd.DataFrame(answers, columns=[f"y{i}" for i in range(6)])
    with pytest.raises(cocsem.CocsemError, match="of 9 only 0 did"):
        cocsem.sem("f =~ y0 + y1 + y2\nh =~ y3 + y4 + y5", data, estimator="WLS", bootstrap=9, seed=1)
