"""The pilot test as theses report it: item-total correlations against the r table, and alpha with each item dropped."""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

import numpy as np
import pandas as pd

from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.reliability.coefficients import (
    alpha_if_dropped,
    alpha_interval,
    cronbach_alpha,
    item_rest_correlation,
)
from cocsem.assessment.reliability.keying import find_miskeyed
from cocsem.assessment.scales import Scales, scale_names, some_scales
from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.assessment.wording import fill
from cocsem.criteria import load_criterion
from cocsem.language import Text
from cocsem.survey.types import Survey

_TITLE = Text("Pilot test", "Uji coba instrumen")
_ITEMS = Text("Validity of the items (pilot test)", "Uji validitas butir (uji coba)")
_SCALES = Text("Reliability of the scales (pilot test)", "Uji reliabilitas skala (uji coba)")
_NOTES = (
    Text(
        "item_total_r: correlation with the sum of all items of the scale (Pearson's product-moment, the item itself included); r_table: "
        "the value it must exceed at {level} (two-sided), t/sqrt(t^2 + n - 2).",
        "item_total_r: korelasi dengan jumlah semua butir skala (product moment Pearson, termasuk butir itu sendiri); r_table: nilai yang "
        "harus dilampaui pada taraf {level} (dua sisi), t/sqrt(t^2 + n - 2).",
    ),
    Text(
        "An item is part of its own total, so even unrelated items pass with few items. item_rest_r leaves the item out; look at it too.",
        "Butir adalah bagian dari totalnya sendiri, sehingga bila butirnya sedikit, butir yang tidak berhubungan pun dapat lolos. "
        "item_rest_r tidak menyertakan butir itu; perhatikan juga nilai ini.",
    ),
)
_RELIABLE = Text(
    "alpha with Feldt's interval (95%): with few respondents it is wide.",
    "alpha dengan selang Feldt (95%): dengan sedikit responden selangnya lebar.",
)
_FINE = Text(
    "Pilot test with {n} respondents: all {items} items exceed the r table, and every scale reaches an acceptable alpha.",
    "Uji coba dengan {n} responden: semua {items} butir melampaui r tabel, dan setiap skala mencapai alpha yang dapat diterima.",
)
_WEAK_ITEMS = Text(
    "Pilot test with {n} respondents: of {items} items, {count} do not exceed the r table: {names}. Reword them or drop them.",
    "Uji coba dengan {n} responden: dari {items} butir, {count} tidak melampaui r tabel: {names}. Perbaiki kalimatnya atau buang.",
)
_WEAK_SCALES = Text(
    "Scales whose alpha is not acceptable: {names}.", "Skala yang alpha-nya tidak dapat diterima: {names}."
)
_HIDDEN = Text(
    "These exceed the r table only because they are part of their total; without it they hardly correlate with the other items: {names}.",
    "Butir ini melampaui r tabel hanya karena termasuk dalam totalnya; tanpa itu hampir tidak berkorelasi dengan butir lain: {names}.",
)
_BETTER = Text(
    "Alpha of {scale} would rise from {alpha} to {without} without {item}; that alone is no reason to drop it.",
    "Alpha {scale} akan naik dari {alpha} menjadi {without} tanpa {item}; itu saja bukan alasan untuk membuangnya.",
)
_REFERENCES = ("nunnally1994", "cronbach1951", "feldt1987")


def pilot_test(source: Survey | Scales) -> Assessment:
    """Test the items of a pilot survey: item-total correlation against the r table, alpha, alpha if an item is dropped.

    Parameters
    ----------
    source : a survey, or item blocks by scale code; rows that answered every item of a scale are used.

    Returns
    -------
    Assessment `pilot` with the tables `pilot_items` and `pilot_scales`.

    References: nunnally1994, cronbach1951, feldt1987

    >>> items = pd.DataFrame({"t1": [1, 2, 4, 5, 5], "t2": [2, 2, 5, 4, 5], "t3": [1, 3, 4, 4, 5]})
    >>> pilot_test({"TRU": items})["pilot_items"]["r_table"].round(3).tolist()
    [0.878, 0.878, 0.878]
    """
    scales, names = some_scales(source), scale_names(source)
    items = [row for code, block in scales.items() for row in _items(code, block)]
    rows = [_scale(code, names[code], block) for code, block in scales.items()]
    verdicts = [v for row in items for v in (row.pop("_total"), row.pop("_rest"))] + [row.pop("_alpha") for row in rows]
    keyed = [found for code, block in scales.items() if (found := find_miskeyed(code, block))]
    item_frame, scale_frame = pd.DataFrame(items), pd.DataFrame(rows)
    level = {"level": load_criterion("item_total").weakest}
    tables = (
        Table("pilot_items", _ITEMS, item_frame, tuple(fill(note, level) for note in _NOTES)),
        Table("pilot_scales", _SCALES, scale_frame, (_RELIABLE,)),
    )
    judged = tuple(v for v in verdicts if isinstance(v, Verdict))
    return Assessment(
        "pilot",
        _TITLE,
        tables,
        {"n": max((len(block.dropna()) for block in scales.values()), default=0), "n_items": len(items)},
        judged,
        _texts(judged, item_frame, scale_frame),
        tuple(found.warning for found in keyed),
        _REFERENCES,
    )


