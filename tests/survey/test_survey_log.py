"""Every sentence of the log says the same in both languages."""

from __future__ import annotations

from string import Formatter

import pytest

from cocsem.survey.log import SENTENCES, entry, listed

GRAMMAR = {"s", "were", "their"}


def fields(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


@pytest.mark.parametrize("step", SENTENCES)
def test_both_languages_carry_the_same_values(step):
    text = SENTENCES[step]
    assert text.en != text.id and text.id.endswith((".", "?"))
    assert fields(text.en) - GRAMMAR == fields(text.id)


def test_singular_and_plural():
    assert entry("empty", 1).text.en.startswith("1 row without any answered item was")
    assert entry("empty", 2).text.en.startswith("2 rows without any answered item were")
    assert listed([str(k) for k in range(20)]).endswith("(20)")
