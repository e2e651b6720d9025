"""The verdict on each hypothesis: its sign, its test, its sources."""

from __future__ import annotations

import math

import pandas as pd

from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import bounded, fill
from cocsem.criteria import load_criterion
from cocsem.estimation.standardized_solution import standardized
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.theory.types import Hypothesis, Theory

CRITERION = "path_test"
_TITLE = Text("Hypotheses", "Hipotesis")
SUPPORTED = Text("supported", "didukung")
NOT_SUPPORTED = Text("not supported", "tidak didukung")
OPPOSITE = Text("opposite sign", "berlawanan arah")
NO_VERDICT = Text("no verdict", "tanpa simpulan")
_NOTES = (
    Text(
        "Supported: the sign is as expected and two-sided p < {level}. Opposite sign: p < {level} against it. Otherwise not supported: "
        "absence of evidence, not evidence of absence; read the interval.",
        "Didukung: arah sesuai harapan dan p dua sisi < {level}. Berlawanan arah: p < {level} dengan arah sebaliknya. Selain itu tidak "
        "didukung: belum ada bukti, bukan bukti ketiadaan; bacalah selang kepercayaannya.",
    ),
)
_INTERVALS = {
    "delta": Text(
        "β with its own standard error and 95% interval (delta method); p is that of the unstandardized coefficient B.",
        "β dengan galat baku dan selang kepercayaan 95%-nya sendiri (metode delta); p berasal dari koefisien tak terstandar B.",
    ),
    "bootstrap": Text(
        "β with its own standard error and 95% interval (percentiles) from {draws} bootstrap draws; p is that of the unstandardized coefficient B.",
        "β dengan galat baku dan selang kepercayaan 95%-nya sendiri (persentil) dari {draws} ulangan bootstrap; p berasal dari koefisien tak "
        "terstandar B.",
    ),
}
_REFUSED = Text(
    "No verdicts: the model did not converge or its solution is not admissible, so its paths cannot be read.",
    "Tanpa simpulan: model tidak konvergen atau solusinya tidak layak, sehingga jalurnya tidak dapat dibaca.",
)


def verdict(sign: str, estimate: float, pvalue: float) -> Text:
    """Judge one path: supported, not supported, or opposite sign.

    >>> verdict("+", 0.31, 0.002)["en"], verdict("-", 0.31, 0.002)["en"], verdict("+", 0.31, 0.2)["en"]
    ('supported', 'opposite sign', 'not supported')
    """
    if math.isnan(estimate) or math.isnan(pvalue):
        return NO_VERDICT
    if not is_met(judge(pvalue, CRITERION, "path")):
        return NOT_SUPPORTED
    return SUPPORTED if (estimate > 0) == (sign == "+") else OPPOSITE


def hypotheses(fit: Fit, theory: Theory) -> Assessment:
    """Put every hypothesis of a theory to the fitted model.

    Returns
    -------
    The assessment `hypotheses` with one row per hypothesis (and group): id source target sign std se ci_lower ci_upper est est_se
    pvalue verdict statement references. No verdict when the fit is not converged or not admissible.
    """
    usable = fit.converged and bool(fit.admissible)
    std = standardized(fit) if fit.converged else None
    frame = pd.DataFrame([_row(h, group, fit, std, usable) for h in theory.hypotheses for group in fit.spec.groups])
    counts = {
        v.en: int(sum(x == v for x in frame["verdict"])) for v in (SUPPORTED, NOT_SUPPORTED, OPPOSITE, NO_VERDICT)
    }
    level = bounded(load_criterion(CRITERION).weakest)
    interval = _INTERVALS["delta"]
    if fit.draws is not None:
        interval = _INTERVALS["bootstrap"].format(draws=len(fit.draws.theta))
    return Assessment(
        key="hypotheses",
        title=_TITLE,
        tables=(Table("hypotheses", _TITLE, frame, (*(fill(note, {"level": level}) for note in _NOTES), interval)),),
        facts={"counts": counts},
        warnings=() if usable else (_REFUSED,),
        references=tuple(dict.fromkeys(r for h in theory.hypotheses for r in h.references)),
    )


def _row(h: Hypothesis, group: str, fit: Fit, std: pd.DataFrame | None, usable: bool) -> dict[str, object]:
    name = f"{h.id} [{group}]" if group else h.id
    row: dict[str, object] = {"id": name, "source": h.source, "target": h.target, "sign": h.sign}
    numbers = dict.fromkeys(("std", "se", "ci_lower", "ci_upper", "est", "est_se", "pvalue"), math.nan)
    if fit.converged and std is not None:
        at = (fit.estimates["lhs"] == h.target) & (fit.estimates["op"] == "~") & (fit.estimates["rhs"] == h.source)
        at &= fit.estimates["group"] == group
        raw, own = fit.estimates[at].iloc[0], std[at].iloc[0]
        numbers = {
            "std": float(own["est_std"]), "se": float(own["se"]), "ci_lower": float(own["ci_lower"]), "ci_upper": float(own["ci_upper"]),
            "est": float(raw["est"]), "est_se": float(raw["se"]), "pvalue": float(raw["pvalue"]),
        }  # fmt: skip
    judged = verdict(h.sign, numbers["est"], numbers["pvalue"]) if usable else NO_VERDICT
    return {**row, **numbers, "verdict": judged, "statement": h.statement, "references": h.references}
