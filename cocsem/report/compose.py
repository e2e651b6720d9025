"""A run becomes a report: sections in the order of a paper, each from its assessments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from cocsem.assessment.types import Assessment, Table
from cocsem.errors import UsageError
from cocsem.language import LANGUAGES, Text
from cocsem.report.checklist import checklist
from cocsem.report.illustrations import (
    draw_answers,
    draw_effect_intervals,
    draw_factors,
    draw_ladder,
    draw_loadings,
    draw_measurement,
    draw_path_intervals,
    draw_paths,
    draw_ratios,
    draw_residuals,
    draw_scree,
    draw_slopes,
)
from cocsem.report.labels import cell_label, label
from cocsem.report.material import Material, Plan, gather_references, plans_for
from cocsem.report.numbers import MISSING, is_missing
from cocsem.report.prose.fit import describe_explained, describe_fit, describe_loadings
from cocsem.report.prose.hypotheses import describe_audit, describe_effects, describe_hypotheses, describe_rivals
from cocsem.report.prose.limits import describe_limits
from cocsem.report.prose.names import with_names
from cocsem.report.prose.sample import answer_range, describe_data, describe_question
from cocsem.report.prose.scales import describe_reliability
from cocsem.report.results import gather_results
from cocsem.report.types import Figure, Report, Section
from cocsem.survey.types import Survey
from cocsem.theory.types import Theory

_MEASUREMENT = Text("The measurement model", "Model pengukuran")
_STRUCTURAL = Text("The structural model", "Model struktural")
_LOG_TITLE = Text("What was done to the answers", "Apa yang dilakukan terhadap jawaban")
_INSTRUMENTS_TITLE = Text("The questionnaire", "Kuesioner")
_STRUCTURE_NOTE = Text(
    "The sources are those of the structure; the items are our own sentences.",
    "Sumber merujuk pada strukturnya; kalimat butir disusun sendiri.",
)
_CONSTRUCTS_TITLE = Text("The constructs and their codes", "Konstruk dan kodenya")
_THEORY_TITLE = Text("Hypotheses and their sources", "Hipotesis dan sumbernya")
_PROVENANCE_TITLE = Text("How these results came about", "Bagaimana hasil ini diperoleh")
# Sections that always stand in a report, even without an assessment.
_FIT_OF: Mapping[str, str] = {"cfa": "measurement", "structural": "structural", "hypotheses": "structural"}
_REPEATED = frozenset({"reading"})  # the log of the survey, which stands with the data
_ALWAYS = frozenset({"question", "data", "limits", "checklist", "references", "provenance"})


def compose(
    *,
    title: Text | str,
    survey: Survey | None,
    theory: Theory | None,
    fits: Mapping[str, Any],
    assessments: Mapping[str, Assessment],
    provenance: Mapping[str, Any],
    lang: str = "en",
    scores: pd.DataFrame | None = None,
) -> Report:
    """Gather what a run found into a report.

    Parameters
    ----------
    title, lang : title of the report; `en` or `id`, anything else is a UsageError.
    survey, theory : what was read and tested, or None.
    fits : `measurement` and `structural` map to a `Fit`; either may be absent.
    assessments : by the keys of results.json; any of them may be absent.
    provenance : versions, seed, file hash, rows used and dropped, estimator.
    scores : scale means and factor scores by row number, or None.
    """
    if lang not in LANGUAGES:
        raise UsageError(f"The language must be one of {', '.join(LANGUAGES)}, not {lang!r}.")
    heading = title if isinstance(title, Text) else Text(title, title)
    material = Material(heading, survey, theory, fits, assessments, provenance)
    sections = _with_checklist(tuple(s for plan in plans_for(assessments) for s in _section(plan, material)), material)
    return Report(
        title=heading,
        lang=lang,
        sections=sections,
        provenance=provenance,
        results=gather_results(material),
        survey=survey,
        fit=material.main_fit,
        assessments=dict(assessments),
        references=gather_references(material),
        scores=scores,
    )


def _with_checklist(sections: tuple[Section, ...], material: Material) -> tuple[Section, ...]:
    """Fill the checklist once it is known which sections the report has."""
    headings = {section.key: section.heading for section in sections}
    table = checklist(headings, groups=material.main_fit is not None and len(material.main_fit.spec.groups) > 1)
    return tuple(replace(s, tables=(table,)) if s.key == table.key else s for s in sections)


def _section(plan: Plan, material: Material) -> Iterator[Section]:
    """Build a section, or nothing when the run has nothing for it."""
    found = tuple(material.assessments[key] for key in plan.assessments if key in material.assessments)
    paragraphs = (*PARAGRAPHS.get(plan.key, _nothing)(material), *(text for a in found for text in a.text))
    if not found and plan.key not in _ALWAYS:
        return
    yield Section(
        plan.key,
        plan.heading,
        found,
        (*TABLES.get(plan.key, _nothing)(material), *(table for a in found for table in a if _says_something(table))),
        with_names(dict.fromkeys(paragraphs), _names_used(material)),
        tuple(_figures(plan, material)),
        tuple(dict.fromkeys((*(w for a in found for w in a.warnings), *_fit_warnings(plan.key, material)))),
        plan.tables_first,
    )


def _names_used(material: Material) -> dict[str, Text]:
    """Printed names of the constructs that this run is about."""
    used = set(material.main_fit.spec.latent) if material.main_fit is not None else set()
    used |= {code for i in (material.survey.instruments if material.survey else ()) for code in i.constructs}
    used |= set(material.theory.constructs if material.theory else ())
    return {code: name for code, name in material.names.items() if code in used}


def _nothing(_: Material) -> Iterable[Any]:
    return ()


def _says_something(table: Table) -> bool:
    """A table without rows, or a fit table without a test, is not printed: the paragraph gives the reason."""
    no_test = table.key == "fit" and "chisq" in table.frame and all(is_missing(value) for value in table.frame["chisq"])
    return len(table.frame) > 0 and not no_test and table.key not in _REPEATED


def _fit_warnings(key: str, material: Material) -> tuple[Text, ...]:
    """The warnings of the fit a section rests on; with the hypotheses they stand when they take the verdicts away."""
    fit = material.fit(_FIT_OF.get(key, ""))
    if fit is None or (key == "hypotheses" and fit.converged and fit.admissible):
        return ()
    return fit.warnings


def _figures(plan: Plan, material: Material) -> Iterator[Figure]:
    """The pictures of a section; what belongs to a section that the run does not have stands with the model itself."""
    for drawing in DRAWINGS.get(plan.key, ()):
        yield from drawing(material)
    for key, other in _STAND_IN.items():
        if plan.key == other and key not in material.assessments:
            for drawing in DRAWINGS[key]:
                yield from drawing(material)


def _question(material: Material) -> Iterator[Text]:
    yield from describe_question(material.theory, material.survey, material.main_fit)


def _cfa(material: Material) -> Iterator[Text]:
    fit = material.fit("measurement")
    yield from describe_fit(fit, material.assessments.get("cfa"), _MEASUREMENT)
    if fit is not None and fit.converged:
        yield from describe_loadings(fit.estimates)


def _structural(material: Material) -> Iterator[Text]:
    fit = material.fit("structural")
    yield from describe_fit(fit, material.assessments.get("structural"), _STRUCTURAL)
    if fit is not None and fit.converged:
        yield from describe_explained(fit)


def _reliability(assessment: Assessment) -> Iterator[Text]:
    """Alpha, which the assessment tells, comes before what the model says."""
    yield from assessment.text
    yield from describe_reliability(assessment)


def _from(key: str, describe: Callable[[Assessment], Iterator[Text]]) -> Callable[[Material], Iterable[Text]]:
    """Make the paragraphs of a section from one assessment, where it is there."""

    def paragraphs(material: Material) -> Iterable[Text]:
        return describe(material.assessments[key]) if key in material.assessments else ()

    return paragraphs


def _question_tables(material: Material) -> Iterator[Table]:
    """The instruments and the hypotheses with their sources."""
    instruments = material.survey.instruments if material.survey else ()
    if instruments:
        rows = [
            {
                "instrument": instrument.title,
                "n_items": len(instrument.items),
                "answers": answer_range(instrument),
                "status": instrument.status,
                "references": instrument.structure,
            }
            for instrument in instruments
        ]
        yield Table("instruments", _INSTRUMENTS_TITLE, pd.DataFrame(rows), (_STRUCTURE_NOTE,))
    yield from _construct_table(material)
    if material.theory is not None:
        rows = [
            {
                "id": h.id,
                "path": f"{h.source} → {h.target}",
                "sign": h.sign,
                "statement": h.statement,
                "references": h.references,
            }
            for h in material.theory.hypotheses
        ]
        yield Table("theory", _THEORY_TITLE, pd.DataFrame(rows))


def _construct_table(material: Material) -> Iterator[Table]:
    """The name behind every code that the report uses."""
    instruments = material.survey.instruments if material.survey else ()
    codes = [*(material.theory.constructs if material.theory else ()), *(c for i in instruments for c in i.constructs)]
    used = set(material.main_fit.spec.latent) if material.main_fit is not None else set(codes)
    names = material.names
    rows = [{"construct": c, "name": names[c]} for c in dict.fromkeys(codes) if c in names and c in used]
    if rows:
        yield Table("constructs", _CONSTRUCTS_TITLE, pd.DataFrame(rows))


def _log_table(material: Material) -> Iterator[Table]:
    if material.survey is not None and material.survey.log:
        rows = [{"step": entry.step, "count": entry.count, "text": entry.text} for entry in material.survey.log]
        yield Table("log", _LOG_TITLE, pd.DataFrame(rows))


def _provenance_table(material: Material) -> Iterator[Table]:
    rows = [
        {"key": Text(*(_path_words(path, lang) for lang in LANGUAGES)), "entry": value}
        for path, value in flatten(material.provenance)
        if value != MISSING
    ]
    if rows:
        yield Table("provenance", _PROVENANCE_TITLE, pd.DataFrame(rows, dtype=object))


def flatten(values: Mapping[str, Any], before: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str | bool]]:
    """Yield every entry of a nested mapping with its path, as words.

    >>> list(flatten({"a": 1, "b": {"c": None, "d": ("x", "y")}}))
    [(('a',), '1'), (('b', 'c'), '–'), (('b', 'd'), 'x, y')]
    """
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from flatten(value, (*before, str(key)))
        elif isinstance(value, list | tuple):
            yield (*before, str(key)), ", ".join(map(str, value)) or MISSING
        else:
            yield (
                (*before, str(key)),
                value if isinstance(value, bool) else MISSING if is_missing(value) else str(value),
            )


def _path_words(path: tuple[str, ...], lang: str) -> str:
    return " / ".join(_entry_name(part, lang) for part in path)


def _entry_name(key: str, lang: str) -> str:
    """The label of an entry of the provenance, else that of a column of the same name."""
    own = cell_label("provenance", key, lang)
    return own if own != key else label(key, lang)


PARAGRAPHS: Mapping[str, Callable[[Material], Iterable[Text]]] = {
    "question": _question,
    "data": lambda material: describe_data(material.survey, material.fits),
    "reliability": _from("reliability", _reliability),
    "cfa": _cfa,
    "hypotheses": _from("hypotheses", describe_hypotheses),
    "structural": _structural,
    "effects": _from("effects", describe_effects),
    "rivals": _from("rivals", describe_rivals),
    "audit": _from("audit", describe_audit),
    "limits": lambda material: describe_limits(material.survey, material.assessments),
}
DRAWINGS: Mapping[str, tuple[Callable[[Material], Iterator[Figure]], ...]] = {
    "profile": (draw_answers,),
    "efa": (draw_scree, draw_loadings),
    "cfa": (draw_measurement, draw_residuals),
    "validity": (draw_factors, draw_ratios),
    "invariance": (draw_ladder,),
    "hypotheses": (draw_paths, draw_path_intervals),
    "effects": (draw_effect_intervals,),
    "moderation": (draw_slopes,),
}
_STAND_IN: Mapping[str, str] = {"hypotheses": "structural", "validity": "cfa"}
TABLES: Mapping[str, Callable[[Material], Iterable[Table]]] = {
    "question": _question_tables,
    "data": _log_table,
    "provenance": _provenance_table,
}
