"""Power and samples from the command line."""

from __future__ import annotations

import csv
import io

import pytest


@pytest.fixture(scope="module")
def population(tmp_path_factory):
    file = tmp_path_factory.mktemp("population") / "model.txt"
    file.write_text("X =~ .8*x1 + .7*x2 + .7*x3\nY =~ .8*y1 + .7*y2 + .7*y3\nY ~ .3*X\n", encoding="utf-8")
    return file


def test_power_is_printed_with_the_respondents_needed(cocsem, population):
    done = cocsem("power", population, "--nobs", 150, "--standardized", "--lang", "id")
    assert done.code == 0 and "N diperlukan" in done.out
    assert "137" in done.out and "0,83" in done.out and "Y ~ X" in done.out
    assert "simulasi" not in done.out  # nothing was simulated


def test_power_by_simulation_names_the_path_in_every_part_of_its_table(cocsem, population):
    done = cocsem("power", population, "--nobs", 150, "--standardized", "--draws", 5, "--target", 0.9)
    assert done.out.count("Y ~ X") == 2 and "for a power of .9." in done.out
    said = " ".join(done.out.split())
    assert "Power, simulated: share" in said and "Coverage: share" in said


def test_a_sample_is_printed_as_csv(cocsem, population):
    done = cocsem("simulate", population, "--nobs", 20, "--standardized")
    rows = list(csv.reader(io.StringIO(done.out)))
    assert rows[0] == ["x1", "x2", "x3", "y1", "y2", "y3"] and len(rows) == 21


def test_a_sample_is_written_to_a_new_file(cocsem, population, tmp_path):
    file = tmp_path / "sample.csv"
    asked = ("simulate", population, "--nobs", 20, "--standardized")
    assert cocsem(*asked, "--out", file).code == 0
    assert file.read_text(encoding="utf-8") == cocsem(*asked).out
    assert cocsem(*asked, "--out", file).code == 2  # nothing is written over


@pytest.mark.parametrize("verb", ["power", "simulate"])
def test_a_model_without_values_is_refused_in_the_language_asked_for(cocsem, tmp_path, verb):
    (tmp_path / "bare.txt").write_text("y ~ x", encoding="utf-8")
    done = cocsem(verb, tmp_path / "bare.txt", "--nobs", 100, "--lang", "id")
    assert done.code == 2 and "harus memiliki nilai" in done.err and done.out == ""
