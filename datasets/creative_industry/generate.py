"""Simulate the data set creative_industry: `python datasets/creative_industry/generate.py` writes the csv again, byte for byte."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from cocsem.shelf import read_toml
from cocsem.simulation import (
    Measure,
    Population,
    choose,
    dimensions_of,
    integer,
    normals,
    respond,
    shuffled,
    uniforms,
    write_csv,
)
from cocsem.simulation.defects import Answers, answer_at_random, break_off, skip_items, skip_page, straight_line

HERE = Path(__file__).resolve().parent
SEED = 16
N = 420

POPULATION = Population(
    measures=(
        Measure("INVC", (0.80, 0.74, 0.72, 0.82, 0.77), (6.9, 6.4, 6.4, 6.8, 7.0), 1.9),
        Measure("INVA", (0.74, 0.80, 0.72, 0.79, 0.70), (4.6, 4.2, 4.7, 4.1, 4.6), 1.8),
        Measure("ENGC", (0.78, 0.82, 0.76), (4.1, 4.3, 4.0), 1.6),
        Measure("ENGA", (0.82, 0.85, 0.80, 0.78), (4.9, 5.0, 4.7, 4.8), 1.5),
        Measure("ENGB", (0.77, 0.83, 0.75), (4.2, 4.0, 4.4), 1.6),
        Measure("CPIS", (0.76, 0.81, 0.74), (4.2, 4.0, 4.4), 1.6),
        Measure("CPSH", (0.77, 0.80, 0.82, 0.74), (4.5, 4.6, 4.3, 4.7), 1.5),
        Measure("CPRB", (0.73, 0.79, 0.77, 0.71), (5.3, 5.1, 5.4, 5.2), 1.3),
        Measure("CPPI", (0.78, 0.82, 0.84, 0.76, 0.72), (5.7, 5.9, 5.8, 5.6, 5.7), 1.3),
        Measure("WIL", (0.82, 0.86, 0.84, 0.79), (2.6, 2.9, 2.5, 3.0), 2.2),
        Measure("EMO", (0.80, 0.84, 0.82, 0.77), (3.9, 3.7, 4.0, 3.6), 1.6),
        Measure("TRU", (0.80, 0.84, 0.78, 0.76), (5.2, 5.1, 5.3, 4.9), 1.2),
        Measure("SAT", (0.80, 0.84, 0.78), (5.4, 5.3, 5.5), 1.0),
        Measure("LOYA", (0.80, 0.76, 0.82), (4.7, 4.4, 4.5), 1.5),
        Measure("LOYB", (0.78, 0.82, 0.74), (5.0, 4.8, 4.9), 1.4),
        Measure("WOM", (0.80, 0.83, 0.77), (4.8, 4.9, 4.5), 1.5),
        Measure("MRK", (0.74, 0.78, 0.72, 0.76), (4.4, 4.6, 4.1, 4.3), 1.5),
    ),
    higher={
        "INV": {"INVC": 0.76, "INVA": 0.70},
        "ENG": {"ENGC": 0.78, "ENGA": 0.82, "ENGB": 0.75},
        "COC": {"CPIS": 0.76, "CPSH": 0.82, "CPRB": 0.74, "CPPI": 0.78},
        "LOY": {"LOYA": 0.84, "LOYB": 0.80},
    },
    paths={
        ("INV", "ENG"): 0.52,
        ("INV", "EMO"): 0.22,
        ("ENG", "WIL"): 0.45,
        ("ENG", "COC"): 0.38,
        ("WIL", "COC"): 0.28,
        ("COC", "EMO"): 0.36,
        ("EMO", "TRU"): 0.40,
        ("COC", "TRU"): 0.0,
        ("COC", "SAT"): 0.30,
        ("COC", "LOY"): 0.0,
        ("ENG", "LOY"): 0.26,
        ("TRU", "LOY"): 0.20,
        ("SAT", "LOY"): 0.30,
        ("EMO", "LOY"): 0.22,
        ("COC", "WOM"): 0.34,
    },
    disturbances={("SAT", "TRU"): 0.60},
    wording={("enga1", "enga2"): 0.25, ("cpsh1", "cpsh2"): 0.25, ("tru1", "tru2"): 0.20, ("invc1", "invc4"): 0.20},
)

# The one item that women and men with the same loyalty answer differently, in points of the answer scale.
NON_INVARIANT = {"female": {"loya2": 0.6}, "male": {}}

GENDER = {"female": 0.55, "male": 0.45}
SUBSECTOR = {
    "advertising": 3.0,
    "architecture": 2.0,
    "art_market": 3.0,
    "crafts": 15.0,
    "design": 7.0,
    "fashion": 19.0,
    "film_photo": 7.0,
    "interactive_games": 4.0,
    "music": 5.0,
    "performing_arts": 3.0,
    "publishing": 4.0,
    "software": 4.0,
    "tv_radio": 2.0,
    "research": 1.0,
    "culinary": 21.0,
}

STRAIGHT_LINES = (4, 4, 5, 3, 7)
RANDOM_ANSWERS = 5
SKIPPED_SOME, MOST_SKIPPED = 64, 6
SKIPPED_PAGE, PAGE = 12, 10
BROKEN_OFF = 8
ATTENTION = ("att1", 6)
MISTAKEN_ATTENTION = 0.03
SECONDS_PER_ITEM, SECONDS_SPREAD = 8.2, 0.30


def build() -> dict[str, list[int | str | None]]:
    """Return the columns of the file: what is known of the respondents, the answers, the seconds taken."""
    book = read_toml(HERE / "codebook.toml")
    people = respondents(uniforms(SEED, 0))
    dimensions = dimensions_of([*book["instruments"], "marker_scale"])
    careful = respond(POPULATION, dimensions, uniforms(SEED, 1), [NON_INVARIANT[str(g)] for g in people["gender"]])
    careful = attend(careful, uniforms(SEED, 2))
    answers = spoil(careful, book["order"], uniforms(SEED, 3))
    took = durations(answers, careless_rows(), uniforms(SEED, 4))
    return {**people, **{item: [a[item] for a in answers] for item in answers[0]}, "duration_seconds": took}


def respondents(stream: Iterator[float]) -> dict[str, list[int | str | None]]:
    """Draw gender, subsector of the last purchase and age."""
    drawn = [(choose(stream, GENDER), age(stream), choose(stream, SUBSECTOR)) for _ in range(N)]
    return {
        name: list(cells) for name, cells in zip(("gender", "age", "subsector"), zip(*drawn, strict=True), strict=True)
    }


def age(stream: Iterator[float]) -> int:
    """Draw years of age: 17 and more, most respondents in their twenties and thirties."""
    return min(17 + math.floor(math.exp(2.5 + 0.6 * normals(stream, 1)[0])), 68)


def attend(answers: list[Answers], stream: Iterator[float]) -> list[Answers]:
    """Add the attention item; few careful respondents miss it."""
    item, right = ATTENTION
    return [a | {item: right - 1 if next(stream) < MISTAKEN_ATTENTION else right} for a in answers]


def miss_attention(answers: Answers) -> Answers:
    """Let nobody who ticks any box tick the right one by chance."""
    item, right = ATTENTION
    return answers | {item: min(answers[item] or right, right - 1)}


def rows_at_random() -> list[int]:
    """Return the rows in random order, counted from 0: the first are careless, the next have gaps, the rest are left alone."""
    return shuffled(uniforms(SEED, 5), range(N))


def careless_rows() -> list[int]:
    """Return the row numbers (from 1) of the careless respondents: one answer throughout, then any answer."""
    return [row + 1 for row in rows_at_random()[: len(STRAIGHT_LINES) + RANDOM_ANSWERS]]


def spoil(answers: list[Answers], order: list[str], stream: Iterator[float]) -> list[Answers]:
    """Put in the careless respondents and the gaps, each respondent at most one of them."""
    spoiled, rows = list(answers), iter(rows_at_random())
    for row, ticked in zip(islice(rows, len(STRAIGHT_LINES)), STRAIGHT_LINES, strict=True):
        spoiled[row] = straight_line(spoiled[row], ticked)
    for row in islice(rows, RANDOM_ANSWERS):
        spoiled[row] = miss_attention(answer_at_random(spoiled[row], 1, 7, stream))
    for row in islice(rows, SKIPPED_SOME):
        spoiled[row] = skip_items(spoiled[row], order, integer(stream, 1, MOST_SKIPPED), stream)
    for row in islice(rows, SKIPPED_PAGE):
        spoiled[row] = skip_page(spoiled[row], order, PAGE, stream)
    for row in islice(rows, BROKEN_OFF):
        spoiled[row] = break_off(spoiled[row], order, integer(stream, 30, 55))
    return spoiled


def durations(answers: list[Answers], careless: list[int], stream: Iterator[float]) -> list[int | str | None]:
    """Draw the seconds taken: in proportion to the items answered, careless respondents far too fast."""
    took: list[int | str | None] = []
    for row, given in enumerate(answers, 1):
        asked = sum(answer is not None for answer in given.values())
        pace = math.exp(SECONDS_SPREAD * normals(stream, 1)[0]) * SECONDS_PER_ITEM
        rush = integer(stream, 55, 105)
        took.append(rush if row in careless else max(math.floor(asked * pace), 3 * asked))
    return took


if __name__ == "__main__":
    write_csv(HERE / "creative_industry.csv", build())
