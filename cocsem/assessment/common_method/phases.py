"""The marker technique after its models: how much of each scale's reliability is method (phase II), and whether the correlations of the
constructs depend on how precisely the method was estimated (phase III).

References: williams2010
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cocsem.assessment.attempts import Attempt, Question, attempt
from cocsem.assessment.measurement import blocks, root
from cocsem.assessment.reliability.congeneric import composite_reliability
from cocsem.estimation.distributions import normal_quantile
from cocsem.estimation.types import Fit

Array = NDArray[np.float64]
LEVELS = {"marker_sensitive_95": 0.95, "marker_sensitive_99": 0.99}  # the two intervals of the technique, no cutoffs


def decompose(baseline: Fit, kept: Fit, question: Question, marker: str) -> pd.DataFrame:
    """Split the reliability of every scale into what its construct gives and what the method gives.

    With standardized loadings l on the construct, m on the marker and residual variances t of the retained method model,
    that of the construct is (sum l)^2 / W and that of the method (sum m)^2 / W with W = (sum l)^2 + (sum m)^2 + sum t; the total is the
    composite reliability of the Baseline, where the method has no loading. method_share = method / (construct + method).

    Returns
    -------
    DataFrame construct reliability_total reliability_construct reliability_method method_share.

    References: williams2010
    """
    plain = {block.construct: block for block in blocks(baseline)}
    rows = []
    for block in blocks(kept):
        if block.construct not in question.factors:
            continue
        own, method = float(block.standardized.sum()) ** 2, float(_standardized(kept, marker, block.items).sum()) ** 2
        whole = own + method + float(block.standardized_residual.sum())
        total = float(composite_reliability(plain[block.construct]))
        parts = {"reliability_total": total, "reliability_construct": own / whole, "reliability_method": method / whole}
        rows.append({"construct": block.construct, **parts, "method_share": method / (own + method)})
    return pd.DataFrame(rows)


def _standardized(fit: Fit, factor: str, items: Sequence[str]) -> Array:
    frame = fit.estimates
    own = frame[(frame["op"] == "=~") & (frame["lhs"] == factor)].set_index("rhs")["std_all"]
    return own.reindex(list(items)).to_numpy(dtype=np.float64)


def sensitivity(question: Question, fixed: str, kept: Attempt, marker: str) -> tuple[Attempt, ...]:
    """Fit the retained method model again with every method loading fixed at the end of its interval that lies farther from zero.

    Parameters
    ----------
    fixed : the Baseline as text. kept : Method-C or Method-U, whichever was retained.

    References: williams2010
    """
    if kept.fit is None or not kept.usable:
        return ()
    frame = kept.fit.estimates
    own = frame[(frame["op"] == "=~") & (frame["lhs"] == marker) & frame["rhs"].isin(question.items)]
    found = []
    for key, level in LEVELS.items():
        reach = normal_quantile(0.5 + level / 2)
        ends = [(row["rhs"], row["est"] + np.sign(row["est"]) * reach * row["se"]) for row in own.to_dict("records")]
        line = f"{marker} =~ {' + '.join(f'{float(value)!r}*{item}' for item, value in ends)}"
        found.append(attempt(question, key, f"{fixed}\n{line}", std_lv=True))
    return tuple(found)


def correlations(found: Mapping[str, Attempt], question: Question, columns: Sequence[str]) -> pd.DataFrame:
    """Correlations of the constructs under the models of the technique: parameter, then one column per usable model."""
    fits = {key: found[key].fit for key in columns if key in found and found[key].usable}
    rows = []
    for one, other in combinations(question.factors, 2):
        cells = {key: _correlation(fit, one, other) for key, fit in fits.items() if fit is not None}
        rows.append({"parameter": f"{one} ~~ {other}", **cells})
    return pd.DataFrame(rows)


def _correlation(fit: Fit, one: str, other: str) -> float:
    matrices = fit.matrices[0]
    a, b = matrices.latent.index(one), matrices.latent.index(other)
    cov = matrices.latent_cov
    return float(cov[a, b] / np.prod(root(cov[[a, b], [a, b]])))