def critical_r(n: int, level: float) -> float:
    """Return the correlation that n rows must exceed to be significant (two-sided): t / sqrt(t^2 + n - 2).

    >>> round(critical_r(30, 0.05), 3)
    0.361
    """
    from scipy.special import stdtrit

    if n < 3:
        return float("nan")
    t = float(stdtrit(n - 2, 1 - level / 2))
    return t / sqrt(t**2 + n - 2)


def correlation_pvalue(r: float, n: int) -> float:
    """Return the two-sided p of a correlation over n rows; 1 for a correlation that is not positive, which no item may have.

    >>> round(correlation_pvalue(0.361, 30), 3)
    0.05
    """
    from scipy.special import stdtr

    if n < 3 or np.isnan(r):
        return float("nan")
    if r <= 0:
        return 1.0
    return 0.0 if r >= 1 else float(2 * stdtr(n - 2, -r * sqrt((n - 2) / (1 - r**2))))


def _items(code: str, block: pd.DataFrame) -> list[dict[str, object]]:
    rows, k = block.dropna(), block.shape[1]
    total, rest, dropped = rows.sum(axis=1), item_rest_correlation(block), alpha_if_dropped(block)
    limit = critical_r(len(rows), load_criterion("item_total").weakest)
    out: list[dict[str, object]] = []
    for name in map(str, block):
        varies = len(rows) > 2 and rows[name].nunique() > 1 and total.nunique() > 1
        r = float(np.corrcoef(rows[name], total)[0, 1]) if varies else float("nan")
        verdict = judge(correlation_pvalue(r, len(rows)), "item_total", name, {"items": k})
        rest_verdict = judge(float(rest[name]), "item_rest", name, {"items": k})
        out.append(
            {
                "scale": code,
                "item": name,
                "n": len(rows),
                "item_total_r": r,
                "r_table": limit,
                "pvalue": verdict.value,
                "verdict": verdict.label,
                "item_rest_r": float(rest[name]),
                "item_rest_verdict": rest_verdict.label,
                "alpha_if_dropped": float(dropped[name]),
                "_total": verdict,
                "_rest": rest_verdict,
            }
        )
    return out


def _scale(code: str, name: Text, block: pd.DataFrame) -> dict[str, object]:
    alpha = cronbach_alpha(block)
    lower, upper = alpha_interval(block)
    verdict = judge(alpha, "alpha", code, {"items": block.shape[1]})
    return {
        "scale": code,
        "name": name,
        "n_items": block.shape[1],
        "n": len(block.dropna()),
        "alpha": alpha,
        "alpha_ci_lower": lower,
        "alpha_ci_upper": upper,
        "verdict": verdict.label,
        "_alpha": verdict,
    }


def _texts(judged: tuple[Verdict, ...], items: pd.DataFrame, scales: pd.DataFrame) -> tuple[Text, ...]:
    failed: Mapping[str, list[str]] = {
        key: [v.subject for v in judged if v.criterion == key and is_met(v) is False]
        for key in ("item_total", "item_rest", "alpha")
    }
    n = int(items["n"].max()) if len(items) else 0
    values: dict[str, object] = {"n": n, "items": len(items), "count": len(failed["item_total"])}
    said = [fill(_WEAK_ITEMS, values | {"names": ", ".join(failed["item_total"])})] if failed["item_total"] else []
    said += [_WEAK_SCALES.format(names=", ".join(failed["alpha"]))] if failed["alpha"] else []
    said = said or [fill(_FINE, values)]
    hidden = [name for name in failed["item_rest"] if name not in failed["item_total"]]
    said += [_HIDDEN.format(names=", ".join(hidden))] if hidden else []
    return (*said, *_better(items, scales))


def _better(items: pd.DataFrame, scales: pd.DataFrame) -> list[Text]:
    """The item of each scale without which alpha would be higher."""
    said = []
    for scale in scales.to_dict("records"):
        own = items[(items["scale"] == scale["scale"]) & (items["alpha_if_dropped"] > scale["alpha"])]
        if len(own):
            best = own.loc[own["alpha_if_dropped"].idxmax()]
            values = {
                "scale": scale["scale"],
                "alpha": float(scale["alpha"]),
                "without": float(best["alpha_if_dropped"]),
            }
            said.append(fill(_BETTER, values | {"item": best["item"]}))
    return said
