"""The GFI and AGFI of AMOS and LISREL stand beside our GFI, where a model has what those programs print."""

from __future__ import annotations

import pytest

import cocsem
from cocsem.assessment.model_fit import GOODNESS, fit_row, model_assessment
from cocsem.report.fit_summary import summarize_fit
from cocsem.report.tables import print_table
from cocsem.report.tables.paper import paper_tables

MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.fixture(scope="module")
def data():
    return cocsem.load_dataset("holzinger_swineford")


@pytest.fixture(scope="module")
def fit(data):
    return cocsem.cfa(MODEL, data)


def _table(fit):
    return next(table for table in model_assessment(fit, "cfa").tables if table.key == "fit")


@pytest.mark.parametrize(("lang", "values"), [("en", (".943", ".894")), ("id", ("0,943", "0,894"))])
def test_the_table_names_the_formula(fit, lang, values):
    """.943 and .894 are what lavaan 0.6 prints as gfi and agfi of this model."""
    printed = print_table(_table(fit), lang)
    rows = {row[0].text: row[1].text for row in printed.rows}
    assert (rows["GFI (AMOS, LISREL)"], rows["AGFI (AMOS, LISREL)"]) == values
    assert rows["GFI"] != rows["GFI (AMOS, LISREL)"] and rows["RMSEA"]
    assert "explain agfi, " in printed.notes[0] and printed.notes[0].endswith("explain gfi.")


def test_a_scaled_test_has_them_among_its_columns(data):
    fit = cocsem.cfa(MODEL, data, estimator="MLR")
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in print_table(_table(fit), "en").rows}
    assert rows["AGFI (AMOS, LISREL)"] == [".894", "", ""]
    assert rows["GFI"] == [".959", "", f"{fit.fit_measures['gfi_robust']:.3f}"[1:]]


@pytest.mark.parametrize(
    "options", [{"group": "school"}, {"meanstructure": True}, {"missing": "fiml"}, {"ordered": True}]
)
def test_models_of_more_than_covariances_have_none(data, options):
    few = data[[f"x{n}" for n in range(1, 10)]].round().clip(2, 5)
    used = few if "ordered" in options else data
    fit = cocsem.cfa(MODEL, used, **options)
    assert fit.converged and not set(GOODNESS) & set(fit_row(fit))
    assert "AMOS" not in summarize_fit(fit, "en")
    assert not any("AMOS" in note.en for note in _table(fit).notes)


def test_a_model_with_fixed_variables_has_none(data):
    fit = cocsem.sem("visual =~ x1 + x2 + x3\nvisual ~ ageyr", data)
    assert fit.spec.exogenous and not set(GOODNESS) & set(fit_row(fit))
    assert set(GOODNESS) <= set(fit_row(cocsem.sem("visual =~ x1 + x2 + x3\nvisual ~ ageyr", data, fixed_x=False)))


def test_nothing_is_printed_without_a_test(data):
    assert not set(GOODNESS) & set(fit_row(cocsem.cfa(MODEL, data, test="none")))


def test_the_summary_of_a_fit_prints_them(fit):
    text = summarize_fit(fit, "id").replace("\u00a0", " ")
    assert "GFI (AMOS, LISREL) 0,943" in text and "AGFI (AMOS, LISREL) 0,894" in text


def test_the_chapter_says_them_below_the_table_of_fit(fit, data):
    found = {"cfa": model_assessment(fit, "cfa"), "structural": model_assessment(fit, "structural")}
    (table,) = paper_tables(found)["structural"]
    assert table.notes[0].en == (
        "By the formula of AMOS and LISREL GFI = .943 and AGFI = .894 (measurement model); "
        "GFI = .943 and AGFI = .894 (structural model)."
    )
    assert "GFI = 0,943 dan AGFI = 0,894 (model pengukuran)" in table.notes[0].id
    grouped = {"cfa": model_assessment(cocsem.cfa(MODEL, data, group="school"), "cfa")}
    assert paper_tables(grouped)["structural"][0].notes == ()


def test_report_and_explanation_name_each_other(fit):
    for name in ("gfi_lisrel", "agfi_lisrel", "AGFI"):
        said = cocsem.explain(name, fit)
        assert [one.key for one in said.derivations if one.steps] and said.index.key == "gfi_lisrel"
        assert "explain gfi`" in said.index.what.en and "explain gfi`" in said.index.what.id
        assert said.apa.en.startswith("GFI = .943, AGFI = .894")
    for lang in ("en", "id"):
        assert "GFI (AMOS, LISREL)" in cocsem.explain("gfi").index.what[lang]
        assert "explain agfi`" in cocsem.explain("gfi").index.what[lang]
