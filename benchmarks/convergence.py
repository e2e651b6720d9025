"""Does our search converge wherever lavaan's does, and never at a worse minimum? Random CFA and SEM populations, weak and misspecified ones included.

usage: python benchmarks/convergence.py [--seed 9043] [--populations 1000] [--others 100] [--shapes 0] [--out benchmarks/convergence_9043.json]

Every population is drawn from the seed: two to four factors with three to five items, all exogenous or in a chain of paths, loadings from
strong to weak, cross-loadings and residual covariances that the model does not know, n from 75 to 1,000. `--shapes` asks for so many
samples of each shape of shapes.py instead, from every estimator. Each sample goes to lavaan
(Rscript, one process per estimator) and to cocsem; what counts is the discrepancy at the end, F, of those that say they converged.
`worse`: ours is above lavaan's by more than 1e-6 of it (1e-9 absolute); `better`: below it by as much.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from shapes import SHAPES, draw_shape

import cocsem

RELATIVE, ABSOLUTE = 1e-6, 1e-9
SCRIPT = """
suppressMessages({library(lavaan); library(jsonlite)})
folder <- commandArgs(TRUE)[1]; estimator <- commandArgs(TRUE)[2]
models <- fromJSON(file.path(folder, "models.json"), simplifyVector = FALSE)
ask <- function(m) {
  a <- list(model = m$model, data = read.csv(file.path(folder, m$file)), se = "none", test = "standard", baseline = FALSE, h1 = estimator == "FIML")
  if (estimator == "FIML") a$missing <- "ml" else a$estimator <- estimator
  if (!is.null(m$group)) { a$group <- m$group; a$group.equal <- unlist(m$group_equal) }
  fit <- tryCatch(suppressWarnings(do.call(m$verb, a)), error = function(e) NULL)
  if (is.null(fit) || !lavInspect(fit, "converged")) return(list(converged = FALSE))
  list(converged = TRUE, statistic = fit@test$standard$stat, fx = fit@optim$fx)
}
write_json(list(version = as.character(packageVersion("lavaan")), answers = lapply(models, ask)), file.path(folder, "answers.json"), auto_unbox = TRUE, digits = NA)
"""


def draw_population(rng: np.random.Generator) -> dict[str, Any]:
    """Model text and one sample of a random population."""
    factors = int(rng.integers(2, 5))
    sizes = rng.integers(3, 6, factors)
    kind = rng.choice(["plain", "weak", "misspecified", "weak and misspecified"], p=[0.4, 0.2, 0.2, 0.2])
    low, high = (0.15, 0.55) if "weak" in kind else (0.45, 0.9)
    names = [[f"x{f + 1}{i + 1}" for i in range(sizes[f])] for f in range(factors)]
    text = [f"f{f + 1} =~ " + " + ".join(names[f]) for f in range(factors)]
    B = np.zeros((factors, factors))
    if rng.random() < 0.5:
        for f in range(1, factors):
            causes = [f - 1] if rng.random() < 0.5 else list(range(f))
            B[f, causes] = rng.uniform(-0.2, 0.6, len(causes))
            text.append(f"f{f + 1} ~ " + " + ".join(f"f{c + 1}" for c in causes))
    R = np.full((factors, factors), rng.uniform(0.0, 0.6)) if not B.any() else np.zeros((factors, factors))
    np.fill_diagonal(R, 1.0)
    inner = np.linalg.inv(np.eye(factors) - B)
    phi = inner @ R @ inner.T
    L = np.zeros((sizes.sum(), factors))
    at = np.repeat(np.arange(factors), sizes)
    L[np.arange(len(at)), at] = rng.uniform(low, high, len(at)) * rng.choice([1.0, -1.0], len(at), p=[0.9, 0.1])
    if "misspecified" in kind:
        for row in rng.choice(len(at), 2, replace=False):
            L[row, (at[row] + 1) % factors] = rng.uniform(0.2, 0.5)
    T = np.diag(rng.uniform(0.3, 0.8, len(at)))
    if "misspecified" in kind:
        a, b = rng.choice(len(at), 2, replace=False)
        T[a, b] = T[b, a] = 0.4 * np.sqrt(T[a, a] * T[b, b])
    n = int(rng.integers(75, 1001))
    scores = rng.multivariate_normal(np.zeros(factors), phi, n)
    answers = scores @ L.T + rng.multivariate_normal(np.zeros(len(at)), T, n)
    scale = np.exp(rng.uniform(-0.7, 0.7, len(at)))
    data = pd.DataFrame(answers * scale + rng.uniform(-1, 5, len(at)), columns=[v for block in names for v in block])
    return {"kind": str(kind), "n": n, "verb": "sem", "model": "\n".join(text), "data": data.round(6)}


def punch_holes(data: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """A tenth of the answers missing completely at random; covariates and groups are known."""
    answers = [name for name in data.columns if name[0] in "xt"]
    return data.assign(**data[answers].mask(rng.random((len(data), len(answers))) < 0.1))


def ask_lavaan(populations: list[dict[str, Any]], estimator: str) -> tuple[str, list[dict[str, Any]]]:
    """What lavaan answers to all samples, in one process."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "ask.R").write_text(SCRIPT, encoding="utf-8")
        models = []
        for k, p in enumerate(populations):
            p["data"].to_csv(folder / f"{k}.csv", index=False)
            models.append({"model": p["model"], "verb": p["verb"], "file": f"{k}.csv", **p.get("options", {})})
        (folder / "models.json").write_text(json.dumps(models), encoding="utf-8")
        subprocess.run(["Rscript", str(folder / "ask.R"), name, estimator], check=True, capture_output=True)
        found = json.loads((folder / "answers.json").read_text(encoding="utf-8"))
    return str(found["version"]), list(found["answers"])


