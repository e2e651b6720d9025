"""Planted defects of scales: how often they are found at n = 400, and how often something is found that is not there.

    nice -n 10 python benchmarks/planted_scale_defects.py [--replications 200] [--n 400] [--cross .35] [--pair .93]

Five constructs with four seven-point items each. Prints one Markdown table; the results stand in docs/validation.md.
"""

from __future__ import annotations

import argparse
import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

import cocsem
from cocsem.assessment.reliability import reliability
from cocsem.assessment.screening import careless
from cocsem.assessment.validity import validity
from cocsem.instrument.types import Dimension, Instrument, Item, Scale
from cocsem.language import Text
from cocsem.survey.types import Codebook, Survey

CONSTRUCTS = ("INV", "ENG", "COC", "TRU", "LOY")
LOADINGS = np.array([0.80, 0.75, 0.70, 0.65])
CORRELATIONS = np.array([
    [1.0, 0.5, 0.4, 0.2, 0.3],
    [0.5, 1.0, 0.5, 0.3, 0.4],
    [0.4, 0.5, 1.0, 0.4, 0.4],
    [0.2, 0.3, 0.4, 1.0, 0.5],
    [0.3, 0.4, 0.4, 0.5, 1.0],
])  # fmt: skip
ITEMS = [f"{code.lower()}{i}" for code in CONSTRUCTS for i in range(1, 5)]
MODEL = "\n".join(f"{code} =~ {' + '.join(f'{code.lower()}{i}' for i in range(1, 5))}" for code in CONSTRUCTS)


@dataclass(frozen=True)
class Planted:
    """One kind of survey: what was planted, and the names that should be found."""

    pair: float = 0.0
    cross: float = 0.0
    miskeyed: bool = False
    straight: float = 0.0


def draw(rng: np.random.Generator, n: int, planted: Planted) -> tuple[pd.DataFrame, np.ndarray]:
    """Answers on 1 to 7, and which respondents tick one box throughout."""
    phi = CORRELATIONS.copy()
    if planted.pair:
        phi[1] = phi[0] * planted.pair  # engagement becomes nearly the same as involvement
        phi[:, 1] = phi[1]
        phi[0, 1] = phi[1, 0] = planted.pair
        phi[1, 1] = 1.0
    factors = rng.multivariate_normal(np.zeros(5), phi, size=n)
    columns = {}
    for c, code in enumerate(CONSTRUCTS):
        for i, loading in enumerate(LOADINGS, start=1):
            value, left = loading * factors[:, c], 1.0 - loading**2
            if planted.cross and (code, i) == ("TRU", 2):
                value = value + planted.cross * factors[:, 4]
                left -= planted.cross**2 + 2 * loading * planted.cross * phi[3, 4]
            columns[f"{code.lower()}{i}"] = value + np.sqrt(max(left, 0.05)) * rng.normal(size=n)
    data = (4.3 + 1.4 * pd.DataFrame(columns)).round().clip(1, 7)
    if planted.miskeyed:
        data["coc3"] = 8 - data["coc3"]
    straight = np.zeros(n, dtype=bool)
    straight[: round(planted.straight * n)] = True
    data.loc[straight] = np.repeat(rng.integers(1, 8, size=(int(straight.sum()), 1)), len(ITEMS), axis=1)
    return data, straight


def survey_of(data: pd.DataFrame) -> Survey:
    """The answers as a survey of one instrument."""
    scale = Scale(1, 7)
    dimensions = tuple(
        Dimension(
            code,
            Text(code, code),
            tuple(Item(name, Text(name, name), scale, False) for name in ITEMS[4 * c : 4 * c + 4]),
        )
        for c, code in enumerate(CONSTRUCTS)
    )
    study = Instrument("made", Text("Made", "Buatan"), Text("p", "p"), dimensions, (), Text("s", "s"), ())
    data = data.set_axis(range(1, len(data) + 1), axis=0)
    empty = pd.DataFrame(index=data.index)
    return Survey(data, data, empty, empty, (study,), Codebook(), (), "made.csv", "0" * 64, len(data))


