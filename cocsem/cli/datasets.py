"""`python -m cocsem datasets`."""

from __future__ import annotations

from cocsem.cli.shelf_command import shelf_group
from cocsem.survey.shelf_data import dataset_page, list_datasets


def _listing(lang: str) -> list[tuple[str, str]]:
    return [(name, dataset_page(name).splitlines()[0].lstrip("# ")) for name in list_datasets()]


command = shelf_group("datasets", _listing, lambda name, lang: dataset_page(name), None)
