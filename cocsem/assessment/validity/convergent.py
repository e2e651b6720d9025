"""Convergent validity: do the items of a construct agree? Loadings, composite reliability, AVE."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import pandas as pd

from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.measurement import Block
from cocsem.assessment.reliability.congeneric import average_variance_extracted, composite_reliability
from cocsem.assessment.types import Table, Verdict
from cocsem.estimation.types import Fit
from cocsem.language import Text

_TITLE = Text("Convergent validity", "Validitas konvergen")
_LOADINGS = Text("Standardized loadings", "Muatan terstandar")
_SUPPORTED = Text("supported", "didukung")
_PARTLY = Text("partly supported", "didukung sebagian")
_NOT = Text("not supported", "tidak didukung")
_NO_VERDICT = Text("no verdict (one item)", "tanpa simpulan (satu butir)")
_NOTE = Text(
    "supported: composite reliability, AVE and every loading reach their weakest cutoff; "
    "partly: AVE or composite reliability does; "
    "not supported: neither does.",
    "didukung: reliabilitas komposit, AVE, dan semua muatan mencapai batas terlunaknya; "
    "sebagian: AVE atau reliabilitas komposit; "
    "tidak didukung: tidak keduanya.",
)
_ESTIMATED = ("est", "se", "z", "pvalue")
_LABELS = {(True, True, True): _SUPPORTED, (False, False, True): _NOT, (False, False, False): _NOT}


def judge_construct(block: Block) -> tuple[Verdict, ...]:
    """Return the verdicts of one construct: composite reliability, AVE, then every loading."""
    context = {"items": len(block.items)}
    return (
        judge(float(composite_reliability(block)), "composite_reliability", block.construct, context),
        judge(float(average_variance_extracted(block)), "ave", block.construct, context),
        *(
            judge(float(value), "loading", f"{block.construct} =~ {item}")
            for item, value in zip(block.items, block.standardized, strict=True)
        ),
    )


def convergent_table(found: Iterable[Block]) -> Table:
    """Return one row per construct: smallest loading, composite reliability, AVE and what they say together."""
    rows = []
    for block in found:
        reliability, ave, *loadings = judge_construct(block)
        alone = len(block.items) < 2
        rows.append(
            {
                "construct": block.construct,
                "group": block.group,
                "n_items": len(block.items),
                "loading_min": min(verdict.value for verdict in loadings),
                "composite_reliability": float("nan") if alone else reliability.value,
                "ave": float("nan") if alone else ave.value,
                "convergent_validity": _conclusion(reliability, ave, loadings),
            }
        )
    return Table("convergent", _TITLE, without_empty_group(pd.DataFrame(rows)), (_NOTE,))


def loading_table(found: Iterable[Block], fit: Fit) -> Table:
    """Return one row per item: its standardized loading with the standard error and p of the unstandardized one."""
    known = {_place(row, len(fit.matrices)): row for row in fit.estimates.to_dict("records") if row["op"] == "=~"}
    rows = []
    for block in found:
        for item, value in zip(block.items, block.standardized.tolist(), strict=True):
            row = known.get((block.construct, item, block.group if len(fit.matrices) > 1 else ""), {})
            estimated = {name: row.get(name) for name in _ESTIMATED}
            label = judge(value, "loading", item).label
            place = {"construct": block.construct, "group": block.group, "item": item}
            rows.append({**place, **estimated, "std_all": value, "verdict": label})
    return Table("loadings", _LOADINGS, without_empty_group(pd.DataFrame(rows)))


def without_empty_group(frame: pd.DataFrame) -> pd.DataFrame:
    """Leave the group column out when there is one unnamed group."""
    return frame.drop(columns="group") if "group" in frame and (frame["group"] == "").all() else frame


def _place(row: Mapping[Hashable, Any], n_groups: int) -> tuple[str, str, str]:
    """Where a loading stands; a single group goes without its label."""
    return str(row["lhs"]), str(row["rhs"]), str(row["group"]) if n_groups > 1 else ""


def _conclusion(reliability: Verdict, ave: Verdict, loadings: Iterable[Verdict]) -> Text:
    if reliability.label is None or ave.label is None:
        return _NO_VERDICT
    met = (bool(is_met(reliability)), bool(is_met(ave)), all(bool(is_met(verdict)) for verdict in loadings))
    return _LABELS.get(met, _PARTLY)
