"""What the rows of a measurement model are called: by group_partial, and in a sentence."""

from __future__ import annotations

from cocsem.assessment.invariance.types import Key
from cocsem.language import Text

KINDS = {
    "loadings": Text("loadings", "muatan"),
    "intercepts": Text("intercepts", "intersep"),
    "residuals": Text("residual variances", "varians residual"),
    "thresholds": Text("thresholds", "ambang"),
}
_ROWS = {
    "=~": Text("the loading of {item} on {factor}", "muatan {item} pada {factor}"),
    "~1": Text("the intercept of {item}", "intersep {item}"),
    "|": Text("the threshold {rhs} of {item}", "ambang {rhs} {item}"),
    "~~": Text("the residual variance of {item}", "varians residual {item}"),
}


def item_of(key: Key) -> str:
    """Return the item that a measurement row belongs to."""
    return key[2] if key[1] == "=~" else key[0]


def written(key: Key) -> str:
    """Write a row as `group_partial` takes it.

    >>> written(("x1", "~1", ""))
    'x1 ~ 1'
    """
    return f"{key[0]} ~ 1" if key[1] == "~1" else f"{key[0]} {key[1]} {key[2]}"


def in_words(key: Key) -> Text:
    """Name a row in a sentence.

    >>> in_words(("x1", "~1", ""))["id"]
    'intersep x1'
    """
    return _ROWS[key[1]].format(item=item_of(key), factor=key[0], rhs=key[2])


def in_cell(key: Key) -> Text:
    """Name a row in a table.

    >>> in_cell(("x1", "~1", "")).en
    'intercept of x1'
    """
    words = in_words(key)
    return Text(words.en.removeprefix("the "), words.id)
