"""`python -m cocsem instruments`."""

from __future__ import annotations

from cocsem.cli.shelf_command import shelf_group
from cocsem.instrument.load import list_instruments, load_instrument
from cocsem.instrument.template import instrument_template


def _listing(lang: str) -> list[tuple[str, str]]:
    return [
        (code, f"{load_instrument(code).title[lang]} ({len(load_instrument(code).items)})")
        for code in list_instruments()
    ]


command = shelf_group(
    "instruments", _listing, lambda code, lang: load_instrument(code).summary(lang), instrument_template
)
