"""Do the method factor and the marker technique find a planted method, and do they stay silent without one?

`python benchmarks/planted_common_method.py [replications] [seed]` simulates surveys of 400 respondents (five factors with four items each,
loadings .65 to .80, factors correlated .40; a marker with four items, unrelated to all factors; seven answer categories). The method
adds the same amount to every answer, marker included. Printed: how often each check calls the method variance detected.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time

import numpy as np
import pandas as pd

import cocsem

LOADINGS = np.array([0.80, 0.75, 0.70, 0.65] * 6)
BLOCKS = np.kron(np.eye(6), np.ones((1, 4)))
CORRELATIONS = np.full((6, 6), 0.40) + 0.60 * np.eye(6)
CORRELATIONS[5, :5] = CORRELATIONS[:5, 5] = 0.0
ITEMS = [f"f{k}i{i}" for k in range(1, 6) for i in range(1, 5)] + [f"m{i}" for i in range(1, 5)]
MODEL = "\n".join(f"f{k} =~ {' + '.join(f'f{k}i{i}' for i in range(1, 5))}" for k in range(1, 6))
MARKER = tuple(ITEMS[20:])
CHECKS = ("harman", "method_equal", "method_free", "marker_constrained", "marker_restricted")
SHARES = (0.0, 0.05, 0.10, 0.15, 0.20)


def draw(rng: np.random.Generator, share: float, n: int = 400) -> pd.DataFrame:
    """Answers of which the method takes this share of the variance."""
    factors = rng.multivariate_normal(np.zeros(6), CORRELATIONS, n)
    clean = (factors @ BLOCKS) * LOADINGS + rng.standard_normal((n, 24)) * np.sqrt(1 - LOADINGS**2)
    values = 4.5 + 1.3 * (np.sqrt(1 - share) * clean + np.sqrt(share) * rng.standard_normal((n, 1)))
    return pd.DataFrame(np.clip(np.round(values), 1, 7), columns=ITEMS)


def run(share: float, replications: int, seed: int) -> dict[str, float]:
    """Share of surveys in which each check says that there is a method."""
    said = dict.fromkeys(CHECKS, 0)
    words = {"detected", "correlations move detectably", "one component holds the majority"}
    for n in range(replications):
        found = cocsem.common_method(MODEL, draw(np.random.default_rng((seed, n)), share), MARKER)
        usable = {row.model.en for row in found["models"].itertuples() if row.note is None}
        for verdict in found.verdicts:
            key = "harman" if verdict.criterion == "harman" else verdict.subject
            improper = key == "method_equal" and "with a method factor, equal loadings" not in usable
            if key in said and verdict.label is not None and verdict.label.en in words and not improper:
                said[key] += 1
    return {key: count / replications for key, count in said.items()}


def main() -> None:
    """Print one line per share."""
    replications, first = (int(word) for word in [*sys.argv[1:], *("200", "0")[len(sys.argv) - 1 :]])
    print(f"{replications} replications, seed {first}")
    print(f"{'method variance':<17}" + "".join(f"{key:>20}" for key in CHECKS) + "   seconds")
    for seed, share in enumerate(SHARES, start=first):
        start = time.perf_counter()
        rates = run(share, replications, seed)
        cells = "".join(f"{rates[key]:>20.3f}" for key in CHECKS)
        print(f"{share:<17.2f}{cells}   {time.perf_counter() - start:.0f}", flush=True)


if __name__ == "__main__":
    main()