def ask_ourselves(population: dict[str, Any], estimator: str) -> dict[str, Any]:
    """Whether our search converged, and the test statistic there."""
    options = {"missing": "fiml"} if estimator == "FIML" else {"estimator": estimator}
    try:
        verb = getattr(cocsem, population["verb"])
        fit = verb(population["model"], population["data"], **options, **population.get("options", {}))
    except cocsem.CocsemError as error:
        return {"converged": False, "reason": str(error)[:200]}
    if not fit.converged:
        return {"converged": False, "reason": str(fit.warnings[0].en)[:200]}
    return {"converged": True, "fx": fit.fit_measures["fmin"], "statistic": fit.fit_measures["chisq"]}


def compare(ours: list[dict[str, Any]], theirs: list[dict[str, Any]], same: str) -> dict[str, Any]:
    """Counts of the table, and the places of the samples where we do worse."""
    pairs = list(enumerate(zip(ours, theirs, strict=True)))
    both = [(k, a[same], b[same]) for k, (a, b) in pairs if a["converged"] and b["converged"]]
    slack = [(k, a - b, ABSOLUTE + RELATIVE * abs(b)) for k, a, b in both]
    lost = [k for k, (a, b) in pairs if b["converged"] and not a["converged"]]
    return {
        "samples": len(pairs),
        "both": len(both),
        "only_ours": sum(a["converged"] and not b["converged"] for _, (a, b) in pairs),
        "only_lavaan": len(lost),
        "neither": sum(not a["converged"] and not b["converged"] for _, (a, b) in pairs),
        "worse": sum(gap > room for _, gap, room in slack),
        "better": sum(-gap > room for _, gap, room in slack),
        "places_only_lavaan": lost,
        "places_worse": [k for k, gap, room in slack if gap > room],
    }


def main() -> None:
    """Draw, ask both, count, write."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seed", type=int, default=9043)
    parser.add_argument("--populations", type=int, default=1000)
    parser.add_argument("--others", type=int, default=100)
    parser.add_argument("--shapes", type=int, default=0)
    parser.add_argument("--only", nargs="*", default=["ML", "GLS", "ULS", "WLS", "FIML"])
    parser.add_argument("--out", default=None)
    asked = parser.parse_args()
    out = asked.out or Path(__file__).with_name(f"{'shapes' if asked.shapes else 'convergence'}_{asked.seed}.json")
    record: dict[str, Any] = {"seed": asked.seed, "counts": {}}
    for number, estimator in enumerate(asked.only):
        size = asked.populations if estimator == "ML" else asked.others
        sets = {"": ([asked.seed, number], draw_population, size)}
        if asked.shapes:
            sets = {
                shape: ([asked.seed, number, at], partial(draw_shape, shape), asked.shapes)
                for at, shape in enumerate(SHAPES)
            }
        for shape, (seed, draw, size) in sets.items():
            rng = np.random.default_rng(seed)
            populations = [draw(rng) for _ in range(size)]
            if estimator == "FIML":
                populations = [{**p, "data": punch_holes(p["data"], rng)} for p in populations]
            version, theirs = ask_lavaan(populations, estimator)
            ours = [ask_ourselves(p, estimator) for p in populations]
            counts = compare(ours, theirs, "statistic" if estimator == "FIML" else "fx")
            record["lavaan"] = version
            record["counts"][", ".join(filter(None, [estimator, shape]))] = counts
            print(estimator, shape, counts, flush=True)
            Path(out).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
