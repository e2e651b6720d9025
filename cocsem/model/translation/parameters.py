"""Names of the parameters of a model, for programs in which one parameter has one name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping

from cocsem.errors import ModelError
from cocsem.model.arithmetic import decimal_text
from cocsem.model.expressions import Expression, parse_expression
from cocsem.model.types import ModelSpec


def label_meanings(spec: ModelSpec) -> dict[str, int | float]:
    """Map each label to the number of its free parameter (int), or to the value it is fixed at (float).

    >>> from cocsem.model.automatic import KINDS
    >>> from cocsem.model.build import build_spec
    >>> label_meanings(build_spec("y ~ a*x + b*z; b == a", KINDS["sem"]))
    {'a': 1, 'b': 1}
    """
    return {row.label: row.free or float(row.value or 0.0) for row in spec.rows if row.label}


def parameter_stems(spec: ModelSpec) -> dict[int, str]:
    """Return the name each free parameter would like: its first label, otherwise p and its number."""
    stems: dict[int, str] = {}
    for row in spec.rows:
        if row.free and row.label:
            stems.setdefault(row.free, row.label)
    return {number: stems.get(number, f"p{number}") for number in range(1, spec.n_free + 1)}


def named_parameters(spec: ModelSpec) -> set[int]:
    """Free parameters that need a name: labelled by the user, shared by several rows, or bounded."""
    counts = Counter(row.free for row in spec.rows)
    return {
        row.free
        for row in spec.rows
        if row.free and (row.label or counts[row.free] > 1 or row.lower is not None or row.upper is not None)
    }


def bounds(spec: ModelSpec) -> dict[int, tuple[float | None, float | None]]:
    """Bounds of each bounded free parameter, the narrowest of its rows."""
    found: dict[int, tuple[float | None, float | None]] = {}
    for row in spec.rows:
        if row.free and (row.lower is not None or row.upper is not None):
            low, high = found.get(row.free, (None, None))
            lows = [x for x in (low, row.lower) if x is not None]
            highs = [x for x in (high, row.upper) if x is not None]
            found[row.free] = (max(lows, default=None), min(highs, default=None))
    return found


def plain_definitions(spec: ModelSpec) -> dict[str, Expression]:
    """Parsed right-hand sides of the defined parameters, by name."""
    return {d.lhs: parse_expression(d.rhs) for d in spec.definitions}


def refuse_ordinal(spec: ModelSpec, program: str) -> None:
    """Thresholds and response scales are not translated, nor are latent variables without items (`=~ 0`).

    Raises
    ------
    ModelError
    """
    items = sorted({row.lhs for row in spec.rows if row.op in ("|", "~*~")})
    if items:
        raise ModelError(
            f"Only models of continuous items are translated to {program}; these are ordinal here: {', '.join(items)}. "
            "Use to_lavaan(), or fit without ordered=."
        )
    bare = [row.lhs for row in spec.rows if row.op == "=~" and row.lhs == row.rhs]
    if bare:
        raise ModelError(f"Latent variables without items are not translated to {program}: {bare[0]}. Use to_lavaan().")


def short_names(
    names: Iterable[str], length: int, *, stem: str = "v", reserved: frozenset[str] = frozenset()
) -> dict[str, str]:
    """Give every name a short one of ASCII letters, digits and underscores; no two differ by case alone.

    Names that are short and plain already stay as they are.

    >>> short_names(["x1", "satisfaction1", "satisfaction2", "_q"], 8)
    {'x1': 'x1', 'satisfaction1': 'satisfac', 'satisfaction2': 'satisfa1', '_q': 'v_q'}
    """
    wanted = list(dict.fromkeys(names))
    plain = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{length - 1}}}")
    taken = {word.upper() for word in reserved}
    short: dict[str, str] = {}
    for name in wanted:
        if plain.fullmatch(name) and name.upper() not in taken:
            short[name] = name
            taken.add(name.upper())
    for name in wanted:
        if name not in short:
            short[name] = _free_name(_ascii(name, stem), length, taken)
            taken.add(short[name].upper())
    return {name: short[name] for name in wanted}


def _ascii(name: str, stem: str) -> str:
    text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    text = re.sub(r"[^A-Za-z0-9_]+", "_", text)
    return text if text[:1].isalpha() else stem + text


def _free_name(text: str, length: int, taken: set[str]) -> str:
    candidate, n = text[:length], 0
    while candidate.upper() in taken:
        n += 1
        candidate = f"{text[: length - len(str(n))]}{n}"
    return candidate


def label_texts(spec: ModelSpec, names: Mapping[int, str]) -> dict[str, str]:
    """What to write for each label in an expression: the name of its parameter, or the number it is fixed at."""
    return {
        label: names[meaning] if isinstance(meaning, int) else decimal_text(meaning)
        for label, meaning in label_meanings(spec).items()
    }
