"""Dynamic cutoffs against those that their authors print, against lavaan's samples, and against what must hold."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.distributions import chi2_sf
from cocsem.simulation.dynamic_cutoffs import find_cutoff, quantile_error
from cocsem.simulation.dynamic_sentences import NO_CUTOFF
from cocsem.simulation.index_distributions import draw_scatter, index_distribution
from cocsem.simulation.misspecifications import find_levels, misspecify, standardize

ORACLES = Path(__file__).parents[1] / "oracles"
PUBLISHED = tomllib.loads((ORACLES / "dynamic_cutoffs_published.toml").read_text(encoding="utf-8"))
LAVAAN = json.loads((ORACLES / "dynamic_cutoffs_lavaan.json").read_text(encoding="utf-8"))
ABILITIES = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
TWO = "f =~ a1 + a2 + a3 + a4\ng =~ b1 + b2 + b3 + b4"
DRAWS = 5000


def fit_at(model, loadings, factor_cor=None, nobs=300, **options):
    """The fit whose estimates are given standardized values: the model at the covariances that they imply."""
    names = [item for block in loadings.values() for item in block]
    L = np.zeros((len(names), len(loadings)))
    for n, block in enumerate(loadings.values()):
        L[[names.index(item) for item in block], n] = list(block.values())
    Phi = np.eye(len(loadings)) if factor_cor is None else np.array(factor_cor)
    R = L @ Phi @ L.T
    np.fill_diagonal(R, 1.0)
    given = pd.DataFrame(R * nobs / (nobs - 1), names, names)  # divisor N - 1
    return cocsem.cfa(model, sample_cov=given, sample_nobs=nobs, **options)


def flat(value, lang="en"):
    return " ".join(value.summary(lang).split())


def published_fit(case):
    names = list(case["loadings"])
    Phi = np.eye(len(names))
    for one, others in case.get("correlations", {}).items():
        for other, r in others.items():
            i, j = names.index(one), names.index(other)
            Phi[i, j] = Phi[j, i] = r
    model = "\n".join(f"{factor} =~ {' + '.join(block)}" for factor, block in case["loadings"].items())
    return fit_at(model, case["loadings"], Phi, case["nobs"])


def block(prefix, *values):
    return {f"{prefix}{n}": value for n, value in enumerate(values, start=1)}


@pytest.fixture(scope="module")
def abilities():
    return cocsem.cfa(ABILITIES, cocsem.load_dataset("holzinger_swineford"))


# --- against other programs -------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("name", PUBLISHED)
def test_cutoffs_are_those_that_the_authors_print(name):
    """Theirs come from 500 samples and are rounded to three decimals: the difference may reach three standard errors of the two
    quantiles together (ours estimated from 5000 samples, theirs sqrt(10) times as large), and half a unit of the last decimal."""
    case = PUBLISHED[name]
    table = cocsem.dynamic_cutoffs(published_fit(case), draws=DRAWS, seed=1)["cutoffs"]
    for index, printed in case["cutoffs"].items():
        for level, value in enumerate(printed, start=1):
            row = table[(table["index"] == index) & (table["level"] == level)].iloc[0]
            error = row["cutoff_se"] * np.sqrt(1 + DRAWS / 500)
            assert abs(row["cutoff"] - value) < 3 * error + 0.0005, (index, level, row["cutoff"], value, error)


@pytest.mark.slow
@pytest.mark.parametrize("name", LAVAAN["cases"])
def test_populations_and_quantiles_are_those_of_lavaan_with_rows_drawn(name):
    """Populations made by another script agree exactly; quantiles of 500 samples, drawn by rows and fitted by lavaan, to four standard errors."""
    case, fit = LAVAAN["cases"][name], published_fit(PUBLISHED[name])
    solution = standardize(fit.matrices[0])
    for n, (changes, level) in enumerate(zip(((), *find_levels(fit)), case["levels"], strict=True)):
        Sigma = misspecify(solution, changes)
        np.testing.assert_allclose(Sigma, level["Sigma"], atol=1e-6)
        found = index_distribution(fit, Sigma, DRAWS, np.random.default_rng([7, n]))
        assert found.failed == 0 and level["converged"] == LAVAAN["draws"]
        for quantile, numbers in level["quantiles"].items():
            share = int(quantile[1:]) / 100
            for index, theirs in numbers.items():
                ours = found.chisq if index == "chisq" else found.values[index]
                error = quantile_error(ours, share) * np.sqrt(1 + DRAWS / LAVAAN["draws"])
                assert abs(np.quantile(ours, share) - theirs) <= 4 * error + 1e-7, (n, quantile, index)


# --- what must hold ---------------------------------------------------------------------------------------------------


def test_where_the_model_holds_its_statistic_is_chi_square(abilities):
    fit = replace(abilities, n_obs=4000, statistics=(replace(abilities.statistics[0], n_obs=4000),))
    found = index_distribution(fit, fit.matrices[0].cov, 4000, np.random.default_rng(3))
    p = np.sort([chi2_sf(value, 24) for value in found.chisq])
    distance = np.max(np.abs(p - (np.arange(len(p)) + 0.5) / len(p)))
    assert distance < 1.63 / np.sqrt(len(p))  # Kolmogorov and Smirnov at .01


def test_a_cross_loading_population_has_the_covariances_of_its_formula():
    fit = fit_at(TWO, {"f": block("a", 0.8, 0.7, 0.6, 0.5), "g": block("b", 0.9, 0.8, 0.7, 0.6)}, [[1, 0.4], [0.4, 1]])
    ((change,),) = find_levels(fit)
    assert (change.lhs, change.op, change.rhs) == ("g", "=~", "a4") and change.size == pytest.approx(0.5)
    cov = pd.DataFrame(misspecify(standardize(fit.matrices[0]), (change,)), fit.spec.observed, fit.spec.observed)
    np.testing.assert_allclose(np.diag(cov), 1.0, atol=1e-6)
    assert cov.loc["a4", "b1"] == pytest.approx(0.5 * 0.4 * 0.9 + 0.5 * 0.9, abs=1e-6)
    assert cov.loc["a4", "a1"] == pytest.approx(0.5 * 0.8 + 0.5 * 0.4 * 0.8, abs=1e-6)
    assert cov.loc["a1", "b1"] == pytest.approx(0.8 * 0.4 * 0.9, abs=1e-6)


def test_a_cross_loading_leaves_the_item_something_of_its_own():
    fit = fit_at(
        TWO, {"f": block("a", 0.9, 0.9, 0.9, 0.85), "g": block("b", 0.95, 0.95, 0.95, 0.95)}, [[1, 0.8], [0.8, 1]]
    )
    ((change,),) = find_levels(fit)
    most = np.sqrt(0.85**2 * 0.8**2 + 1 - 0.85**2) - 0.85 * 0.8
    assert change.size == pytest.approx(0.95 * most, abs=1e-5)
    assert np.linalg.eigvalsh(misspecify(standardize(fit.matrices[0]), (change,)))[0] > 0


def test_residuals_of_one_factor_correlate_by_pairs_and_variances_stay():
    fit = fit_at("f =~ x1 + x2 + x3 + x4 + x5 + x6 + x7", {"f": block("x", 0.9, 0.4, 0.8, 0.5, 0.7, 0.6, 0.95)})
    levels = find_levels(fit)
    assert [[str(change) for change in level] for level in levels] == [
        ["x2 ~~ x4"], ["x2 ~~ x4", "x6 ~~ x5"], ["x2 ~~ x4", "x6 ~~ x5", "x3 ~~ x1"],
    ]  # fmt: skip
    cov = misspecify(standardize(fit.matrices[0]), levels[0])
    np.testing.assert_allclose(np.diag(cov), 1.0, atol=1e-6)
    assert (cov[1, 3] - 0.4 * 0.5) / np.sqrt((1 - 0.16) * (1 - 0.25)) == pytest.approx(0.3, abs=1e-6)


def test_items_that_load_twice_or_whose_residuals_covary_take_no_part():
    loadings = {"f": block("a", 0.8, 0.7, 0.6, 0.5), "g": block("b", 0.9, 0.8, 0.7, 0.6)}
    plain = fit_at(TWO, loadings, [[1, 0.4], [0.4, 1]])
    assert str(find_levels(plain)[0][0]) == "g =~ a4"
    related = fit_at(TWO + "\na4 ~~ b1", loadings, [[1, 0.4], [0.4, 1]])
    assert str(find_levels(related)[0][0]) == "g =~ a3"
    fixed = fit_at(TWO + "\ng =~ 0*a4", loadings, [[1, 0.4], [0.4, 1]])
    assert str(find_levels(fixed)[0][0]) == "g =~ a4"
    crossed = fit_at(TWO + "\ng =~ a4", loadings, [[1, 0.4], [0.4, 1]])
    assert str(find_levels(crossed)[0][0]) == "g =~ a3"


def test_factors_of_two_items_come_last_and_no_pair_of_factors_twice():
    model = "f =~ a1 + a2 + a3\ng =~ b1 + b2 + b3\nh =~ c1 + c2"
    loadings = {"f": block("a", 0.9, 0.8, 0.7), "g": block("b", 0.9, 0.8, 0.6), "h": block("c", 0.8, 0.3)}
    levels = find_levels(fit_at(model, loadings, [[1, 0.3, 0.3], [0.3, 1, 0.3], [0.3, 0.3, 1]]))
    assert [str(change) for change in levels[-1]] == ["f =~ b3", "h =~ a3"]


def test_scatter_matrices_have_the_moments_of_wishart():
    cov = np.array([[2.0, 0.6, 0.1], [0.6, 1.0, -0.3], [0.1, -0.3, 0.5]])
    drawn = draw_scatter(cov, 30, 40_000, np.random.default_rng(2))
    variance = 30 * (cov**2 + np.outer(np.diag(cov), np.diag(cov)))
    assert np.all(np.abs(drawn.mean(axis=0) - 30 * cov) < 4 * np.sqrt(variance / 40_000))
    np.testing.assert_allclose(drawn.var(axis=0), variance, rtol=0.05)


@pytest.mark.parametrize("options", [{}, {"meanstructure": True}, {"likelihood": "wishart"}, {"std_lv": True}])
def test_each_sample_has_the_indices_of_a_fit_of_its_own(abilities, options):
    data = cocsem.load_dataset("holzinger_swineford")
    fit = cocsem.cfa(ABILITIES, data, **options)
    cov, n = fit.matrices[0].cov, fit.n_obs
    found = index_distribution(fit, cov, 5, np.random.default_rng(4))
    rng, names = np.random.default_rng(4), list(fit.spec.observed)
    scatter = draw_scatter(cov, n - 1, 5, rng)
    means = fit.matrices[0].mean + rng.standard_normal((5, 9)) @ np.linalg.cholesky(cov / n).T
    for i in range(5):
        given = {"sample_mean": pd.Series(means[i], names)} if fit.spec.meanstructure else {}
        sample = pd.DataFrame(scatter[i] / (n - 1), names, names)
        one = cocsem.cfa(ABILITIES, sample_cov=sample, sample_nobs=n, **options, **given).fit_measures
        assert found.chisq[i] == pytest.approx(one["chisq"], abs=1e-5)
        for index, values in found.values.items():
            assert values[i] == pytest.approx(one[index], abs=1e-5), index


def test_the_unit_of_an_item_and_the_marker_change_nothing(abilities):
    data = cocsem.load_dataset("holzinger_swineford")
    plain = cocsem.dynamic_cutoffs(abilities, draws=60)["cutoffs"]
    scaled = cocsem.dynamic_cutoffs(cocsem.cfa(ABILITIES, data.assign(x2=data["x2"] * 100)), draws=60)["cutoffs"]
    other = cocsem.dynamic_cutoffs(cocsem.cfa(ABILITIES, data, std_lv=True), draws=60)["cutoffs"]
    for table in (scaled, other):
        np.testing.assert_allclose(plain["cutoff"].astype(float), table["cutoff"].astype(float), atol=1e-5)


def test_more_draws_narrow_the_error_and_the_seed_decides(abilities):
    few, many = (cocsem.dynamic_cutoffs(abilities, draws=draws)["cutoffs"] for draws in (500, 8000))
    ratio = many["cutoff_se"].astype(float) / few["cutoff_se"].astype(float)
    assert 0.15 < ratio.median() < 0.4  # 1 / sqrt(16)
    again, other = (cocsem.dynamic_cutoffs(abilities, seed=seed)["cutoffs"] for seed in (1, 2))
    assert few.equals(again) and not few.equals(other)


def test_a_cutoff_lies_between_the_samples_that_it_separates():
    right, wrong = np.linspace(0.90, 1.0, 400), np.linspace(0.80, 0.92, 400)
    found = find_cutoff("cfi", right, wrong)
    assert found.rule.en == "90/10" and np.mean(wrong < found.value) == pytest.approx(0.9, abs=0.01)
    assert find_cutoff("cfi", right, np.linspace(0.70, 0.89, 400)).rule.en == "95/5"
    none = find_cutoff("cfi", right, right - 0.01)
    assert none.value is None and none.rule.en == "none" and none.found == pytest.approx(0.15, abs=0.01)


def test_fresh_samples_fall_where_the_cutoff_says():
    fit = published_fit(PUBLISHED["extraversion"])
    solution, (first, *_) = standardize(fit.matrices[0]), find_levels(fit)
    table = cocsem.dynamic_cutoffs(fit, draws=4000)["cutoffs"].query("level == 1").set_index("index")
    right, wrong = (
        index_distribution(fit, misspecify(solution, changes), 4000, np.random.default_rng(99))
        for changes in ((), first)
    )
    for index, sign in (("srmr", 1), ("rmsea", 1), ("cfi", -1)):
        cutoff = table.loc[index.upper(), "cutoff"]
        assert np.mean(sign * wrong.values[index] > sign * cutoff) == pytest.approx(
            0.95, abs=4 * np.sqrt(2 * 0.0475 / 4000)
        )
        assert np.mean(sign * right.values[index] > sign * cutoff) < 0.05


# --- what is said -----------------------------------------------------------------------------------------------------


def test_a_model_that_fits_exactly_is_closer_and_a_poor_one_is_not(abilities):
    exact = cocsem.dynamic_cutoffs(published_fit(PUBLISHED["extraversion"]))
    assert {(verdict.index, verdict.label.en) for verdict in exact.verdicts} == {("margin", "closer")}
    assert "closer than that of a model that leaves out one residual correlation of .30" in flat(exact)
    poor = cocsem.dynamic_cutoffs(abilities)
    assert {verdict.label.en for verdict in poor.verdicts} == {"not closer"}
    assert "no closer than that of a model that leaves out one cross-loading of .42" in flat(poor)
    assert "menghilangkan satu muatan silang sebesar 0,42" in flat(poor, "id")
    assert "<table" in poor._repr_html_()


def test_where_no_cutoff_exists_that_is_said_and_no_verdict_given():
    fit = fit_at(
        TWO, {"f": block("a", 0.5, 0.5, 0.4, 0.4), "g": block("b", 0.5, 0.5, 0.4, 0.3)}, [[1, 0.3], [0.3, 1]], 150
    )
    found = cocsem.dynamic_cutoffs(fit)
    assert all(verdict.label is None and verdict.reason == NO_CUTOFF for verdict in found.verdicts)
    assert found["cutoffs"]["cutoff"].isna().all()
    assert "no cutoff of SRMR, RMSEA, and CFI tells" in flat(found)


def test_outside_the_conditions_the_cutoffs_stand_without_a_verdict():
    fit = cocsem.cfa(ABILITIES, cocsem.load_dataset("holzinger_swineford"), estimator="MLR")
    found = cocsem.dynamic_cutoffs(fit, draws=100)
    assert all(verdict.label is None and "estimator" in verdict.reason.en for verdict in found.verdicts)
    assert found["cutoffs"]["cutoff"].notna().any() and "without a verdict" in flat(found)
    row = found["cutoffs"].query("index == 'CFI'").iloc[0]
    assert row["of_fit"] == fit.fit_measures["cfi_robust"]


def test_samples_without_a_solution_are_counted_and_said():
    loadings = {"f": block("a", 0.8, 0.7, 0.6, 0.5), "g": block("b", 0.6, 0.5, 0.5, 0.4)}
    found = cocsem.dynamic_cutoffs(fit_at(TWO, loadings, [[1, 0.4], [0.4, 1]], nobs=14), draws=150)
    failed = int(found["populations"]["failed"].sum())
    assert failed == found.facts["failed"] > 0
    assert f"{failed} of 300 samples gave no solution" in flat(found)


def test_negative_loadings_are_pointed_out():
    found = cocsem.dynamic_cutoffs(published_fit(PUBLISHED["extraversion"]), draws=20)
    assert "score reversed items before the fit" in found.warnings[0].en


@pytest.mark.parametrize(
    ("model", "options", "said"),
    [
        (ABILITIES, {"group": "school"}, "one group"),
        (ABILITIES, {"missing": "fiml"}, "complete answers"),
        (ABILITIES, {"estimator": "GLS"}, "this fit used GLS"),
        ("visual =~ x1 + x2 + x3\nspeed =~ x7 + x8 + x9\nspeed ~ visual", {}, "the path speed ~ visual"),
        (ABILITIES + "\ng =~ visual + textual + speed", {}, "g is a factor of the factor visual"),
        ("visual =~ x1 + x2 + x3\nvisual ~~ x7", {}, "'x7' is none"),
        (ABILITIES + "\nempty =~ 0*x1\nempty ~~ 1*empty + 0*visual + 0*textual + 0*speed", {}, "'empty' has none"),
        ("visual =~ x1 + x2 + x3", {}, "degrees of freedom"),
        ("f =~ x4 + x5 + x6 + x7 + x8\nx7 ~~ x8", {}, "has 3 such items"),
    ],
)
def test_what_is_not_defined_is_refused_by_name(model, options, said):
    fit = cocsem.cfa(model, cocsem.load_dataset("holzinger_swineford"), **options)
    with pytest.raises(UsageError, match=said):
        cocsem.dynamic_cutoffs(fit, draws=20)


def test_ordered_items_impossible_estimates_and_odd_draws_are_refused(abilities):
    data = cocsem.load_dataset("holzinger_swineford")[["x1", "x2", "x3", "x4"]]
    cut = data.apply(lambda column: pd.cut(column, 3, labels=False))
    with pytest.raises(UsageError, match="continuous items"):
        cocsem.dynamic_cutoffs(cocsem.cfa("f =~ x1 + x2 + x3 + x4", cut, ordered=True))
    for wrong in ({"converged": False}, {"admissible": False}):
        with pytest.raises(EstimationError, match="converged and be possible"):
            cocsem.dynamic_cutoffs(replace(abilities, **wrong))
    with pytest.raises(UsageError, match="more respondents than items; here are 9 and 9"):
        cocsem.dynamic_cutoffs(replace(abilities, n_obs=9))
    with pytest.raises(UsageError, match="every parameter of this model is fixed"):
        cocsem.dynamic_cutoffs(replace(abilities, theta=np.empty(0)))
    for draws in (19, 2.5, True):
        with pytest.raises(UsageError, match="20 or more"):
            cocsem.dynamic_cutoffs(abilities, draws=draws)
