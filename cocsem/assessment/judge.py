"""A value meets its published criterion: a verdict with a label, or the value and the reason why no label is given."""

from __future__ import annotations

from collections.abc import Mapping
from math import isnan

from cocsem.assessment.types import Verdict
from cocsem.assessment.wording import fill
from cocsem.criteria import CONDITIONS, Criterion, load_criterion
from cocsem.language import Text

_UNDEFINED = Text("the value could not be computed", "nilai tidak dapat dihitung")
_UNKNOWN = Text(
    "the criterion depends on {name}, which is not known here",
    "kriteria bergantung pada {name}, yang tidak diketahui di sini",
)
_MINIMUM = Text(
    "the criterion asks that {name} be at least {wanted}; here: {given}",
    "kriteria mensyaratkan {name} paling sedikit {wanted}; di sini: {given}",
)
_MAXIMUM = Text(
    "the criterion asks that {name} be at most {wanted}; here: {given}",
    "kriteria mensyaratkan {name} paling banyak {wanted}; di sini: {given}",
)
_AMONG = Text(
    "the criterion was derived with {name} {wanted}; here: {given}",
    "kriteria diturunkan dengan {name} {wanted}; di sini: {given}",
)


def judge(value: float | None, criterion: str, subject: str, context: Mapping[str, object] | None = None) -> Verdict:
    """Judge one value by one published criterion.

    Parameters
    ----------
    value : the value; None or NaN when it could not be computed.
    criterion : key of a file in `cocsem/criteria`.
    subject : what the value belongs to (an item, a construct, a pair, a model).
    context : what is known of the data: `n`, `items`, `df`, `estimator`.

    Returns
    -------
    A verdict; its label is None, with a reason, when the value stands outside the conditions of the criterion.

    >>> judge(0.83, "alpha", "TRU", {"items": 3}).label["en"]
    'good'
    >>> judge(0.83, "alpha", "TRU", {"items": 1}).label is None
    True
    """
    rule = load_criterion(criterion)
    number = float("nan") if value is None else float(value)
    reason = _obstacle(number, rule, context or {})
    label = None if reason else rule.label(number)
    return Verdict(subject, rule.index, number, criterion, label, reason)


def is_met(verdict: Verdict) -> bool | None:
    """Say whether a verdict reaches the weakest cutpoint of its criterion; None when it carries no label."""
    return None if verdict.label is None else load_criterion(verdict.criterion).met(verdict.value)


def _obstacle(value: float, rule: Criterion, context: Mapping[str, object]) -> Text | None:
    if isnan(value):
        return _UNDEFINED
    for condition, wanted in rule.applies.items():
        reason = _unmet(condition, wanted, context)
        if reason:
            return reason
    return None


def _unmet(condition: str, wanted: object, context: Mapping[str, object]) -> Text | None:
    """Return the reason why a condition does not hold, or None when it does."""
    about = condition.removesuffix("_min").removesuffix("_max")
    name, given = CONDITIONS[about], context.get(about)
    if given is None:
        return _fill(_UNKNOWN, name)
    if isinstance(wanted, list):
        return None if given in wanted else _fill(_AMONG, name, ", ".join(map(str, wanted)), given)
    if condition.endswith("_min"):
        return None if float(str(given)) >= float(str(wanted)) else _fill(_MINIMUM, name, wanted, given)
    return None if float(str(given)) <= float(str(wanted)) else _fill(_MAXIMUM, name, wanted, given)


def _fill(sentence: Text, name: Text, wanted: object = "", given: object = "") -> Text:
    return fill(sentence, {"name": name, "wanted": wanted, "given": given})
