"""cocsem: from a questionnaire to tested theory.

The public names are resolved when first used, so that `import cocsem` costs little more than `import pandas`.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_NAMES = {
    "cfa": "cocsem.estimation.verbs",
    "sem": "cocsem.estimation.verbs",
    "growth": "cocsem.estimation.verbs",
    "fit_model": "cocsem.estimation.verbs",
    "standardized": "cocsem.estimation.standardized_solution",
    "CocsemError": "cocsem.errors",
}

__all__ = [*_NAMES, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'cocsem' has no attribute '{name}'")
    return getattr(import_module(_NAMES[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)
