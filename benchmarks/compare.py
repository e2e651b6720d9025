"""Side by side in one run: cocsem against lavaan (Rscript) and semopy on the same work, single-threaded.

    python benchmarks/compare.py            # prints the table; needs Rscript with lavaan for the ratios

Work of one call: fit, standard errors, standardized solution, all fit measures, everything read. Every call gets a fresh
resample of the rows, so nothing can be kept between calls. Median of the calls; ratios are lavaan's (semopy's) time over ours.
"""

from __future__ import annotations

import os

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import platform
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import cocsem

HERE = Path(__file__).resolve().parent


def population(factors: int, items: int, n: int) -> tuple[str, pd.DataFrame]:
    """A correlated-factor model and answers that follow it."""
    rng = np.random.default_rng(factors * 1000 + n)
    common = rng.normal(size=(n, 1))
    scores = 0.6 * common + 0.8 * rng.normal(size=(n, factors))
    columns = {
        f"f{f}i{i}": 0.75 * scores[:, f] + 0.66 * rng.normal(size=n) for f in range(factors) for i in range(items)
    }
    model = "\n".join(f"F{f} =~ " + " + ".join(f"f{f}i{i}" for i in range(items)) for f in range(factors))
    return model, pd.DataFrame(columns)


def fresh(data: pd.DataFrame, seed: int, missing: float) -> pd.DataFrame:
    """A resample of the rows, with some answers missing where asked for."""
    rng = np.random.default_rng(seed)
    drawn = data.iloc[rng.integers(0, len(data), len(data))].reset_index(drop=True)
    return drawn.mask(rng.random(drawn.shape) < missing) if missing else drawn


def ours(model: str, data: pd.DataFrame, options: dict[str, object]) -> float:
    """One call of cocsem; everything is read."""
    fit = cocsem.cfa(model, data, **options)
    table = cocsem.standardized(fit)
    return float(sum(v for v in fit.fit_measures.values() if v == v) + fit.estimates["se"].sum() + table["se"].sum())


def semopy_call(model: str, data: pd.DataFrame) -> float:
    """One call of semopy: fit, inspection with standardized values, its statistics."""
    import semopy

    fitted = semopy.Model(model)
    fitted.fit(data)
    fitted.inspect(std_est=True)
    return float(semopy.calc_stats(fitted).to_numpy().sum())


def median_seconds(call, samples: list[pd.DataFrame]) -> float:
    """Median processor time of the calls, after one that does not count."""
    call(samples[0])
    times = []
    for sample in samples[1:]:
        start = time.process_time()
        call(sample)
        times.append(time.process_time() - start)
    return float(np.median(times))


R_SCRIPT = """
suppressMessages(library(lavaan)); a <- commandArgs(TRUE); m <- paste(readLines(a[1]), collapse = "\\n"); t <- c()
for (f in strsplit(a[2], ",")[[1]]) { d <- read.csv(f); o <- eval(parse(text = a[3])); s <- proc.time()
  fit <- do.call("cfa", c(list(model = m, data = d), o)); x <- sum(fitMeasures(fit), na.rm = TRUE) + sum(parameterEstimates(fit)$se)
  if (is.null(o$se)) x <- x + sum(standardizedSolution(fit)$se); e <- proc.time() - s; t <- c(t, e[["user.self"]] + e[["sys.self"]]) }
cat(median(if (length(t) > 1) t[-1] else t))
"""


def lavaan_seconds(model: str, samples: list[pd.DataFrame], options: str) -> float:
    """Median processor time of lavaan on the same samples."""
    with tempfile.TemporaryDirectory() as folder:
        at = Path(folder)
        (at / "bench.R").write_text(R_SCRIPT)
        (at / "model.txt").write_text(model)
        files = []
        for n, sample in enumerate(samples):
            files.append(str(at / f"d{n}.csv"))
            sample.to_csv(files[-1], index=False)
        command = ["Rscript", str(at / "bench.R"), str(at / "model.txt"), ",".join(files), options]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


# name, factors, items per factor, n, our options, lavaan's options, share missing, our calls, lavaan's calls, semopy too
TASKS = [
    ("9 items, n = 301", 3, 3, 301, {}, "list()", 0.0, 20, 8, True),
    ("45 items, n = 1000", 9, 5, 1000, {}, "list()", 0.0, 8, 3, True),
    ("100 items, n = 1000", 10, 10, 1000, {}, "list()", 0.0, 4, 1, False),
    ("9 items, MLR", 3, 3, 301, {"estimator": "MLR"}, 'list(estimator = "MLR")', 0.0, 20, 8, False),
    ("9 items, FIML, 10 % missing", 3, 3, 301, {"missing": "fiml"}, 'list(missing = "ml")', 0.1, 8, 3, False),
    (
        "9 items, 1000 bootstrap draws",
        3,
        3,
        301,
        {"bootstrap": 1000, "seed": 1},
        'list(se = "bootstrap", bootstrap = 1000)',
        0.0,
        4,
        1,
        False,
    ),
]


def main() -> None:
    """Run the tasks and print the table."""
    with_r = shutil.which("Rscript") is not None
    print(
        f"{platform.machine()}, Python {platform.python_version()}, NumPy {np.__version__}, cocsem {cocsem.__version__}"
    )
    print(f"{'work':<32}{'cocsem s':>10}{'lavaan s':>10}{'ratio':>8}{'semopy s':>10}{'ratio':>8}")
    for name, factors, items, n, options, r_options, share, calls, r_calls, other in TASKS:
        model, data = population(factors, items, n)
        samples = [fresh(data, seed, share) for seed in range(calls + 1)]
        own = median_seconds(lambda d: ours(model, d, options), samples)
        lavaan = lavaan_seconds(model, samples[: r_calls + (r_calls > 1)], r_options) if with_r else float("nan")
        semopy = median_seconds(lambda d: semopy_call(model, d), samples[:4]) if other else float("nan")
        print(
            f"{name:<32}{own:>10.4f}{lavaan:>10.3f}{lavaan / own:>8.1f}{semopy:>10.3f}{semopy / own:>8.1f}", flush=True
        )


if __name__ == "__main__":
    main()
