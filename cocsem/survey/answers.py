"""From what people answered to numbers: words, numbers with words, missing codes; nothing outside the scale passes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from cocsem.errors import SurveyError
from cocsem.instrument.types import Item, Scale
from cocsem.survey.matching import text_key
from cocsem.survey.privacy import quote
from cocsem.survey.table import Cell, is_missing, parse_number, written

NAN = float("nan")
NO_ANSWER = frozenset(
    text_key(words)
    for words in (
        "no answer",
        "not answered",
        "prefer not to say",
        "prefer not to answer",
        "tidak menjawab",
        "tidak dijawab",
        "tidak diisi",
        "kosong",
        "missing",
    )
)
# Common ways to write the five answers of an agreement scale; they count only where the scale has these five answers.
AGREEMENT = {
    1: ("sangat tidak setuju", "strongly disagree", "sts", "sd"),
    2: ("tidak setuju", "disagree", "ts", "d"),
    3: ("netral", "neutral", "n", "ragu-ragu", "ragu", "neither agree nor disagree", "undecided"),
    4: ("setuju", "agree", "s", "a"),
    5: ("sangat setuju", "strongly agree", "ss", "sa"),
}
_LONGEST_ANSWER = 200
_NUMBER_FIRST = re.compile(r"\(?([+-]?[0-9]+(?:[.,]0+)?)\)?\s*(?:[-–—=.:)/|]|\s)\s*\(?([^\W\d_].*?)\)?", re.DOTALL)
_NUMBER_LAST = re.compile(r"(.*?[^\W\d_][.]?)\s*(?:[-–—=:/|(]|\s)\s*\(?([+-]?[0-9]+(?:[.,]0+)?)\)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answers:
    """One column as numbers (missing = NaN), and how often each way of writing an answer occurred."""

    values: tuple[float, ...]
    counts: Counter[str] = field(default_factory=Counter)
    worded: frozenset[float] = frozenset()


@lru_cache(maxsize=256)
def answer_words(scale: Scale) -> Mapping[str, int]:
    """Every normalised wording of an answer on this scale, with its value.

    Words come from the anchors in both languages; on a five-point agreement scale the usual abbreviations count too.
    """
    if scale.kind == "semantic_differential":
        return {}
    words: dict[str, int] = {}
    for anchor in scale.anchors:
        for text in (anchor.text.en, anchor.text.id):
            words[text_key(text)] = anchor.value
    if _is_five_point_agreement(scale, words):
        for point, variants in AGREEMENT.items():
            for text in variants:
                words.setdefault(text_key(text), scale.minimum + point - 1)
    words.pop("", None)
    return words


def _is_five_point_agreement(scale: Scale, words: Mapping[str, int]) -> bool:
    outer = {point: scale.minimum + point - 1 for point in (1, 2, 4, 5)}
    return scale.points == 5 and all(
        any(words.get(text) == value for text in AGREEMENT[point]) for point, value in outer.items()
    )


def known_words(scales: Iterable[Scale]) -> frozenset[str]:
    """Every normalised answer wording of these scales and of agreement scales in general."""
    general = {text_key(text) for variants in AGREEMENT.values() for text in variants}
    return frozenset(general.union(NO_ANSWER, *(answer_words(scale) for scale in scales)))


def read_answers(
    item: Item,
    cells: Sequence[Cell],
    rows: Sequence[int],
    *,
    missing: Collection[float] = (),
    labels: Mapping[float, str] | None = None,
) -> Answers:
    """Turn the cells of one item into numbers on its scale.

    Parameters
    ----------
    item : the item; its scale tells the range, the words and the missing codes.
    cells : n cells of its column.
    rows : n row numbers, for messages.
    missing : further codes that mean "no answer".
    labels : words the file itself gives to numbers (SPSS value labels).

    Raises
    ------
    SurveyError : an answer is outside the scale, between its points, or words that are no label of it;
        or the item does not vary.
    """
    words = answer_words(item.scale)
    codes = frozenset(item.scale.missing) | frozenset(missing)
    recoding = _recoding(item, labels or {}, words, codes)
    counts: Counter[str] = Counter()
    values, worded, unknown = [], set(), []
    for cell, row in zip(cells, rows, strict=True):
        way, value = _read(cell, words, codes, recoding, item.scale)
        if way == "unknown":
            unknown.append((row, cell))
        if way in ("words", "coded_words"):
            worded.add(value)
        counts[way] += 1
        values.append(value)
    if unknown:
        raise _unknown_answers(item, unknown)
    _check_range(item, values, rows)
    _check_variation(item, values)
    return Answers(tuple(values), counts, frozenset(worded))


def _read(
    cell: Cell, words: Mapping[str, int], codes: Collection[float], recoding: Mapping[float, int], scale: Scale
) -> tuple[str, float]:
    """Say how a cell is written (blank, declared, number, words, ...; `unknown` when it is no answer) and its value."""
    if is_missing(cell):
        return "blank", NAN
    number = parse_number(cell)
    if number is not None:
        if number in codes:
            return "declared", NAN
        return ("value_labels", float(recoding[number])) if number in recoding else ("number", number)
    key = text_key(written(cell))
    if key in words:
        return "words", float(words[key])
    if key in NO_ANSWER or not key:
        return "blank", NAN
    return _read_number_with_words(written(cell), words, codes, scale)


def _read_number_with_words(
    text: str, words: Mapping[str, int], codes: Collection[float], scale: Scale
) -> tuple[str, float]:
    """Read '5 - Setuju' or 'Setuju (5)': the words must mean the number, or be the only words that number has."""
    if len(text) > _LONGEST_ANSWER:
        return "unknown", NAN
    first, last = _NUMBER_FIRST.fullmatch(text), _NUMBER_LAST.fullmatch(text)
    parts = (first[1], first[2]) if first else (last[2], last[1]) if last else None
    if parts is None:
        return "unknown", NAN
    number, meaning = float(parts[0].replace(",", ".")), text_key(parts[1])
    if number in codes:
        return "declared", NAN
    labelled = number in {anchor.value for anchor in scale.anchors}
    if words.get(meaning) == number or (meaning not in words and not labelled):
        return "coded_words", number
    return "unknown", NAN


def _recoding(
    item: Item, labels: Mapping[float, str], words: Mapping[str, int], codes: Collection[float]
) -> dict[float, int]:
    """Numbers that the file's own labels explain otherwise than the scale does; {} when they agree or say nothing."""
    known = {
        number: words[text_key(label)]
        for number, label in labels.items()
        if text_key(label) in words and number not in codes
    }
    if all(number == value for number, value in known.items()):
        return {}
    answers = {n for n in labels if n not in codes and text_key(labels[n]) not in NO_ANSWER}
    if answers == set(known) and len(set(known.values())) == len(known) and len(known) == item.scale.points:
        return known
    number, value = next((n, v) for n, v in known.items() if n != v)
    raise SurveyError(
        f"The value labels of item '{item.code}' must agree with its scale, but the file calls {number:g} "
        f"{quote(labels[number])}, "
        f"which is {value} on {item.scale.minimum}..{item.scale.maximum}. Recode the item in the file, or use an "
        "instrument with its scale."
    )


