"""The claims of the source documents, one entry each; hypotheses and rivals rest on them by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from cocsem.errors import ShelfError
from cocsem.instrument.checks import require_known
from cocsem.language import text_from
from cocsem.shelf import read_toml, shelf
from cocsem.theory.types import Claim

CLAIMS_FILE = "claims.toml"
_FIELDS = ("statement", "sign", "source", "cited", "untestable")
_SIGNS = ("+", "-", "")


@lru_cache(maxsize=1)
def load_claims() -> Mapping[str, Claim]:
    """Return every relation that a source document asserts, by its id.

    Returns
    -------
    Mapping of id (`"000-1"`: source document 000, relation 1) to the claim, in the order of the documents.

    Raises
    ------
    ShelfError : the claims file is missing or wrong.

    >>> load_claims()["000-2"].source
    'seed000'
    """
    entries = read_toml(shelf("theories") / CLAIMS_FILE)
    return MappingProxyType({key: claim_from(key, entry) for key, entry in entries.items()})


def claim_from(key: str, entry: Any) -> Claim:
    """Check one entry of the claims file and return the claim it states."""
    where = f"[{key}] in {CLAIMS_FILE}"
    if not isinstance(entry, Mapping):
        raise ShelfError(f"{where} must be a table with a statement.")
    require_known(entry, _FIELDS, where)
    if entry.get("sign") not in _SIGNS:
        raise ShelfError(f'{where}: sign must be "+", "-" or "" (no direction of effect).')
    return Claim(
        id=key,
        statement=text_from(entry.get("statement"), f"{where}: statement"),
        source=_word(entry, "source", where, needed=True),
        sign=entry["sign"],
        untestable=text_from(entry["untestable"], f"{where}: untestable") if "untestable" in entry else None,
        cited=_word(entry, "cited", where, needed=False),
    )


def _word(entry: Mapping[str, Any], field: str, where: str, *, needed: bool) -> str:
    value = entry.get(field, "")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise ShelfError(f"{where}: {field} must be text.")
    return value.strip()
