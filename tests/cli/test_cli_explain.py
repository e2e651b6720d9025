"""`explain`: an index in general, and with the numbers of a study."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from cocsem.lesson.index_shelf import load_indices

SCALES = ("--instrument", "customer_trust", "--instrument", "customer_loyalty")


@pytest.mark.parametrize("lang", ["en", "id"])
def test_without_an_index_they_are_listed(cocsem, lang):
    done = cocsem("explain", "--lang", lang)
    assert done.code == 0 and [line.split()[0] for line in done.out.splitlines()] == list(load_indices())
    assert all(index.name[lang] in done.out for index in load_indices().values())


def test_without_a_survey_it_is_explained_in_general(cocsem):
    done = cocsem("explain", "rmsea", "--lang", "id")
    assert done.code == 0 and "Rumus" in done.out and "hasil estimasi ini" not in done.out


def test_the_numbers_of_a_shipped_survey_are_put_in_and_called_simulated(cocsem):
    done = cocsem("explain", "cfi", "creative_industry")
    assert done.code == 0 and "These data are simulated" in done.out and "337 respondents" in done.out
    found = json.loads(cocsem("explain", "cfi", "creative_industry", "--json").out)
    steps = found["derivations"][0]["steps"]
    assert steps[-1]["value"] == pytest.approx(found["derivations"][0]["value"], rel=1e-12)
    assert found["verdicts"][0]["label"] and found["notes"]


def test_a_measure_is_of_the_paths_and_a_coefficient_of_the_scales(cocsem, desk):
    of_paths = json.loads(cocsem("explain", "df", "creative_industry", "--json").out)["derivations"][0]["value"]
    of_scales = json.loads(cocsem("explain", "df", "creative_industry", "--measurement", "--json").out)
    assert of_scales["derivations"][0]["value"] != of_paths
    alone = json.loads(cocsem("explain", "htmt", desk / "answers.csv", *SCALES, "--json").out)
    assert [one["subject"] for one in alone["derivations"]] == ["TRU ~~ LOYA", "TRU ~~ LOYB", "LOYA ~~ LOYB"]
    one = cocsem("explain", "loading", "holzinger_swineford", "--model", desk / "abilities.txt", "--of", "x4")
    assert one.code == 0 and "textual =~ x4" in one.out and "x5" not in one.out
    assert "simulated" not in one.out


def test_refusals_are_said_in_both_languages(cocsem, desk):
    done = cocsem("explain", "rmsae")
    assert done.code == 2 and "The closest are: rmsea" in done.err and done.out == ""
    assert "Yang paling dekat: rmsea" in cocsem("explain", "rmsae", "--lang", "id").err
    assert "tidak memilikinya" in cocsem("explain", "ave", "creative_industry", "--of", "XX", "--lang", "id").err
    assert cocsem("explain", "cfi", desk / "nothing.csv").code == 2
    (desk / "paths.txt").write_text("x1 ~ x2 + x3\n", encoding="utf-8")
    done = cocsem("explain", "alpha", "holzinger_swineford", "--model", desk / "paths.txt", "--lang", "id")
    assert done.code == 2 and "harus ditanyakan tentang skala" in done.err


def test_what_is_not_admissible_leaves_with_1(cocsem, desk):
    (desk / "negative.txt").write_text("visual =~ x1 + x2 + x3\nx1 ~~ -0.2*x1\n", encoding="utf-8")
    done = cocsem("explain", "cfi", "holzinger_swineford", "--model", desk / "negative.txt")
    assert done.code == 1 and "no verdict" in done.out and "not" in done.out


def test_what_did_not_converge_leaves_with_1_and_has_no_numbers(cocsem, desk):
    rng = np.random.default_rng(3)
    f, g = rng.normal(size=(2, 300, 1))
    left, right = f + rng.normal(size=(300, 2)), g + rng.normal(size=(300, 2))
    left, right = left - left.mean(axis=0), right - right.mean(axis=0)
    right = right - left @ np.linalg.lstsq(left, right, rcond=None)[0]
    pd.DataFrame(np.hstack([left, right]), columns=list("abcd")).to_csv(desk / "apart.csv", index=False)
    (desk / "apart.txt").write_text("f =~ a + b\ng =~ c + d\n", encoding="utf-8")
    for lang, said in (("en", "did not converge"), ("id", "tidak konvergen")):
        done = cocsem("explain", "cfi", desk / "apart.csv", "--model", desk / "apart.txt", "--lang", lang)
        assert done.code == 1 and said in done.out and "CFI = 0" not in done.out and "Result" not in done.out
    found = json.loads(cocsem("explain", "ave", desk / "apart.csv", "--model", desk / "apart.txt", "--json").out)
    assert found["refusal"]["en"] and found["derivations"] == [] and found["verdicts"] == []
