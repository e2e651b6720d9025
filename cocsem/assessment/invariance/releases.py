"""Partial invariance: which rows differ between the groups, found one by one, within what identification allows."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from cocsem.assessment.invariance.fitting import difference_test, fit_step, meet
from cocsem.assessment.invariance.naming import item_of
from cocsem.assessment.invariance.types import Key, Question, Release, Rung, Step, kind_of
from cocsem.assessment.judge import is_met, judge
from cocsem.estimation.score_tests import freeing_tests, release_tests
from cocsem.language import Text

CRITERION = "release_test"
LEAST_SHARED = (
    2  # items a factor must share: the first gives the scale, the second makes the claim testable (byrne1989)
)
RELEASED = Text("released", "dibebaskan")
_KEPT = Text("does not stand out: kept equal", "tidak menonjol: tetap disamakan")
NEEDED = Text(
    "kept equal: each factor needs two items that all groups share",
    "tetap disamakan: setiap faktor memerlukan dua butir yang sama di semua kelompok",
)
_UNUSABLE = Text(
    "kept equal: released, the model does not converge",
    "tetap disamakan: bila dibebaskan, model tidak konvergen",
)
TO_RELEASE = ("rejected", "singled")
_ROWS = {"loadings": "=~", "intercepts": "~1", "residuals": "~~"}


def release(question: Question, rejected: Rung, below: Rung) -> tuple[Rung, list[Release]]:
    """Release rows of a step, the highest score test first, until equality of the others is not rejected and no row stands out.

    A row goes when the refit without its equality is better by the (scaled) difference test, adjusted at each turn for the rows
    still held, and when two items of every factor it belongs to stay equal.

    Returns
    -------
    The step with the rows released (the rejected step itself when none was), and every row looked at, in order.

    References: byrne1989, holm1979, silvey1959
    """
    current = rejected
    found: list[Release] = []
    while current.outcome in TO_RELEASE:
        ranking = rank(question, current)
        proposals = [_propose(current, record, len(ranking)) for record in ranking.to_dict("records")]
        blocked = [p for p in proposals if not _may_go(question, current, p.key)]
        free = next((p for p in proposals if p not in blocked), None)
        found += [replace(p, status=NEEDED) for p in blocked if _stands_out(p) and p.key not in {f.key for f in found}]
        if free is None:
            break
        tried = _try(question, current, free)
        found.append(tried)
        if tried.status is not RELEASED:
            break
        current = single_out(question, meet(question, current.step, (*current.released, tried.key), below))
    return (replace(current, outcome="holds") if current.outcome == "singled" else current), found


def single_out(question: Question, rung: Rung) -> Rung:
    """Mark a step that holds on the whole, but in which one row stands out: among many equalities one that is wrong is diluted."""
    if rung.outcome != "holds" or not rung.step.tests:
        return rung
    ranking = rank(question, rung)
    outstanding = len(ranking) and _stands_out(_propose(rung, ranking.iloc[0].to_dict(), len(ranking)))
    return replace(rung, outcome="singled") if outstanding else rung


def rank(question: Question, rung: Rung) -> pd.DataFrame:
    """Rank the rows that this step holds equal by their score tests: key x2 df pvalue, the largest x2 first.

    Most are parameters that the groups share; intercepts and residual variances of ordered items are equal by being fixed alike.
    """
    latent = set(question.factors)
    fixed = [
        (r.lhs, r.op, r.rhs)
        for r in rung.fit.spec.rows
        if r.group > 1 and not r.free and r.lhs in rung.fit.spec.ordered
    ]
    alike = [key for key in dict.fromkeys(fixed) if kind_of(key, latent) == rung.step.tests]
    tests = pd.concat([frame for frame in (release_tests(rung.fit), freeing_tests(rung.fit, alike)) if len(frame)])
    keys = list(zip(tests["lhs"], tests["op"], tests["rhs"], strict=True))
    own = [kind_of(key, latent) == rung.step.tests for key in keys]
    ranked = tests.assign(key=pd.Series(keys, index=tests.index, dtype=object))[own]
    return ranked.sort_values("x2", ascending=False, kind="stable")[["key", "x2", "df", "pvalue"]].reset_index(
        drop=True
    )


def inherited(released: tuple[Key, ...], step: Step, factors: set[str]) -> tuple[Key, ...]:
    """Rows of the kind this step tests that are released with what was released below.

    >>> from cocsem.assessment.invariance.types import load_ladders
    >>> inherited((("f", "=~", "x2"),), load_ladders()["continuous"][2], {"f"})
    (('x2', '~1', ''),)
    """
    items = [item_of(key) for key in released if kind_of(key, factors) in step.follows]
    op = _ROWS.get(step.tests, "")
    return tuple((item, op, item if op == "~~" else "") for item in dict.fromkeys(items))


def _propose(rung: Rung, record: Mapping[Hashable, Any], held: int) -> Release:
    pvalue = float(record["pvalue"])
    numbers = (float(record["x2"]), int(record["df"]), pvalue, math.nan, min(1.0, held * pvalue))
    return Release(rung.step.key, held, record["key"], *numbers, _KEPT)


def _stands_out(proposal: Release) -> bool:
    return bool(is_met(judge(proposal.pvalue_adjusted, CRITERION, "")))


def _try(question: Question, rung: Rung, proposal: Release) -> Release:
    """Refit without the equality of one row and test what that gains."""
    fit = fit_step(question, rung.step, (*rung.released, proposal.key))
    if not fit.converged:
        return replace(proposal, status=_UNUSABLE)
    test = difference_test(rung.fit, fit)
    adjusted = min(1.0, proposal.held * float(test["pvalue_diff"]))
    tried = replace(proposal, chisq_diff=float(test["delta_chisq"]), pvalue_adjusted=adjusted)
    return replace(tried, status=RELEASED) if _stands_out(tried) else tried


def _may_go(question: Question, rung: Rung, key: Key) -> bool:
    """True where every factor of the item keeps two items that are equal in this kind of row."""
    if key[1] == "|":  # the thresholds an item shares carry the unit of its latent response: two of them
        own = [r for r in rung.fit.spec.rows if r.group == 1 and (r.lhs, r.op) == (key[0], "|")]
        return len(own) - sum(k[:2] == key[:2] for k in rung.released) > LEAST_SHARED
    gone = {item_of(k) for k in (*rung.released, key) if kind_of(k, set(question.factors)) == rung.step.tests}
    homes = [key[0]] if key[1] == "=~" else [f for f, items in question.factors.items() if item_of(key) in items]
    return all(len(set(question.factors[factor]) - gone) >= LEAST_SHARED for factor in homes)
