"""The square tables that papers print: Fornell-Larcker, HTMT and HTMT2."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cocsem.assessment.measurement import Block
from cocsem.assessment.reliability.congeneric import average_variance_extracted
from cocsem.assessment.types import Table
from cocsem.estimation.types import GroupMatrices
from cocsem.language import Text

_MATRIX = Text("Fornell-Larcker criterion", "Kriteria Fornell-Larcker")
_MATRIX_NOTE = Text(
    "Diagonal: square root of AVE (mean squared loading). Below it: correlations of the constructs.",
    "Diagonal: akar AVE (rerata kuadrat muatan). Di bawahnya: korelasi antarkonstruk.",
)
_RATIOS = {
    "htmt": Text("Heterotrait-monotrait ratios (HTMT)", "Rasio heterotrait-monotrait (HTMT)"),
    "htmt2": Text("Heterotrait-monotrait ratios (HTMT2)", "Rasio heterotrait-monotrait (HTMT2)"),
}
_RATIO_NOTES = {
    "htmt": Text("Arithmetic means of the absolute item correlations.", "Rerata aritmetik korelasi butir absolut."),
    "htmt2": Text(
        "Geometric means of the absolute item correlations; for items with unequal loadings.",
        "Rerata geometrik korelasi butir absolut; untuk butir dengan muatan tidak sama.",
    ),
}


def construct_correlations(matrices: GroupMatrices) -> pd.DataFrame:
    """Return the model-implied correlations of the latent variables; NaN where a variance is not positive."""
    variance = np.diag(matrices.latent_cov)
    spread = np.sqrt(np.where(variance > 0, variance, np.nan))
    return pd.DataFrame(matrices.latent_cov / np.outer(spread, spread), index=matrices.latent, columns=matrices.latent)


def fornell_larcker_table(found: Mapping[str, Block], matrices: GroupMatrices) -> Table:
    """Return the square roots of AVE on the diagonal and the correlations of the constructs below it."""
    codes = list(found)
    lower = construct_correlations(matrices).loc[codes, codes].to_numpy().copy()
    lower[np.triu_indices(len(codes), 1)] = np.nan
    roots = [np.sqrt(average_variance_extracted(b)) if len(b.items) > 1 else np.nan for b in found.values()]
    np.fill_diagonal(lower, roots)
    return Table("fornell_larcker", _MATRIX, _square(lower, codes), (_MATRIX_NOTE,))


def ratio_table(key: str, ratios: pd.DataFrame) -> Table:
    """Return the ratios (`htmt` or `htmt2`) as a symmetric table."""
    codes = [str(code) for code in ratios.index]
    return Table(f"{key}_matrix", _RATIOS[key], _square(ratios.to_numpy(), codes), (_RATIO_NOTES[key],))


def _square(values: np.ndarray, codes: list[str]) -> pd.DataFrame:
    frame = pd.DataFrame(values, columns=codes)
    frame.insert(0, "construct", codes)
    return frame
