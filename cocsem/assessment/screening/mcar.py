"""Little's test: are answers missing completely at random?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from cocsem.assessment.judge import judge
from cocsem.assessment.scales import item_data
from cocsem.assessment.types import Table, Verdict
from cocsem.estimation.distributions import chi2_sf
from cocsem.language import Text
from cocsem.moments.missing import available_statistics
from cocsem.survey.types import Survey

_TITLE = Text("Little's test of missing completely at random", "Uji Little untuk data hilang acak sepenuhnya")
_NOTE = Text(
    "statistic: sum over the {patterns} patterns of n (m - mu)' inv(Sigma) (m - mu), with the means m of the items answered and the "
    "means mu and covariances Sigma (times N/(N - 1)) of all answers by maximum likelihood.",
    "statistic: jumlah atas {patterns} pola dari n (m - mu)' inv(Sigma) (m - mu), dengan rerata m butir yang dijawab serta rerata mu dan "
    "kovarians Sigma (kali N/(N - 1)) semua jawaban menurut kemungkinan maksimum.",
)


@dataclass(frozen=True, slots=True)
class MissingTest:
    """Little's chi-square with its degrees of freedom and p; the patterns of missing answers and the rows used."""

    statistic: float
    df: int
    pvalue: float
    patterns: int
    n: int


def little_mcar(data: Survey | pd.DataFrame) -> MissingTest:
    """Test whether the answers are missing completely at random.

    d2 = sum_j n_j (m_j - mu_j)' inv(S_j) (m_j - mu_j) over the patterns j, with m_j the means of the items answered in pattern j, mu
    the maximum-likelihood means and S = N/(N - 1) Sigma the covariances of all answers; df = sum_j p_j - p.

    Parameters
    ----------
    data : (n, p) answers; rows without any answer are left out.

    Returns
    -------
    MissingTest; df is 0 and the p value NaN when nothing is missing.

    Raises
    ------
    EstimationError : a column holds no numbers, or the answers given do not determine every mean and covariance.

    References: little1988

    >>> rows = pd.DataFrame({"a": [1.0, 2, 3, 4, 5, 3], "b": [2.0, 1, 4, 3, 5, None]})
    >>> little_mcar(rows).df
    1
    """
    stats = available_statistics(item_data(data))
    values = np.asarray(stats.data)
    scale = stats.cov * stats.n_obs / (stats.n_obs - 1)
    answered = ~np.isnan(values)
    patterns, which = np.unique(answered, axis=0, return_inverse=True)
    statistic, df = 0.0, -values.shape[1]
    for place, pattern in enumerate(patterns):
        rows = values[which.ravel() == place][:, pattern]
        away = rows.mean(axis=0) - stats.mean[pattern]
        statistic += len(rows) * float(away @ np.linalg.solve(scale[np.ix_(pattern, pattern)], away))
        df += int(pattern.sum())
    return MissingTest(statistic, df, chi2_sf(statistic, df), len(patterns), stats.n_obs)


def mcar_table(found: MissingTest) -> tuple[Table, Verdict]:
    """Return Little's test as a table, and its verdict."""
    verdict = judge(found.pvalue, "little_mcar", "overall")
    frame = pd.DataFrame(
        {
            "statistic": [found.statistic],
            "df": [found.df],
            "pvalue": [found.pvalue],
            "n": [found.n],
            "verdict": pd.Series([verdict.label], dtype=object),
        }
    )
    return Table("little_mcar", _TITLE, frame, (_NOTE.format(patterns=found.patterns),)), verdict
