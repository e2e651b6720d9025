"""From the tables of a theory file to the values they describe; every fault names the file and the place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path as File
from typing import Any

from cocsem.errors import ShelfError
from cocsem.instrument.checks import require_code, require_known, require_strings, require_table, require_tables
from cocsem.language import Text, text_from
from cocsem.theory.types import Hypothesis, Path, Replacement, Rival, Theory

THEORY_FIELDS = ("code", "title", "about", "instruments", "covariances", "hypothesis", "rival")
HYPOTHESIS_FIELDS = ("id", "from", "to", "sign", "statement", "claims", "references")
RIVAL_FIELDS = ("id", "title", "why", "replace", "add")
REPLACE_FIELDS = ("from", "to", "by")
NEW_FIELDS = ("from", "to", "sign", "claims")
SIGNS = ("+", "-")

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,29}")


def theory_from(entry: Mapping[str, Any], file: File) -> Theory:
    """Return the theory that a file states; whether it fits its instruments is checked elsewhere."""
    where = str(file)
    require_known(entry, THEORY_FIELDS, where)
    hypotheses = require_tables(entry, "hypothesis", where)
    rivals = require_tables(entry, "rival", where, needed=False)
    return Theory(
        code=require_code(entry.get("code"), f"{where}: code"),
        title=text_from(entry.get("title"), f"{where}: title"),
        about=text_from(entry.get("about"), f"{where}: about"),
        instruments=_instruments_from(entry, file),
        hypotheses=tuple(
            _hypothesis_from(table, f"{where}: [[hypothesis]] {n}") for n, table in enumerate(hypotheses, 1)
        ),
        rivals=tuple(_rival_from(table, f"{where}: [[rival]] {n}") for n, table in enumerate(rivals, 1)),
        covariances=_covariances_from(entry, where),
        path=where,
    )


def _instruments_from(entry: Mapping[str, Any], file: File) -> tuple[str, ...]:
    names = require_strings(entry, "instruments", str(file))
    if not names:
        raise ShelfError(f'{file} must name its instruments, for example instruments = ["customer_trust"].')
    return tuple(str(file.parent / name) if name.lower().endswith(".toml") else name for name in names)


def _hypothesis_from(entry: Mapping[str, Any], where: str) -> Hypothesis:
    require_known(entry, HYPOTHESIS_FIELDS, where)
    name = _id_from(entry, where)
    where = f"{where} '{name}'"
    path = _path_from(entry, where)
    return Hypothesis(
        id=name,
        source=path.source,
        target=path.target,
        sign=_sign_from(entry, where, default=None),
        statement=text_from(entry.get("statement"), f"{where}: statement"),
        claims=require_strings(entry, "claims", where),
        references=require_strings(entry, "references", where),
    )


def _rival_from(entry: Mapping[str, Any], where: str) -> Rival:
    require_known(entry, RIVAL_FIELDS, where)
    name = _id_from(entry, where)
    where = f"{where} '{name}'"
    edits = [_edit_from(table, f"{where}: replace") for table in require_tables(entry, "replace", where, needed=False)]
    edits += [_addition_from(table, f"{where}: add") for table in require_tables(entry, "add", where, needed=False)]
    if not edits:
        raise ShelfError(f"{where} must change the theory: give it `replace` or `add`, as `theories new` shows.")
    claims = dict.fromkeys(claim for _, found in edits for claim in found)
    title = text_from(entry["title"], f"{where}: title") if "title" in entry else Text(name, name)
    why = text_from(entry.get("why"), f"{where}: why")
    return Rival(name, why, tuple(edit for edit, _ in edits), tuple(claims), title)


def _edit_from(entry: Mapping[str, Any], where: str) -> tuple[Replacement, tuple[str, ...]]:
    require_known(entry, REPLACE_FIELDS, where)
    old = _path_from(entry, where)
    if "by" not in entry:
        return Replacement(old, None), ()
    addition, claims = _addition_from(require_table(entry, "by", where), f"{where} {old.source} -> {old.target}: by")
    return Replacement(old, addition.new, addition.sign), claims


def _addition_from(entry: Mapping[str, Any], where: str) -> tuple[Replacement, tuple[str, ...]]:
    require_known(entry, NEW_FIELDS, where)
    new = Replacement(None, _path_from(entry, where), _sign_from(entry, where, default="+"))
    return new, require_strings(entry, "claims", where)


def _covariances_from(entry: Mapping[str, Any], where: str) -> tuple[tuple[str, str], ...]:
    pairs = entry.get("covariances", [])
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise ShelfError(f'{where}: covariances must be a list of pairs such as [["SAT", "TRU"]].')
    return tuple((require_code(a, f"{where}: covariances"), require_code(b, f"{where}: covariances")) for a, b in pairs)


def _path_from(entry: Mapping[str, Any], where: str) -> Path:
    source, target = (require_code(entry.get(end), f"{where}: {end}") for end in ("from", "to"))
    if source == target:
        raise ShelfError(f"{where} must lead from one construct to another, but both ends are '{source}'.")
    return Path(source, target)


def _sign_from(entry: Mapping[str, Any], where: str, *, default: str | None) -> str:
    sign = entry.get("sign", default)
    if sign not in SIGNS:
        raise ShelfError(f'{where}: sign must be "+" or "-", the direction you expect, not {_shown(sign)}.')
    return str(sign)


def _id_from(entry: Mapping[str, Any], where: str) -> str:
    name = entry.get("id")
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise ShelfError(f'{where}: id must be a short name such as "H1" or "M2", not {_shown(name)}.')
    return name


def _shown(value: object) -> str:
    """A value as an error message can bear it: text is quoted, anything else named by its kind."""
    if value is None:
        return "nothing"
    return repr(value[:60]) if isinstance(value, str) else f"a value of kind {type(value).__name__}"
