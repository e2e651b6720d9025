"""Simulate the data set service_logic: `python datasets/service_logic/generate.py` writes the csv again, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cocsem.shelf import read_toml
from cocsem.simulation import Measure, Population, choose, dimensions_of, integer, respond, uniforms, write_csv
from cocsem.simulation.defects import with_gaps

HERE = Path(__file__).resolve().parent
SEED = 3
N = 280

POPULATION = Population(
    measures=(
        Measure("RES", (0.76, 0.80, 0.78, 0.73), (4.7, 4.5, 4.8, 4.4), 1.4),
        Measure("SKI", (0.78, 0.82, 0.75), (4.4, 4.2, 4.5), 1.5),
        Measure("VIU", (0.80, 0.83, 0.78, 0.75), (5.2, 5.3, 5.1, 5.0), 1.2),
        Measure("CON", (0.77, 0.81, 0.79, 0.74), (4.6, 4.8, 4.5, 4.7), 1.5),
        Measure("FAC", (0.79, 0.82, 0.77, 0.76), (4.8, 4.9, 4.7, 4.6), 1.4),
        Measure("VAS", (0.78, 0.80, 0.82, 0.74), (5.0, 5.1, 4.9, 5.2), 1.3),
        Measure("COP", (0.76, 0.81, 0.74), (4.0, 4.2, 3.9), 1.6),
    ),
    paths={
        ("SKI", "RES"): 0.40,
        ("FAC", "RES"): 0.30,
        ("CON", "FAC"): 0.50,
        ("CON", "COP"): 0.45,
        ("RES", "VIU"): 0.38,
        ("SKI", "VIU"): 0.0,
        ("VAS", "VIU"): 0.30,
        ("FAC", "VIU"): 0.24,
    },
    correlations={("SKI", "CON"): 0.20, ("SKI", "VAS"): 0.15, ("CON", "VAS"): 0.40},
    wording={("res1", "res2"): 0.25, ("fac1", "fac2"): 0.25},
)

SERVICE = {"repair": 21.0, "cafe": 34.0, "studio": 12.0, "course": 18.0, "transport": 15.0}
GENDER = {"female": 0.53, "male": 0.47}
SKIPPED_SOME, MOST_SKIPPED = 30, 4


def build() -> dict[str, list[int | str | None]]:
    """Return the columns of the file: what is known of the respondents, and the answers."""
    book = read_toml(HERE / "codebook.toml")
    answers = respond(POPULATION, dimensions_of(book["instruments"]), uniforms(SEED, 1), [{}] * N)
    answers = with_gaps(answers, book["order"], uniforms(SEED, 2), respondents=SKIPPED_SOME, most=MOST_SKIPPED)
    return {**respondents(uniforms(SEED, 0)), **{item: [a[item] for a in answers] for item in answers[0]}}


def respondents(stream: Iterator[float]) -> dict[str, list[int | str | None]]:
    """Draw the service used, gender and age of every respondent."""
    drawn = [(choose(stream, SERVICE), choose(stream, GENDER), integer(stream, 18, 60)) for _ in range(N)]
    names = ("service", "gender", "age")
    return {name: list(cells) for name, cells in zip(names, zip(*drawn, strict=True), strict=True)}


if __name__ == "__main__":
    write_csv(HERE / "service_logic.csv", build())
