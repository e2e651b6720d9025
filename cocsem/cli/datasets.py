"""`python -m cocsem datasets`."""

from __future__ import annotations

from cocsem.cli.shelf_command import shelf_group
from cocsem.report.render.page import plain_page
from cocsem.survey.codebook import read_codebook
from cocsem.survey.shelf_data import dataset_codebook, dataset_page, list_datasets


def _listing(lang: str) -> list[tuple[str, str]]:
    titles = [(name, read_codebook(dataset_codebook(name)).title) for name in list_datasets()]
    return [(name, title[lang] if title else name) for name, title in titles]


def _page(name: str, lang: str) -> str:
    return plain_page(dataset_page(name, lang))


command = shelf_group("datasets", _listing, _page, None)
