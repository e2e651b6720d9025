"""Reliability of constructs that are measured by constructs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cocsem.assessment.reliability.registry import notes_for
from cocsem.assessment.types import Table
from cocsem.estimation.types import Fit, GroupMatrices
from cocsem.language import Text

_TITLE = Text("Higher-order constructs", "Konstruk tingkat lebih tinggi")


def higher_constructs(fit: Fit) -> dict[str, tuple[str, ...]]:
    """Return the constructs that further constructs measure, with the items below them."""
    below: dict[str, list[str]] = {}
    for row in fit.spec.rows:
        if row.op == "=~" and row.group == 1:
            below.setdefault(row.lhs, []).append(row.rhs)
    return {name: tuple(dict.fromkeys(_items(name, below))) for name, parts in below.items() if set(parts) & set(below)}


def _items(name: str, below: dict[str, list[str]]) -> list[str]:
    return [item for part in below[name] for item in (_items(part, below) if part in below else [part])]


def omega_higher(matrices: GroupMatrices, construct: str, items: tuple[str, ...]) -> float:
    """Return the share of the sum of the items below a construct that the construct explains.

    1'L C_.h inv(C_hh) C_h. L'1 / 1'Sigma 1, with C the covariances of the latent variables, h the construct.

    References: jorgensen2022, cho2016
    """
    rows = [matrices.observed.index(item) for item in items]
    h = matrices.latent.index(construct)
    along = matrices.loadings[rows].sum(axis=0) @ matrices.latent_cov[:, h]
    whole = float(matrices.cov[np.ix_(rows, rows)].sum())
    variance = float(matrices.latent_cov[h, h])
    return float(along**2 / variance / whole) if variance > 0 and whole > 0 else float("nan")


def higher_table(fit: Fit) -> list[Table]:
    """Return the table of the higher-order constructs; nothing where there is none."""
    rows = [
        {
            "construct": name,
            "group": sample.group,
            "n_items": len(items),
            "omega_higher": omega_higher(matrices, name, items),
        }
        for matrices, sample in zip(fit.matrices, fit.statistics, strict=True)
        for name, items in higher_constructs(fit).items()
    ]
    if not rows:
        return []
    frame = pd.DataFrame(rows)
    frame = frame if any(row["group"] for row in rows) else frame.drop(columns="group")
    return [Table("higher", _TITLE, frame, notes_for(tuple(frame.columns)))]
