"""Reading a theory: one TOML file that reads like the hypotheses section of a paper."""

from __future__ import annotations

import difflib
from pathlib import Path

from cocsem.errors import ShelfError
from cocsem.shelf import read_toml, shelf
from cocsem.theory.checks import check_theory
from cocsem.theory.claims import CLAIMS_FILE
from cocsem.theory.entries import theory_from
from cocsem.theory.types import Theory

_SHELF = "theories"


def list_theories() -> tuple[str, ...]:
    """Return the codes of the theories on the shelf, in alphabetical order.

    >>> "creative_industry" in list_theories()
    True
    """
    return tuple(sorted(path.stem for path in shelf(_SHELF).glob("*.toml") if path.name != CLAIMS_FILE))


def load_theory(code_or_path: str | Path) -> Theory:
    """Read a theory from the shelf or from a file of one's own.

    Parameters
    ----------
    code_or_path : code of a theory on the shelf, or path of a `.toml` file in the same format.
        Entries of its `instruments` that end in `.toml` are paths relative to the theory file.

    Returns
    -------
    The theory, checked against its instruments, the claims and the references; its `path` is the file it was read from.

    Raises
    ------
    ShelfError : no such theory, or the file is wrong; the message names the file and the place.

    >>> theory = load_theory("creative_industry")
    >>> theory.paths[0]
    Path(source='INV', target='ENG')
    >>> [rival.id for rival in theory.rivals]
    ['M1', 'M2', 'M3']
    """
    path = _find(code_or_path)
    theory = theory_from(read_toml(path), path)
    check_theory(theory, str(path))
    return theory


def _find(code_or_path: str | Path) -> Path:
    path = Path(code_or_path)
    if "\0" in str(code_or_path):
        raise ShelfError(f"The name of a theory file must not hold a null character: {str(code_or_path)!r}.")
    if path.suffix.lower() == ".toml" or len(path.parts) != 1:
        return path
    codes = list_theories()
    if str(path) not in codes:
        near = difflib.get_close_matches(str(path), codes, n=1)
        guess = f"Did you mean '{near[0]}'?" if near else f"The shelf holds {', '.join(codes)}."
        raise ShelfError(f"There is no theory '{path}'. {guess} A file of your own must end in .toml.")
    return shelf(_SHELF) / f"{path}.toml"
