"""Every data set on the shelf can be made again, is what its page says, and reads with its own codebook."""

from __future__ import annotations

import math
import re
import runpy
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from cocsem.assessment.screening.careless import person_table
from cocsem.errors import ShelfError
from cocsem.instrument import load_instrument
from cocsem.shelf import shelf
from cocsem.simulation import csv_bytes, measurement_table, population_table
from cocsem.survey import Survey, read_codebook, read_survey
from cocsem.survey.shelf_data import dataset_codebook, dataset_page, dataset_path, list_datasets, load_dataset
from cocsem.theory import load_theory

WITH_THEORY = {
    "creative_industry": "involvement_engagement_loyalty",
    "msme": "msme_cocreation",
    "service_logic": "service_logic",
    "smart_city": "smart_city",
}
SIMULATED = (*WITH_THEORY, "jember75")
REAL = ("holzinger_swineford", "political_democracy")
FILES = {"codebook.toml", "generate.py", "README.md", "README.id.md"}


@cache
def generator(name: str) -> dict[str, Any]:
    """The names of a generator."""
    return runpy.run_path(str(shelf("datasets") / name / "generate.py"))


@cache
def survey(name: str) -> Survey:
    return read_survey(dataset_path(name), codebook=dataset_codebook(name))


def hypotheses(name: str) -> dict[tuple[str, str], tuple[str, str]]:
    return {(h.source, h.target): (h.id, h.sign) for h in load_theory(WITH_THEORY[name]).hypotheses}


def test_the_data_sets_stand_on_the_shelf() -> None:
    assert set(list_datasets()) == {*SIMULATED, *REAL}


@pytest.mark.parametrize("name", SIMULATED)
def test_a_simulated_data_set_has_its_four_files(name: str) -> None:
    files = {path.name for path in (shelf("datasets") / name).iterdir() if path.is_file()}
    assert files == FILES | {f"{name}.csv"}


@pytest.mark.parametrize("name", SIMULATED)
def test_the_generator_makes_the_same_bytes(name: str) -> None:
    assert csv_bytes(generator(name)["build"]()) == dataset_path(name).read_bytes()


@pytest.mark.parametrize("name", SIMULATED)
def test_page_and_codebook_say_that_it_is_simulated(name: str) -> None:
    page, book = dataset_page(name), read_codebook(dataset_codebook(name))
    assert page.startswith(f"# {name} (simulated)\n\n**Simulated.** {generator(name)['N']} ")
    assert book.simulated
    assert book.title
    assert "(simulated)" in book.title.en
    assert "(data simulasi)" in book.title.id


@pytest.mark.parametrize("name", WITH_THEORY)
def test_the_page_holds_the_population(name: str) -> None:
    page, population = dataset_page(name), generator(name)["POPULATION"]
    assert population_table(population, hypotheses(name)) in page
    assert measurement_table(population) in page
    assert set(population.paths) == set(hypotheses(name))


@pytest.mark.parametrize("name", WITH_THEORY)
def test_the_codebook_names_the_default_theory(name: str) -> None:
    book = read_codebook(dataset_codebook(name))
    assert book.theory == WITH_THEORY[name]
    assert set(load_theory(WITH_THEORY[name]).instruments) == set(book.instruments)


@pytest.mark.parametrize("name", WITH_THEORY)
def test_the_population_measures_every_item_in_the_file(name: str) -> None:
    book, population = read_codebook(dataset_codebook(name)), generator(name)["POPULATION"]
    dimensions = {d.code: d for i in (*book.instruments, "marker_scale") for d in load_instrument(i).dimensions}
    asked = [item.code for m in population.measures for item in dimensions[m.factor].items]
    assert set(asked) == set(survey(name).answers) | set(book.marker)
    assert {*asked, *book.attention} == set(book.order)
    assert len(book.order) == len(set(book.order))
    assert list(book.order) != [c for c in load_dataset(name) if c in set(book.order)]


@pytest.mark.parametrize("name", WITH_THEORY)
def test_answers_lie_on_their_scales_and_reach_both_ends(name: str) -> None:
    read = survey(name)
    assert len(read.answers) == generator(name)["N"]
    for item in (item for instrument in read.instruments for item in instrument.items):
        given = read.answers[item.code].dropna()
        assert given.between(item.scale.minimum, item.scale.maximum).all()
        assert given.nunique() >= 5


@pytest.mark.parametrize("name", SIMULATED)
def test_every_label_is_used_and_every_category_labelled(name: str) -> None:
    book, data = read_codebook(dataset_codebook(name)), load_dataset(name)
    assert set(book.demographics) <= set(data.columns)
    for column, labels in book.labels.items():
        assert set(labels) == set(data[column])


