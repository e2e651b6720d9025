"""Who answered: frequencies of the categories, and summaries of the numbers, that are known of the respondents."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cocsem.assessment.types import Assessment, Table
from cocsem.language import Text
from cocsem.survey.types import Survey

_TITLE = Text("Respondent profile", "Profil responden")
_CATEGORIES = Text("Respondents by category", "Responden menurut kategori")
_NUMBERS = Text("Respondents in numbers", "Angka tentang responden")
_MISSING = Text("(not answered)", "(tidak dijawab)")
_OTHERS = Text("({count} further categories)", "({count} kategori lain)")
_NONE = Text("The survey holds no columns about the respondents.", "Survei tidak memuat kolom tentang responden.")
_NOTE = Text(
    "percent: of all {n} respondents; valid_percent: of those who answered.",
    "percent: dari seluruh {n} responden; valid_percent: dari yang menjawab.",
)
_LISTED = 20  # categories printed per variable
_COUNTABLE = 10  # a number with at most so many values is counted value by value as well


def respondent_profile(survey: Survey) -> Assessment:
    """Describe the respondents: n and percentages of categories; n, mean, SD, minimum and maximum of numbers.

    Returns
    -------
    An assessment with the tables `categories` and `numbers`, as far as there are such columns.
    """
    columns, labels = survey.demographics, survey.codebook.labels
    numeric = [name for name in columns if pd.api.types.is_numeric_dtype(columns[name]) and name not in labels]
    counted = [name for name in columns if name not in numeric or columns[name].nunique() <= _COUNTABLE]
    tables = []
    if counted and len(columns):
        frame = pd.concat(
            [count_categories(columns[name], labels.get(str(name), {})) for name in counted], ignore_index=True
        )
        tables.append(Table("categories", _CATEGORIES, frame, (_NOTE.format(n=len(columns)),)))
    if numeric:
        tables.append(Table("numbers", _NUMBERS, pd.DataFrame([summarise(columns[name]) for name in numeric])))
    return Assessment("profile", _TITLE, tuple(tables), {"n": len(survey.data)}, warnings=() if tables else (_NONE,))


def count_categories(values: pd.Series, labels: Mapping[str, Text]) -> pd.DataFrame:
    """Count the categories of one column, in the order of its labels or else by frequency; missing answers stand last.

    >>> count_categories(pd.Series(["f", "m", "f"], name="sex"), {})["n"].tolist()
    [2, 1]
    """
    counts = values.dropna().map(_key).value_counts()
    order = [key for key in labels if key in counts.index] + [
        key for key in _sorted(counts, values) if key not in labels
    ]
    rows: list[tuple[object, int, bool]] = [(labels.get(key, key), int(counts[key]), True) for key in order[:_LISTED]]
    if len(order) > _LISTED:
        rest = order[_LISTED:]
        rows.append((_OTHERS.format(count=len(rest)), int(counts[rest].sum()), True))
    absent = int(values.isna().sum())
    if absent:
        rows.append((_MISSING, absent, False))
    known, total = max(int(counts.sum()), 1), max(len(values), 1)
    return pd.DataFrame(
        {
            "variable": str(values.name),
            "category": pd.Series([row[0] for row in rows], dtype=object),
            "n": [row[1] for row in rows],
            "percent": [100 * row[1] / total for row in rows],
            "valid_percent": [100 * row[1] / known if row[2] else float("nan") for row in rows],
        }
    )


def summarise(values: pd.Series) -> dict[str, object]:
    """Summarise one numeric column: n, missing, mean, SD (divisor n - 1), minimum, maximum.

    >>> summarise(pd.Series([1.0, 3.0], name="age"))["mean"]
    2.0
    """
    known = values.dropna().astype("float64")
    return {
        "variable": str(values.name),
        "n": len(known),
        "missing": int(values.isna().sum()),
        "mean": float(known.mean()),
        "sd": float(known.std()),
        "min": float(known.min()),
        "max": float(known.max()),
    }


def _key(value: object) -> str:
    """Write 1.0 as '1', so that it meets the label of code 1."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _sorted(counts: pd.Series, values: pd.Series) -> list[str]:
    """Numbers in their order; words by frequency, ties by the alphabet."""
    keys = [str(key) for key in counts.index]
    if pd.api.types.is_numeric_dtype(values):
        return sorted(keys, key=float)
    return sorted(keys, key=lambda key: (-int(counts[key]), key))
