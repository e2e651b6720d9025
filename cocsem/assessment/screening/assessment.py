"""The screening of a survey before anything is fitted: missing, out-of-range and careless answers, normality."""

from __future__ import annotations

import pandas as pd

from cocsem.assessment.judge import judge
from cocsem.assessment.screening.careless import careless
from cocsem.assessment.screening.mcar import little_mcar, mcar_table
from cocsem.assessment.screening.missing import missing_by_item, missing_by_person, missing_patterns
from cocsem.assessment.screening.normality import mardia, mardia_table, univariate_normality
from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.assessment.wording import fill, percent, reason_of
from cocsem.errors import EstimationError
from cocsem.language import Text
from cocsem.survey.types import Survey

_TITLE = Text("Data screening", "Pemeriksaan data")
_DONE = Text("What was done while reading", "Yang dilakukan saat membaca data")
_EMPTY = Text(
    "The survey holds no item columns, so there is nothing to screen.",
    "Survei tidak memuat kolom butir, sehingga tidak ada yang diperiksa.",
)
_NO_MARDIA = Text("No test of multivariate normality: {reason}", "Uji normalitas multivariat tidak ada: {reason}")
_NO_LITTLE = Text(
    "No test of missing completely at random: {reason}", "Uji data hilang acak sepenuhnya tidak ada: {reason}"
)
_MISSING = Text(
    "{share} of all answers are missing; {complete} of {n} respondents answered every item.",
    "{share} dari semua jawaban hilang; {complete} dari {n} responden menjawab semua butir.",
)
_NO_RANGE = Text(
    "No answer lies outside its response scale: reading refuses such files.",
    "Tidak ada jawaban di luar rentang skalanya: berkas yang memuatnya ditolak saat dibaca.",
)
_SOME_RANGE = Text(
    "{count} answers lay outside their response scale; see the log.",
    "{count} jawaban berada di luar rentang skalanya; lihat catatan pembacaan.",
)
_RANGE_STEPS = ("out_of_range", "range")
_REFERENCES = ("mardia1970", "joanes1998", "schafer1999", "kline2016", "little1988")


def screen(survey: Survey) -> Assessment:
    """Screen the answers of a survey. Nothing is changed and nobody is dropped.

    Parameters
    ----------
    survey : a survey that was read and scored.

    Returns
    -------
    An assessment with the tables `reading`, `missing_items`, `missing_persons`, `missing_patterns`, `flag_counts`,
    `flagged`, `normality` and `mardia`.

    References: mardia1970, curran2016
    """
    data = survey.data
    if data.empty:
        return Assessment("screening", _TITLE, warnings=(_EMPTY,))
    persons = careless(survey)
    tables = [reading_table(survey), missing_by_item(data), missing_by_person(data)]
    at_random, random_verdicts, random_warnings = _missing_at_random(data)
    tables += [missing_patterns(data), *at_random] if data.isna().to_numpy().any() else []
    tables += [table for table in persons.tables if table.key in ("flag_counts", "flagged")]
    multivariate, verdicts, warnings = _multivariate(data)
    tables += [univariate_normality(data), *multivariate]
    return Assessment(
        "screening",
        _TITLE,
        tuple(tables),
        {**_facts(survey), **persons.facts},
        (*_item_verdicts(data), *random_verdicts, *verdicts),
        (_missing_sentence(data), *range_sentences(survey), *persons.text),
        (*persons.warnings, *random_warnings, *warnings),
        (*persons.references, *_REFERENCES),
    )


def reading_table(survey: Survey) -> Table:
    """Return the log of the survey: every recode and exclusion with its count."""
    rows = [{"step": entry.step, "count": entry.count, "text": entry.text} for entry in survey.log]
    return Table("reading", _DONE, pd.DataFrame(rows, columns=["step", "count", "text"]))


def range_sentences(survey: Survey) -> tuple[Text, ...]:
    """Say how many answers lay outside their scale, from the log; nothing where no instrument states a scale."""
    count = sum(entry.count for entry in survey.log if entry.step in _RANGE_STEPS)
    if count:
        return (_SOME_RANGE.format(count=count),)
    return (_NO_RANGE,) if survey.instruments else ()


def _missing_at_random(data: pd.DataFrame) -> tuple[list[Table], tuple[Verdict, ...], tuple[Text, ...]]:
    """Return Little's test where answers are missing and the rest determine it."""
    if not data.isna().to_numpy().any():
        return [], (), ()
    try:
        table, verdict = mcar_table(little_mcar(data))
    except EstimationError as fault:
        return [], (), (fill(_NO_LITTLE, {"reason": reason_of(fault)}),)
    return [table], (verdict,), ()


def _multivariate(data: pd.DataFrame) -> tuple[list[Table], tuple[Verdict, ...], tuple[Text, ...]]:
    try:
        table, verdicts = mardia_table(mardia(data))
    except EstimationError as fault:
        return [], (), (fill(_NO_MARDIA, {"reason": reason_of(fault)}),)
    return [table], verdicts, ()


def _item_verdicts(data: pd.DataFrame) -> list[Verdict]:
    return [judge(float(share), "missing_item", str(name)) for name, share in data.isna().mean().items()]


def _missing_sentence(data: pd.DataFrame) -> Text:
    share = float(data.isna().to_numpy().mean())
    return fill(_MISSING, {"share": percent(share), "complete": int(data.notna().all(axis=1).sum()), "n": len(data)})


def _facts(survey: Survey) -> dict[str, object]:
    data = survey.data
    return {
        "n_read": survey.n_read,
        "n": len(data),
        "n_items": data.shape[1],
        "n_complete": int(data.notna().all(axis=1).sum()),
        "missing_share": float(data.isna().to_numpy().mean()),
    }
