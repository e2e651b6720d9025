"""Where the shelves stand: `instruments/`, `theories/`, `datasets/` and `lessons/`, in a checkout or inside an installed wheel."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from cocsem.errors import ShelfError

_PACKAGE = Path(__file__).resolve().parent


def shelf(name: str) -> Path:
    """Return the folder of a shelf (`instruments`, `theories`, `datasets` or `lessons`).

    Installed, the shelves lie inside the package; in a checkout they stand at the top level, for people.
    """
    for folder in (_PACKAGE / "shelves" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise ShelfError(f"The shelf '{name}' must come with cocsem, but it is not there. Install cocsem again.")


def read_toml(path: Path) -> dict[str, Any]:
    """Read one TOML file; every fault is a `ShelfError` that names the file and the place."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ShelfError(f"The file '{path}' must exist, but it was not found.") from None
    except IsADirectoryError:
        raise ShelfError(f"'{path}' must be a TOML file, but it is a folder.") from None
    except UnicodeDecodeError:
        raise ShelfError(f"The file '{path}' must be UTF-8 text. Save it again as UTF-8.") from None
    except OSError as fault:
        raise ShelfError(f"The file '{path}' must be readable: {fault.strerror}.") from None
    except (
        ValueError,
        RecursionError,
    ) as fault:  # a decode error, a number of thousands of digits, or thousands of brackets
        raise ShelfError(f"The file '{path}' must be valid TOML: {fault}.") from None
