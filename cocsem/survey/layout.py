"""Where everything stands: the sheet, the columns of the items, the columns of a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cocsem.errors import SurveyError
from cocsem.instrument.types import Instrument, Item
from cocsem.survey.coverage import find_columns, keep_asked
from cocsem.survey.files import FileContent
from cocsem.survey.log import entry, listed
from cocsem.survey.matching import KINDS, Match, match_items
from cocsem.survey.rows import check_names
from cocsem.survey.table import RawTable
from cocsem.survey.types import Codebook, LogEntry


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in a file: instruments, columns of a model, constructs that must be there, the codebook."""

    instruments: tuple[Instrument, ...]
    columns: tuple[str, ...] = ()
    constructs: tuple[str, ...] = ()
    codebook: Codebook = field(default_factory=Codebook)

    @property
    def items(self) -> tuple[Item, ...]:
        """All items of the instruments."""
        return tuple(item for instrument in self.instruments for item in instrument.items)


@dataclass(frozen=True, slots=True)
class Layout:
    """The table chosen, the instruments that were asked, and the positions of item and model columns.

    `places` maps item codes and names of model variables to columns, in the order of the file; `log` tells how they
    were found.
    """

    table: RawTable
    instruments: tuple[Instrument, ...]
    places: dict[str, int]
    log: tuple[LogEntry, ...]

    @property
    def items(self) -> tuple[Item, ...]:
        """Items that were asked, in the order of their instruments."""
        return tuple(item for instrument in self.instruments for item in instrument.items)


def find_layout(content: FileContent, wanted: Wanted) -> Layout:
    """Choose the sheet and find the column of every item and every variable of the model.

    Raises
    ------
    SurveyError : columns are missing, ambiguous or called alike.
    """
    table, log = _choose_sheet(content, wanted)
    table, noted = check_names(table, content.source)
    matches = match_items(table, wanted.items, wanted.codebook.columns) if wanted.instruments else {}
    asked, left_out = keep_asked(wanted.instruments, matches, wanted.constructs, table, content.source)
    model = find_columns(table, [name for name in wanted.columns if name not in matches], content.source)
    places = {code: match.position for code, match in matches.items()} | model
    return Layout(
        table=table,
        instruments=asked,
        places=dict(sorted(places.items(), key=lambda pair: pair[1])),
        log=(*log, *noted, *_match_log(tuple(matches.values()), len(model)), *left_out),
    )


def _choose_sheet(content: FileContent, wanted: Wanted) -> tuple[RawTable, tuple[LogEntry, ...]]:
    """The sheet in which most items or columns are found; the first one where several are alike."""

    def found(table: RawTable) -> float:
        named = sum(name in table.names for name in wanted.columns)
        try:
            return named + len(match_items(table, wanted.items, wanted.codebook.columns))
        except SurveyError:
            return named + 0.5  # an ambiguous sheet is chosen, and its fault told, only when no other sheet fits

    table = max(content.tables, key=found)
    log = [*content.log, *table.log]
    if len(content.tables) > 1:
        others = listed([f"'{other.sheet}'" for other in content.tables if other is not table])
        log.insert(0, entry("sheet", len(content.tables), sheet=table.sheet, others=others))
    read = entry("read", len(table.rows), columns=len(table.names), source=content.source, form=content.form)
    return table, (read, *log)


def _match_log(found: Sequence[Match], n_model: int) -> list[LogEntry]:
    by_kind = {kind: [match for match in found if match.kind == kind] for kind in KINDS}
    pairs = listed([match.item.code for match in by_kind["near"]])
    log = [entry(f"match_{kind}", len(hits), pairs=pairs) for kind, hits in by_kind.items() if hits]
    return log + ([entry("match_columns", n_model)] if n_model else [])
