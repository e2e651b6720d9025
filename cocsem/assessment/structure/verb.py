"""The structures side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import pandas as pd

from cocsem.assessment.attempts import Attempt, Question, attempt, factors_of, item_names, stated, tested
from cocsem.assessment.structure.general_factor import general_factor_table, uncontaminated
from cocsem.assessment.structure.texts import bifactor_text, correlated_text, higher_text, polarity_text, single_text
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import fill, number, probability, proportion
from cocsem.errors import UsageError
from cocsem.estimation.verbs import Data, Model
from cocsem.instrument.load import load_instrument
from cocsem.language import Text
from cocsem.model.automatic import rules_for
from cocsem.model.build import build_spec
from cocsem.model.from_theory import first_order, measurement_syntax
from cocsem.model.types import ModelSpec
from cocsem.survey.types import Survey
from cocsem.theory.types import Theory

_TITLE = Text("Structure of the factors", "Struktur faktor")
_MODELS = Text("Rival structures of the items", "Struktur tandingan bagi butir-butir")
_GENERAL = Text("General factor of the bifactor model", "Faktor umum model bifaktor")
NAMES = {
    "one_factor": Text("one factor", "satu faktor"),
    "correlated": Text("correlated factors", "faktor berkorelasi"),
    "higher_order": Text("higher-order factor", "faktor orde lebih tinggi"),
    "bifactor": Text("bifactor", "bifaktor"),
    "polarity": Text("correlated factors and polarity of the items", "faktor berkorelasi dan arah butir"),
}
_FIT = ("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr", "aic", "bic")
_NOTE = Text(
    "delta_chisq: difference test against the correlated factors, where one model is a special case of the other; other models are compared by AIC and BIC.",
    "delta_chisq: uji selisih terhadap faktor berkorelasi, bila satu model merupakan kasus khusus model lain; model lainnya dibandingkan dengan AIC dan BIC.",
)
_GENERAL_NOTE = Text(
    "omega_hierarchical: share of the variance of the items' sum that the factor alone explains; omega_total: that all factors explain; ecv: share of the common variance.",
    "omega_hierarchical: proporsi varians jumlah butir yang dijelaskan faktor itu sendiri; omega_total: oleh semua faktor; ecv: proporsi varians bersama.",
)
_EQUIVALENT = Text(
    "equivalent to the correlated factors: no data can tell them apart",
    "ekuivalen dengan faktor berkorelasi: data apa pun tidak dapat membedakannya",
)
_BEST = Text(
    "Lowest BIC: {best}; next {second}, ΔBIC = {delta}. A bifactor model fits nearly any data well, also where the others are true, so its fit alone does not speak for it.",
    "BIC terendah: {best}; berikutnya {second}, ΔBIC = {delta}. Model bifaktor cocok dengan hampir semua data, juga bila model lain yang benar, sehingga kecocokannya saja bukan "
    "bukti yang mendukungnya.",
)
_DISAGREE = Text(
    "AIC prefers: {aic}; BIC, which charges more for every parameter: {bic}. Where they disagree, the difference test says whether the simpler model loses something detectable.",
    "AIC memilih: {aic}; BIC, yang membebani setiap parameter lebih berat: {bic}. Bila keduanya berbeda, uji selisih menunjukkan apakah model yang lebih sederhana kehilangan sesuatu "
    "yang terdeteksi.",
)
_STRENGTH = Text(
    "In the bifactor model the general factor holds {ecv} of the common variance and explains {omega} of the variance of the sum of all items (ω hierarchical); {puc} of the "
    "item correlations belong to it alone (PUC).",
    "Dalam model bifaktor, faktor umum memuat {ecv} dari varians bersama dan menjelaskan {omega} dari varians jumlah semua butir (ω hierarkis); {puc} dari korelasi butir "
    "hanya berasal darinya (PUC).",
)
_POLARITY = Text(
    "Direction of the items as a method factor: variance {variance} (SE {se}), Δχ²({ddf}) = {dchisq}, {p}.",
    "Arah butir sebagai faktor metode: varians {variance} (SE {se}), Δχ²({ddf}) = {dchisq}, {p}.",
)


def factor_structure(
    model: Model,
    data: Data,
    *,
    reverse: Iterable[str] | None = None,
    estimator: str = "ML",
    missing: str = "listwise",
    engine: str = "native",
) -> Assessment:
    """Compare the structures that one set of items may have: one factor, correlated factors, a higher-order factor, a bifactor model.

    Where items run both ways, correlated factors with a method factor for the direction of the items are added.

    Parameters
    ----------
    model : measurement model of first-order factors, or a Theory. data : as in `cfa`.
    reverse : items that ran the other way when asked (recoded by now); by default those of the instruments of a Survey.
    estimator, missing, engine : as in `cfa`.

    Returns
    -------
    Assessment `factor_structure`: table structures (fit, difference tests, AIC, BIC), and general_factor where the bifactor model has a proper solution.

    Raises
    ------
    UsageError : a model that cannot be used, with what to do. CocsemError : as `cfa`, where the factors cannot be fitted to the answers.

    References: reise2012, rodriguez2016, zinbarg2005

    >>> import cocsem
    >>> data = cocsem.load_dataset("holzinger_swineford")
    >>> found = cocsem.factor_structure("visual =~ x1 + x2 + x3; textual =~ x4 + x5 + x6; speed =~ x7 + x8 + x9", data)
    >>> found["structures"]["df"].tolist()[:2]
    [27.0, 24.0]
    """
    question = _ask(model, data, {"estimator": estimator, "missing": missing, "engine": engine})
    turned = _reversed(data) if reverse is None else set(item_names(reverse, "reverse"))
    attempts = _attempts(question, turned & set(question.items))
    tables = [Table("structures", _MODELS, pd.DataFrame([_row(one) for one in attempts.values()]), (_NOTE,))]
    bifactor = attempts.get("bifactor")
    if bifactor is not None and bifactor.usable and bifactor.fit is not None:
        tables.append(Table("general_factor", _GENERAL, general_factor_table(bifactor.fit), (_GENERAL_NOTE,)))
    return Assessment(
        "factor_structure",
        _TITLE,
        tuple(tables),
        {"uncontaminated": uncontaminated(question.factors), "reverse": tuple(sorted(turned))},
        text=tuple(_tell(question, attempts, tables)),
        references=("reise2012", "rodriguez2016", "zinbarg2005"),
    )


def _ask(model: Model, data: Data, options: dict[str, str]) -> Question:
    if isinstance(model, Theory):
        instruments = [load_instrument(code) for code in model.instruments]
        model = measurement_syntax(first_order(model.constructs, instruments))
    if isinstance(model, ModelSpec) or data is None:
        raise UsageError(
            "The structures are built from model text and need the answers: give lavaan syntax with =~ lines, and data."
        )
    spec = build_spec(model, rules_for("cfa", {}))
    if any(row.op == "~" or (row.op == "=~" and row.rhs in spec.latent) for row in spec.rows):
        raise UsageError(
            "The structures are compared for first-order factors: give their =~ lines only, without paths and higher factors."
        )
    return Question(model, data, options, factors_of(spec), ())


def _reversed(data: Data) -> set[str]:
    instruments = data.instruments if isinstance(data, Survey) else ()
    return {item.code for instrument in instruments for item in instrument.items if item.reverse}


def _attempts(question: Question, turned: set[str]) -> Mapping[str, Attempt]:
    """Every structure that the items allow, by key; nested ones with their test against the correlated factors."""
    factors = question.factors
    texts = {"one_factor": single_text(question.items)}
    if len(factors) > 1:
        texts["correlated"] = correlated_text(factors)
        texts["bifactor"] = bifactor_text(factors)
    if len(factors) > 2:
        texts["higher_order"] = higher_text(factors)
    if turned and turned != set(question.items):
        texts["polarity"] = polarity_text(factors, turned)
    order = [key for key in NAMES if key in texts]
    given = "correlated" if "correlated" in texts else "one_factor"
    reference = stated(question, given, texts[given])
    found = {key: reference if key == given else attempt(question, key, texts[key]) for key in order}
    return {key: _against(one, reference) for key, one in found.items()}


def _against(one: Attempt, reference: Attempt) -> Attempt:
    """Test a structure against the correlated factors where they are nested and their degrees of freedom differ."""
    if one is reference or one.key == "bifactor" or one.fit is None or reference.fit is None:
        return one
    own, other = (a.fit.fit_measures.get("df") if a.fit else None for a in (one, reference))
    if own is None or other is None:
        return one
    if own == other:
        return replace(one, note=_EQUIVALENT)
    pair = (one, reference) if own > other else (reference, one)
    return replace(one, against=reference.key, test=tested(*pair))


def _row(one: Attempt) -> dict[str, object]:
    measures = one.fit.fit_measures if one.fit is not None and one.fit.converged else {}
    test = one.test or {}
    return {
        "model": NAMES[one.key],
        **{name: measures.get(name, math.nan) for name in _FIT},
        **{name: test.get(name, math.nan) for name in ("delta_chisq", "delta_df", "pvalue_diff")},
        "note": one.note,
    }


def _tell(question: Question, attempts: Mapping[str, Attempt], tables: list[Table]) -> Iterator[Text]:
    distinct = [one for one in attempts.values() if one.usable and one.note is not _EQUIVALENT]
    usable = [(one.fit.fit_measures["bic"], one.key) for one in distinct if one.fit is not None]
    ranked = sorted(usable)
    if len(ranked) > 1:
        (low, best), (high, second) = ranked[:2]
        informed = min((one.fit.fit_measures["aic"], one.key) for one in distinct if one.fit is not None)[1]
        if informed != best:
            yield fill(_DISAGREE, {"aic": NAMES[informed], "bic": NAMES[best]})
        yield fill(_BEST, {"best": NAMES[best], "second": NAMES[second], "delta": number(high - low, 1)})
    if len(tables) > 1:
        general = tables[1].frame.to_dict("records")[0]
        values = {"ecv": proportion(general["ecv"]), "omega": proportion(general["omega_hierarchical"])}
        yield fill(_STRENGTH, {**values, "puc": proportion(uncontaminated(question.factors))})
    polarity = attempts.get("polarity")
    if polarity is not None and polarity.usable and polarity.fit is not None and polarity.test:
        frame = polarity.fit.estimates
        row = frame[(frame["lhs"] == "polarity") & (frame["op"] == "~~") & (frame["rhs"] == "polarity")].to_dict(
            "records"
        )[0]
        test = {"ddf": int(polarity.test["delta_df"]), "dchisq": number(polarity.test["delta_chisq"])}
        yield fill(
            _POLARITY,
            {
                **test,
                "variance": number(row["est"]),
                "se": number(row["se"]),
                "p": probability(polarity.test["pvalue_diff"]),
            },
        )
