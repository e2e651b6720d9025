import pytest

from cocsem.assessment.types import Assessment
from cocsem.errors import UsageError
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.report import Report, compose
from cocsem.report.results import KEYS


def test_sections_stand_in_the_order_of_a_paper(report: Report) -> None:
    assert [section.key for section in report.sections] == [
        "question",
        "data",
        "reliability",
        "cfa",
        "structural",
        "hypotheses",
        "effects",
        "rivals",
        "audit",
        "limits",
        "checklist",
        "references",
        "provenance",
    ]


def test_a_measurement_run_and_a_bare_model_make_reports(fit: Fit, assessments: dict[str, Assessment]) -> None:
    bare = compose(
        title="Model",
        survey=None,
        theory=None,
        fits={"measurement": fit},
        assessments={"cfa": assessments["cfa"]},
        provenance={},
    )
    assert [s.key for s in bare.sections] == [
        "question",
        "data",
        "cfa",
        "limits",
        "checklist",
        "references",
        "provenance",
    ]
    assert "6 observed and 3 latent variables" in bare.sections[0].paragraphs[0].en
    assert bare.title == Text("Model", "Model") and bare.fit is fit
    assert [figure.key for figure in bare.sections[2].figures] == ["complete_diagram", "factor_correlations"]


def test_an_assessment_nobody_planned_gets_its_own_section_before_the_limits() -> None:
    extra = Assessment("extra", Text("Something new", "Sesuatu yang baru"), text=(Text("It holds.", "Ini berlaku."),))
    made = compose(title="t", survey=None, theory=None, fits={}, assessments={"extra": extra}, provenance={})
    keys = [section.key for section in made.sections]
    assert keys.index("extra") == keys.index("limits") - 1
    assert made["extra"] is extra


def test_the_diagram_stands_with_the_hypotheses_and_tables_come_first(report: Report) -> None:
    section = next(section for section in report.sections if section.key == "hypotheses")
    assert section.tables_first and [figure.key for figure in section.figures] == [
        "path_diagram",
        "complete_diagram",
        "path_intervals",
    ]
    assert "<svg" in section.figures[0].svg.en


def test_a_failed_fit_leaves_no_fit_table_and_no_estimates_in_the_picture(failed_report: Report) -> None:
    cfa = next(section for section in failed_report.sections if section.key == "cfa")
    assert cfa.tables == () and cfa.figures == ()
    assert [warning.en for warning in cfa.warnings] == ["The optimiser stopped early. Give start values."]
    figure = next(f for section in failed_report.sections for f in section.figures)
    assert "no estimates" in figure.caption.en


def test_results_have_the_same_english_keys_whatever_ran(
    report: Report, laporan: Report, failed_report: Report
) -> None:
    assert set(KEYS) <= set(report.results)
    assert list(report.results) == list(laporan.results)
    assert list(failed_report.results)[: len(KEYS)] == list(KEYS)
    assert report.results["screening"] is None
    assert report.results["structural"]["fit"]["fit_measures"]["chisq"] == pytest.approx(38.12521823, abs=0)
    assert report.results["hypotheses"]["tables"]["hypotheses"][1]["verdict"] == {
        "en": "opposite sign",
        "id": "berlawanan arah",
    }
    assert report.results["provenance"]["share"] is None
    assert report.results["survey"]["n_kept"] == 2
    assert failed_report.results["cfa"]["fit"]["converged"] is False
    assert [w["en"] for w in failed_report.results["warnings"]] == ["The optimiser stopped early. Give start values."]


def test_references_come_from_theory_instruments_and_criteria(report: Report) -> None:
    assert report.references == ("zaichkowsky1994", "laurent1985", "mine2020", "hu1999", "appelbaum2018")


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(UsageError, match="en, id"):
        compose(title="t", survey=None, theory=None, fits={}, assessments={}, provenance={}, lang="fr")


def test_the_provenance_is_labelled_in_both_languages() -> None:
    plain = dict.fromkeys(("survey", "rows_read", "rows_used", "rows_dropped", "theory", "missing"), "x")
    report = compose(
        title=Text("t", "j"), survey=None, theory=None, fits={}, assessments={}, provenance=plain, lang="id"
    )
    section = next(section for section in report.sections if section.key == "provenance")
    keys = list(section.tables[0].frame["key"])
    assert len(keys) == len(plain) and not set(plain) & {text[lang] for text in keys for lang in ("en", "id")}
