"""The scoring key: reverse-scored items are turned so that a high score always means more of the construct."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from cocsem.errors import SurveyError
from cocsem.instrument.types import Item


def score(answers: pd.DataFrame, items: Iterable[Item]) -> pd.DataFrame:
    """Turn the answers to reverse-scored items: score = minimum + maximum - answer.

    Parameters
    ----------
    answers : (n, p) numbers, one column per item code; missing answers are NaN and stay so.
    items : the items to score; every one must have a column. Other columns are kept as they are.

    Returns
    -------
    A new (n, p) frame with the same index and columns; the columns of `items` are float.

    Raises
    ------
    SurveyError : an item has no column, or its column holds something else than numbers.

    >>> from cocsem.instrument.load import load_instrument
    >>> inva2 = load_instrument("product_involvement").factor("INVA").items[1]
    >>> score(pd.DataFrame({"inva2": [1, 7]}), [inva2])["inva2"].tolist()
    [7.0, 1.0]
    """
    scored = answers.copy()
    for item in items:
        if item.code not in scored:
            raise SurveyError(
                f"Item '{item.code}' must have a column to be scored, but the answers hold none of that name."
            )
        try:
            column = scored[item.code].astype(float)
        except (TypeError, ValueError) as fault:
            raise SurveyError(f"Item '{item.code}' must hold numbers to be scored: {fault}.") from None
        scored[item.code] = item.scale.minimum + item.scale.maximum - column if item.reverse else column
    return scored
