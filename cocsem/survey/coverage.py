"""Whether a file has what its instruments or its model need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from cocsem.errors import SurveyError
from cocsem.instrument.types import Instrument
from cocsem.survey.log import entry, listed
from cocsem.survey.matching import Match, code_key, hint_closest
from cocsem.survey.privacy import quote
from cocsem.survey.table import RawTable, parse_number
from cocsem.survey.types import LogEntry


def keep_asked(
    instruments: Sequence[Instrument],
    matches: Mapping[str, Match],
    constructs: Collection[str],
    table: RawTable,
    source: str,
) -> tuple[tuple[Instrument, ...], list[LogEntry]]:
    """Keep the dimensions that were asked; a dimension asked in part, or needed and not asked, is an error.

    Raises
    ------
    SurveyError : names the missing items, how many were found, and the headers that come closest.
    """
    if instruments and not matches:
        raise _no_match(instruments, table, source)
    kept, log = [], []
    for instrument in instruments:
        needed = _needed(instrument, constructs)
        absent = []
        for dimension in instrument.dimensions:
            missing = [item for item in dimension.items if item.code not in matches]
            if missing and (len(missing) < len(dimension.items) or dimension.code in needed):
                raise _items_missing(instrument, matches, table, source)
            if missing:
                absent.append(dimension.code)
                log.append(entry("dimension", len(missing), dimension=dimension.code, instrument=instrument.code))
        if len(absent) == len(instrument.dimensions):
            raise _items_missing(instrument, matches, table, source)
        kept.append(_without(instrument, absent))
    return tuple(kept), log


def _needed(instrument: Instrument, constructs: Collection[str]) -> set[str]:
    """Dimensions that the wanted constructs consist of."""
    parts = {h.code: h.dimensions for h in instrument.higher}
    return {code for construct in constructs for code in parts.get(construct, (construct,))}


def _without(instrument: Instrument, absent: Collection[str]) -> Instrument:
    """The instrument as it was asked; a higher-order construct stays while at least two of its dimensions do."""
    if not absent:
        return instrument
    higher = [
        replace(h, dimensions=tuple(code for code in h.dimensions if code not in absent)) for h in instrument.higher
    ]
    dimensions = tuple(d for d in instrument.dimensions if d.code not in absent)
    return replace(instrument, dimensions=dimensions, higher=tuple(h for h in higher if len(h.dimensions) > 1))


def _no_match(instruments: Sequence[Instrument], table: RawTable, source: str) -> SurveyError:
    codes = [item.code for instrument in instruments for item in instrument.items]
    headers = ", ".join(quote(name) for name in [name for name in table.names if name][:6])
    numbers = sum(parse_number(name) is not None for name in table.names if name)
    advice = (
        "The first row seems to hold answers: put the column names above it."
        if numbers * 2 > len(table.names)
        else "Use item codes or the full question texts as headers, or map headers to items under [columns] in a "
        "codebook."
    )
    return SurveyError(
        f"'{source}' must have a column for every item ({listed(codes, 6)}), but no column matches any. "
        f"Its {len(table.names)} headers begin with {headers}. {advice}"
    )


def _items_missing(instrument: Instrument, matches: Mapping[str, Match], table: RawTable, source: str) -> SurveyError:
    items = instrument.items
    missing = [item for item in items if item.code not in matches]
    used = {match.position for match in matches.values()}
    free = [place for place in range(len(table.names)) if place not in used]
    rest = replace(
        table,
        names=tuple(table.names[place] for place in free),
        texts=tuple(table.texts[place] for place in free) if table.texts else (),
    )
    closest = hint_closest(rest, [text for item in missing for text in (item.code, item.text.en, item.text.id)])
    return SurveyError(
        f"'{source}' must have a column for each of the {len(items)} items of '{instrument.code}', but "
        f"{len(items) - len(missing)} were found; "
        f"missing: {listed([item.code for item in missing], 40)}. {closest}"
        "Correct the headers, or map them to items under [columns] in a codebook."
    )


def find_columns(table: RawTable, names: Sequence[str], source: str) -> dict[str, int]:
    """Find the columns a model names, exactly or with case, blanks and punctuation forgiven.

    Raises
    ------
    SurveyError : a column is missing, or two columns differ only in what is forgiven.
    """
    exact = {name: place for place, name in enumerate(table.names) if name}
    folded: dict[str, list[int]] = defaultdict(list)
    for name, place in exact.items():
        folded[code_key(name)].append(place)
    result: dict[str, int] = {}
    missing = []
    for name in dict.fromkeys(names):
        places = [exact[name]] if name in exact else folded.get(code_key(name), [])
        if len(places) > 1:
            raise SurveyError(
                f"The model's variable '{name}' must name one column of '{source}', but {len(places)} are called "
                "nearly so. Write it exactly."
            )
        if places:
            result[name] = places[0]
        else:
            missing.append(name)
    if missing:
        raise SurveyError(
            f"'{source}' must have a column for every observed variable of the model, but {listed(missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not there. {hint_closest(table, missing)}Correct the model or "
            "the headers."
        )
    return result
