"""`cocsem.explain`: what an index says, how its number came about, and what it does not say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from string import Formatter

from cocsem.assessment.judge import judge
from cocsem.assessment.model_fit import context_of
from cocsem.assessment.reported import reported_key
from cocsem.assessment.types import Verdict
from cocsem.assessment.wording import fill
from cocsem.criteria import load_criterion
from cocsem.errors import UsageError
from cocsem.estimation.types import Fit
from cocsem.language import LANGUAGES, Text
from cocsem.lesson.derivation import follow, formula, legend
from cocsem.lesson.index_shelf import find_index, load_symbols, plain_name
from cocsem.lesson.quantities import numbers_of
from cocsem.lesson.subjects import Subject, subjects_of
from cocsem.lesson.types import Derivation, Explanation, Index, Step, Way
from cocsem.report.labels import label, number_kind
from cocsem.report.numbers import format_number, format_p

_SETTING = Text("{n} respondents, estimator {estimator}", "{n} responden, estimator {estimator}")
_NOT_CONVERGED = Text(
    "This model did not converge: the search found no estimates, so there are no numbers to explain. Look at the warnings of the fit, "
    "repair the model, and ask again.",
    "Model ini tidak konvergen: pencarian tidak menemukan estimasi, jadi tidak ada angka yang dapat dijelaskan. Baca peringatan pada "
    "hasil estimasi, perbaiki modelnya, lalu tanyakan lagi.",
)
_INADMISSIBLE = Text(
    "the model is not admissible (for example a negative variance)", "model tidak layak (misalnya ada varians negatif)"
)
_UNWRITTEN = Text(
    "The steps of this number are not written out here; docs/formulas.md says where it is computed.",
    "Langkah perhitungan angka ini tidak dituliskan di sini; docs/formulas.md menyebutkan tempat perhitungannya.",
)
_NOTHING = Text(
    "This fit holds no such number: {name} is not defined for it, or not computed from ordered items this way.",
    "Hasil estimasi ini tidak memuat angka tersebut: {name} tidak terdefinisi di sini, atau tidak dihitung dengan cara ini untuk butir ordinal.",
)
_REPORTED = Text(
    "This fit has a test corrected for non-normality. The number to report is {name}.",
    "Hasil estimasi ini memakai uji yang dikoreksi untuk ketidaknormalan. Angka yang dilaporkan adalah {name}.",
)
_OPEN = "…"


def explain(index: str, fit: Fit | None = None, *, of: str | None = None) -> Explanation:
    """Explain an index: what it is, its formula with the numbers of a fit put in, what judges it, what it does not say.

    Parameters
    ----------
    index : name of a fit measure (`cfi`, `rmsea_robust`, ...) or of a coefficient (alpha, omega, composite_reliability, ave,
        h, htmt, loading, r2, mi).
    fit : a fitted model; None explains the index in general.
    of : the construct, item, pair or variable that is meant, where a fit holds several such numbers; None takes them all.

    Returns
    -------
    Explanation : shows itself in both languages (`summary("id")`). Without numbers, and with the reason, where the model did
        not converge.

    Raises
    ------
    UsageError : no such index (the message names the closest), or nothing in the fit is called `of`.

    >>> import cocsem
    >>> fit = cocsem.cfa("visual =~ x1 + x2 + x3; speed =~ x7 + x8 + x9", cocsem.load_dataset("holzinger_swineford"))
    >>> said = explain("cfi", fit)
    >>> [(step.symbol, step.formula, step.filled.en) for step in said.derivations[0].steps][-1]
    ('CFI', '1 − d / d₀', '1 − 39.413 / 326.721')
    >>> said.derivations[0].value == fit.fit_measures["cfi"]
    True
    """
    index, of = str(index), None if of is None else str(of)
    entry, asked = find_index(index), plain_name(index)
    said = Explanation(
        index=entry,
        asked=asked,
        formulas=tuple(_formulas(entry.ways[:1])),
        symbols=tuple(legend(entry.ways[:1])),
        apa=_sentence(entry, {}),
    )
    if fit is None:
        return said
    setting = fill(_SETTING, {"n": fit.n_obs, "estimator": fit.provenance["estimator"]})
    if not fit.converged:
        return replace(said, setting=setting, refusal=_NOT_CONVERGED)
    said = replace(said, setting=setting)
    return _of_subjects(said, fit, of) if entry.per else _of_model(said, fit)


def _formulas(ways: Sequence[Way]) -> Iterator[tuple[str, str]]:
    symbols = load_symbols()
    for step in (step for way in ways for step in way.steps):
        yield symbols[step.name].sign if step.name in symbols else step.name, formula(step)


def _of_model(said: Explanation, fit: Fit) -> Explanation:
    """The numbers of a measure of the whole model: the one asked for, and the one to report where that is another."""
    entry, measures = said.index, fit.fit_measures
    main = reported_key(measures, entry.key)
    beside = (reported_key(measures, key) for key in entry.beside)
    wanted = [key for key in dict.fromkeys((said.asked, entry.key, main, *beside)) if _is_there(measures, key)]
    numbers = numbers_of(fit)
    done = {key: _follow(find_index(key), key, float(measures[key]), numbers) for key in wanted}
    notes = () if main == entry.key else (fill(_REPORTED, {"name": Text(label(main, "en"), label(main, "id"))}),)
    if not wanted:
        notes = (*notes, fill(_NOTHING, {"name": said.asked}))
    ways = [way for way, _ in done.values() if way]
    shown = [way for way in (done.get(key, (None, ()))[0] for key in (entry.key, main)) if way] or entry.ways
    return replace(
        said,
        formulas=tuple(_formulas(shown[:1])),
        derivations=tuple(_derivation(key, float(measures[key]), steps) for key, (_, steps) in done.items()),
        symbols=tuple(legend([*shown[:1], *ways])),
        verdicts=tuple(_verdicts(entry, fit)) if wanted else (),
        notes=notes,
        apa=_sentence(entry, _known(measures), done.get(main, (None, ()))[0]),
    )


def _known(measures: Mapping[str, float]) -> dict[str, tuple[str | None, object]]:
    """Every measure by its name, with the key and the number that are reported for it."""
    keys = {name: reported_key(measures, name) for name in measures}
    return {name: (key, measures.get(key)) for name, key in keys.items()}


def _is_there(measures: Mapping[str, float], key: str) -> bool:
    return key in measures and not math.isnan(measures[key])


def _follow(entry: Index, key: str, value: float, numbers: Mapping[str, float]) -> tuple[Way | None, tuple[Step, ...]]:
    """The first way that arrives at the number, with its steps; none is shown that does not."""
    ways = (way for way in entry.ways if way.key == key)
    return next(((way, steps) for way in ways if (steps := follow(way, numbers, value))), (None, ()))


def _derivation(
    key: str, value: float, steps: tuple[Step, ...], subject: str = "", note: Text | None = None
) -> Derivation:
    return Derivation(subject, key, steps, value, note if steps or math.isnan(value) else _UNWRITTEN)


def _verdicts(entry: Index, fit: Fit) -> Iterator[Verdict]:
    context = context_of(fit)
    for criterion in entry.criteria:
        key = reported_key(fit.fit_measures, load_criterion(criterion).index)
        found = judge(fit.fit_measures.get(key), criterion, "", context)
        found = replace(found, index=key)
        yield found if fit.admissible else replace(found, label=None, reason=found.reason or _INADMISSIBLE)


def _of_subjects(said: Explanation, fit: Fit, of: str | None) -> Explanation:
    """The numbers of a coefficient, subject by subject."""
    entry = said.index
    found = subjects_of(fit, entry.key, entry.per)
    chosen = tuple(one for one in found if of is None or of.split() == one.name.split() or of in one.name.split())
    if of is not None and not chosen:
        listed = ", ".join(one.name for one in found)
        raise UsageError(f"of must name something that has this number, but '{of}' has none. There are: {listed}.")
    done = [_follow(entry, entry.key, one.value, one.numbers) for one in chosen]
    told = [(one, way) for one, (way, _) in zip(chosen, done, strict=True) if not math.isnan(one.value)]
    first = {"subject": (None, told[0][0].name), "value": (entry.key, told[0][0].value)} if told else {}
    ways = list(dict.fromkeys(way for way, _ in done if way)) or list(entry.ways[:1])
    return replace(
        said,
        formulas=tuple(_formulas(ways[:1])),
        derivations=tuple(
            _derivation(entry.key, one.value, steps, one.name, one.note)
            for one, (_, steps) in zip(chosen, done, strict=True)
        ),
        symbols=tuple(legend(ways)),
        verdicts=tuple(_judged(entry, fit, chosen)),
        apa=_sentence(entry, first, told[0][1] if told else None),
        notes=() if chosen else (fill(_NOTHING, {"name": said.asked}),),
    )


def _judged(entry: Index, fit: Fit, chosen: tuple[Subject, ...]) -> Iterator[Verdict]:
    for criterion in entry.criteria:
        for one in chosen:
            found = judge(one.value, criterion, one.name, {**context_of(fit), **one.context})
            yield found if fit.admissible else replace(found, label=None, reason=found.reason or _INADMISSIBLE)


def _sentence(entry: Index, known: Mapping[str, tuple[str | None, object]], way: Way | None = None) -> Text:
    """Fill the sentence for the report, that of the way where it has one; what is not known stays open."""
    apa = way.apa if way is not None and way.apa is not None else entry.apa
    return Text(*(_filled(apa[lang], entry, known, lang) for lang in LANGUAGES))


def _filled(text: str, entry: Index, known: Mapping[str, tuple[str | None, object]], lang: str) -> str:
    values = {}
    for name in (field for _, field, _, _ in Formatter().parse(text) if field):
        stem = name.removesuffix("_name")
        is_p = stem in ("p", "p_scaled")
        key, value = known.get(f"pvalue{stem[1:]}" if is_p else stem, (None, None))
        if name != stem:
            values[name] = label(key or stem, lang)
        elif value is None:
            values[name] = f"p = {_OPEN}" if is_p else _OPEN
        elif is_p:
            values[name] = format_p(value, lang)
        else:
            values[name] = str(value) if key is None else format_number(value, _kind(stem, entry), lang)
    return text.format(**values)


def _kind(name: str, entry: Index) -> str:
    """How a number is printed in a sentence of a report."""
    stem = name.removesuffix("_lower").removesuffix("_upper")  # both limits of an interval are printed alike
    return number_kind(entry.key if name == "value" else stem) or "decimal3"
