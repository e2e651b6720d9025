"""The whole run on one screen: survey and theory in, tested hypotheses and a report out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pandas as pd

from cocsem.assessment.common_method import common_method
from cocsem.assessment.descriptives import describe
from cocsem.assessment.effect_sizes import effect_sizes
from cocsem.assessment.effects import effects_assessment
from cocsem.assessment.estimators import choose_estimator
from cocsem.assessment.exploratory import efa_assessment
from cocsem.assessment.hypotheses import hypotheses
from cocsem.assessment.invariance import invariance
from cocsem.assessment.model_fit import model_assessment
from cocsem.assessment.profile import respondent_profile
from cocsem.assessment.reliability import reliability
from cocsem.assessment.respecification import respecify
from cocsem.assessment.rivals import rivals
from cocsem.assessment.scores import score_table
from cocsem.assessment.screening import screen
from cocsem.assessment.structure import factor_structure
from cocsem.assessment.types import Assessment
from cocsem.assessment.validity import validity
from cocsem.assessment.wording import fill, reason_of
from cocsem.auditing import audit, audit_programs
from cocsem.course import steps_of, teller
from cocsem.errors import CocsemError
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import cfa, sem
from cocsem.language import Text
from cocsem.model.from_theory import theory_syntax
from cocsem.question import Question, Request, ask
from cocsem.repetition import by_other_estimators, everything_named, keyed, scales_asked, without_flagged
from cocsem.report.compose import compose
from cocsem.report.results import RESULTS_SCHEMA
from cocsem.report.types import Report
from cocsem.survey.types import Codebook
from cocsem.theory.types import Theory

_MODEL_TITLE = Text("A model of your own", "Model yang disusun sendiri")
_RATIO_DRAWS = 1000  # resamples for the intervals of HTMT: these need no refit
_COMMON_METHOD = Text("Common-method variance", "Varians metode bersama")
_STRUCTURE = Text("Structure of the factors", "Struktur faktor")
_CHANGES = Text("Respecification", "Respesifikasi")
_INVARIANCE = Text("Measurement invariance", "Invariansi pengukuran")
_NOT_COMPUTED = Text("Not computed: {reason}", "Tidak dihitung; {reason}")


def run_study(
    survey: str | Path,
    *,
    theory: str | Path | Theory | None = None,
    model: str | None = None,
    instruments: Sequence[str | Path] = (),
    codebook: str | Path | Codebook | None = None,
    estimator: str | None = None,
    ordered: bool = False,
    missing: str = "listwise",
    group: str | None = None,
    controls: Sequence[str] = (),
    engine: str = "native",
    bootstrap: int = 0,
    seed: int | None = None,
    lang: str = "en",
    measurement_only: bool = False,
    other_programs: bool = False,
    progress: Callable[[str], None] = lambda text: None,
) -> Report:
    """Run a study: read the survey, validate its scales, test the theory, write the report's content.

    Parameters
    ----------
    survey : path of a file, or the name of a data set that ships with cocsem.
    theory : code of a theory on the shelf, path of a theory file, or a Theory. model : lavaan syntax instead of a theory.
    instruments : further instruments (codes or paths); a theory brings its own. codebook : codebook file.
    controls : columns about the respondents that predict every construct. seed : of everything random; 1 when none is given.
    lang : `en` or `id`. measurement_only : stop after the measurement model. other_programs : ask lavaan,
        seminr and pingouin the same, where they are installed. progress : is told each step.
    estimator : of `cocsem.sem`; without one WLSMV where items were answered in fewer than five categories, else ML; the report says why.
    The other options are those of `cocsem.sem`; what is not built is refused.

    Returns
    -------
    Report : with `survey`, `fit`, `assessments` and `results` in it.

    Raises
    ------
    CocsemError : with what must hold, what was given, where, and what to do.
    """
    seed = 1 if seed is None else seed
    wanted = {"estimator": estimator, "ordered": ordered}
    teller(progress, lang)("reading")
    request = Request(survey, theory, model, instruments, codebook, controls, group, measurement_only)
    asked = ask(request)
    data, scales = asked.survey, scales_asked(asked)
    estimator, ordinal, reason = choose_estimator(data.data, estimator, ordered, missing)
    options = {
        "estimator": estimator, "ordered": ordinal or None, "missing": missing, "group": group, "engine": engine,
        "bootstrap": bootstrap, "seed": seed,
    }  # fmt: skip
    steps = steps_of(asked, options, alone=measurement_only, programs=other_programs)
    tell = teller(progress, lang, steps, bootstrap)
    found: dict[str, Assessment] = {}
    tell("screening")
    found |= keyed(respondent_profile(data), describe(data if data.instruments else scales), screen(data))
    fits = _measurement(asked, options, found, tell, alone=measurement_only)
    if asked.structural and not measurement_only:
        tell("structural")
        fits |= _structural(asked, options, found, tell)
    if scales and asked.measurement:
        tell("sensitivity")
        found |= keyed(without_flagged(asked, options, found, structural=not measurement_only))
    tell("estimators")
    found |= keyed(by_other_estimators(asked, fits, options, reason))
    if other_programs:
        tell("programs")
        found |= keyed(audit_programs(fits.get("structural") or fits.get("measurement"), scales, _alphas(found)))
    tell("report")
    return compose(
        title=_title(asked),
        survey=data,
        theory=None if measurement_only else asked.theory,
        fits=fits,
        assessments=found,
        provenance={**_provenance(asked, fits, options), "asked": {**request.words, **options, **wanted}},
        lang=lang,
        scores=score_table(data, scales, fits.get("measurement")),
    )


def run_invariance(
    survey: str | Path,
    group: str,
    *,
    theory: str | Path | Theory | None = None,
    model: str | None = None,
    instruments: Sequence[str | Path] = (),
    codebook: str | Path | Codebook | None = None,
    estimator: str | None = None,
    ordered: bool = False,
    missing: str = "listwise",
    engine: str = "native",
    lang: str = "en",
    progress: Callable[[str], None] = lambda text: None,
) -> Report:
    """Compare the measurement between groups of respondents, and report nothing else.

    Parameters
    ----------
    group : column of the groups. The others are those of `run_study`.

    Returns
    -------
    Report : with the assessment `invariance` in it.

    Raises
    ------
    CocsemError : with what must hold, what was given, where, and what to do.
    """
    tell = teller(progress, lang, ("reading", "invariance", "report"))
    tell("reading")
    asked = ask(Request(survey, theory, model, instruments, codebook, (), group, True))
    estimator, ordinal, _ = choose_estimator(asked.survey.data, estimator, ordered, missing)
    options = {"estimator": estimator, "ordered": ordinal or None, "missing": missing, "group": group, "engine": engine}
    tell("invariance")
    found = _compare_groups(asked, options)
    tell("report")
    used = sum(found.facts["groups"].values())
    rows = {"rows_used": used, "rows_dropped": asked.survey.n_read - used}
    return compose(
        title=_title(asked),
        survey=asked.survey,
        theory=None,
        fits={},
        assessments=keyed(found),
        provenance=_provenance(asked, {}, options | {"seed": None}) | rows,
        lang=lang,
    )


def _measurement_checks(
    asked: Question, options: Mapping[str, Any], tell: Callable[[str], None], *, alone: bool
) -> dict[str, Assessment]:
    """Common-method variance; invariance where there are groups; rival structures and suggestions where no theory is tested (`alone`)."""
    tasks: dict[str, tuple[Text, Callable[[], Assessment]]] = {}
    kept = {name: options[name] for name in ("estimator", "missing")}
    if asked.measurement and not options["ordered"]:
        tasks["common_method"] = (
            _COMMON_METHOD,
            lambda: common_method(asked.measurement, asked.survey, free=False, **kept),
        )
    if asked.measurement and alone and not options["ordered"]:
        tasks["factor_structure"] = (
            _STRUCTURE,
            lambda: factor_structure(asked.measurement, asked.survey, **kept),
        )
        tasks["respecification"] = _CHANGES, lambda: respecify(asked.measurement, asked.survey, **kept)
    if asked.measurement and options["group"]:
        tasks["invariance"] = _INVARIANCE, lambda: _compare_groups(asked, options)
    found = {}
    for key, (title, compute) in tasks.items():
        tell(key)
        found[key] = _attempt(key, title, compute)
    return found


def _compare_groups(asked: Question, options: Mapping[str, Any]) -> Assessment:
    kept = {name: options[name] for name in ("estimator", "ordered", "missing", "engine")}
    return invariance(asked.measurement, asked.survey, options["group"], **kept)


def _measurement(
    asked: Question,
    options: Mapping[str, Any],
    found: dict[str, Assessment],
    tell: Callable[[str], None],
    *,
    alone: bool,
) -> dict[str, Any]:
    """Fit the measurement model, judge its scales, compare it between groups; note each in `found`."""
    fits: dict[str, Any] = {}
    if asked.measurement:
        tell("measurement")
        fits["measurement"] = cfa(asked.measurement, asked.survey, **options)
        found |= keyed(model_assessment(fits["measurement"], "cfa"))
    if scales := scales_asked(asked):
        tell("scales")
        chance = (options["bootstrap"], options["seed"])
        found |= _scale_assessments(asked, scales, fits.get("measurement"), chance)
    found |= _measurement_checks(asked, options, tell, alone=alone)
    return fits


def _title(asked: Question) -> Text:
    """The title of the theory, of the survey, or of the only instrument; a model written by hand has none."""
    if asked.theory is not None:
        return asked.theory.title
    only = asked.instruments[0].title if len(asked.instruments) == 1 else None
    return asked.survey.codebook.title or only or _MODEL_TITLE


def _structural(
    asked: Question, options: Mapping[str, Any], found: dict[str, Assessment], tell: Callable[[str], None]
) -> dict[str, Any]:
    """Fit the structural model, judge the hypotheses, list the effects, fit the rivals; note each in `found`."""
    frame = everything_named(asked)
    fit = sem(asked.structural, frame, **options)
    fits: dict[str, Any] = {"structural": fit}
    structural = model_assessment(fit, "structural")
    found |= keyed(replace(structural, text=structural.text + asked.notes))
    if asked.theory is not None:
        found |= keyed(hypotheses(fit, asked.theory))
    if fit.converged and any(r.op == "~" for r in fit.spec.rows):
        found |= keyed(effects_assessment(fit, controls=list(asked.controls.columns)), effect_sizes(fit))
    if asked.theory is not None and asked.theory.rivals:
        tell("rivals")
        names = list(asked.controls.columns)
        assessment, others = rivals(
            asked.theory, fit, lambda other: sem(theory_syntax(other, asked.instruments, names), frame, **options)
        )
        found |= keyed(assessment)
        fits["rivals"] = others
    tell("audit")
    found |= keyed(audit(fit))
    return fits


def _alphas(found: Mapping[str, Assessment]) -> dict[str, float]:
    """Alpha by scale, as the report prints it."""
    tables = [table.frame for table in found.get("reliability", ()) if table.key == "scales"]
    return {
        str(row["scale"]): float(row["alpha"])
        for frame in tables
        for row in frame.to_dict("records")
        if pd.notna(row["alpha"])
    }


def _scale_assessments(
    asked: Question, scales: Mapping[str, pd.DataFrame], fit: Fit | None, resampling: tuple[int, int]
) -> dict[str, Assessment]:
    """Reliability, exploratory factor analysis and validity; what cannot be computed says why and stops nothing else."""
    source = asked.survey if asked.survey.instruments else dict(scales)
    usable = fit if fit is not None and fit.converged else None
    draws, seed = resampling
    items = pd.concat(list(scales.values()), axis=1)
    items = items.loc[:, ~items.columns.duplicated()]
    tasks: dict[str, tuple[Text, Callable[[], Assessment]]] = {
        "reliability": (
            Text("Reliability", "Reliabilitas"),
            lambda: reliability(source, usable, bootstrap=draws, seed=seed),
        ),
        "efa": (
            Text("Exploratory factor analysis", "Analisis faktor eksploratori"),
            lambda: efa_assessment(items, seed=seed),
        ),
    }
    if usable is not None:
        tasks["validity"] = (
            Text("Validity", "Validitas"),
            lambda: validity(usable, source, bootstrap=draws or _RATIO_DRAWS, seed=seed),
        )
    return {key: _attempt(key, title, compute) for key, (title, compute) in tasks.items()}


def _attempt(key: str, title: Text, compute: Callable[[], Assessment]) -> Assessment:
    try:
        return compute()
    except CocsemError as fault:
        return Assessment(key, title, warnings=(fill(_NOT_COMPUTED, {"reason": reason_of(fault)}),))


def _provenance(asked: Question, fits: Mapping[str, Any], options: Mapping[str, Any]) -> dict[str, Any]:
    main = fits.get("structural") or fits.get("measurement")
    used = main.n_obs if isinstance(main, Fit) else len(asked.survey.data)
    packages = ("cocsem", "numpy", "scipy", "pandas", "semopy", "pingouin", "factor_analyzer")
    return {
        "survey": asked.survey.source, "sha256": asked.survey.sha256,
        "rows_read": asked.survey.n_read, "rows_used": used, "rows_dropped": asked.survey.n_read - used,
        "theory": asked.theory.code if asked.theory else None, "model": asked.structural or asked.measurement,
        **{name: options[name] for name in ("estimator", "missing", "engine", "seed")},
        "schema": RESULTS_SCHEMA, "versions": {package: version(package) for package in packages},
    }  # fmt: skip
