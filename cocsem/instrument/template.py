"""A commented instrument file to start from; it loads as it stands."""

from __future__ import annotations

from cocsem.instrument.checks import require_code

_TEMPLATE = """\
# An instrument of your own for cocsem. Lines that start with # are comments.
# Every text is written in English (en) and in Indonesian (id).
# Check it:  python -m cocsem instruments show @code@.toml
# Use it:    python -m cocsem validate SURVEY --instrument @code@.toml

code = "@code@"
title = { en = "Title of the scale", id = "Judul skala" }
purpose = { en = "What it measures, and whom you ask.", id = "Apa yang diukur, dan siapa yang ditanya." }
# Printed wherever the instrument is used: say honestly how far it has been tested, and whose wording it is.
status = { en = "own wording, not yet validated", id = "redaksi sendiri, belum divalidasi" }
# structure = ["zaichkowsky1994"]   # optional: keys of sources that cocsem knows, whose structure you follow

[scale]
minimum = 1
maximum = 5
kind = "likert"        # or "semantic_differential": then each item has `poles` instead of `text`
missing = [99]         # codes in your file that mean "no answer"; leave the list empty if there are none

# The words of the answers, as they may stand in the file instead of numbers.
[[scale.anchor]]
value = 1
text = { en = "Strongly disagree", id = "Sangat tidak setuju" }
[[scale.anchor]]
value = 2
text = { en = "Disagree", id = "Tidak setuju" }
[[scale.anchor]]
value = 3
text = { en = "Neutral", id = "Netral" }
[[scale.anchor]]
value = 4
text = { en = "Agree", id = "Setuju" }
[[scale.anchor]]
value = 5
text = { en = "Strongly agree", id = "Sangat setuju" }

# A dimension is one factor; three items or more let it be tested on its own.
# The code of an item is the name of its column in the survey file.
[[dimension]]
code = "FIRST"
name = { en = "first dimension", id = "dimensi pertama" }

[[dimension.item]]
code = "first1"
text = { en = "First statement of the first dimension.", id = "Pernyataan pertama dimensi pertama." }

[[dimension.item]]
code = "first2"
text = { en = "Second statement of the first dimension.", id = "Pernyataan kedua dimensi pertama." }

[[dimension.item]]
code = "first3"
text = { en = "Third statement, worded the other way round.", id = "Pernyataan ketiga, dengan arah terbalik." }
reverse = true         # scored minimum + maximum - answer

[[dimension]]
code = "SECOND"
name = { en = "second dimension", id = "dimensi kedua" }

[[dimension.item]]
code = "second1"
text = { en = "First statement of the second dimension.", id = "Pernyataan pertama dimensi kedua." }

[[dimension.item]]
code = "second2"
text = { en = "Second statement of the second dimension.", id = "Pernyataan kedua dimensi kedua." }

[[dimension.item]]
code = "second3"
text = { en = "Third statement of the second dimension.", id = "Pernyataan ketiga dimensi kedua." }

# Optional: a higher-order construct that shows itself in several dimensions. Take the # away to use it.
# [[higher]]
# code = "WHOLE"
# name = { en = "the whole construct", id = "konstruk keseluruhan" }
# dimensions = ["FIRST", "SECOND"]
"""


def instrument_template(code: str) -> str:
    """Return a commented instrument file with this code, to be filled in.

    Parameters
    ----------
    code : code of the new instrument: a letter, then letters, digits and _.

    Raises
    ------
    ShelfError : the code is no such word.

    >>> instrument_template("my_scale").splitlines()[5]
    'code = "my_scale"'
    """
    return _TEMPLATE.replace("@code@", require_code(code, "The code of an instrument"))
