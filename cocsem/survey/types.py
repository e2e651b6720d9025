"""What a survey is: the answers, scored, with a log of everything that was done to them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from cocsem.display import Displayed
from cocsem.instrument.types import Instrument
from cocsem.language import Text


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing done to the data: `step` (a key of `cocsem.survey.log.SENTENCES`), how often, and in words."""

    step: str
    count: int
    text: Text


@dataclass(frozen=True, slots=True)
class Codebook:
    """What a codebook file says of the columns of a survey; every field may be empty.

    `columns` maps column headers of the file to item codes or demographic names. `order` holds the item codes as they
    were asked. `attention` maps an attention item to its right answer. `duration` names the column with the seconds
    taken. `marker` holds the items of a theoretically unrelated marker scale; `theory` the default theory; `labels` the
    value labels of demographics.
    `exclude` maps a column to the values that make a row drop out (for example early terminations); the single value
    `not missing` drops every row that holds anything there. `missing` holds codes that mean "no answer" in any column.
    """

    title: Text | None = None
    theory: str | None = None
    instruments: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    demographics: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    attention: dict[str, float] = field(default_factory=dict)
    duration: str | None = None
    marker: tuple[str, ...] = ()
    labels: dict[str, dict[str, Text]] = field(default_factory=dict)
    simulated: bool = False
    exclude: dict[str, tuple[str, ...]] = field(default_factory=dict)
    missing: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Survey(Displayed):
    """A survey that was read and scored. All frames share one index: the row number in the file (1 = first answer row).

    Attributes
    ----------
    data : item columns (codes), reverse-scored, float, missing = NaN.
    answers : the same columns as they were answered (recoded to numbers, before reverse scoring).
    demographics : columns about the respondent, as labels or numbers; never e-mail, phone or name columns.
    paradata : duration, attention items and marker items, where the codebook names them.
    instruments : the instruments whose items were matched.
    codebook : what is known of the columns.
    log : every recode and exclusion, in order, with counts.
    source, sha256, n_read : file name (no folder), hash of its bytes, answer rows read.
    """

    data: pd.DataFrame
    answers: pd.DataFrame
    demographics: pd.DataFrame
    paradata: pd.DataFrame
    instruments: tuple[Instrument, ...]
    codebook: Codebook
    log: tuple[LogEntry, ...]
    source: str
    sha256: str
    n_read: int
