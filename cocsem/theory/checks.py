"""What must hold between a theory, its instruments, the claims and the references."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from cocsem.errors import ShelfError
from cocsem.instrument.load import load_instrument
from cocsem.instrument.types import HigherOrder, Instrument
from cocsem.references.load import load_references
from cocsem.theory.claims import CLAIMS_FILE, load_claims
from cocsem.theory.rivals import apply
from cocsem.theory.types import Path, Rival, Theory


def check_theory(theory: Theory, where: str) -> None:
    """Run every check on a theory; the first fault is raised as a `ShelfError`."""
    check_ids(theory, where)
    check_constructs(theory, where)
    check_sources(theory, where)
    for rival in theory.rivals:
        check_rival(theory, rival, f"{where}: [[rival]] '{rival.id}'")


def check_ids(theory: Theory, where: str) -> None:
    """Hypotheses and rivals carry ids of their own, and no path stands twice."""
    _require_unique((h.id for h in theory.hypotheses), f"{where}: the ids of the hypotheses")
    _require_unique((r.id for r in theory.rivals), f"{where}: the ids of the rivals")
    _require_unique(theory.instruments, f"{where}: the instruments")
    _require_unique((_arrow(path) for path in theory.paths), f"{where}: the paths of the hypotheses")


def check_constructs(theory: Theory, where: str) -> None:
    """Every end of a path is a construct of a named instrument, and no construct is a dimension of another one."""
    known = _known_constructs(theory, where)
    for hypothesis in theory.hypotheses:
        for code in (hypothesis.source, hypothesis.target):
            _require_known(code, known, f"{where}: [[hypothesis]] '{hypothesis.id}'")
    for pair in theory.covariances:
        for code in pair:
            _require_known(code, theory.constructs, f"{where}: covariances")
        if pair[0] == pair[1] or Path(*pair) in theory.paths or Path(*pair[::-1]) in theory.paths:
            raise ShelfError(
                f"{where}: covariances must join two constructs without a path between them, not {list(pair)}."
            )
    for code in theory.constructs:
        for part in sorted(known[code].intersection(theory.constructs)):
            raise ShelfError(
                f"{where}: '{part}' is a dimension of '{code}', so the paths must use one of the two, not both. "
                f"Work with the dimensions of '{code}' only, or with '{code}' only."
            )


def check_sources(theory: Theory, where: str) -> None:
    """Claims and references that a theory names exist."""
    for hypothesis in theory.hypotheses:
        place = f"{where}: [[hypothesis]] '{hypothesis.id}'"
        _require_listed(
            hypothesis.claims, load_claims(), f"{place}: claims", f"the ids of {CLAIMS_FILE} (such as 000-2)"
        )
        _require_listed(hypothesis.references, load_references(), f"{place}: references", "sources that cocsem knows")
    for rival in theory.rivals:
        place = f"{where}: [[rival]] '{rival.id}': claims"
        _require_listed(rival.claims, load_claims(), place, f"the ids of {CLAIMS_FILE} (such as 000-2)")


def check_rival(theory: Theory, rival: Rival, where: str) -> None:
    """A rival edits paths that exist, adds none twice, and keeps the constructs: both models meet the same data."""
    old = [edit.old for edit in rival.replace if edit.old is not None]
    for path in old:
        if path not in theory.paths:
            known = ", ".join(_arrow(p) for p in theory.paths)
            raise ShelfError(
                f"{where}: replace must name a path of the theory, but {_arrow(path)} is none. Paths: {known}."
            )
    _require_unique((_arrow(path) for path in old), f"{where}: the replaced paths")
    after = apply(theory, rival)
    _require_unique((_arrow(path) for path in after.paths), f"{where}: the paths that result")
    changed = set(after.constructs).symmetric_difference(theory.constructs)
    if changed:
        raise ShelfError(
            f"{where} must connect the same constructs as the theory, or the two could not be compared "
            f"on the same data, but it gains or loses {', '.join(sorted(changed))}."
        )


def _known_constructs(theory: Theory, where: str) -> dict[str, frozenset[str]]:
    """Codes of all constructs of the named instruments, each with the dimensions it gathers."""
    instruments = [_load(name, where) for name in theory.instruments]
    _require_unique((code for i in instruments for code in i.constructs), f"{where}: the constructs of its instruments")
    _require_unique((item.code for i in instruments for item in i.items), f"{where}: the items of its instruments")
    factors = [instrument.factor(code) for instrument in instruments for code in instrument.constructs]
    return {f.code: frozenset(f.dimensions if isinstance(f, HigherOrder) else ()) for f in factors}


def _load(name: str, where: str) -> Instrument:
    try:
        return load_instrument(name)
    except ShelfError as fault:
        raise ShelfError(f"{where}: instruments: {fault}") from None


def _require_known(code: str, known: Collection[str], where: str) -> None:
    if code not in known:
        near = difflib.get_close_matches(code, known, n=1)
        guess = f"Did you mean '{near[0]}'? " if near else ""
        raise ShelfError(
            f"{where} must name constructs of its instruments, but '{code}' is none. {guess}Known: {', '.join(known)}."
        )


def _require_listed(names: Iterable[str], known: Mapping[str, object], where: str, what: str) -> None:
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            guess = f"Did you mean '{near[0]}'? " if near else ""
            raise ShelfError(
                f"{where} must be {what}, but '{name}' is not among them. {guess}"
                "In a file of your own you may leave it out."
            )


def _require_unique(words: Iterable[str], what: str) -> None:
    for word, times in Counter(words).items():
        if times > 1:
            raise ShelfError(f"{what} must differ from one another, but '{word}' stands {times} times.")


def _arrow(path: Path) -> str:
    return f"{path.source} -> {path.target}"
