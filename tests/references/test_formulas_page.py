"""docs/formulas.md sends the reader to files and sources that exist, and to every file of the engine that cites one."""

import re
from pathlib import Path

import pytest

from cocsem.references import load_references

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "formulas.md").read_text(encoding="utf-8")
FILES = sorted(set(re.findall(r"`((?:model|moments|estimation)/[\w/.]+)`", PAGE)))


@pytest.mark.parametrize("file", FILES)
def test_every_file_is_there(file):
    assert (ROOT / "cocsem" / file).is_file()


def test_every_source_stands_on_the_shelf():
    keys = set(re.findall(r"\b[a-z]+\d{4}[a-z]?\b", PAGE))
    assert len(keys) > 30 and keys <= set(load_references()), keys - set(load_references())


def test_a_formula_with_a_source_is_found_from_the_page():
    """The files the page names cite the sources it names for them somewhere among them."""
    cited = "".join((ROOT / "cocsem" / file).read_text(encoding="utf-8") for file in FILES)
    keys = set(re.findall(r"\b[a-z]+\d{4}[a-z]?\b", PAGE)) - {"mcardle1984", "brosseauliard2014"}
    assert not {key for key in keys if key not in cited}
