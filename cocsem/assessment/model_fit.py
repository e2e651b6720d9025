"""A fitted model as tables: its test and indices, its estimates, what it explains."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from cocsem.assessment.judge import judge
from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.estimation.types import Fit
from cocsem.language import Text

INDICES = (
    "chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper", "srmr", "aic", "bic", "npar", "ntotal",
)  # fmt: skip
_JUDGED = ("cfi", "tli", "rmsea", "srmr")
_TITLES = {
    "cfa": Text("Confirmatory factor analysis", "Analisis faktor konfirmatori"),
    "structural": Text("Structural model", "Model struktural"),
}
_NO_JUDGEMENT = Text(
    "Fit indices are printed without a verdict where the model did not converge or is not admissible.",
    "Indeks kecocokan tidak diberi penilaian bila model tidak konvergen atau tidak layak.",
)


def fit_row(fit: Fit) -> Mapping[str, float | None]:
    """Return the test and the indices of one model; None for each where it did not converge."""
    return {name: fit.fit_measures.get(name) for name in INDICES}


def model_assessment(fit: Fit, key: str) -> Assessment:
    """Return a fitted model as the assessment `cfa` or `structural`.

    Tables: `fit` (one row; empty when not converged), `estimates`, `r2`. Verdicts on CFI, TLI, RMSEA and SRMR only for
    a converged and admissible model.
    """
    tables = []
    if fit.converged:
        estimates = fit.estimates.drop(columns=["std_lv", "std_nox"])
        estimates = estimates.drop(columns="group") if estimates["group"].eq("").all() else estimates
        tables = [
            Table("fit", Text("Model fit", "Kecocokan model"), pd.DataFrame([fit_row(fit)])),
            Table("estimates", Text("Parameter estimates", "Estimasi parameter"), estimates.reset_index(drop=True)),
            Table("r2", Text("Explained variance", "Varians yang dijelaskan"), _explained(fit)),
        ]
    return Assessment(
        key=key,
        title=_TITLES[key],
        tables=tuple(tables),
        facts={"converged": fit.converged, "admissible": fit.admissible, "n_obs": fit.n_obs},
        verdicts=_verdicts(fit, key),
        warnings=() if fit.converged and fit.admissible else (_NO_JUDGEMENT,),
        references=("rosseel2012", "meshcheryakov2021")
        if fit.provenance.get("engine") == "semopy"
        else ("rosseel2012",),
    )


def _verdicts(fit: Fit, key: str) -> tuple[Verdict, ...]:
    if not (fit.converged and fit.admissible):
        return ()
    context = {"n": fit.n_obs, "df": int(fit.fit_measures["df"]), "estimator": fit.provenance["estimator"]}
    return tuple(judge(fit.fit_measures[name], name, key, context) for name in _JUDGED)


def _explained(fit: Fit) -> pd.DataFrame:
    paths = {r.lhs for r in fit.spec.rows if r.op == "~"}
    flat = {("", k): v for k, v in fit.r2.items() if not isinstance(v, Mapping)}
    flat |= {(g, k): v for g, inner in fit.r2.items() if isinstance(inner, Mapping) for k, v in inner.items()}
    rows = [{"group": g, "variable": k, "r2": v} for (g, k), v in flat.items() if not paths or k in paths]
    frame = pd.DataFrame(rows, columns=["group", "variable", "r2"])
    return frame.drop(columns="group") if len(fit.spec.groups) == 1 else frame
