"""Bootstrap draws of ordered answers against lavaan's fits of the same rows, single fits, and the robust standard errors."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from drawn import assert_draws_agree
from scipy.special import ndtri

import cocsem
from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.admissibility import admissible_draws, inadmissible
from cocsem.estimation.bootstrap import fit_samples, open_curvature, rows_to_draw
from cocsem.estimation.bootstrap_samples import make_samples
from cocsem.estimation.bootstrap_values import draw_values
from cocsem.estimation.problem import implied, pose

ORACLES = Path(__file__).parents[1] / "oracles"
BANK = json.loads((ORACLES / "ordinal_bootstrap.json").read_text())
LIKERT = pd.read_csv(ORACLES / "data" / "likert.csv")
MIMIC = pd.read_csv(ORACLES / "data" / "mimic.csv")
ITEMS = [*LIKERT.columns[:8]]
TWO = "INV =~ inv1 + inv2 + inv3 + inv4\nENG =~ eng1 + eng2 + eng3 + eng4"
ONE = "INV =~ inv1 + inv2 + inv3 + inv4"


def _holes():
    holes = LIKERT.astype(dict.fromkeys(ITEMS, float))
    for k, name in enumerate(ITEMS, start=1):
        holes.loc[np.arange(k - 1, len(holes), 7 + k), name] = np.nan
    return holes


DATA = {"likert": LIKERT, "mimic": MIMIC, "holes": _holes()}


def _samples(fit, drawn):
    """The draws of known rows, fitted: drawn holds for each group the rows of every draw."""
    problem = pose(fit.spec, fit.statistics, fit.method)
    counts = tuple(
        np.array([np.bincount(rows, minlength=s.n_obs) for rows in group], dtype=float)
        for group, s in zip(drawn, fit.statistics, strict=True)
    )
    samples = make_samples(problem, rows_to_draw(problem, fit.theta, null=False), counts)
    return samples, fit_samples(samples, fit.theta, open_curvature(problem, fit.theta))


@pytest.mark.parametrize("name", BANK["cases"])
def test_draws_are_what_lavaan_finds_in_the_same_rows(name):
    record = BANK["cases"][name]
    options = {k.replace(".", "_"): v for k, v in record["options"].items()}
    fit = cocsem.sem(record["model"], DATA[record["data"]], **options)
    drawn = [[d["drawn"][g] for d in record["draws"]] for g in range(len(fit.statistics))]
    _, found = _samples(fit, drawn)
    assert_draws_agree(fit, found, record["draws"])


@pytest.mark.parametrize("name", BANK["rare"])
def test_draws_that_lose_a_category_have_it_merged(name):
    """At either end and between, where lavaan has no answer: the draw is the fit of its rows, which have fewer categories."""
    record = BANK["rare"][name]
    rows = pd.DataFrame(record["rows"], columns=ITEMS[:4])
    fit = cocsem.cfa(ONE, rows, ordered=True)
    samples, found = _samples(fit, [record["drawn"]])
    assert np.flatnonzero(samples.losses.lost[:, 1]).tolist() == record["failed"]
    assert not samples.losses.lost[:, [0, 2, 3]].any() and not samples.losses.undetermined.any()
    assert found.rested.all()
    for draw in record["failed"]:
        single = cocsem.cfa(ONE, rows.iloc[record["drawn"][draw]].reset_index(drop=True), ordered=True)
        merged = {(r.lhs, r.op, r.rhs): single.theta[r.free - 1] for r in single.spec.rows if r.free}
        ours = {(r.lhs, r.op, r.rhs): found.theta[draw][r.free - 1] for r in fit.spec.rows if r.free}
        others = [key for key in ours if key[1] != "|" or key[0] != "inv2"]
        assert len(others) < len(ours)
        assert [ours[key] for key in others] == pytest.approx([merged[key] for key in others], rel=1e-6, abs=1e-8)
        cuts = {
            name: [table[key] for key in table if key[:2] == ("inv2", "|")]
            for name, table in (("ours", ours), ("merged", merged))
        }
        assert len(cuts["ours"]) == len(cuts["merged"]) + 1 and np.diff(cuts["ours"]).min() > -1e-8
        edges = [ndtri(0.5 / len(rows)), *cuts["merged"], -ndtri(0.5 / len(rows))]
        assert all(min(abs(cut - edge) for edge in edges) < 1e-6 for cut in cuts["ours"])


SINGLE = [
    (TWO, LIKERT, {"ordered": True}),
    (TWO, LIKERT, {"ordered": True, "parameterization": "theta", "estimator": "ULSMV"}),
    (TWO, LIKERT, {"ordered": ITEMS[::2], "group": "sex", "group_equal": ["loadings"]}),
    ("u1 ~ x1\nu2 ~ a*u1 + x2\nb1 ~ b*u2 + x1\nab := a*b", MIMIC, {"ordered": ["u1", "b1"], "estimator": "DWLS"}),
    (TWO, DATA["holes"], {"ordered": True, "missing": "pairwise"}),
    (TWO, DATA["holes"], {"ordered": True}),
    (ONE, LIKERT, {"ordered": True, "estimator": "WLS"}),
]


@pytest.mark.parametrize(("model", "data", "options"), SINGLE)
def test_a_draw_is_the_fit_of_its_rows(model, data, options):
    """All kinds of values: as they are, defined ones, and standardized, whose draws are the standardized solutions."""
    fit = cocsem.sem(model, data, bootstrap=3, seed=6, **options)
    assert fit.draws.failed == 0
    seeds = np.random.SeedSequence(6).spawn(len(fit.statistics))
    drawn = [
        s.rows[np.random.default_rng(seed).integers(0, s.n_obs, size=(3, s.n_obs))]
        for seed, s in zip(seeds, fit.statistics, strict=True)
    ]
    problem = pose(fit.spec, fit.statistics, fit.method)
    values = {kind: draw_values(problem, fit.draws, kind) for kind in ("est", "std_all", "std_lv", "std_nox")}
    for b in range(3):
        rows = np.concatenate([group[b] for group in drawn])
        single = cocsem.sem(fit.spec, data.iloc[rows].reset_index(drop=True), **options)
        assert fit.draws.theta[b] == pytest.approx(single.theta, rel=1e-6, abs=1e-8)
        for kind, ours in values.items():
            table = single.estimates["est"] if kind == "est" else cocsem.standardized(single, kind)["est_std"]
            assert ours[b] == pytest.approx(table.to_numpy(float), rel=1e-6, abs=1e-7), kind


def test_the_same_seed_gives_the_same_draws_on_one_core_and_on_two_and_in_parts():
    code = (
        "import sys, pandas as pd, cocsem\n"
        "from cocsem.estimation import bootstrap\n"
        "bootstrap._CACHE, bootstrap._MEMORY = int(sys.argv[2]), int(sys.argv[3])\n"
        f"fit = cocsem.cfa({TWO!r}, pd.read_csv(sys.argv[1]), ordered=True, bootstrap=24, seed=9)\n"
        "print(repr(fit.draws.theta.tolist()))"
    )
    found = []
    for threads, *sizes in (("1", "60000", "1000000"), ("2", "60000", "1000000"), ("1", "900", "900")):
        done = subprocess.run(
            [sys.executable, "-c", code, str(ORACLES / "data" / "likert.csv"), *sizes],
            env={**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        found.append(np.array(json.loads(done.stdout)))
    assert np.array_equal(found[0], found[1])
    assert np.abs(found[0] - found[2]).max() < 1e-10


def _simulated(n, seed):
    rng = np.random.default_rng(seed)
    factors = rng.multivariate_normal(np.zeros(2), [[1.0, 0.5], [0.5, 1.0]], n)
    responses = 0.7 * np.repeat(factors, 3, axis=1) + 0.7 * rng.normal(size=(n, 6))
    return pd.DataFrame(np.digitize(responses, [-1.0, 0.0, 0.8]), columns=[f"y{i}" for i in range(1, 7)])


def test_standard_errors_of_large_samples_are_the_robust_ones():
    model = "f =~ y1 + a*y2 + y3\ng =~ y4 + b*y5 + y6\nab := a*b"
    data = _simulated(2000, 4)
    plain = cocsem.cfa(model, data, ordered=True)
    drawn = cocsem.cfa(model, data, ordered=True, bootstrap=600, seed=2)
    assert (drawn.draws.failed, drawn.draws.inadmissible) == (0, 0)
    for ours, robust in (
        (drawn.estimates, plain.estimates),
        (cocsem.standardized(drawn), cocsem.standardized(plain)),
    ):
        value = "est" if "est" in ours else "est_std"
        assert ours[value].to_numpy() == pytest.approx(robust[value].to_numpy(), abs=1e-12)
        moving = robust["se"].to_numpy() > 0
        assert moving.sum() >= 25 and (ours.loc[~moving, "se"] == 0).all()
        ratio = (ours["se"] / robust["se"])[moving]
        assert ratio.between(0.87, 1.13).all()  # the noise of 600 draws is 3 % for one row
        assert abs(ratio.mean() - 1) < 0.03
        assert (ours["ci_lower"] < ours[value])[moving].all() and (ours[value] < ours["ci_upper"])[moving].all()


def test_draws_without_a_category_are_counted_and_named():
    data = LIKERT[ITEMS[:4]].clip(lower=2).copy()
    data.loc[data.index[0], "inv3"] = 1
    data.loc[data.index[[1, 2]], "inv1"] = 1
    fit = cocsem.cfa(ONE, data, ordered=True, bootstrap=100, seed=3)
    rows = np.random.default_rng(np.random.SeedSequence(3).spawn(1)[0]).integers(0, len(data), size=(100, len(data)))
    third, first = ~(rows == 0).any(axis=1), ~np.isin(rows, (1, 2)).any(axis=1)
    assert third.sum() > first.sum() > 0
    assert fit.draws.failed == fit.draws.losses.emptied == 0
    told = [w for w in fit.warnings if "raws" in w.en]
    assert "0 did not converge" in told[0].en
    for text in (told[1].en, told[1].id):
        assert f"{(third | first).sum()} (inv3: {third.sum()}, inv1: {first.sum()})" in text
    assert "merged with its neighbour" in told[1].en and told[1].en in fit.summary().replace("\n", " ")


def test_draws_in_which_all_answers_to_an_item_are_the_same_are_left_out_and_named():
    data = (_simulated(120, 2) > 1).astype(int)
    data["y2"] = (np.arange(120) < 2).astype(int)
    fit = cocsem.cfa("f =~ y1 + y2 + y3 + y4", data, ordered=True, bootstrap=60, seed=2)
    losses = fit.draws.losses
    assert 0 < losses.fatal[:, 1].sum() == losses.emptied <= fit.draws.failed and not losses.merged.any()
    told = next(w for w in fit.warnings if "all answers to an item are the same" in w.en)
    assert f": {losses.emptied} (y2: {losses.emptied})" in told.en


def test_the_rest_of_a_draw_does_not_depend_on_where_the_end_is_put():
    """A category that every draw has, or one that one respondent chose who answers as those beside him: loadings agree where both count."""
    data = LIKERT[ITEMS[:4]].clip(lower=2)
    rare = data.copy()
    rare.loc[rare.index[0], "inv3"] = 1
    fits = [cocsem.cfa(ONE, frame, ordered=True, bootstrap=40, seed=3) for frame in (data, rare)]
    without = fits[1].draws.losses.lost[:, 2]
    assert 0 < without.sum() < 40
    loadings = [[row.free - 1 for row in fit.spec.rows if row.op == "=~" and row.free] for fit in fits]
    plain, ours = (fit.draws.theta[np.ix_(without, at)] for fit, at in zip(fits, loadings, strict=True))
    assert ours == pytest.approx(plain, rel=1e-6)


def test_where_hardly_a_draw_holds_all_categories_the_items_are_named():
    data = LIKERT[ITEMS[:4]].clip(lower=3)
    alone = np.eye(len(data), 4, dtype=bool)  # in every item one respondent is alone at the bottom
    data = data.where(~alone, 1)
    with pytest.raises(EstimationError, match=r"of 4 only [01] did. Draws left without .*: [34] .*inv1: \d"):
        cocsem.cfa(ONE, data, ordered=True, estimator="WLS", bootstrap=4, seed=1)


def test_an_item_that_loses_a_category_in_one_group_fails_the_draw_where_thresholds_are_shared():
    data = LIKERT.copy()
    data[ITEMS] = data[ITEMS].clip(lower=3)
    women = np.flatnonzero(data["sex"] == "f")
    data.loc[data.index[women[1:]], "inv2"] = data["inv2"].clip(lower=4)
    data.loc[data.index[women[0]], "inv2"] = 3
    free = cocsem.cfa(ONE, data, ordered=True, group="sex", bootstrap=30, seed=1)
    shared = cocsem.cfa(ONE, data, ordered=True, group="sex", group_equal=["thresholds"], bootstrap=30, seed=1)
    for fit, failed in ((free, 0), (shared, None)):
        lost = fit.draws.losses.lost
        assert lost[:, 1].sum() > 0 and not lost[:, [0, 2, 3]].any()
        assert fit.draws.failed == (lost[:, 1].sum() if failed is None else failed)
    assert any("left out because they hold no answer in a category" in w.en for w in shared.warnings)


def test_draws_that_determine_no_weights_are_told():
    """WLS inverts the covariance matrix of the moments: rows drawn twice may leave it singular."""
    fit = cocsem.cfa("f =~ y1 + y2 + y3 + y4", _simulated(30, 1), ordered=True, estimator="WLS", bootstrap=60, seed=4)
    lost = fit.draws.losses
    assert lost.undetermined.sum() > 0 and fit.draws.failed >= lost.undetermined.sum() + lost.lost.any(axis=1).sum()
    assert any("or their weights" in w.en and str(lost.undetermined.sum()) in w.en for w in fit.warnings)


@pytest.mark.parametrize("parameterization", ["delta", "theta"])
def test_inadmissible_draws_are_those_whose_single_fit_would_be(parameterization):
    """Residual variances that follow from the other parameters may be negative too."""
    model = "f =~ y1 + y2 + y3\ng =~ y4 + y5 + y6\ny1 ~~ y4"
    fit = cocsem.cfa(
        model,
        _simulated(70, 3),
        ordered=True,
        bootstrap=60,
        seed=1,
        parameterization=parameterization,
        estimator="ULSMV",
    )
    problem = pose(fit.spec, fit.statistics, fit.method)
    improper = [bool(inadmissible(fit.spec, problem.layouts, implied(problem, theta))) for theta in fit.draws.theta]
    proper = admissible_draws(problem.layouts[0], fit.draws.theta)
    assert fit.draws.inadmissible == sum(improper) > 0
    assert (~proper).tolist() == improper


def test_indirect_effects_have_intervals_of_the_same_draws():
    model = "INV =~ inv1 + inv2 + inv3\nENG =~ eng1 + eng2 + eng3\nCOC =~ coc2 + coc3 + coc4\nENG ~ a*INV\nCOC ~ b*ENG + INV\nab := a*b"
    fit = cocsem.sem(model, LIKERT, ordered=True, bootstrap=60, seed=5)
    place = {row.label: row.free - 1 for row in fit.spec.rows if row.label}
    product = fit.draws.theta[:, place["a"]] * fit.draws.theta[:, place["b"]]
    defined = fit.estimates[fit.estimates["op"] == ":="].iloc[0]
    assert defined["se"] == pytest.approx(product.std(ddof=1))
    low, high = np.quantile(product, (0.025, 0.975), method="weibull")
    assert (defined["ci_lower"], defined["ci_upper"]) == pytest.approx((low, high))
    effects = cocsem.effects(fit)
    chain = effects[effects["kind"].eq("specific indirect")].iloc[0]
    assert (chain["se"], chain["ci_lower"], chain["ci_upper"]) == pytest.approx((product.std(ddof=1), low, high))


def test_se_bootstrap_draws_and_keeps_the_matrix_of_the_estimator():
    plain = cocsem.cfa(ONE, LIKERT, ordered=True)
    drawn = cocsem.cfa(ONE, LIKERT, ordered=True, se="bootstrap", bootstrap=20, seed=1)
    assert len(drawn.draws.theta) == 20 and np.array_equal(drawn.vcov, plain.vcov)
    assert drawn.fit_measures["chisq_scaled"] == plain.fit_measures["chisq_scaled"]


def test_the_bollen_stine_test_of_ordered_items_is_refused():
    with pytest.raises(UsageError, match="categories, which nothing moves"):
        cocsem.cfa(ONE, LIKERT, ordered=True, test="bollen.stine", bootstrap=10, seed=1)
