"""Up the ladder, step by step, until one does not hold."""

from __future__ import annotations

from dataclasses import replace

from cocsem.assessment.invariance.fitting import meet, within_limits
from cocsem.assessment.invariance.releases import TO_RELEASE, inherited, release, single_out
from cocsem.assessment.invariance.types import Climb, Question, Release, Rung, Step


def climb(question: Question, steps: tuple[Step, ...]) -> Climb:
    """Fit the steps in order; where equality is rejected, release what differs; stop where that does not help.

    A step stands when the difference test does not reject it and no single row stands out, with or without released rows (partial
    invariance), or when the test rejects it, but no single row stands out and every published limit on the changes of the indices that applies here is kept (approximate invariance).

    References: meredith1993, byrne1989, vandenberg2000
    """
    rungs: list[Rung] = []
    releases: list[Release] = []
    below: Rung | None = None
    for step in steps:
        carried = below.released if below else ()
        carried = tuple(dict.fromkeys((*carried, *inherited(carried, step, set(question.factors)))))
        rung = (
            single_out(question, meet(question, step, carried, below))
            if below
            else meet(question, step, carried, below)
        )
        rungs.append(rung)
        if rung.outcome in TO_RELEASE and below is not None:
            better, found = release(question, rung, below)
            releases += found
            if better.released != rung.released:
                rungs.append(better)
            else:
                rungs[-1] = better
            if better.outcome == "rejected" and better.fit.admissible and within_limits(better.verdicts):
                rungs[-1] = replace(better, outcome="approximate")
        if rungs[-1].outcome in ("rejected", "unusable"):
            break
        if rungs[-1].outcome != "empty":
            below = rungs[-1]
    return Climb(tuple(rungs), tuple(releases), below)
