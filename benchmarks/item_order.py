"""Does the order of weak items decide which minimum is found? The same samples with the items of every factor in other orders.

usage: python benchmarks/item_order.py [--seed 12] [--samples 100] [--out benchmarks/item_order.json]

One to three factors with loadings of .1 to .5 and three to six items, n from 60 to 300. Each sample is fitted as drawn, with the items of every
factor turned round step by step and reversed, and with factors of unit variance. `lost`: only another order leads to a minimum;
`worse`: another order leads to one that is lower by more than 1e-6 of it (1e-9 absolute); `none`: no order leads anywhere.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

import cocsem

RELATIVE, ABSOLUTE = 1e-6, 1e-9
Blocks = list[list[str]]


def draw_sample(rng: np.random.Generator) -> tuple[pd.DataFrame, Blocks]:
    """Answers to weak items, and the items of every factor."""
    factors = int(rng.integers(1, 4))
    sizes = rng.integers(3, 5, factors) if factors > 1 else rng.integers(4, 7, 1)
    at = np.repeat(np.arange(factors), sizes)
    L = np.zeros((len(at), factors))
    L[np.arange(len(at)), at] = rng.uniform(0.1, 0.5, len(at))
    R = np.full((factors, factors), rng.uniform(0.0, 0.5))
    np.fill_diagonal(R, 1.0)
    n = int(rng.integers(60, 300))
    scores = rng.multivariate_normal(np.zeros(factors), R, n)
    answers = scores @ L.T + rng.normal(size=(n, len(at))) * np.sqrt(1.0 - (L**2).sum(axis=1))
    names = [f"x{i}" for i in range(len(at))]
    data = pd.DataFrame(answers * np.exp(rng.uniform(-0.5, 0.5, len(at))), columns=names)
    return data, [[names[i] for i in range(len(at)) if at[i] == f] for f in range(factors)]


def lowest(blocks: Blocks, data: pd.DataFrame, estimator: str, *, std_lv: bool = False) -> float:
    """Return F at the minimum that is found, infinite where none is."""
    model = "\n".join(f"f{f} =~ {' + '.join(items)}" for f, items in enumerate(blocks))
    try:
        fit = cocsem.cfa(model, data, estimator=estimator, std_lv=std_lv)
    except cocsem.CocsemError:
        return float("inf")
    return float(fit.fit_measures["fmin"]) if fit.converged else float("inf")


def judge(blocks: Blocks, data: pd.DataFrame, estimator: str) -> tuple[str, float]:
    """What the order as drawn leads to, beside the others, and the seconds it took."""
    start = time.process_time()
    own = lowest(blocks, data, estimator)
    seconds = time.process_time() - start
    turns = range(1, max(map(len, blocks)))
    orders = [[[*items[t % len(items) :], *items[: t % len(items)]] for items in blocks] for t in turns]
    others = [lowest(order, data, estimator) for order in (*orders, [items[::-1] for items in blocks])]
    best = min(*others, lowest(blocks, data, estimator, std_lv=True), own)
    if not np.isfinite(best):
        return "none", seconds
    if not np.isfinite(own):
        return "lost", seconds
    return "worse" if own - best > ABSOLUTE + RELATIVE * best else "same", seconds


def main() -> None:
    """Draw, fit in all orders, count, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=12)
    parser.add_argument("--samples", type=int, default=100)
    parser.add_argument("--only", nargs="*", default=["ML", "GLS", "ULS", "WLS"])
    parser.add_argument("--out", default=str(Path(__file__).with_name("item_order.json")))
    asked = parser.parse_args()
    table: dict[str, dict[str, float]] = {}
    for estimator in asked.only:
        rng = np.random.default_rng([asked.seed, 1])
        found = [judge(*draw_sample(rng)[::-1], estimator) for _ in range(asked.samples)]
        counts = dict(Counter(word for word, _ in found)) | {
            "median_ms": round(1e3 * float(np.median([s for _, s in found])), 1)
        }
        table[estimator] = counts
        print(estimator, counts, flush=True)
    Path(asked.out).write_text(
        json.dumps({"seed": asked.seed, "samples": asked.samples, "counts": table}, indent=1) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
