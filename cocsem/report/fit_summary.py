"""A fitted model as text: what was estimated, how the model is tested, and the parameters block by block."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from cocsem.assessment.model_fit import GOODNESS, fit_row
from cocsem.assessment.reported import is_scaled, reported_key
from cocsem.assessment.types import Table
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.report.labels import label, number_kind
from cocsem.report.numbers import format_interval, format_number, format_p, is_missing, localize
from cocsem.report.render.plain import draw_table, wrap
from cocsem.report.tables import print_table

_BLOCKS = (
    ("=~", Text("Latent variables", "Variabel laten"), "=~"),
    ("~", Text("Regressions", "Regresi"), "~"),
    ("~~", Text("Covariances", "Kovarians"), "~~"),
    ("~1", Text("Intercepts", "Intersep"), ""),
    ("|", Text("Thresholds", "Ambang"), "|"),
    ("var", Text("Variances", "Varians"), ""),
    ("~*~", Text("Scales", "Skala"), ""),
    (":=", Text("Defined parameters", "Parameter turunan"), ":="),
)
_INDICES = ("cfi", "tli", "rmsea", "srmr", *GOODNESS, "logl", "aic", "bic", "bic2")
_COLUMNS = ("est", "se", "z", "pvalue", "std_lv", "std_all")
_YES_NO = {True: Text("yes", "ya"), False: Text("no", "tidak"), None: Text("not known", "tidak diketahui")}
_HEAD = Text(
    "{n} observations, {npar} free parameters. Estimator {estimator}, engine {engine}.",
    "{n} pengamatan, {npar} parameter bebas. Estimator {estimator}, mesin {engine}.",
)
_STATE = Text("Converged: {converged}. Admissible: {admissible}.", "Konvergen: {converged}. Layak: {admissible}.")
_TEST = Text("Test of the model: χ² = {chisq}, df = {df}, {p}", "Uji model: χ² = {chisq}, df = {df}, {p}")
_SCALED_TEST = Text(
    "Scaled test: χ² = {chisq}, df = {df}, {p}, scaling factor {factor}",
    "Uji terskala: χ² = {chisq}, df = {df}, {p}, faktor skala {factor}",
)
_BOLLEN_STINE = Text("Bollen-Stine bootstrap of the test: {p}", "Bootstrap Bollen-Stine atas uji: {p}")
_SATURATED = Text(
    "The model is saturated (df = 0): its fit cannot be tested.",
    "Model ini jenuh (df = 0): kecocokannya tidak dapat diuji.",
)
_NO_FIT = Text(
    "There are no fit indices, because the model did not converge or is not identified.",
    "Tidak ada indeks kecocokan, karena model tidak konvergen atau tidak teridentifikasi.",
)


def summarize_head(fit: Fit, lang: str) -> Iterator[str]:
    """Yield what was estimated, whether it converged, and the test of the model with its indices."""
    yield from (*_header(fit, lang), "", *_test(fit, lang))


def summarize_fit(fit: Fit, lang: str) -> str:
    """Return a fitted model as text: header, test, indices or the reason why there are none, parameters."""
    lines = list(summarize_head(fit, lang))
    for warning in fit.warnings:
        lines.extend(["", *wrap(f"! {localize(warning[lang], lang)}")])
    for group in _groups(fit.estimates):
        lines.extend(_parameters(fit.estimates, group, lang))
    if fit.r2:
        lines.extend(["", label("r2", lang), *_explained(fit, lang)])
    return "\n".join(lines)


def no_indices(fit: Fit, lang: str) -> str:
    """Say in one sentence why a fit has no indices."""
    reasons = " ".join(warning[lang] for warning in fit.warnings)
    return f"{_NO_FIT[lang]} {reasons}".strip()


def has_indices(fit: Fit) -> bool:
    """Say whether the fit carries a test and indices at all."""
    return not is_missing(fit.fit_measures.get("chisq"))


def _header(fit: Fit, lang: str) -> list[str]:
    head = _HEAD[lang].format(
        n=fit.n_obs,
        npar=format_number(fit.fit_measures.get("npar", fit.spec.n_free), "integer"),
        estimator=fit.provenance.get("estimator", "–"),
        engine=fit.provenance.get("engine", "–"),
    )
    state = _STATE[lang].format(converged=_YES_NO[fit.converged][lang], admissible=_YES_NO[fit.admissible][lang])
    return [*wrap(head), *wrap(state)]


def _test(fit: Fit, lang: str) -> list[str]:
    if not has_indices(fit):
        return wrap(no_indices(fit, lang) if not fit.warnings else _NO_FIT[lang])
    measures = fit.fit_measures
    if measures.get("df") == 0:
        return wrap(_SATURATED[lang])
    lines = [_test_line(_SCALED_TEST if scaled else _TEST, measures, scaled, lang) for scaled in _tests(measures)]
    if not is_missing(measures.get("pvalue_bollen_stine")):
        lines.append(_BOLLEN_STINE[lang].format(p=format_p(measures["pvalue_bollen_stine"], lang)))
    return [*lines, *wrap("   ".join(_indices(fit, lang)))]


def _tests(measures: Mapping[str, float]) -> tuple[bool, ...]:
    """The plain test, and where there is one the scaled test."""
    return (False, True) if is_scaled(measures) else (False,)


def _test_line(sentence: Text, measures: Mapping[str, float], scaled: bool, lang: str) -> str:
    end = "_scaled" if scaled else ""
    return sentence[lang].format(
        chisq=format_number(measures[f"chisq{end}"], "decimal3", lang),
        df=format_number(measures[f"df{end}"], "df", lang),
        p=format_p(measures.get(f"pvalue{end}"), lang),
        factor=format_number(measures.get("chisq_scaling_factor"), "decimal3", lang),
    )


def _indices(fit: Fit, lang: str) -> Iterator[str]:
    measures, shown = fit.fit_measures, fit_row(fit)
    for name in _INDICES:
        key = reported_key(measures, name)
        if is_missing(measures.get(key)) or (name in GOODNESS and name not in shown):
            continue
        text = f"{label(key, lang)} {format_number(measures[key], number_kind(key) or 'decimal3', lang)}"
        lower, upper = (measures.get(key.replace(name, f"{name}_ci_{end}", 1)) for end in ("lower", "upper"))
        interval = "" if is_missing(lower) else " " + format_interval(lower, upper, "bounded3", lang)
        # Blanks inside one index must not be broken across lines.
        yield (text + interval).replace(" ", "\u00a0")


def _groups(estimates: pd.DataFrame) -> list[str]:
    return list(dict.fromkeys(str(group) for group in estimates["group"])) if len(estimates) else []


def _parameters(estimates: pd.DataFrame, group: str, lang: str) -> Iterator[str]:
    rows = estimates[estimates["group"].astype(str) == group]
    if group and (rows["op"] != ":=").any():
        yield from ("", f"{label('group', lang)}: {group}")
    for block, title, sign in _BLOCKS:
        chosen = rows[_block_of(rows) == block]
        if len(chosen):
            yield from ("", title[lang], draw_table(print_table(_block_table(chosen, title, sign), lang)))


def _block_of(rows: pd.DataFrame) -> pd.Series:
    """Variances are `~~` of a variable with itself."""
    own = (rows["op"] == "~~") & (rows["lhs"] == rows["rhs"])
    return rows["op"].where(~own, "var")


def _block_table(rows: pd.DataFrame, title: Text, sign: str) -> Table:
    frame = rows.reset_index(drop=True)
    names = [f"{r.lhs} {sign} {r.rhs}" if sign else str(r.lhs) for r in frame.itertuples()]
    numbers = frame[[column for column in _COLUMNS if column in frame]]
    if {"se", "z"} <= set(numbers.columns):
        # A fixed parameter is not estimated, so it has no standard error to print.
        numbers = numbers.assign(se=numbers["se"].where(numbers["z"].notna()))
    return Table("parameters", title, pd.concat([pd.Series(names, name="parameter"), numbers], axis=1))


def _explained(fit: Fit, lang: str) -> list[str]:
    parts: list[str] = []
    for name, value in fit.r2.items():
        pairs = value.items() if isinstance(value, dict) else [("", value)]
        parts.extend(
            f"{name}{f' {inner}' if inner else ''} {format_number(share, 'bounded3', lang)}" for inner, share in pairs
        )
    return wrap("   ".join(part.replace(" ", "\u00a0") for part in parts))
