"""Bring model and data together: find the columns, refuse what cannot be used, split the groups."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from cocsem.errors import EstimationError, UsageError
from cocsem.survey.types import Survey


def frame_of(data: pd.DataFrame | Survey | str | Path) -> pd.DataFrame:
    """Return the rectangle of numbers behind a DataFrame, a Survey or the path of a csv, xlsx, sav or parquet file."""
    if isinstance(data, Survey):
        parts = [data.data, data.demographics, data.paradata]
        frame = pd.concat(parts, axis=1)
        return frame.loc[:, ~frame.columns.duplicated()]
    if isinstance(data, pd.DataFrame):
        if len(set(data.columns.tolist())) < data.shape[1]:
            repeated = data.columns[data.columns.duplicated()]
            raise UsageError(f"Columns must have different names, but '{repeated[0]}' stands more than once.")
        return data
    if isinstance(data, str | Path):
        from cocsem.survey.files import read_frame

        return read_frame(Path(data))
    raise UsageError(f"data must be a DataFrame, a Survey or the path of a file, not {type(data).__name__}.")


def pick_columns(frame: pd.DataFrame, names: tuple[str, ...], latent: tuple[str, ...] = ()) -> pd.DataFrame:
    """Return the named columns as numbers.

    Raises
    ------
    EstimationError : a column is missing (with the closest names) or holds text.
    """
    place = {name: n for n, name in enumerate(frame.columns.tolist())}
    missing = [n for n in names if n not in place]
    if missing:
        close = get_close_matches(missing[0], [str(c) for c in (*frame.columns, *latent)], n=3)
        hint = (
            f" Did you mean {', '.join(close)}?"
            if close
            else f" The data have: {', '.join(str(c) for c in list(frame.columns)[:12])}."
        )
        raise EstimationError(
            f"Every observed variable of the model must be a column of the data; missing: {', '.join(missing)}.{hint}"
        )
    clash = [n for n in latent if n in place]
    if clash:
        raise EstimationError(
            f"A latent variable must not have the name of a column: {', '.join(clash)}. Rename it in the model."
        )
    places = [place[n] for n in names]
    columns = frame if places == list(range(frame.shape[1])) else frame.take(np.array(places, dtype=np.intp), axis=1)
    if columns.to_numpy().dtype.kind in "fiu":
        return columns
    return pd.DataFrame({n: _numbers(frame[n], n) for n in names})


def _numbers(column: pd.Series, name: str) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):
        raise EstimationError(f"Column '{name}' must hold numbers, but it is categorical. Recode it to numbers first.")
    if pd.api.types.is_datetime64_any_dtype(column) or pd.api.types.is_complex_dtype(column):
        raise EstimationError(f"Column '{name}' must hold numbers, but it holds {column.dtype}.")
    numbers = pd.to_numeric(column, errors="coerce").astype("float64")
    lost = column.notna() & numbers.isna()
    if lost.any():
        row = int(np.flatnonzero(lost.to_numpy())[0])
        raise EstimationError(
            f"Column '{name}' must hold numbers, but row {row + 1} holds {column.iloc[row]!r}. Recode it, or read the file with an instrument."
        )
    return numbers


def group_labels(frame: pd.DataFrame, group: str) -> tuple[str, ...]:
    """Labels of the groups, in order of first appearance in the data (as in lavaan)."""
    if not isinstance(group, str) or group not in frame.columns:
        raise UsageError(
            f"group must be a column of the data; '{group}' is none of {', '.join(map(str, list(frame.columns)[:12]))}."
        )
    labels = frame[group].dropna().unique()
    if not 2 <= len(labels) <= 50:
        raise UsageError(f"group must name a column with 2 to 50 different values; '{group}' has {len(labels)}.")
    return tuple(dict.fromkeys(group_label(label) for label in labels))


def group_label(value: object) -> str:
    """Write the value that names a group as R prints it: a whole number without decimals (a column with gaps holds 1.0 for 1).

    >>> group_label(1.0), group_label(1.5), group_label("a")
    ('1', '1.5', 'a')
    """
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
