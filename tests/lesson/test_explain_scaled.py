"""Scaled tests and the omega of ordered items are written out and arrive at the numbers of the fit."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2

import cocsem
from cocsem.assessment.measurement import blocks
from cocsem.assessment.reliability.congeneric import omega
from cocsem.lesson.quantities import numbers_of

MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
ITEMS = [f"x{n}" for n in range(1, 10)]
SHIFTED = ("MLMV", "MLMV in groups", "WLSMV", "ULSMV", "WLSMV in groups", "WLSMV of continuous items")
DIVIDED = ("MLM", "MLMVS", "MLR", "WLSM")


@pytest.fixture(scope="module")
def data():
    return cocsem.load_dataset("holzinger_swineford")


@pytest.fixture(scope="module")
def answers(data):
    return data.assign(**{name: pd.qcut(data[name], 4, labels=False, duplicates="drop") for name in ITEMS})


@pytest.fixture(scope="module")
def fits(data, answers):
    return {
        "MLM": cocsem.cfa(MODEL, data, estimator="MLM"),
        "MLR": cocsem.cfa(MODEL, data, estimator="MLR"),
        "MLMV": cocsem.cfa(MODEL, data, estimator="MLMV"),
        "MLMVS": cocsem.cfa(MODEL, data, estimator="MLMVS"),
        "MLMV in groups": cocsem.cfa(MODEL, data, estimator="MLMV", group="school"),
        "WLSMV": cocsem.cfa(MODEL, answers, ordered=True),
        "WLSM": cocsem.cfa(MODEL, answers, ordered=True, estimator="WLSM"),
        "ULSMV": cocsem.cfa(MODEL, answers, ordered=True, estimator="ULSMV"),
        "WLSMV in groups": cocsem.cfa(MODEL, answers, ordered=True, group="school"),
        "WLSMV of continuous items": cocsem.cfa(MODEL, data, estimator="WLSMV", ordered=False),
    }


def _steps(said, key):
    return next(one for one in said.derivations if one.key == key).steps


@pytest.mark.parametrize("name", (*SHIFTED, *DIVIDED))
def test_the_scaled_test_is_written_out(fits, name):
    fit = fits[name]
    said = cocsem.explain("chisq_scaled", fit)
    assert [one.key for one in said.derivations] == ["chisq_scaled", "pvalue_scaled"]
    for key in ("chisq_scaled", "pvalue_scaled", "chisq_scaling_factor", "df_scaled", "baseline_chisq_scaled"):
        steps = _steps(cocsem.explain(key, fit), key)
        assert steps[-1].value == pytest.approx(fit.fit_measures[key], rel=1e-9), key
    signs = [step.symbol for step in _steps(said, "chisq_scaled")]
    assert signs == (["a", "b", "χ²ₛ"] if name in SHIFTED else ["dfₛ", "c", "χ²ₛ"] if name == "MLMVS" else ["c", "χ²ₛ"])


@pytest.mark.parametrize("name", SHIFTED)
def test_the_shifted_statistic_has_the_mean_and_variance_of_a_chi_square(fits, name):
    """Mean tr(U Gamma) and variance 2 tr((U Gamma)^2) become df and 2 df under a T + b."""
    numbers, (a, b, _) = numbers_of(fits[name]), _steps(cocsem.explain("chisq_scaled", fits[name]), "chisq_scaled")
    df = numbers["df"]
    assert a.value * numbers["trace"] + b.value == pytest.approx(df)
    assert a.value**2 * 2 * numbers["trace_of_square"] == pytest.approx(2 * df)
    p = _steps(cocsem.explain("chisq_scaled", fits[name]), "pvalue_scaled")[-1].value
    assert p == pytest.approx(chi2.sf(fits[name].fit_measures["chisq_scaled"], df), rel=1e-6)


@pytest.mark.parametrize("name", (*SHIFTED, "MLM", "MLR", "WLSM"))
@pytest.mark.parametrize("index", ["cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper", "rmsea_pvalue", "gfi"])
def test_what_is_reported_beside_it_is_written_out_too(fits, name, index):
    key = f"{index}_robust"
    if key in fits[name].fit_measures:
        assert _steps(cocsem.explain(index if index != "rmsea_pvalue" else key, fits[name]), key)
    else:
        assert name == "WLSMV of continuous items"


@pytest.mark.parametrize(
    ("name", "en", "id_"),
    [
        ("WLSMV", "(scaled and shifted)", "(diskalakan dan digeser)"),
        ("MLMVS", "(mean and variance adjusted)", "(disesuaikan rerata dan varians)"),
        ("MLM", "(Satorra-Bentler correction)", "(koreksi Satorra-Bentler)"),
        ("MLR", "(Yuan-Bentler correction)", "(koreksi Yuan-Bentler)"),
    ],
)
@pytest.mark.parametrize("index", ["chisq", "chisq_scaled", "scaled_shifted"])
def test_the_sentence_for_the_report_names_the_correction(fits, name, en, id_, index):
    m, said = fits[name].fit_measures, cocsem.explain(index, fits[name]).apa
    df = f"{m['df_scaled']:.2f}".removesuffix(".00")
    assert said.en == f"χ²({df}) = {m['chisq_scaled']:.3f}, p < .001 {en}"
    assert said.id.endswith(id_) and "; p < 0,001" in said.id


def test_the_verdict_is_on_the_scaled_p_value(fits):
    (verdict,) = cocsem.explain("chisq_scaled", fits["WLSMV"]).verdicts
    assert verdict.index == "pvalue_scaled" and verdict.value == fits["WLSMV"].fit_measures["pvalue_scaled"]
    assert verdict.label is not None


def test_a_fit_without_a_scaled_test_says_so(data):
    said = cocsem.explain("chisq_scaled", cocsem.cfa(MODEL, data))
    assert not said.derivations and not said.verdicts and "no such number" in said.notes[0].en
    assert said.apa.en == "χ²(…) = …, p = … (scaled)"


@pytest.mark.parametrize("name", ["WLSMV", "WLSMV in groups", "ULSMV"])
def test_the_omega_of_ordered_items_is_written_out(fits, name):
    said = cocsem.explain("omega", fits[name])
    wanted = [float(omega(block)) for block in blocks(fits[name])]
    assert [one.value for one in said.derivations] == wanted
    for one in said.derivations:
        assert [step.symbol for step in one.steps] == ["C", "V", "ω"]
        assert one.steps[-1].value == pytest.approx(one.value, rel=1e-12)
        assert "Thresholds: x" in one.note.en and "Ambang: x" in one.note.id
    assert [symbol for symbol, _ in said.formulas] == ["C", "V", "ω"]
    assert {"Σc(λ_j²)", "Σc(r_jk)"} <= {sign for sign, _ in said.symbols}
    assert said.apa.en.startswith("Omega of the summed answers (categorical omega) of visual")
    assert "omega kategorikal" in said.apa.id and len(said.verdicts) == len(wanted)


def test_the_sums_are_variances_of_answers_drawn_from_the_model(fits):
    """V is the variance of the sum of answers cut from latent responses that correlate as the model says, C the covariance of two
    such sums that share nothing but the construct."""
    block = next(blocks(fits["WLSMV"]))
    rng = np.random.default_rng(11)
    factor, noise = rng.standard_normal(400_000), rng.standard_normal((2, 400_000, 3))
    loadings = block.standardized
    latent = factor[:, None] * loadings + noise * np.sqrt(1.0 - loadings**2)
    cut = [[np.searchsorted(t, y) for t, y in zip(block.thresholds, times.T, strict=True)] for times in latent]
    one, other = (np.sum(answers, axis=0) for answers in cut)
    C, V, _ = cocsem.explain("omega", fits["WLSMV"], of="visual").derivations[0].steps
    assert V.value == pytest.approx(one.var(), rel=0.01)
    assert C.value == pytest.approx(np.cov(one, other)[0, 1], rel=0.01)


def test_omega_is_that_of_the_table(answers, fits):
    table = cocsem.reliability(MODEL, answers, ordered=True)["model"].set_index("construct")["omega"]
    for one in cocsem.explain("categorical omega", fits["WLSMV"]).derivations:
        assert one.value == pytest.approx(table[one.subject], rel=1e-9)


def test_items_without_thresholds_give_the_reason_and_other_constructs_their_formula(data, answers):
    mixed = data.assign(**{name: answers[name] for name in ("x1", "x4", "x5", "x6")})
    said = cocsem.explain("omega", cocsem.cfa(MODEL, mixed, ordered=["x1", "x4", "x5", "x6"]))
    visual, textual, speed = said.derivations
    assert math.isnan(visual.value) and not visual.steps and "not ordered" in visual.note.en
    assert len(textual.steps) == 3 and len(speed.steps) == 1
    assert "of textual" in said.apa.en
    page = said.summary("en")
    assert "ω = C / V" in page and "ω = Σb² × v / σ²ₓ" in page


@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("index", ["chisq_scaled", "omega", "gfi_lisrel", "baseline_chisq"])
def test_the_pages_stay_within_80_columns(fits, index, lang):
    for name in ("WLSMV", "MLMVS", "MLMV in groups"):
        assert max(map(len, cocsem.explain(index, fits[name]).summary(lang).splitlines())) <= 80
