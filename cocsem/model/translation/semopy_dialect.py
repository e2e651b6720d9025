"""semopy's language read: a description for `semopy.Model` becomes model text for `sem()`.

The two languages share `=~ ~ ~~`; everything else differs a little. The translation writes out what semopy would do on
its own: which loading it fixes, that outcomes do not covary, that a single indicator keeps its residual. What has no
counterpart is refused by name, with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import NamedTuple

from cocsem.errors import ModelSyntaxError
from cocsem.model.arithmetic import expression_text, number_text
from cocsem.model.expressions import parse_expression
from cocsem.model.roles import assign_roles
from cocsem.model.syntax import parse_syntax

_EFFECT = re.compile(r"(?P<left>[^=~:\"'(]+?)\s*(?P<op>=~|~~|~)(?![=~])\s*(?P<right>[^=~]+)")
_UPPER = re.compile(r"(?P<name>[A-Z][A-Z_]+)\s*(?:\((?P<inner>.*)\))?\s*(?P<onto>[\w\s.]*)")
_LOWER = re.compile(r"(?P<name>[a-z][a-z_]*)\s*(?P<inner>[^:\"'`]*?)\s*:\s*(?P<onto>.*)")
_QUOTED = re.compile(r"(?P<name>[a-z][a-z_]*)\s*[\"'`]\s*(?P<inner>.+?)\s*[\"'`]\s*(?P<onto>)")
_NAME = re.compile(r"[^\W\d][\w.]*")
_AUTOMATIC = re.compile(r"_[bc]\d+")
_SAMPLE = "START"  # as a factor of a term: hold the sample's value


class _Line(NamedTuple):
    """One line of the description without its comment."""

    text: str
    source: str
    number: int

    def fault(self, message: str, word: str = "") -> ModelSyntaxError:
        """Return the error that points at a word of this line."""
        column = max(self.source.find(word), 0) if word else len(self.source) - len(self.source.lstrip())
        return ModelSyntaxError(message, self.source, self.number, column)


class _Effect(NamedTuple):
    """`left op factor*right`; factor is a number, a label, or empty."""

    left: str
    op: str
    right: str
    factor: str
    line: _Line

    @property
    def fixed(self) -> float | None:
        """The number in front, if there is one."""
        try:
            return float(self.factor) if self.factor else None
        except ValueError:
            return None


@dataclass(slots=True)
class _Description:
    """What a description says, in order; a later effect on the same pair replaces the earlier one, as in semopy."""

    effects: dict[tuple[str, str, str], _Effect] = field(default_factory=dict)
    latent: dict[str, _Line] = field(default_factory=dict)
    starts: dict[str, float] = field(default_factory=dict)
    bounds: dict[str, tuple[float, float]] = field(default_factory=dict)
    named: list[tuple[str, _Line]] = field(default_factory=list)
    constraints: list[tuple[str, _Line]] = field(default_factory=list)


def from_semopy(text: str) -> str:
    """Read a description in semopy's language and write the same model as lavaan syntax.

    Parameters
    ----------
    text : a description for `semopy.Model`: `=~ ~ ~~`, START, BOUND, CONSTRAINT and DEFINE(latent), or the newer
        start, bound, constraint and latent.

    Returns
    -------
    Model text for `cocsem.sem` (whose automatic rules it expects). Variances carry no bounds: semopy holds them at or
    above zero, cocsem finds a negative one and reports it.

    Raises
    ------
    ModelSyntaxError : an operation without a counterpart, or a line that cannot be read, with its place.

    References: meshcheryakov2021

    >>> print(from_semopy("f =~ a*x1 + x2 + x3" + chr(10) + "BOUND(0, 2) a"))
    f =~ NA*x1 + a*x1 + lower(0)*x1 + upper(2)*x1 + 1*x2 + x3
    """
    description = _read(text)
    _check_names(description)
    effects = _with_measured(description)
    lines = _statements(effects, description)
    lines += _additions(effects, "\n".join(lines))
    lines += [_constraint(text, line, effects) for text, line in description.constraints]
    return "\n".join(lines)


def _read(text: str) -> _Description:
    description = _Description()
    for number, source in enumerate(text.replace("\u223c", "~").splitlines(), start=1):
        line = _Line(source.split("#", 1)[0].strip(), source, number)
        if line.text:
            _read_line(line, description)
    if not description.effects:
        raise ModelSyntaxError("A description must hold at least one line such as 'f =~ x1 + x2 + x3' or 'y ~ x'.")
    return description


def _read_line(line: _Line, description: _Description) -> None:
    effect = _EFFECT.fullmatch(line.text)
    if effect:
        _read_effect(effect, line, description)
        return
    operation = _UPPER.fullmatch(line.text) or _QUOTED.fullmatch(line.text) or _LOWER.fullmatch(line.text)
    if not operation or (operation["name"] == line.text and line.text not in _OPERATIONS):
        known = ", ".join(_OPERATIONS)
        raise line.fault(f"A line must be an effect (=~, ~ or ~~) or one of the operations known here: {known}.")
    if operation["name"] not in _OPERATIONS:
        raise line.fault(_unknown(operation["name"]), operation["name"])
    _OPERATIONS[operation["name"]](operation["inner"] or "", operation["onto"].split(), line, description)


def _read_effect(effect: re.Match[str], line: _Line, description: _Description) -> None:
    for left in effect["left"].split(","):
        for term in effect["right"].split("+"):
            factor, _, name = term.rpartition("*")
            one = _Effect(left.strip(), effect["op"], name.strip(), factor.strip(), line)
            _check_effect(one)
            key = (one.left, one.op, one.right)
            if one.op == "~~" and (one.right, one.op, one.left) in description.effects:
                key = (one.right, one.op, one.left)
            description.effects[key] = one._replace(left=key[0], right=key[2])


def _unknown(name: str) -> str:
    remedies = {
        "FORCE": "Leave it out: cocsem needs no such hint.",
        "ordinal": "Leave the line out and give ordered=[...] to sem().",
        "RF": "Random effects are not built.",
    }
    return f"semopy's operation '{name}' has no counterpart here. {remedies.get(name, 'Leave it out.')}"


def _check_effect(effect: _Effect) -> None:
    for name in (effect.left, effect.right):
        if name == "1" and effect.op == "~":
            raise effect.line.fault(
                "Intercepts ('~ 1') belong to semopy's ModelMeans, which treats means otherwise. Leave them out; "
                "sem(..., meanstructure=True) adds them.", effect.op)  # fmt: skip
        if not _NAME.fullmatch(name):
            raise effect.line.fault(
                f"A variable must stand where '{name}' stands: a letter, then letters, digits, points, underscores.",
                name,
            )
    if effect.factor == _SAMPLE:
        raise effect.line.fault(
            "'START*' holds a parameter at the sample's value, which has no counterpart here. Leave it out.", _SAMPLE
        )
    if effect.factor and effect.fixed is None and not _NAME.fullmatch(effect.factor):
        raise effect.line.fault(f"Before '*' must stand one number or one label, not '{effect.factor}'.", effect.factor)
    if effect.fixed is not None and not abs(effect.fixed) < float("inf"):
        raise effect.line.fault(
            f"Before '*' must stand one finite number or one label, not '{effect.factor}'.", effect.factor
        )


def _read_number(text: str, line: _Line) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if value != value:
        raise line.fault(f"A number must stand where '{text.strip()}' stands.", text.strip())
    return value


def _start(inner: str, onto: list[str], line: _Line, description: _Description) -> None:
    value = _read_number(inner, line)
    if abs(value) == float("inf"):
        raise line.fault("A starting value must be finite.", inner)
    description.named += [(label, line) for label in onto]
    description.starts.update(dict.fromkeys(onto, value))


def _bound(inner: str, onto: list[str], line: _Line, description: _Description) -> None:
    parts = inner.replace(",", " ").split()
    if len(parts) != 2:
        raise line.fault("BOUND must hold two numbers, the lower and the upper bound (-inf and inf for none).")
    low, high = (_read_number(part, line) for part in parts)
    if low > high:
        raise line.fault("The first number of BOUND must be the smaller one.", inner)
    description.named += [(label, line) for label in onto]
    description.bounds.update(dict.fromkeys(onto, (low, high)))


def _constrain(inner: str, onto: list[str], line: _Line, description: _Description) -> None:
    description.constraints.append((inner, line))


def _latent(inner: str, onto: list[str], line: _Line, description: _Description) -> None:
    for name in onto:
        description.latent.setdefault(name, line)


def _define(inner: str, onto: list[str], line: _Line, description: _Description) -> None:
    if inner.strip() != "latent":
        raise line.fault(
            _unknown(inner.strip() if inner.strip() == "ordinal" else f"DEFINE({inner.strip()})"), "DEFINE"
        )
    _latent(inner, onto, line, description)


_OPERATIONS: dict[str, Callable[[str, list[str], _Line, _Description], None]] = {
    "START": _start, "BOUND": _bound, "CONSTRAINT": _constrain, "DEFINE": _define,
    "start": _start, "bound": _bound, "constraint": _constrain, "latent": _latent,
}  # fmt: skip


def _check_names(description: _Description) -> None:
    labels = {e.factor for e in description.effects.values() if e.factor and e.fixed is None}
    for label, line in description.named:
        if _AUTOMATIC.fullmatch(label):
            raise line.fault(
                f"'{label}' is a name that semopy gives itself. Name the parameter in the effect (as in a*x).", label
            )
        if label not in labels:
            raise line.fault(
                f"The parameter '{label}' must stand before a term of the model (as in {label}*x), but it does not.",
                label,
            )


def _with_measured(description: _Description) -> list[_Effect]:
    """Effects in order; arrows from a latent variable without indicators become its loadings, since they are the same arrows."""
    effects = list(description.effects.values())
    measured = {e.left for e in effects if e.op == "=~"}
    defined = {name: line for name, line in description.latent.items() if name not in measured}
    arrows = {e.right for e in effects if e.op == "~"}
    for name, line in defined.items():
        if name not in arrows:
            raise line.fault(
                f"The latent variable '{name}' must explain something, but nothing in the model depends on it.", name
            )
    return [
        e._replace(left=e.right, op="=~", right=e.left) if e.op == "~" and e.right in defined else e for e in effects
    ]


def _statements(effects: list[_Effect], description: _Description) -> list[str]:
    markers = _markers([e for e in description.effects.values() if e.op == "=~"])
    lines: list[tuple[str, str, list[str]]] = []
    first: set[str] = set()
    for e in effects:
        modifiers = _modifiers(e, description, (e.left, e.right) in markers, e.op == "=~" and e.left not in first)
        first |= {e.left} if e.op == "=~" else set()
        terms = [f"{m}*{e.right}" for m in modifiers] or [e.right]
        if lines and lines[-1][:2] == (e.left, e.op):
            lines[-1][2].extend(terms)
        else:
            lines.append((e.left, e.op, terms))
    return [f"{left} {op} {' + '.join(terms)}" for left, op, terms in lines]


def _markers(loadings: list[_Effect]) -> set[tuple[str, str]]:
    """Loadings that semopy fixes at 1: the first bare one of a factor that has none fixed by a number."""
    found = {}
    for factor in {e.left for e in loadings}:
        own = [e for e in loadings if e.left == factor]
        bare = [e for e in own if not e.factor]
        if bare and all(e.fixed is None for e in own):
            found[factor] = bare[0].right
    return set(found.items())


def _modifiers(effect: _Effect, description: _Description, marker: bool, first: bool) -> Iterator[str]:
    if marker or effect.fixed is not None:
        yield "1" if marker else number_text(effect.fixed or 0.0)
        return
    if first:
        yield "NA"
    label = effect.factor
    if label:
        yield label if label not in ("NA", "Inf") else f'label("{label}")'
    if label in description.starts:
        yield f"start({number_text(description.starts[label])})"
    low, high = description.bounds.get(label, (float("-inf"), float("inf")))
    if low != float("-inf"):
        yield f"lower({number_text(low)})"
    if high != float("inf"):
        yield f"upper({number_text(high)})"


def _additions(effects: list[_Effect], text: str) -> list[str]:
    """What `sem()` would do otherwise than semopy: outcomes covary, a single indicator loses its residual."""
    roles = assign_roles(parse_syntax(text)[0])
    written = {frozenset((e.left, e.right)): e for e in effects if e.op == "~~"}
    lines = [f"{a} ~~ 0*{b}" for a, b in combinations(roles.outcomes, 2) if frozenset((a, b)) not in written]
    for factor in roles.latent:
        own = [e.right for e in effects if e.op == "=~" and e.left == factor]
        if len(own) == 1 and frozenset(own) not in written:
            lines.append(f"{own[0]} ~~ NA*{own[0]}")
    return lines + _exogenous(effects, written)


def _exogenous(effects: list[_Effect], written: dict[frozenset[str], _Effect]) -> list[str]:
    """Moments of observed predictors: once the text names one of them, all are free parameters and have to be written."""
    latent = {e.left for e in effects if e.op == "=~"}
    explained = {e.right if e.op == "=~" else e.left for e in effects if e.op in ("=~", "~")}
    predictors = dict.fromkeys(e.right for e in effects if e.op == "~" and e.right not in explained | latent)
    named = [e for pair, e in written.items() if pair & set(predictors)]
    for e in named:
        if e.factor:
            raise e.line.fault(
                "semopy holds the other moments of the observed predictors at the sample's values, which cannot be kept "
                f"when '{e.left} ~~ {e.right}' is fixed or named. Leave out '{e.factor}*'.", e.factor)  # fmt: skip
    if not named:
        return []
    pairs = [(x, x) for x in predictors] + list(combinations(predictors, 2))
    return [f"{a} ~~ {b}" for a, b in pairs if frozenset((a, b)) not in written]


def _constraint(text: str, line: _Line, effects: list[_Effect]) -> str:
    sides = re.split(r"(==?|<=?|>=?)", text)
    if len(sides) != 3:
        raise line.fault("A constraint must hold one of =, < and >, with an expression of labels on both sides.", text)
    labels = {e.factor for e in effects if e.factor and e.fixed is None}
    shown = []
    for side in (sides[0], sides[2]):
        try:
            expression = parse_expression(side.strip())
        except ModelSyntaxError as fault:
            raise line.fault(fault.message, side.strip()) from None
        for label in expression.labels():
            if label not in labels:
                raise line.fault(
                    f"The label '{label}' must stand before a term of the model (as in {label}*x), but it does not.",
                    label,
                )
        shown.append(expression_text(expression, {}))
    return f"{shown[0]} {'==' if sides[1] in ('=', '==') else sides[1][0]} {shown[1]}"
