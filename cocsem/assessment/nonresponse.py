"""Nonresponse after the survey: do late respondents, who resemble those who never answered, answer otherwise?"""

from __future__ import annotations

from math import sqrt

import numpy as np
import pandas as pd
from pandas.api.types import is_any_real_numeric_dtype, is_datetime64_any_dtype

from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.multiple_tests import holm
from cocsem.assessment.scales import Scales, scale_names, some_scales
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import fill, percent
from cocsem.errors import UsageError
from cocsem.language import Text
from cocsem.survey.types import Survey

_TITLE = Text("Early against late respondents", "Responden awal dibandingkan responden akhir")
_NOTES = (
    Text(
        "The first and the last {share} of the rows, in the order of {order}. d: difference of the scale means in pooled standard deviations, "
        "with its 95% interval; pvalue: Welch's t test, corrected by Holm for {scales} scales.",
        "{share} baris pertama dan terakhir menurut urutan {order}. d: selisih rerata skala dalam simpangan baku gabungan dengan selang 95%; "
        "pvalue: uji t Welch, dikoreksi menurut Holm untuk {scales} skala.",
    ),
    Text(
        "Late respondents stand in for those who never answered; that they do not differ is a hint, not a proof, that the others would not.",
        "Responden akhir mewakili mereka yang tidak pernah menjawab; bila mereka tidak berbeda, itu petunjuk, bukan bukti, bahwa yang lain "
        "juga tidak.",
    ),
)
_SAME = Text(
    "Early ({early}) and late ({late}) respondents do not differ on any of {scales} scales (largest |d| = {d}, {scale}).",
    "Responden awal ({early}) dan akhir ({late}) tidak berbeda pada satu pun dari {scales} skala (|d| terbesar = {d}, {scale}).",
)
_DIFFERENT = Text(
    "Early ({early}) and late ({late}) respondents differ on {names}: the sample may not stand for those who did not answer.",
    "Responden awal ({early}) dan akhir ({late}) berbeda pada {names}: sampel mungkin tidak mewakili mereka yang tidak menjawab.",
)
_FILE = Text("the file", "berkas")


def early_late(source: Survey | Scales, *, share: float = 0.25, order: pd.Series | None = None) -> Assessment:
    """Compare the first and the last respondents on the means of all scales.

    Parameters
    ----------
    source : a survey, or item blocks by scale code. share : of the respondents in each group, up to one half.
    order : when each respondent answered (numbers or times, indexed like the answers); None: the order of the rows.

    Returns
    -------
    Assessment `nonresponse` with the table `early_late`.

    Raises
    ------
    UsageError : no scale, fewer than three respondents in a group, or an order that cannot be used.

    References: armstrong1977, holm1979, hedges1981
    """
    if not isinstance(share, int | float) or not 0.0 < share <= 0.5:
        raise UsageError(f"share must lie above 0 and not above .5, but {share} was given.")
    scales, names = some_scales(source), scale_names(source)
    means = pd.DataFrame({code: block.mean(axis=1) for code, block in scales.items()})
    if order is not None:
        means = means.iloc[_places(order, means.index)]
    size = int(len(means) * share)
    if size < 3:
        raise UsageError(f"Each group needs at least three respondents, but {share} of {len(means)} are {size}.")
    early, late = means.iloc[:size], means.iloc[-size:]
    rows = [
        {"scale": code, "name": names[code], **_compare(early[code].dropna(), late[code].dropna())} for code in scales
    ]
    frame = pd.DataFrame(rows)
    frame["pvalue"] = holm(frame["pvalue"].to_numpy(dtype=np.float64))
    verdicts = tuple(judge(row["pvalue"], "early_late", row["scale"]) for row in frame.to_dict("records"))
    frame["verdict"] = pd.Series([verdict.label for verdict in verdicts], dtype=object)
    how = _FILE if order is None else Text(str(order.name), str(order.name))
    note = fill(_NOTES[0], {"share": percent(share), "order": how, "scales": len(frame)})
    values: dict[str, object] = {"early": size, "late": size, "scales": len(frame)}
    apart = [verdict.subject for verdict in verdicts if is_met(verdict) is False]
    top = max(frame.to_dict("records"), key=lambda row: abs(row["d"]) if row["d"] == row["d"] else -1.0)
    text = fill(_DIFFERENT, values | {"names": ", ".join(apart)}) if apart else fill(
        _SAME, values | {"d": abs(float(top["d"])), "scale": top["scale"]}
    )  # fmt: skip
    return Assessment(
        "nonresponse",
        _TITLE,
        (Table("early_late", _TITLE, frame, (note, _NOTES[1])),),
        {"n_early": size, "n_late": size},
        verdicts,
        (text,),
        references=("armstrong1977", "holm1979", "hedges1981"),
    )


def _places(order: object, people: pd.Index) -> np.ndarray:
    """Positions of the respondents from the first to the last; who has no time comes last."""
    if not isinstance(order, pd.Series) or not (order.index.is_unique or order.index.equals(people)):
        raise UsageError(
            "order must be a Series with one number or time for each respondent, indexed like the answers."
        )
    if not (is_any_real_numeric_dtype(order) or is_datetime64_any_dtype(order)):
        raise UsageError(
            f"order must hold numbers or times, but '{order.name}' holds {order.dtype}. Convert it with pd.to_numeric or pd.to_datetime."
        )
    times = order if order.index.equals(people) else order.reindex(people)
    return np.asarray(times.reset_index(drop=True).sort_values(kind="stable").index)


def _compare(early: pd.Series, late: pd.Series) -> dict[str, float]:
    """Welch's t test and Cohen's d of two sets of scale means, late less early; NaN where fewer than two have one."""
    from scipy.special import stdtr

    n1, n2 = len(early), len(late)
    if min(n1, n2) < 2:
        names = ("t", "df", "pvalue", "d", "d_ci_lower", "d_ci_upper")
        return {
            "mean_early": float(early.mean()),
            "mean_late": float(late.mean()),
            **dict.fromkeys(names, float("nan")),
        }
    v1, v2 = float(early.var()), float(late.var())
    difference = float(late.mean() - early.mean())
    se2 = v1 / n1 + v2 / n2
    df = se2**2 / ((v1 / n1) ** 2 / (n1 - 1) + (v2 / n2) ** 2 / (n2 - 1)) if se2 > 0 else float("nan")
    t = difference / sqrt(se2) if se2 > 0 else float("nan")
    pooled = sqrt(((n1 - 1) * v1 + (n2 - 1) * v2) / (n1 + n2 - 2))
    d = difference / pooled if pooled > 0 else float("nan")
    reach = 1.959963984540054 * sqrt((n1 + n2) / (n1 * n2) + d**2 / (2 * (n1 + n2))) if d == d else float("nan")
    return {
        "mean_early": float(early.mean()), "mean_late": float(late.mean()), "t": t, "df": df,
        "pvalue": float(2 * stdtr(df, -abs(t))), "d": d, "d_ci_lower": d - reach, "d_ci_upper": d + reach,
    }  # fmt: skip
