"""The run from a file to a `Survey`: choose the sheet, match columns, leave rows out, turn answers into numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

import pandas as pd

from cocsem.errors import SurveyError, UsageError
from cocsem.instrument.load import list_instruments, load_instrument
from cocsem.instrument.scoring import score
from cocsem.instrument.types import Instrument, Item, Scale
from cocsem.survey.answers import known_words
from cocsem.survey.codebook import read_codebook
from cocsem.survey.columns import read_columns
from cocsem.survey.demographics import find_item_families, read_demographics
from cocsem.survey.files import FileContent, read_file
from cocsem.survey.layout import Wanted, find_layout
from cocsem.survey.log import entry, listed
from cocsem.survey.matching import Found, find_instruments, match_items
from cocsem.survey.paradata import read_paradata
from cocsem.survey.rows import drop_excluded, find_duplicates
from cocsem.survey.table import RawTable
from cocsem.survey.types import Codebook, Survey

Named = str | Path | Instrument


def read_survey(
    path: str | Path,
    *,
    instruments: Named | Sequence[Named] = (),
    codebook: str | Path | Codebook | None = None,
    columns: Sequence[str] = (),
    constructs: Sequence[str] = (),
    demographics: Sequence[str] = (),
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
    demographics : columns that must be among the demographics (a grouping variable, controls), beside those found
        anyway.

    Returns
    -------
    Survey with n rows; the index of its frames is the row number in the file (1 = first answer row), the items stand in
    the order of the file's columns.

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
    wanted = Wanted(asked, tuple(columns), tuple(constructs), book)
    content = read_file(path, known_words(item.scale for item in wanted.items))
    if not asked and not columns:
        raise _nothing_asked(content, book)
    layout = find_layout(content, wanted)
    table, excluded = drop_excluded(layout.table, book.exclude)
    answers, table, recoded = read_columns(table, layout, book)
    paradata = read_paradata(table, book, layout.places, _scale_in_words(layout.items))
    taken = {*layout.places.values(), *paradata.positions}
    others = _items_of_others(table, taken) | find_item_families(table, taken)
    about, kept = read_demographics(table, taken, book, wanted=demographics, others=others)
    reverse = [item.code for item in layout.items if item.reverse]
    turned = [entry("reverse", len(reverse), items=listed(reverse))] if reverse else []
    return Survey(
        data=_indexed(score(answers, layout.items)),
        answers=_indexed(answers),
        demographics=_indexed(about),
        paradata=_indexed(paradata.frame),
        instruments=layout.instruments,
        codebook=paradata.codebook,
        log=(*layout.log, *excluded, *recoded, *turned, *find_duplicates(table), *paradata.log, *kept),
        source=content.source,
        sha256=content.sha256,
        n_read=len(layout.table.rows),
    )


def _scale_in_words(items: Iterable[Item]) -> Scale | None:
    """The first scale with words: attention and marker items are asked in its words."""
    return next((item.scale for item in items if item.scale.kind == "likert"), None)


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


def _items_of_others(table: RawTable, taken: Collection[int]) -> set[int]:
    """Columns that answer items of any instrument of the shelf: no demographics."""
    places: set[int] = set()
    for code in list_instruments():
        try:
            found = {match.position for match in match_items(table, load_instrument(code).items, {}).values()}
            places |= found - set(taken)
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


def _indexed(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename_axis(index="row")
