from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.assessment.types import Assessment
from cocsem.estimation.types import Fit
from cocsem.instrument.types import Instrument
from cocsem.language import Text
from cocsem.model.types import Constraint, ModelSpec, Row
from cocsem.report import Report, show
from cocsem.survey.types import Survey
from cocsem.theory.types import Theory


def test_a_fit_is_summarized_like_the_field_expects(fit: Fit) -> None:
    text = fit.summary()
    assert "75 observations, 31 free parameters. Estimator ML, engine semopy." in text
    assert "χ² = 38.125, df = 35, p = .329" in text
    assert "CFI .995" in text and "RMSEA .035 [.000, .092]" in text
    assert "IND60 =~ x2" in text and "DEM60 ~ IND60" in text and "Variances" in text
    assert max(map(len, text.splitlines())) <= 80


def test_a_failed_fit_says_why_there_are_no_indices(failed_fit: Fit) -> None:
    text = failed_fit.summary("id")
    assert "Tidak ada indeks kecocokan" in text and "Pengoptimal berhenti" in text
    assert "CFI" not in text


def test_groups_are_summarized_one_after_the_other(fit: Fit) -> None:
    first = fit.estimates.assign(group="Pasteur")
    second = fit.estimates.assign(group="Grant-White")
    both = replace(fit, estimates=pd.concat([first, second], ignore_index=True), r2={"Pasteur": {"x1": 0.5}})
    text = both.summary()
    assert text.index("Group: Pasteur") < text.index("Group: Grant-White")
    assert "Pasteur x1 .500" in text.replace("\u00a0", " ")


@pytest.mark.parametrize("lang", ["en", "id"])
def test_everything_that_travels_shows_itself_within_eighty_columns(
    lang: str,
    survey: Survey,
    theory: Theory,
    instrument: Instrument,
    assessments: dict[str, Assessment],
    report: Report,
) -> None:
    for value in (survey, theory, instrument, report, *assessments.values()):
        text = value.summary(lang)
        assert text.strip() and max(map(len, text.splitlines())) <= 80


def test_an_instrument_shows_its_items_and_their_direction(instrument: Instrument) -> None:
    text = str(instrument)
    assert "x2  question 2 (reversed)" in text and "not yet validated" in text
    assert "second-order factor of IND60" in text


def test_a_theory_shows_hypotheses_sources_and_rivals(theory: Theory) -> None:
    text = theory.summary("id")
    assert "H2  IND60 → DEM65 (−)" in text and "Laurent dan Kapferer (1985); mine2020" in text
    assert "Tandingan M2" in text


def test_a_model_shows_its_parameter_table() -> None:
    rows = (Row("f", "=~", "x1", value=1.0), Row("f", "=~", "x2", free=1, label="a"))
    spec = ModelSpec(rows, (Constraint("a", ">", "0"),), (), ("x1", "x2"), ("f",))
    text = str(spec)
    assert "1 free parameters, 2 observed and 1 latent variables" in text
    assert "1.000" in text and "a > 0" in text
    assert "0 free parameters" in str(ModelSpec(()))


def test_a_report_speaks_its_own_language_unless_asked(laporan: Report) -> None:
    assert "Data dan pengecualian" in str(laporan)
    assert "Data and exclusions" in laporan.summary("en")
    assert "Data dan pengecualian" in laporan._repr_html_()


def test_a_notebook_gets_real_tables_with_every_text_escaped(fit, survey, laporan, assessments) -> None:
    for value in (fit, survey, laporan, assessments["reliability"]):
        markup = value._repr_html_()
        assert markup.count("<table>") >= 1 and "<pre>" not in markup
        assert "<script>" not in markup and "<and>" not in markup
    assert "odd &lt;script&gt;" in assessments["reliability"]._repr_html_()


def test_a_survey_shows_its_log_and_no_answers(survey: Survey) -> None:
    text = str(survey)
    assert "* 3 rows read." in text and "3 items, 1 columns about the respondents" in text


def test_unknown_types_fall_back_to_their_repr() -> None:
    assert show(np.float64(1.5)) == repr(np.float64(1.5))


@pytest.mark.parametrize(("lang", "words"), [("en", "Rotated loadings"), ("id", "Muatan faktor setelah rotasi")])
def test_a_factor_solution_shows_its_loadings_and_not_its_fields(lang: str, words: str) -> None:
    data = cocsem.load_dataset("holzinger_swineford")
    solution = cocsem.efa(data[[f"x{i}" for i in range(1, 7)]], 2)
    text = solution.summary(lang)
    assert words in text and "FactorSolution(" not in text and max(map(len, text.splitlines())) <= 80
    assert "<table>" in solution._repr_html_()


def test_a_text_in_a_data_frame_shows_its_words() -> None:
    frame = pd.DataFrame({"verdict": [Text("good", "baik")]})
    assert "good" in frame.to_string() and "Text(" not in frame.to_string()


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Bollen-Stine bootstrap of the test: p = .0"), ("id", "Bootstrap Bollen-Stine atas uji: p = 0,0")],
)
def test_the_bootstrap_of_the_test_stands_beside_it(lang: str, words: str) -> None:
    data = cocsem.load_dataset("political_democracy")
    model = "dem60 =~ y1 + y2 + y3 + y4; ind60 =~ x1 + x2 + x3; dem60 ~ ind60"
    assert words in cocsem.sem(model, data, test="bollen.stine", bootstrap=200, seed=2).summary(lang)
