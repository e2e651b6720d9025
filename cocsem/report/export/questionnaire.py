"""A questionnaire made of instruments: its items in the order in which they are asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from cocsem.chance import generator
from cocsem.errors import UsageError
from cocsem.instrument.types import Instrument, Item, Scale
from cocsem.language import Text

_DIFFERENTIAL = "semantic_differential"
POLES = " – "
TITLE = Text("Questionnaire", "Kuesioner")
ASK = Text(
    "Please mark one answer in every line. There are no right or wrong answers.",
    "Beri tanda pada satu jawaban di setiap baris. Tidak ada jawaban yang benar atau salah.",
)
ASK_BETWEEN = Text(
    "Please mark in every line the place between the two descriptions that comes closest to what you think.",
    "Tandai pada setiap baris posisi di antara kedua gambaran yang paling mendekati pendapat Anda.",
)


@dataclass(frozen=True, slots=True)
class Block:
    """Items that stand together because they are answered on the same scale."""

    scale: Scale
    items: tuple[Item, ...]

    @property
    def instruction(self) -> Text:
        """What the respondent is asked to do."""
        return ASK_BETWEEN if self.scale.kind == _DIFFERENTIAL else ASK


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Blocks of items in the order in which they are asked; `seed` is None when that is the order of the instruments."""

    title: Text
    instruments: tuple[Instrument, ...]
    blocks: tuple[Block, ...]
    seed: int | None = None

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in the order in which they are asked."""
        return tuple(item for block in self.blocks for item in block.items)


def make_questionnaire(instruments: Sequence[Instrument], *, seed: int | None = None) -> Questionnaire:
    """Put instruments together to one questionnaire; its title does not tell respondents what is measured.

    Parameters
    ----------
    instruments : the scales, in the order in which they are asked.
    seed : None keeps the order of the instruments; a number shuffles the items among those of the same response scale,
        always in the same way for the same number.

    Raises
    ------
    UsageError : no instrument, or one item code in two instruments.

    >>> from cocsem.instrument.load import load_instrument
    >>> asked = make_questionnaire([load_instrument("product_involvement")], seed=1)
    >>> sorted(item.code for item in asked.items) == sorted(i.code for i in asked.instruments[0].items)
    True
    """
    items = [item for instrument in instruments for item in instrument.items]
    codes = [item.code for item in items]
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if not items or twice:
        raise UsageError(
            f"Every item of a questionnaire must have a code of its own, but {', '.join(twice)} stands in two instruments. Leave one out."
            if twice
            else "A questionnaire must be made of at least one instrument; none was given. See: python -m cocsem instruments list."
        )
    blocks = _in_order(items) if seed is None else _shuffled(items, generator(seed))
    return Questionnaire(TITLE, tuple(instruments), tuple(blocks), seed)


def answers_of(scale: Scale, lang: str) -> list[tuple[int, str]]:
    """Every answer of a scale with its words, the number alone where it has none."""
    words = {anchor.value: anchor.text[lang] for anchor in scale.anchors}
    return [(value, words.get(value, str(value))) for value in range(scale.minimum, scale.maximum + 1)]


def poles_of(item: Item, lang: str) -> tuple[str, str]:
    """The two ends of an item of a semantic differential; of any other item its text and nothing."""
    text = item.text[lang]
    left, found, right = text.partition(POLES)
    return (left, right) if found and item.scale.kind == _DIFFERENTIAL else (text, "")


def _in_order(items: Sequence[Item]) -> Iterator[Block]:
    for scale, together in groupby(items, key=lambda item: item.scale):
        yield Block(scale, tuple(together))


def _shuffled(items: Sequence[Item], rng: np.random.Generator) -> Iterator[Block]:
    for scale in dict.fromkeys(item.scale for item in items):
        own = [item for item in items if item.scale == scale]
        yield Block(scale, tuple(own[i] for i in rng.permutation(len(own))))
