"""A study run again from its results.json: does every number come out as it was?"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

from cocsem.errors import UsageError
from cocsem.study import run_study

# Numbers agree when they differ by less than this share of their size: machines differ in the last digits.
TOLERANCE = 1e-6
# What may differ though nothing changed: versions, the name of the file, differences between engines (rounding noise).
_LEFT_OUT = frozenset({"provenance", "audit", "survey.source", "survey.sha256"})
_OPTIONS = (
    *("theory", "model", "instruments", "codebook", "controls", "measurement_only"),
    *("estimator", "ordered", "missing", "group", "engine", "bootstrap", "seed"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One place of the results that did not come out as it was."""

    place: str
    before: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Reproduction:
    """What running a study again gave: the number of values compared, those that changed, whether the file is the same."""

    compared: int
    changes: tuple[Change, ...]
    same_file: bool
    versions: tuple[tuple[str, str, str], ...]


def check_results(
    path: str | Path, survey: str | Path, *, lang: str = "en", progress: Callable[[str], None] = lambda text: None
) -> Reproduction:
    """Run a study again as its results.json says it was asked, and compare every number and verdict.

    Parameters
    ----------
    path : a results.json written by cocsem. survey : the file of the answers, or the name of a data set.
    lang : of what `progress` is told: each step of the run.

    Returns
    -------
    Reproduction : numbers are compared with a relative tolerance of 1e-6, everything else must be equal. The section of
        the second engine is not compared (its numbers are differences near zero), nor are versions.

    Raises
    ------
    UsageError : the file is no results.json that says what was asked.
    """
    before = read_results(path)
    asked = before["provenance"]["asked"]
    options = {name: asked[name] for name in _OPTIONS if asked.get(name) is not None}
    options["ordered"] = bool(options.get("ordered", False))
    now = json.loads(json.dumps(run_study(survey, **options, lang=lang, progress=progress).results))
    pairs = list(_pairs(before, now))
    changes = tuple(Change(place, old, new) for place, old, new in pairs if not _agree(old, new))
    was, is_ = before["provenance"], now["provenance"]
    versions = tuple(
        (name, was["versions"].get(name, "–"), version)
        for name, version in is_["versions"].items()
        if was["versions"].get(name) != version
    )
    return Reproduction(len(pairs), changes, was["sha256"] == is_["sha256"], versions)


def read_results(path: str | Path) -> dict[str, Any]:
    """Read a results.json; what is none is refused with what to do."""
    advice = "Give the results.json that `python -m cocsem fit ... --out DIR` wrote into DIR."
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError):
        raise UsageError(f"'{path}' must be a results.json, but it cannot be read as one. {advice}") from None
    provenance = found.get("provenance") if isinstance(found, dict) else None
    if not isinstance(provenance, dict) or not {"asked", "sha256", "versions"} <= set(provenance):
        raise UsageError(f"'{path}' must say under provenance.asked what was asked, but it does not. {advice}")
    if not isinstance(provenance["asked"], dict) or not isinstance(provenance["versions"], dict):
        raise UsageError(f"provenance.asked in '{path}' must be a table of options. {advice}")
    return dict(found)


def _pairs(before: Any, now: Any, place: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every value of either side with its place; a value that one side lacks stands against None."""
    if isinstance(before, Mapping) or isinstance(now, Mapping):
        first, second = (part if isinstance(part, Mapping) else {} for part in (before, now))
        for key in dict.fromkeys([*first, *second]):
            inner = f"{place}.{key}" if place else str(key)
            if inner not in _LEFT_OUT:
                yield from _pairs(first.get(key), second.get(key), inner)
    elif isinstance(before, list) and isinstance(now, list):
        for i, (one, two) in enumerate(zip_longest(before, now)):
            yield from _pairs(one, two, f"{place}[{i}]")
    else:
        yield place, before, now


def _agree(before: Any, now: Any) -> bool:
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in (before, now)):
        return math.isclose(before, now, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    if isinstance(before, str) and isinstance(now, str):
        return before == now
    return bool(before == now) or (not before and not now)
