"""Small instruments and survey files, built by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from survey_samples import FIVE, SEVEN, instrument_of, scale_of

from cocsem.instrument.types import Dimension, HigherOrder, Instrument, Item, Scale
from cocsem.language import Text


@pytest.fixture
def trust5() -> Instrument:
    return instrument_of(scale_of(FIVE))


@pytest.fixture
def trust7() -> Instrument:
    return instrument_of(scale_of(SEVEN))


@pytest.fixture
def poles() -> Instrument:
    """A semantic differential with two dimensions and a higher-order construct."""
    scale = Scale(1, 7, kind="semantic_differential")
    name = Text("Interest", "Minat")
    words = [("dull", "vivid"), ("small", "large"), ("cold", "warm"), ("loose", "tight")]
    items = [
        Item(f"sd{k}", Text(f"{a} – {b}", f"id{a} – id{b}"), scale, reverse=k == 2) for k, (a, b) in enumerate(words, 1)
    ]
    dimensions = (Dimension("SDA", name, tuple(items[:2])), Dimension("SDB", name, tuple(items[2:])))
    return Instrument("poles", name, name, dimensions, (HigherOrder("SD", name, ("SDA", "SDB")),), name, ())


@pytest.fixture
def answers() -> list[list[int]]:
    """Twenty unlike rows of four answers on 1..5; every point occurs in every column."""
    return [
        [row % 5 + 1, (row * 2 + row // 5) % 5 + 1, row // 4 + 1, (row * 3 + row // 2) % 5 + 1] for row in range(20)
    ]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as separated text and give the path."""

    def write_rows(
        header: Sequence[object],
        rows: Sequence[Sequence[object]],
        *,
        separator: str = ",",
        encoding: str = "utf-8",
        name: str = "survey.csv",
    ) -> Path:
        def cell(value: object) -> str:
            text = str(value)
            return '"' + text.replace('"', '""') + '"' if separator in text or '"' in text or "\n" in text else text

        lines = [separator.join(cell(value) for value in row) for row in [header, *rows]]
        path = tmp_path / name
        path.write_bytes(("\r\n".join(lines) + "\r\n").encode(encoding))
        return path

    return write_rows
