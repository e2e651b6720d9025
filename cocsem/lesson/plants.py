"""Answers of people who do not exist, with a known defect or truth planted: one function per exercise.

The same seed gives the same answers on every machine; every exercise draws from streams of its own.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, zip_longest

from cocsem.assessment.wording import listing
from cocsem.instrument.types import Dimension
from cocsem.language import Text, number, proportion
from cocsem.lesson.constructs import GENDER, PROFILES, instruments_of, named
from cocsem.simulation.defects import Answers, answer_at_random, straight_line
from cocsem.simulation.draws import integer, normals, shuffled, uniforms
from cocsem.simulation.population import Measure, Population
from cocsem.simulation.respondents import dimensions_of, respond
from cocsem.simulation.survey_file import Cell

LOW, HIGH = 1, 7
ATTENTION, RIGHT = "att1", 6
SECONDS = "duration_seconds"


@dataclass(frozen=True, slots=True)
class Planted:
    """What a seed made: the columns of the file, and what is true behind them.

    Attributes
    ----------
    factors : the constructs that were asked. order : items as they were asked.
    columns : of the file, in its order. variant : which of several truths was drawn.
    facts : what the key says of the truth. truth : what the key compares with what was found.
    """

    factors: tuple[str, ...]
    order: tuple[str, ...]
    columns: Mapping[str, Sequence[Cell]]
    variant: str
    facts: Mapping[str, object]
    truth: Mapping[str, object] = field(default_factory=dict)


Draw = Callable[[int], Iterator[float]]


def plant(name: str, seed: int) -> Planted:
    """Make the answers of an exercise.

    >>> made = plant("factor_count", 1)
    >>> made.variant == plant("factor_count", 1).variant, len(made.columns["engc1"])
    (True, 300)
    """

    def draw(part: int) -> Iterator[float]:
        return uniforms(seed, zlib.crc32(f"{name}:{part}".encode()))

    return PLANTS[name](draw)


def _careless(draw: Draw) -> Planted:
    """A few respondents who do not read, and one item whose answers were stored from the other end."""
    factors, n = ("INVC", "INVA", "TRU", "SAT", "WOM"), 220
    chance = draw(0)
    item = f"tru{integer(chance, 1, 4)}"
    rows = shuffled(chance, range(n))
    straight, at_random = (rows[:4], rows[4:9]) if next(chance) < 0.5 else (rows[:5], rows[5:9])
    answers = _answers(factors, n, draw(1))
    answers = [_turned(one, item) | {ATTENTION: RIGHT - (next(chance) < 0.02)} for one in answers]
    for row in straight:
        answers[row] = straight_line(answers[row], integer(chance, 3, 5))
    for row in at_random:
        ticked = answer_at_random(answers[row], LOW, HIGH, chance)
        answers[row] = ticked | {ATTENTION: integer(chance, LOW, RIGHT - 1)}
    careless = sorted((*straight, *at_random))
    order = _order(factors, ATTENTION)
    pace = zip(normals(draw(2), n), range(n), strict=True)
    took: list[Cell] = [
        math.floor(len(order) * (1.1 if row in careless else 8.0) * math.exp(0.25 * z) + 0.5) for z, row in pace
    ]
    return Planted(
        factors,
        order,
        _columns(answers) | {SECONDS: took},
        "careless",
        {
            "straight": listing([row + 1 for row in sorted(straight)]),
            "random": listing([row + 1 for row in sorted(at_random)]),
            "count": len(careless),
            "item": item,
        },
        {"rows": [row + 1 for row in careless], "item": item},
    )


def _turned(answers: Answers, item: str) -> Answers:
    given = answers[item]
    return answers | {item: None if given is None else LOW + HIGH - given}


def _weak_and_repeated(draw: Draw) -> Planted:
    """One item that hardly measures its construct; in another scale two items that say nearly the same."""
    factors = ("TRU", "EMO", "WIL")
    weak, repeated, _ = shuffled(chance := draw(0), factors)
    item = integer(chance, 0, 3)
    first, second = sorted(shuffled(chance, range(4))[:2])
    codes = [one.code for one in dimensions_of(instruments_of((repeated,)))[repeated].items]
    loadings = {
        weak: tuple(0.12 if n == item else 0.76 for n in range(4)),
        repeated: (0.60, 0.60, 0.60, 0.60),
    }
    pair = (codes[first], codes[second])
    answers = _answers(factors, 320, draw(1), loadings=loadings, wording={pair: 0.75})
    code = dimensions_of(instruments_of((weak,)))[weak].items[item].code
    facts = {"item": code, "scale": named(weak), "loading": proportion(0.12, 2), "scale_2": named(repeated), "pair": listing(pair), "residual": proportion(0.75, 2)}  # fmt: skip
    return Planted(factors, _order(factors), _columns(answers), "weak", facts, {"item": code, "pair": set(pair)})


def _factor_count(draw: Draw) -> Planted:
    """Ten items of an instrument with three dimensions, which in truth measure one, two or three things."""
    factors = ("ENGC", "ENGA", "ENGB")
    chance = draw(0)
    count = integer(chance, 1, 3)
    joined = shuffled(chance, factors)
    apart: Mapping[int, list[tuple[str, ...]]] = {
        1: [factors],
        2: [(joined[0], joined[1]), (joined[2],)],
        3: [(one,) for one in factors],
    }
    groups = apart[count]
    whole = dimensions_of(instruments_of(factors))
    made = {group[0]: _joined(whole, group) for group in groups}
    answers = _answers(tuple(made), 300, draw(1), dimensions=made, correlation=0.35)
    answers = _in_order(answers, _items(factors))
    said = listing(
        [Text(*(" + ".join(named(one)[lang] for one in group) for lang in ("en", "id"))) for group in groups]
    )
    return Planted(
        factors, _order(factors), _columns(answers), str(count), {"groups": said, "count": count}, {"count": count}
    )


def _joined(whole: Mapping[str, Dimension], group: Sequence[str]) -> Dimension:
    """One dimension that holds the items of several."""
    return replace(whole[group[0]], items=tuple(item for code in group for item in whole[code].items))


def _misfit(draw: Draw) -> Planted:
    """A model that is right, one with an item in the wrong scale, or one with two items that share their wording."""
    factors = ("TRU", "EMO", "SAT", "WOM")
    chance = draw(0)
    variant = ("right", "misplaced", "alike")[integer(chance, 0, 2)]
    home, other = shuffled(chance, ("TRU", "EMO"))
    whole = dict(dimensions_of(instruments_of(factors)))
    codes = [item.code for item in whole[home].items]
    first, second = sorted(shuffled(chance, codes)[:2])
    loadings, wording = {}, {}
    if variant == "misplaced":
        moved = next(item for item in whole[home].items if item.code == first)
        whole[home] = replace(whole[home], items=tuple(item for item in whole[home].items if item != moved))
        whole[other] = replace(whole[other], items=(*whole[other].items, moved))
        loadings = {home: (0.80, 0.78, 0.76), other: (0.80, 0.82, 0.78, 0.76, 0.70)}
    if variant == "alike":
        wording = {(first, second): 0.60}
    answers = _answers(factors, 350, draw(1), loadings=loadings, wording=wording, dimensions=whole)
    answers = _in_order(answers, _items(factors))
    facts = {"item": first, "home": named(home), "other": named(other), "pair": listing((first, second))}
    wanted = {"right": None, "misplaced": {other, first}, "alike": {first, second}}[variant]
    return Planted(factors, _order(factors), _columns(answers), variant, facts, {"names": wanted})


def _overlap(draw: Draw) -> Planted:
    """Two constructs that are nearly one, and a third whose items hardly go together."""
    factors = ("TRU", "EMO", "SAT", "WOM")
    one, other, weak, _ = shuffled(draw(0), factors)
    one, other = sorted((one, other), key=factors.index)
    size = len(PROFILES[weak].loadings)
    answers = _answers(
        factors,
        320,
        draw(1),
        loadings={weak: (0.52, 0.48, 0.55, 0.50)[:size]},
        correlations={(one, other): 0.97},
    )
    facts = {"one": named(one), "other": named(other), "correlation": proportion(0.97, 2), "weak": named(weak)}
    return Planted(
        factors, _order(factors), _columns(answers), "overlap", facts, {"pair": f"{one} ~~ {other}", "weak": weak}
    )


def _uneven_groups(draw: Draw) -> Planted:
    """An item that one group answers higher, whatever its construct; and a construct on which the groups differ in truth."""
    factors, n = ("TRU", "SAT", "EMO"), 380
    chance = draw(0)
    biased, differing, _ = shuffled(chance, factors)
    item = shuffled(chance, _items((biased,)))[0]
    higher, taller = shuffled(chance, GENDER)[0], shuffled(chance, GENDER)[0]
    gender = [GENDER[row % 2] for row in shuffled(chance, range(n))]
    moved = _items((differing,))
    shifts = [
        ({item: 1.0} if one == higher else {}) | (dict.fromkeys(moved, 0.7) if one == taller else {}) for one in gender
    ]
    answers = _answers(factors, n, draw(1), shifts=shifts)
    facts = {"item": item, "higher": GENDER_NAMES[higher], "shift": number(1.0, 1), "scale": named(differing), "taller": GENDER_NAMES[taller], "difference": number(0.7, 1)}  # fmt: skip
    columns: dict[str, Sequence[Cell]] = {"gender": gender}
    return Planted(
        factors, _order(factors), columns | _columns(answers), "uneven", facts, {"item": item, "construct": differing}
    )


def _mediation(draw: Draw) -> Planted:
    """Satisfaction, trust, word of mouth: the effect runs over trust altogether, in part, or not at all."""
    factors = ("SAT", "TRU", "WOM")
    variant = ("whole", "part", "none")[integer(draw(0), 0, 2)]
    a, b, c = {"whole": (0.55, 0.50, 0.0), "part": (0.55, 0.40, 0.35), "none": (0.55, 0.0, 0.50)}[variant]
    paths = {("SAT", "TRU"): a, ("TRU", "WOM"): b, ("SAT", "WOM"): c}
    answers = _answers(factors, 400, draw(1), paths=paths)
    facts = {"a": proportion(a, 2), "b": proportion(b, 2), "c": proportion(c, 2)}
    return Planted(factors, _order(factors), _columns(answers), variant, facts, {"a": a, "b": b, "c": c})


def _missing(draw: Draw) -> Planted:
    """Answers on word of mouth that are missing by chance, or above all from those who are not satisfied."""
    factors, n = ("SAT", "TRU", "WOM"), 360
    chance = draw(0)
    variant = ("chance", "dependent")[integer(chance, 0, 1)]
    whole = _answers(factors, n, draw(1), correlation=0.55)
    about, asked = _items(("SAT",)), _items(("WOM",))
    level = [sum(one[item] or 0 for item in about) for one in whole]
    middle = sorted(level)[n // 2]
    low, high = (0.30, 0.30) if variant == "chance" else (0.55, 0.05)
    shares = [low if value < middle else high for value in level]
    skipped = [next(chance) < share for share in shares]
    gaps: list[Answers] = [
        one | dict.fromkeys(asked) if gone else one for one, gone in zip(whole, skipped, strict=True)
    ]
    mean = sum(one[item] or 0 for one in whole for item in asked) / (n * len(asked))
    facts = {"count": sum(skipped), "n": n, "mean": number(mean, 2), "times": number(low / high, 0)}
    return Planted(factors, _order(factors), _columns(gaps), variant, facts, {"mean": mean})


def _answers(
    factors: tuple[str, ...],
    n: int,
    stream: Iterator[float],
    *,
    loadings: Mapping[str, tuple[float, ...]] | None = None,
    wording: Mapping[tuple[str, str], float] | None = None,
    dimensions: Mapping[str, Dimension] | None = None,
    correlation: float = 0.40,
    correlations: Mapping[tuple[str, str], float] | None = None,
    paths: Mapping[tuple[str, str], float] | None = None,
    shifts: Sequence[Mapping[str, float]] = (),
) -> list[Answers]:
    """Answers on constructs that all correlate alike, but where something else is said."""
    asked = dimensions or dimensions_of(instruments_of(factors))
    measures = tuple(_measure(code, asked[code], (loadings or {}).get(code)) for code in factors)
    pairs = dict.fromkeys(combinations(factors, 2), correlation) if not paths else {}
    population = Population(measures, paths or {}, correlations=pairs | dict(correlations or {}), wording=wording or {})
    return respond(population, asked, stream, shifts or [{}] * n)


def _measure(code: str, dimension: Dimension, loadings: tuple[float, ...] | None) -> Measure:
    profile, size = PROFILES[code], len(dimension.items)
    usual = tuple(profile.loadings[n % len(profile.loadings)] for n in range(size))
    location = tuple(profile.location[n % len(profile.location)] for n in range(size))
    return Measure(code, loadings or usual, location, profile.spread)


def _items(factors: Sequence[str]) -> list[str]:
    asked = dimensions_of(instruments_of(factors))
    return [item.code for code in factors for item in asked[code].items]


def _order(factors: Sequence[str], *further: str) -> tuple[str, ...]:
    """Items as they were asked: one of every scale in turn; further items in the middle."""
    turns = zip_longest(*(_items((code,)) for code in factors))
    order = [item for turn in turns for item in turn if item is not None]
    middle = len(order) // 2
    return (*order[:middle], *further, *order[middle:])


def _in_order(answers: Sequence[Answers], items: Sequence[str]) -> list[Answers]:
    """The same answers with the columns in the order of the instruments, whichever factor an item measures."""
    return [{item: one[item] for item in items} for one in answers]


def _columns(answers: Sequence[Answers]) -> dict[str, Sequence[Cell]]:
    return {item: [one[item] for one in answers] for item in answers[0]}


GENDER_NAMES: Mapping[str, Text] = {"female": Text("women", "perempuan"), "male": Text("men", "laki-laki")}
PLANTS: Mapping[str, Callable[[Draw], Planted]] = {
    "careless": _careless,
    "weak_and_repeated": _weak_and_repeated,
    "factor_count": _factor_count,
    "misfit": _misfit,
    "overlap": _overlap,
    "uneven_groups": _uneven_groups,
    "mediation": _mediation,
    "missing": _missing,
}
