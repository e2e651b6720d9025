"""Scores of the respondents for further analyses: scale means and factor scores by row of the file."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cocsem.criteria import load_criterion
from cocsem.estimation.factor_scores import predict
from cocsem.estimation.types import Fit
from cocsem.survey.types import Survey


def score_table(survey: Survey, scales: Mapping[str, pd.DataFrame], fit: Fit | None) -> pd.DataFrame:
    """Return one row per respondent: `row` (row number in the file), `<scale>_mean`, `<factor>_score` (regression).

    A scale mean is taken over the items answered and is missing where fewer than the criterion scale_score asks for (half) are; factor scores exist
    only for rows the model used and only for a converged, admissible fit.
    """
    out = pd.DataFrame({"row": survey.data.index}, index=survey.data.index)
    for code, items in scales.items():
        enough = items.notna().mean(axis=1) >= load_criterion("scale_score").weakest
        out[f"{code}_mean"] = items.mean(axis=1).where(enough)
    if fit is not None and fit.converged and fit.admissible and fit.spec.latent:
        scores = predict(fit)
        scores.index = survey.data.index[scores.index]
        out = out.join(scores.add_suffix("_score"))
    return out.reset_index(drop=True)
