"""Other programs on this machine asked the same question: lavaan in R, seminr, pingouin. None of them has to be there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import pandas as pd

from cocsem.assessment.types import Assessment, Table
from cocsem.auditing.rscript import ask_lavaan
from cocsem.errors import CocsemError
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.model.types import Row

_TITLE = Text("Audit by other programs", "Audit dengan program lain")
_COMPARED = ("chisq", "df", "chisq_scaled", "cfi", "tli", "rmsea", "srmr", "aic", "bic")
_NOTE = Text(
    "Fit measures as each program prints them. For estimates, standard errors and loadings the row with the largest difference.",
    "Ukuran kecocokan seperti dicetak setiap program. Untuk estimasi, galat baku, dan muatan: baris dengan selisih terbesar.",
)
_NOT_THERE = Text("{program} was not asked: {reason}.", "{program} tidak dijalankan: {reason}.")
_SAYS = Text(
    "{program} {version} was asked the same: the largest relative difference is {gap:.1e} ({quantity}).",
    "{program} {version} diberi pertanyaan yang sama: selisih relatif terbesar {gap:.1e} ({quantity}).",
)
_SAYS_THE_SAME = Text(
    "{program} {version} was asked the same: every number is the same to the last digit.",
    "{program} {version} diberi pertanyaan yang sama: semua angka sama sampai digit terakhir.",
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What another program said: rows of (quantity, ours, theirs), its version, and how its conventions differ."""

    program: str
    version: str
    rows: tuple[tuple[str, float, float], ...]
    conventions: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Silence:
    """Why another program was not asked."""

    program: str
    reason: Text


def audit_programs(fit: Fit | None, scales: Mapping[str, pd.DataFrame], alphas: Mapping[str, float]) -> Assessment:
    """Ask every other program what it can answer, and compare.

    Parameters
    ----------
    fit : a fitted model, or None. scales : items by scale. alphas : our alpha of each of them.

    Returns
    -------
    The assessment `programs`: table `programs` with program, quantity, ours, theirs, difference; texts that say what was
    asked of whom, which conventions differ, and who could not be asked.

    References: rosseel2012, vallat2018
    """
    answers = [ask_lavaan_too(fit), ask_seminr(fit), ask_pingouin(scales, alphas)]
    rows = [
        {"program": a.program, "quantity": quantity, "ours": ours, "theirs": theirs, "difference": theirs - ours}
        for a in answers
        if isinstance(a, Answer)
        for quantity, ours, theirs in a.rows
    ]
    frame = pd.DataFrame(rows, columns=["program", "quantity", "ours", "theirs", "difference"])
    return Assessment(
        "programs",
        _TITLE,
        tables=(Table("programs", _TITLE, frame, (_NOTE,)),) if rows else (),
        text=tuple(text for answer in answers for text in _say(answer)),
        references=("rosseel2012", "vallat2018"),
    )


def ask_lavaan_too(fit: Fit | None) -> Answer | Silence:
    """Fit the same parameter table with lavaan, where Rscript and lavaan are installed."""
    if fit is None or not fit.converged:
        return Silence("lavaan", _WHY["no_fit"])
    try:
        found = ask_lavaan(fit)
    except CocsemError as fault:
        return Silence("lavaan", Text(str(fault), str(fault)))
    if isinstance(found, Text):
        return Silence("lavaan", found)
    version, measures, parameters = found
    rows = list(_measures(fit, measures))
    own = {_key(row): row for row in fit.estimates.to_dict("records")}
    rows += _largest(own, parameters, "est", "estimate")
    rows += _largest(own, parameters, "se", "se")
    return Answer("lavaan", version, tuple(rows))


def ask_seminr(fit: Fit | None) -> Answer | Silence:
    """Fit the same model with seminr, where it is installed: reflective factors and paths, ML or MLR, complete data."""
    if find_spec("seminr") is None:
        return Silence("seminr", _WHY["not_installed"])
    if fit is None or not fit.converged or not _is_plain(fit):
        return Silence("seminr", _WHY["seminr_model"])
    import seminr

    measured: dict[str, list[str]] = {}
    for row in fit.spec.rows:
        if row.op == "=~":
            measured.setdefault(row.lhs, []).append(row.rhs)
    blocks = seminr.constructs(*(seminr.reflective(name, items) for name, items in measured.items()))
    arrows = [seminr.paths(row.rhs, row.lhs) for row in fit.spec.rows if row.op == "~"]
    frame = pd.DataFrame(fit.statistics[0].data, columns=list(fit.statistics[0].names))
    estimator = str(fit.provenance["estimator"])
    try:
        if arrows:
            theirs = seminr.estimate_cbsem(frame, blocks, seminr.relationships(*arrows), estimator=estimator)
        else:
            theirs = seminr.estimate_cfa(frame, blocks, estimator=estimator)
    except Exception as fault:  # what another program raises is its answer, not our failure
        return Silence("seminr", Text(f"it stopped with: {fault}", f"program berhenti dengan: {fault}"))
    measures = {name.replace(".", "_"): value for name, value in theirs.estimation.fit_measures.items()}
    rows = [*_measures(fit, measures), *_largest_loading(fit, theirs.factor_loadings)]
    return Answer("seminr", seminr.__version__, tuple(rows), (_CONVENTIONS["seminr"],))


