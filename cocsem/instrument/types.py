"""What an instrument is: items on a response scale, gathered in dimensions, dimensions in higher-order constructs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cocsem.display import Displayed
from cocsem.language import Text


@dataclass(frozen=True, slots=True)
class Anchor:
    """The words that stand for one answer: `value` as stored, `text` as printed."""

    value: int
    text: Text


@dataclass(frozen=True, slots=True)
class Scale:
    """A response scale: integers from `minimum` to `maximum`, some or all of them with words.

    `kind` is `likert` (every item uses the anchors) or `semantic_differential` (each item brings its own two poles).
    `missing` holds the codes that mean "no answer" (for example 99).
    """

    minimum: int
    maximum: int
    kind: str = "likert"
    anchors: tuple[Anchor, ...] = ()
    missing: tuple[float, ...] = ()

    @property
    def points(self) -> int:
        """Number of answer categories."""
        return self.maximum - self.minimum + 1


@dataclass(frozen=True, slots=True)
class Item:
    """One question: `code` is its column name, `reverse` says that it is scored `minimum + maximum - answer`.

    For a semantic differential `text` reads "left pole – right pole" and the answers run from left to right.
    """

    code: str
    text: Text
    scale: Scale
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Dimension:
    """A first-order factor: the items that reflect it."""

    code: str
    name: Text
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class HigherOrder:
    """A second-order factor: the codes of the dimensions that reflect it."""

    code: str
    name: Text
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Instrument(Displayed):
    """A questionnaire scale as its TOML file states it.

    `status` is printed wherever the instrument is used ("original wording, not yet validated");
    `structure` holds the reference keys of the scale whose structure it follows.
    """

    code: str
    title: Text
    purpose: Text
    dimensions: tuple[Dimension, ...]
    higher: tuple[HigherOrder, ...]
    status: Text
    structure: tuple[str, ...]
    path: str = ""

    @property
    def items(self) -> tuple[Item, ...]:
        """All items in the order of the questionnaire."""
        return tuple(item for dimension in self.dimensions for item in dimension.items)

    @property
    def constructs(self) -> tuple[str, ...]:
        """Codes of all factors, first-order and higher-order."""
        return tuple(d.code for d in self.dimensions) + tuple(h.code for h in self.higher)

    def factor(self, code: str) -> Dimension | HigherOrder:
        """Return the dimension or higher-order construct with this code; KeyError if there is none."""
        for factor in self._factors():
            if factor.code == code:
                return factor
        raise KeyError(code)

    def _factors(self) -> Iterator[Dimension | HigherOrder]:
        yield from self.dimensions
        yield from self.higher
