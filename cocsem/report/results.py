"""What results.json holds: every number under English keys that are the same in every language and for every run."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from cocsem.assessment.types import Assessment, Verdict
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.report.material import Material
from cocsem.survey.types import Survey

# Version of the form of results.json; results.schema.json beside this file describes it.
RESULTS_SCHEMA = 1
KEYS = (
    "provenance",
    "survey",
    "screening",
    "reliability",
    "efa",
    "cfa",
    "validity",
    "structural",
    "hypotheses",
    "effects",
    "rivals",
    "audit",
    "warnings",
)
_FITS = {"cfa": "measurement", "structural": "structural"}


def gather_results(material: Material) -> dict[str, Any]:
    """Return all results as plain values (mappings, lists, strings, numbers, None); what was not run is None."""
    results: dict[str, Any] = dict.fromkeys(KEYS)
    results["provenance"] = plain(material.provenance)
    results.update({key: assessment_values(assessment) for key, assessment in material.assessments.items()})
    for key, name in _FITS.items():
        fit = material.fit(name)
        if fit is not None:
            results[key] = {**(results[key] or {}), "fit": fit_values(fit)}
    if material.survey is not None:
        results["survey"] = {**survey_values(material.survey), **(results["survey"] or {})}
    results["warnings"] = [plain(text) for text in _warnings(material)]
    return results


def assessment_values(assessment: Assessment) -> dict[str, Any]:
    """Return an assessment as plain values: facts, tables as lists of rows, verdicts, texts, warnings, references."""
    return {
        "title": plain(assessment.title),
        "facts": plain(assessment.facts),
        "tables": {table.key: plain(table.frame) for table in assessment},
        "verdicts": [_verdict_values(verdict) for verdict in assessment.verdicts],
        "text": plain(assessment.text),
        "warnings": plain(assessment.warnings),
        "references": plain(assessment.references),
    }


def fit_values(fit: Fit) -> dict[str, Any]:
    """Return a fitted model as plain values."""
    return {
        "converged": fit.converged,
        "admissible": fit.admissible,
        "n_obs": fit.n_obs,
        "fit_measures": plain(fit.fit_measures),
        "estimates": plain(fit.estimates),
        "r2": plain(fit.r2),
        "warnings": plain(fit.warnings),
        "provenance": plain(fit.provenance),
    }


def survey_values(survey: Survey) -> dict[str, Any]:
    """Return what is known of a survey as plain values; never an answer of a person."""
    return {
        "source": survey.source,
        "sha256": survey.sha256,
        "n_read": survey.n_read,
        "n_kept": len(survey.data),
        "simulated": survey.codebook.simulated,
        "instruments": [instrument.code for instrument in survey.instruments],
        "log": [{"step": entry.step, "count": entry.count, "text": plain(entry.text)} for entry in survey.log],
    }


def plain(value: Any) -> Any:
    """Turn a value into what JSON can hold; missing and infinite numbers become None.

    >>> plain({"x": np.float64("nan"), "t": Text("yes", "ya"), "n": np.int64(3)})
    {'x': None, 't': {'en': 'yes', 'id': 'ya'}, 'n': 3}
    """
    if isinstance(value, Text):
        return {"en": value.en, "id": value.id}
    if isinstance(value, pd.DataFrame):
        return [plain(record) for record in value.to_dict("records")]
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, np.ndarray | pd.Series | list | tuple | set | frozenset):
        return [plain(part) for part in (value.tolist() if isinstance(value, np.ndarray | pd.Series) else value)]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if math.isfinite(value) else None
    return str(value)


def _verdict_values(verdict: Verdict) -> dict[str, Any]:
    return {
        name: plain(getattr(verdict, name)) for name in ("subject", "index", "value", "criterion", "label", "reason")
    }


def _warnings(material: Material) -> tuple[Text, ...]:
    """Every warning of the run once, in order."""
    own = [warning for assessment in material.assessments.values() for warning in assessment.warnings]
    fits = [warning for name in _FITS.values() if (fit := material.fit(name)) for warning in fit.warnings]
    return tuple(dict.fromkeys((*fits, *own)))
