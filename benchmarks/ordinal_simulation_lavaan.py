"""The same samples in lavaan: is what the simulation finds the method's doing, or ours?

    python benchmarks/ordinal_simulation_lavaan.py [samples]     # skewed thresholds, n = 200; needs Rscript with lavaan

Prints the decisions of both programs and the largest differences in p values and standard errors.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from ordinal_simulation import CELLS, LEVEL, MODEL, replicate

R = """
suppressMessages(library(lavaan)); model <- "{model}"
for (k in seq_len({samples}) - 1) {{
  fit <- suppressWarnings(cfa(model, read.csv(sprintf("{folder}/%d.csv", k)), ordered = TRUE, std.lv = TRUE))
  pe <- parameterEstimates(fit); pe <- pe[pe$se > 0, ]
  se <- c(pe$se[pe$op == "=~"], pe$se[pe$op == "~~"])
  cat(fitMeasures(fit, "pvalue.scaled"), se, "\\n")
}}
"""


def theirs(samples: int) -> np.ndarray:
    """(samples, 13) p value, standard errors of 9 loadings and 3 factor correlations, as lavaan has them."""
    with tempfile.TemporaryDirectory() as folder:
        for k in range(samples):
            CELLS[3].draw(k).to_csv(Path(folder) / f"{k}.csv", index=False)
        script = R.format(model=MODEL, samples=samples, folder=folder)
        done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=True)
    return np.array([line.split() for line in done.stdout.splitlines() if line.strip()], dtype=float)


def ours(samples: int) -> np.ndarray:
    """The same of cocsem."""
    found = [replicate(CELLS[3], k) for k in range(samples)]
    return np.array([[r["WLSMV p"], *r["loading"][1], *r["correlation"][1]] for r in found])


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    a, b = ours(count), theirs(count)
    away = np.abs(a - b)
    print(f"{count} samples, rejected: cocsem {(a[:, 0] < LEVEL).sum()}, lavaan {(b[:, 0] < LEVEL).sum()}")
    print(f"largest difference of p {away[:, 0].max():.1e}, of standard errors {away[:, 1:].max():.1e}")
