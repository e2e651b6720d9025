"""Content validity before the survey: what experts say of the relevance of every item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb
from typing import Any

import numpy as np
import pandas as pd

from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.assessment.wording import fill
from cocsem.errors import UsageError
from cocsem.estimation.distributions import normal_quantile
from cocsem.language import Text

_TITLE = Text("Content validity", "Validitas isi")
_ITEMS = Text("Content validity of the items", "Validitas isi per butir")
_SCALES = Text("Content validity of the scales", "Validitas isi per skala")
_ALL = Text("all items", "semua butir")
_NOTES = (
    Text(
        "i_cvi: share of the experts who rate the item {relevant} or higher on {low} to {high}. kappa: i_cvi corrected for agreement by "
        "chance, (i_cvi - pc)/(1 - pc) with pc = n!/(a!(n - a)!) / 2^n, a of n experts agreeing.",
        "i_cvi: proporsi ahli yang menilai butir {relevant} atau lebih pada {low} sampai {high}. kappa: i_cvi yang dikoreksi untuk "
        "kesepakatan kebetulan, (i_cvi - pc)/(1 - pc) dengan pc = n!/(a!(n - a)!) / 2^n, a dari n ahli sepakat.",
    ),
    Text(
        "aiken_v: (mean rating - {low})/({high} - {low}) with its score interval (95%); pvalue: the chance that experts who rate at random "
        "reach this V (exact, the distribution behind Aiken's table).",
        "aiken_v: (rerata penilaian - {low})/({high} - {low}) dengan selang skornya (95%); pvalue: peluang ahli yang menilai secara acak "
        "mencapai V ini (eksak, distribusi yang mendasari tabel Aiken).",
    ),
)
_SCALE_NOTE = Text(
    "s_cvi_ave: mean of the I-CVI; s_cvi_ua: share of the items that every expert rates relevant.",
    "s_cvi_ave: rerata I-CVI; s_cvi_ua: proporsi butir yang dinilai relevan oleh semua ahli.",
)
_FINE = Text(
    "{experts} experts rated {items} items; S-CVI/Ave is {ave}, S-CVI/UA {ua}. Every item is rated relevant.",
    "{experts} ahli menilai {items} butir; S-CVI/Ave {ave}, S-CVI/UA {ua}. Semua butir dinilai relevan.",
)
_WEAK = Text(
    "{experts} experts rated {items} items; S-CVI/Ave is {ave}, S-CVI/UA {ua}. Reword or drop, and ask the experts again: {weak}.",
    "{experts} ahli menilai {items} butir; S-CVI/Ave {ave}, S-CVI/UA {ua}. Perbaiki kalimatnya atau buang, lalu mintalah penilaian ulang: "
    "{weak}.",
)
_DISAGREE = Text(
    "{item}: the I-CVI asks for a change while Aiken's V ({v}, p = {p}) passes: experts find it close to relevant. I-CVI counts only "
    "ratings from {relevant} on; V uses how far they are from it.",
    "{item}: I-CVI meminta perubahan sedangkan V Aiken ({v}, p = {p}) memenuhi: ahli menilainya hampir relevan. I-CVI hanya menghitung "
    "nilai mulai {relevant}; V memakai seberapa jauh jaraknya.",
)
_REFERENCES = ("lynn1986", "polit2006", "polit2007", "aiken1985", "penfield2004")


@dataclass(frozen=True, slots=True)
class RatingScale:
    """The scale on which experts rate: its ends, and the lowest rating that counts as relevant."""

    low: int = 1
    high: int = 4
    relevant: int = 3


def content_validity(
    ratings: pd.DataFrame,
    *,
    low: int = 1,
    high: int = 4,
    relevant: int | None = None,
    scales: Mapping[str, str] | None = None,
) -> Assessment:
    """Judge the content validity of items from the ratings of experts.

    Parameters
    ----------
    ratings : one row per item (index: item codes), one column per expert; missing where an expert gave no rating.
    low, high : ends of the rating scale. relevant : lowest rating that counts as relevant; None: the upper half (3 of 1 to 4).
    scales : scale of every item, for an S-CVI per scale.

    Returns
    -------
    Assessment `content_validity` with the tables `content_items` (i_cvi kappa aiken_v with interval and p) and `content_scales`.

    Raises
    ------
    UsageError : ratings off the scale, fewer than two experts, an item without two ratings.

    References: lynn1986, polit2006, polit2007, aiken1985, penfield2004

    >>> ratings = pd.DataFrame({"e1": [4, 3], "e2": [4, 2], "e3": [3, 3]}, index=["q1", "q2"])
    >>> content_validity(ratings)["content_items"]["i_cvi"].round(2).tolist()
    [1.0, 0.67]
    """
    scale = _scale(low, high, relevant)
    numbers = _checked(ratings, scale)
    if scales is not None and not isinstance(scales, Mapping):
        raise UsageError('scales must name the scale of every item, such as {"q1": "TRU"}.')
    rows, verdicts = [], []
    for item, given in numbers.iterrows():
        row, found = _item(str(item), given.dropna().to_numpy(dtype=np.float64), scale)
        rows.append(row)
        verdicts += found
    items = pd.DataFrame(rows)
    belongs = [None if scales is None else scales.get(str(item)) for item in ratings.index]
    if any(belongs):
        items.insert(0, "scale", pd.Series(belongs, dtype=object))
    overall, scale_verdicts = _scales(items)
    about = {"low": low, "high": high, "relevant": scale.relevant}
    return Assessment(
        "content_validity",
        _TITLE,
        (
            Table("content_items", _ITEMS, items, tuple(fill(note, about) for note in _NOTES)),
            Table("content_scales", _SCALES, overall, (_SCALE_NOTE,)),
        ),
        {"n_experts": ratings.shape[1], "n_items": len(ratings)},
        (*verdicts, *scale_verdicts),
        _texts(items, overall, ratings.shape[1], scale),
        references=_REFERENCES,
    )


def modified_kappa(agreeing: int, experts: int) -> float:
    """Return I-CVI corrected for chance: (I-CVI - pc)/(1 - pc), pc = C(n, a) 0.5^n.

    References: polit2007

    >>> round(modified_kappa(5, 6), 2)
    0.82
    """
    chance = comb(experts, agreeing) * 0.5**experts
    return (agreeing / experts - chance) / (1.0 - chance)


def aiken_v(ratings: np.ndarray, low: int, high: int) -> float:
    """Return Aiken's V: (mean rating - lowest) / (highest - lowest).

    References: aiken1985

    >>> aiken_v(np.array([5, 4, 5, 4]), 1, 5)
    0.875
    """
    return float((np.mean(ratings) - low) / (high - low))


def aiken_interval(v: float, experts: int, steps: int, level: float = 0.95) -> tuple[float, float]:
    """Return the score interval of V: (2nkV + z^2 -+ z sqrt(4nkV(1 - V) + z^2)) / (2(nk + z^2)), k steps of the scale.

    References: penfield2004

    >>> [round(limit, 3) for limit in aiken_interval(0.75, 10, 4)]
    [0.598, 0.858]
    """
    z, nk = normal_quantile(0.5 + level / 2), experts * steps
    middle, reach = 2 * nk * v + z**2, z * np.sqrt(4 * nk * v * (1 - v) + z**2)
    return float((middle - reach) / (2 * (nk + z**2))), float((middle + reach) / (2 * (nk + z**2)))


def aiken_pvalue(v: float, experts: int, steps: int) -> float:
    """Return the chance that experts who rate at random reach V: the upper tail of a sum of n uniform ratings.

    References: aiken1985

    >>> round(aiken_pvalue(0.8, 5, 4), 3)
    0.04
    """
    sums = np.ones(1)
    for _ in range(experts):
        sums = np.convolve(sums, np.full(steps + 1, 1.0 / (steps + 1)))
    return float(sums[round(v * experts * steps) :].sum())


def _item(item: str, given: np.ndarray, scale: RatingScale) -> tuple[dict[str, object], list[Verdict]]:
    experts, agreeing = len(given), int((given >= scale.relevant).sum())
    steps = scale.high - scale.low
    v = aiken_v(given, scale.low, scale.high)
    lower, upper = aiken_interval(v, experts, steps)
    p = aiken_pvalue(v, experts, steps)
    context = {"experts": experts}
    cvi = [judge(agreeing / experts, key, item, context) for key in ("i_cvi_few", "i_cvi")]
    label = next((verdict for verdict in cvi if verdict.label is not None), cvi[-1])
    kappa = judge(modified_kappa(agreeing, experts), "modified_kappa", item)
    aiken = judge(p, "aiken_v", item)
    row: dict[str, object] = {
        "item": item,
        "n_experts": experts,
        "i_cvi": agreeing / experts,
        "i_cvi_verdict": label.label,
        "kappa": kappa.value,
        "kappa_verdict": kappa.label,
        "aiken_v": v,
        "aiken_v_ci_lower": lower,
        "aiken_v_ci_upper": upper,
        "pvalue": p,
        "aiken_verdict": aiken.label,
    }
    return row, [label, kappa, aiken]


def _scales(items: pd.DataFrame) -> tuple[pd.DataFrame, list[Verdict]]:
    """S-CVI of every scale and of all items."""
    groups: list[tuple[object, pd.DataFrame]] = [(_ALL, items)]
    if "scale" in items:
        groups = [*items.groupby("scale", sort=False), *groups]
    rows, verdicts = [], []
    for name, part in groups:
        ave, universal = float(part["i_cvi"].mean()), float((part["i_cvi"] == 1.0).mean())
        subject = "overall" if isinstance(name, Text) else str(name)
        judged = [judge(ave, "s_cvi_ave", subject), judge(universal, "s_cvi_ua", subject)]
        rows.append(
            {
                "scale": name,
                "n_items": len(part),
                "s_cvi_ave": ave,
                "s_cvi_ave_verdict": judged[0].label,
                "s_cvi_ua": universal,
                "s_cvi_ua_verdict": judged[1].label,
                "aiken_v": float(part["aiken_v"].mean()),
            }
        )
        verdicts += judged
    return pd.DataFrame(rows), verdicts


def _texts(items: pd.DataFrame, overall: pd.DataFrame, experts: int, scale: RatingScale) -> tuple[Text, ...]:
    last = overall.iloc[-1]
    weak, said = [], []
    for row in items.to_dict("records"):
        few = "i_cvi_few" if judge(0.0, "i_cvi_few", "", {"experts": row["n_experts"]}).label is not None else "i_cvi"
        if is_met(judge(row["i_cvi"], few, "", {"experts": row["n_experts"]})) is not False:
            continue
        weak.append(str(row["item"]))
        if is_met(judge(row["pvalue"], "aiken_v", "")):
            p = Text(f"{row['pvalue']:.3f}", f"{row['pvalue']:.3f}".replace(".", ","))
            values = {"item": row["item"], "v": float(row["aiken_v"]), "p": p, "relevant": scale.relevant}
            said.append(fill(_DISAGREE, values))
    values = {"experts": experts, "items": len(items), "ave": float(last["s_cvi_ave"]), "ua": float(last["s_cvi_ua"])}
    return (fill(_WEAK, values | {"weak": ", ".join(weak)}) if weak else fill(_FINE, values), *said)


def _scale(low: int, high: int, relevant: int | None) -> RatingScale:
    """The rating scale; its ends must lie on both sides of the lowest relevant rating."""
    for name, value in (("low", low), ("high", high), ("relevant", relevant)):
        if value is not None and not isinstance(value, int | np.integer):
            raise UsageError(f"{name} must be a whole number, not {value!r}.")
    scale = RatingScale(low, high, (low + high) // 2 + 1 if relevant is None else relevant)
    if not scale.low < scale.relevant <= scale.high:
        raise UsageError(
            f"The ratings must run from a low to a high end with the relevant ones between, but low = {scale.low}, relevant = "
            f"{scale.relevant}, high = {scale.high} were given."
        )
    return scale


def _checked(ratings: pd.DataFrame, scale: RatingScale) -> pd.DataFrame:
    """The ratings as numbers, each on the scale."""
    if not isinstance(ratings, pd.DataFrame) or not len(ratings):
        raise UsageError("Ratings must be a table with one row per item and one column per expert, but it has no rows.")
    if ratings.shape[1] < 2:
        raise UsageError(
            f"Content validity needs at least two experts, but {ratings.shape[1]} was given. Add a column."
        )
    numbers = ratings.map(_rating).astype(np.float64)
    wrong = ratings.notna() & ~(numbers.ge(scale.low) & numbers.le(scale.high) & numbers.mod(1).eq(0))
    for row, column in np.argwhere(wrong.to_numpy()):
        raise UsageError(
            f"Ratings must be whole numbers from {scale.low} to {scale.high}, but {ratings.columns[column]} gave '{ratings.index[row]}' the rating "
            f"{_said(ratings.iat[row, column])}. Name the ends of the scale (low=, high=), or correct the rating."
        )
    few = [str(item) for item, count in numbers.notna().sum(axis=1).items() if count < 2]
    if few:
        raise UsageError(f"Every item needs the ratings of at least two experts, but {', '.join(few)} has fewer.")
    return numbers


def _rating(given: Any) -> float:
    """One rating as a number; NaN for what is none."""
    try:
        return float(given)
    except (TypeError, ValueError):
        return float("nan")


def _said(given: object) -> str:
    return f"{float(given):g}" if isinstance(given, int | float | np.integer | np.floating) else repr(given)
