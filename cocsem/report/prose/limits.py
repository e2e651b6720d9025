"""What the numbers cannot show, said where it applies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from cocsem.assessment.types import Assessment
from cocsem.criteria import load_criterion
from cocsem.instrument.types import Instrument
from cocsem.language import Text
from cocsem.report.prose.frames import find_frame
from cocsem.report.prose.hypotheses import NOT_SUPPORTED, PATH_TEST, verdict_of
from cocsem.report.prose.sentences import Number, Series, say
from cocsem.survey.types import Survey

_FEW_TESTS = 3


def describe_limits(survey: Survey | None, assessments: Mapping[str, Assessment]) -> Iterator[Text]:
    """Say the limits that apply to this run."""
    if survey is not None and survey.codebook.simulated:
        yield say("simulated")
    if "structural" in assessments or "hypotheses" in assessments:
        yield say("limit_cross_sectional")
    if survey is not None and survey.instruments:
        yield say("limit_single_source")
    yield from _hypothesis_limits(assessments.get("hypotheses"))
    if "cfa" in assessments or "structural" in assessments:
        yield say("limit_fit")
    if survey is not None and survey.instruments:
        yield _wording(survey.instruments)


def _wording(instruments: Sequence[Instrument]) -> Text:
    """Say how far the wording has been validated: once where it is the same for all."""
    said = {instrument.status.en: instrument.status for instrument in instruments}
    if len(said) == 1 and len(instruments) > 1:
        return say("limit_wording_all", {"count": len(instruments), "status": instruments[0].status})
    each = [say("wording", {"title": one.title, "status": one.status}) for one in instruments]
    return say("limit_wording", {"statuses": Series(each)})


def _hypothesis_limits(assessment: Assessment | None) -> Iterator[Text]:
    frame = find_frame(assessment, "hypotheses", ("verdict",))
    if frame is None:
        return
    verdicts = [verdict_of(record) for record in frame.to_dict("records")]
    if NOT_SUPPORTED in verdicts:
        yield say("limit_absence")
    if len(verdicts) > _FEW_TESTS:
        level = Number(load_criterion(PATH_TEST).weakest, "bounded")
        yield say("limit_many_tests", {"all": len(verdicts), "level": level})