def test_the_generator_is_a_script(tmp_path: Path) -> None:
    folder = tmp_path / "service_logic"
    folder.mkdir()
    for file in ("generate.py", "codebook.toml"):
        (folder / file).write_bytes((shelf("datasets") / "service_logic" / file).read_bytes())
    subprocess.run([sys.executable, str(folder / "generate.py")], check=True, timeout=120)
    assert (folder / "service_logic.csv").read_bytes() == dataset_path("service_logic").read_bytes()


# creative_industry


def test_planted_careless_respondents_are_there() -> None:
    persons = person_table(survey("creative_industry"))[0].set_index("row")
    rows = generator("creative_industry")["careless_rows"]()
    page = dataset_page("creative_industry")
    assert len(rows) == 10
    assert all(str(row) in page for row in rows)
    assert persons.loc[rows, "seconds_per_item"].max() < 2
    assert persons.drop(index=rows)["seconds_per_item"].min() > 2
    assert (persons.loc[rows, "attention_failed"] == 1).all()
    assert (persons.loc[rows[:5], "longest_run_share"] == 1).all()
    assert persons.loc[rows[5:], "longest_run_share"].max() < 0.2


def test_planted_gaps_are_there() -> None:
    blank = survey("creative_industry").data.isna()
    assert 0.015 < float(blank.to_numpy().mean()) < 0.03
    assert int((~blank.any(axis=1)).sum()) == 337
    assert int((load_dataset("creative_industry").isna().any(axis=1)).sum()) == 84
    assert int((blank.mean(axis=1) > 0.15).sum()) >= 8


def test_one_intercept_differs_between_women_and_men() -> None:
    """What women tick more than men on one loyalty item and do not on the others (planted: 0.6 before rounding)."""
    read = survey("creative_industry")
    items = [code for code in read.data if code.startswith("loy")]
    assert read.demographics["gender"].nunique() == 2
    means = read.data[items].groupby(read.demographics["gender"]).mean()
    gap = means.loc["female"] - means.loc["male"]
    own = {code: gap[code] - gap.drop(code).drop("loya2", errors="ignore").mean() for code in items}
    error = math.sqrt(2 * 1.2 / 200)
    assert own["loya2"] == pytest.approx(0.6, abs=3 * error)
    assert own["loya2"] > 2 * error
    assert all(abs(value) < 2 * error for code, value in own.items() if code != "loya2")


def test_answers_are_skewed_as_the_page_says() -> None:
    data = survey("creative_industry").data
    skew, mean, sd = data.skew(), data.mean(), data.std()
    assert skew[[f"invc{k}" for k in range(1, 6)]].max() < -0.9
    assert skew[[f"inva{k}" for k in range(1, 6)]].abs().max() < 0.4
    assert mean[[f"wil{k}" for k in range(1, 5)]].between(2.6, 3.4).all()
    assert mean[["sat1", "sat2", "sat3"]].between(5.1, 5.7).all()
    assert sd[["sat1", "sat2", "sat3"]].between(0.9, 1.15).all()


def test_the_marker_scale_is_unrelated() -> None:
    read = survey("creative_industry")
    marker = read.paradata[list(read.codebook.marker)].mean(axis=1)
    scales = pd.DataFrame(
        {d.code: read.data[[i.code for i in d.items]].mean(axis=1) for one in read.instruments for d in one.dimensions}
    )
    assert scales.corrwith(marker).abs().max() < 0.17


@pytest.mark.slow
@pytest.mark.parametrize("name", WITH_THEORY)
def test_the_population_is_recovered(name: str) -> None:
    from cocsem.estimation.verbs import sem

    fit = sem(load_theory(WITH_THEORY[name]), survey(name))
    assert fit.converged
    assert fit.admissible
    assert 0.94 < fit.fit_measures["cfi"] < 0.999
    assert fit.fit_measures["srmr"] < 0.06
    population = generator(name)["POPULATION"]
    rows = fit.estimates[fit.estimates["op"] == "~"]
    assert len(rows) == len(population.paths)
    for row in rows.itertuples():
        true = population.paths[(row.rhs, row.lhs)]
        error = abs(row.se * row.std_all / row.est)
        assert abs(row.std_all - true) < 3 * error, f"{row.rhs} -> {row.lhs}"
        assert (row.pvalue < 0.05) == (true != 0), f"{row.rhs} -> {row.lhs}"
        assert true == 0 or (true > 0) == (row.std_all > 0)
    loadings = fit.estimates[fit.estimates["op"] == "=~"].set_index(["lhs", "rhs"])["std_all"]
    for code, parts in population.higher.items():
        for part, value in parts.items():
            if code in load_theory(WITH_THEORY[name]).constructs:
                assert loadings[(code, part)] == pytest.approx(value, abs=0.15)


