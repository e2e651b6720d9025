"""The data sets that ship with cocsem: simulated ones on the shelf, and two public classics that semopy brings."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from cocsem.errors import ShelfError
from cocsem.shelf import shelf

_SHELF = "datasets"
# Files among semopy's examples; read where they lie, without importing semopy.
_OF_SEMOPY = {"holzinger_swineford": "holzinger_swineford39_data.csv", "political_democracy": "pd_data.csv"}


def list_datasets() -> tuple[str, ...]:
    """Return the names of the data sets, in alphabetical order.

    >>> "creative_industry" in list_datasets()
    True
    """
    return tuple(sorted(path.name for path in shelf(_SHELF).iterdir() if (path / "README.md").is_file()))


def _folder(name: str) -> Path:
    if name not in list_datasets():
        raise ShelfError(f"A data set must be one of {', '.join(list_datasets())}; '{name}' was given.")
    return shelf(_SHELF) / name


def dataset_path(name: str) -> Path:
    """Return the csv file of a data set.

    Raises
    ------
    ShelfError : there is no data set of this name.
    """
    folder = _folder(name)
    if name not in _OF_SEMOPY:
        return folder / f"{name}.csv"
    package = find_spec("semopy")
    if package is None or package.origin is None:
        raise ShelfError(f"The data set '{name}' comes with semopy, which must be installed. Install cocsem again.")
    return Path(package.origin).parent / "examples" / _OF_SEMOPY[name]


def dataset_codebook(name: str) -> Path | None:
    """Return the codebook of a data set, or None where it has none."""
    path = _folder(name) / "codebook.toml"
    return path if path.is_file() else None


def dataset_page(name: str) -> str:
    """Return the page that says where a data set comes from and what was planted in it."""
    return (_folder(name) / "README.md").read_text(encoding="utf-8").strip()


def load_dataset(name: str) -> pd.DataFrame:
    """Return the answers of a data set as they stand in its file.

    >>> load_dataset("political_democracy").shape
    (75, 11)
    """
    frame = pd.read_csv(dataset_path(name))
    return frame.loc[:, [not str(column).startswith("Unnamed") for column in frame.columns]]
