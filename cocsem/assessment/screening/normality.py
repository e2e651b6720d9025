"""Normality: skewness and kurtosis of every item, and Mardia's measures for all items together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cocsem.assessment.judge import judge
from cocsem.assessment.scales import complete_rows
from cocsem.assessment.types import Table, Verdict
from cocsem.language import Text

_ITEMS = Text("Univariate normality", "Normalitas univariat")
_MARDIA = Text("Multivariate normality (Mardia)", "Normalitas multivariat (Mardia)")
_NOTE = Text(
    "Skewness G1 and excess kurtosis G2, corrected for sample size "
    "(the values of SPSS and Excel); z: divided by their standard errors.",
    "Kemencengan G1 dan kurtosis berlebih G2, dikoreksi untuk ukuran sampel "
    "(nilai SPSS dan Excel); z: dibagi galat bakunya.",
)
_MARDIA_NOTE = Text(
    "Covariances with divisor N - 1, as in semTools; {n} complete rows, {p} items.",
    "Kovarians dengan pembagi N - 1, seperti semTools; {n} baris lengkap, {p} butir.",
)


@dataclass(frozen=True, slots=True)
class Mardia:
    """Mardia's multivariate skewness and kurtosis with their tests."""

    skewness: float
    skewness_chisq: float
    df: int
    skewness_p: float
    kurtosis: float
    kurtosis_z: float
    kurtosis_p: float
    n: int
    n_items: int


def mardia(data: pd.DataFrame) -> Mardia:
    """Return Mardia's multivariate skewness and kurtosis.

    With d_ij = (x_i - mean)' inv(S) (x_j - mean): skewness = mean of d_ij^3 over all pairs, tested by n skewness/6 as
    chi-square on p(p + 1)(p + 2)/6 degrees of freedom; kurtosis = mean of d_ii^2, tested by
    (kurtosis - p(p + 2)) / sqrt(8 p(p + 2)/n) as a normal deviate (two-sided).

    Parameters
    ----------
    data : n rows, p items; rows with a missing answer are left out.

    Raises
    ------
    EstimationError : too few complete rows, a constant item, or items that determine one another.

    References: mardia1970
    """
    from scipy.stats import chi2, norm

    rows = complete_rows(data, "Mardia's test")
    n, p = rows.shape
    centred = rows.to_numpy() - rows.to_numpy().mean(axis=0)
    # With z = inv(chol(S)) x the distances are inner products, and the sum of their cubes is that of the
    # squared third moments of z: memory p^3 instead of n^2.
    scores = np.linalg.solve(np.linalg.cholesky(np.cov(centred, rowvar=False).reshape(p, p)), centred.T)
    skewness = float(np.sum((scores @ _pair_products(scores).T / n) ** 2))
    kurtosis = float(np.mean(np.sum(scores**2, axis=0) ** 2))
    chisq, df = n * skewness / 6, p * (p + 1) * (p + 2) // 6
    z = (kurtosis - p * (p + 2)) / np.sqrt(8 * p * (p + 2) / n)
    return Mardia(skewness, chisq, df, float(chi2.sf(chisq, df)), kurtosis, float(z), float(2 * norm.sf(abs(z))), n, p)


def _pair_products(scores: np.ndarray) -> np.ndarray:
    """Return the products of every two rows, as (p * p, n)."""
    p, n = scores.shape
    return (scores[:, None, :] * scores[None, :, :]).reshape(p * p, n)


def univariate_normality(data: pd.DataFrame) -> Table:
    """Return skewness and kurtosis of every item with their z values.

    References: joanes1998
    """
    rows = [_item_row(str(name), data[name].dropna()) for name in data]
    return Table("normality", _ITEMS, pd.DataFrame(rows), (_NOTE,))


def mardia_table(found: Mardia) -> tuple[Table, tuple[Verdict, ...]]:
    """Return Mardia's measures as a table, and their verdicts."""
    verdicts = (judge(found.skewness_p, "mardia", "skewness"), judge(found.kurtosis_p, "mardia", "kurtosis"))
    frame = pd.DataFrame(
        {
            "index": ["mardia_skewness", "mardia_kurtosis"],
            "value": [found.skewness, found.kurtosis],
            "statistic": [found.skewness_chisq, found.kurtosis_z],
            "df": [found.df, None],
            "pvalue": [found.skewness_p, found.kurtosis_p],
            "verdict": [verdict.label for verdict in verdicts],
        },
        dtype=object,
    )
    return Table("mardia", _MARDIA, frame, (_MARDIA_NOTE.format(n=found.n, p=found.n_items),)), verdicts


def skewness(values: pd.Series) -> float:
    """Return the sample-size corrected skewness G1; NaN below three values or without spread.

    References: joanes1998

    >>> round(skewness(pd.Series([1.0, 1.0, 2.0, 5.0])), 4)
    1.6585
    """
    return _moment_or_nan(values, 3, lambda series: series.skew())


def kurtosis(values: pd.Series) -> float:
    """Return the sample-size corrected excess kurtosis G2; NaN below four values or without spread.

    References: joanes1998

    >>> round(kurtosis(pd.Series([1.0, 1.0, 2.0, 5.0])), 4)
    2.6155
    """
    return _moment_or_nan(values, 4, lambda series: series.kurt())


def _moment_or_nan(values: pd.Series, needed: int, moment: object) -> float:
    known = values.dropna()
    if len(known) < needed or known.nunique() < 2 or not callable(moment):
        return float("nan")
    return float(moment(known))


def _item_row(name: str, values: pd.Series) -> dict[str, object]:
    n, skew, kurt = len(values), skewness(values), kurtosis(values)
    error = np.sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3))) if n > 2 else np.nan
    kurt_error = 2 * error * np.sqrt((n**2 - 1) / ((n - 3) * (n + 5))) if n > 3 else np.nan
    return {
        "item": name,
        "n": n,
        "skewness": skew,
        "z_skew": skew / error,
        "skewness_verdict": judge(skew, "skewness", name).label,
        "kurtosis": kurt,
        "z_kurtosis": kurt / kurt_error,
        "kurtosis_verdict": judge(kurt, "kurtosis", name).label,
    }
