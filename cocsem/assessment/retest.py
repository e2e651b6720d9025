"""Test-retest: the same people answer twice, and how far their scores stay."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from math import sqrt

import numpy as np
import pandas as pd

from cocsem.assessment.judge import judge
from cocsem.assessment.scales import Scales, scale_names, some_scales
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import fill
from cocsem.errors import UsageError
from cocsem.estimation.distributions import normal_quantile
from cocsem.language import Text
from cocsem.survey.types import Survey

_TITLE = Text("Test-retest reliability", "Reliabilitas tes-ulang")
_NOTES = (
    Text(
        "icc: ICC(2,1), two-way, absolute agreement, single scores (ICC(A,1) of McGraw and Wong); icc_consistency: ICC(3,1), which leaves out a "
        "shift of everybody. sem: SD sqrt(1 - ICC), the standard error of a score; mdc: 1.96 sqrt(2) SEM, the smallest change beyond error.",
        "icc: ICC(2,1), dua arah, kesepakatan mutlak, skor tunggal (ICC(A,1) menurut McGraw dan Wong); icc_consistency: ICC(3,1), yang "
        "mengabaikan pergeseran semua orang. sem: SD sqrt(1 - ICC), galat baku sebuah skor; mdc: 1.96 sqrt(2) SEM, perubahan terkecil di luar "
        "galat.",
    ),
    Text(
        "difference: second less first occasion. Scores are means of the items answered on both occasions.",
        "difference: kesempatan kedua dikurangi kesempatan pertama. Skor adalah rerata butir yang dijawab pada kedua kesempatan.",
    ),
)
_SAID = Text(
    "{n} people answered twice. Agreement of the two occasions lies between ICC = {low} ({lowest}) and {high} ({highest}).",
    "{n} orang menjawab dua kali. Kesepakatan kedua kesempatan berada antara ICC = {low} ({lowest}) dan {high} ({highest}).",
)


def retest(first: Survey | Scales, second: Survey | Scales) -> Assessment:
    """Compare the scale scores of the same people on two occasions.

    Parameters
    ----------
    first, second : surveys or item blocks by scale code, with one index for the same people; who answered once only is left out.

    Returns
    -------
    Assessment `retest` with the table `retest` (icc with interval, consistency, r, difference, sem, mdc).

    Raises
    ------
    UsageError : other scales on the two occasions, a person who stands there twice, or fewer than five people on both.

    References: mcgraw1996, koo2016, vallat2018
    """
    once, again = some_scales(first), some_scales(second)
    if set(once) != set(again):
        raise UsageError(
            f"Both occasions must hold the same scales, but they differ in {', '.join(sorted(set(once) ^ set(again)))}."
        )
    names = scale_names(first)
    rows = [
        {"scale": code, "name": names[code], **_agreement(code, block, again[code])} for code, block in once.items()
    ]
    frame = pd.DataFrame(rows)
    verdicts = tuple(judge(row["icc"], "icc", row["scale"]) for row in frame.to_dict("records"))
    frame["verdict"] = pd.Series([verdict.label for verdict in verdicts], dtype=object)
    ranked = frame.sort_values("icc", kind="stable").to_dict("records")
    low, high = ranked[0], ranked[-1]
    values: Mapping[str, object] = {
        "n": int(frame["n"].max()), "low": float(low["icc"]), "lowest": low["scale"], "high": float(high["icc"]), "highest": high["scale"],
    }  # fmt: skip
    return Assessment(
        "retest",
        _TITLE,
        (Table("retest", _TITLE, frame, _NOTES),),
        {"n": values["n"]},
        verdicts,
        (fill(_SAID, values),),
        references=("mcgraw1996", "koo2016", "vallat2018"),
    )


def _agreement(code: str, first: pd.DataFrame, second: pd.DataFrame) -> dict[str, float]:

    for block in (first, second):
        if not block.index.is_unique:
            raise UsageError(
                f"Each person must stand once on each occasion, but the index of '{code}' holds {block.index[block.index.duplicated()][0]} "
                "more than once. Make the index name the person."
            )
    people = first.index.intersection(second.index)
    shared = [name for name in first if name in second]
    one, other = first.loc[people, shared], second.loc[people, shared]
    both = one.notna() & other.notna()
    scores = pd.DataFrame({"first": one.where(both).mean(axis=1), "second": other.where(both).mean(axis=1)}).dropna()
    if len(scores) < 5:
        raise UsageError(
            f"At least five people must answer '{code}' on both occasions, but {len(scores)} did. Is the index the person?"
        )
    icc, consistency = _intraclass(scores)
    lower, upper = agreement_interval(scores.to_numpy(), icc)
    sem = float(np.std(scores.to_numpy(), ddof=1)) * sqrt(max(1 - icc, 0.0))
    return {
        "n": len(scores), "icc": icc, "icc_ci_lower": lower, "icc_ci_upper": upper, "icc_consistency": consistency,
        "r": float(np.corrcoef(scores["first"], scores["second"])[0, 1]),
        "difference": float((scores["second"] - scores["first"]).mean()), "sem": sem,
        "mdc": normal_quantile(0.975) * sqrt(2) * sem,
    }  # fmt: skip


def _intraclass(scores: pd.DataFrame) -> tuple[float, float]:
    """Agreement and consistency by pingouin."""
    import pingouin

    long = scores.rename_axis("person").reset_index().melt("person", var_name="occasion", value_name="score")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pingouin speaks of its own future with pandas
        found = pingouin.intraclass_corr(long, targets="person", raters="occasion", ratings="score").set_index("Type")
    return float(found.loc[_named(found, "absolute"), "ICC"]), float(found.loc[_named(found, "consistent"), "ICC"])


def agreement_interval(scores: np.ndarray, icc: float, level: float = 0.95) -> tuple[float, float]:
    """Return the interval of ICC(A,1) for (n, k) scores, by Satterthwaite's degrees of freedom.

    With MSR, MSC, MSE of people, occasions and the rest: n(MSR - F MSE)/(F(k MSC + (kn - k - n) MSE) + n MSR) and
    n(F MSR - MSE)/(k MSC + (kn - k - n) MSE + n F MSR).

    References: mcgraw1996
    """
    from scipy.special import fdtri

    n, k = scores.shape
    people, occasions = scores.mean(axis=1), scores.mean(axis=0)
    rest = scores - people[:, None] - occasions[None, :] + scores.mean()
    msr, msc = k * float(people.var(ddof=1)), n * float(occasions.var(ddof=1))
    mse = float((rest**2).sum()) / ((n - 1) * (k - 1))
    if not mse > 0:
        return icc, icc
    fj, other = msc / mse, n * (1 + (k - 1) * icc) - k * icc
    df = (k - 1) * (n - 1) * (k * icc * fj + other) ** 2 / ((n - 1) * k**2 * icc**2 * fj**2 + other**2)
    fu, fl = fdtri(n - 1, df, (1 + level) / 2), fdtri(df, n - 1, (1 + level) / 2)
    base = k * msc + (k * n - k - n) * mse
    return float(n * (msr - fu * mse) / (fu * base + n * msr)), float(n * (fl * msr - mse) / (base + n * fl * msr))


def _named(found: pd.DataFrame, kind: str) -> str:
    """The row of pingouin's table, under its older and its newer name."""
    wanted = {"absolute": ("ICC2", "ICC(A,1)"), "consistent": ("ICC3", "ICC(C,1)")}[kind]
    return next(name for name in wanted if name in found.index)
