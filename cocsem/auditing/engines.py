"""Two independent engines must agree: the model is solved again by the one that did not solve it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import reason_of
from cocsem.errors import CocsemError
from cocsem.estimation.engines import solve
from cocsem.estimation.engines.semopy import refusal
from cocsem.estimation.options import ML
from cocsem.estimation.problem import Problem, objective, pose
from cocsem.estimation.starts import starting_values
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.model.identification import parameter_name

_TITLE = Text("Audit by a second engine", "Audit dengan mesin kedua")
_OTHER = {"native": "semopy", "semopy": "native"}
_AGREES = Text(
    "Two engines, {own} and {other}, solved the same model independently: their estimates differ by at most {gap:.1e} ({name}), their test "
    "statistics by {chisq:.1e}.",
    "Dua mesin, {own} dan {other}, menyelesaikan model yang sama secara terpisah: estimasinya berbeda paling besar {gap:.1e} ({name}), "
    "statistik ujinya {chisq:.1e}.",
)
_NOT_ASKED = Text("No second engine was asked: {reason}.", "Mesin kedua tidak dijalankan: {reason}.")
_WHY = {
    "converged": Text("the model did not converge", "model tidak konvergen"),
    "method": Text(
        "semopy is trusted with maximum likelihood on complete data only",
        "semopy hanya dipercaya untuk maximum likelihood pada data lengkap",
    ),
}


def audit(fit: Fit) -> Assessment:
    """Solve a fitted model again with the other engine and compare estimates and test statistic.

    Returns
    -------
    The assessment `audit`: table `audit` with quantity, ours, theirs, difference; or the reason why nobody else was asked.

    References: meshcheryakov2021
    """
    if not fit.converged:
        return _refused(_WHY["converged"])
    if fit.method.discrepancy != ML.discrepancy or fit.method.missing != ML.missing or fit.method.unbiased:
        return _refused(_WHY["method"])
    other = _OTHER[str(fit.provenance["engine"])]
    reason = refusal(fit.spec) if other == "semopy" else None
    if reason is not None:
        return _refused(reason)
    problem = pose(fit.spec, fit.statistics, fit.method)
    try:
        solution = solve(problem, starting_values(fit.spec, fit.statistics), other)
    except CocsemError as fault:
        return _refused(reason_of(fault))
    return _compared(fit, problem, solution.theta, other)


def _refused(reason: Text) -> Assessment:
    text = Text(_NOT_ASKED.en.format(reason=reason.en.rstrip(".")), _NOT_ASKED.id.format(reason=reason.id.rstrip(".")))
    return Assessment("audit", _TITLE, text=(text,))


def _compared(fit: Fit, problem: Problem, theta: np.ndarray, other: str) -> Assessment:
    gaps = np.abs(theta - fit.theta)
    worst = int(gaps.argmax())
    ours, theirs = (float(problem.count * objective(problem, point)) for point in (fit.theta, theta))
    frame = pd.DataFrame(
        [
            {"quantity": "chisq", "ours": ours, "theirs": theirs, "difference": theirs - ours},
            {
                "quantity": f"estimate: {parameter_name(fit.spec, worst + 1)}",
                "ours": float(fit.theta[worst]),
                "theirs": float(theta[worst]),
                "difference": float(theta[worst] - fit.theta[worst]),
            },
        ]
    )
    own = str(fit.provenance["engine"])
    values = {
        "own": own,
        "other": other,
        "gap": gaps[worst],
        "name": parameter_name(fit.spec, worst + 1),
        "chisq": abs(theirs - ours),
    }
    return Assessment(
        "audit",
        _TITLE,
        tables=(Table("audit", _TITLE, frame),),
        facts={
            "engines": (own, other),
            "largest_difference": float(gaps[worst]),
            "chisq_difference": abs(theirs - ours),
        },
        text=(Text(_AGREES.en.format(**values), _AGREES.id.format(**values)),),
        references=("meshcheryakov2021",),
    )
