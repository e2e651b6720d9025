"""Cohen's f2 of every path between constructs: what a cause adds to the explained variance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.assessment.judge import judge
from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.estimation.problem import implied, pose
from cocsem.estimation.standardized_solution import require_converged
from cocsem.estimation.types import Fit
from cocsem.language import Text

Array = NDArray[np.float64]
_TITLE = Text("Effect sizes", "Ukuran efek")
_NOTES = (
    Text(
        "f² = (R² - R²₀)/(1 - R²): R² is what all causes of the target explain, R²₀ (r2_without) what the others would explain. Both come "
        "from the model-implied covariances, so no score stands between the construct and its effect.",
        "f² = (R² - R²₀)/(1 - R²): R² adalah varians sasaran yang dijelaskan semua penyebabnya, R²₀ (r2_without) yang dijelaskan penyebab "
        "lain. Keduanya berasal dari kovarians menurut model, sehingga tidak ada skor di antara konstruk dan pengaruhnya.",
    ),
    Text(
        "Programs that work with scores of the constructs (PLS) give smaller values, because scores hold measurement error.",
        "Program yang bekerja dengan skor konstruk (PLS) memberi nilai lebih kecil karena skor mengandung galat pengukuran.",
    ),
)


def f_squared(fit: Fit) -> pd.DataFrame:
    """Return Cohen's f2 of every path: source target group r2 r2_without f2.

    f2 = (R2 - R2_without) / (1 - R2), from regressions on the model-implied covariances of all variables.

    Parameters
    ----------
    fit : a converged fit with paths (`~`).

    Raises
    ------
    EstimationError : the fit did not converge.

    References: cohen1988
    """
    require_converged(fit)
    problem = pose(fit.spec, fit.statistics, fit.method)
    rows = []
    for layout, at, sample in zip(problem.layouts, implied(problem, fit.theta), fit.statistics, strict=True):
        place = {name: i for i, name in enumerate(layout.names)}
        causes: dict[str, list[str]] = {}
        for row in fit.spec.rows:
            if row.op == "~" and row.group == 1:
                causes.setdefault(row.lhs, []).append(row.rhs)
        for target, sources in causes.items():
            full = _explained(at.C, place[target], [place[s] for s in sources])
            for source in sources:
                less = _explained(at.C, place[target], [place[s] for s in sources if s != source])
                f2 = (full - less) / (1 - full) if full < 1 else float("nan")
                rows.append((source, target, sample.group, full, less, f2))
    return pd.DataFrame(rows, columns=["source", "target", "group", "r2", "r2_without", "f2"])


def effect_sizes(fit: Fit) -> Assessment:
    """Judge f2 of every path by Cohen's words small, medium and large.

    References: cohen1988
    """
    frame = f_squared(fit)
    verdicts: list[Verdict] = [
        judge(row["f2"], "f2", f"{row['source']} → {row['target']}") for row in frame.to_dict("records")
    ]
    frame["verdict"] = pd.Series([verdict.label for verdict in verdicts], dtype=object)
    frame = frame if frame["group"].astype(bool).any() else frame.drop(columns="group")
    return Assessment(
        "effect_sizes",
        _TITLE,
        (Table("effect_sizes", _TITLE, frame, _NOTES),),
        verdicts=tuple(verdicts),
        references=("cohen1988",),
    )


def _explained(cov: Array, target: int, sources: list[int]) -> float:
    """The share of the target's variance that a regression on the sources explains."""
    if not sources:
        return 0.0
    along = cov[sources, target]
    return float(along @ np.linalg.solve(cov[np.ix_(sources, sources)], along) / cov[target, target])
