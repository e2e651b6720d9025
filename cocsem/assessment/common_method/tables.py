"""The tables of common-method variance."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from cocsem.assessment.attempts import Attempt, Question
from cocsem.assessment.common_method.marker import MARKER, retained
from cocsem.assessment.common_method.models import ROLES
from cocsem.assessment.common_method.phases import LEVELS, correlations, decompose
from cocsem.assessment.types import Table
from cocsem.assessment.wording import fill
from cocsem.language import Text

NAMES = {
    "as_stated": Text("model as stated", "model sebagaimana dinyatakan"),
    "single_factor": Text("one factor behind all items", "satu faktor di balik semua butir"),
    "method_equal": Text("with a method factor, equal loadings", "dengan faktor metode, muatan sama"),
    "method_free": Text("with a method factor, free loadings", "dengan faktor metode, muatan bebas"),
    "marker_cfa": Text("marker: CFA", "penanda: CFA"),
    "marker_baseline": Text("marker: Baseline", "penanda: Baseline"),
    "marker_constrained": Text("marker: Method-C (equal loadings)", "penanda: Method-C (muatan sama)"),
    "marker_unconstrained": Text("marker: Method-U (free loadings)", "penanda: Method-U (muatan bebas)"),
    "marker_restricted": Text(
        "marker: Method-R (correlations of the Baseline)", "penanda: Method-R (korelasi dari Baseline)"
    ),
    "marker_sensitive_95": Text(
        "marker: Method-S (loadings at the ends of 95% intervals)", "penanda: Method-S (muatan di ujung selang 95%)"
    ),
    "marker_sensitive_99": Text(
        "marker: Method-S (loadings at the ends of 99% intervals)", "penanda: Method-S (muatan di ujung selang 99%)"
    ),
}
_MODELS = Text("Models with and without a method factor", "Model dengan dan tanpa faktor metode")
_SUMMARY = Text("The checks in numbers", "Ringkasan pemeriksaan")
_MOVES = Text("How standardized values move", "Pergeseran nilai terstandar")
_COLLINEARITY = Text("Full collinearity", "Kolinearitas penuh")
_MODELS_NOTE = Text(
    "delta_chisq: difference test against the model named beside it.",
    "delta_chisq: uji selisih terhadap model yang disebut di sampingnya.",
)
_MOVES_NOTE = Text(
    "Standardized loadings, paths and correlations of latent variables. Models without a proper solution are left out. In the marker models the "
    "constructs are correlated factors.",
    "Muatan, jalur, dan korelasi variabel laten yang terstandar. Model tanpa solusi yang layak tidak dicantumkan. Dalam model penanda, "
    "konstruk-konstruk adalah faktor yang berkorelasi.",
)
_COLLINEARITY_NOTE = Text(
    "vif_scores: variance inflation of each scale mean given all others; vif_factors: the same from the correlations of the factors.",
    "vif_scores: inflasi varians setiap rerata skala terhadap semua skala lain; vif_factors: sama, dari korelasi antarfaktor.",
)
_SPLIT = Text("Reliability: construct and method", "Reliabilitas: konstruk dan metode")
_SPLIT_NOTE = Text(
    "reliability_total: composite reliability in the Baseline; reliability_construct and reliability_method: shares of construct and marker in the variance of the sum of standardized "
    "items in the retained model ({kept}); method_share: of what is reliable.",
    "reliability_total: reliabilitas komposit pada Baseline; reliability_construct dan reliability_method: bagian konstruk dan penanda dalam varians jumlah butir terstandar pada "
    "model yang dipertahankan ({kept}); method_share: dari bagian yang reliabel.",
)
_SENSITIVE = Text("Correlations of constructs with more method", "Korelasi konstruk dengan metode yang diperbesar")
_SENSITIVE_NOTE = Text(
    "Retained model: {kept}. Method-S: its method loadings fixed at the end of their intervals that lies farther from zero.",
    "Model yang dipertahankan: {kept}. Method-S: muatan metodenya ditetapkan pada ujung selang yang lebih jauh dari nol.",
)
_FIT = ("chisq", "df", "pvalue", "cfi", "rmsea", "srmr", "aic")


def models_table(attempts: Sequence[Attempt]) -> Table:
    """One row per model: fit, and the difference test where it has one."""
    return Table("models", _MODELS, pd.DataFrame([_row(one) for one in attempts]), (_MODELS_NOTE,))


def _row(one: Attempt) -> dict[str, object]:
    measures = one.fit.fit_measures if one.fit is not None and one.fit.converged else {}
    test = one.test or {}
    return {
        "model": NAMES[one.key],
        **{name: measures.get(name, math.nan) for name in _FIT},
        "against": NAMES[one.against] if one.against else None,
        **{name: test.get(name, math.nan) for name in ("delta_chisq", "delta_df", "pvalue_diff")},
        "note": one.note,
    }


def summary_table(first_component: float, shares: Mapping[str, float | None], frame: pd.DataFrame, base: str) -> Table:
    """The numbers of the text in one place: Harman's share; per method factor its share and the largest shifts it causes.

    Parameters
    ----------
    first_component : share of variance of the first component. shares : of the method factors, by model.
    frame : the table of standardized values by model; `base` is the model without a method.
    """
    rows: list[dict[str, object]] = [{"quantity": "first_component", "size": first_component}]
    for key, share in shares.items():
        if share is not None and key in frame:
            rows.append({"quantity": "method_share", "model": NAMES[key], "size": share})
            for quantity, found in largest_moves(frame, base, key).items():
                rows.append({"quantity": quantity, "model": NAMES[key], **found})
    return Table("summary", _SUMMARY, pd.DataFrame(rows))


def largest_moves(frame: pd.DataFrame, base: str, key: str) -> dict[str, dict[str, Any]]:
    """The largest absolute shift from the model `base` to the model `key`: of a loading, and of a path or correlation where there is one."""
    moved = (frame[key] - frame[base]).abs()
    related = pd.Series([role is not ROLES["=~"] for role in frame["role"]], index=frame.index)
    found = {}
    for quantity, which in (("loading_shift", ~related), ("relation_shift", related)):
        sizes = moved.where(which).fillna(-1.0).to_numpy(dtype=float)
        if (sizes >= 0).any():
            place = int(sizes.argmax())
            found[quantity] = {"size": float(sizes[place]), "parameter": str(frame["parameter"].iloc[place])}
    return found


def phase_tables(found: Mapping[str, Attempt], question: Question) -> Iterator[Table]:
    """Reliability split into construct and method, and the correlations with more method than was estimated."""
    kept, baseline = retained(found), found.get("marker_baseline")
    if kept is None or kept.fit is None or baseline is None or baseline.fit is None or not baseline.usable:
        return
    split = decompose(baseline.fit, kept.fit, question, MARKER)
    yield Table("method_reliability", _SPLIT, split, (fill(_SPLIT_NOTE, {"kept": NAMES[kept.key]}),))
    frame = correlations(found, question, ("marker_cfa", "marker_baseline", kept.key, *LEVELS))
    if len(frame):
        yield Table("method_sensitivity", _SENSITIVE, frame, (fill(_SENSITIVE_NOTE, {"kept": NAMES[kept.key]}),))


def moves_table(frame: pd.DataFrame) -> Table:
    """One row per loading, path and correlation, one column per model."""
    return Table("moves", _MOVES, frame, (_MOVES_NOTE,))


def collinearity_of(frame: pd.DataFrame) -> Table:
    """One row per construct."""
    return Table("collinearity", _COLLINEARITY, frame, (_COLLINEARITY_NOTE,))
