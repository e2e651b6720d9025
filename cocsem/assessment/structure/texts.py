"""The rival structures of one set of items, as model text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import combinations

GENERAL, HIGHER, POLARITY, SINGLE = "general", "higher", "polarity", "single"
_START = 0.5  # of the loadings on the general factor: one sign, so that it is found as what all items share


def single_text(items: Sequence[str]) -> str:
    """One factor.

    >>> single_text(["x1", "x2", "x3"])
    'single =~ x1 + x2 + x3'
    """
    return f"{SINGLE} =~ {' + '.join(items)}"


def correlated_text(factors: Mapping[str, Sequence[str]]) -> str:
    """Factors that correlate freely."""
    return "\n".join(f"{factor} =~ {' + '.join(items)}" for factor, items in factors.items())


def higher_text(factors: Mapping[str, Sequence[str]]) -> str:
    """One factor above the others; two of them need equal loadings, which `factor_structure` does not assume."""
    return f"{correlated_text(factors)}\n{HIGHER} =~ {' + '.join(factors)}"


def bifactor_text(factors: Mapping[str, Sequence[str]]) -> str:
    """A general factor behind all items beside factors of their own, all of them unrelated (holzinger1937).

    References: holzinger1937, reise2012
    """
    items = list(dict.fromkeys(item for own in factors.values() for item in own))
    everyone = {GENERAL: items, **factors}
    loadings = [
        f"{factor} =~ NA*{own[0]} + {' + '.join(f'start({_START})*{item}' for item in own)}"
        for factor, own in everyone.items()
    ]
    scales = [f"{factor} ~~ 1*{factor}" for factor in everyone]
    unrelated = [f"{a} ~~ 0*{b}" for a, b in combinations(everyone, 2)]
    return "\n".join([*loadings, *scales, *unrelated])


def polarity_text(factors: Mapping[str, Sequence[str]], reverse: Collection[str]) -> str:
    """A method factor of the direction of the items: +1 on straight and -1 on reversed items, one free variance, unrelated to the factors.

    >>> print(polarity_text({"f": ["x1", "x2", "x3"]}, {"x2"}).splitlines()[1])
    polarity =~ 1*x1 + -1*x2 + 1*x3
    """
    items = dict.fromkeys(item for own in factors.values() for item in own)
    signs = " + ".join(f"{-1 if item in reverse else 1}*{item}" for item in items)
    unrelated = [f"{POLARITY} ~~ 0*{factor}" for factor in factors]
    return "\n".join([correlated_text(factors), f"{POLARITY} =~ {signs}", f"{POLARITY} ~~ {POLARITY}", *unrelated])
