"""Prose and tables never disagree: every decimal of the prose stands, to its printed digits, in a table of its section."""

import re

import pytest

import cocsem
import cocsem.report.numbers
from cocsem.report.tables import print_table

_SECTIONS = (
    *("reliability", "efa", "cfa", "validity", "common_method", "invariance"),
    *("structural", "hypotheses", "effects", "rivals"),
)
# A number of the prose: the point of English or the comma of Indonesian, never a date, a version or a level of significance.
_DECIMAL = {
    "en": re.compile(r"(?<![\w.])[−-]?\d*\.\d+(?![\w])"),
    "id": re.compile(r"(?<![\w,])[−-]?\d+,\d+(?![\w])"),
}
# The level of significance belongs to the criterion, not to a table.
_LEVEL = re.compile(r"p < 0?[.,]05\b")
_THEORY = {"theory": "involvement_engagement_loyalty"}
_SCALES = {"instruments": ("customer_loyalty", "customer_trust", "customer_satisfaction")}
_MEDIATION = {
    "model": "TRU =~ tru1 + tru2 + tru3 + tru4\nLOY =~ loya1 + loya2 + loya3\nSAT =~ sat1 + sat2 + sat3\nTRU ~ SAT\nLOY ~ TRU + SAT"
}
WAYS = [
    ("ML", {**_THEORY}, 100),
    ("MLR", {**_THEORY, "estimator": "MLR"}, 100),
    ("WLSMV", {**_MEDIATION, "estimator": "WLSMV", "ordered": True}, 15),
    ("FIML", {**_MEDIATION, "missing": "fiml"}, 15),
    ("groups", {**_MEDIATION, "group": "gender"}, 15),
    ("groups of scales", {**_SCALES, "group": "gender", "measurement_only": True}, 15),
    ("bootstrap", {**_MEDIATION, "bootstrap": 50}, 15),
]


@pytest.mark.slow
@pytest.mark.parametrize(("options", "least"), [way[1:] for way in WAYS], ids=[way[0] for way in WAYS])
def test_every_decimal_of_the_prose_stands_in_a_table_of_its_section(options: dict, least: int) -> None:
    report = cocsem.run_study("creative_industry", **options)
    checked = dict.fromkeys(_DECIMAL, 0)
    for section in (s for s in report.sections if s.key in _SECTIONS):
        for lang, decimal in _DECIMAL.items():
            tables = [print_table(table, lang) for table in section.tables]
            written = [cell.text for table in tables for row in table.rows for cell in row]
            written += [note for table in tables for note in table.notes]
            printed = [_number(word) for word in decimal.findall(" ".join(written))]
            prose = " ".join(cocsem.report.numbers.localize(text[lang], lang) for text in section.paragraphs)
            for word in decimal.findall(_LEVEL.sub("", prose)):
                half = 0.5 * 10.0 ** -len(re.split("[.,]", word)[1]) + 1e-9
                assert any(abs(_number(word) - one) <= half for one in printed), (section.key, lang, word, prose)
                checked[lang] += 1
    assert min(checked.values()) >= least and checked["en"] == checked["id"], checked


def _number(word: str) -> float:
    return float(word.replace("−", "-").replace(",", "."))
