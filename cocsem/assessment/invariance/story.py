"""What the ladder says, in sentences a reviewer can read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from cocsem.assessment.invariance import sentences as say
from cocsem.assessment.invariance.fitting import TEST, index_names
from cocsem.assessment.invariance.naming import KINDS, in_words, item_of
from cocsem.assessment.invariance.releases import NEEDED, RELEASED
from cocsem.assessment.invariance.tables import outcome_of
from cocsem.assessment.invariance.types import Climb, Key, Question, Release, Rung, Step
from cocsem.assessment.judge import is_met
from cocsem.assessment.types import Verdict
from cocsem.assessment.wording import fill, listing, number, probability, proportion
from cocsem.criteria import load_criterion
from cocsem.estimation.alignment import frame_of
from cocsem.estimation.types import Fit
from cocsem.language import LANGUAGES, Text
from cocsem.references.citation import cite

_MEANS_NAMED = 6  # pairs a sentence can name; the table has them all


def tell(question: Question, climb: Climb) -> Iterator[Text]:
    """Yield the paragraphs: who was compared, every step, every release, and what may be compared in the end."""
    groups = [fill(say.GROUP, {"name": question.name(s.group), "n": s.n_obs}) for s in climb.rungs[0].fit.statistics]
    yield fill(
        say.INTRO,
        {"count": len(groups), "group": question.group, "groups": listing(groups), "rows": _rows(climb, question)},
    )
    if question.ladder == "binary":
        yield say.BINARY
    for n, rung in enumerate(climb.rungs):
        if n and climb.rungs[n - 1].step is rung.step:
            last = climb.reached.fit if climb.reached else rung.fit
            own = [one for one in climb.releases if one.step == rung.step.key and one.status is RELEASED]
            yield from (_release(one, rung.step, last, question) for one in own)
        again = any(one.outcome == "holds" and _judged(one.verdicts) for one in climb.rungs[1:n])
        yield _configural(rung) if n == 0 and rung.outcome == "holds" else _step(rung, again)
    if climb.rungs[-1].outcome == "rejected" and not any(one.status is NEEDED for one in climb.releases):
        yield say.DIFFUSE
    blocked = tuple(one.key for one in climb.releases if one.status is NEEDED)
    if blocked:
        yield fill(say.NEEDED, {"parameters": _names(blocked)})
    if any(rung.numbers for rung in climb.rungs) and not any(_judged(rung.verdicts) for rung in climb.rungs[1:]):
        yield say.NONE_APPLY
    yield _end(climb, question)


def _rows(climb: Climb, question: Question) -> Text:
    """How many rows entered, where some did not."""
    used = sum(s.n_obs for s in climb.rungs[0].fit.statistics)
    given = used if question.data is None else len(frame_of(question.data))
    return fill(say.ROWS, {"used": used, "given": given}) if used < given else Text("", "")


def _configural(rung: Rung) -> Text:
    measures = rung.fit.fit_measures
    scaled = "_scaled" if rung.fit.method.scaled else ""
    values = {index: proportion(measures[name]) for index, name in index_names(rung.fit).items()}
    test = {"chisq": number(measures[f"chisq{scaled}"]), "p": probability(measures[f"pvalue{scaled}"])}
    return fill(say.CONFIGURAL, {**values, **test, "df": int(measures["df"])})


def _step(rung: Rung, again: bool) -> Text:
    outcome = outcome_of(rung, first=False)
    values: dict[str, object] = {
        "step": rung.step.title,
        "Step": rung.step.title.en.capitalize(),
        "held": rung.step.held,
        "released": _names(rung.released),
    }
    if rung.numbers:
        values |= {"change": _change(rung.numbers), "limits": _limits(rung.verdicts, outcome, again)}
    return fill(say.STEPS[outcome], values)


def _change(numbers: Mapping[str, float | str]) -> Text:
    moved = {f"d{name}": proportion(float(numbers[f"delta_{name}"])) for name in ("cfi", "rmsea", "srmr")}
    return fill(say.CHANGE, {**_test(numbers), **moved})


def _test(numbers: Mapping[str, float | str]) -> dict[str, object]:
    chisq, pvalue = float(numbers["delta_chisq"]), float(numbers["pvalue_diff"])
    return {"ddf": numbers["delta_df"], "dchisq": number(chisq), "p": probability(pvalue)}


def _judged(verdicts: tuple[Verdict, ...]) -> list[Verdict]:
    """Verdicts on the changes of indices that carry a label."""
    return [v for v in verdicts if v.label is not None and v.criterion != TEST]


def _limits(verdicts: tuple[Verdict, ...], outcome: str, again: bool) -> Text:
    """Say which published limits on the changes are kept or passed; the sources of kept ones once."""
    judged = _judged(verdicts)
    passed = [v for v in judged if not is_met(v)]
    if passed:
        return fill(say.PASSED, {"limits": _named(passed)})
    if not judged or outcome == "approximate":
        return Text("", "")
    if again and outcome != "rejected":
        return say.KEPT_AGAIN
    return fill(say.BOTH if outcome == "rejected" else say.KEPT, {"limits": _named(judged)})


def _named(verdicts: list[Verdict]) -> Text:
    """The sources of limits with the indices they are about: "Chen, 2007: ΔCFI, ΔRMSEA"."""
    indices: dict[str, dict[str, None]] = {}
    for verdict in verdicts:
        name = "Δ" + verdict.index.removeprefix("delta_").upper()
        indices.setdefault(load_criterion(verdict.criterion).reference, {})[name] = None
    return Text(
        *(
            "; ".join(f"{cite(key, lang=lang, inside=True)}: {', '.join(names)}" for key, names in indices.items())
            for lang in LANGUAGES
        )
    )


def _release(one: Release, step: Step, fit: Fit, question: Question) -> Text:
    frame = fit.estimates
    own = frame[(frame["lhs"] == one.key[0]) & (frame["op"] == one.key[1]) & (frame["rhs"] == one.key[2])]
    values = {
        "kinds": KINDS[step.tests], "item": item_of(one.key), "held": one.held, "df": one.df,
        "p": probability(one.pvalue_adjusted), "x2": number(one.x2, 2), "gain": number(one.chisq_diff, 2),
        "estimates": listing([fill(say.ESTIMATE, {"est": number(r["est"], 2), "group": question.name(r["group"])}) for r in own.to_dict("records")]),
    }  # fmt: skip
    return fill(say.RELEASE, values)


def _end(climb: Climb, question: Question) -> Text:
    reached, last = climb.reached, climb.rungs[-1]
    if reached is None:
        return say.NOWHERE
    step = {
        "reached": reached.step.title,
        "allows": reached.step.allows,
        "held": reached.step.held,
        "step": last.step.title,
    }
    values = {**step, "released": _names(reached.released), "scales": listing(_scales(question, reached.released))}
    end = "top" if last is reached else "stopped"
    return fill(say.ENDS[end, bool(reached.released)], values)


def _names(keys: tuple[Key, ...]) -> Text:
    return listing([in_words(key) for key in keys])


def _scales(question: Question, keys: tuple[Key, ...]) -> list[str]:
    items = {item_of(key) for key in keys}
    return [factor for factor, own in question.factors.items() if items & set(own)]


def tell_means(frame: pd.DataFrame, test: Mapping[str, float | str]) -> Text:
    """Say which factor means differ between the groups, and by how much."""
    level = load_criterion("path_test")
    found = frame[[level.met(p) for p in frame["pvalue_adjusted"]]].sort_values("pvalue", kind="stable")
    several = frame.groupby("construct").size().max() > 1
    parts: list[object] = [
        fill(
            say.MEAN_OF_PAIR if several else say.MEAN,
            {
                "construct": r["construct"], "group": r["group"], "against": r["against"], "d": number(r["d"], 2),
                "lower": number(r["d_ci_lower"], 2), "upper": number(r["d_ci_upper"], 2),
            },
        )
        for r in found.head(_MEANS_NAMED).to_dict("records")
    ]  # fmt: skip
    if len(found) > _MEANS_NAMED:
        parts.append(fill(say.MORE_MEANS, {"count": len(found) - _MEANS_NAMED}))
    none = fill(say.NO_MEAN, {"count": len(frame)}) if len(frame) > 1 else say.NO_ONLY_MEAN
    return fill(say.MEANS, {**_test(test), "found": fill(say.SOME_MEANS, {"found": listing(parts)}) if parts else none})
