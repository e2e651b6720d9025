"""Bring model and data together: find the columns, refuse what cannot be used, split the groups."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_complex_dtype, is_datetime64_any_dtype, is_numeric_dtype, is_timedelta64_dtype

from cocsem.errors import EstimationError, UsageError
from cocsem.moments.ordinal.categories import Category, names_of_categories
from cocsem.survey.types import Survey


def frame_of(data: pd.DataFrame | Survey | str | Path) -> pd.DataFrame:
    """Return the rectangle of numbers behind a DataFrame, a Survey or the path of a csv, xlsx, sav or parquet file."""
    if isinstance(data, Survey):
        parts = [data.data, data.demographics, data.paradata]
        frame = pd.concat(parts, axis=1)
        return frame.loc[:, ~frame.columns.duplicated()]
    if isinstance(data, pd.DataFrame):
        if not data.columns.is_unique:
            repeated = data.columns[data.columns.duplicated()]
            raise UsageError(f"Columns must have different names, but '{repeated[0]}' stands more than once.")
        return data
    if isinstance(data, str | Path):
        from cocsem.survey.files import read_frame

        return read_frame(Path(data))
    raise UsageError(f"data must be a DataFrame, a Survey or the path of a file, not {type(data).__name__}.")


def plain_numbers(frame: pd.DataFrame, names: tuple[str, ...], latent: tuple[str, ...]) -> NDArray[Any] | None:
    """The named columns (n, p) where all of them simply hold numbers; None where there is anything to look at."""
    given = frame.columns.tolist()
    if given != list(names):
        place = {name: n for n, name in enumerate(given)}
        if not place.keys().isdisjoint(latent) or not place.keys() >= set(names):
            return None
        frame = frame.take([place[name] for name in names], axis=1)
    values = frame.to_numpy()
    simple = values.dtype.kind in "fiu" and not categorical_places(frame)  # categories may be numbers too
    return values if simple else None


def pick_columns(
    frame: pd.DataFrame, names: tuple[str, ...], latent: tuple[str, ...] = (), ordered: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return the named columns as numbers; Categorical columns among the `ordered` stay, with the order of their categories.
    A name `x:z` that is no column is the product of the columns x and z.

    Raises
    ------
    EstimationError : a column is missing (with the closest names), holds text, or categories without an order.
    """
    plain = plain_numbers(frame, names, latent)
    if plain is not None:
        return pd.DataFrame(plain, frame.index, list(names), copy=False)
    frame = _with_products(frame, names)
    place = {name: n for n, name in enumerate(frame.columns.tolist())}
    missing = [part for n in names if n not in place for part in n.split(":") if part not in place]
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
    return pd.DataFrame({n: _ranked(frame[n], n) if n in ordered else _numbers(frame[n], n) for n in names})


def _with_products(frame: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Add the products `x:z` among the names whose columns x and z are there, row by row as they are: nothing is centred."""
    columns = set(frame.columns.tolist())
    pairs = {name: name.split(":", 1) for name in names if ":" in name and name not in columns}
    made = {name: _numbers(frame[x], x) * _numbers(frame[z], z) for name, (x, z) in pairs.items() if {x, z} <= columns}
    return frame.assign(**made) if made else frame


def categorical_places(frame: pd.DataFrame) -> list[int]:
    """Places of the Categorical columns."""
    return [n for n, kind in enumerate(frame.dtypes.array) if isinstance(kind, pd.CategoricalDtype)]


def _ranked(column: pd.Series, name: str) -> pd.Series:
    """An ordered variable: categories with their order, which numbers have by themselves."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return _numbers(column, name)
    if column.cat.ordered:
        return column
    column = column.cat.remove_unused_categories()
    levels = column.cat.categories
    if len(levels) > 2 and not is_numeric_dtype(levels):
        raise EstimationError(_no_order(name, levels))
    return column.cat.reorder_categories(sorted(levels), ordered=True)


def counted_categories(column: pd.Series) -> tuple[Category, ...]:
    """Categories of a Categorical column that count as 1, 2, ... where it is no ordered item; none where they are ascending numbers.

    Raises
    ------
    EstimationError : more than two categories without an order.
    """
    if not column.cat.ordered:
        column = column.cat.remove_unused_categories()
    levels = column.cat.categories
    if len(levels) > 2 and not column.cat.ordered:
        raise EstimationError(_no_order(str(column.name), levels))
    return () if is_numeric_dtype(levels) and levels.is_monotonic_increasing else names_of_categories(column)


def count_categories(column: pd.Series) -> pd.Series:
    """A Categorical column as numbers, those of `counted_categories` where it has some."""
    names = counted_categories(column)
    if not names:
        return column.astype("float64")
    places = column.cat.codes if column.cat.ordered else column.cat.remove_unused_categories().cat.codes
    return (places.astype("float64") + 1.0).where(column.notna())


def _no_order(name: str, levels: pd.Index) -> str:
    said = ", ".join(map(str, levels[:8])) + (", ..." if len(levels) > 8 else "")
    return (
        f"The categories of a variable in a model must have an order, but those of column '{name}' have none ({said}). Where there is "
        f"one, say it: data['{name}'].cat.reorder_categories([lowest, ..., highest], ordered=True); where they are numbers, "
        f"data['{name}'].astype(float). Else enter a column of 0 and 1 for each category but one."
    )


def _numbers(column: pd.Series, name: str) -> pd.Series:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return count_categories(column)
    is_time = is_datetime64_any_dtype(column) or is_timedelta64_dtype(column)
    numbers = column if is_time else pd.to_numeric(column, errors="coerce")
    if is_time or is_complex_dtype(numbers):
        raise EstimationError(f"Column '{name}' must hold numbers, but it holds {numbers.dtype}.")
    numbers = numbers.astype("float64")
    lost = column.notna() & numbers.isna()
    if lost.any():
        row = int(np.flatnonzero(lost.to_numpy())[0])
        raise EstimationError(
            f"Column '{name}' must hold numbers, but row {row + 1} holds {column.iloc[row]!r}. Recode it, make it an "
            f"ordered Categorical, or read the file with an instrument."
        )
    return numbers


def group_labels(frame: pd.DataFrame, group: str) -> tuple[str, ...]:
    """Labels of the groups, in order of first appearance in the data (as in lavaan)."""
    if not isinstance(group, str) or group not in frame.columns:
        given = f"'{group}'" if isinstance(group, str | int) else type(group).__name__
        raise UsageError(
            f"group must be a column of the data; {given} is none of {', '.join(map(str, list(frame.columns)[:12]))}."
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
