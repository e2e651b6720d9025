"""Simulate the data set smart_city: `python datasets/smart_city/generate.py` writes the csv again, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cocsem.shelf import read_toml
from cocsem.simulation import Measure, Population, choose, dimensions_of, integer, respond, uniforms, write_csv
from cocsem.simulation.defects import with_gaps

HERE = Path(__file__).resolve().parent
SEED = 3
N = 300

POPULATION = Population(
    measures=(
        Measure("SINV", (0.76, 0.80, 0.74), (3.9, 4.1, 3.8), 1.5),
        Measure("SCUR", (0.78, 0.81, 0.75), (3.6, 3.8, 3.5), 1.5),
        Measure("SEMP", (0.77, 0.82, 0.76), (3.3, 3.5, 3.2), 1.6),
        Measure("SOPN", (0.75, 0.79, 0.72), (4.5, 4.3, 4.4), 1.5),
        Measure("SOWN", (0.76, 0.80, 0.73), (3.7, 3.5, 3.8), 1.5),
        Measure(
            "SATR",
            (0.74, 0.78, 0.72, 0.76, 0.70, 0.73, 0.79, 0.75, 0.71),
            (5.0, 5.2, 5.1, 4.9, 4.7, 4.8, 4.6, 5.1, 5.0),
            1.3,
        ),
        Measure("MKNW", (0.78, 0.82, 0.76), (5.5, 5.6, 5.3), 1.3),
        Measure("MREL", (0.79, 0.81, 0.75), (5.1, 5.3, 5.0), 1.3),
        Measure("MIMP", (0.77, 0.80, 0.74), (4.6, 4.4, 4.7), 1.5),
        Measure("STRU", (0.80, 0.84, 0.78, 0.82), (4.2, 4.0, 4.3, 3.9), 1.6),
        Measure("SEXP", (0.79, 0.82, 0.77), (3.8, 4.0, 3.7), 1.5),
        Measure("SPLA", (0.78, 0.83, 0.76), (4.7, 4.5, 4.8), 1.5),
        Measure("STOP", (0.76, 0.80, 0.78), (4.9, 5.1, 4.8), 1.4),
        Measure("SBOT", (0.77, 0.82, 0.75), (4.1, 3.9, 4.2), 1.6),
        Measure("SVAL", (0.80, 0.83, 0.77), (4.6, 4.8, 4.5), 1.4),
        Measure("SREA", (0.78, 0.82, 0.75), (4.0, 3.8, 4.1), 1.5),
    ),
    higher={
        "SCOC": {"SINV": 0.82, "SCUR": 0.80, "SEMP": 0.76},
        "SMOT": {"MKNW": 0.78, "MREL": 0.82, "MIMP": 0.72},
    },
    paths={
        ("STRU", "SCOC"): 0.30,
        ("SEXP", "SCOC"): 0.0,
        ("SATR", "SCOC"): 0.24,
        ("STOP", "SCOC"): -0.24,
        ("SBOT", "SCOC"): 0.25,
        ("SPLA", "SMOT"): 0.48,
        ("SMOT", "SCOC"): 0.28,
        ("SCOC", "SVAL"): 0.55,
        ("SCOC", "SREA"): 0.36,
    },
    correlations={
        ("STRU", "SEXP"): 0.45,
        ("STRU", "SATR"): 0.20,
        ("SEXP", "SATR"): 0.25,
        ("STOP", "STRU"): 0.25,
        ("STOP", "SBOT"): -0.15,
        ("SBOT", "SATR"): 0.25,
        ("SPLA", "SBOT"): 0.20,
        ("SPLA", "STRU"): 0.20,
        ("SOPN", "SBOT"): 0.30,
        ("SOWN", "SBOT"): 0.35,
        ("SOPN", "SOWN"): 0.30,
    },
    wording={("satr1", "satr2"): 0.25, ("satr8", "satr9"): 0.20, ("stru1", "stru2"): 0.20},
)

STAKEHOLDER = {
    "city_government": 10.0,
    "higher_government": 3.0,
    "citizens": 52.0,
    "business": 14.0,
    "academics": 11.0,
    "professionals": 7.0,
    "investors": 3.0,
}
GENDER = {"female": 0.48, "male": 0.52}
SKIPPED_SOME, MOST_SKIPPED = 40, 5


def build() -> dict[str, list[int | str | None]]:
    """Return the columns of the file: what is known of the respondents, and the answers."""
    book = read_toml(HERE / "codebook.toml")
    answers = respond(POPULATION, dimensions_of(book["instruments"]), uniforms(SEED, 1), [{}] * N)
    answers = with_gaps(answers, book["order"], uniforms(SEED, 2), respondents=SKIPPED_SOME, most=MOST_SKIPPED)
    return {**respondents(uniforms(SEED, 0)), **{item: [a[item] for a in answers] for item in answers[0]}}


def respondents(stream: Iterator[float]) -> dict[str, list[int | str | None]]:
    """Draw the kind of stakeholder, gender and age of every respondent."""
    drawn = [(choose(stream, STAKEHOLDER), choose(stream, GENDER), integer(stream, 19, 64)) for _ in range(N)]
    names = ("stakeholder", "gender", "age")
    return {name: list(cells) for name, cells in zip(names, zip(*drawn, strict=True), strict=True)}


if __name__ == "__main__":
    write_csv(HERE / "smart_city.csv", build())
