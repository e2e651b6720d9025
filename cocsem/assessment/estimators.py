"""The same model by several estimators, side by side: does a verdict depend on how the answers were treated?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from cocsem.assessment.hypotheses import verdict
from cocsem.assessment.judge import judge
from cocsem.assessment.reported import reported_key
from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.assessment.wording import fill
from cocsem.criteria import load_criterion
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.theory.types import Theory

CRITERION = "categories"
SIDE_BY_SIDE = ("ML", "MLR", "WLSMV")
_TITLE = Text("Estimators side by side", "Perbandingan estimator")
_FIT = Text("Fit by estimator", "Kecocokan menurut estimator")
_PATHS = Text("Paths by estimator", "Jalur menurut estimator")
_NOTE = Text(
    "ML: answers as continuous and normal; MLR: the same estimates with robust standard errors and a scaled test; WLSMV: answers as ordered "
    "categories of normal latent responses. With MLR and WLSMV the scaled test and robust indices are printed.",
    "ML: jawaban dianggap kontinu dan normal; MLR: estimasi yang sama dengan galat baku tahan-nonnormalitas dan uji terskala; WLSMV: jawaban "
    "sebagai kategori berurutan dari respons laten normal. Untuk MLR dan WLSMV dicetak uji terskala dan indeks robust.",
)
_RULE = Text(
    "The items were answered in {fewest} categories or more; the rule of thumb asks for {limit} to treat answers as continuous.",
    "Butir dijawab dalam {fewest} kategori atau lebih; kaidah praktis menuntut {limit} agar jawaban boleh dianggap kontinu.",
)
_SAME = Text(
    "All {paths} verdicts on paths are the same by {names}.",
    "Semua {paths} simpulan tentang jalur sama menurut {names}.",
)
_DIFFERENT = Text(
    "{changed} of {paths} verdicts on paths depend on the estimator: {which}.",
    "{changed} dari {paths} simpulan tentang jalur bergantung pada estimator: {which}.",
)
_NOT_RUN = Text("{name} was not run: {reason}.", "{name} tidak dijalankan: {reason}.")
_CHOSEN = {
    "asked": Text("Estimator: {name}, as asked.", "Estimator: {name}, sesuai permintaan."),
    "ordered": Text(
        "Estimator: {name}, because {items} answered in fewer than {limit} categories.",
        "Estimator: {name}, karena {items} dijawab dalam kurang dari {limit} kategori.",
    ),
    "continuous": Text(
        "Estimator: {name}, because every item was answered in {limit} categories or more (or is no item with categories).",
        "Estimator: {name}, karena setiap butir dijawab dalam {limit} kategori atau lebih (atau bukan butir berkategori).",
    ),
    "missing": Text(
        "Estimator: {name}, though {items} answered in fewer than {limit} categories: missing answers by full information need maximum likelihood.",
        "Estimator: {name}, meskipun {items} dijawab dalam kurang dari {limit} kategori: penanganan data hilang dengan full information memerlukan maximum likelihood.",
    ),
}
_MOST_CATEGORIES = 12


def categories_of(items: pd.DataFrame) -> dict[str, int]:
    """Count the different answers of every item that has categories: whole numbers, at most twelve of them.

    >>> categories_of(pd.DataFrame({"a": [1, 2, 2, None], "b": [0.5, 1.2, 3.3, 4.0]}))
    {'a': 2}
    """
    counts = {}
    for name in items.columns:
        values = np.unique(pd.to_numeric(items[name], errors="coerce").dropna().to_numpy(dtype=float))
        if 1 < len(values) <= _MOST_CATEGORIES and bool(np.all(values == np.round(values))):
            counts[str(name)] = len(values)
    return counts


def choose_estimator(
    items: pd.DataFrame, estimator: str | None, ordered: bool, missing: str
) -> tuple[str, bool | list[str], Text]:
    """Choose how to estimate, where nobody did, by the number of categories of the answers.

    Parameters
    ----------
    items : the answers. estimator : what was asked for, or None. ordered : whether all items were asked to be ordinal.
    missing : treatment of missing answers.

    Returns
    -------
    estimator, what is ordered, and the sentence that says why. Items answered in fewer categories than the criterion `categories` asks
    for are taken as ordinal (WLSMV); else maximum likelihood.

    References: rhemtulla2012
    """
    limit = load_criterion(CRITERION)
    few = [name for name, count in categories_of(items).items() if not limit.met(count)]
    words = {"items": ", ".join(few), "limit": int(limit.weakest)}
    if estimator is not None or ordered:
        name = estimator or "WLSMV"
        return name, ordered, fill(_CHOSEN["asked"], {"name": name})
    if few and missing != "listwise":
        return "ML", False, fill(_CHOSEN["missing"], {"name": "ML", **words})
    if few:
        return "WLSMV", few, fill(_CHOSEN["ordered"], {"name": "WLSMV", **words})
    return "ML", False, fill(_CHOSEN["continuous"], {"name": "ML", **words})


def compare_estimators(
    fits: Mapping[str, Fit | Text], items: pd.DataFrame, theory: Theory | None = None, chosen: Text | None = None
) -> Assessment:
    """Set the fits of one model by several estimators side by side, and say where a verdict changes.

    Parameters
    ----------
    fits : by the name of the estimator: a fit, or why there is none. items : the answers.
    theory : its hypotheses give the verdicts; without it every path is judged by its own sign. chosen : why the estimator of the main
        results was chosen.

    Returns
    -------
    Assessment `estimators` with the tables `estimators` and, where there are paths, `paths_by_estimator`.

    References: rhemtulla2012
    """
    good = {name: fit for name, fit in fits.items() if isinstance(fit, Fit) and fit.converged}
    counts = categories_of(items)
    tables = [Table("estimators", _FIT, pd.DataFrame([_fit_row(name, fit) for name, fit in good.items()]), (_NOTE,))]
    paths = _path_table(good, theory)
    tables += [Table("paths_by_estimator", _PATHS, paths)] if len(paths) else []
    judged = (judge(min(counts.values()), CRITERION, "overall"),) if counts else ()
    return Assessment(
        "estimators",
        _TITLE,
        tuple(tables) if good else (),
        {"estimators": list(good), "fewest_categories": min(counts.values()) if counts else None},
        judged,
        tuple(_text(fits, good, paths, judged, chosen)),
        references=("rhemtulla2012",),
    )


def _fit_row(name: str, fit: Fit) -> dict[str, Any]:
    measures = fit.fit_measures
    scaled = "chisq_scaled" in measures
    test = {key: measures.get(f"{key}_scaled" if scaled else key) for key in ("chisq", "df", "pvalue")}
    indices = {key: measures.get(reported_key(measures, key)) for key in ("cfi", "tli", "rmsea", "srmr")}
    return {"estimator": name, **test, **indices, "admissible": bool(fit.admissible)}


def _path_table(fits: Mapping[str, Fit], theory: Theory | None) -> pd.DataFrame:
    """One row per path and group: estimate, p and verdict by every estimator."""
    signs = {(h.source, h.target): (h.id, h.sign) for h in theory.hypotheses} if theory is not None else {}
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for name, fit in fits.items():
        table = fit.estimates[fit.estimates["op"] == "~"]
        for lhs, rhs, group, std, p in table[["lhs", "rhs", "group", "std_all", "pvalue"]].itertuples(index=False):
            if (signs and (rhs, lhs) not in signs) or pd.isna(p):
                continue
            code, sign = signs.get((rhs, lhs), ("", "+" if std > 0 else "-"))
            row = rows.setdefault((lhs, rhs, group), {"id": code, "path": f"{rhs} → {lhs}", "group": group})
            key = name.lower()
            row |= {f"std_{key}": std, f"pvalue_{key}": p, f"verdict_{key}": verdict(sign, std, p)}
    return pd.DataFrame(list(rows.values()))


def _text(
    fits: Mapping[str, Fit | Text],
    good: Mapping[str, Fit],
    paths: pd.DataFrame,
    judged: Sequence[Verdict],
    chosen: Text | None,
) -> Iterator[Text]:
    if chosen is not None:
        yield chosen
    for one in judged:
        yield fill(_RULE, {"fewest": int(one.value), "limit": int(load_criterion(CRITERION).weakest)})
    for name, reason in fits.items():
        if isinstance(reason, Text):
            yield fill(_NOT_RUN, {"name": name, "reason": Text(reason.en.rstrip("."), reason.id.rstrip("."))})
        elif name not in good:
            yield fill(_NOT_RUN, {"name": name, "reason": Text("it did not converge", "tidak konvergen")})
    if len(good) > 1 and len(paths):
        yield _say_changes(paths, list(good))


def _say_changes(paths: pd.DataFrame, names: Sequence[str]) -> Text:
    columns = [f"verdict_{name.lower()}" for name in names]
    records = paths.to_dict("records")
    changed = [row for row in records if len({row[c].en for c in columns if isinstance(row.get(c), Text)}) > 1]
    if not changed:
        return fill(_SAME, {"paths": len(records), "names": ", ".join(names)})
    which = [Text(*(_one_change(row, names, lang) for lang in ("en", "id"))) for row in changed]
    listed = Text("; ".join(text.en for text in which), "; ".join(text.id for text in which))
    return fill(_DIFFERENT, {"changed": len(changed), "paths": len(records), "which": listed})


def _one_change(row: Mapping[Any, Any], names: Sequence[str], lang: str) -> str:
    judged = {name: row.get(f"verdict_{name.lower()}") for name in names}
    told = ", ".join(f"{name}: {label[lang]}" for name, label in judged.items() if isinstance(label, Text))
    place = " ".join(part for part in (row["id"], row["path"], row["group"]) if part)
    return f"{place} ({told})"
