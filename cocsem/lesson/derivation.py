"""From the steps of a file to a computation: the formula, the formula with its numbers, the value.

One expression serves all three, so that what is printed is what was computed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping

from cocsem.estimation.distributions import chi2_quantile, chi2_sf, noncentral_chi2_cdf, noncentrality_at
from cocsem.language import LANGUAGES, Text
from cocsem.lesson.index_shelf import load_symbols
from cocsem.lesson.types import Instruction, Step, Way
from cocsem.model.arithmetic import Dialect, expression_text
from cocsem.model.expressions import parse_expression
from cocsem.report.render.symbols import together

# What a rule computes from a value, its limit and one number more, and how that is written.
RULES: Mapping[str, tuple[Callable[[float, float, float], float], str]] = {
    "": (lambda value, limit, more: value, "{of}"),
    "max": (lambda value, limit, more: max(value, limit), "max({of}, {limit})"),
    "tail": (lambda value, limit, more: chi2_sf(value, limit), "P(χ²({limit}) ≥ {of})"),
    "quantile": (lambda value, limit, more: chi2_quantile(value, limit), "Q({of}; χ²({limit}))"),
    "noncentrality": (noncentrality_at, "λ(P(χ²({limit}, λ) ≤ {of}) = {more})"),
    "noncentral_tail": (
        lambda value, limit, more: 1.0 - noncentral_chi2_cdf(value, limit, more),
        "P(χ²({limit}, {more}) ≥ {of})",
    ),
}
_DIALECT = Dialect(functions={"log": "ln", "sqrt": "√"})
_SAME = 1e-9


def follow(way: Way, numbers: Mapping[str, float], wanted: float) -> tuple[Step, ...]:
    """Do the steps of a way; () where a number is missing, or where they do not arrive at the number wanted.

    Parameters
    ----------
    way : the steps. numbers : what is known, by name. wanted : the number of the fit.

    >>> way = Way("cfi", (Instruction("d", "chisq - df", "max", "0"), Instruction("cfi", "1 - d / 60")))
    >>> [(step.symbol, step.filled.en, step.value) for step in follow(way, {"chisq": 30.0, "df": 24.0}, 0.9)]
    [('d', 'max(30 − 24, 0)', 6.0), ('CFI', '1 − 6 / 60', 0.9)]
    """
    known, done = dict(numbers), []
    for instruction in way.steps:
        value = _value(instruction, known)
        if value is None:
            return ()
        done.append(Step(_sign(instruction.name), formula(instruction), _filled(instruction, known), value))
        known[instruction.name] = value
    return tuple(done) if _equal(done[-1].value, wanted) else ()


def formula(instruction: Instruction) -> str:
    """Write a step with its symbols.

    >>> formula(Instruction("d", "chisq - df", "max", "0"))
    'max(χ² − df, 0)'
    """
    return _written(instruction, {name: symbol.sign for name, symbol in load_symbols().items()})


def labels_of(instruction: Instruction) -> tuple[str, ...]:
    """Return the names of the numbers that a step uses."""
    parts = [parse_expression(text) for text in (instruction.of, instruction.limit, instruction.more) if text]
    return tuple(dict.fromkeys(label for part in parts for label in part.labels()))


def short_number(value: float, lang: str) -> str:
    """Write a number inside a formula: whole numbers whole, others with three decimals, small ones with four.

    >>> short_number(24.0, "en"), short_number(85.30552, "id"), short_number(-0.01234, "en"), short_number(8.5e-9, "en")
    ('24', '85,306', '-0.0123', '8.50×10⁻⁹')
    """
    if value == int(value) and abs(value) < 1e9:
        return str(int(value))
    small = abs(value) < 0.001
    text = f"{value:.2e}" if small else f"{value:.{3 if abs(value) >= 1 else 4}f}"
    text = together(text).replace("\u00a0", "")
    return text.replace(".", ",") if lang == "id" else text


def _value(instruction: Instruction, known: Mapping[str, float]) -> float | None:
    if any(math.isnan(known.get(label, math.nan)) for label in labels_of(instruction)):
        return None
    try:
        given = [_evaluate(text, known) for text in (instruction.of, instruction.limit, instruction.more)]
    except (ZeroDivisionError, OverflowError, ValueError):
        return None
    if any(isinstance(number, complex) for number in given):
        return None
    return float(RULES[instruction.rule][0](*given))


def _evaluate(text: str, known: Mapping[str, float]) -> float:
    value: float = parse_expression(text).evaluate(known) if text else 0.0
    return value


def _filled(instruction: Instruction, known: Mapping[str, float]) -> Text:
    used = {name: known[name] for name in labels_of(instruction)}
    names = {lang: {name: short_number(value, lang) for name, value in used.items()} for lang in LANGUAGES}
    return Text(*(_written(instruction, names[lang]) for lang in LANGUAGES))


def _written(instruction: Instruction, names: Mapping[str, str]) -> str:
    texts = {"of": instruction.of, "limit": instruction.limit, "more": instruction.more}
    return RULES[instruction.rule][1].format(**{k: _typeset(v, names) for k, v in texts.items()})


def _typeset(text: str, names: Mapping[str, str]) -> str:
    """Write an expression as print does."""
    plain = expression_text(parse_expression(text), names, _DIALECT) if text else ""
    return plain.replace("*", " × ").replace("/", " / ").replace("-", "−").replace("^2", "²")


def _sign(name: str) -> str:
    found = load_symbols().get(name)
    return found.sign if found else name


def _equal(value: float, wanted: float) -> bool:
    return math.isclose(value, wanted, rel_tol=_SAME, abs_tol=_SAME)


def legend(ways: Iterable[Way]) -> Iterator[tuple[str, Text]]:
    """Yield the symbols of these ways that mean something by themselves, and their rules, with their meaning."""
    labels = [name for way in ways for step in way.steps for name in (*labels_of(step), step.rule)]
    for label in dict.fromkeys(labels):
        symbol = load_symbols().get(label)
        if symbol is not None and symbol.meaning is not None:
            yield symbol.sign, symbol.meaning
