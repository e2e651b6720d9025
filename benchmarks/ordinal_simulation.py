"""Does WLSMV keep its promises on ordered answers? Type I error of its test and coverage of its 95 % intervals, by simulation.

    python benchmarks/ordinal_simulation.py                      # 1,000 replications of every cell; prints one line per cell
    python benchmarks/ordinal_simulation.py --replications 50 --only skewed
    python benchmarks/ordinal_simulation.py --record             # and writes ordinal_simulation.csv and docs/ordinal-simulation.md
    python benchmarks/ordinal_simulation.py --page               # writes the page again from the recorded csv

Population: three factors with three items each, five answer categories; the fitted model is the true one. Every replication has a
generator of its own, seeded by (SEED, cell, replication), so that any single one can be drawn again.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import cocsem
from cocsem.errors import CocsemError

HERE = Path(__file__).resolve().parent
RECORD = HERE / "ordinal_simulation.csv"
PAGE = HERE.parent / "docs" / "ordinal-simulation.md"
SEED = 4
LEVEL = 0.05
NORMAL_975 = 1.959963984540054
LOADINGS = np.tile([0.8, 0.7, 0.6], 3)
FACTOR_CORRELATION = 0.4
ITEMS = [f"x{i}" for i in range(1, 10)]
MODEL = "f1 =~ x1 + x2 + x3\nf2 =~ x4 + x5 + x6\nf3 =~ x7 + x8 + x9"
THRESHOLDS = {"symmetric": (-1.5, -0.5, 0.5, 1.5), "skewed": (0.2, 0.8, 1.3, 1.8)}
SIZES = (200, 500, 1000)
ESTIMATORS = {"WLSMV": {"ordered": True}, "ML": {}, "MLR": {"estimator": "MLR"}}
KINDS = {"=~": "loading", "~~": "correlation", "|": "threshold"}


@dataclass(frozen=True)
class Cell:
    """One line of the table: the shape of the thresholds, the number of respondents, and its number in the seed."""

    shape: str
    n: int
    number: int

    def draw(self, replication: int) -> pd.DataFrame:
        """Answers 1..5 of n respondents, (n, 9)."""
        rng = np.random.default_rng((SEED, self.number, replication))
        shared = np.sqrt(FACTOR_CORRELATION) * rng.standard_normal((self.n, 1))
        factors = shared + np.sqrt(1 - FACTOR_CORRELATION) * rng.standard_normal((self.n, 3))
        unique = rng.standard_normal((self.n, 9)) * np.sqrt(1 - LOADINGS**2)
        responses = np.repeat(factors, 3, axis=1) * LOADINGS + unique
        return pd.DataFrame(np.digitize(responses, THRESHOLDS[self.shape]) + 1, columns=ITEMS)


CELLS = tuple(Cell(shape, n, k) for k, (shape, n) in enumerate((s, n) for s in THRESHOLDS for n in SIZES))


def truth(shape: str) -> dict[str, np.ndarray]:
    """Population values by kind, in the order of the estimates: 9 loadings, 3 factor correlations, 36 thresholds."""
    return {
        "loading": LOADINGS,
        "correlation": np.full(3, FACTOR_CORRELATION),
        "threshold": np.tile(THRESHOLDS[shape], 9),
    }


def free_estimates(fit: cocsem.Fit) -> dict[str, np.ndarray]:
    """(2, parameters) estimates and standard errors of loadings, factor correlations and thresholds; what is fixed has no error."""
    table = fit.estimates[fit.estimates["se"] > 0]
    return {kind: table.loc[table["op"] == op, ["est", "se"]].to_numpy().T for op, kind in KINDS.items()}


def replicate(cell: Cell, replication: int) -> dict[str, object]:
    """What one sample gives: p values by estimator, and where WLSMV converged its estimates. A refusal is kept as such."""
    answers = cell.draw(replication)
    found: dict[str, object] = {"unseen": bool((answers.nunique() < 5).any())}
    for name, options in ESTIMATORS.items():
        try:
            fit = cocsem.cfa(MODEL, answers, std_lv=True, **options)
        except CocsemError:
            found[f"{name} refused"] = True
            continue
        found[f"{name} converged"], found[f"{name} admissible"] = fit.converged, fit.admissible
        if fit.converged:
            measures = fit.fit_measures
            found[f"{name} p"] = measures["pvalue" if name == "ML" else "pvalue_scaled"]
            if name == "WLSMV":
                found.update(free_estimates(fit))
    return found


def summarise(cell: Cell, replications: list[dict[str, object]]) -> dict[str, object]:
    """One line of the record: counts, shares, and Monte Carlo standard errors of the coverages."""
    line: dict[str, object] = {"thresholds": cell.shape, "n": cell.n, "replications": len(replications)}
    line["unseen"] = sum(bool(r["unseen"]) for r in replications)
    for fact in ("refused", "converged", "admissible"):
        line[fact] = sum(bool(r.get(f"WLSMV {fact}", False)) for r in replications)
    for name in ESTIMATORS:
        values = np.array([r[f"{name} p"] for r in replications if f"{name} p" in r], dtype=float)
        line[f"{name} tests"], line[f"{name} rejected"] = len(values), int((values < LEVEL).sum())
    for kind, true in truth(cell.shape).items():
        # An item with a category that nobody chose has fewer thresholds: such samples say nothing about all 36.
        kept = [r for r in replications if kind in r and not (kind == "threshold" and r["unseen"])]
        line.update(coverage(kind, np.array([r[kind] for r in kept]), true))
        clean = coverage(kind, np.array([r[kind] for r in kept if r["WLSMV admissible"]]), true)
        line[f"{kind} admissible"] = clean.get(f"{kind} coverage", float("nan"))
    return line


def coverage(kind: str, found: np.ndarray, true: np.ndarray) -> dict[str, float]:
    """Coverage of est +- 1.96 se, from `found` (samples, 2, parameters); its error by samples, since parameters hang together."""
    if not len(found):
        return {}
    estimates, errors = found[:, 0], found[:, 1]
    inside = np.abs(estimates - true) <= NORMAL_975 * errors
    spread = estimates.std(axis=0, ddof=1)
    single = inside.mean(axis=0)
    return {
        f"{kind} coverage": float(inside.mean()),
        f"{kind} mc error": float(inside.mean(axis=1).std(ddof=1) / np.sqrt(len(found))),
        f"{kind} lowest": float(single.min()),
        f"{kind} highest": float(single.max()),
        f"{kind} bias": float((estimates.mean(axis=0) - true).mean()),
        f"{kind} se ratio": float((errors.mean(axis=0) / spread).mean()),
        f"{kind} above": float((estimates - true > NORMAL_975 * errors).mean()),
        f"{kind} with sd": float((np.abs(estimates - true) <= NORMAL_975 * spread).mean()),
    }


def wilson(count: int, total: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    share, z2 = count / total, NORMAL_975**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    half = NORMAL_975 * np.sqrt(share * (1 - share) / total + z2 / (4 * total**2)) / (1 + z2 / total)
    return middle - half, middle + half


def test_table(record: pd.DataFrame) -> str:
    """Convergence and rejection rates, as a Markdown table; a rate whose interval leaves .05 out is bold."""
    names = " | ".join(f"{name}, rejected" for name in ESTIMATORS)
    lines = [f"| thresholds | n | samples | unseen | refused | converged | admissible | {names} |", "|---" * 10 + "|"]
    for _, row in record.iterrows():
        cells = [row["thresholds"], *(f"{row[c]:,}" for c in ("n", "replications", "unseen", "refused", "converged"))]
        cells.append(f"{row['admissible']:,}")
        for name in ESTIMATORS:
            count, total = int(row[f"{name} rejected"]), int(row[f"{name} tests"])
            low, high = wilson(count, total)
            cells.append(_marked(f"{count / total:.3f}", low, high, LEVEL))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def coverage_table(record: pd.DataFrame) -> str:
    """Coverage and what explains it; a coverage whose interval leaves .95 out is bold."""
    names = "coverage | single parameters | admissible only | all above truth | bias | mean SE / SD | with SD"
    lines = [f"| thresholds | n | of | {names} |", "|---" * 10 + "|"]
    for _, row in record.iterrows():
        for kind in KINDS.values():
            share, half = row[f"{kind} coverage"], NORMAL_975 * row[f"{kind} mc error"]
            shown = _marked(f"{share:.3f}", share - half, share + half, 1 - LEVEL)
            cells = [row["thresholds"], f"{row['n']:,}", f"{kind}s", shown]
            cells.append(f"{row[f'{kind} lowest']:.3f} to {row[f'{kind} highest']:.3f}")
            cells += [f"{row[f'{kind} {what}']:.3f}" for what in ("admissible", "above")]
            cells.append(f"{row[f'{kind} bias']:+.4f}")
            cells += [f"{row[f'{kind} {what}']:.3f}" for what in ("se ratio", "with sd")]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _marked(text: str, low: float, high: float, nominal: float) -> str:
    mark = "" if low <= nominal <= high else "**"
    return f"{mark}{text}{mark} [{low:.3f}, {high:.3f}]"


def write_page(record: pd.DataFrame, page: Path = PAGE) -> None:
    """Settings and explanations from the head, tables from the record."""
    head = (HERE / "ordinal_simulation_head.md").read_text()
    page.write_text(head.replace("{tests}", test_table(record)).replace("{coverage}", coverage_table(record)))


def run(cell: Cell, replications: int) -> dict[str, object]:
    """All replications of one cell."""
    start = time.process_time()
    line = summarise(cell, [replicate(cell, r) for r in range(replications)])
    return line | {"seconds": round(time.process_time() - start, 1)}


def main() -> None:
    """Run the cells and print their lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--only", choices=tuple(THRESHOLDS), help="one shape of the thresholds")
    parser.add_argument("--record", action="store_true", help="write the csv beside this file and the page in docs")
    parser.add_argument("--page", action="store_true", help="write the page from the recorded csv")
    asked = parser.parse_args()
    if asked.page:
        return write_page(pd.read_csv(RECORD))
    lines = []
    for cell in CELLS:
        if asked.only in (None, cell.shape):
            lines.append(run(cell, asked.replications))
            print(lines[-1], flush=True)
    record = pd.DataFrame(lines)
    print(test_table(record), coverage_table(record), sep="\n\n")
    if asked.record:
        record.to_csv(RECORD, index=False, float_format="%.6g")
        write_page(record)
    return None


if __name__ == "__main__":
    main()
