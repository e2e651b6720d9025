"""The data sets that come with cocsem: simulated ones on the shelf `datasets/`, two real ones from semopy's examples."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from cocsem.errors import ShelfError
from cocsem.shelf import shelf

# Data that a dependency brings; reading its file is cheaper than importing it.
_FROM_SEMOPY: Mapping[str, str] = {
    "holzinger_swineford": "holzinger_swineford39_data.csv",
    "political_democracy": "pd_data.csv",
}
_PAGES: Mapping[str, str] = {"en": "README.md", "id": "README.id.md"}


def list_datasets() -> tuple[str, ...]:
    """Return the names of the data sets that come with cocsem.

    >>> "creative_industry" in list_datasets()
    True
    """
    return tuple(sorted(page.parent.name for page in shelf("datasets").glob("*/README.md")))


def dataset_path(name: str) -> Path:
    """Return the csv file of a data set.

    Raises
    ------
    ShelfError : there is no data set of this name, or the dependency that brings it does not hold it any more.

    >>> dataset_path("jember75").name
    'jember75.csv'
    """
    folder = _folder(name)
    path = _in_semopy(_FROM_SEMOPY[name]) if name in _FROM_SEMOPY else folder / f"{name}.csv"
    if not path.is_file():
        raise ShelfError(
            f"The data set '{name}' must be in '{path.name}', but that file is not there. Install cocsem again."
        )
    return path


def dataset_codebook(name: str) -> Path:
    """Return the codebook of a data set, a TOML file.

    >>> dataset_codebook("jember75").name
    'codebook.toml'
    """
    return _folder(name) / "codebook.toml"


def dataset_page(name: str, lang: str = "en") -> str:
    """Return the page of a data set as Markdown: where it comes from, whether it is simulated, what is in it.

    >>> dataset_page("jember75").splitlines()[0], dataset_page("jember75", "id").splitlines()[0]
    ('# jember75 (simulated)', '# jember75 (simulasi)')
    """
    return (_folder(name) / _PAGES[lang]).read_text(encoding="utf-8")


def load_dataset(name: str) -> pd.DataFrame:
    """Return a data set as it stands in its file: answers unscored, reverse items as they were ticked.

    `read_survey(dataset_path(name), codebook=dataset_codebook(name))` gives the scored survey.

    Returns
    -------
    Frame of (n, columns); missing = NaN.

    Raises
    ------
    ShelfError : there is no data set of this name.

    >>> load_dataset("political_democracy").shape
    (75, 11)
    """
    frame = pd.read_csv(dataset_path(name), encoding="utf-8")
    return frame.drop(columns=[column for column in frame if str(column).startswith("Unnamed")])


def _folder(name: str) -> Path:
    names = list_datasets()
    if name not in names:
        raise ShelfError(f"A data set must be one of {', '.join(names)}, but '{name}' was given.")
    return shelf("datasets") / name


def _in_semopy(file: str) -> Path:
    spec = find_spec("semopy")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    return Path(folders[0] if folders else "semopy") / "examples" / file
