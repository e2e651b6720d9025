"""All polychoric correlations at once, and thresholds with their asymptotic covariance matrix, beside lavaan (Rscript), single-threaded.

python benchmarks/polychorics.py            # prints the table; the lavaan column needs Rscript with lavaan
"""

from __future__ import annotations

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from cocsem.moments.ordinal.categories import find_categories
from cocsem.moments.ordinal.statistics import latent_moments, ordinal_statistics

SIZES = ((400, 16, 5), (2800, 25, 5), (2000, 50, 7))
R = """
suppressMessages(library(lavaan)); d <- read.csv('{data}'); v <- names(d)
a <- system.time(r <- lavCor(d, ordered = v))[['elapsed']]
b <- system.time(fit <- cfa(paste('f =~', paste(v, collapse = ' + ')), d, ordered = v, do.fit = FALSE))[['elapsed']]
cat(a, b, r[2, 1])
"""


def answers(n: int, items: int, categories: int) -> pd.DataFrame:
    """Five correlated factors, skewed thresholds."""
    rng = np.random.default_rng(n + items)
    factors = 0.6 * rng.normal(size=(n, 1)) + 0.8 * rng.normal(size=(n, 5))
    latent = 0.75 * factors[:, np.arange(items) % 5] + 0.66 * rng.normal(size=(n, items))
    return pd.DataFrame(np.digitize(latent, np.linspace(-1.7, 1.2, categories - 1))).add_prefix("y")


def ours(frame: pd.DataFrame) -> tuple[float, float, float]:
    """Seconds for the estimates, and with their covariance matrix (medians of five), and the first correlation."""
    taken: dict[str, list[float]] = {"estimates": [], "all": []}
    for _ in range(5):
        start = time.perf_counter()
        latent = latent_moments(frame, find_categories(frame, list(frame)))
        middle = time.perf_counter()
        ordinal_statistics(frame, find_categories(frame, list(frame)))
        taken["estimates"].append(middle - start)
        taken["all"].append(time.perf_counter() - middle)
    return float(np.median(taken["estimates"])), float(np.median(taken["all"])), float(latent.cov[1, 0])


def theirs(frame: pd.DataFrame) -> tuple[float, float, float]:
    """The same of lavaan: lavCor, and the moments of a model that is not fitted."""
    if shutil.which("Rscript") is None:
        return float("nan"), float("nan"), float("nan")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "answers.csv"
        frame.to_csv(data, index=False)
        out = subprocess.run(["Rscript", "-e", R.format(data=data)], capture_output=True, text=True, check=True)
    first, second, third = map(float, out.stdout.split()[-3:])
    return first, second, third


if __name__ == "__main__":
    print(
        f"{'n':>6}{'items':>6}{'categories':>11}{'estimates':>11}{'lavaan':>9}{'all':>9}{'lavaan':>9}{'difference':>12}"
    )
    for n, items, categories in SIZES:
        frame = answers(n, items, categories)
        a, b = ours(frame), theirs(frame)
        print(f"{n:6}{items:6}{categories:11}{a[0]:11.3f}{b[0]:9.2f}{a[1]:9.3f}{b[1]:9.2f}{abs(a[2] - b[2]):12.1e}")