def look(data: pd.DataFrame, seed: int) -> dict[str, set[str]]:
    """Everything the assessments object to."""
    blocks = {code: data[ITEMS[4 * c : 4 * c + 4]] for c, code in enumerate(CONSTRUCTS)}
    fit = cocsem.cfa(MODEL, data)
    found = validity(fit, bootstrap=200, seed=seed) if fit.converged else None
    return {
        "items against their scale": set(reliability(blocks).facts["miskeyed"]),
        "cross-loadings": set(found.facts["cross_loading_items"]) if found else set(),
        "pairs not distinct": set(found.facts["not_distinct"]) if found else set(),
    }


KINDS: dict[str, tuple[Callable[[argparse.Namespace], Planted], str, set[str]]] = {
    "nothing": (lambda a: Planted(), "", set()),
    "a mis-keyed item": (lambda a: Planted(miskeyed=True), "items against their scale", {"coc3"}),
    "a cross-loading": (lambda a: Planted(cross=a.cross), "cross-loadings", {"tru2"}),
    "a weak pair": (lambda a: Planted(pair=a.pair), "pairs not distinct", {"INV ~~ ENG"}),
    "10 % straight-liners": (lambda a: Planted(straight=0.10), "", set()),
}

# A cross-loading raises the correlation of the two constructs it joins: that pair is part of the defect, not a false alarm.
ENTAILED = {"a cross-loading": {"TRU ~~ LOY"}}


def study(kind: str, asked: argparse.Namespace, seed: int) -> dict[str, float]:
    """Rates over the replications of one kind of survey."""
    make, where, wanted = KINDS[kind]
    planted = make(asked)
    tally: dict[str, list[float]] = {}
    for replication in range(asked.replications):
        data, straight = draw(np.random.default_rng([seed, replication]), asked.n, planted)
        persons = careless(survey_of(data))["persons"]
        flagged = persons["row"].isin(persons.loc[persons["n_flags"] > 0, "row"]).to_numpy()
        seen = look(data, seed + replication)
        if where:
            tally.setdefault("found", []).append(float(wanted <= seen[where]))
        if straight.any():
            tally.setdefault("found", []).append(float(flagged[straight].mean()))
        tally.setdefault("respondents", []).append(float(flagged[~straight].mean()))
        for name, things in seen.items():
            others = things - ENTAILED.get(kind, set()) - (wanted if name == where else set())
            tally.setdefault(name, []).append(float(bool(others)))
        tally.setdefault("entailed", []).append(float(bool(ENTAILED.get(kind, set()) & seen["pairs not distinct"])))
    return {name: float(np.mean(values)) for name, values in tally.items()}


def main() -> None:
    """Run all kinds of surveys and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--replications", type=int, default=200)
    parser.add_argument("--n", type=int, default=400)
    parser.add_argument("--cross", type=float, default=0.35)
    parser.add_argument("--pair", type=float, default=0.93)
    parser.add_argument("--seed", type=int, default=2026)
    asked = parser.parse_args()
    columns = ("items against their scale", "cross-loadings", "pairs not distinct", "respondents")
    print(f"n = {asked.n}, {asked.replications} replications, seed {asked.seed}\n")
    print("| planted | found | " + " | ".join(f"false alarm: {name}" for name in columns) + " |")
    print("|---|---:|" + "---:|" * len(columns), flush=True)
    for number, kind in enumerate(KINDS):
        rates = study(kind, asked, asked.seed + number)
        cells = [f"{rates[name]:.3f}" for name in columns]
        found = f"{rates['found']:.3f}" if "found" in rates else "–"
        print(f"| {kind} | {found} | {' | '.join(cells)} |", flush=True)
        if kind in ENTAILED:
            print(f"  (entailed: {', '.join(ENTAILED[kind])} not distinct in {rates['entailed']:.3f})", flush=True)


if __name__ == "__main__":
    main()
