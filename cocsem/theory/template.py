"""A commented theory file to start from; it loads as it stands."""

from __future__ import annotations

from cocsem.instrument.checks import require_code

_TEMPLATE = """\
# A theory of your own for cocsem. Lines that start with # are comments.
# Every text is written in English (en) and in Indonesian (id).
# Check it:  python -m cocsem theories show @code@.toml
# Use it:    python -m cocsem fit SURVEY --theory @code@.toml

code = "@code@"
title = { en = "Title of the theory", id = "Judul teori" }
about = { en = "What the theory explains, and for whom.", id = "Apa yang dijelaskan teori ini, dan untuk siapa." }

# Where the constructs come from: codes of instruments on the shelf (python -m cocsem instruments list),
# or files of your own, relative to this file, such as "my_scale.toml".
instruments = ["customer_trust", "customer_satisfaction", "word_of_mouth"]

# Optional: pairs of constructs that no path joins and whose unexplained parts may covary, such as
# covariances = [["FIRST", "SECOND"]]

# One path each: from the code of a construct to the code of a construct, with the sign you expect ("+" or "-").
[[hypothesis]]
id = "H1"
from = "SAT"
to = "TRU"
sign = "+"
statement = { en = "Customer satisfaction increases trust.", id = "Kepuasan pelanggan meningkatkan kepercayaan." }
# claims = ["000-2"]               # optional: ids of theories/claims.toml that the path rests on
# references = ["chaudhuri2001"]   # optional: keys of sources that cocsem knows

[[hypothesis]]
id = "H2"
from = "TRU"
to = "WOM"
sign = "+"
statement = { en = "Trust increases word of mouth.", id = "Kepercayaan meningkatkan komunikasi dari mulut ke mulut." }

# Optional: competing models, always fitted beside the theory and compared with it.
# `replace` puts another path in the place of one; without `by` the path is taken out. `add` puts a path in.
[[rival]]
id = "M2"
title = { en = "Trust first", id = "Kepercayaan lebih dahulu" }
why = { en = "Trust may come first.", id = "Kepercayaan mungkin mendahului." }
replace = [{ from = "SAT", to = "TRU", by = { from = "TRU", to = "SAT", sign = "+" } }]
add = [{ from = "SAT", to = "WOM" }]
"""


def theory_template(code: str) -> str:
    """Return a commented theory file with this code, to be filled in.

    Parameters
    ----------
    code : code of the new theory: a letter, then letters, digits and _.

    Raises
    ------
    ShelfError : the code is no such word.

    >>> theory_template("my_theory").splitlines()[5]
    'code = "my_theory"'
    """
    return _TEMPLATE.replace("@code@", require_code(code, "The code of a theory"))
