"""Every verdict with and without some respondents: what would change if they had not answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from cocsem.assessment.judge import is_met
from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.assessment.wording import fill
from cocsem.language import Text

_TITLE = Text("With and without the flagged respondents", "Dengan dan tanpa responden yang ditandai")
_CHANGED = Text("Verdicts that change", "Simpulan yang berubah")
_KEY = Text("Hypotheses and fit", "Hipotesis dan kecocokan")
_NOTE = Text(
    "All analyses were repeated without the {n} flagged respondents. Nobody was left out of the main results.",
    "Semua analisis diulang tanpa {n} responden yang ditandai. Tidak seorang pun dikeluarkan dari hasil utama.",
)
_NOBODY = Text(
    "No respondent carries a flag of careless answering, so there is nothing to repeat.",
    "Tidak ada responden yang ditandai menjawab asal-asalan, sehingga tidak ada yang perlu diulang.",
)
_SAME = Text(
    "Without the {n} flagged respondents ({left} remain) all {verdicts} verdicts stay as they are.",
    "Tanpa {n} responden yang ditandai (tersisa {left}) semua {verdicts} simpulan tetap sama.",
)
_DIFFERENT = Text(
    "Without the {n} flagged respondents ({left} remain) {changed} of {verdicts} verdicts change: {names}.",
    "Tanpa {n} responden yang ditandai (tersisa {left}) {changed} dari {verdicts} simpulan berubah: {names}.",
)
_FAILED = Text(
    "The analyses without the {n} flagged respondents could not be run: {reason}",
    "Analisis tanpa {n} responden yang ditandai tidak dapat dijalankan: {reason}",
)
_MOST_NAMED = 8
_INDICES = ("chisq", "df", "cfi", "tli", "rmsea", "srmr")


def nothing_to_repeat() -> Assessment:
    """Return the assessment for a survey in which nobody is flagged."""
    return Assessment("sensitivity", _TITLE, facts={"n_left_out": 0}, text=(_NOBODY,))


def could_not_repeat(n_out: int, reason: Text) -> Assessment:
    """Return the assessment for a survey too small to be analysed without the flagged."""
    warning = fill(_FAILED, {"n": n_out, "reason": reason})
    return Assessment("sensitivity", _TITLE, facts={"n_left_out": n_out}, warnings=(warning,))


def sensitivity(
    before: Mapping[str, Assessment], after: Mapping[str, Assessment], *, n_out: int, n_left: int
) -> Assessment:
    """Compare the verdicts of two runs of the same analyses, with and without some respondents.

    A verdict changes when it crosses the weakest cutpoint of its criterion, or when a hypothesis, the validity of a construct or of a
    pair is judged otherwise.

    Parameters
    ----------
    before, after : assessments by key, with and without them. n_out, n_left : respondents left out, and those that remain.

    Returns
    -------
    Assessment `sensitivity` with the tables `changed_verdicts` and `with_and_without` (hypotheses and fit, changed or not).
    """
    old, new = dict(_judgements(before)), dict(_judgements(after))
    both = [place for place in old if place in new]
    changed = [place for place in both if old[place][2] != new[place][2]]
    rows = [_row(place, old[place], new[place]) for place in changed]
    columns = ["subject", "index", "value_all", "verdict_all", "value_without", "verdict_without"]
    tables = [Table("changed_verdicts", _CHANGED, pd.DataFrame(rows, columns=columns), (_NOTE.format(n=n_out),))]
    key = [_row(place, old[place], new[place]) for place in both if place[0] in ("hypotheses", "fit")]
    tables += [Table("with_and_without", _KEY, pd.DataFrame(key, columns=columns))] if key else []
    values: dict[str, object] = {"n": n_out, "left": n_left, "verdicts": len(both), "changed": len(changed)}
    names = dict.fromkeys(f"{row['subject']} ({row['index']})" for row in rows)
    listed = ", ".join(list(names)[:_MOST_NAMED]) + (", ..." if len(names) > _MOST_NAMED else "")
    text = fill(_DIFFERENT, values | {"names": listed}) if changed else fill(_SAME, values)
    facts = {"n_left_out": n_out, "n_left": n_left, "verdicts": len(both), "changed": len(changed)}
    return Assessment("sensitivity", _TITLE, tuple(tables), facts, text=(text,))


_Place = tuple[str, str, str]
_Judgement = tuple[float | None, Text | None, object]


def _judgements(found: Mapping[str, Assessment]) -> Iterator[tuple[_Place, _Judgement]]:
    """Yield every judgement of a run: where it stands, its value, its label, and what makes it another one."""
    for key in ("reliability", "cfa", "validity", "structural"):
        for verdict in found[key].verdicts if key in found else ():
            yield (key, verdict.subject, verdict.criterion), _judged(verdict)
    for key in ("cfa", "structural"):
        if key in found:
            yield from _fit_rows(key, found[key])
    yield from _labelled(found, "hypotheses", ("hypotheses", "id", "std", "verdict"))
    yield from _labelled(found, "validity", ("summary", "construct", None, "convergent_validity"))
    yield from _pairs(found)


def _judged(verdict: Verdict) -> _Judgement:
    return verdict.value, verdict.label, is_met(verdict)


def _fit_rows(key: str, assessment: Assessment) -> Iterator[tuple[_Place, _Judgement]]:
    frame = next((table.frame for table in assessment if table.key == "fit"), pd.DataFrame())
    for name in _INDICES:
        if len(frame) and name in frame and frame[name].iloc[0] is not None:
            yield ("fit", key, name), (float(frame[name].iloc[0]), None, None)


def _labelled(
    found: Mapping[str, Assessment], key: str, where: tuple[str, str, str | None, str]
) -> Iterator[tuple[_Place, _Judgement]]:
    name, subject, value, verdict = where
    frame = next((table.frame for table in found[key] if table.key == name), None) if key in found else None
    for row in [] if frame is None else frame.to_dict("records"):
        subject_name = f"{row[subject]} [{row['group']}]" if row.get("group") else str(row[subject])
        number = float(row[value]) if value else None
        yield (key, subject_name, verdict), (number, row[verdict], row[verdict])


def _pairs(found: Mapping[str, Assessment]) -> Iterator[tuple[_Place, _Judgement]]:
    tables = [table.frame for table in found["validity"] if table.key == "discriminant"] if "validity" in found else []
    for row in tables[0].to_dict("records") if tables else []:
        name = f"{row['construct_1']} ~~ {row['construct_2']}"
        verdict = row["discriminant_validity"]
        yield ("validity", name, f"discriminant_validity{row.get('group', '')}"), (row["correlation"], verdict, verdict)


def _row(place: _Place, old: _Judgement, new: _Judgement) -> dict[str, object]:
    return {
        "subject": place[1],
        "index": place[2],
        "value_all": old[0],
        "verdict_all": old[1],
        "value_without": new[0],
        "verdict_without": new[1],
    }
