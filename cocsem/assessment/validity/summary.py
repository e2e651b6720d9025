"""The one table a reviewer asks for: alpha, omega, CR, AVE, MSV, ASV, Fornell-Larcker and HTMT, with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.reliability.coefficients import alpha_of, feldt_interval
from cocsem.assessment.reliability.model_side import ModelRow
from cocsem.assessment.types import Table, Verdict
from cocsem.assessment.validity.discriminant import DISAGREE, DISTINCT, NO_VERDICT, NOT_DISTINCT, Pair
from cocsem.language import Text

_TITLE = Text("Scale validation at a glance", "Ringkasan validasi skala")
_NOTES = (
    Text(
        "alpha: with Feldt's interval, rows the model used. omega, CR and AVE: from the measurement model, intervals "
        "by the delta method. MSV and ASV: largest and mean squared correlation with another construct. htmt_max: the largest HTMT of "
        "the construct, htmt_with the construct it belongs to.",
        "alpha: dengan selang Feldt, baris yang dipakai model. omega, CR, dan AVE: dari model pengukuran, selang "
        "dengan metode delta. MSV dan ASV: kuadrat korelasi terbesar dan rerata kuadrat korelasi dengan konstruk lain. htmt_max: HTMT "
        "terbesar konstruk itu, htmt_with konstruk pasangannya.",
    ),
    Text(
        "fornell_larcker: square root of AVE less the largest absolute correlation. discriminant_validity: the worst verdict among the "
        "pairs of the construct.",
        "fornell_larcker: akar AVE dikurangi korelasi absolut terbesar. discriminant_validity: simpulan terburuk di antara pasangan "
        "konstruk itu.",
    ),
)
_SEVERITY = (NOT_DISTINCT, DISAGREE, NO_VERDICT, DISTINCT)


def summary_table(
    rows: Sequence[ModelRow],
    found: Sequence[Pair],
    convergent: Mapping[tuple[str, str], Text],
    n_obs: Mapping[str, int],
) -> tuple[Table, tuple[Verdict, ...]]:
    """Return one row per construct with everything a reviewer asks for, and the verdicts on AVE against MSV.

    Parameters
    ----------
    rows : model-based coefficients. found : all pairs. convergent : the verdict by construct and group. n_obs : rows by group.
    """
    cells, verdicts = [], []
    for row in rows:
        own = [
            pair for pair in found if pair.group == row.block.group and row.block.construct in (pair.one, pair.other)
        ]
        shared = shared_variance(own)
        place = (row.block.construct, row.block.group)
        ave = row.values.get("ave", np.nan)
        verdicts.append(judge(ave - shared["msv"], "msv", row.block.construct))
        cells.append(
            {
                "construct": row.block.construct,
                "group": row.block.group,
                "convergent_validity": convergent[place],
                "discriminant_validity": worst(pair.conclusion for pair in own),
                "n_items": len(row.block.items),
                **_alpha(row, n_obs[row.block.group]),
                **_coefficients(row),
                **shared,
                "fornell_larcker": np.sqrt(ave) - np.sqrt(shared["msv"]) if ave >= 0 else np.nan,
                **_largest_ratio(own, row.block.construct),
            }
        )
    frame = pd.DataFrame(cells)
    frame = frame.drop(columns="group") if not any(row.block.group for row in rows) else frame
    if frame["htmt_max_ci_lower"].isna().all():
        frame = frame.drop(columns=["htmt_max_ci_lower", "htmt_max_ci_upper"])
    return Table("summary", _TITLE, frame, _NOTES), tuple(v for v in verdicts if is_met(v) is not None)


def shared_variance(own: Sequence[Pair]) -> dict[str, float]:
    """Return the maximum and the average squared correlation of a construct with the others.

    References: hair2019
    """
    squares = [pair.correlation**2 for pair in own if pair.correlation == pair.correlation]
    return {"msv": max(squares, default=np.nan), "asv": float(np.mean(squares)) if squares else np.nan}


def worst(conclusions: Iterable[Text]) -> Text | None:
    """Return the conclusion that weighs most against a construct; None without any pair."""
    said = set(conclusions)
    return next((text for text in _SEVERITY if text in said), None)


def _alpha(row: ModelRow, n_obs: int) -> dict[str, float]:
    alpha = alpha_of(row.block.observed)
    lower, upper = feldt_interval(alpha, n_obs, len(row.block.items))
    return {"alpha": alpha, "alpha_ci_lower": lower, "alpha_ci_upper": upper}


def _coefficients(row: ModelRow) -> dict[str, float]:
    cells = {}
    for name in ("omega", "composite_reliability", "ave"):
        cells[name] = row.values.get(name, np.nan)
        cells[f"{name}_ci_lower"], cells[f"{name}_ci_upper"] = row.intervals.get(name, (np.nan, np.nan))
    return cells


def _largest_ratio(own: Sequence[Pair], construct: str) -> dict[str, object]:
    known = [pair for pair in own if pair.verdicts["htmt"].value == pair.verdicts["htmt"].value]
    if not known:
        return {"htmt_max": np.nan, "htmt_max_ci_lower": np.nan, "htmt_max_ci_upper": np.nan, "htmt_with": ""}
    top = max(known, key=lambda pair: pair.verdicts["htmt"].value)
    lower, upper = top.ratio_limits["htmt"]
    other = top.other if top.one == construct else top.one
    value = top.verdicts["htmt"].value
    return {"htmt_max": value, "htmt_max_ci_lower": lower, "htmt_max_ci_upper": upper, "htmt_with": other}
