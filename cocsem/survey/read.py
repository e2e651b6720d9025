"""The run from a file to a `Survey`: choose the sheet, match columns, leave rows out, turn answers into numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from cocsem.errors import SurveyError, UsageError
from cocsem.instrument.load import list_instruments, load_instrument
from cocsem.instrument.scoring import score
from cocsem.instrument.types import Instrument, Item
from cocsem.survey.answers import Answers, check_points, known_words, read_answers
from cocsem.survey.codebook import read_codebook
from cocsem.survey.coverage import find_columns, keep_asked
from cocsem.survey.demographics import read_demographics, read_numbers
from cocsem.survey.files import FileContent, read_file
from cocsem.survey.log import entry, listed
from cocsem.survey.matching import KINDS, Found, Match, find_instruments, match_items
from cocsem.survey.paradata import read_paradata
from cocsem.survey.privacy import holds_contact
from cocsem.survey.rows import check_names, drop_excluded, drop_unanswered, find_duplicates, require_rows
from cocsem.survey.table import RawTable
from cocsem.survey.types import Codebook, LogEntry, Survey

Named = str | Path | Instrument


def read_survey(
    path: str | Path,
    *,
    instruments: Named | Sequence[Named] = (),
    codebook: str | Path | Codebook | None = None,
    columns: Sequence[str] = (),
    constructs: Sequence[str] = (),
) -> Survey:
    """Read a survey file and score its instruments; everything that is done to the data stands in the survey's log.

    Parameters
    ----------
    path : a .csv, .txt, .tsv, .xlsx, .sav or .parquet file with column names and at least ten answer rows.
    instruments : the instruments that were asked: values, codes on the shelf, or paths of TOML files. Without them and
        without `columns` those that the codebook names are taken.
    codebook : a `Codebook`, or the path of one (TOML, or a table of two columns: header, item code).
    columns : observed variables of a model that uses no instrument; these columns must hold numbers.
    constructs : codes of constructs that must be there. Otherwise a dimension none of whose items is in the file
        is left out.

    Returns
    -------
    Survey with n rows; the index of its frames is the row number in the file (1 = first answer row).

    Raises
    ------
    SurveyError : the file cannot be read, items are missing or ambiguous, or answers are off the scale.
    UsageError : neither instruments nor columns are known.

    >>> read_survey("no_such_file.csv", columns=["x1"])
    Traceback (most recent call last):
    ...
    cocsem.errors.SurveyError: The survey file 'no_such_file.csv' must exist, but it was not found...
    """
    book = codebook if isinstance(codebook, Codebook) else read_codebook(codebook) if codebook else Codebook()
    asked = _load(instruments) or (() if columns else _load(book.instruments))
    items = _items(asked)
    content = read_file(path, known_words(item.scale for item in items))
    if not asked and not columns:
        raise _nothing_asked(content, book)
    table, log = _choose_sheet(content, items, columns, book)
    table, noted = check_names(table, content.source)
    matches = match_items(table, items, book.columns) if asked else {}
    asked, left_out = keep_asked(asked, matches, constructs, table, content.source)
    model_columns = find_columns(table, [name for name in columns if name not in matches], content.source)
    n_read = len(table.rows)
    log += (*noted, *_match_log(matches.values(), model_columns), *left_out)
    table, dropped = drop_excluded(table, book.exclude)
    places = {code: match.position for code, match in matches.items()} | model_columns
    answers, recoded, table = _answers(table, _items(asked), matches, model_columns, book)
    scored = _items(asked)
    paradata = read_paradata(
        table, book, places, next((item.scale for item in scored if item.scale.kind == "likert"), None)
    )
    taken = set(places.values()) | paradata.positions
    demographics, demographic_log = read_demographics(table, taken, book, _items_of_others(table))
    reverse = [item.code for item in scored if item.reverse]
    return Survey(
        data=score(answers, scored),
        answers=answers,
        demographics=_indexed(demographics),
        paradata=_indexed(paradata.frame),
        instruments=asked,
        codebook=_with_order(paradata.codebook, places),
        log=(
            *log,
            *dropped,
            *recoded,
            *([entry("reverse", len(reverse), items=listed(reverse))] if reverse else []),
            *find_duplicates(table),
            *paradata.log,
            *demographic_log,
            *([] if paradata.codebook.order else [entry("order", len(places))]),
        ),
        source=content.source,
        sha256=content.sha256,
        n_read=n_read,
    )


def discover(
    path: str | Path, *, instruments: Sequence[Named] | None = None, codebook: str | Path | Codebook | None = None
) -> tuple[Found, ...]:
    """Say which instruments a survey file answers, complete ones first; those without any item there are left out.

    Parameters
    ----------
    path : the survey file.
    instruments : the instruments looked for; None = every instrument on the shelf.
    codebook : as in `read_survey`.

    Raises
    ------
    SurveyError : the file cannot be read, or a column could belong to two items.
    """
    book = codebook if isinstance(codebook, Codebook) else read_codebook(codebook) if codebook else Codebook()
    return _find(read_file(path).tables, _load(list_instruments() if instruments is None else instruments), book)


def _find(tables: Iterable[RawTable], instruments: Sequence[Instrument], book: Codebook) -> tuple[Found, ...]:
    """What the sheet with most matched items answers."""
    answered = (find_instruments(table, instruments, book.columns) for table in tables)
    return max(answered, key=lambda found: sum(len(each.matched) for each in found), default=())


def _items_of_others(table: RawTable) -> set[int]:
    """Columns that answer items of any instrument of the shelf: no demographics, whether asked for or not."""
    places: set[int] = set()
    for code in list_instruments():
        try:
            places |= {match.position for match in match_items(table, load_instrument(code).items, {}).values()}
        except SurveyError:
            continue  # columns that fit two items of an instrument nobody asked for need no settling
    return places


def _load(instruments: Named | Sequence[Named]) -> tuple[Instrument, ...]:
    named = [instruments] if isinstance(instruments, str | Path | Instrument) else list(instruments)
    loaded = tuple(each if isinstance(each, Instrument) else load_instrument(each) for each in named)
    codes = Counter(item.code for instrument in loaded for item in instrument.items)
    twice = [code for code, count in codes.items() if count > 1]
    if twice:
        raise UsageError(
            f"Every item code must occur once among the instruments, but '{twice[0]}' occurs twice. Name each "
            "instrument once."
        )
    return loaded


def _items(instruments: Iterable[Instrument]) -> tuple[Item, ...]:
    return tuple(item for instrument in instruments for item in instrument.items)


def _nothing_asked(content: FileContent, book: Codebook) -> UsageError:
    found = _find(content.tables, _load(list_instruments()), book)
    complete = [each.instrument.code for each in found if each.complete]
    seen = (
        f"Complete in this file: {', '.join(complete)}. "
        if complete
        else "No instrument of the shelf is complete in this file. "
    )
    return UsageError(
        f"To read '{content.source}' its instruments or the columns of a model must be known, but none was named. "
        f"{seen}"
        "Name an instrument, a theory or a model, or a codebook that names them."
    )


def _choose_sheet(
    content: FileContent, items: Sequence[Item], columns: Sequence[str], book: Codebook
) -> tuple[RawTable, tuple[LogEntry, ...]]:
    """The sheet in which most items or columns are found; the first one where several are alike."""

    def found(table: RawTable) -> float:
        wanted = sum(name in table.names for name in columns)
        try:
            return wanted + len(match_items(table, items, book.columns))
        except SurveyError:
            return wanted + 0.5  # an ambiguous sheet is chosen, and its fault told, only when no other sheet fits

    table = max(content.tables, key=found)
    log = [*content.log, *table.log]
    if len(content.tables) > 1:
        others = listed([f"'{other.sheet}'" for other in content.tables if other is not table])
        log.insert(0, entry("sheet", len(content.tables), sheet=table.sheet, others=others))
    read = entry("read", len(table.rows), columns=len(table.names), source=content.source, form=content.form)
    return table, (read, *log)


def _match_log(matches: Iterable[Match], model_columns: dict[str, int]) -> list[LogEntry]:
    found = list(matches)
    by_kind = {kind: [match for match in found if match.kind == kind] for kind in KINDS}
    pairs = listed([match.item.code for match in by_kind["near"]])
    log = [entry(f"match_{kind}", len(hits), pairs=pairs) for kind, hits in by_kind.items() if hits]
    return log + ([entry("match_columns", len(model_columns))] if model_columns else [])


def _answers(
    table: RawTable, items: Sequence[Item], matches: dict[str, Match], model_columns: dict[str, int], book: Codebook
) -> tuple[pd.DataFrame, list[LogEntry], RawTable]:
    """Turn the columns of items and model variables into numbers, after leaving out rows without any answer."""
    places = [matches[item.code].position for item in items] + list(model_columns.values())
    codes = {place: frozenset(book.missing) for place in model_columns.values()}
    codes |= {matches[item.code].position: frozenset(book.missing) | frozenset(item.scale.missing) for item in items}
    table, log = drop_unanswered(table, {place: codes[place] for place in places})
    require_rows(table)
    read: dict[str, Answers] = {}
    for item in items:
        place = matches[item.code].position
        labels = table.value_labels.get(place)
        read[item.code] = read_answers(item, table.column(place), table.numbers, missing=book.missing, labels=labels)
    check_points(read, items)
    values = {code: list(answers.values) for code, answers in read.items()}
    for name, place in model_columns.items():
        if holds_contact(table.column(place)):
            raise SurveyError(
                f"Column '{name}' must hold numbers for a model, but it holds e-mail addresses or phone numbers. "
                "Leave it out."
            )
        values[name] = read_numbers(name, table.column(place), table.numbers, book.missing)
    frame = _indexed(pd.DataFrame(values, index=list(table.numbers), dtype="float64"))
    if not frame.notna().all(axis=1).any():
        raise SurveyError(
            f"At least one row must answer all {frame.shape[1]} items, but none does. Leave out the items or "
            "instruments that most people skipped."
        )
    return frame, log + _recode_log(read, items, frame), table


def _recode_log(read: dict[str, Answers], items: Sequence[Item], frame: pd.DataFrame) -> list[LogEntry]:
    counts: Counter[str] = sum((answers.counts for answers in read.values()), Counter())
    recoded = listed([code for code, answers in read.items() if answers.counts["value_labels"]])
    log = [entry(way, counts[way], items=recoded) for way in ("words", "coded_words", "value_labels") if counts[way]]
    missing = int(frame.isna().to_numpy().sum())
    if missing:
        log.append(entry("missing", missing, blank=missing - counts["declared"], declared=counts["declared"]))
    for scale in dict.fromkeys(item.scale for item in items):
        mine = [item.code for item in items if item.scale == scale]
        highest = frame[mine].max().max()
        if highest <= scale.maximum - 2:
            log.append(
                entry("short_scale", len(mine), minimum=scale.minimum, maximum=scale.maximum, highest=f"{highest:g}")
            )
    return log


def _indexed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename_axis(index="row")


def _with_order(book: Codebook, places: dict[str, int]) -> Codebook:
    return book if book.order else replace(book, order=tuple(sorted(places, key=lambda code: places[code])))
