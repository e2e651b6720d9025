"""What the program finds in the answers of a lesson: one function per kind of analysis, each with tables and facts.

The facts fill the sentences of the lesson; every number is computed when it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from cocsem.assessment.effects import effects
from cocsem.assessment.exploratory import efa_assessment
from cocsem.assessment.invariance import invariance
from cocsem.assessment.model_fit import model_assessment
from cocsem.assessment.screening import careless
from cocsem.assessment.screening.mcar import little_mcar, mcar_table
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.validity import validity
from cocsem.assessment.verbs import reliability
from cocsem.assessment.wording import listing
from cocsem.criteria import load_criterion
from cocsem.estimation.distributions import chi2_sf
from cocsem.estimation.modification import modification_indices
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import cfa, sem
from cocsem.language import Text, number, probability, proportion
from cocsem.lesson.types import Finding, Work
from cocsem.question import item_blocks
from cocsem.report.prose.fit import describe_measures
from cocsem.survey.types import Survey

_NONE = Text("none", "tidak ada")
_CONSISTENCY = Text(
    "Even and odd items: halves of every scale, correlated over the scales. Runs of equal answers are counted as ticked, before items are "
    "reversed.",
    "Butir genap dan ganjil: kedua belahan setiap skala, dikorelasikan atas semua skala. Rentetan jawaban sama dihitung sebagaimana "
    "dicentang, sebelum butir dibalik.",
)
_MODEL = Text("The model", "Model")
_LARGEST = Text("Largest modification indices", "Indeks modifikasi terbesar")
_EFFECTS = Text("Direct and indirect effects", "Pengaruh langsung dan tidak langsung")
_MEANS = Text("One mean by two ways", "Satu rerata dengan dua cara")
_REVERSED = Text("The same items, the arrows turned round", "Butir yang sama, arah panah dibalik")
_SHOWN = 5


def analyse(name: str, survey: Survey, work: Work) -> Finding:
    """Do one analysis on a survey.

    >>> from cocsem.survey.read import read_survey
    >>> from cocsem.survey.shelf_data import dataset_codebook, dataset_path
    >>> survey = read_survey(dataset_path("creative_industry"), codebook=dataset_codebook("creative_industry"))
    >>> found = analyse("reliability", survey, Work("reliability", "TRU =~ tru1 + tru2 + tru3 + tru4"))
    >>> found.facts["weakest"], found.facts["weakest_loading"].en
    ('tru3', '.71')
    """
    return ANALYSES[name](survey, work)


def _careless(survey: Survey, work: Work) -> Finding:
    """Respondents with two flags or more, and items that run against their scale."""
    del work
    found = careless(survey)
    keys = _miskeyed(survey)
    flagged = next((t for t in found if t.key == "flagged"), None)
    rows = [] if flagged is None else [int(row) for row, n in zip(flagged.frame["row"], flagged.frame["n_flags"], strict=True) if n > 1]  # fmt: skip
    tables = [t for t in found if t.key == "flag_counts"]
    if flagged is not None:
        several = flagged.frame[flagged.frame["n_flags"] > 1]
        shown = several[["row", "n_flags", "flags"]].reset_index(drop=True)
        tables.append(replace(flagged, frame=shown, notes=(_CONSISTENCY, flagged.notes[-1])))
    facts = {
        "n": len(survey.data),
        "rows": listing(sorted(rows)) if rows else _NONE,
        "count": len(rows),
        "miskeyed": listing(keys) if keys else _NONE,
    }
    return Finding(facts, tuple(tables), (), {"rows": sorted(rows), "miskeyed": keys})


def _miskeyed(survey: Survey) -> list[str]:
    scales = {d.code: [item.code for item in d.items] for i in survey.instruments for d in i.dimensions}
    asked = {code: items for code, items in scales.items() if set(items) <= set(survey.data)}
    model = "\n".join(f"{code} =~ {' + '.join(items)}" for code, items in asked.items())
    return [str(item) for item in reliability(model, survey).facts["miskeyed"]]


def _reliability(survey: Survey, work: Work) -> Finding:
    """Alpha, omega and AVE of every scale, its items, and what the model does not know of them."""
    found = reliability(work.model, survey)
    fit = cfa(work.model, survey)
    loadings = fit.estimates[fit.estimates["op"] == "=~"]
    weakest = loadings.assign(size=loadings["std_all"].abs()).nsmallest(1, "size").iloc[0]
    pairs = modification_indices(fit)
    pair = pairs[pairs["op"] == "~~"].nlargest(1, "mi").iloc[0]
    items = found["items"]
    helped = items[items["alpha_if_dropped"] > items["scale"].map(found["scales"].set_index("scale")["alpha"])]
    facts = {
        "weakest": str(weakest["rhs"]),
        "weakest_scale": str(weakest["lhs"]),
        "weakest_loading": proportion(float(weakest["std_all"]), 2),
        "helped": listing([str(item) for item in helped["item"]]) if len(helped) else _NONE,
        "pair": listing([str(pair["lhs"]), str(pair["rhs"])]),
        "pair_mi": number(float(pair["mi"]), 1),
    }
    scales, model = _table(found, "scales"), _table(found, "model")
    columns = ["scale", "n_items", "n", "alpha", "alpha_ci_lower", "alpha_ci_upper"]
    tables = (
        replace(scales, frame=scales.frame[columns], notes=()),
        replace(model, frame=model.frame[["construct", "omega", "composite_reliability", "ave"]], notes=()),
        replace(_table(found, "items"), notes=()),
    )
    return Finding(facts, tables, (), {"weakest": str(weakest["rhs"]), "pair": {str(pair["lhs"]), str(pair["rhs"])}})


def _table(found: Assessment, key: str) -> Table:
    return next(table for table in found if table.key == key)


def _factors(survey: Survey, work: Work) -> Finding:
    """How many factors the answers show, and the loadings of that many."""
    items = pd.concat(list(item_blocks(work.model, survey.data).values()), axis=1)
    found = efa_assessment(items, seed=1)
    count = int(str(found.facts["n_factors_parallel"]))
    facts = {
        "count": count,
        "map": found.facts["n_factors_map"],
        "kaiser": found.facts["n_factors_kaiser"],
        "n": found.facts["n"],
    }
    wanted = ("parallel_analysis", "efa_loadings", "loadings")
    tables = tuple(replace(t, notes=()) for t in found if t.key in wanted)
    return Finding(facts, tables, found.text, {"count": count})


def _fit(survey: Survey, work: Work) -> Finding:
    """The test and the indices of a measurement model, and what the data would change first."""
    fit = cfa(work.model, survey)
    measures = fit.fit_measures
    candidates = modification_indices(fit)
    largest = candidates.nlargest(_SHOWN, "mi")
    top = largest.iloc[0]
    adjusted = min(1.0, len(candidates) * chi2_sf(float(top["mi"]), 1))
    freed = cfa(f"{work.model}\n{top['lhs']} {top['op']} {top['rhs']}", survey)
    facts = {
        "n": fit.n_obs,
        "candidates": len(candidates),
        "top_p": probability(adjusted),
        "chisq": number(measures["chisq"]),
        "df": int(measures["df"]),
        "p": probability(measures["pvalue"]),
        "top": f"{top['lhs']} {top['op']} {top['rhs']}",
        "top_mi": number(float(top["mi"]), 1),
        "top_epc": proportion(float(top["sepc_all"]), 2),
        "chisq_freed": number(freed.fit_measures["chisq"]),
        "p_freed": probability(freed.fit_measures["pvalue"]),
    }
    table = Table(
        "modification", _LARGEST, largest[["lhs", "op", "rhs", "mi", "epc", "sepc_all"]].reset_index(drop=True)
    )
    names = {str(top["lhs"]), str(top["rhs"])} if load_criterion("path_test").met(adjusted) else None
    return Finding(facts, (_fit_table(fit), table), tuple(describe_measures(measures, _MODEL)), {"names": names})


def _fit_table(fit: Fit) -> Table:
    whole = _table(model_assessment(fit, "cfa"), "fit")
    columns = ["chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper", "srmr"]
    return replace(whole, frame=whole.frame[columns], notes=())


def _validity(survey: Survey, work: Work) -> Finding:
    """Convergent validity of every construct, discriminant validity of every pair."""
    fit = cfa(work.model, survey)
    found = validity(fit, survey)
    convergent, pairs = _table(found, "convergent").frame, _table(found, "discriminant").frame
    least, closest = convergent.nsmallest(1, "ave").iloc[0], pairs.nlargest(1, "htmt").iloc[0]
    pair = f"{closest['construct_1']} ~~ {closest['construct_2']}"
    apart = [str(one) for one in found.facts["not_distinct"]]
    facts = {
        "least": str(least["construct"]),
        "least_ave": proportion(float(least["ave"]), 2),
        "least_cr": proportion(float(least["composite_reliability"]), 2),
        "pair": pair,
        "htmt": proportion(float(closest["htmt"]), 2),
        "correlation": proportion(float(closest["correlation"]), 2),
        "not_distinct": listing(apart) if apart else _NONE,
    }
    columns = ["construct_1", "construct_2", "correlation", "fornell_larcker", "htmt", "discriminant_validity"]
    tables = (
        replace(_table(found, "convergent"), notes=()),
        replace(_table(found, "discriminant"), frame=pairs[columns], notes=()),
    )
    return Finding(facts, tables, found.text, {"pair": pair if apart else "", "least": str(least["construct"])})


def _invariance(survey: Survey, work: Work) -> Finding:
    """Measurement between groups, step by step, and the factor means where they may be compared."""
    found = invariance(work.model, survey, work.group)
    released = [str(one) for one in found.facts["released"]]
    means = next((t for t in found if t.key == "latent_means"), None)
    alpha = load_criterion("path_test")
    differing = [] if means is None else [str(r["construct"]) for r in means.frame.to_dict("records") if alpha.met(r["pvalue_adjusted"])]  # fmt: skip
    facts = {
        "released": _released(found) if released else _NONE,
        "reached": str(found.facts["reached"]),
        "differing": listing(differing) if differing else _NONE,
    }
    ladder = _table(found, "ladder")
    columns = ["step", "verdict", "chisq", "df", "delta_chisq", "delta_df", "pvalue_diff", "delta_cfi"]
    tables = [replace(ladder, frame=ladder.frame[columns], notes=())]
    tables += [replace(t, notes=()) for t in found if t.key in ("released", "latent_means")]
    items = sorted({one.split(" ~")[0].split("=~")[-1].strip() for one in released})
    return Finding(facts, tuple(tables), found.text, {"items": items, "differing": differing})


def _released(found: Assessment) -> Text:
    """The released parameters in words, each once."""
    names = dict.fromkeys(_table(found, "released").frame["parameter"])
    return listing(list(names))


def _paths(survey: Survey, work: Work) -> Finding:
    """A chain of three constructs: its effects, and the same data under the arrows turned round."""
    first, middle, last = work.chain
    forward = sem(f"{work.model}\n{middle} ~ {first}\n{last} ~ {middle} + {first}", survey)
    backward = sem(f"{work.model}\n{middle} ~ {last}\n{first} ~ {middle} + {last}", survey)
    table = effects(forward)
    indirect = table[(table["kind"] == "specific indirect")].iloc[0]
    direct, entry = _path(forward, last, first), _path(forward, middle, first)
    alpha = load_criterion("path_test")
    facts = {
        "indirect": number(float(indirect["est"])),
        "indirect_lower": number(float(indirect["ci_lower"])),
        "indirect_upper": number(float(indirect["ci_upper"])),
        "direct": number(direct["est"]),
        "direct_p": probability(direct["pvalue"]),
        "first_path": proportion(entry["std_all"], 2),
        "first_p": probability(entry["pvalue"]),
        "chisq": number(forward.fit_measures["chisq"]),
        "df": int(forward.fit_measures["df"]),
        "chisq_back": number(backward.fit_measures["chisq"]),
        "df_back": int(backward.fit_measures["df"]),
        "cfi": proportion(forward.fit_measures["cfi"]),
    }
    over = float(indirect["ci_lower"]) > 0 or float(indirect["ci_upper"]) < 0
    left = alpha.met(direct["pvalue"])
    variant = "none" if not over else "part" if left else "whole"
    columns = ["kind", "source", "target", "est", "se", "pvalue", "ci_lower", "ci_upper"]
    tables = (
        _fit_table(forward),
        replace(_fit_table(backward), key="fit_reversed", title=_REVERSED),
        Table("paths", _EFFECTS, _path_rows(forward, table, (first, last), columns)),
    )
    return Finding(facts, tables, (), {"variant": variant})


def _path(fit: Fit, outcome: str, cause: str) -> dict[str, float]:
    rows = fit.estimates[fit.estimates["op"] == "~"].to_dict("records")
    row = next(one for one in rows if (one["lhs"], one["rhs"]) == (outcome, cause))
    return {name: float(row[name]) for name in ("est", "std_all", "pvalue")}


def _path_rows(fit: Fit, table: pd.DataFrame, ends: tuple[str, str], columns: list[str]) -> pd.DataFrame:
    """The direct path between the ends of the chain, then its indirect and its total effect."""
    first, last = ends
    direct = fit.estimates.query("op == '~' and lhs == @last and rhs == @first")
    direct = direct.assign(kind="direct", source=first, target=last)
    wanted = table[(table["source"] == first) & (table["target"] == last) & (table["kind"] != "total indirect")]
    return pd.concat([direct[columns], wanted[columns]], ignore_index=True)


def _missing(survey: Survey, work: Work) -> Finding:
    """Is what is missing a matter of chance? One mean by the complete rows and by full information."""
    blocks = item_blocks(work.model, survey.data)
    answers = pd.concat(list(blocks.values()), axis=1)
    test = little_mcar(answers)
    table, verdict = mcar_table(test)
    items = list(blocks[work.about])
    full = cfa(work.model, survey, missing="fiml", meanstructure=True)
    complete = answers.dropna()
    intercepts = full.estimates[(full.estimates["op"] == "~1") & full.estimates["lhs"].isin(items)]
    listwise, fiml = float(complete[items].to_numpy().mean()), float(intercepts["est"].mean())
    rejected = not load_criterion(verdict.criterion).met(test.pvalue)
    facts = {
        "n": len(survey.data),
        "complete": len(complete),
        "share": proportion(float(np.mean(answers.isna().to_numpy())), 2),
        "little": number(test.statistic, 1),
        "little_df": int(test.df),
        "little_p": probability(test.pvalue),
        "listwise": number(listwise, 2),
        "fiml": number(fiml, 2),
    }
    rows = [
        {"way": Text("complete rows only", "hanya baris lengkap"), "n": len(complete), "mean": listwise},
        {"way": Text("full information (FIML)", "informasi penuh (FIML)"), "n": len(survey.data), "mean": fiml},
    ]
    means = Table("means", _MEANS, pd.DataFrame(rows))
    variant = "dependent" if rejected else "chance"
    return Finding(
        facts, (replace(table, notes=()), means), (), {"variant": variant, "listwise": listwise, "fiml": fiml}
    )


ANALYSES: Mapping[str, Callable[[Survey, Work], Finding]] = {
    "careless": _careless,
    "reliability": _reliability,
    "factors": _factors,
    "fit": _fit,
    "validity": _validity,
    "invariance": _invariance,
    "paths": _paths,
    "missing": _missing,
}
