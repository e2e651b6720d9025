"""What was answered: every item described, and the correlations of the scale means."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cocsem.assessment.scales import Scales, scale_names, scales_of
from cocsem.assessment.screening.normality import kurtosis, skewness
from cocsem.assessment.types import Assessment, Table
from cocsem.language import Text
from cocsem.survey.types import Survey

_TITLE = Text("Descriptives", "Statistik deskriptif")
_ITEMS = Text("Items", "Butir")
_SHARES = Text("Answer shares", "Proporsi jawaban")
_MEANS = Text("Correlations of the scale means", "Korelasi antar-rerata skala")
_SCORED = Text(
    "Scored answers: reversed items are turned. Skewness G1 and excess kurtosis G2, corrected for sample size.",
    "Jawaban setelah penskoran: butir terbalik sudah dibalik. "
    "Kemencengan G1 dan kurtosis berlebih G2, dikoreksi untuk ukuran sampel.",
)
_SHARE_NOTE = Text(
    "Shares of the given answers, per point of the scale.", "Proporsi dari jawaban yang diberikan, per titik skala."
)
_MEAN_NOTE = Text(
    "Scale mean: mean of the items a person answered. Pairwise correlations, not corrected for unreliability.",
    "Rerata skala: rerata butir yang dijawab responden. Korelasi berpasangan, tidak dikoreksi untuk ketidakreliabelan.",
)
_MANY_POINTS = 11  # answers with more distinct values are no rating scale, and their shares are not tabulated


def describe(source: Survey | Scales) -> Assessment:
    """Describe the items and the scale means.

    Returns
    -------
    An assessment with the tables `items`, `answer_shares` and `correlations` (scale means, with M and SD).

    References: joanes1998

    >>> items = pd.DataFrame({"t1": [1, 2, 4, 5], "t2": [2, 2, 5, 4]})
    >>> describe({"TRU": items})["items"]["mean"].tolist()
    [3.0, 3.25]
    """
    scales = scales_of(source)
    tables = [Table("items", _ITEMS, item_table(scales), (_SCORED,))]
    shares = answer_shares(scales)
    if len(shares.columns) > 1:
        tables.append(Table("answer_shares", _SHARES, shares, (_SHARE_NOTE,)))
    if scales:
        tables.append(Table("correlations", _MEANS, mean_correlations(source), (_MEAN_NOTE,)))
    return Assessment("descriptives", _TITLE, tuple(tables), references=("joanes1998",))


def item_table(scales: Scales) -> pd.DataFrame:
    """Return n, missing, mean, SD, skewness G1 and excess kurtosis G2 of every item."""
    rows = [_item_row(code, str(name), block[name]) for code, block in scales.items() for name in block]
    return pd.DataFrame(
        rows, columns=["construct", "item", "n", "missing", "mean", "sd", "min", "max", "skewness", "kurtosis"]
    )


def answer_shares(scales: Scales) -> pd.DataFrame:
    """Return the share of every answer among the given answers, one column per point; none for continuous items."""
    columns = [block[name] for block in scales.values() for name in block]
    points = sorted(
        {float(value) for column in columns if column.nunique() <= _MANY_POINTS for value in column.dropna().unique()}
    )
    if not points or len(points) > _MANY_POINTS:
        return pd.DataFrame({"item": [str(column.name) for column in columns]})
    shares = [column.value_counts(normalize=True) for column in columns]
    frame = pd.DataFrame({f"{point:g}": [float(share.get(point, 0.0)) for share in shares] for point in points})
    frame.insert(0, "item", [str(column.name) for column in columns])
    return frame


def scale_means(source: Survey | Scales) -> pd.DataFrame:
    """Return the mean of the answered items of every scale, one row per person.

    >>> scale_means({"TRU": pd.DataFrame({"t1": [1.0, 2.0], "t2": [3.0, None]})})["TRU"].tolist()
    [2.0, 2.0]
    """
    return pd.DataFrame({code: block.mean(axis=1) for code, block in scales_of(source).items()})


def mean_correlations(source: Survey | Scales) -> pd.DataFrame:
    """Return mean and SD of every scale mean and their correlations below the diagonal of ones."""
    means, names = scale_means(source), scale_names(source)
    frame = pd.DataFrame({"construct": [str(code) for code in means], "name": [names[str(code)] for code in means]})
    frame["mean"], frame["sd"] = means.mean().to_numpy(), means.std().to_numpy()
    lower = np.tril(_correlations(means))
    lower[np.triu_indices(len(lower), 1)] = np.nan
    return pd.concat([frame, pd.DataFrame(lower, columns=list(means))], axis=1)


def _correlations(means: pd.DataFrame) -> np.ndarray:
    """Pairwise correlations; NaN where a scale mean does not vary."""
    varying = [name for name in means if means[name].nunique() > 1]
    return means[varying].corr().reindex(index=means.columns, columns=means.columns).to_numpy(dtype=np.float64).copy()


def _item_row(code: str, name: str, values: pd.Series) -> list[object]:
    known = values.dropna()
    spread = (float(known.min()), float(known.max())) if len(known) else (float("nan"), float("nan"))
    deviation = float(known.std()) if len(known) > 1 else float("nan")
    average = float(known.mean()) if len(known) else float("nan")
    return [
        code,
        name,
        len(known),
        int(values.isna().sum()),
        average,
        deviation,
        *spread,
        skewness(known),
        kurtosis(known),
    ]
