"""What goes wrong in real answers, put in on purpose: gaps, breaking off, answering without reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cocsem.simulation.draws import integer, shuffled
from cocsem.simulation.respondents import Answers


def skip_items(answers: Answers, order: Sequence[str], n: int, stream: Iterator[float]) -> Answers:
    """Leave `n` items without an answer, chosen at random."""
    return answers | dict.fromkeys(shuffled(stream, order)[:n])


def skip_page(answers: Answers, order: Sequence[str], length: int, stream: Iterator[float]) -> Answers:
    """Turn one page too many: `length` items in a row are left without an answer.

    >>> skip_page({"a": 1, "b": 2, "c": 3}, ["a", "b", "c"], 3, iter([0.5]))
    {'a': None, 'b': None, 'c': None}
    """
    first = integer(stream, 0, len(order) - length)
    return answers | dict.fromkeys(order[first : first + length])


def break_off(answers: Answers, order: Sequence[str], after: int) -> Answers:
    """Stop after so many items: the rest of the questionnaire is left without an answer.

    >>> break_off({"a": 1, "b": 2, "c": 3}, ["c", "a", "b"], 1)
    {'a': None, 'b': None, 'c': 3}
    """
    return answers | dict.fromkeys(order[after:])


def straight_line(answers: Answers, ticked: int) -> Answers:
    """Tick the same box on every item."""
    return dict.fromkeys(answers, ticked)


def answer_at_random(answers: Answers, low: int, high: int, stream: Iterator[float]) -> Answers:
    """Tick any box, every item anew."""
    return {item: integer(stream, low, high) for item in answers}


def with_gaps(
    answers: Sequence[Answers], order: Sequence[str], stream: Iterator[float], *, respondents: int, most: int
) -> list[Answers]:
    """Let so many respondents, chosen at random, skip 1 to `most` items each."""
    gaps, rows = list(answers), shuffled(stream, range(len(answers)))
    for row in rows[:respondents]:
        gaps[row] = skip_items(gaps[row], order, integer(stream, 1, most), stream)
    return gaps
