"""The verdict on every hypothesis in a sentence, and what the indirect effects, the rivals and the audit say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from cocsem.assessment.types import Assessment
from cocsem.criteria import load_criterion
from cocsem.language import Text
from cocsem.report.labels import label
from cocsem.report.numbers import format_interval, format_number, format_p, is_missing
from cocsem.report.prose.frames import find_frame, highest
from cocsem.report.prose.sentences import Number, Series, join_texts, say
from cocsem.report.tables.hypotheses import interval_of

SUPPORTED, NOT_SUPPORTED, OPPOSITE, NO_VERDICT = "supported", "not supported", "opposite sign", "no verdict"
SPECIFIC = "specific indirect"
PATH_TEST = "path_test"
_TOGETHER = 4  # hypotheses in one paragraph
_SENTENCES: Mapping[str, str] = {
    SUPPORTED: "hypothesis_supported",
    NOT_SUPPORTED: "hypothesis_not_supported",
    OPPOSITE: "hypothesis_opposite",
}
_OWNERS: Mapping[str, tuple[str, str]] = {"std": ("β", "bounded"), "est": ("B", "decimal")}
_SIGNS = {"+": "positive", "-": "negative"}


def describe_hypotheses(assessment: Assessment) -> Iterator[Text]:
    """Say the verdict on every hypothesis: a count, then then verdict by verdict. Statements and sources stand in the table."""
    frame = find_frame(assessment, "hypotheses", ("id", "source", "target", "verdict"))
    if frame is None:
        return
    yield count_verdicts(frame)
    owner = interval_of(frame)
    records = frame.to_dict("records")
    for verdict in (SUPPORTED, NOT_SUPPORTED, OPPOSITE, NO_VERDICT):
        found = [describe_hypothesis(record, owner) for record in records if verdict_of(record) == verdict]
        closing = [say("hypotheses_absence")] if verdict == NOT_SUPPORTED and found else []
        for first in range(0, len(found), _TOGETHER):
            yield join_texts(*found[first : first + _TOGETHER])
        yield from closing


def count_verdicts(frame: pd.DataFrame) -> Text:
    """Count the verdicts of the hypotheses table in one sentence."""
    counts = Counter(verdict_of(record) for record in frame.to_dict("records"))
    if counts[NO_VERDICT] == len(frame):
        return say("count_no_verdict", {"all": len(frame)})
    values = {"supported": counts[SUPPORTED], "not_supported": counts[NOT_SUPPORTED], "opposite": counts[OPPOSITE]}
    return say("count_supported", {"all": len(frame), **values})


def describe_hypothesis(record: Mapping[Hashable, Any], owner: str) -> Text:
    """Say the verdict on one row of the hypotheses table; `owner` is the estimate its interval belongs to."""
    values = {
        "id": record["id"],
        "verdict": record["verdict"],
        "source": record["source"],
        "target": record["target"],
        "numbers": Text(*(_numbers(record, owner, lang) for lang in ("en", "id"))),
        "sign": say(_SIGNS.get(str(record.get("sign")), "positive")),
    }
    return say(_SENTENCES.get(verdict_of(record), "hypothesis_no_verdict"), values)


def verdict_of(record: Mapping[Hashable, Any]) -> str:
    """Return the English verdict word of one row; a verdict withheld may bring its reason."""
    verdict = record["verdict"]
    words = verdict.en if isinstance(verdict, Text) else str(verdict)
    return NO_VERDICT if words.startswith(NO_VERDICT) else words


def describe_effects(assessment: Assessment) -> Iterator[Text]:
    """Say how many indirect effects differ from zero (by bootstrap intervals where there are any, else by p), and which is the largest."""
    frame = find_frame(assessment, "effects", ("path", "est", "pvalue"))
    if frame is None:
        return
    if "kind" in frame and (frame["kind"] == SPECIFIC).any():
        frame = frame[frame["kind"] == SPECIFIC]
    test = load_criterion(PATH_TEST)
    drawn = assessment.facts.get("interval") == "bootstrap"
    if drawn:
        found = frame[(frame["ci_lower"] > 0) | (frame["ci_upper"] < 0)]
    else:
        found = frame[[test.met(p) for p in pd.to_numeric(frame["pvalue"], errors="coerce")]]
    values: dict[str, Any] = {"all": len(frame), "level": Number(test.weakest, "bounded"), "significant": len(found)}
    key = "effects_drawn" if drawn else "effects"
    values["draws"] = assessment.facts.get("draws", 0)
    if found.empty:
        yield say(f"{key}_none", values)
        return
    size = "std" if "std" in found and found["std"].notna().any() else "est"
    largest = highest(found, size, absolute=True)
    numbers = Text(*(_numbers(largest, interval_of(frame), lang) for lang in ("en", "id")))
    yield say(key, {**values, "path": largest["path"], "numbers": numbers})


def describe_rivals(assessment: Assessment) -> Iterator[Text]:
    """Say which model has the lowest AIC, which cannot be told apart, and which could not be fitted."""
    frame = find_frame(assessment, "rivals", ("model", "aic", "chisq", "df"))
    if frame is None:
        return
    frame = frame.assign(model=frame["name"]) if "name" in frame else frame
    fitted = frame[frame["aic"].notna()].sort_values("aic", kind="stable")
    if len(fitted) > 1:
        best, second = fitted.iloc[0], fitted.iloc[1]
        values = {
            "best": best["model"],
            "aic": Number(best["aic"]),
            "next": second["model"],
            "delta": Number(second["aic"] - best["aic"]),
        }
        yield say("rivals", {"count": len(fitted), **values})
    for names in _equivalent(fitted):
        yield say("rivals_equivalent", {"models": Series(names)})
    if len(fitted) < len(frame):
        yield say("rivals_unfitted", {"models": Series(list(frame.loc[frame["aic"].isna(), "model"]))})


def describe_audit(assessment: Assessment) -> Iterator[Text]:
    """Say the largest difference between the two engines, unless the audit has said so itself."""
    frame = find_frame(assessment, "audit", ("quantity", "difference"))
    if assessment.text or frame is None or frame["difference"].isna().all():
        return
    row = highest(frame, "difference", absolute=True)
    yield say(
        "audit", {"largest": Number(abs(row["difference"]), "scientific"), "quantity": _labelled(row["quantity"])}
    )


def _equivalent(fitted: pd.DataFrame) -> Iterator[list[Any]]:
    """Groups of models with the same degrees of freedom and, to the printed digits, the same test statistic."""
    keys = [(row["df"], format_number(row["chisq"], "decimal3")) for row in fitted.to_dict("records")]
    for key, count in Counter(keys).items():
        if count > 1:
            yield [name for name, own in zip(fitted["model"], keys, strict=True) if own == key]


def _numbers(record: Mapping[Hashable, Any], owner: str, lang: str) -> str:
    """Print the estimate with its standard error, interval and p value; all of them belong to the same estimate."""
    sign, kind = _OWNERS[owner]
    parts = []
    if owner == "est" and not is_missing(record.get("std")):
        parts.append(f"β = {format_number(record['std'], 'bounded', lang)}")
    if not is_missing(record.get(owner)):
        parts.append(f"{sign} = {format_number(record[owner], kind, lang)}")
    if not is_missing(record.get("se")):
        parts.append(f"SE = {format_number(record['se'], kind, lang)}")
    if not is_missing(record.get("ci_lower")):
        parts.append(f"{label('ci', lang)} {format_interval(record['ci_lower'], record['ci_upper'], kind, lang)}")
    if not is_missing(record.get("pvalue")):
        parts.append(format_p(record["pvalue"], lang))
    return {"en": ", ", "id": "; "}[lang].join(parts)


def _labelled(key: Any) -> Text:
    return key if isinstance(key, Text) else Text(label(str(key), "en"), label(str(key), "id"))
