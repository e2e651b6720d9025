"""A fitted model as tables: its test and indices, its estimates, what it explains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from cocsem.assessment.judge import judge
from cocsem.assessment.reported import CORRECTED, KINDS, SCALED_TEST, is_scaled, reported_key
from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.estimation.types import Fit
from cocsem.language import Text

# The goodness of fit by both formulas: the estimate for the population, and what AMOS and LISREL print.
GOODNESS = ("gfi", "gfi_lisrel", "agfi_lisrel")
INDICES = (
    "chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper", "srmr", *GOODNESS, "aic", "bic", "npar", "ntotal",
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


_ROBUST = Text(
    "Scaled: the test statistic divided (and, where said, shifted) by what the answers vary beyond normality, and the indices "
    "computed from it. Robust: indices that estimate what they would be if the answers were normal. The two are not the same; the "
    "robust ones are reported where there are any.",
    "Terskala: statistik uji dibagi (dan, bila disebut, digeser) menurut keragaman jawaban di luar normalitas, beserta indeks yang "
    "dihitung darinya. Robust: indeks yang menaksir nilainya seandainya jawaban berdistribusi normal. Keduanya tidak sama; yang "
    "dilaporkan adalah yang robust bila tersedia.",
)


_GOODNESS = Text(
    "GFI (AMOS, LISREL) and AGFI (AMOS, LISREL) are what these programs print; they are lower in small samples. GFI without more is the "
    "estimate for the population. How both are computed: python -m cocsem explain agfi, and explain gfi.",
    "GFI (AMOS, LISREL) dan AGFI (AMOS, LISREL) adalah angka yang dicetak kedua program itu; nilainya lebih rendah pada sampel kecil. GFI saja "
    "adalah taksiran untuk populasi. Cara menghitung keduanya: python -m cocsem explain agfi, dan explain gfi.",
)


def fit_row(fit: Fit) -> Mapping[str, float | None]:
    """Return the test and the indices of one model, with the scaled test and the scaled and robust indices where there are any, and the
    goodness of fit where AMOS and LISREL have the same; None for each where it did not converge."""
    measures = fit.fit_measures
    good = is_of_covariances(fit) and GOODNESS[-1] in measures
    corrected = (*SCALED_TEST, *(f"{name}_{kind}" for kind in KINDS for name in (*CORRECTED, *GOODNESS[:good])))
    named = [name for name in INDICES if good or name not in GOODNESS]
    return {name: measures.get(name) for name in named} | {n: measures[n] for n in corrected if n in measures}


def is_of_covariances(fit: Fit) -> bool:
    """Say whether a model is one of the covariances of one group, all of them random and continuous.

    Elsewhere the goodness of fit is not what AMOS and LISREL print: the squares of means or thresholds would stand among those of the
    moments, which brings it near 1 whatever the model; covariances of fixed variables would be missing among them; and over
    groups there are several ways to add up.
    """
    spec = fit.spec
    return len(spec.groups) == 1 and not (spec.meanstructure or spec.ordered or spec.exogenous)


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
            Table("fit", Text("Model fit", "Kecocokan model"), pd.DataFrame([fit_row(fit)]), fit_notes(fit)),
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


def context_of(fit: Fit) -> dict[str, object]:
    """Return what the conditions of a criterion may ask about a converged model."""
    return {"n": fit.n_obs, "df": int(fit.fit_measures["df"]), "estimator": fit.provenance["estimator"]}


def _verdicts(fit: Fit, key: str) -> tuple[Verdict, ...]:
    if not (fit.converged and fit.admissible):
        return ()
    context = context_of(fit)
    keys = {name: reported_key(fit.fit_measures, name) for name in _JUDGED}
    return tuple(replace(judge(fit.fit_measures[k], name, key, context), index=k) for name, k in keys.items())


def fit_notes(fit: Fit) -> tuple[Text, ...]:
    """Return what has to be said below the numbers of `fit_row`."""
    scaled = (_ROBUST,) if is_scaled(fit.fit_measures) else ()
    return (*scaled, _GOODNESS) if "gfi_lisrel" in fit_row(fit) else scaled


def _explained(fit: Fit) -> pd.DataFrame:
    paths = {r.lhs for r in fit.spec.rows if r.op == "~"}
    flat = {("", k): v for k, v in fit.r2.items() if not isinstance(v, Mapping)}
    flat |= {(g, k): v for g, inner in fit.r2.items() if isinstance(inner, Mapping) for k, v in inner.items()}
    rows = [{"group": g, "variable": k, "r2": v} for (g, k), v in flat.items() if not paths or k in paths]
    frame = pd.DataFrame(rows, columns=["group", "variable", "r2"])
    return frame.drop(columns="group") if len(fit.spec.groups) == 1 else frame
