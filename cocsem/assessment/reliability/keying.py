"""Items that are scored against the rest of their scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from cocsem.assessment.reliability.coefficients import cronbach_alpha
from cocsem.assessment.wording import fill, listing, proportion
from cocsem.language import Text

_MISKEYED = Text(
    "{items} of {scale} {runs} against the other items (weight on the first component: {weights}): scored the wrong way round? Alpha "
    "as scored is {alpha}; with {them} turned it would be {turned}. Read the wording; where it runs against the others, turn the "
    "column (lowest plus highest point of the scale, minus the answer) or declare `reverse = true` in an instrument. Until then alpha gets no verdict.",
    "{items} pada {scale} berlawanan arah dengan butir lain (bobot pada komponen pertama: {weights}): apakah penskorannya terbalik? "
    "Alpha menurut skor sekarang {alpha}; bila dibalik menjadi {turned}. Baca kalimatnya; bila memang berlawanan dengan butir lain, "
    "balik kolomnya (titik terendah ditambah titik tertinggi skala, dikurangi jawaban) atau nyatakan `reverse = true` pada instrumen. Sebelum itu alpha tidak diberi penilaian.",
)
_ENGLISH = {"one": {"runs": "runs", "them": "it"}, "several": {"runs": "run", "them": "them"}}
_UNDECIDED = Text(
    "The items of {scale} fall into two halves that correlate negatively ({items} against the rest): which half is scored the wrong "
    "way round cannot be told from the answers. Check the wording; no verdict is given on alpha until then.",
    "Butir {scale} terbagi menjadi dua bagian yang berkorelasi negatif ({items} terhadap butir lain): bagian mana yang penskorannya "
    "terbalik tidak dapat diketahui dari jawaban. Periksa kalimatnya; sebelum itu alpha tidak diberi penilaian.",
)


@dataclass(frozen=True, slots=True)
class Keying:
    """Items of a scale that run against the rest: their weights on the first component, alpha as scored and turned."""

    scale: str
    weights: Mapping[str, float]
    alpha: float
    turned: float
    undecided: bool = False

    @property
    def warning(self) -> Text:
        """What is wrong, and what to do."""
        values: dict[str, object] = {"scale": self.scale, "items": listing(list(self.weights))}
        if self.undecided:
            return fill(_UNDECIDED, values)
        number_of = "one" if len(self.weights) == 1 else "several"
        weights = listing([proportion(w, 2) for w in self.weights.values()])
        alphas = {"alpha": proportion(self.alpha, 2), "turned": proportion(self.turned, 2)}
        return fill(_MISKEYED, values | alphas | {"weights": weights, **_ENGLISH[number_of]})


def find_miskeyed(scale: str, items: pd.DataFrame) -> Keying | None:
    """Find the items that weigh negatively on the first principal component of their scale; None where all agree.

    The component is turned so that most items, or the larger sum of weights, are positive. Only a component that is told
    apart from chance counts: an item is suspect when its correlation with the sum of the others is negative as well, or
    would be negative after the other suspects are turned.

    References: revelle2022
    """
    rows = items.dropna()
    rows = rows.loc[:, rows.nunique() > 1] if len(rows) else rows
    if rows.shape[1] < 2 or len(rows) < rows.shape[1] + 1:
        return None
    weights = _first_component(rows)
    negative = weights[weights < 0]
    if negative.empty or not _is_against(rows, list(negative.index)):
        return None
    turned = rows.copy()
    turned[list(negative.index)] *= -1
    halves = 2 * len(negative) == len(weights)
    return Keying(
        scale, {str(k): float(v) for k, v in negative.items()}, cronbach_alpha(rows), cronbach_alpha(turned), halves
    )


def _first_component(rows: pd.DataFrame) -> pd.Series:
    """Loadings of the standardized items on the first principal component, mostly positive."""
    values, vectors = np.linalg.eigh(np.corrcoef(rows.to_numpy(dtype=np.float64), rowvar=False))
    loadings = vectors[:, -1] * np.sqrt(max(float(values[-1]), 0.0))
    against = (int((loadings < 0).sum()), -float(loadings.sum())) > (int((loadings > 0).sum()), float(loadings.sum()))
    return pd.Series(-loadings if against else loadings, index=rows.columns.astype(str))


def _is_against(rows: pd.DataFrame, suspects: list[str]) -> bool:
    """Whether every suspect correlates negatively with the sum of the items that are not suspect."""
    others = rows.drop(columns=suspects)
    if others.empty:
        return False
    total = others.sum(axis=1)
    return all(total.nunique() > 1 and float(np.corrcoef(rows[name], total)[0, 1]) < 0 for name in suspects)
