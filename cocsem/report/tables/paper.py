"""The tables a thesis or paper prints, put together from those of the report: measurement, correlations, fit, paths."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import fill
from cocsem.language import LANGUAGES, Text, proportion
from cocsem.report.prose.hypotheses import SPECIFIC

Assessments = Mapping[str, Assessment]
_FIT_COLUMNS = ("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea_ci_lower", "rmsea_ci_upper", "srmr", "aic")
_SCALED_COLUMNS = (
    "chisq_scaled", "df_scaled", "pvalue_scaled", "chisq_scaling_factor", "cfi_robust", "tli_robust", "rmsea_robust",
    "rmsea_ci_lower_robust", "rmsea_ci_upper_robust", "srmr", "aic",
)  # fmt: skip
_MODELS = {
    "cfa": Text("Measurement model", "Model pengukuran"),
    "structural": Text("Structural model", "Model struktural"),
}
_PATHS = ("id", "source", "target", "std", "se", "ci_lower", "ci_upper", "est", "est_se", "pvalue", "verdict")
_EFFECTS = ("kind", "path", "est", "se", "ci_lower", "ci_upper", "pvalue", "std")
_MANY = 20
_LEFT_OUT = Text(
    "Only total indirect effects; the specific ones stand in the table of effects.",
    "Hanya pengaruh tidak langsung total; yang khusus ada dalam tabel pengaruh.",
)
_AMOS = Text("GFI = {gfi} and AGFI = {agfi} ({model})", "GFI = {gfi} dan AGFI = {agfi} ({model})")
_AS_IN_AMOS = Text("By the formula of AMOS and LISREL {models}.", "Menurut rumus AMOS dan LISREL {models}.")
_ONCE = ("alpha", "omega", "composite_reliability", "ave")


def paper_tables(found: Assessments) -> Mapping[str, tuple[Table, ...]]:
    """Return the tables of a paper by the section of the report they stand in; what was not run is absent."""
    made = {key: tuple(_filled(make(found))) for key, make in TABLES.items()}
    return {key: tables for key, tables in made.items() if tables}


def measurement_table(found: Assessments) -> Iterator[Table]:
    """Items with mean, SD and standardized loading; alpha, omega, composite reliability and AVE once per construct."""
    loadings = _frame(found, "validity", "loadings")
    if loadings is None:
        return
    key = [name for name in ("group", "construct") if name in loadings]
    frame = loadings[[*key, "item", "std_all"]].rename(columns={"std_all": "loading"}).reset_index(drop=True)
    items = _frame(found, "descriptives", "items")
    if items is not None and items["item"].is_unique and "group" not in key:
        known = items.set_index("item")
        frame.insert(2, "mean", frame["item"].map(known["mean"]))
        frame.insert(3, "sd", frame["item"].map(known["sd"]))
    first = ~frame[key].duplicated()
    values = _per_construct(found, key)
    if values is not None:
        frame = frame.merge(values, on=key, how="left")
        frame[list(values.columns[len(key) :])] = frame[list(values.columns[len(key) :])].where(first)
    frame[key] = frame[key].where(first, "")
    yield Table(
        "measurement",
        Text("Measurement: loadings, reliability and convergent validity", "Pengukuran: muatan, reliabilitas, dan validitas konvergen"),
        frame.reset_index(drop=True),
        (
            Text(
                "Loading: standardized. α: Cronbach's alpha of the rows that answered the whole scale; ω: McDonald's omega; CR: composite reliability; AVE: average variance extracted.",
                "Muatan: terstandar. α: alpha Cronbach dari baris yang menjawab semua butir skala; ω: omega McDonald; CR: reliabilitas komposit; AVE: rerata varians terekstraksi.",
            ),
        ),
    )  # fmt: skip


def correlation_table(found: Assessments) -> Iterator[Table]:
    """Factor correlations below, square roots of AVE on, HTMT above the diagonal; one table per group."""
    for one in found.get("validity", ()):
        if one.key.startswith("fornell_larcker") and len(one.frame):
            group = one.key.removeprefix("fornell_larcker").removeprefix("_")
            suffix = f"_{group}" if group else ""
            yield _correlations(one.frame, _frame(found, "validity", f"htmt_matrix{suffix}"), group)


def _correlations(lower: pd.DataFrame, upper: pd.DataFrame | None, group: str) -> Table:
    names = [str(name) for name in lower.iloc[:, 0]]
    body = lower[names].to_numpy(dtype=float)
    above = Text("", "")
    if upper is not None and [str(n) for n in upper.iloc[:, 0]] == names:
        body = np.where(np.triu(np.ones_like(body), 1) > 0, upper[names].to_numpy(dtype=float), body)
        above = Text("; above it HTMT", "; di atasnya HTMT")
    # Rows carry number and name, columns the number alone: so a wide matrix fits the page.
    frame = pd.DataFrame(body, columns=[str(n) for n in range(1, len(names) + 1)])
    frame.insert(0, "construct", [f"{n}. {name}" for n, name in enumerate(names, start=1)])
    of_group = f": {group}" if group else ""
    return Table(
        f"paper_correlations{f'_{group}' if group else ''}",
        Text(
            f"Factor correlations and discriminant validity{of_group}",
            f"Korelasi antarfaktor dan validitas diskriminan{of_group}",
        ),
        frame,
        (
            Text(
                f"Diagonal: square root of AVE; below the diagonal factor correlations{above.en}.",
                f"Diagonal: akar AVE; di bawah diagonal korelasi antarfaktor{above.id}.",
            ),
        ),
    )


def fit_table(found: Assessments) -> Iterator[Table]:
    """Test and indices of the measurement model, the structural model and the rivals."""
    rows: list[dict[str, Any]] = []
    good: list[Text] = []
    for key, name in _MODELS.items():
        frame = _frame(found, key, "fit")
        if frame is not None:
            rows += [{"model": name, **{c: row.get(c) for c in _columns(frame)}} for row in frame.to_dict("records")]
            good += _goodness(name, frame)
    rivals = _frame(found, "rivals", "rivals")
    if rivals is not None:
        rows += [
            {"model": r.get("name", r["model"]), **{c: r.get(c) for c in _columns(rivals)}}
            for r in rivals.iloc[1:].to_dict("records")
        ]
    if rows:
        yield Table("paper_fit", Text("Fit of the models", "Kecocokan model"), pd.DataFrame(rows), _amos_note(good))


def _goodness(model: Text, frame: pd.DataFrame) -> list[Text]:
    """GFI and AGFI of a model as AMOS and LISREL define them, where it has them: in a note, since columns are dear on paper."""
    names = ("gfi_lisrel", "agfi_lisrel")
    if not set(names) <= set(frame):
        return []
    gfi, agfi = (proportion(float(frame[name].iloc[0])) for name in names)
    return [fill(_AMOS, {"model": Text(model.en.lower(), model.id.lower()), "gfi": gfi, "agfi": agfi})]


def _amos_note(models: list[Text]) -> tuple[Text, ...]:
    joined = Text(*("; ".join(text[lang] for text in models) for lang in LANGUAGES))
    return (fill(_AS_IN_AMOS, {"models": joined}),) if models else ()


def path_table(found: Assessments) -> Iterator[Table]:
    """The hypotheses with standardized and unstandardized estimate."""
    yield from _selected(found, "hypotheses", _PATHS, Text("Hypothesis tests", "Uji hipotesis"))


def effects_table(found: Assessments) -> Iterator[Table]:
    """The indirect effects; where there are many, the total ones, and the specific ones are left to the spreadsheet."""
    for table in _selected(found, "effects", _EFFECTS, Text("Indirect effects", "Pengaruh tidak langsung")):
        totals = table.frame[table.frame["kind"] != SPECIFIC] if "kind" in table.frame else table.frame
        many = len(table.frame) > _MANY and len(totals) > 0
        yield replace(table, frame=totals.reset_index(drop=True), notes=(*table.notes, _LEFT_OUT)) if many else table


def invariance_table(found: Assessments) -> Iterator[Table]:
    """The ladder of measurement invariance, as the assessment prints it."""
    yield from (table for table in found.get("invariance", ()) if table.key in ("invariance", "ladder"))


def common_method_table(found: Assessments) -> Iterator[Table]:
    """What the checks found in numbers, and the models with and without a method factor, as the assessment prints them."""
    yield from (table for table in found.get("common_method", ()) if table.key in ("summary", "models"))


def factors_table(found: Assessments) -> Iterator[Table]:
    """Whether the items can be factored (KMO, Bartlett), and the test of the number of factors."""
    yield from (table for table in found.get("efa", ()) if table.key in ("suitability", "solution"))


TABLES: Mapping[str, Callable[[Assessments], Iterator[Table]]] = {
    "reliability": measurement_table,
    "efa": factors_table,
    "validity": correlation_table,
    "invariance": invariance_table,
    "common_method": common_method_table,
    "structural": fit_table,
    "hypotheses": path_table,
    "effects": effects_table,
}


def _selected(found: Assessments, key: str, columns: tuple[str, ...], title: Text) -> Iterator[Table]:
    for table in found.get(key, ()):
        if table.key == key:
            names = [c for c in ("group", *columns) if c in table.frame]
            yield Table(key, title, table.frame[names], table.notes)


def _columns(frame: pd.DataFrame) -> list[str]:
    names = _SCALED_COLUMNS if "chisq_scaled" in frame else _FIT_COLUMNS
    return [c for c in names if c in frame]


def _per_construct(found: Assessments, key: list[str]) -> pd.DataFrame | None:
    """Alpha, omega, composite reliability and AVE by construct, and by group where there are groups.

    Without groups alpha is that of the section on reliability, from every row that answered the scale: the text says the same number.
    """
    summary, model = _frame(found, "validity", "summary"), _frame(found, "reliability", "model")
    values = next((one for one in (summary, model) if one is not None and set(key) <= set(one.columns)), None)
    if values is None:
        return None
    once = values[[*key, *(c for c in _ONCE if c in values)]].drop_duplicates(key)
    scales = _frame(found, "reliability", "scales")
    if scales is None or "alpha" not in scales or "group" in key:
        return once
    alpha = scales.drop_duplicates("scale").set_index("scale")["alpha"]
    once = once.drop(columns="alpha", errors="ignore")
    once.insert(len(key), "alpha", once["construct"].map(alpha))
    return once


def _frame(found: Assessments, key: str, table: str) -> pd.DataFrame | None:
    for one in found.get(key, ()):
        if one.key == table and len(one.frame):
            return one.frame
    return None


def _filled(tables: Iterator[Table]) -> Iterator[Table]:
    return (table for table in tables if len(table.frame))
