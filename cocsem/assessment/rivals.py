"""Rival models of one theory, fitted to the same answers and compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from cocsem.assessment.model_fit import fit_row
from cocsem.assessment.reported import is_scaled, reported_key
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.vuong import vuong
from cocsem.assessment.wording import reason_of
from cocsem.errors import CocsemError
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.theory.rivals import apply
from cocsem.theory.types import Theory

_VUONG = ("omega2_pvalue", "vuong_z", "vuong_pvalue")
_TITLE = Text("Rival models", "Model tandingan")
_MAIN = Text("The theory as stated", "Teori sebagaimana dinyatakan")
_EQUIVALENT = Text(
    "equivalent to {0}: no data can tell them apart", "ekuivalen dengan {0}: data apa pun tidak dapat membedakannya"
)
_FAILED = Text("did not converge", "tidak konvergen")
_IMPROPER = Text("not admissible: read with care", "solusi tidak layak: baca dengan hati-hati")
_NOTES = (
    Text(
        "All models are fitted to the same rows and the same items, so AIC and BIC can be compared; the lowest is preferred. Chi-square "
        "differences are not tested, since the models are not nested.",
        "Semua model diestimasi pada baris dan butir yang sama, sehingga AIC dan BIC dapat dibandingkan; yang terendah lebih disukai. "
        "Selisih khi-kuadrat tidak diuji karena model-model ini tidak bersarang.",
    ),
    Text(
        "vuong_z: Vuong's test of each rival against the theory, case by case (positive: the theory is closer to the answers); it is read only "
        "where omega2_pvalue, the test that the two can be told apart at all, is small.",
        "vuong_z: uji Vuong tiap model tandingan terhadap teori, kasus demi kasus (positif: teori lebih dekat dengan jawaban); dibaca hanya bila "
        "omega2_pvalue, uji apakah keduanya dapat dibedakan, kecil.",
    ),
    Text(
        "A better rival does not prove its arrows either: cross-sectional answers can rank models, not order causes in time.",
        "Model tandingan yang lebih baik juga tidak membuktikan arah panahnya: data potong lintang dapat memeringkat model, bukan "
        "menentukan urutan sebab dalam waktu.",
    ),
)


def rivals(theory: Theory, main: Fit, refit: Callable[[Theory], Fit]) -> tuple[Assessment, Mapping[str, Fit]]:
    """Fit every rival of a theory and compare it with the theory as stated.

    Parameters
    ----------
    theory : the theory. main : its fit. refit : fits another path set to the same answers.

    Returns
    -------
    The assessment `rivals` (one row per model: model name why chisq df pvalue cfi rmsea aic bic delta_aic omega2_pvalue vuong_z vuong_pvalue note; with a scaled test its statistic
    and the robust indices in their place) and the fits.
    """
    fits: dict[str, Fit] = {theory.code: main}
    rows = [{**_row(theory.code, _MAIN, main), "name": _MAIN}]
    for rival in theory.rivals:
        named = {"model": rival.id, "name": rival.title or Text(rival.id, rival.id)}
        try:
            fit = refit(apply(theory, rival))
        except CocsemError as fault:
            rows.append({**named, "why": rival.why, "note": reason_of(fault)})
            continue
        fits[rival.id] = fit
        rows.append({**_row(rival.id, rival.why, fit), **named, **_case_by_case(main, fit)})
    numeric = _columns(main)
    frame = pd.DataFrame(rows, columns=["model", "name", "why", *numeric, "delta_aic", *_VUONG, "note"])
    frame[[*numeric, *_VUONG]] = frame[[*numeric, *_VUONG]].astype("float64")
    frame["delta_aic"] = frame["aic"] - frame["aic"].min()
    frame["note"] = frame["note"].astype(object).where(frame["note"].notna(), None)
    return Assessment(
        "rivals",
        _TITLE,
        (Table("rivals", _TITLE, _mark_equivalent(frame), _NOTES),),
        references=("vuong1989", "merkle2016") if frame["vuong_z"].notna().any() else (),
    ), fits


def _case_by_case(main: Fit, rival: Fit) -> dict[str, float]:
    """Vuong's tests of a rival that is not nested in the theory, nor the theory in it."""
    one, other = ({(r.lhs, r.op, r.rhs) for r in fit.spec.rows if r.free} for fit in (main, rival))
    if one <= other or other <= one:
        return {}
    try:
        found = vuong(main, rival)
    except CocsemError:  # an estimator without a likelihood, or a model that did not converge
        return {}
    return dict(zip(_VUONG, (found.omega2_pvalue, found.z, found.pvalue), strict=True))


def _row(code: str, why: Text, fit: Fit) -> dict[str, object]:
    note = _FAILED if not fit.converged else None if fit.admissible else _IMPROPER
    numbers = fit_row(fit)
    return {
        "model": code,
        "why": why,
        **numbers,
        "note": note,
    }


def _columns(main: Fit) -> list[str]:
    """The numbers printed of each model: the test and the indices that are reported of the theory as stated."""
    numbers = fit_row(main)
    own = ["df_scaled"] if numbers.get("df_scaled") != numbers["df"] else []
    test = ["chisq_scaled", *own, "pvalue_scaled"] if is_scaled(numbers) else ["pvalue"]
    return ["chisq", "df", *test, reported_key(numbers, "cfi"), reported_key(numbers, "rmsea"), "aic", "bic"]


def _mark_equivalent(frame: pd.DataFrame) -> pd.DataFrame:
    """Models with the same chi-square and degrees of freedom are equivalent: the data cannot tell them apart."""
    chisq, df, notes = frame["chisq"].to_numpy(), frame["df"].to_numpy(), list(frame["note"])
    for i in range(len(frame)):
        same = [j for j in range(i) if df[i] == df[j] and abs(chisq[i] - chisq[j]) < 1e-4]
        if same:
            name = str(frame["model"].iloc[same[0]])
            notes[i] = Text(_EQUIVALENT.en.format(name), _EQUIVALENT.id.format(name))
    return frame.assign(note=pd.Series(notes, index=frame.index, dtype=object))
