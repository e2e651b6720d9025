"""What the data suggest to change, read by size and power instead of by significance alone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cocsem.assessment.measurement import measured
from cocsem.assessment.multiple_tests import holm
from cocsem.criteria import load_criterion
from cocsem.estimation.distributions import chi2_sf
from cocsem.estimation.modification import modification_indices, powers
from cocsem.estimation.types import Fit
from cocsem.language import Text

SHOWN = 15
_READINGS = {
    "m": Text("misspecified", "salah spesifikasi"),
    "nm": Text("no misspecification of that size", "tidak ada salah spesifikasi sebesar itu"),
    "i": Text("inconclusive: too little power", "tidak dapat disimpulkan: daya uji terlalu kecil"),
    "epc:m": Text("misspecified, by its size", "salah spesifikasi, menurut besarnya"),
    "epc:nm": Text("significant, but small", "signifikan, tetapi kecil"),
}
_CHANCE = Text("not beyond chance among so many candidates", "tidak melampaui kebetulan di antara sekian banyak calon")
ACROSS = Text(
    "joins items of different constructs: a sign of a shared cause the theory leaves out",
    "menghubungkan butir dari konstruk berbeda: tanda adanya sebab bersama yang tidak dimuat teori",
)
WITHIN = Text("items of one construct: alike wording?", "butir satu konstruk: redaksi yang mirip?")
LOADING = Text(
    "cross-loading: the item speaks of two constructs", "muatan silang: butir berbicara tentang dua konstruk"
)
PATH = Text("a path the theory does not have", "jalur yang tidak ada dalam teori")


def suggest(fit: Fit, most: int = SHOWN) -> pd.DataFrame:
    """Return the largest modification indices with their equivalence reading.

    A change is judged against the smallest standardized one of interest (criteria sesoi_loading and sesoi_other): was there power to find it,
    and is the expected change as large?

    Returns
    -------
    DataFrame parameter group mi epc sepc_all sesoi power pvalue_adjusted reading meaning; the largest index first. Empty where the
    model leaves nothing to change.

    References: saris2009, sorbom1989
    """
    frame = modification_indices(fit)
    frame = frame[frame["lhs"] != frame["rhs"]]
    loading = frame["op"] == "=~"
    parts = []
    for own, criterion in ((frame[loading], "sesoi_loading"), (frame[~loading], "sesoi_other")):
        delta = load_criterion(criterion).weakest
        read = powers(own.assign(epc=own["sepc_all"]), delta, load_criterion("path_test").weakest) if len(own) else {}
        parts.append(own.assign(sesoi=delta, **{k: v for k, v in read.items() if k in ("power", "decision")}))
    if not len(frame):
        return pd.DataFrame()
    everything = pd.concat([part for part in parts if len(part)])
    everything["pvalue_adjusted"] = holm(np.array([chi2_sf(float(mi), 1) for mi in everything["mi"]]))
    found = everything.nlargest(most, "mi")
    homes = {item: name for name, items in measured(fit).items() for item in items}
    records = [
        {
            "parameter": f"{r['lhs']} {r['op']} {r['rhs']}", "group": r["group"], "mi": r["mi"], "epc": r["epc"], "sepc_all": r["sepc_all"],
            "sesoi": r["sesoi"], "power": r["power"], "pvalue_adjusted": r["pvalue_adjusted"], "reading": _reading(str(r["decision"]), r["pvalue_adjusted"]), "meaning": meaning(r["lhs"], r["op"], r["rhs"], homes),
        }
        for r in found.to_dict("records")
    ]  # fmt: skip
    frame = pd.DataFrame(records)
    return frame.drop(columns="group") if len(fit.spec.groups) == 1 and len(frame) else frame


def _reading(decision: str, adjusted: float) -> Text:
    """The reading of one index; one that chance gives among so many candidates is not called a misspecification."""
    return (
        _CHANCE if decision in ("m", "epc:m") and not load_criterion("path_test").met(adjusted) else _READINGS[decision]
    )


def meaning(lhs: str, op: str, rhs: str, homes: dict[str, str]) -> Text | None:
    """Say what a change would claim about the questionnaire.

    >>> meaning("x1", "~~", "x4", {"x1": "f", "x4": "g"}) is ACROSS
    True
    """
    if op == "=~":
        return LOADING
    if op == "~":
        return PATH
    if lhs in homes and rhs in homes:
        return WITHIN if homes[lhs] == homes[rhs] else ACROSS
    return None
