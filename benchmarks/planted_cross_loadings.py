"""Do dynamic cutoffs let a correct model pass, and do they find what it leaves out?

`python benchmarks/planted_cross_loadings.py [replications] [seed]` simulates surveys (three correlated factors with four items each, loadings
.80, .70, .65 and .55, factors correlated .40; normal answers, and answers on seven categories) that hold nothing the model leaves out, one
cross-loading of .25 or .55, or two of .55; the model without them is fitted and its own cutoffs are simulated (200 samples per population). Printed:
how often the fit is called closer than each level by SRMR, RMSEA and CFI (of the surveys in which there is a cutoff), and the shares of surveys
without a cutoff and without cutoffs at all, because the estimates are impossible.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time

import numpy as np
import pandas as pd

import cocsem
from cocsem.errors import EstimationError

ITEMS = [f"f{k}i{i}" for k in range(1, 4) for i in range(1, 5)]
MODEL = "\n".join(f"f{k} =~ {' + '.join(f'f{k}i{i}' for i in range(1, 5))}" for k in range(1, 4))
OWN = np.kron(np.eye(3), np.array([[0.80, 0.70, 0.65, 0.55]]).T)
CORRELATIONS = np.full((3, 3), 0.40) + 0.60 * np.eye(3)
PLANTED = {
    "nothing": (),
    "one of .25": ((3, 1, 0.25),),
    "one of .55": ((3, 1, 0.55),),
    "two of .55": ((3, 1, 0.55), (7, 2, 0.55)),
}
SIZES = (200, 400)
DRAWS = 200


def draw(
    rng: np.random.Generator, planted: tuple[tuple[int, int, float], ...], n: int, categories: int
) -> pd.DataFrame:
    """Answers of unit variance in a population with these cross-loadings, as they are or on so many categories."""
    loadings = OWN.copy()
    for item, factor, size in planted:
        loadings[item, factor] = size
    explained = loadings @ CORRELATIONS @ loadings.T
    root = np.linalg.cholesky(explained + np.diag(1.0 - np.diag(explained)))
    values = rng.standard_normal((n, 12)) @ root.T
    if categories:
        values = np.clip(np.round(values * 1.3 + (categories + 1) / 2), 1, categories)
    return pd.DataFrame(values, columns=ITEMS)


def run(planted: tuple[tuple[int, int, float], ...], n: int, categories: int, surveys: range) -> list[float]:
    """Per level the share closer by each index, and that without a cutoff; last the share of surveys that are refused."""
    closer, judged, refused = np.zeros((2, 3)), np.zeros((2, 3)), 0
    for seed in surveys:
        data = draw(np.random.default_rng((seed, n)), planted, n, categories)
        try:
            verdicts = cocsem.dynamic_cutoffs(cocsem.cfa(MODEL, data), draws=DRAWS, seed=seed).verdicts
        except EstimationError:
            refused += 1
            continue
        label = np.array([None if verdict.label is None else verdict.value > 0 for verdict in verdicts]).reshape(2, 3)
        judged += label != np.array(None)
        closer += label == np.array(True)
    kept = len(surveys) - refused
    with np.errstate(invalid="ignore"):
        rates = closer / judged
    return [*rates[0], 1 - judged[0].mean() / kept, *rates[1], 1 - judged[1].mean() / kept, refused / len(surveys)]


def main() -> None:
    """Print one line per population and size."""
    replications, first = (int(word) for word in [*sys.argv[1:], *("200", "0")[len(sys.argv) - 1 :]])
    print(f"{replications} surveys a line, seed {first}")
    heads = ["SRMR 1", "RMSEA 1", "CFI 1", "none 1", "SRMR 2", "RMSEA 2", "CFI 2", "none 2", "refused"]
    print(f"{'planted':<12}{'N':>5}{'categories':>12}" + "".join(f"{head:>9}" for head in heads) + "  seconds")
    for categories in (0, 7):
        for n in SIZES:
            for name, planted in PLANTED.items():
                start = time.perf_counter()
                rates = run(planted, n, categories, range(first, first + replications))
                cells = "".join(f"{rate:>9.3f}" for rate in rates)
                print(f"{name:<12}{n:>5}{categories or '-':>12}{cells}  {time.perf_counter() - start:.0f}", flush=True)


if __name__ == "__main__":
    main()
