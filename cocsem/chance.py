"""Random numbers: every draw starts from a seed that is named, checked in this one place."""

from __future__ import annotations

from typing import Any

import numpy as np

from cocsem.errors import UsageError


def generator(seed: int | None) -> np.random.Generator:
    """Return a generator of random numbers that always begins the same way for the same seed; None begins anew.

    Raises
    ------
    UsageError : a seed that is no whole number, or below zero.

    >>> int(generator(1).integers(100)) == int(generator(1).integers(100))
    True
    """
    return np.random.default_rng(_checked(seed))


def generators(seed: int | None, count: int) -> list[np.random.Generator]:
    """Return `count` generators whose draws do not depend on one another.

    Raises
    ------
    UsageError : a seed that is no whole number, or below zero.

    >>> len(generators(1, 3))
    3
    """
    return [np.random.default_rng(each) for each in np.random.SeedSequence(_checked(seed)).spawn(count)]


def _checked(seed: Any) -> int | None:
    whole = isinstance(seed, int | np.integer) and not isinstance(seed, bool)
    if seed is not None and (not whole or seed < 0):
        raise UsageError(f"seed must be a whole number, 0 or above; {seed!r} was given.")
    return seed if seed is None else int(seed)
