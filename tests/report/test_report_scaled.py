"""A scaled test is what the report tells: its statistic, its scaling factor, the robust indices, each under its name."""

import pytest

import cocsem
from cocsem.assessment.model_fit import model_assessment
from cocsem.language import Text
from cocsem.report.fit_summary import summarize_fit
from cocsem.report.prose.fit import describe_fit
from cocsem.report.tables import print_table

MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
NAME = Text("Measurement model", "Model pengukuran")


@pytest.fixture(scope="module")
def fits():
    data = cocsem.load_dataset("holzinger_swineford")
    estimators = ("ML", "MLM", "MLR", "MLMV", "MLMVS", "ULSMV", "ULS", "DWLS")
    found = {e: cocsem.cfa(MODEL, data, estimator=e) for e in estimators}
    return found | {"means": cocsem.cfa(MODEL, data, meanstructure=True)}


def _words(fit):
    (text,) = describe_fit(fit, None, NAME)
    return Text(text.en.replace("\u00a0", " "), text.id.replace("\u00a0", " "))


def _printed(fit, lang="en"):
    table = next(t for t in model_assessment(fit, "cfa").tables if t.key == "fit")
    printed = print_table(table, lang)
    return (
        [c.header for c in printed.columns],
        {row[0].text: [c.text for c in row[1:]] for row in printed.rows},
        printed,
    )


@pytest.mark.parametrize(
    ("estimator", "correction"),
    [
        ("MLM", "Satorra-Bentler"),
        ("MLR", "Yuan-Bentler"),
        ("MLMV", "scaled and shifted"),
        ("ULSMV", "scaled and shifted"),
    ],
)
def test_the_sentence_tells_the_scaled_test_and_robust_indices(fits, estimator, correction):
    m, text = fits[estimator].fit_measures, _words(fits[estimator])
    assert f"scaled χ²(24) = {m['chisq_scaled']:.2f}, p < .001 ({correction}" in text.en
    assert f"unscaled χ²(24) = {m['chisq']:.2f}, scaling factor {m['chisq_scaling_factor']:.3f})" in text.en
    assert f"robust CFI = {m['cfi_robust']:.3f}".replace("0.", ".") in text.en
    assert f"robust RMSEA = {m['rmsea_robust']:.3f}".replace("0.", ".") in text.en
    assert f"[{m['rmsea_ci_lower_robust']:.3f}".replace("0.", ".") in text.en
    assert "p = –" not in text.en and "rejects the model" in text.en
    assert "χ² terskala(24)" in text.id and "CFI robust" in text.id and "faktor skala" in text.id


def test_scaled_is_not_called_robust(fits):
    """The mean- and variance-adjusted test has scaled indices and no robust ones; its degrees of freedom are broken."""
    m, text = fits["MLMVS"].fit_measures, _words(fits["MLMVS"])
    assert f"scaled χ²({m['df_scaled']:.2f}) = {m['chisq_scaled']:.2f}" in text.en
    assert "scaled CFI" in text.en and "robust" not in text.en and "CFI terskala" in text.id


def test_plain_tests_stay_as_they_are(fits):
    assert _words(fits["ML"]).en.startswith("Measurement model yielded χ²(24) = 85.31, p < .001, CFI = .931")
    for estimator in ("ULS", "DWLS"):
        text = _words(fits[estimator])
        assert "Browne's residual-based" in text.en and "berbasis residual dari Browne" in text.id
        assert "p = –" not in text.en


def test_the_table_sets_standard_scaled_and_robust_side_by_side(fits):
    headers, rows, printed = _printed(fits["MLR"])
    m = fits["MLR"].fit_measures
    assert headers == ["Index", "Standard", "Scaled", "Robust"]
    assert rows["χ²"] == [f"{m['chisq']:.3f}", f"{m['chisq_scaled']:.3f}", ""]
    assert rows["CFI"] == [f"{m[k]:.3f}"[1:] for k in ("cfi", "cfi_scaled", "cfi_robust")]
    assert rows["Scaling factor"] == ["", f"{m['chisq_scaling_factor']:.3f}", ""]
    assert rows["SRMR"][1:] == ["", ""] and all(cell.startswith("[") for cell in rows["90% CI"])
    assert "not the same" in printed.notes[0]
    assert _printed(fits["MLR"], "id")[0] == ["Indeks", "Standar", "Terskala", "Robust"]
    assert _printed(fits["ML"])[0] == ["Index", "Value"]
    assert _printed(fits["means"])[0][:3] == ["χ²", "df", "p"]
    assert _printed(fits["MLMVS"])[1]["df"] == ["24", f"{fits['MLMVS'].fit_measures['df_scaled']:.2f}", ""]


def test_verdicts_speak_of_the_index_that_is_reported(fits):
    names = [verdict.index for verdict in model_assessment(fits["MLM"], "cfa").verdicts]
    assert names == ["cfi_robust", "tli_robust", "rmsea_robust", "srmr"]
    assert [v.index for v in model_assessment(fits["ML"], "cfa").verdicts] == ["cfi", "tli", "rmsea", "srmr"]


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_summary_of_a_fit_shows_both_tests(fits, lang):
    text = summarize_fit(fits["ULSMV"], lang).replace("\u00a0", " ")
    assert ("Scaled test" in text and "scaling factor" in text) or ("Uji terskala" in text and "faktor skala" in text)
    assert ("robust CFI" in text) or ("CFI robust" in text)
    assert "Scaled" not in summarize_fit(fits["ML"], lang)
