"""The CFA marker technique: a scale that has nothing to do with the constructs shows what the method alone does.

Order of the models: CFA (marker correlated with all constructs), Baseline (marker unrelated, its loadings and residual variances fixed
at those of the CFA), Method-C (marker behind all items with one loading), Method-U (with one loading each), Method-R (correlations
of the constructs fixed at those of the Baseline), Method-S (method loadings at the far ends of their intervals).

References: williams2010
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cocsem.assessment.attempts import Attempt, Question, attempt, tested
from cocsem.assessment.common_method.models import unrelated
from cocsem.assessment.common_method.phases import sensitivity
from cocsem.assessment.judge import is_met, judge
from cocsem.estimation.types import Fit

MARKER = "marker"
CRITERION = "method_variance_test"


def marker_models(question: Question) -> tuple[Attempt, ...]:
    """Fit the models of the technique; the constructs are scaled by their variances, as the technique needs.

    References: williams2010
    """
    plain = measurement_text(question)
    cfa = attempt(question, "marker_cfa", f"{plain}\n{MARKER} =~ {' + '.join(question.marker)}", std_lv=True)
    if not cfa.usable or cfa.fit is None:
        return (cfa,)
    fixed = unrelated("\n".join([plain, *_marker_lines(cfa.fit, question)]), MARKER)
    baseline = attempt(question, "marker_baseline", fixed, std_lv=True)
    equal = attempt(
        question,
        "marker_constrained",
        f"{fixed}\n{MARKER} =~ {' + '.join(f'm*{i}' for i in question.items)}",
        std_lv=True,
    )
    free = attempt(question, "marker_unconstrained", f"{fixed}\n{MARKER} =~ {' + '.join(question.items)}", std_lv=True)
    equal = replace(equal, against="marker_baseline", test=tested(baseline, equal))
    free = replace(free, against="marker_constrained", test=tested(equal, free))
    kept = retained({one.key: one for one in (equal, free)}) or equal
    restricted = _restricted(question, kept, baseline)
    extreme = sensitivity(question, fixed, kept, MARKER)
    return (cfa, baseline, equal, free, *((restricted,) if restricted else ()), *extreme)


def retained(found: Mapping[str, Attempt]) -> Attempt | None:
    """Method-U where its loadings differ detectably, else Method-C; None where neither has a proper solution."""
    free, equal = found.get("marker_unconstrained"), found.get("marker_constrained")
    if free is not None and free.usable and _detected(free):
        return free
    return equal if equal is not None and equal.usable else None


def measurement_text(question: Question) -> str:
    """The constructs as correlated factors, as the technique wants them."""
    return "\n".join(f"{factor} =~ {' + '.join(items)}" for factor, items in question.factors.items())


def _marker_lines(fit: Fit, question: Question) -> list[str]:
    """The marker with loadings and residual variances fixed at their estimates."""
    values = {(r["lhs"], r["op"], r["rhs"]): float(r["est"]) for r in fit.estimates.to_dict("records")}
    loadings = [f"{values[MARKER, '=~', item]!r}*{item}" for item in question.marker]
    residuals = [f"{item} ~~ {values[item, '~~', item]!r}*{item}" for item in question.marker]
    return [f"{MARKER} =~ {' + '.join(loadings)}", *residuals]


def _detected(one: Attempt) -> bool:
    return one.test is not None and bool(is_met(judge(one.test["pvalue_diff"], CRITERION, one.key)))


def _restricted(question: Question, kept: Attempt, baseline: Attempt) -> Attempt | None:
    """The retained model with the correlations of the constructs fixed at those of the Baseline."""
    if not (kept.usable and baseline.usable) or baseline.fit is None or len(question.factors) < 2:
        return None
    frame = baseline.fit.estimates
    lines = [
        f"{r['lhs']} ~~ {float(r['est'])!r}*{r['rhs']}"
        for r in frame.to_dict("records")
        if r["op"] == "~~" and r["lhs"] != r["rhs"] and r["lhs"] in question.factors and r["rhs"] in question.factors
    ]
    restricted = attempt(question, "marker_restricted", "\n".join([kept.text, *lines]), std_lv=True)
    return replace(restricted, against=kept.key, test=tested(restricted, kept))
