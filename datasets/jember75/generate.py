"""Simulate the data set jember75: `python datasets/jember75/generate.py` writes the csv again, byte for byte."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cocsem.simulation import shuffled, uniforms, write_csv

HERE = Path(__file__).resolve().parent
SEED = 75
N = 75

# Stated in source document 002 as shares of 75.
SIZE = {"micro": 43, "small": 9, "medium": 11, "large": 12}
INNOVATION = {"quality": 49, "variety": 8, "no_innovation": 18}
SATISFACTION = {"satisfied": 47, "less_satisfied": 13, "unlabelled": 15}
AFTER_SALES = {"given": 28, "not_given": 47}
GOVERNMENT_ROLE = {"very": 2, "some": 17, "not_visible": 56}

# Our choice within what is stated: years of schooling sum to 987 = 75 x 13.16, from primary to postgraduate.
EDUCATION = {6: 4, 9: 5, 12: 35, 15: 6, 16: 21, 18: 4}

# Our choice within what is stated: 41 values up to 10, 34 above, from 1 to 36, with the sum 596 (596 / 75 = 7.95).
EXPERIENCE_UP_TO_10 = {1: 5, 2: 10, 3: 10, 4: 6, 5: 4, 6: 3, 7: 1, 8: 1, 10: 1}
EXPERIENCE_ABOVE_10_SMALLER = {11: 5, 12: 3, 13: 1, 15: 1, 25: 1}
EXPERIENCE_ABOVE_10_LARGER = {11: 7, 12: 6, 13: 4, 14: 3, 15: 1, 16: 1, 36: 1}

# Our choice: from 1 to 90 with a mean between 6 and 10; the source does not say where its size classes begin.
EMPLOYEES = {
    "micro": {1: 14, 2: 13, 3: 10, 4: 6},
    "small": {5: 2, 6: 2, 7: 2, 8: 2, 9: 1},
    "medium": {10: 1, 11: 1, 12: 2, 13: 1, 14: 1, 15: 2, 16: 1, 18: 1, 19: 1},
    "large": {20: 2, 21: 1, 22: 1, 23: 1, 24: 1, 25: 1, 26: 1, 28: 1, 30: 1, 35: 1, 90: 1},
}

# The source lists the subsectors without counts.
SUBSECTORS = (
    "advertising",
    "architecture",
    "art_market",
    "crafts",
    "design",
    "fashion",
    "film_photo",
    "interactive_games",
    "music",
    "performing_arts",
    "publishing",
    "software",
    "tv_radio",
    "research",
    "culinary",
)


def build() -> dict[str, list[int | str | None]]:
    """Return the columns of the file; only size and experience go together, as far as the source says so."""
    size = _mixed(SIZE, 0)
    smaller = EXPERIENCE_UP_TO_10 | {
        years: n + EXPERIENCE_UP_TO_10.get(years, 0) for years, n in EXPERIENCE_ABOVE_10_SMALLER.items()
    }
    experience = {
        "smaller": iter(_mixed(smaller, 1)),
        "larger": iter(_mixed(EXPERIENCE_ABOVE_10_LARGER, 2)),
    }
    employees = {name: iter(_mixed(counts, 3 + k)) for k, (name, counts) in enumerate(EMPLOYEES.items())}
    return {
        "subsector": _mixed(dict.fromkeys(SUBSECTORS, N // len(SUBSECTORS)), 7),
        "size": size,
        "employees": [next(employees[str(name)]) for name in size],
        "experience_years": [next(experience["larger" if name in ("medium", "large") else "smaller"]) for name in size],
        "education_years": _mixed(EDUCATION, 8),
        "innovation": _mixed(INNOVATION, 9),
        "satisfaction": _mixed(SATISFACTION, 10),
        "after_sales": _mixed(AFTER_SALES, 11),
        "government_role": _mixed(GOVERNMENT_ROLE, 12),
    }


def _mixed(counts: Mapping[int, int] | Mapping[str, int], part: int) -> list[int | str | None]:
    """Every value as often as counted, in random order."""
    return shuffled(uniforms(SEED, part), [value for value, n in counts.items() for _ in range(n)])


if __name__ == "__main__":
    write_csv(HERE / "jember75.csv", build())
