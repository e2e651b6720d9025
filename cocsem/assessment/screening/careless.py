"""One line per respondent with everything that speaks of careless answering. Flags inform; nobody is dropped."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.scales import scales_of
from cocsem.assessment.screening.consistency import (
    even_odd_consistency,
    psychometric_consistency,
    psychometric_pairs,
    response_variability,
)
from cocsem.assessment.screening.persons import asked_order, attention_failed, longest_run, mahalanobis, seconds
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import fill, reason_of
from cocsem.errors import EstimationError
from cocsem.language import Text
from cocsem.survey.types import Survey

_TITLE = Text("Careless responding", "Jawaban asal-asalan")
_PERSONS = Text("Indices of every respondent", "Indeks setiap responden")
_FLAGGED = Text("Flagged respondents", "Responden yang ditandai")
_COUNTS = Text("Flags", "Tanda")
_NOBODY_LEFT = Text(
    "Flags inform; no respondent was left out because of them.",
    "Tanda hanya memberi informasi; tidak ada responden yang dikeluarkan karenanya.",
)
_ORDER = {
    True: Text(
        "Runs follow the order of administration in the codebook.",
        "Rentetan mengikuti urutan penyajian pada buku kode.",
    ),
    False: Text(
        "The codebook gives no order of administration; runs follow the order of the columns.",
        "Buku kode tidak memuat urutan penyajian; rentetan mengikuti urutan kolom.",
    ),
}
_CONSISTENCY = Text(
    "response_variability: standard deviation of the answers as ticked. even_odd: correlation of odd and even halves over the scales, "
    "Spearman-Brown corrected. synonyms: correlation over the pairs of items that correlate at .60 or more.",
    "response_variability: simpangan baku jawaban sebagaimana dicentang. even_odd: korelasi belahan ganjil dan genap atas semua skala, "
    "terkoreksi Spearman-Brown. synonyms: korelasi atas pasangan butir yang berkorelasi .60 atau lebih.",
)
_ANTONYMS = Text(
    "antonyms: correlation over the pairs of items that correlate at −.60 or less.",
    "antonyms: korelasi atas pasangan butir yang berkorelasi −.60 atau kurang.",
)
_CHECKED = Text(
    "checked: respondents whose value is known and falls under the conditions of the criterion; none for an index "
    "that the file gives no data for.",
    "checked: responden yang nilainya diketahui dan memenuhi syarat kriteria; nol bila berkas tidak memuat datanya.",
)
_NO_DISTANCE = Text("No Mahalanobis distances: {reason}", "Jarak Mahalanobis tidak ada: {reason}")
_SUMMARY = Text(
    "{flagged} of {n} respondents carry at least one flag, {several} more than one.",
    "{flagged} dari {n} responden bertanda, {several} di antaranya lebih dari satu.",
)

# The flags: column, criterion, the words for it.
FLAGS: Mapping[str, tuple[str, Text]] = {
    "flag_missing": ("missing_person", Text("many missing answers", "banyak jawaban hilang")),
    "flag_longstring": ("longstring", Text("long run of equal answers", "rentetan jawaban sama")),
    "flag_no_variation": ("irv", Text("one answer to every item", "satu jawaban untuk semua butir")),
    "flag_even_odd": ("even_odd", Text("even and odd items disagree", "butir genap dan ganjil tidak sejalan")),
    "flag_mahalanobis": ("mahalanobis", Text("unusual combination of answers", "kombinasi jawaban tidak lazim")),
    "flag_duration": ("seconds_per_item", Text("too fast", "terlalu cepat")),
    "flag_attention": ("attention", Text("attention item failed", "gagal butir perhatian")),
}
_VALUES = {
    "missing_person": "missing_share",
    "longstring": "longest_run_share",
    "irv": "response_variability",
    "even_odd": "even_odd",
    "mahalanobis": "pvalue",
    "seconds_per_item": "seconds_per_item",
    "attention": "attention_failed",
}
_REFERENCES = (
    "meade2012",
    "curran2016",
    "huang2012",
    "bowling2023",
    "mahalanobis1936",
    "tabachnick2013",
    "dunn2018",
    "johnson2005",
)


def careless(survey: Survey) -> Assessment:
    """Compute the indices of careless responding for every respondent.

    Parameters
    ----------
    survey : answers before reverse scoring are used for runs, scored answers for distances.

    Returns
    -------
    An assessment with the tables `persons` (all respondents), `flagged` (those with a flag) and `flag_counts`.

    References: meade2012, curran2016
    """
    persons, warnings = person_table(survey)
    flagged = flagged_table(persons)
    several = int((persons["n_flags"] > 1).sum())
    summary = _SUMMARY.format(flagged=len(flagged.frame), n=len(persons), several=several)
    notes = (_ORDER[bool(survey.codebook.order)], _CONSISTENCY, _ANTONYMS, _NOBODY_LEFT)
    return Assessment(
        "careless",
        _TITLE,
        (Table("persons", _PERSONS, persons, notes), flag_counts(persons), flagged),
        {"n_flagged": len(flagged.frame), "n_flagged_twice": several, "careless_rows": flagged_rows(persons)},
        text=(summary, _NOBODY_LEFT),
        warnings=warnings,
        references=_REFERENCES,
    )


def person_table(survey: Survey) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Return one row per respondent (`row` = row number in the file), and what could not be computed."""
    data, n_items = survey.data, max(survey.data.shape[1], 1)
    distance, warnings = _distances(data)
    took, run = seconds(survey), longest_run(asked_order(survey.answers, survey.codebook.order))
    hang, n_scales = _consistency(survey)
    frame = pd.DataFrame(
        {
            "row": data.index.to_numpy(),
            "missing_share": data.isna().mean(axis=1).to_numpy(),
            "longest_run": run.to_numpy(),
            "longest_run_share": run.to_numpy() / n_items,
            **{name: values.to_numpy() for name, values in hang.items()},
            "d2": distance["d2"].to_numpy(),
            "df": distance["df"].to_numpy(),
            "pvalue": distance["pvalue"].to_numpy(),
            "seconds": took.to_numpy(),
            "seconds_per_item": took.to_numpy() / n_items,
            "attention_failed": attention_failed(survey.paradata, survey.codebook.attention).to_numpy(),
        }
    )
    for flag, (criterion, _) in FLAGS.items():
        frame[flag] = _beyond(frame[_VALUES[criterion]], criterion, {"items": n_items, "scales": n_scales})
    frame["n_flags"] = frame[list(FLAGS)].eq(True).sum(axis=1)
    return frame, warnings


