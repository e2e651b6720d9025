"""Reliability from the items alone: alpha in its variants and the item-rest correlations. No model is fitted.

Every function takes a table with one column per item and uses the rows that answered all of them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from cocsem.chance import generator


def cronbach_alpha(items: pd.DataFrame) -> float:
    """Return Cronbach's alpha: k/(k - 1) (1 - sum of the item variances / variance of the sum); NaN below two items.

    References: cronbach1951

    >>> round(cronbach_alpha(pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]})), 4)
    0.8889
    """
    return _alpha(items.dropna())


def standardized_alpha(items: pd.DataFrame) -> float:
    """Return alpha of the standardized items: k r / (1 + (k - 1) r), r the mean correlation.

    >>> round(standardized_alpha(pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]})), 4)
    0.8889
    """
    rows = items.dropna()
    if any(rows[name].nunique() < 2 for name in rows):
        return float("nan")
    return _alpha((rows - rows.mean()) / rows.std())


def alpha_interval(items: pd.DataFrame, level: float = 0.95) -> tuple[float, float]:
    """Return the confidence interval of alpha after Feldt, over the rows that answered every item.

    References: feldt1987
    """
    rows = items.dropna()
    return feldt_interval(_alpha(rows), len(rows), rows.shape[1], level)


def feldt_interval(alpha: float, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """Return Feldt's interval of alpha: 1 - (1 - alpha) F_upper and 1 - (1 - alpha) F_lower.

    F has n - 1 and (n - 1)(k - 1) degrees of freedom, n rows and k items.

    References: feldt1987

    >>> [round(limit, 3) for limit in feldt_interval(0.8, 100, 4)]
    [0.727, 0.857]
    """
    from scipy.special import fdtri

    if k < 2 or n < 3 or np.isnan(alpha):
        return float("nan"), float("nan")
    lower, upper = (1.0 - (1.0 - alpha) * fdtri(n - 1, (n - 1) * (k - 1), (1 + s * level) / 2) for s in (1, -1))
    return float(lower), float(upper)


def spearman_brown(items: pd.DataFrame) -> float:
    """Return the Spearman-Brown coefficient 2 r / (1 + r) of a scale of two items; NaN for any other number of items.

    References: eisinga2013

    >>> round(spearman_brown(pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 3, 2, 4]})), 4)
    0.8889
    """
    rows = items.dropna()
    if rows.shape[1] != 2:
        return float("nan")
    r = _correlation(rows.iloc[:, 0], rows.iloc[:, 1])
    return 2.0 * r / (1.0 + r) if r > -1.0 else float("nan")


def alpha_bootstrap(items: pd.DataFrame, draws: int, seed: int, level: float = 0.95) -> tuple[float, float]:
    """Return the percentile interval of alpha over rows drawn with replacement.

    References: efron1993
    """
    rows = items.dropna().to_numpy(dtype=np.float64)
    n, k = rows.shape
    if k < 2 or n < 3 or draws < 2:
        return float("nan"), float("nan")
    centred = rows - rows.mean(axis=0)
    total = centred.sum(axis=1)
    counts = generator(seed).multinomial(n, np.full(n, 1.0 / n), size=draws).astype(np.float64)
    single = counts @ centred**2 / n - (counts @ centred / n) ** 2
    whole = counts @ total**2 / n - (counts @ total / n) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        alpha = k / (k - 1) * (1.0 - single.sum(axis=1) / whole)
    alpha = alpha[np.isfinite(alpha)]
    if len(alpha) < 2:
        return float("nan"), float("nan")
    low, high = np.quantile(alpha, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def alpha_of(cor: np.ndarray) -> float:
    """Return alpha of a covariance or correlation matrix; of polychoric correlations it is the ordinal alpha.

    References: zumbo2007

    >>> round(alpha_of(np.array([[1.0, 0.5], [0.5, 1.0]])), 4)
    0.6667
    """
    k, total = len(cor), float(np.sum(cor))
    return k / (k - 1) * (1.0 - float(np.trace(cor)) / total) if k > 1 and total > 0 else float("nan")


def alpha_if_dropped(items: pd.DataFrame) -> pd.Series:
    """Return alpha of the scale without each item in turn; NaN when fewer than two items would stay.

    >>> alpha_if_dropped(pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 2], "c": [2, 3, 3]})).round(2).to_dict()
    {'a': 0.86, 'b': 0.86, 'c': 0.67}
    """
    rows = items.dropna()
    return pd.Series({name: _alpha(rows.drop(columns=name)) for name in rows}, dtype="float64")


def item_rest_correlation(items: pd.DataFrame) -> pd.Series:
    """Return the correlation of each item with the sum of the other items; NaN for an item that does not vary.

    >>> item_rest_correlation(pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]})).to_dict()
    {'a': 1.0, 'b': 1.0}
    """
    rows = items.dropna()
    total = rows.sum(axis=1)
    return pd.Series({name: _correlation(rows[name], total - rows[name]) for name in rows}, dtype="float64")


def _alpha(rows: pd.DataFrame) -> float:
    k = rows.shape[1]
    if k < 2 or len(rows) < 2:
        return float("nan")
    cov = np.cov(rows.to_numpy(dtype=np.float64), rowvar=False)
    total = float(cov.sum())
    # A sum that does not vary leaves only rounding, measured against the variances of the items.
    if total <= len(rows) * np.finfo(float).eps * float(np.trace(cov)):
        return float("nan")
    return k / (k - 1) * (1.0 - float(np.trace(cov)) / total)


def _correlation(a: pd.Series, b: pd.Series) -> float:
    if len(a) < 2 or a.nunique() < 2 or b.nunique() < 2:
        return float("nan")
    return float(np.clip(np.corrcoef(a, b)[0, 1], -1.0, 1.0))
