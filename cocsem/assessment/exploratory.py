"""The exploratory side of scale validation: are the items fit for factoring, how many factors, which items belong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.retention import parallel_analysis
from cocsem.assessment.scales import complete_rows, item_data
from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.assessment.wording import fill, number, probability
from cocsem.estimation.efa import FactorSolution, degrees_of_freedom, efa
from cocsem.language import Text
from cocsem.survey.types import Survey

_TITLE = Text("Exploratory factor analysis", "Analisis faktor eksploratori")
_SUITABILITY = Text("Suitability for factor analysis", "Kelayakan untuk analisis faktor")
_ADEQUACY = Text("Sampling adequacy of the items (KMO)", "Kecukupan sampel per butir (KMO)")
_LOADINGS = Text("Rotated loadings", "Muatan faktor setelah rotasi")
_PHI = Text("Correlations of the rotated factors", "Korelasi antarfaktor setelah rotasi")
_VARIANCE = Text("Variance explained by the factors", "Varians yang dijelaskan faktor")
_SETTINGS = Text(
    "Extraction: {method}; rotation: {rotation}; {n} complete rows. Factors in the order of the variance they explain.",
    "Ekstraksi: {method}; rotasi: {rotation}; {n} baris lengkap. Faktor diurutkan menurut varians yang dijelaskan.",
)
_UNTESTED = Text("p = –", "p = –")
_SOLUTION = Text("Test of the number of factors", "Uji banyaknya faktor")
_CHOSEN = Text(
    "Number of factors extracted: {k}; χ²({df}) = {chisq}, {p}.",
    "Banyaknya faktor yang diekstraksi: {k}; χ²({df}) = {chisq}; {p}.",
)
_ASKED = Text(
    "Number of factors asked for: {k}; χ²({df}) = {chisq}, {p}.",
    "Banyaknya faktor yang diminta: {k}; χ²({df}) = {chisq}; {p}.",
)
_CHOSEN_LATENT = Text(
    "Number of factors extracted: {k}, from polychoric correlations; the chi-square test does not hold for them and is left out.",
    "Banyaknya faktor yang diekstraksi: {k}, dari korelasi polikorik; uji khi-kuadrat tidak berlaku untuknya dan tidak dilaporkan.",
)
_ASKED_LATENT = Text(
    "Number of factors asked for: {k}, from polychoric correlations; the chi-square test does not hold for them and is left out.",
    "Banyaknya faktor yang diminta: {k}, dari korelasi polikorik; uji khi-kuadrat tidak berlaku untuknya dan tidak dilaporkan.",
)
_SENTENCES = {
    ("pearson", False): _CHOSEN,
    ("pearson", True): _ASKED,
    ("polychoric", False): _CHOSEN_LATENT,
    ("polychoric", True): _ASKED_LATENT,
}
_CAPPED = Text(
    "{p} items can determine {k} factors at most, fewer than parallel analysis keeps.",
    "{p} butir dapat menentukan paling banyak {k} faktor, lebih sedikit daripada yang dipertahankan analisis paralel.",
)
_CROSS = Text("More than one salient loading: {items}.", "Lebih dari satu muatan bermakna: {items}.")
_LOOSE = Text("No salient loading: {items}.", "Tanpa muatan bermakna: {items}.")
_NO_FACTOR = Text(
    "Parallel analysis finds no common factor that these items can determine; no factor analysis was run.",
    "Analisis paralel tidak menemukan faktor bersama yang dapat ditentukan oleh butir-butir ini; "
    "analisis faktor tidak dijalankan.",
)
_HEYWOOD = Text(
    "The uniqueness of {items} ended at its lower bound (Heywood case): "
    "the solution is not to be trusted as it stands.",
    "Keunikan {items} berakhir pada batas bawahnya (kasus Heywood): solusi ini belum dapat dipercaya.",
)
_UNSETTLED = Text("The extraction did not converge.", "Ekstraksi tidak konvergen.")
_NAMES = {"ml": "maximum likelihood", "minres": "minimum residuals"}
_METHODS = {"ml": "joreskog1967", "minres": "harman1966"}
_ROTATIONS = {"oblimin": "jennrich1966", "promax": "hendrickson1964", "varimax": "kaiser1958"}


def suitability(data: Survey | pd.DataFrame) -> Assessment:
    """Measure whether items share enough to be factored: Kaiser-Meyer-Olkin and Bartlett's test of sphericity.

    KMO = sum r^2 / (sum r^2 + sum q^2) over the pairs of items, q the partial correlations.
    Bartlett: -(N - 1 - (2p + 5)/6) ln|R| on p(p - 1)/2 degrees of freedom.

    References: kaiser1974, bartlett1951, biggs2019
    """
    from factor_analyzer import calculate_bartlett_sphericity, calculate_kmo

    rows = complete_rows(item_data(data), "The test of suitability", at_least=2)
    per_item, overall = calculate_kmo(rows)
    chisq, pvalue = calculate_bartlett_sphericity(rows)
    n_items = rows.shape[1]
    verdicts = (judge(float(overall), "kmo", "overall"), judge(float(pvalue), "bartlett", "overall"))
    frame = pd.DataFrame(
        {
            "index": ["kmo", "bartlett"],
            "value": [float(overall), float(chisq)],
            "df": [None, n_items * (n_items - 1) // 2],
            "pvalue": [None, float(pvalue)],
            "verdict": [v.label for v in verdicts],
        },
        dtype=object,
    )
    items = [judge(float(value), "kmo", str(name)) for name, value in zip(rows.columns, per_item, strict=True)]
    return Assessment(
        "suitability",
        _SUITABILITY,
        (Table("suitability", _SUITABILITY, frame), Table("kmo_items", _ADEQUACY, _verdict_frame(items))),
        {"kmo": float(overall), "bartlett_chisq": float(chisq), "bartlett_p": float(pvalue), "n": len(rows)},
        (*verdicts, *items),
        references=("kaiser1974", "bartlett1951", "biggs2019"),
    )


def efa_assessment(
    data: Survey | pd.DataFrame,
    n_factors: int | None = None,
    *,
    method: str = "ml",
    rotation: str = "oblimin",
    correlation: str = "pearson",
    seed: int = 1,
) -> Assessment:
    """Examine the items without a hypothesis: suitability, number of factors, rotated loadings.

    Parameters
    ----------
    data : items; rows with a missing answer are left out.
    n_factors : number of factors; None takes the one of parallel analysis (95th percentile).
    method, rotation, correlation : as in `efa`; suitability is always that of the Pearson correlations. seed : of parallel analysis.

    Returns
    -------
    An assessment with the tables suitability, kmo_items, parallel_analysis, loadings, factor_correlations,
    variance, solution.

    References: horn1965, joreskog1967
    """
    items = item_data(data)
    fitness, retention = suitability(items), parallel_analysis(items, correlation=correlation, seed=seed)
    before = Assessment(
        "efa",
        _TITLE,
        (*fitness.tables, *retention.tables),
        {**fitness.facts, **retention.facts},
        fitness.verdicts,
        retention.text,
        references=(*fitness.references, *retention.references),
    )
    wanted = _number(items.shape[1], retention) if n_factors is None else n_factors
    if n_factors is None and wanted < 1:
        return replace(before, warnings=(_NO_FACTOR,))
    if n_factors is None and wanted < retention.facts["n_factors_parallel"]:
        before = replace(before, text=(*before.text, fill(_CAPPED, {"p": items.shape[1], "k": wanted})))
    solution = efa(items, wanted, method=method, rotation=rotation, correlation=correlation)
    return _add_solution(before, solution, asked=n_factors is not None)


def describe_solution(solution: FactorSolution) -> Assessment:
    """Say what a factor solution with a number of factors that was asked for shows: its test, its loadings, items that load oddly.

    >>> import cocsem
    >>> data = cocsem.load_dataset("holzinger_swineford")[["x1", "x2", "x3", "x4", "x5", "x6"]]
    >>> describe_solution(efa(data, 2)).text[0].en
    'Number of factors asked for: 2; χ²(4) = 2.07, p = .722.'
    """
    return _add_solution(Assessment("efa", _TITLE, ()), solution, asked=True)


def _add_solution(before: Assessment, solution: FactorSolution, *, asked: bool) -> Assessment:
    """Add what a factor solution shows to what was known before it."""
    known = {
        "k": solution.loadings.shape[1],
        "chisq": number(solution.statistic, 2),
        "df": solution.df,
        "p": probability(solution.pvalue) if solution.df else _UNTESTED,
    }
    latent = "olsson1979" if solution.correlation == "polychoric" else None
    sources = (_METHODS.get(solution.method), _ROTATIONS.get(solution.rotation), latent)
    return replace(
        before,
        tables=(*before.tables, *solution_tables(solution)),
        facts={**before.facts, **_facts(solution)},
        text=(*before.text, fill(_SENTENCES[solution.correlation, asked], known), *_pattern(solution)),
        warnings=_warnings(solution),
        references=(*before.references, *(key for key in sources if key)),
    )


def _number(n_items: int, retention: Assessment) -> int:
    """Return the number of factors of parallel analysis, as far as the items can determine so many."""
    wanted = int(retention.facts["n_factors_parallel"])
    while wanted > 0 and degrees_of_freedom(n_items, wanted) < 0:
        wanted -= 1
    return wanted


def solution_tables(solution: FactorSolution) -> tuple[Table, ...]:
    """Return the loadings with communalities, the factor correlations and the variance explained as tables."""
    settings = _SETTINGS.format(method=_NAMES[solution.method], rotation=solution.rotation, n=solution.n_obs)
    loadings = solution.loadings.copy()
    loadings.insert(0, "item", solution.loadings.index)
    loadings["communality"] = solution.communalities
    loadings["uniqueness"] = solution.uniquenesses
    phi = solution.phi.copy()
    phi.insert(0, "factor", solution.phi.index)
    share = solution.variance / len(solution.loadings)
    variance = pd.DataFrame(
        {
            "factor": share.index,
            "ss_loadings": solution.variance.to_numpy(),
            "share": share.to_numpy(),
            "cumulative": share.cumsum().to_numpy(),
        }
    )
    tables = [
        Table("loadings", _LOADINGS, loadings.reset_index(drop=True), (settings,)),
        Table("variance", _VARIANCE, variance),
    ]
    if solution.correlation == "pearson":
        found = {"n_factors": len(phi), "chisq": solution.statistic, "df": solution.df, "pvalue": solution.pvalue}
        tables.append(Table("solution", _SOLUTION, pd.DataFrame([found])))
    if len(phi) > 1:
        tables.insert(1, Table("factor_correlations", _PHI, phi.reset_index(drop=True)))
    return tuple(tables)


def _facts(solution: FactorSolution) -> dict[str, object]:
    return {
        "n_factors": solution.loadings.shape[1],
        "method": solution.method,
        "rotation": solution.rotation,
        "correlation": solution.correlation,
        "chisq": solution.statistic,
        "df": solution.df,
        "pvalue": solution.pvalue,
        "converged": solution.converged,
        "n_obs": solution.n_obs,
    }


def _pattern(solution: FactorSolution) -> tuple[Text, ...]:
    """Name the items that load on several factors and those that load on none."""
    salient = solution.loadings.map(lambda value: bool(is_met(judge(value, "salient_loading", "")))).sum(axis=1)
    found = ((_CROSS, salient[salient > 1]), (_LOOSE, salient[salient == 0]))
    return tuple(sentence.format(items=", ".join(which.index)) for sentence, which in found if len(which))


def _warnings(solution: FactorSolution) -> tuple[Text, ...]:
    heywood = (_HEYWOOD.format(items=", ".join(solution.heywood)),) if solution.heywood else ()
    return heywood if solution.converged else (*heywood, _UNSETTLED)


def _verdict_frame(verdicts: list[Verdict]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "item": [v.subject for v in verdicts],
            "kmo": np.array([v.value for v in verdicts]),
            "verdict": [v.label for v in verdicts],
        }
    )
