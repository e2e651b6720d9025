"""The tables of the paper as LaTeX, for booktabs: one file to \\input, or to copy from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cocsem.language import Text
from cocsem.report.render.symbols import marked
from cocsem.report.tables import PrintedTable, print_table
from cocsem.report.tables.paper import paper_tables
from cocsem.report.types import Report

_HEAD = Text(
    "% Needs \\usepackage{booktabs}, \\usepackage{longtable} and, without XeLaTeX or LuaLaTeX, \\usepackage[utf8]{inputenc}.",
    "% Memerlukan \\usepackage{booktabs}, \\usepackage{longtable}, dan, tanpa XeLaTeX atau LuaLaTeX, \\usepackage[utf8]{inputenc}.",
)
_NOTE = Text("Note.", "Catatan.")
_SPECIAL = {c: f"\\{c}" for c in "&%$#_{}"} | {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "−": "$-$",
    "→": r"$\rightarrow$",
    "α": r"$\alpha$",
    "β": r"$\beta$",
    "ω": r"$\omega$",
    "χ": r"$\chi$",
    "²": r"$^2$",
    "Δ": r"$\Delta$",
    "≤": r"$\leq$",
    "≥": r"$\geq$",
    "λ": r"$\lambda$",
    "√": r"$\surd$",
}
_ITALIC = r"\textit{{{}}}"
_CHARACTER = re.compile("|".join(map(re.escape, _SPECIAL)))


def render_latex(report: Report) -> str:
    """Write the tables of the paper as LaTeX text."""
    parts = [_HEAD[report.lang]]
    for tables in paper_tables(report.assessments).values():
        parts += ["\n".join(_table(print_table(table, report.lang), report.lang)) for table in tables]
    return "\n\n".join(parts) + "\n"


def escape_latex(text: str) -> str:
    """Keep every character as it is read: nothing a person wrote may turn into a command.

    >>> print(escape_latex(r"a_b & 5 % \\input χ²"))
    a\\_b \\& 5 \\% \\textbackslash{}input $\\chi$$^2$
    """
    return _escape_part(" ".join(text.split()))


def _escape_part(text: str) -> str:
    return _CHARACTER.sub(lambda found: _SPECIAL[found[0]], text)


def _table(table: PrintedTable, lang: str) -> Iterator[str]:
    form = "".join("r" if column.numeric and place else "l" for place, column in enumerate(table.columns))
    yield rf"\begin{{longtable}}{{@{{}}{form}@{{}}}}"
    yield rf"\caption{{{escape_latex(table.title)}}}\label{{tab:{re.sub(r'[^A-Za-z0-9]+', '-', table.key)}}}\\"
    head = " & ".join(marked(c.header, _escape_part, _ITALIC, header=True) for c in table.columns)
    yield rf"\toprule {head} \\ \midrule \endfirsthead"
    yield rf"\toprule {head} \\ \midrule \endhead"
    yield r"\bottomrule \endlastfoot"
    for row in table.rows:
        cells = (rf"\textbf{{{escape_latex(c.text)}}}" if c.strong and c.text else escape_latex(c.text) for c in row)
        yield " & ".join(cells) + r" \\"
    yield r"\end{longtable}"
    if table.notes:
        yield rf"\noindent\textit{{{_NOTE[lang]}}} {marked(' '.join(' '.join(table.notes).split()), _escape_part, _ITALIC)}"
