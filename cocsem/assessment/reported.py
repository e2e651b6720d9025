"""Which of the numbers of a fit are the ones to report: with a scaled test the scaled statistic and the robust indices.

Scaled indices put the scaled statistics into the formulas of normal data, and so estimate something that changes with the
distribution of the answers; robust indices estimate what the index would be if the answers were normal. They are not the same,
and where both exist the robust one is reported.

References: brosseauliard2012, brosseauliard2014, savalei2018
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

CORRECTED = ("cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper")
SCALED_TEST = ("chisq_scaled", "df_scaled", "pvalue_scaled", "chisq_scaling_factor")
KINDS = ("scaled", "robust")


def is_scaled(measures: Mapping[Any, Any]) -> bool:
    """Say whether the measures hold a scaled test.

    >>> is_scaled({"chisq": 3.0}), is_scaled({"chisq": 3.0, "chisq_scaled": 2.5})
    (False, True)
    """
    return _given(measures, "chisq_scaled")


def reported_key(measures: Mapping[Any, Any], name: str) -> str:
    """Return the key under which the value to report stands: robust before scaled before plain, where the test is scaled.

    >>> reported_key({"chisq_scaled": 2.5, "cfi": 0.9, "cfi_scaled": 0.91, "cfi_robust": 0.92}, "cfi")
    'cfi_robust'
    """
    if is_scaled(measures):
        for kind in reversed(KINDS):
            if _given(measures, f"{name}_{kind}"):
                return f"{name}_{kind}"
    return name


def _given(measures: Mapping[Any, Any], key: str) -> bool:
    value = measures.get(key)
    return value is not None and not pd.isna(value)
