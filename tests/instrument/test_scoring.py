"""Reverse scoring: minimum + maximum - answer, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cocsem.errors import SurveyError
from cocsem.instrument import Item, Scale, load_instrument, score
from cocsem.language import Text

TEXT = Text("x", "y")
PLAIN = Item("plain", TEXT, Scale(1, 7))
TURNED = Item("turned", TEXT, Scale(1, 7), reverse=True)
FROM_ZERO = Item("zero", TEXT, Scale(0, 10), reverse=True)


def test_only_reversed_items_are_turned() -> None:
    answers = pd.DataFrame({"plain": [1, 7], "turned": [1, 7], "zero": [0, 3]}, index=[5, 9])
    scored = score(answers, [PLAIN, TURNED, FROM_ZERO])
    assert scored["plain"].tolist() == [1.0, 7.0]
    assert scored["turned"].tolist() == [7.0, 1.0]
    assert scored["zero"].tolist() == [10.0, 7.0]
    assert scored.index.tolist() == [5, 9]
    assert answers["turned"].tolist() == [1, 7]


def test_missing_answers_stay_missing() -> None:
    scored = score(pd.DataFrame({"turned": [np.nan, 2.0]}), [TURNED])
    assert scored["turned"].isna().tolist() == [True, False]


def test_other_columns_are_kept() -> None:
    scored = score(pd.DataFrame({"turned": [2], "city": ["Jember"]}), [TURNED])
    assert scored["city"].tolist() == ["Jember"]


@given(st.lists(st.integers(1, 7), min_size=1))
def test_scoring_twice_gives_the_answers_back(values: list[int]) -> None:
    answers = pd.DataFrame({"turned": values})
    assert score(score(answers, [TURNED]), [TURNED])["turned"].tolist() == values


def test_a_missing_column_is_named() -> None:
    with pytest.raises(SurveyError, match="'turned' must have a column"):
        score(pd.DataFrame({"plain": [1]}), [PLAIN, TURNED])


def test_words_cannot_be_scored() -> None:
    with pytest.raises(SurveyError, match="'turned' must hold numbers"):
        score(pd.DataFrame({"turned": ["Setuju"]}), [TURNED])


def test_each_facet_of_product_involvement_mixes_its_polarity() -> None:
    reversed_items = {item.code for item in load_instrument("product_involvement").items if item.reverse}
    assert reversed_items == {"invc2", "invc5", "inva2", "inva4"}
