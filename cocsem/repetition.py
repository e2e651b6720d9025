"""Analyses run once more: by other estimators, and without the respondents who were flagged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from cocsem.assessment.estimators import SIDE_BY_SIDE, compare_estimators
from cocsem.assessment.hypotheses import hypotheses
from cocsem.assessment.model_fit import model_assessment
from cocsem.assessment.reliability import reliability
from cocsem.assessment.scales import scales_of
from cocsem.assessment.sensitivity import could_not_repeat, nothing_to_repeat, sensitivity
from cocsem.assessment.types import Assessment
from cocsem.assessment.validity import validity
from cocsem.assessment.wording import reason_of
from cocsem.errors import CocsemError
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import cfa, sem
from cocsem.language import Text
from cocsem.question import Question, item_blocks


def by_other_estimators(
    asked: Question, fits: Mapping[str, Any], options: Mapping[str, Any], chosen: Text
) -> Assessment:
    """The model of the main results by maximum likelihood, its robust form, and as ordinal."""
    structural = "structural" in fits
    own: Fit | None = fits["structural"] if structural else fits.get("measurement")
    model = asked.structural if structural else asked.measurement
    found: dict[str, Fit | Text] = {}
    for name in SIDE_BY_SIDE if own is not None else ():
        other = {**options, "estimator": name, "ordered": True if name == "WLSMV" else None, "bootstrap": 0}
        try:
            same = name == options["estimator"] and options["ordered"] in (None, True)
            found[name] = own if own is not None and same else sem(model, everything_named(asked), **other)
        except CocsemError as fault:
            found[name] = reason_of(fault)
    return compare_estimators(found, asked.survey.data, asked.theory if structural else None, chosen)


def without_flagged(
    asked: Question, options: Mapping[str, Any], found: Mapping[str, Assessment], *, structural: bool
) -> Assessment:
    """Repeat the analyses without the respondents who carry a flag of careless answering, and compare the verdicts."""
    flagged = found["screening"].facts.get("careless_rows", [])
    if not flagged:
        return nothing_to_repeat()
    fewer = _leave_out(asked, flagged)
    try:
        again = _verdicts_again(fewer, {**options, "bootstrap": 0}, structural=structural)
    except CocsemError as fault:
        return could_not_repeat(len(flagged), reason_of(fault))
    return sensitivity(found, again, n_out=len(flagged), n_left=len(fewer.survey.data))


def _leave_out(asked: Question, rows: Sequence[int]) -> Question:
    survey = asked.survey
    frames = {name: getattr(survey, name).drop(index=rows) for name in ("data", "answers", "demographics", "paradata")}
    return replace(asked, survey=replace(survey, **frames), controls=asked.controls.drop(index=rows))


def _verdicts_again(asked: Question, options: Mapping[str, Any], *, structural: bool) -> dict[str, Assessment]:
    """Everything that gives verdicts on scales and hypotheses, once more."""
    fit = cfa(asked.measurement, asked.survey, **options)
    source = asked.survey if asked.survey.instruments else scales_asked(asked)
    found = keyed(model_assessment(fit, "cfa"), reliability(source, fit if fit.converged else None))
    found |= keyed(validity(fit, source)) if fit.converged else {}
    if structural and asked.structural:
        fit = sem(asked.structural, everything_named(asked), **options)
        found |= keyed(model_assessment(fit, "structural"))
        found |= keyed(hypotheses(fit, asked.theory)) if asked.theory is not None else {}
    return found


def everything_named(asked: Question) -> pd.DataFrame:
    """Everything a structural model can name, in one table."""
    frame = pd.concat([asked.survey.data, asked.survey.demographics, asked.controls], axis=1)
    return frame.loc[:, ~frame.columns.duplicated(keep="last")]


def scales_asked(asked: Question) -> dict[str, pd.DataFrame]:
    """Items by first-order factor: from the instruments, else from the lines of the measurement model."""
    if asked.survey.instruments:
        return scales_of(asked.survey)
    if not asked.measurement:
        return {}
    return item_blocks(asked.measurement, asked.survey.data)


def keyed(*assessments: Assessment) -> dict[str, Assessment]:
    """Put assessments under their keys."""
    return {a.key: a for a in assessments}
