"""What is known about the respondents: categories and numbers, kept apart from the items."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from cocsem.errors import SurveyError
from cocsem.survey.answers import known_words
from cocsem.survey.log import entry, listed
from cocsem.survey.matching import positions_of, text_key
from cocsem.survey.privacy import kind_of_column, quote
from cocsem.survey.table import Cell, RawTable, is_missing, parse_number, parse_quantity, written
from cocsem.survey.types import Codebook, LogEntry

_LEFT_OUT = ("private", "timestamp", "free_text", "no_variation", "other_items", "unused")
_STEM = re.compile(r"([A-Za-z][A-Za-z_. ]{0,30}?)[_. ]?[0-9]{1,3}")
_FEWEST_OF_A_FAMILY = 3


@dataclass(slots=True)
class _Kept:
    named: Collection[str]
    only_named: bool
    others: Collection[int]
    columns: dict[str, list[object]] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=lambda: {kind: [] for kind in _LEFT_OUT})
    log: list[LogEntry] = field(default_factory=list)


def read_demographics(
    table: RawTable,
    taken: Collection[int],
    codebook: Codebook,
    *,
    wanted: Sequence[str] = (),
    others: Collection[int] = (),
) -> tuple[pd.DataFrame, tuple[LogEntry, ...]]:
    """Keep the columns about the respondent that hold categories or numbers, and nothing that tells who it is.

    Parameters
    ----------
    table : the rows kept.
    taken : positions of the columns that are something else (items, paradata).
    codebook : names demographics, their headers and their labels; with `demographics` given, only these and the wanted
        ones are kept.
    wanted : names of columns that are to be kept, also when they look like free text or like an item.
    others : positions of columns that answer items nobody asked for.

    Returns
    -------
    Frame of (n, columns) with numbers (float) or categories (text, missing = None), and the log.

    Raises
    ------
    SurveyError : a wanted column is not there, does not vary, or tells who answered or when.
    """
    names = _names(table, taken, codebook, wanted)
    kept = _Kept({*codebook.demographics, *wanted}, bool(codebook.demographics), others)
    for place, name in enumerate(names):
        if place not in taken and table.called(place):
            _keep(kept, name, place, table, codebook)
    _check_wanted(kept, wanted)
    log = [entry(kind, len(columns), columns=_safe(columns)) for kind, columns in kept.left_out.items() if columns]
    if kept.columns:
        log.append(entry("demographics", len(kept.columns), columns=_safe(list(kept.columns))))
    frame = pd.DataFrame(
        {n: pd.Series(v, index=list(table.numbers), dtype=_dtype(v)) for n, v in kept.columns.items()},
        index=list(table.numbers),
    )
    return frame, (*kept.log, *log)


def _check_wanted(kept: _Kept, wanted: Sequence[str]) -> None:
    """A column that the analysis needs may not be left out in silence."""
    for name in wanted:
        if name in kept.left_out["no_variation"]:
            raise SurveyError(
                f"The analysis names the column {quote(name)}, which must hold two different values or more, but it holds "
                "one or none. Name another column."
            )
        if name in (*kept.left_out["private"], *kept.left_out["timestamp"]):
            raise SurveyError(
                f"The analysis names the column {quote(name)}, which must say something about the respondents, but it "
                "tells who answered or when, and such columns are not read. Name another column."
            )


def _names(table: RawTable, taken: Collection[int], codebook: Codebook, wanted: Sequence[str]) -> list[str]:
    """Names of the columns: the codebook's where it renames them, the wanted ones where only case or blanks differ."""
    names = list(table.names)
    for header, place in positions_of(table, codebook.columns).items():
        names[place] = codebook.columns[header]
    free = [name for place, name in enumerate(names) if place not in taken]
    for name in codebook.demographics:
        if name not in free:
            names[positions_of(table, [name])[name]] = name
    for name in wanted:
        if name not in names and name not in codebook.columns.values():
            names[positions_of(table, [name], who="The analysis")[name]] = name
    twice = next((n for p, n in enumerate(names) if p not in taken and n and n in names[:p] + names[p + 1 :]), None)
    if twice is not None:
        raise SurveyError(
            f"Every column must have a name of its own, but with the codebook two are called {quote(twice)}. "
            "Give one of them another name under [columns]."
        )
    return names


def find_item_families(table: RawTable, taken: Collection[int]) -> set[int]:
    """Find columns that look like questionnaire items: agreement words as answers, or one stem with running numbers
    (`t01`, `t02`, `t03`, those taken included) over whole numbers that all reach the same top of five or more.
    """
    families: dict[tuple[str, float], list[int]] = defaultdict(list)
    worded = set()
    words = known_words(())
    for place, name in enumerate(table.names):
        values = {cell for cell in table.column(place) if not is_missing(cell)}
        if not values:
            continue
        if place not in taken and len(values) > 2 and all(isinstance(v, str) and text_key(v) in words for v in values):
            worded.add(place)
        stem = _STEM.fullmatch(name)
        if stem and all((n := parse_number(v)) is not None and 0 <= n <= 10 and n.is_integer() for v in values):
            families[stem[1].casefold(), max(parse_number(v) or 0.0 for v in values)].append(place)
    alike = [places for (_, top), places in families.items() if top >= 5 and len(places) >= _FEWEST_OF_A_FAMILY]
    return worded.union(*alike) - set(taken)


