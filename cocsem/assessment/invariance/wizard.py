"""The question as it is asked: one call, from the configural model to the means of the constructs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pandas as pd

from cocsem.assessment.invariance.asking import ask, ordered_items
from cocsem.assessment.invariance.climbing import climb
from cocsem.assessment.invariance.fitting import difference_test, fit_step, usable
from cocsem.assessment.invariance.latent_means import latent_means
from cocsem.assessment.invariance.naming import written
from cocsem.assessment.invariance.story import tell, tell_means
from cocsem.assessment.invariance.tables import ladder_table, means_test_table, release_table, size_table, syntax_table
from cocsem.assessment.invariance.types import Climb, Question, Rung, load_ladders
from cocsem.assessment.judge import judge
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import fill
from cocsem.estimation.verbs import Data, Model
from cocsem.language import LANGUAGES, Text
from cocsem.model.printing import model_syntax

_TITLE = Text("Measurement invariance", "Invariansi pengukuran")
_MEANS = Text("Factor means compared", "Perbandingan rerata faktor")
_MEANS_NOTE = Text(
    "The factor means of {first} are 0 and its variances 1. d: difference standardized by the pooled standard deviation of the factor, with a delta-method standard error; pvalue_adjusted: Holm.",
    "Rerata faktor {first} ialah 0 dan variansnya 1. d: selisih yang distandarkan dengan simpangan baku gabungan faktor, galat baku dengan metode delta; pvalue_adjusted: Holm.",
)
_MOST_ROWS = 100  # of a table of pairs: ten groups and four factors make 180
_SHORTENED = Text(
    "The {shown} smallest p values of {count} comparisons; the adjustment is for all of them.",
    "{shown} nilai p terkecil dari {count} perbandingan; penyesuaian mencakup semuanya.",
)
_MANY = Text(
    "The model has {parameters} parameters per group, but the smallest group ({group}) has {n} respondents: with so few, the tests reject too often. Compare the scales one by one as well.",
    "Model memuat {parameters} parameter per kelompok, sedangkan kelompok terkecil ({group}) hanya {n} responden: dengan responden sesedikit itu uji terlalu sering menolak. Bandingkan juga skala satu per satu.",
)
_REFERENCES = ("meredith1993", "vandenberg2000", "byrne1989", "chen2007", "cheung2002", "holm1979")


def invariance(
    model: Model,
    data: Data,
    group: str,
    *,
    estimator: str | None = None,
    ordered: bool | Iterable[str] | None = None,
    missing: str = "listwise",
    engine: str = "native",
) -> Assessment:
    """Test measurement invariance between groups step by step: configural, metric, scalar, strict, with partial release and latent means.

    Each step adds one kind of equality and is tested against the last step that stands: the chi-square difference (scaled after Satorra and
    Bentler, 2001, under MLR and MLM) and the changes of CFI, RMSEA and SRMR. Where equality is rejected, the parameters are ranked by
    their score tests and released one by one while the refit gains by more than chance among all of them, and while two items
    of each factor stay equal; where that does not help, the ladder stops. Factor means are compared at the (partly) scalar step.

    Parameters
    ----------
    model : measurement model of first-order factors in lavaan syntax, or a Theory. data : as in `cfa`.
    group : column of the groups, two to ten of them.
    estimator, missing, engine : as in `cfa`; ordered items (True, their names, or ordered Categorical columns) take steps of their own, thresholds first
        (wuestabrook2016), and WLSMV. With binary items thresholds, loadings and intercepts are tested together.

    Returns
    -------
    Assessment `invariance`: tables ladder, releases, released, latent_means, means_test, syntax; facts reached, stands, released and the full
    model text of every step (`models`).

    Raises
    ------
    UsageError : a model, group or option that cannot be used, with what to do.

    References: meredith1993, byrne1989, chen2007, cheung2002, satorra2001, hancock2001a

    >>> import cocsem
    >>> data = cocsem.load_dataset("holzinger_swineford")
    >>> found = cocsem.invariance("visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9", data, "school")
    >>> found.facts["reached"], found.facts["released"]
    ('strict', ('x3 ~ 1', 'x7 ~ 1'))
    """
    ordered = ordered_items(model, ordered, data)
    chosen = estimator or ("WLSMV" if ordered else "ML")
    options = {"estimator": chosen, "missing": missing, "engine": engine}
    question = ask(model, data, group, options, ordered)
    found = climb(question, load_ladders()[question.ladder])
    means, text = _means(question, found)
    titles = {rung.step.key: rung.step.title for rung in found.rungs}
    released = found.reached.released if found.reached else ()
    tables = (
        ladder_table(found),
        release_table(found, titles),
        *((size_table(found.reached.fit, released, question),) if found.reached else ()),
        *means,
        syntax_table(question, found),
    )
    return Assessment(
        "invariance",
        _TITLE,
        tuple(table for table in tables if len(table.frame)),
        _facts(question, found),
        tuple(verdict for rung in found.rungs for verdict in rung.verdicts),
        (*tell(question, found), *text),
        tuple(_warnings(question, found)),
        (*_REFERENCES, *(("hancock2001a",) if means else ()), *_difference_sources(found)),
    )


def _means(question: Question, found: Climb) -> tuple[tuple[Table, ...], tuple[Text, ...]]:
    """Compare the factor means at the scalar step, where it stands."""
    scalar = next((r for r in reversed(found.rungs) if r.step.key == "scalar" and _stands(r)), None)
    if scalar is None:
        return (), ()
    frame = latent_means(scalar.fit)
    labels = [judge(d, "latent_mean_difference", f"{c}") for c, d in zip(frame["construct"], frame["d"], strict=True)]
    frame["verdict"] = pd.Series([v.label for v in labels], dtype=object)
    for column in ("group", "against"):
        frame[column] = pd.Series([question.name(label) for label in frame[column]], dtype=object)
    note = fill(_MEANS_NOTE, {"first": question.name(scalar.fit.spec.groups[0])})
    if len(frame) > _MOST_ROWS:
        note = Text(
            *(
                f"{note[lang]} {fill(_SHORTENED, {'shown': _MOST_ROWS, 'count': len(frame)})[lang]}"
                for lang in LANGUAGES
            )
        )
    equal = fit_step(question, scalar.step, scalar.released, also=("means",))
    shown = frame.loc[frame.nsmallest(_MOST_ROWS, "pvalue").index.sort_values()].reset_index(drop=True)
    table = Table(
        "latent_means", _MEANS, shown if len(scalar.fit.spec.groups) > 2 else shown.drop(columns="against"), (note,)
    )
    if not usable(equal):
        return (table,), ()
    test = difference_test(equal, scalar.fit)
    return (table, means_test_table(test)), (tell_means(frame, test),)


def _stands(rung: Rung) -> bool:
    return rung.outcome in ("holds", "approximate")


def _facts(question: Question, found: Climb) -> dict[str, object]:
    reached = found.reached
    names = [f"{rung.step.key}{'_partial' if rung.partial else ''}" for rung in found.rungs]
    return {
        "group": question.group,
        "groups": {s.group: s.n_obs for s in found.rungs[0].fit.statistics},
        "reached": reached.step.key if reached else None,
        "stands": {n: _stands(rung) for n, rung in zip(names, found.rungs, strict=True) if rung.outcome != "empty"},
        "released": tuple(written(key) for key in reached.released) if reached else (),
        "models": {name: model_syntax(rung.fit.spec) for name, rung in zip(names, found.rungs, strict=True)},
    }


def _warnings(question: Question, found: Climb) -> Iterator[Text]:
    fit = found.rungs[0].fit
    smallest = min(fit.statistics, key=lambda sample: sample.n_obs)
    parameters = sum(1 for row in fit.spec.rows if row.free and row.group == 1)
    if smallest.n_obs < parameters:
        yield fill(_MANY, {"parameters": parameters, "group": question.name(smallest.group), "n": smallest.n_obs})
    yield from dict.fromkeys(
        warning for rung in found.rungs if rung.outcome != "rejected" for warning in rung.fit.warnings
    )


def _difference_sources(found: Climb) -> tuple[str, ...]:
    methods = {str(rung.numbers.get("method", "")) for rung in found.rungs}
    return tuple(
        key
        for method, key in (("satorra_bentler_2001", "satorra2001"), ("satorra_bentler_2010", "satorra2010"))
        if method in methods
    )