# jember75


@pytest.mark.parametrize(
    ("column", "counts"),
    [
        ("innovation", {"quality": 49, "variety": 8, "no_innovation": 18}),
        ("satisfaction", {"satisfied": 47, "less_satisfied": 13, "unlabelled": 15}),
        ("size", {"micro": 43, "small": 9, "medium": 11, "large": 12}),
        ("after_sales", {"given": 28, "not_given": 47}),
        ("government_role", {"very": 2, "some": 17, "not_visible": 56}),
    ],
)
def test_counts_of_the_source_document_are_exact(column: str, counts: dict[str, int]) -> None:
    assert load_dataset("jember75")[column].value_counts().to_dict() == counts


def test_numbers_of_the_source_document_are_exact() -> None:
    data = load_dataset("jember75")
    assert len(data) == 75
    assert round(data["education_years"].mean(), 2) == 13.16
    assert data["education_years"].sum() == 987
    assert round(data["experience_years"].mean(), 2) == 7.95
    assert (data["experience_years"].min(), data["experience_years"].max()) == (1, 36)
    assert [int((data["experience_years"] <= 10).sum()), int((data["experience_years"] > 10).sum())] == [41, 34]
    assert (data["employees"].min(), data["employees"].max()) == (1, 90)
    assert 6 <= data["employees"].mean() <= 10


def test_the_joint_figure_is_as_close_as_the_counts_allow_and_the_page_says_so() -> None:
    data = load_dataset("jember75")
    long = data["experience_years"] > 10
    larger = data["size"].isin(["medium", "large"])
    assert int((long & larger).sum()) == int(larger.sum()) == 23
    assert int((long & ~larger).sum()) == 11
    page = dataset_page("jember75")
    for said in (
        "76.00 %",
        "45.33 %",
        "38.67 %",
        "22.367 %",
        "14.67 %",
        "Acquisition",
        "Manufacturing cycle",
        "no sample of",
    ):
        assert said in page


def test_no_theory_is_claimed_where_no_items_were_asked() -> None:
    book = read_codebook(dataset_codebook("jember75"))
    assert book.theory is None
    assert book.instruments == ()


# Data from semopy


@pytest.mark.parametrize(
    ("name", "shape", "means"),
    [
        ("holzinger_swineford", (301, 15), {"x1": 4.9358, "x5": 4.3405, "x9": 5.3741}),
        ("political_democracy", (75, 11), {"y1": 5.4647, "y8": 4.0434, "x3": 3.5577}),
    ],
)
def test_real_data_come_from_semopy(name: str, shape: tuple[int, int], means: dict[str, float]) -> None:
    data = load_dataset(name)
    assert data.shape == shape
    assert {code: round(float(data[code].mean()), 4) for code in means} == means
    assert "Real data, not simulated" in dataset_page(name)
    assert not read_codebook(dataset_codebook(name)).simulated


def test_semopy_gives_the_same_numbers() -> None:
    from semopy.examples import political_democracy

    expected = political_democracy.get_data()
    pd.testing.assert_frame_equal(load_dataset("political_democracy"), expected.reset_index(drop=True))


def test_a_real_data_set_reads_as_a_survey() -> None:
    columns = [f"x{k}" for k in range(1, 10)]
    read = read_survey(
        dataset_path("holzinger_swineford"), codebook=dataset_codebook("holzinger_swineford"), columns=columns
    )
    assert list(read.data) == columns
    assert list(read.demographics) == ["sex", "ageyr", "agemo", "school", "grade"]


@pytest.mark.parametrize("name", ["nothing", "", "../instruments", "creative_industry/"])
def test_an_unknown_name_lists_the_known_ones(name: str) -> None:
    for ask in (load_dataset, dataset_path, dataset_page, dataset_codebook):
        with pytest.raises(ShelfError, match=r"one of creative_industry, .*smart_city, but"):
            ask(name)


@pytest.mark.parametrize("name", list_datasets())
def test_the_page_holds_the_same_numbers_in_both_languages(name: str) -> None:
    """Of tables and lists of true values every number, in the same order."""

    def numbers(lang: str) -> list[list[float]]:
        rows = [line for line in dataset_page(name, lang).splitlines() if line.startswith("|")]
        lists = [line for line in dataset_page(name, lang).splitlines() if re.search(r"[A-Z]{3} -?[0.,]", line)]
        words = [re.findall(r"-?\d*[.,]?\d+", line) for line in (*rows, *lists)]
        return [[float(word.replace(",", ".")) for word in line] for line in words]

    assert numbers("en") == numbers("id")
    assert len(dataset_page(name, "id").splitlines()) >= 10
