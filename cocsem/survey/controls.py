"""Control variables: numbers as they are, categories as dummy columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from cocsem.errors import SurveyError
from cocsem.language import Text
from cocsem.survey.types import Survey

_MOST = 20


def code_controls(survey: Survey, names: Sequence[str]) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Return the control variables as numeric columns, and what was done in words.

    A category of k values becomes k - 1 columns of 0 and 1, named `variable_value`; the most frequent value is the
    reference. Missing stays missing (the row drops out of the model).

    Raises
    ------
    SurveyError : no such column among the demographics, a constant one, or one with too many values.
    """
    columns: list[pd.Series | pd.DataFrame] = []
    notes: list[Text] = []
    for name in names:
        if name not in survey.demographics:
            known = ", ".join(map(str, survey.demographics.columns)) or "none"
            raise SurveyError(
                f"A control variable must be one of the columns about the respondents ({known}); '{name}' is not."
            )
        values = survey.demographics[name]
        if values.nunique() < 2:
            raise SurveyError(
                f"A control variable must vary, but '{name}' has the same value in all rows. Leave it out."
            )
        if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            columns.append(values.astype("float64").rename(_column(name)))
            continue
        frame, reference = _dummies(name, values)
        columns.append(frame)
        notes.append(Text(
            f"Control variable '{name}' was dummy-coded; reference category: {reference}.",
            f"Variabel kontrol '{name}' dikode sebagai dummy; kategori acuan: {reference}.",
        ))  # fmt: skip
    return pd.concat(columns, axis=1) if columns else pd.DataFrame(index=survey.data.index), tuple(notes)


def _dummies(name: str, values: pd.Series) -> tuple[pd.DataFrame, str]:
    counts = values.value_counts()
    if len(counts) > _MOST:
        raise SurveyError(
            f"A control variable must have at most {_MOST} categories, but '{name}' has {len(counts)}. Group them first."
        )
    reference = counts.index[0]
    frame = pd.DataFrame({
        _column(f"{name}_{category}"): (values == category).astype("float64").where(values.notna()) for category in counts.index[1:]
    })  # fmt: skip
    return frame, str(reference)


def _column(text: str) -> str:
    """A name that model syntax can hold."""
    plain = re.sub(r"\W+", "_", text).strip("_")
    return plain if plain and not plain[0].isdigit() else f"c_{plain}"
