"""Prose and tables never disagree: every decimal of the prose stands, to its printed digits, in a table of its section."""

import re

import pytest

import cocsem
from cocsem.report.tables import print_table

_DECIMAL = re.compile(r"(?<![\w.])[−-]?\d*\.\d+(?![\w])")
_SECTIONS = ("reliability", "cfa", "validity", "structural", "hypotheses", "effects", "rivals")


@pytest.mark.slow
@pytest.mark.parametrize("estimator", ["ML", "MLR"])
def test_every_decimal_of_the_prose_stands_in_a_table_of_its_section(estimator: str) -> None:
    report = cocsem.run_study(
        "creative_industry", theory="involvement_engagement_loyalty", estimator=estimator, lang="en"
    )
    checked = 0
    for section in (s for s in report.sections if s.key in _SECTIONS):
        tables = [print_table(table, "en") for table in section.tables]
        cells = " ".join(cell.text for table in tables for row in table.rows for cell in row)
        printed = [_number(word) for word in _DECIMAL.findall(cells)]
        for word in _DECIMAL.findall(" ".join(text.en for text in section.paragraphs)):
            half = 0.5 * 10.0 ** -len(word.split(".")[1]) + 1e-9
            assert any(abs(_number(word) - one) <= half for one in printed), (section.key, word)
            checked += 1
    assert checked > 50


def _number(word: str) -> float:
    return float(word.replace("−", "-"))