def _unknown_answers(item: Item, unknown: Sequence[tuple[int, Cell]]) -> SurveyError:
    row, cell = unknown[0]
    counts = Counter(quote(each) for _, each in unknown)
    shown = ", ".join(f"{words} ({count}x)" for words, count in counts.most_common(6))
    scale = item.scale
    labels = [f"'{a.text.id}' / '{a.text.en}'" for a in scale.anchors] if scale.kind == "likert" else []
    allowed = f" or with its labels ({', '.join(labels)})" if labels else ""
    return SurveyError(
        f"Item '{item.code}' must be answered with numbers on {scale.minimum}..{scale.maximum}{allowed}, "
        f"but row {row} holds {quote(cell)}. Unknown answers: {shown}. "
        "Correct them in the file, or use an instrument whose scale has these labels."
    )


def _check_range(item: Item, values: Sequence[float], rows: Sequence[int]) -> None:
    scale = item.scale
    outside = [
        (row, v) for row, v in zip(rows, values, strict=True) if v == v and not scale.minimum <= v <= scale.maximum
    ]
    between = [
        (row, v)
        for row, v in zip(rows, values, strict=True)
        if v == v and v not in range(scale.minimum, scale.maximum + 1)
    ]
    if outside:
        row, value = outside[0]
        more = f" ({len(outside)} rows of this item are off the scale)" if len(outside) > 1 else ""
        raise SurveyError(
            f"Item '{item.code}' must be answered on {scale.minimum}..{scale.maximum}, but row {row} holds "
            f"{written(value)}{more}. "
            "Is it a missing code? Declare it under [scale] missing, or as `missing` in a codebook."
        )
    if between:
        row, value = between[0]
        raise SurveyError(
            f"Item '{item.code}' must be answered with whole numbers on {scale.minimum}..{scale.maximum}, but row "
            f"{row} holds {value:g}. "
            "Are these averages or imputed values? Give the answers themselves."
        )


def _check_variation(item: Item, values: Sequence[float]) -> None:
    given = {v for v in values if v == v}
    if not given:
        raise SurveyError(
            f"Item '{item.code}' must be answered by somebody, but its column holds no answer. Leave its instrument "
            "out."
        )
    if len(given) == 1:
        raise SurveyError(
            f"Item '{item.code}' must vary, but everybody answered {given.pop():g}. A constant item tells nothing: "
            "check the column, or leave the item out of the instrument."
        )


def check_points(read: Mapping[str, Answers], items: Sequence[Item]) -> None:
    """Refuse five-point agreement words on a longer scale: they would pass, but with gaps where nobody could answer.

    Raises
    ------
    SurveyError : many answers in words, all five of the five-point words, and none of the scale's other labels.
    """
    for scale in dict.fromkeys(item.scale for item in items):
        words = answer_words(scale)
        plain = {words[key] for variants in AGREEMENT.values() for key in map(text_key, variants) if key in words}
        others = {anchor.value: anchor.text for anchor in scale.anchors if anchor.value not in plain}
        mine = [read[item.code] for item in items if item.scale == scale]
        seen = frozenset().union(*(answers.worded for answers in mine))
        many = sum(answers.counts["words"] + answers.counts["coded_words"] for answers in mine) >= 40
        if scale.points > 5 and len(plain) == 5 and others and many and seen == plain:
            unused = ", ".join(f"'{text.id}' / '{text.en}'" for text in others.values())
            raise SurveyError(
                f"The {len(mine)} items on {scale.minimum}..{scale.maximum} are answered in words, but only with the "
                "five words of a five-point "
                f"scale; {unused} never occur. The survey seems to have been asked on five points: use an instrument "
                "file with "
                "[scale] minimum = 1, maximum = 5 and these five labels, or give the answers as numbers."
            )