def flagged_table(persons: pd.DataFrame) -> Table:
    """Return the respondents with at least one flag, those with most flags first, and the reasons in words."""
    shown = persons[persons["n_flags"] > 0].sort_values(["n_flags", "row"], ascending=[False, True], kind="stable")
    columns = [
        "row",
        "n_flags",
        "longest_run",
        "response_variability",
        "even_odd",
        "synonyms",
        "d2",
        "df",
        "pvalue",
        "seconds",
        "attention_failed",
        "missing_share",
    ]
    frame = shown[columns].reset_index(drop=True)
    reasons = [_join([words for flag, (_, words) in FLAGS.items() if row[flag] is True]) for _, row in shown.iterrows()]
    frame.insert(2, "flags", pd.Series(reasons, dtype=object))
    return Table("flagged", _FLAGGED, frame, (_CONSISTENCY, _NOBODY_LEFT))


def flag_counts(persons: pd.DataFrame) -> Table:
    """Return for every flag how many respondents could be checked and how many carry it; None where nobody could be."""
    checked = [int(persons[flag].notna().sum()) for flag in FLAGS]
    counts = [int(persons[flag].eq(True).sum()) if n else None for flag, n in zip(FLAGS, checked, strict=True)]
    share = [None if count is None else count / n for count, n in zip(counts, checked, strict=True)]
    columns = {"flag": [words for _, words in FLAGS.values()], "checked": checked, "persons": counts, "share": share}
    return Table("flag_counts", _COUNTS, pd.DataFrame(columns, dtype=object), (_CHECKED,))


def _consistency(survey: Survey) -> tuple[Mapping[str, pd.Series], int]:
    """Return how the answers of every person hang together, and how many scales have two halves."""
    scales = [block for block in scales_of(survey).values() if block.shape[1] > 1]
    halves = even_odd_consistency(scales).reindex(survey.data.index).astype("float64")
    found = {"response_variability": response_variability(survey.answers), "even_odd": halves}
    for name, antonyms in (("synonyms", False), ("antonyms", True)):
        pairs = psychometric_pairs(survey.answers, antonyms=antonyms)
        found[name] = psychometric_consistency(survey.answers, pairs)
    return found, len(scales)


def flagged_rows(persons: pd.DataFrame) -> list[int]:
    """Return the row numbers of the respondents who carry a flag of careless answering (missing answers are none)."""
    careless_flags = [flag for flag in FLAGS if flag != "flag_missing"]
    return [int(row) for row in persons.loc[persons[careless_flags].eq(True).any(axis=1), "row"]]


def _distances(data: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Text, ...]]:
    """Return the Mahalanobis distances, or NaN for everyone and the reason."""
    try:
        return mahalanobis(data), ()
    except EstimationError as fault:
        nothing = pd.DataFrame({"d2": np.nan, "df": data.notna().sum(axis=1), "pvalue": np.nan}, index=data.index)
        return nothing, (fill(_NO_DISTANCE, {"reason": reason_of(fault)}),)


def _beyond(values: pd.Series, criterion: str, context: Mapping[str, int]) -> pd.Series:
    """Say for every respondent whether the value fails its criterion; None where it is unknown or cannot be judged."""
    met = [is_met(judge(value, criterion, "", context)) for value in values]
    return pd.Series([None if one is None else not one for one in met], index=values.index, dtype=object)


def _join(words: list[Text]) -> Text:
    return Text("; ".join(word.en for word in words), "; ".join(word.id for word in words))