def _keep(kept: _Kept, name: str, place: int, table: RawTable, codebook: Codebook) -> None:
    cells: list[Cell] = [None if _is_blank(cell, codebook.missing) else cell for cell in table.column(place)]
    why_not = _why_not(kept, name, place, table.called(place), cells)
    if why_not:
        kept.left_out[why_not].append(name)
        return
    values, log = _values(name, cells, codebook.labels.get(name, {}), table.value_labels.get(place, {}))
    kept.columns[name] = values
    kept.log += log


def _why_not(kept: _Kept, name: str, place: int, called: Sequence[str], cells: Sequence[Cell]) -> str | None:
    """Why a column is no demographic; asking for it by name overrules only what it looks like, never personal data."""
    kind = kind_of_column(called, cells)
    if kind in ("private", "timestamp") or (kind and name not in kept.named):
        return kind
    if place in kept.others and name not in kept.named:
        return "other_items"
    if kept.only_named and name not in kept.named:
        return "unused"
    return "no_variation" if len({cell for cell in cells if cell is not None}) < 2 else None


def _is_blank(cell: Cell, missing: Collection[float]) -> bool:
    return is_missing(cell) or parse_number(cell) in missing


def _values(
    name: str, cells: Sequence[Cell], labels: Mapping[str, object], value_labels: Mapping[float, str]
) -> tuple[list[object], list[LogEntry]]:
    """Numbers where every answer is one; otherwise categories, spelled alike."""
    given = [cell for cell in cells if cell is not None]
    numbers = [parse_number(cell) for cell in given]
    if not labels and all(number is not None for number in numbers):
        labelled = sum(number in value_labels for number in numbers)
        if labelled >= 0.5 * len(numbers):
            return [_labelled(parse_number(cell), value_labels) for cell in cells], [
                entry("labels", labelled, column=name)
            ]
        return [parse_number(cell) for cell in cells], []
    quantities = [parse_quantity(cell) for cell in given if parse_number(cell) is None]
    units = {quantity[1] for quantity in quantities if quantity}
    if not labels and None not in quantities and len(units) == 1:
        values = [quantity[0] if (quantity := parse_quantity(cell)) else parse_number(cell) for cell in cells]
        return list(values), [entry("unit", len(quantities), column=name, unit=units.pop())]
    return _categories(name, cells)


def _labelled(number: float | None, value_labels: Mapping[float, str]) -> str | None:
    return None if number is None else value_labels.get(number, written(number))


def _categories(name: str, cells: Sequence[Cell]) -> tuple[list[object], list[LogEntry]]:
    """Spellings that differ only in case and blanks are one category, written as most people wrote it."""
    texts = [written(cell) for cell in cells if cell is not None]
    usual: dict[str, str] = {}
    for text, _ in Counter(texts).most_common():
        usual.setdefault(_fold(text), text)
    changed = sum(usual[_fold(text)] != text for text in texts)
    values: list[object] = [None if cell is None else usual[_fold(written(cell))] for cell in cells]
    return values, [entry("spelling", changed, column=name)] if changed else []


def _fold(text: str) -> str:
    return " ".join(text.casefold().rstrip(". ").split())


def _dtype(values: Sequence[object]) -> str:
    return "object" if any(isinstance(value, str) for value in values) else "float64"


def _safe(names: Sequence[str]) -> str:
    """Names of columns for the log; a name that itself holds an address or phone number is masked."""
    return listed([name[:60] if quote(name).startswith("'") else quote(name) for name in names])


def read_numbers(name: str, cells: Sequence[Cell], rows: Sequence[int], missing: Collection[float] = ()) -> list[float]:
    """Turn the cells of a column that a model uses into numbers; missing = NaN.

    Raises
    ------
    SurveyError : a cell holds text or an infinite number, a comma may mean two things, or the column does not vary.
    """
    values = []
    for cell, row in zip(cells, rows, strict=True):
        number = None if is_missing(cell) else parse_number(cell)
        if not is_missing(cell) and (number is None or abs(number) > 1e150):
            raise SurveyError(
                f"Column '{name}' must hold numbers, but row {row} holds {quote(cell)}. "
                "Recode words to numbers, or name the instrument whose answers they are."
            )
        values.append(float("nan") if number is None or number in missing else number)
    _check_commas(name, cells)
    if len({value for value in values if value == value}) < 2:
        raise SurveyError(
            f"Column '{name}' must vary to be used in a model, but it holds one value only or none. Leave it out."
        )
    return values


def _check_commas(name: str, cells: Sequence[Cell]) -> None:
    """`1,234` is one thousand or one point two: where every comma could be either, nobody should guess."""
    texts = [cell for cell in cells if isinstance(cell, str) and parse_number(cell) is not None]
    commas = [text for text in texts if "," in text]
    if commas and any("." in text for text in texts):
        raise SurveyError(
            f"Column '{name}' must use one decimal sign, but it holds {quote(commas[0])} as well as numbers with a "
            "point. Write them alike."
        )
    if commas and all(
        len(text.split(",")[1]) == 3 and text.split(",")[0].lstrip("+-") not in ("", "0") for text in commas
    ):
        raise SurveyError(
            f"Column '{name}' holds {quote(commas[0])}, which may mean a thousand or a decimal. "
            "Write thousands without a comma, or decimals with a point."
        )
