"""Fitting one step, and what it changes against the step below."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from cocsem.assessment.invariance.naming import written
from cocsem.assessment.invariance.types import Key, Question, Rung, Step
from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.types import Verdict
from cocsem.estimation.comparison import compare
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import cfa

TEST = "invariance_test"
_KINDS = {"loadings": "loadings", "intercepts": "intercepts", "residuals": "intercepts"}


def fit_step(question: Question, step: Step, released: Iterable[Key], *, also: tuple[str, ...] = ()) -> Fit:
    """Fit one step with factor variances of 1 (and means of 0) in the first group, so that no item is taken for equal unseen."""
    return cfa(
        question.model,
        question.data,
        group=question.group,
        std_lv=True,
        meanstructure=True,
        group_equal=(*step.equal, *also),
        group_partial=tuple(written(key) for key in released),
        **question.options,
    )


def usable(fit: Fit) -> bool:
    """True where a fit converged to an admissible solution."""
    return bool(fit.converged and fit.admissible)


def index_names(fit: Fit) -> dict[str, str]:
    """Say which variant of each index is compared: robust ones where the estimator has them (of ordered items: scaled), else plain.

    Returns
    -------
    Mapping of cfi, rmsea, srmr to keys of `fit_measures`.
    """
    names = {"srmr": "srmr"}
    for index in ("cfi", "rmsea"):
        scaled = (f"{index}_scaled",) if fit.method.ordinal else (f"{index}_robust", f"{index}_scaled")
        variants = (*scaled, index) if fit.method.scaled else (index,)
        names[index] = next(v for v in variants if not math.isnan(fit.fit_measures.get(v, math.nan)))
    return names


def difference_test(restricted: Fit, wider: Fit) -> dict[str, float | str]:
    """Test two nested fits: delta_chisq, delta_df, pvalue_diff, method; scaled by 2001, or by 2010 where that of 2001 is negative.

    References: satorra2001, satorra2010
    """
    row = compare(restricted, wider).iloc[1]
    if row["note"]:
        row = compare(restricted, wider, method="satorra_bentler_2010").iloc[1]
    return {
        "delta_chisq": float(row["chisq_diff"]),
        "delta_df": int(row["df_diff"]),
        "pvalue_diff": float(row["pvalue_diff"]),
        "method": str(row["method"]),
    }


def changes(restricted: Fit, wider: Fit) -> dict[str, float | str]:
    """Return the difference test and the changes of CFI, RMSEA and SRMR from the wider to the restricted fit."""
    names = index_names(wider)
    moved = {
        f"delta_{index}": float(restricted.fit_measures[name] - wider.fit_measures[name])
        for index, name in names.items()
    }
    return difference_test(restricted, wider) | moved


def judge_changes(numbers: Mapping[str, Any], step: Step, fit: Fit) -> tuple[Verdict, ...]:
    """Judge the changes of one step by the test and by the published limits; a limit out of its conditions gives no label."""
    context = _context(fit)
    kind = _KINDS.get(step.tests, "loadings")
    limits = {"delta_cfi": "delta_cfi", "delta_rmsea": "delta_rmsea", "delta_srmr": f"delta_srmr_{kind}"}
    return (
        judge(float(numbers["pvalue_diff"]), TEST, step.key, context),
        judge(float(numbers["delta_cfi"]), "delta_cfi", step.key, context),
        *(_judge_by_size(float(numbers[name]), stem, step.key, context) for name, stem in limits.items()),
    )


def judge_fit(fit: Fit, step: Step) -> tuple[Verdict, ...]:
    """Judge the fit of the first step, on which all others rest."""
    return tuple(judge(fit.fit_measures[name], name, step.key, _context(fit)) for name in ("cfi", "rmsea", "srmr"))


def _context(fit: Fit) -> dict[str, object]:
    """What the criteria ask of the data."""
    sizes = [sample.n_obs for sample in fit.statistics]
    return {
        "n": sum(sizes),
        "groups": len(sizes),
        "group_ratio": round(max(sizes) / min(sizes), 2),
        "estimator": fit.provenance["estimator"],
        "df": int(fit.fit_measures["df"]),
    }


def _judge_by_size(value: float, stem: str, subject: str, context: Mapping[str, object]) -> Verdict:
    """Judge by the limit for large or for small samples, whichever applies; where neither does, the reason is that of the first."""
    verdicts = [judge(value, f"{stem}_{size}", subject, context) for size in ("large", "small")]
    return next((verdict for verdict in verdicts if verdict.label is not None), verdicts[0])


def is_rejected(verdicts: Iterable[Verdict]) -> bool:
    """True where the difference test rejects equality, or could not be computed."""
    return not any(is_met(verdict) for verdict in verdicts if verdict.criterion == TEST)


def within_limits(verdicts: Iterable[Verdict]) -> bool:
    """True where at least one published limit on a change applies here and none that applies is passed."""
    judged = [is_met(verdict) for verdict in verdicts if verdict.criterion != TEST and verdict.label is not None]
    return bool(judged) and all(judged)


def meet(question: Question, step: Step, released: tuple[Key, ...], below: Rung | None) -> Rung:
    """Fit a step and compare it with the rung below."""
    fit = fit_step(question, step, released)
    if not fit.converged or (below is None and not fit.admissible):
        return Rung(step, fit, released, outcome="unusable")
    if below is None:
        return Rung(step, fit, released, verdicts=judge_fit(fit, step))
    if (
        fit.fit_measures["df"] == below.fit.fit_measures["df"]
    ):  # three categories: two thresholds for an intercept and a unit
        return Rung(step, fit, released, outcome="empty")
    numbers = changes(fit, below.fit)
    verdicts = judge_changes(numbers, step, fit)
    # equalities that are wrong may drive a solution out of bounds: it can be rejected, but it cannot stand
    outcome = "rejected" if is_rejected(verdicts) else "holds" if fit.admissible else "unusable"
    return Rung(step, fit, released, numbers, verdicts, outcome)
