"""The literature: sources, and one code per construct. Every claim of the house names a key that stands here."""

from cocsem.references.citation import apa, bibtex, cite, find_reference, slanted
from cocsem.references.load import load_glossary, load_references
from cocsem.references.types import Construct, Reference

__all__ = [
    "Construct",
    "Reference",
    "apa",
    "bibtex",
    "cite",
    "find_reference",
    "load_glossary",
    "load_references",
    "slanted",
]
