"""What a fitted model says about itself in words: test, indices, loadings, explained variance."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from cocsem.assessment.reported import is_scaled, reported_key
from cocsem.assessment.types import Assessment
from cocsem.criteria import load_criterion
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.report.labels import label
from cocsem.report.numbers import format_interval, format_number, is_missing
from cocsem.report.prose.frames import find_frame, highest, lowest
from cocsem.report.prose.sentences import Number, Probability, Series, join_texts, say

_EXACT_FIT = "exact_fit"
_INDICES = ("cfi", "tli", "rmsea", "srmr")
_RESIDUAL_TESTS = ("browne.residual.nt", "browne.residual.adf")
_CORRECTED = Text("corrected for non-normality", "dikoreksi untuk ketidaknormalan")
_CORRECTIONS = {
    "satorra.bentler": Text("Satorra-Bentler correction", "koreksi Satorra-Bentler"),
    "yuan.bentler": Text("Yuan-Bentler correction", "koreksi Yuan-Bentler"),
    "yuan.bentler.mplus": Text("Yuan-Bentler correction, Mplus variant", "koreksi Yuan-Bentler, varian Mplus"),
    "mean.var.adjusted": Text("mean and variance adjusted", "disesuaikan rerata dan varians"),
    "scaled.shifted": Text("scaled and shifted", "diskalakan dan digeser"),
}
# The blanks do not break: an index stays on one line with its value.
_BETWEEN = Text(", ", "; ")
_IN_WORDS = "{name}\u00a0=\u00a0{value}"


def describe_fit(fit: Fit | None, assessment: Assessment | None, model: Text) -> Iterator[Text]:
    """Say how the model fits, or why nothing can be said.

    Parameters
    ----------
    fit : the fitted model, where there is one; its state comes before its numbers.
    assessment : the answer with the table `fit`, one row per model.
    model : the name of the model at the head of the sentence.
    """
    if fit is not None and not fit.converged:
        yield say("no_fit")
        return
    if fit is not None and fit.admissible is False:
        yield say("not_admissible")
    frame = find_frame(assessment, "fit", ("chisq", "df"))
    measures = fit.fit_measures if fit is not None else (frame.iloc[0].to_dict() if frame is not None else {})
    yield from describe_measures(measures, model, fit.method.test if fit is not None else "")


def describe_measures(measures: Mapping[Any, Any], model: Text, test: str = "") -> Iterator[Text]:
    """Say the test and the indices of one model; of a scaled `test` the scaled statistic with its correction and the robust indices."""
    if is_missing(measures.get("chisq")):
        yield say("no_fit")
    elif measures["df"] == 0:
        yield say("fit_saturated", {"model": model})
    else:
        indices = Text(*(_BETWEEN[lang].join(_index_words(measures, lang)) for lang in ("en", "id")))
        scaled = is_scaled(measures)
        sentence = _scaled_sentence if scaled else _plain_sentence
        said = [sentence(measures, {"model": model, "indices": indices}, test)]
        if test in _RESIDUAL_TESTS:
            said.append(say("fit_residual_test"))
        yield join_texts(*said, *_test_words(measures.get("pvalue_scaled" if scaled else "pvalue")))


def _plain_sentence(measures: Mapping[Any, Any], values: Mapping[str, Any], _: str) -> Text:
    test = {"df": Number(measures["df"], "integer"), "chisq": Number(measures["chisq"])}
    return say("fit", {**values, **test, "p": Probability(measures.get("pvalue"))})


def _scaled_sentence(measures: Mapping[Any, Any], values: Mapping[str, Any], test: str) -> Text:
    return say(
        "fit_scaled",
        {
            **values,
            "df": Number(measures["df_scaled"], "df"),
            "chisq": Number(measures["chisq_scaled"]),
            "p": Probability(measures.get("pvalue_scaled")),
            "correction": _CORRECTIONS.get(test, _CORRECTED),
            "df_plain": Number(measures["df"], "integer"),
            "plain": Number(measures["chisq"]),
            "factor": Number(measures["chisq_scaling_factor"], "decimal3"),
        },
    )


def _test_words(pvalue: Any) -> Iterator[Text]:
    """Say what the test of exact fit means; nothing where the estimator has no test."""
    if not is_missing(pvalue):
        yield say("fit_not_rejected" if load_criterion(_EXACT_FIT).met(pvalue) else "fit_rejected")


def describe_loadings(estimates: pd.DataFrame) -> Iterator[Text]:
    """Say the range of the standardized loadings."""
    loadings = estimates[(estimates["op"] == "=~") & estimates["std_all"].notna()]
    if len(loadings) > 1:
        low, high = lowest(loadings, "std_all"), highest(loadings, "std_all")
        yield say(
            "loadings",
            {
                "lowest": Number(low["std_all"], "bounded"),
                "low": low["rhs"],
                "highest": Number(high["std_all"], "bounded"),
                "high": high["rhs"],
            },
        )


def describe_explained(fit: Fit) -> Iterator[Text]:
    """Say how much of the outcomes the paths explain (indicators are left to the table)."""
    outcomes = {row.lhs for row in fit.spec.rows if row.op == "~"}
    shares = [
        say("share", {"name": name, "value": Number(value, "bounded")})
        for name, value in fit.r2.items()
        if name in outcomes and not isinstance(value, Mapping)
    ]
    if shares:
        yield say("explained", {"shares": Series(shares)})


def _index_words(measures: Mapping[Any, Any], lang: str) -> Iterator[str]:
    for name in _INDICES:
        key = reported_key(measures, name)
        if is_missing(measures.get(key)):
            continue
        said = _IN_WORDS.format(name=label(key, lang), value=format_number(measures[key], "bounded3", lang))
        lower, upper = (measures.get(key.replace(name, f"{name}_ci_{end}", 1)) for end in ("lower", "upper"))
        if not is_missing(lower) and not is_missing(upper):
            said = f"{said}, {label(f'{name}_ci', lang)} {format_interval(lower, upper, 'bounded3', lang)}"
        yield said
