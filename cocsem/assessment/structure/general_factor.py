"""How strong the general factor of a bifactor model is, and what is left for the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import comb

import pandas as pd

from cocsem.assessment.measurement import blocks
from cocsem.assessment.reliability.congeneric import omega, omega_total
from cocsem.assessment.structure.texts import GENERAL
from cocsem.estimation.types import Fit


def general_factor_table(fit: Fit) -> pd.DataFrame:
    """Return for the general factor and each other: omega_total, omega_hierarchical, ecv.

    omega_hierarchical = (sum b)^2 v / 1'Sigma 1 over the items of the factor; omega_total counts all factors; ecv is the factor's share of the sum of
    all squared standardized loadings.

    References: zinbarg2005, reise2012, rodriguez2016
    """
    found = {block.construct: block for block in blocks(fit)}
    strength = {name: float((block.standardized**2).sum()) for name, block in found.items()}
    whole = sum(strength.values())
    order = [GENERAL, *(name for name in found if name != GENERAL)]
    return pd.DataFrame(
        {
            "construct": order,
            "n_items": [len(found[name].items) for name in order],
            "omega_total": [float(omega_total(found[name])) for name in order],
            "omega_hierarchical": [float(omega(found[name])) for name in order],
            "ecv": [strength[name] / whole for name in order],
        }
    )


def uncontaminated(factors: Mapping[str, Sequence[str]]) -> float:
    """Share of the correlations of items that the general factor alone explains: pairs from different factors.

    References: reise2012

    >>> uncontaminated({"f": ["a", "b"], "g": ["c", "d"]}).__round__(3)
    0.667
    """
    items = sum(len(own) for own in factors.values())
    return 1.0 - sum(comb(len(own), 2) for own in factors.values()) / comb(items, 2)
