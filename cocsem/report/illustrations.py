"""Which pictures a report holds: the path diagram and the correlations of the factors."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.report.figures.heat_map import heat_map
from cocsem.report.figures.path_diagram import CAPTION_WITHOUT_ESTIMATES, caption, path_diagram
from cocsem.report.material import Material
from cocsem.report.types import Figure

_PATH_TITLE = Text("The structural model", "Model struktural")
_FACTORS_TITLE = Text("Correlations of the factors", "Korelasi antarfaktor")
_FACTORS_CAPTION = Text(
    "Correlations of the factors as the measurement model implies them; blue positive, red negative.",
    "Korelasi antarfaktor menurut model pengukuran; biru positif, merah negatif.",
)


def draw_paths(material: Material) -> Iterator[Figure]:
    """Draw the path diagram when there are paths: of the fit, or of the theory when the fit did not converge."""
    fit, theory = material.fit("structural"), material.theory
    estimated = fit is not None and fit.converged
    if theory is None and not (estimated and fit is not None and (fit.estimates["op"] == "~").any()):
        return
    if theory is not None and fit is None:
        return
    svg = Text(*(path_diagram(fit, theory, lang, names=material.names) for lang in ("en", "id")))
    yield Figure("path_diagram", _PATH_TITLE, caption() if estimated else CAPTION_WITHOUT_ESTIMATES, svg)


def draw_factors(material: Material) -> Iterator[Figure]:
    """Draw the correlations of the factors of the measurement model."""
    fit = material.fit("measurement")
    frame = factor_correlations(fit) if fit is not None else pd.DataFrame()
    if len(frame) > 1:
        svg = Text(*(heat_map(frame, lang, title=_FACTORS_TITLE[lang], triangle=True) for lang in ("en", "id")))
        yield Figure("factor_correlations", _FACTORS_TITLE, _FACTORS_CAPTION, svg)


def factor_correlations(fit: Fit) -> pd.DataFrame:
    """Return the model-implied correlations of the factors of the first group; empty when there are none."""
    if not fit.matrices or not len(fit.matrices[0].latent):
        return pd.DataFrame()
    matrices = fit.matrices[0]
    variances = np.diag(matrices.latent_cov)
    if (variances <= 0).any():
        return pd.DataFrame()
    spread = np.sqrt(variances)
    return pd.DataFrame(matrices.latent_cov / np.outer(spread, spread), index=matrices.latent, columns=matrices.latent)
