"""Verdicts: a label inside the conditions of the criterion, a reason outside."""

import math

import pytest

from cocsem.assessment.judge import is_met, judge
from cocsem.criteria import load_criterion
from cocsem.errors import ShelfError


def test_a_value_within_the_conditions_gets_a_label() -> None:
    verdict = judge(0.93, "cfi", "M1", {"estimator": "ML", "df": 24})
    assert verdict.label == load_criterion("cfi").otherwise
    assert (verdict.index, verdict.criterion, verdict.subject, verdict.reason) == ("cfi", "cfi", "M1", None)
    assert is_met(verdict) is False


@pytest.mark.parametrize(
    ("context", "en"),
    [
        ({"estimator": "WLSMV", "df": 24}, "was derived with the estimator ML; here: WLSMV"),
        ({"df": 24}, "depends on the estimator, which is not known here"),
        ({"estimator": "ML", "df": 0}, "the degrees of freedom be at least 1; here: 0"),
        (None, "not known here"),
    ],
)
def test_outside_the_conditions_there_is_a_reason_and_no_label(context: dict[str, object] | None, en: str) -> None:
    verdict = judge(0.99, "cfi", "M1", context)
    assert verdict.label is None and is_met(verdict) is None
    assert verdict.value == 0.99
    assert verdict.reason is not None and en in verdict.reason.en and verdict.reason.id


@pytest.mark.parametrize("value", [None, math.nan])
def test_a_value_that_does_not_exist_is_not_judged(value: float | None) -> None:
    verdict = judge(value, "kmo", "overall")
    assert verdict.label is None and math.isnan(verdict.value)
    assert verdict.reason is not None and "computed" in verdict.reason.en


def test_the_sign_of_skewness_does_not_matter() -> None:
    assert judge(-4.0, "skewness", "x").label == judge(4.0, "skewness", "x").label


def test_an_unknown_criterion_is_an_error() -> None:
    with pytest.raises(ShelfError):
        judge(1.0, "no_such", "x")
