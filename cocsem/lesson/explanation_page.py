"""An explanation as text for the terminal and the notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cocsem.assessment.types import Verdict
from cocsem.criteria import CONDITIONS, Criterion, load_criterion
from cocsem.language import Text
from cocsem.lesson.derivation import short_number
from cocsem.lesson.index_shelf import load_symbols
from cocsem.lesson.types import Derivation, Explanation, Index
from cocsem.references import apa, cite
from cocsem.report.labels import label, number_kind
from cocsem.report.numbers import format_number, localize
from cocsem.report.render.plain import wrap
from cocsem.report.show import show

_HEADS: Mapping[str, Text] = {
    "formula": Text("Formula", "Rumus"),
    "numbers": Text("With the numbers of this fit", "Dengan angka dari hasil estimasi ini"),
    "criterion": Text("What judges it", "Apa yang menilainya"),
    "misreadings": Text("What it does not say", "Apa yang tidak dikatakannya"),
    "apa": Text("In the report (APA)", "Dalam laporan (APA)"),
    "references": Text("References", "Daftar pustaka"),
}
_NO_CRITERION = Text(
    "No published cutoff stands on the shelf of criteria: compare, and explain, instead of judging by a limit.",
    "Tidak ada batas terpublikasi dalam daftar kriteria: bandingkan dan jelaskan, jangan menilai dengan batas.",
)
_OTHERWISE = Text("otherwise: {label}", "selain itu: {label}")
_SOURCE = Text("Source: {source}, {locator}.", "Sumber: {source}{locator}.")
# What the English locators of the criteria say about the reading of a source, for the reader of Indonesian.
_READ: Mapping[str, str] = {
    "source not read": "sumber tidak dibaca, nilai sebagaimana lazim dikutip",
    "no source derives": "kelaziman, tidak ada sumber yang menurunkannya",
    "secondary": "dibaca melalui sumber sekunder",
    "abstract": "abstrak",
}
_HOLDS = Text("Conditions: {conditions}.", "Syarat: {conditions}.")
_LEAST = Text("{name}: at least {wanted}", "{name}: paling sedikit {wanted}")
_MOST = Text("{name}: at most {wanted}", "{name}: paling banyak {wanted}")
_AMONG = Text("{name}: {wanted}", "{name}: {wanted}")
_HERE = Text("Here", "Di sini")
_NO_LABEL = Text("no verdict, because {reason}", "tanpa penilaian, karena {reason}")
_RESULT = Text("Result", "Hasil")
_ROUNDED = Text(
    "Computed with all digits, printed rounded.", "Dihitung dengan semua angka desimal, dicetak setelah dibulatkan."
)


@show.register
def show_explanation(value: Explanation, lang: str = "en") -> str:
    """Return an explanation as text of at most 80 columns.

    >>> from cocsem.lesson.explaining import explain
    >>> print("\\n".join(show_explanation(explain("cfi")).splitlines()[:2]))
    Comparative fit index (CFI)
    ===========================
    """
    return "\n".join(_lines(value, lang))


def _lines(said: Explanation, lang: str) -> Iterator[str]:
    index = said.index
    title = title_of(index, lang)
    yield from (*wrap(title), "=" * min(len(title), 80), *wrap(index.what[lang]))
    if said.formulas:
        yield from _section("formula", lang)
        yield from _formula_lines(said, lang)
    if said.setting is not None:
        yield from _section("numbers", lang, said.setting)
        yield from _number_lines(said, lang)
    yield from _section("criterion", lang)
    yield from _criterion_lines(said, lang)
    yield from _section("misreadings", lang)
    yield from (line for one in index.misreadings for line in _point(one[lang]))
    yield from _section("apa", lang)
    yield from (*wrap(said.apa[lang], indent="  "), *wrap(index.advice[lang]))
    yield from _section("references", lang)
    yield from (line for key in _references(said) for line in _hanging(apa(key, lang=lang)))


def title_of(index: Index, lang: str) -> str:
    """Return the name of an index with its sign.

    >>> from cocsem.lesson.index_shelf import find_index
    >>> title_of(find_index("chisq"), "en")
    'Chi-square test of exact fit (χ²)'
    """
    return f"{index.name[lang]} ({load_symbols()[index.key].sign})"


def _section(key: str, lang: str, more: Text | None = None) -> Iterator[str]:
    head = f"{_HEADS[key][lang]}: {more[lang]}" if more else _HEADS[key][lang]
    yield from ("", *wrap(head), "-" * min(len(head), 80))


def _formula_lines(said: Explanation, lang: str) -> Iterator[str]:
    width = max(len(symbol) for symbol, _ in said.formulas)
    yield from (f"  {symbol:<{width}} = {localize(formula, lang)}" for symbol, formula in said.formulas)
    yield ""
    yield from (line for symbol, meaning in said.symbols for line in _hanging(f"{symbol}: {meaning[lang]}"))


def _number_lines(said: Explanation, lang: str) -> Iterator[str]:
    if said.refusal is not None:
        yield from wrap(said.refusal[lang])
        return
    for note in said.notes:
        yield from wrap(note[lang])
    shown: set[tuple[str, ...]] = set()
    for derivation in said.derivations:
        formulas = tuple(step.formula for step in derivation.steps)
        yield from _derivation_lines(derivation, lang, first=formulas not in shown)
        shown.add(formulas)
    if any(derivation.steps for derivation in said.derivations):
        yield from ("", *wrap(_ROUNDED[lang]))


def _derivation_lines(done: Derivation, lang: str, *, first: bool) -> Iterator[str]:
    """The formula of each step for the first number and where it is another one; then the numbers put in."""
    name = label(done.key, lang)
    yield from ("", *wrap(done.subject or name))
    width = max((len(step.symbol) for step in done.steps), default=0)
    for step in done.steps:
        lead = f"  {step.symbol:<{width}}"
        if first or not done.subject:
            yield f"{lead} = {localize(step.formula, lang)}"
            lead = " " * len(lead)
        yield f"{lead} = {localize(step.filled[lang], lang)} = {short_number(step.value, lang)}".replace("-", "−")
    if done.note is not None:
        yield from wrap(done.note[lang], indent="  ")
    yield f"  {_RESULT[lang]}: {_equation(done.key, done.value, lang)}"


def _equation(key: str, value: float, lang: str) -> str:
    """A number with its name, as a sentence has it."""
    kind = number_kind(key) or "decimal3"
    written = format_number(value, kind, lang)
    return f"{label(key, lang)} {written if written.startswith('<') else f'= {written}'}"


def _criterion_lines(said: Explanation, lang: str) -> Iterator[str]:
    if not said.index.criteria:
        yield from wrap(_NO_CRITERION[lang])
    for key in said.index.criteria:
        criterion = load_criterion(key)
        yield from (line for text in _cuts(criterion, lang) for line in _point(text))
        source = _SOURCE[lang].format(source=cite(criterion.reference, lang=lang), locator=_locator(criterion, lang))
        yield from wrap(source)
        if criterion.applies:
            yield from wrap(_HOLDS[lang].format(conditions="; ".join(_conditions(criterion, lang))))
        yield from wrap(localize(criterion.note[lang], lang))
    yield from (line for verdict in said.verdicts for line in _point(_verdict(verdict, lang)))


def _cuts(criterion: Criterion, lang: str) -> Iterator[str]:
    sign = {("higher", True): "≥", ("higher", False): ">", ("lower", True): "≤", ("lower", False): "<"}
    relation, name = sign[criterion.direction, criterion.inclusive], label(criterion.index, lang)
    for point in criterion.cutpoints:
        yield f"{name} {relation} {_cut(point.value, lang)}: {localize(point.label[lang], lang)}"
    yield _OTHERWISE[lang].format(label=localize(criterion.otherwise[lang], lang))


def _cut(value: float, lang: str) -> str:
    return localize(f"{value:g}".removeprefix("0") if lang == "en" else f"{value:g}", lang)


def _locator(criterion: Criterion, lang: str) -> str:
    """Where in a source a cutoff stands, or that the source was not read; pages and chapters are said in English alone."""
    if lang == "en":
        return criterion.locator
    return next((f", {said}" for words, said in _READ.items() if words in criterion.locator), "")


def _conditions(criterion: Criterion, lang: str) -> Iterator[str]:
    for condition, wanted in criterion.applies.items():
        name = CONDITIONS[condition.removesuffix("_min").removesuffix("_max")][lang]
        sentence = _LEAST if condition.endswith("_min") else _MOST if condition.endswith("_max") else _AMONG
        said = " / ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)
        yield sentence[lang].format(name=name, wanted=said)


def _verdict(verdict: Verdict, lang: str) -> str:
    who = verdict.subject or _HERE[lang]
    if verdict.label is not None:
        said = localize(verdict.label[lang], lang)
    else:
        said = _NO_LABEL[lang].format(reason=verdict.reason[lang] if verdict.reason else "")
    return f"{who}: {_equation(verdict.index, verdict.value, lang)}: {said}"


def _references(said: Explanation) -> tuple[str, ...]:
    judged = (load_criterion(key).reference for key in said.index.criteria)
    return tuple(dict.fromkeys((*said.index.references, *judged)))


def _point(text: str) -> Iterator[str]:
    first, *rest = wrap(text, indent="  ")
    yield from (f"- {first.strip()}", *rest)


def _hanging(text: str) -> Iterator[str]:
    lines = wrap(text, width=76)
    yield from (f"  {lines[0]}", *(f"    {line}" for line in lines[1:]))