def ask_pingouin(scales: Mapping[str, pd.DataFrame], alphas: Mapping[str, float]) -> Answer | Silence:
    """Compute alpha of every scale with pingouin, on the rows that answer the whole scale."""
    known = {name: frame.dropna() for name, frame in scales.items() if name in alphas and frame.shape[1] > 1}
    if not known:
        return Silence("pingouin", _WHY["no_scales"])
    import pingouin

    rows = [
        (f"alpha: {name}", float(alphas[name]), float(pingouin.cronbach_alpha(frame)[0]))
        for name, frame in known.items()
    ]
    return Answer("pingouin", pingouin.__version__, tuple(rows))


_WHY = {
    "no_fit": Text("there is no model that converged", "tidak ada model yang konvergen"),
    "not_installed": Text("it is not installed", "program itu tidak terpasang"),
    "no_scales": Text("there are no scales of two items or more", "tidak ada skala dengan dua butir atau lebih"),
    "seminr_model": Text(
        "it fits first-order reflective factors with free loadings by ML or MLR on complete data of one group, and this model is another",
        "program itu hanya untuk faktor reflektif orde pertama dengan muatan bebas, ML atau MLR, data lengkap, satu kelompok; model ini lain",
    ),
}
_CONVENTIONS = {
    "seminr": Text(
        "seminr fixes factor variances instead of markers: unstandardized estimates differ by that scale, and the standardized loadings are compared.",
        "seminr menetapkan varians faktor, bukan muatan acuan: estimasi tak terstandar berbeda karena skalanya, jadi yang dibandingkan muatan terstandar.",
    )
}


def _say(answer: Answer | Silence) -> Iterator[Text]:
    if isinstance(answer, Silence):
        words = {"program": answer.program}
        yield Text(*(_NOT_THERE[lang].format(reason=answer.reason[lang].rstrip("."), **words) for lang in ("en", "id")))
        return
    gaps = [(abs(theirs - ours) / max(abs(ours), 1.0), quantity) for quantity, ours, theirs in answer.rows]
    gap, quantity = max(gaps, key=lambda pair: pair[0])
    values = {"program": answer.program, "version": answer.version, "gap": gap, "quantity": quantity}
    yield (_SAYS if gap else _SAYS_THE_SAME).format(**values)
    yield from answer.conventions


def _measures(fit: Fit, theirs: Mapping[str, float]) -> Iterator[tuple[str, float, float]]:
    for name in _COMPARED:
        ours = fit.fit_measures.get(name)
        if ours is not None and name in theirs and not math.isnan(ours) and not math.isnan(theirs[name]):
            yield name, float(ours), float(theirs[name])


def _largest(
    own: Mapping[Any, Mapping[Any, Any]], theirs: Mapping[Any, Mapping[str, float]], column: str, name: str
) -> list[tuple[str, float, float]]:
    """The row in which a column differs most."""
    pairs = [
        (f"{name}: {key[0]} {key[1]} {key[2]}", float(own[key][column]), row[column])
        for key, row in theirs.items()
        if key in own and not math.isnan(row[column]) and not math.isnan(float(own[key][column]))
    ]
    return [max(pairs, key=lambda pair: abs(pair[2] - pair[1]))] if pairs else []


def _largest_loading(fit: Fit, theirs: Any) -> list[tuple[str, float, float]]:
    own = fit.estimates[fit.estimates["op"] == "=~"]
    pairs = []
    for lhs, rhs, value in zip(own["lhs"], own["rhs"], own["std_all"], strict=True):
        other = theirs.values[theirs.rows.index(rhs)][theirs.cols.index(lhs)]
        pairs.append((f"loading: {lhs} =~ {rhs}", float(value), float(other)))
    return [max(pairs, key=lambda pair: abs(pair[2] - pair[1]))]


def _key(row: Mapping[Any, Any]) -> tuple[str, str, str, str]:
    return str(row["lhs"]), str(row["op"]), str(row["rhs"]), str(row["group"])


def _is_plain(fit: Fit) -> bool:
    """A model that seminr's two functions can state: nothing fixed but markers, no residual covariances, no constraints."""
    rows = fit.spec.rows
    latent = {row.lhs for row in rows if row.op == "=~"}
    observed = {row.rhs for row in rows if row.op == "=~"}
    return (
        str(fit.provenance["estimator"]) in ("ML", "MLR")
        and fit.provenance["missing"] == "listwise"
        and len(fit.spec.groups) == 1
        and not fit.spec.constraints
        and fit.statistics[0].data is not None
        and not latent & observed
        and all(_is_simple(row, latent) for row in rows)
    )


def _is_simple(row: Row, latent: set[str]) -> bool:
    """A loading, a mean, a path among factors, a variance or a covariance of factors."""
    inside = {row.lhs, row.rhs} <= latent
    return row.op in ("=~", "~1") or (row.op == "~" and inside) or (row.op == "~~" and (row.lhs == row.rhs or inside))
