"""`python -m cocsem theories`."""

from __future__ import annotations

from cocsem.cli.shelf_command import shelf_group
from cocsem.theory.load import list_theories, load_theory
from cocsem.theory.template import theory_template


def _listing(lang: str) -> list[tuple[str, str]]:
    return [(code, load_theory(code).title[lang]) for code in list_theories()]


command = shelf_group("theories", _listing, lambda code, lang: load_theory(code).summary(lang), theory_template)
