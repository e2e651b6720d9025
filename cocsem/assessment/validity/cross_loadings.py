"""Items that also load on another construct: the strongest cross-loading of every item, by the score test."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.measurement import measured
from cocsem.assessment.multiple_tests import holm
from cocsem.assessment.types import Table, Verdict
from cocsem.assessment.wording import fill, probability, proportion
from cocsem.estimation.distributions import chi2_sf
from cocsem.estimation.modification import modification_indices
from cocsem.estimation.results import estimate
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.model.types import Row

_TITLE = Text("Cross-loadings", "Muatan silang")
_MOST = 10  # shown, beside those found
_STEPS = 10  # found at most
_NOTES = (
    Text(
        "mi: score test (modification index) of the strongest cross-loading of an item; pvalue: corrected by Holm for all {tests} "
        "cross-loadings looked at; std_all: the standardized loading it would have there. The {shown} strongest of {items} items.",
        "mi: uji skor (indeks modifikasi) untuk muatan silang terkuat sebuah butir; pvalue: dikoreksi menurut Holm untuk semua {tests} "
        "muatan silang yang diperiksa; std_all: muatan terstandar yang akan diperolehnya. {shown} terkuat dari {items} butir.",
    ),
    Text(
        "Step by step: after one is found the model is fitted again with it, and the others are looked at anew; the model reported "
        "elsewhere stays as it was asked for.",
        "Langkah demi langkah: setelah satu ditemukan, model dicocokkan ulang dengannya dan yang lain diperiksa kembali; model yang "
        "dilaporkan di bagian lain tetap seperti yang diminta.",
    ),
    Text(
        "Two items of one wording can look like a cross-loading; read the items before moving one.",
        "Dua butir dengan kalimat serupa dapat tampak sebagai muatan silang; bacalah butirnya sebelum memindahkannya.",
    ),
)
_FOUND = Text(
    "{item} of {construct} would also load on {other} ({value} standardized, {p} after correction): it measures more than its own "
    "construct. Read its wording; do not free the loading because the index says so.",
    "{item} dari {construct} juga akan bermuatan pada {other} ({value} terstandar, {p} setelah koreksi): butir ini mengukur lebih dari "
    "konstruknya sendiri. Bacalah kalimatnya; jangan membebaskan muatan hanya karena indeksnya.",
)


def cross_loadings(fit: Fit) -> pd.DataFrame:
    """Return the strongest cross-loading of every item: item construct construct_2 group mi pvalue std_all, largest mi first.

    p values of the score tests are corrected by Holm over all items and all constructs they do not belong to.

    References: sorbom1989, holm1979
    """
    home: dict[str, list[str]] = {}
    for construct, items in measured(fit).items():
        for item in items:
            home.setdefault(item, []).append(construct)
    found = modification_indices(fit)
    constructs = set(measured(fit))
    at = [
        op == "=~" and lhs in constructs and rhs in home and lhs not in home[rhs]
        for lhs, op, rhs in zip(found["lhs"], found["op"], found["rhs"], strict=True)
    ]
    found = found[at]
    frame = pd.DataFrame(
        {
            "item": found["rhs"],
            "construct": [home[item][0] for item in found["rhs"]],
            "construct_2": found["lhs"],
            "group": found["group"],
            "mi": found["mi"],
            "pvalue": holm(np.array([chi2_sf(value, 1) for value in found["mi"]])),
            "std_all": found["sepc_all"],
        }
    ).sort_values("mi", ascending=False, kind="stable")
    return frame.drop_duplicates(["item", "group"]).reset_index(drop=True)


def find_cross_loadings(fit: Fit) -> tuple[pd.DataFrame, int]:
    """Return the strongest cross-loading of every item, and how many of them (the first rows) stand the test.

    Step by step: the strongest one that stands is freed, the model is fitted again and the others are looked at anew, because one
    item that measures two constructs makes its neighbours look as if they did. The model that was asked for stays as it is.

    References: sorbom1989, holm1979
    """
    found: list[pd.DataFrame] = []
    current, frame = fit, cross_loadings(fit)
    while len(frame) and len(found) < _STEPS and is_met(judge(float(frame["pvalue"].iloc[0]), "cross_loading", "")):
        top = frame.iloc[[0]]
        found.append(top)
        freed = _with_loading(current, str(top["construct_2"].iloc[0]), str(top["item"].iloc[0]), top["group"].iloc[0])
        if not freed.converged:
            break
        current, frame = freed, cross_loadings(freed)
    seen = {(row["item"].iloc[0], row["group"].iloc[0]) for row in found}
    rest = frame[[(i, g) not in seen for i, g in zip(frame["item"], frame["group"], strict=True)]]
    return pd.concat([*found, rest], ignore_index=True), len(found)


def _with_loading(fit: Fit, construct: str, item: str, group: str) -> Fit:
    """Fit the same model with one more free loading."""
    row = Row(construct, "=~", item, fit.spec.groups.index(group) + 1, fit.spec.n_free + 1)
    spec = fit.spec.with_rows((*fit.spec.rows, row))
    return estimate(spec, fit.statistics, fit.method, engine="native", provenance=fit.provenance)


def cross_loading_table(
    frame: pd.DataFrame, n_found: int, n_tests: int
) -> tuple[Table, tuple[Verdict, ...], tuple[Text, ...]]:
    """Return the strongest cross-loadings as a table, their verdicts, and a sentence for each that is found."""
    verdicts = tuple(judge(row["pvalue"], "cross_loading", row["item"]) for row in frame.to_dict("records"))
    labels = pd.Series([verdict.label for verdict in verdicts], index=frame.index, dtype=object)
    shown = frame.assign(verdict=labels).head(max(_MOST, n_found))
    shown = shown if shown["group"].astype(bool).any() else shown.drop(columns="group")
    note = fill(_NOTES[0], {"tests": n_tests, "shown": len(shown), "items": len(frame)})
    said = tuple(_sentence(row) for row in frame.head(n_found).to_dict("records"))
    return Table("cross_loadings", _TITLE, shown.reset_index(drop=True), (note, *_NOTES[1:])), verdicts, said


def _sentence(row: dict) -> Text:
    return fill(
        _FOUND,
        {
            "item": row["item"],
            "construct": row["construct"],
            "other": row["construct_2"],
            "value": proportion(float(row["std_all"]), 2),
            "p": probability(float(row["pvalue"])),
        },
    )
