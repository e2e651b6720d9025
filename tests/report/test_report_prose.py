from dataclasses import replace

import pandas as pd
import pytest

from cocsem.assessment.types import Assessment, Table
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.report import Report
from cocsem.report.prose.fit import describe_fit, describe_loadings
from cocsem.report.prose.hypotheses import describe_audit, describe_effects, describe_hypotheses, describe_rivals

MODEL = Text("The measurement model", "Model pengukuran")


def section_text(report: Report, key: str, lang: str = "en") -> str:
    section = next(section for section in report.sections if section.key == key)
    return " ".join(text[lang] for text in section.paragraphs).replace("\u00a0", " ")


def test_the_fit_sentence_holds_the_numbers_of_the_table(fit: Fit) -> None:
    (text,) = describe_fit(fit, None, MODEL)
    words = text.en.replace("\u00a0", " ")
    assert words.startswith(
        "The measurement model yielded χ²(35) = 38.13, p = .329, CFI = .995, TLI = .993, RMSEA = .035, "
    )
    assert "90% CI [.000, .092], SRMR = .044." in words
    assert "does not reject" in text.en
    assert "RMSEA = 0,035, SK 90% [0,000; 0,092]" in text.id.replace("\u00a0", " ")


def test_a_model_that_did_not_converge_gets_the_reason_and_no_numbers(failed_fit: Fit) -> None:
    (text,) = describe_fit(failed_fit, None, MODEL)
    assert "did not converge or is not identified" in text.en
    assert not any(character.isdigit() for character in text.en)


def test_an_inadmissible_or_saturated_model_says_so(fit: Fit) -> None:
    sentences = list(describe_fit(replace(fit, admissible=False), None, MODEL))
    assert "not admissible" in sentences[0].en and "χ²" in sentences[1].en
    saturated = replace(fit, fit_measures={"chisq": 0.0, "df": 0})
    assert "saturated" in next(describe_fit(saturated, None, MODEL)).en


def test_loadings_are_told_by_their_range(fit: Fit) -> None:
    (text,) = describe_loadings(fit.estimates)
    assert text.en == "The standardized loadings run from .72 (y2) to .97 (x2)."


def test_hypotheses_are_told_with_their_verdict_and_numbers(assessments: dict[str, Assessment]) -> None:
    count, supported, opposite = describe_hypotheses(assessments["hypotheses"])
    assert (
        count.en
        == "Of the 3 hypotheses, 2 were supported, 0 were not supported, and 1 came out with the opposite sign."
    )
    assert supported.en.startswith(
        "H1 was supported: the path from IND60 to DEM60 was positive, "
        "β = .45, B = 1.48, SE = 0.40, 95% CI [0.70, 2.27], p < .001. H3 was supported:"
    )
    assert supported.id.startswith(
        "H1 didukung: jalur dari IND60 ke DEM60 bernilai positif, "
        "β = 0,45; B = 1,48; SE = 0,40; SK 95% [0,70; 2,27]; p < 0,001. H3 didukung:"
    )
    assert "a negative path from IND60 to DEM65 was expected" in opposite.en
    assert "diharapkan bernilai negatif, tetapi estimasinya sebaliknya" in opposite.id


def test_statements_and_sources_are_said_once(report: Report) -> None:
    """They stand in the table of the theory; the text of the results gives the results."""
    assert "raises" not in section_text(report, "hypotheses") and "Laurent" not in section_text(report, "hypotheses")
    tables = next(section for section in report.sections if section.key == "question").tables
    theory = next(table.frame for table in tables if table.key == "theory")
    assert theory["statement"].iloc[0].en == "IND60 <raises> DEM60." and theory["references"].iloc[0]


def test_standardized_intervals_stand_with_beta(assessments: dict[str, Assessment]) -> None:
    table = assessments["hypotheses"].tables[0]
    frame = table.frame.assign(est_se=0.4, se=0.1, ci_lower=table.frame["std"] - 0.2, ci_upper=table.frame["std"] + 0.2)
    first = list(describe_hypotheses(replace(assessments["hypotheses"], tables=(replace(table, frame=frame),))))[1]
    assert "β = .45, SE = .10, 95% CI [.25, .65], p < .001" in first.en


def test_what_is_not_supported_is_no_evidence_of_absence(assessments: dict[str, Assessment]) -> None:
    table = assessments["hypotheses"].tables[0]
    frame = table.frame.assign(verdict=[Text("not supported", "tidak didukung")] * 3)
    texts = list(describe_hypotheses(replace(assessments["hypotheses"], tables=(replace(table, frame=frame),))))
    assert len([text for text in texts if "Absence of evidence is not evidence of absence" in text.en]) == 1
    assert "Tidak adanya bukti bukanlah bukti ketiadaan" in texts[-1].id


def test_no_verdict_is_given_with_its_reason(failed_report: Report) -> None:
    text = section_text(failed_report, "hypotheses")
    assert text.startswith("None of the 3 hypotheses gets a verdict")
    assert "H1 (from industry [IND60] to DEM60): no verdict." in text
    section = next(section for section in failed_report.sections if section.key == "hypotheses")
    assert [warning.en for warning in section.warnings] == ["The optimiser stopped early. Give start values."]
    assert "p = " not in text and "nan" not in text


def test_effects_name_the_largest_and_may_be_none(assessments: dict[str, Assessment]) -> None:
    (text,) = describe_effects(assessments["effects"])
    assert "1 of 1 indirect effects" in text.en and "β = .40, B = 1.24" in text.en
    table = assessments["effects"].tables[0]
    none = replace(assessments["effects"], tables=(replace(table, frame=table.frame.assign(pvalue=0.4)),))
    assert next(describe_effects(none)).en == "None of the 1 indirect effects differs from zero (p < .05)."


def test_rivals_name_the_best_the_equivalent_and_the_unfitted(assessments: dict[str, Assessment]) -> None:
    best, equivalent, unfitted = describe_rivals(assessments["rivals"])
    assert best.en.startswith("2 models were compared. The lowest AIC belongs to “theory” (AIC")
    assert equivalent.en.startswith("theory and M2 fit equally well")
    assert unfitted.en.startswith("M3 could not be compared")


def test_the_audit_names_the_largest_difference(assessments: dict[str, Assessment]) -> None:
    (text,) = describe_audit(assessments["audit"])
    assert text.en.endswith("the largest difference is 1.0e-04 (χ²).")
    nothing = Assessment(
        "audit", MODEL, (Table("audit", MODEL, pd.DataFrame({"quantity": ["x"], "difference": [None]})),)
    )
    assert list(describe_audit(nothing)) == []


@pytest.mark.parametrize(("lang", "words"), [("en", "does not prove the direction"), ("id", "tidak membuktikan arah")])
def test_limits_are_stated_where_they_apply(report: Report, lang: str, words: str) -> None:
    text = section_text(report, "limits", lang)
    assert words in text
    assert ("simulated" if lang == "en" else "simulasi") in text


def test_data_are_counted_and_simulated_data_are_called_so(report: Report, failed_report: Report) -> None:
    assert section_text(report, "data").startswith("These data are simulated.")
    assert "holds 3 answer rows; 2 were kept and 1 were dropped" in section_text(report, "data")
    assert "simulated" not in section_text(failed_report, "data")
