"""Does the invariance ladder find one item that differs between two groups, and does it leave equal groups alone?

`python benchmarks/planted_group_differences.py [replications] [seed]` simulates surveys of 400 respondents in two groups (five factors with
four items each, loadings .65 to .80, factors correlated .40, seven answer categories) and prints, for every case, how often the planted item was
released (detection), how often any other was (false alarm), and the power that theory gives for the size of the difference.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time

import numpy as np
import pandas as pd

import cocsem
from cocsem.criteria import load_criterion
from cocsem.estimation.distributions import chi2_quantile, noncentral_chi2_cdf

LOADINGS = np.array([0.80, 0.75, 0.70, 0.65] * 5)
FACTORS = np.kron(np.eye(5), np.ones((1, 4)))
CORRELATIONS = np.full((5, 5), 0.40) + 0.60 * np.eye(5)
ITEMS = [f"f{k}i{i}" for k in range(1, 6) for i in range(1, 5)]
MODEL = "\n".join(f"f{k} =~ {' + '.join(f'f{k}i{i}' for i in range(1, 5))}" for k in range(1, 6))
PLANTED = 5  # the second item of the second factor, loading .75
PER_GROUP = 200
CASES = {
    "none": {},
    "intercept + 0.3 SD": {"intercept": 0.3},
    "intercept + 0.4 SD": {"intercept": 0.4},
    "intercept + 0.5 SD": {"intercept": 0.5},
    "loading - .20": {"loading": -0.20},
    "loading - .30": {"loading": -0.30},
    "loading - .40": {"loading": -0.40},
}


def draw(rng: np.random.Generator, case: dict[str, float], per_group: int = PER_GROUP) -> pd.DataFrame:
    """Answers of two groups, rounded to seven categories; the second differs in one item."""
    frames = []
    for group in ("one", "two"):
        factors = rng.multivariate_normal(np.zeros(5), CORRELATIONS, per_group)
        loadings, shift = LOADINGS.copy(), np.zeros(20)
        if group == "two":
            loadings[PLANTED] += case.get("loading", 0.0)
            shift[PLANTED] = case.get("intercept", 0.0)
        unique = rng.standard_normal((per_group, 20)) * np.sqrt(1 - LOADINGS**2)
        values = 4.5 + 1.3 * (shift + (factors @ FACTORS) * loadings + unique)
        frames.append(pd.DataFrame(np.clip(np.round(values), 1, 7), columns=ITEMS).assign(group=group))
    return pd.concat(frames, ignore_index=True)


def run(case: dict[str, float], replications: int, seed: int) -> dict[str, float]:
    """Share of surveys in which the planted row was released, and in which another was."""
    planted = f"{ITEMS[PLANTED]} ~ 1" if "intercept" in case else f"f2 =~ {ITEMS[PLANTED]}"
    item = ITEMS[PLANTED]
    follows = {planted, f"{item} ~ 1", f"{item} ~~ {item}"} if "loading" in case else {planted} if case else set()
    found = alarms = stopped = 0
    for n in range(replications):
        facts = cocsem.invariance(MODEL, draw(np.random.default_rng((seed, n)), case), "group").facts
        released = set(facts["released"])
        found += planted in released
        alarms += bool(released - follows)
        stopped += facts["reached"] not in ("scalar", "strict")
    return {"detection": found / replications, "false alarms": alarms / replications, "stopped": stopped / replications}


def power(case: dict[str, float]) -> float:
    """Power of the test that releases the row: noncentrality from one very large sample, level divided by the 20 rows of its kind."""
    kind = "intercepts" if "intercept" in case else "loadings"
    row = f"{ITEMS[PLANTED]}~1" if "intercept" in case else f"f2=~{ITEMS[PLANTED]}"
    equal = ("loadings", "intercepts") if kind == "intercepts" else ("loadings",)
    times = 200
    frame = draw(np.random.default_rng(99), case, PER_GROUP * times)
    held = cocsem.cfa(MODEL, frame, group="group", std_lv=True, group_equal=equal)
    free = cocsem.cfa(MODEL, frame, group="group", std_lv=True, group_equal=equal, group_partial=(row,))
    distance = (held.fit_measures["chisq"] - free.fit_measures["chisq"] - 1) / times
    critical = chi2_quantile(1 - load_criterion("release_test").weakest / 20, 1)
    return 1 - noncentral_chi2_cdf(critical, 1, distance)


def main() -> None:
    """Print one line per case."""
    replications, first = (int(word) for word in [*sys.argv[1:], *("200", "0")[len(sys.argv) - 1 :]])
    print(f"{replications} replications, seed {first}")
    print(f"{'planted':<20}{'detection':>10}{'power':>8}{'false alarms':>14}{'ladder stopped':>16}   seconds")
    for seed, (name, case) in enumerate(CASES.items(), start=first):
        start = time.perf_counter()
        shares = run(case, replications, seed)
        known = f"{power(case):.2f}" if case else "-"
        detection = f"{shares['detection']:.3f}" if case else "-"
        cells = f"{detection:>10}{known:>8}{shares['false alarms']:>14.3f}{shares['stopped']:>16.3f}"
        print(f"{name:<20}{cells}   {time.perf_counter() - start:.0f}", flush=True)


if __name__ == "__main__":
    main()
