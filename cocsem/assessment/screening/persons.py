"""What each respondent did: the longest run of equal answers, distance from the others, pace, attention."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.assessment.scales import complete_rows
from cocsem.survey.types import Survey

Array = NDArray[np.float64]


def longest_run(answers: pd.DataFrame) -> pd.Series:
    """Return the longest run of equal answers of every person; columns must stand in the order they were asked.

    Unanswered items are passed over: the run goes on behind them.

    References: meade2012, curran2016

    >>> longest_run(pd.DataFrame([[3, 3, None, 3, 1], [1, 2, 1, 2, 1]])).tolist()
    [3, 1]
    """
    return pd.Series(
        [_run(row[~np.isnan(row)]) for row in answers.to_numpy(dtype=np.float64)], index=answers.index, dtype="int64"
    )


def asked_order(answers: pd.DataFrame, order: Sequence[str]) -> pd.DataFrame:
    """Return the answers in the order of administration; items the order does not name stay behind, as they stand."""
    named = [name for name in order if name in answers]
    return answers[[*named, *(name for name in answers if name not in set(named))]]


def mahalanobis(data: pd.DataFrame) -> pd.DataFrame:
    """Return the squared Mahalanobis distance of every person from the centre of all answers, with its df and p.

    D2 = (x - mean)' inv(S) (x - mean) over the items the person answered, compared with chi-square on their number.
    Mean and S come from the persons who answered every item.

    Returns
    -------
    Table with the index of `data` and the columns d2, df, pvalue; a person without any answer has df 0 and NaN.

    Raises
    ------
    EstimationError : too few complete rows, a constant item, or items that determine one another.

    References: mahalanobis1936
    """
    from scipy.stats import chi2

    rows = complete_rows(data, "The Mahalanobis distance")
    centre, cov = rows.mean().to_numpy(), rows.cov().to_numpy()
    values = data.to_numpy(dtype=np.float64)
    answered = ~np.isnan(values)
    d2 = np.full(len(data), np.nan)
    patterns, which = np.unique(answered, axis=0, return_inverse=True)
    for place, pattern in enumerate(patterns):
        if pattern.any():
            who = np.flatnonzero(which.ravel() == place)
            d2[who] = _distance(values[np.ix_(who, pattern)] - centre[pattern], cov[np.ix_(pattern, pattern)])
    df = answered.sum(axis=1)
    pvalue = np.where(df > 0, chi2.sf(d2, np.maximum(df, 1)), np.nan)
    return pd.DataFrame({"d2": d2, "df": df, "pvalue": pvalue}, index=data.index)


def seconds(survey: Survey) -> pd.Series:
    """Return the seconds every person took; all NaN when the codebook names no duration column."""
    name = survey.codebook.duration
    if name is None or name not in survey.paradata:
        return pd.Series(np.nan, index=survey.data.index, dtype="float64")
    return pd.to_numeric(survey.paradata[name], errors="coerce").astype("float64")


def attention_failed(paradata: pd.DataFrame, right: Mapping[str, float]) -> pd.Series:
    """Count the attention items every person answered wrongly; NaN for a person who answered none.

    >>> attention_failed(pd.DataFrame({"att": [5.0, 3.0, None]}), {"att": 5}).tolist()
    [0.0, 1.0, nan]
    """
    failed = pd.Series(0.0, index=paradata.index)
    answered = pd.Series(False, index=paradata.index)
    for name, answer in right.items():
        if name in paradata:
            given = pd.to_numeric(paradata[name], errors="coerce")
            answered |= given.notna()
            failed += (given.notna() & (given != answer)).astype("float64")
    return failed.where(answered)


def _run(values: Array) -> int:
    if not values.size:
        return 0
    breaks = np.flatnonzero(np.diff(values) != 0)
    edges = np.concatenate(([-1], breaks, [len(values) - 1]))
    return int(np.diff(edges).max())


def _distance(centred: Array, cov: Array) -> Array:
    return np.asarray(np.sum(centred * np.linalg.solve(cov, centred.T).T, axis=1), dtype=np.float64)
