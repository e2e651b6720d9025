"""Simulate the data set msme: `python datasets/msme/generate.py` writes the csv again, byte for byte."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from cocsem.shelf import read_toml
from cocsem.simulation import Measure, Population, choose, dimensions_of, normals, respond, uniforms, write_csv
from cocsem.simulation.defects import with_gaps

HERE = Path(__file__).resolve().parent
SEED = 2
N = 260

POPULATION = Population(
    measures=(
        Measure("UDIG", (0.78, 0.82, 0.76), (4.9, 4.6, 4.7), 1.5),
        Measure("UIMP", (0.78, 0.82, 0.80, 0.74), (4.3, 4.1, 4.5, 4.2), 1.5),
        Measure("UCAP", (0.79, 0.83, 0.77), (4.4, 4.2, 4.5), 1.4),
        Measure("UCHA", (0.76, 0.80, 0.74), (4.6, 4.8, 4.5), 1.5),
        Measure("UBAR", (0.78, 0.82, 0.76), (4.0, 4.2, 3.9), 1.7),
        Measure("URES", (0.75, 0.80, 0.77), (3.6, 3.4, 3.7), 1.6),
        Measure("UGOV", (0.82, 0.85, 0.80), (3.3, 3.1, 3.4), 1.8),
        Measure("UFIT", (0.78, 0.80, 0.76), (5.0, 5.2, 4.9), 1.3),
        Measure("USUC", (0.76, 0.81, 0.74), (5.1, 4.9, 5.2), 1.3),
        Measure("ULOY", (0.80, 0.83, 0.77), (5.2, 5.0, 5.3), 1.2),
        Measure("UCOM", (0.79, 0.82, 0.75), (4.4, 4.6, 4.3), 1.6),
        Measure("UWOM", (0.81, 0.84, 0.78), (5.1, 4.9, 5.0), 1.3),
        Measure("UADV", (0.77, 0.81, 0.79, 0.74), (4.7, 4.5, 4.8, 4.6), 1.3),
        Measure("UFLX", (0.78, 0.82, 0.76), (5.4, 5.5, 5.3), 1.2),
    ),
    paths={
        ("UDIG", "UIMP"): 0.30,
        ("UCAP", "UIMP"): 0.32,
        ("UCHA", "UIMP"): -0.22,
        ("UBAR", "UIMP"): -0.25,
        ("URES", "UIMP"): 0.0,
        ("UGOV", "UCAP"): 0.42,
        ("UIMP", "UFIT"): 0.40,
        ("USUC", "UFIT"): 0.30,
        ("UIMP", "ULOY"): 0.28,
        ("UFIT", "ULOY"): 0.35,
        ("UCOM", "ULOY"): 0.25,
        ("UIMP", "UWOM"): 0.25,
        ("UCOM", "UWOM"): 0.42,
        ("ULOY", "UADV"): 0.38,
        ("UFLX", "UADV"): 0.32,
        ("UIMP", "UADV"): 0.0,
    },
    correlations={
        ("UCHA", "UBAR"): 0.30,
        ("UCHA", "URES"): 0.25,
        ("UBAR", "URES"): 0.40,
        ("UDIG", "UBAR"): -0.25,
        ("UDIG", "UFLX"): 0.20,
        ("UDIG", "UGOV"): 0.20,
        ("USUC", "UFLX"): 0.30,
        ("USUC", "UDIG"): 0.25,
        ("UCOM", "USUC"): 0.20,
        ("UCOM", "UFLX"): 0.20,
    },
    wording={("uimp1", "uimp2"): 0.25, ("ubar1", "ubar2"): 0.25, ("uadv1", "uadv2"): 0.20},
)

SECTOR = {"creative": 22.0, "culinary": 30.0, "fashion": 20.0, "trade": 17.0, "services": 11.0}
SKIPPED_SOME, MOST_SKIPPED = 36, 5


def build() -> dict[str, list[int | str | None]]:
    """Return the columns of the file: what is known of the respondents, and the answers."""
    book = read_toml(HERE / "codebook.toml")
    answers = respond(POPULATION, dimensions_of(book["instruments"]), uniforms(SEED, 1), [{}] * N)
    answers = with_gaps(answers, book["order"], uniforms(SEED, 2), respondents=SKIPPED_SOME, most=MOST_SKIPPED)
    return {**respondents(uniforms(SEED, 0)), **{item: [a[item] for a in answers] for item in answers[0]}}


def respondents(stream: Iterator[float]) -> dict[str, list[int | str | None]]:
    """Draw the sector, the years in business and the employees of every enterprise; most are young and small."""
    drawn = [(choose(stream, SECTOR), _count(stream, 1.6, 0.8, 35), _count(stream, 1.2, 1.0, 99)) for _ in range(N)]
    names = ("sector", "years_in_business", "employees")
    return {name: list(cells) for name, cells in zip(names, zip(*drawn, strict=True), strict=True)}


def _count(stream: Iterator[float], centre: float, spread: float, most: int) -> int:
    return min(1 + math.floor(math.exp(centre + spread * normals(stream, 1)[0])), most)


if __name__ == "__main__":
    write_csv(HERE / "msme.csv", build())
