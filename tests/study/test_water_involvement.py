"""A real survey, messy on purpose: terminated rows, a second header row, six items that run the other way.

The data (Prevos, r4h2o, CC BY-SA 4.0) do not ship. The test runs where they lie beside the project, or where COCSEM_WATER_SURVEY
names the file. The expected numbers are lavaan's for the same model on the same 439 rows.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cocsem.study import run_study

BESIDE = Path(__file__).parents[2].parent / "shared" / "data" / "water_involvement" / "customer_survey.csv"
SURVEY = Path(os.environ.get("COCSEM_WATER_SURVEY", BESIDE))
pytestmark = pytest.mark.skipif(
    not SURVEY.is_file(), reason="the water survey does not ship; COCSEM_WATER_SURVEY may name it"
)

REVERSED = {"p01", "p02", "p07", "p08", "p09", "p10"}
SCALES = {"COG": ["p01", "p02", "p03", "p04", "p05"], "AFF": ["p06", "p07", "p08", "p09", "p10"]}
HEAD = """
code = "water_involvement"
title = { en = "Involvement with tap water", id = "Keterlibatan dengan air keran" }
purpose = { en = "How much tap water matters to its users.", id = "Seberapa penting air keran bagi pemakainya." }
status = { en = "columns of a published data set; the wording is not ours and not repeated", id = "kolom data terbitan; redaksi bukan milik kami dan tidak diulang" }

[scale]
minimum = 1
maximum = 7
kind = "likert"
missing = []
"""
CODEBOOK = """
duration = "Q_TotalDuration"
demographics = ["suburb", "tap"]

[exclude]
term = "not missing"
"""


def _instrument():
    lines = [HEAD]
    for code, items in SCALES.items():
        lines.append(f'[[dimension]]\ncode = "{code}"\nname = {{ en = "part {code}", id = "bagian {code}" }}')
        for item in items:
            lines.append(
                f'[[dimension.item]]\ncode = "{item}"\ntext = {{ en = "Pair {item}", id = "Pasangan {item}" }}'
            )
            lines.extend(["reverse = true"] if item in REVERSED else [])
    return "\n".join(lines)


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("water")
    (folder / "water_involvement.toml").write_text(_instrument(), encoding="utf-8")
    (folder / "codebook.toml").write_text(CODEBOOK, encoding="utf-8")
    return run_study(
        SURVEY,
        instruments=[folder / "water_involvement.toml"],
        codebook=folder / "codebook.toml",
        measurement_only=True,
    )


def test_rows(report):
    # 690 lines of the file; the first is the row of question texts, the rest are people.
    assert report.survey.n_read == 690
    assert report.fit.n_obs == 439
    steps = {entry.step for entry in report.survey.log}
    assert {"header", "exclude", "empty", "reverse"} <= steps


def test_fit(report):
    expected = {"chisq": 192.691, "cfi": 0.924, "tli": 0.899, "rmsea": 0.103, "srmr": 0.074}
    assert report.fit.converged and report.fit.admissible
    assert report.fit.fit_measures["df"] == 34
    assert report.fit.fit_measures["chisq"] == pytest.approx(expected["chisq"], abs=5e-4)
    for name in ("cfi", "tli", "rmsea", "srmr"):
        assert report.fit.fit_measures[name] == pytest.approx(expected[name], abs=5.01e-4), name


def test_rival_structures(report):
    rows = report["factor_structure"]["structures"]
    fits = {row.model.en: (row.chisq, row.df) for row in rows.itertuples()}
    assert fits["one factor"] == (pytest.approx(694.240, abs=5e-4), 35)
    assert fits["correlated factors and polarity of the items"] == (pytest.approx(157.870, abs=5e-4), 33)


def test_factor_correlation(report):
    rows = report.fit.estimates
    row = rows[(rows["op"] == "~~") & (rows["lhs"] != rows["rhs"])]
    assert len(row) == 1 and row["std_all"].iloc[0] == pytest.approx(0.493, abs=5e-4)


def test_alpha(report):
    scales = report["reliability"]["scales"].set_index("scale")
    assert scales.loc["COG", "alpha"] == pytest.approx(0.8633, abs=5e-5)
    assert scales.loc["AFF", "alpha"] == pytest.approx(0.8543, abs=5e-5)


def test_scores_of_reversed_items_agree_with_the_others(report):
    items = report.survey.data.dropna()
    assert (items.corr().to_numpy() > 0).all()
