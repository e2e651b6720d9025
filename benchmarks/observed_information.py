"""Do standard errors of a misspecified model follow the spread of its estimates, with the expected or with the observed information?

usage: python benchmarks/observed_information.py [--samples 300] [--seed 5]

Samples of 1,000 from a normal population with three factors, and with a cross-loading and two residual covariances that the model
leaves out. Printed for every estimator: the root mean square, over parameters, of mean standard error / spread of the estimates - 1.
GLS, WLS and DWLS are asked for the sandwich (`se="robust.sem"`). Cited in docs/decisions/0006.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import cocsem

MODEL = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
ESTIMATORS = ("ULSM", "MLM", "GLS", "WLS", "DWLS")
KINDS = ("expected", "observed")
ROWS = 1000


def population() -> NDArray[np.float64]:
    """Covariance matrix (9, 9): x9 also measures the first factor; x7 and x8, x1 and x6 have something of their own in common."""
    loadings = np.kron(np.eye(3), np.array([[0.8], [0.7], [0.75]]))
    loadings[8, 0] = 0.5
    factors = np.array([[1.0, 0.4, 0.3], [0.4, 1.0, 0.3], [0.3, 0.3, 1.0]])
    unique = 0.5 * np.eye(9)
    unique[6, 7] = unique[7, 6] = 0.25
    unique[0, 5] = unique[5, 0] = 0.2
    return np.asarray(loadings @ factors @ loadings.T + unique)


def study(estimator: str, samples: int, rng: np.random.Generator) -> dict[str, float]:
    """Root mean square of mean standard error over spread, less one, for both kinds of information."""
    root = np.linalg.cholesky(population())
    se = "robust.sem" if estimator in ("GLS", "WLS", "DWLS") else None
    estimates, errors = [], {kind: [] for kind in KINDS}
    for _ in range(samples):
        data = pd.DataFrame(rng.standard_normal((ROWS, 9)) @ root.T, columns=[f"x{i}" for i in range(1, 10)])
        fits = {k: cocsem.cfa(MODEL, data, estimator=estimator, information=k, se=se) for k in KINDS}
        if all(fit.converged for fit in fits.values()):
            estimates.append(fits["expected"].theta)
            for kind, fit in fits.items():
                errors[kind].append(np.sqrt(np.diag(fit.vcov)))
    spread = np.std(estimates, axis=0)
    return {k: float(np.sqrt(np.mean((np.mean(e, axis=0) / spread - 1.0) ** 2))) for k, e in errors.items()}


def main() -> None:
    """Print one line per estimator."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--samples", type=int, default=300)
    parser.add_argument("--seed", type=int, default=5)
    asked = parser.parse_args()
    for number, estimator in enumerate(ESTIMATORS):
        found = study(estimator, asked.samples, np.random.default_rng([asked.seed, number]))
        print(estimator, {kind: round(value, 3) for kind, value in found.items()}, flush=True)


if __name__ == "__main__":
    main()
