"""The tables of measurement invariance: the ladder, what was released and how large it is, the means, the models as text."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd

from cocsem.assessment.invariance.fitting import index_names
from cocsem.assessment.invariance.naming import in_cell, written
from cocsem.assessment.invariance.types import Climb, Key, Question, Release, Rung
from cocsem.assessment.types import Table
from cocsem.assessment.wording import fill
from cocsem.estimation.types import Fit
from cocsem.language import Text

_LADDER = Text("Steps of measurement invariance", "Langkah invariansi pengukuran")
_RELEASES = Text("Parameters looked at for release", "Parameter yang diperiksa untuk dibebaskan")
_SIZES = Text("Released parameters in each group", "Parameter yang dibebaskan menurut kelompok")
_EQUAL_MEANS = Text("Test of equal factor means", "Uji kesamaan rerata faktor")
_SYNTAX = Text("Each step as lavaan syntax", "Setiap langkah sebagai sintaks lavaan")
_OUTCOMES = {
    "holds": Text("holds", "terpenuhi"),
    "partial": Text("holds in part", "terpenuhi sebagian"),
    "approximate": Text("holds approximately", "terpenuhi secara aproksimatif"),
    "rejected": Text("rejected", "ditolak"),
    "singled": Text("one parameter stands out", "satu parameter menonjol"),
    "unusable": Text("no proper solution", "tidak ada solusi yang layak"),
    "empty": Text("nothing to test", "tidak ada yang diuji"),
    "first": Text("starting point", "titik awal"),
}
_INDICES = Text(
    "delta_chisq, delta_cfi, delta_rmsea, delta_srmr: this step against the last one that stands above it. Indices: {cfi}, {rmsea}, SRMR. {test}",
    "delta_chisq, delta_cfi, delta_rmsea, delta_srmr: langkah ini terhadap langkah sebelumnya yang terpenuhi. Indeks: {cfi}, {rmsea}, SRMR. {test}",
)
_TESTS = {
    "plain": Text("Plain chi-square difference test.", "Uji selisih khi-kuadrat biasa."),
    "satorra_bentler_2001": Text(
        "Scaled difference test (Satorra & Bentler, 2001), not the difference of the scaled statistics.",
        "Uji selisih terskala (Satorra & Bentler, 2001), bukan selisih statistik terskala.",
    ),
    "satorra_bentler_2010": Text(
        "Scaled difference test (Satorra & Bentler, 2010), since that of 2001 is negative here.",
        "Uji selisih terskala (Satorra & Bentler, 2010), karena versi 2001 bernilai negatif di sini.",
    ),
    "satorra_2000": Text(
        "Scaled and shifted difference test (Satorra, 2000).", "Uji selisih terskala dan tergeser (Satorra, 2000)."
    ),
}
_NAMES = {
    "cfi": "CFI", "rmsea": "RMSEA", "cfi_robust": "robust CFI", "rmsea_robust": "robust RMSEA",
    "cfi_scaled": "scaled CFI", "rmsea_scaled": "scaled RMSEA",
}  # fmt: skip
_RANKED = Text(
    "x2: score test of the equality; delta_chisq: what the refit without it gains; pvalue_adjusted: adjusted for the parameters still held equal.",
    "x2: uji skor atas kesamaan; delta_chisq: perbaikan setelah diestimasi ulang tanpa kesamaan itu; pvalue_adjusted: disesuaikan menurut banyaknya parameter yang masih disamakan.",
)
_SCALE = Text(
    "In units of the factor scaled to variance 1 (and mean 0) in the first group.",
    "Dalam satuan faktor dengan varians 1 (dan rerata 0) pada kelompok pertama.",
)
_IN_PART = Text("{step}, in part", "{step}, sebagian")
_RUNS = Text(
    "The model text and the data are the same in every step. Each line runs in R; in Python the same names stand with _ for the point.",
    "Teks model dan data sama pada setiap langkah. Setiap baris dapat dijalankan di R; di Python nama yang sama ditulis dengan _ sebagai ganti titik.",
)


def outcome_of(rung: Rung, first: bool) -> str:
    """Return the key of the outcome: a step that holds with released rows of its own kind holds in part."""
    if rung.outcome == "holds":
        return "first" if first else "partial" if rung.partial else "holds"
    return rung.outcome


def ladder_table(climb: Climb) -> Table:
    """One row per fitted step."""
    rows = [_ladder_row(rung, n == 0) for n, rung in enumerate(climb.rungs)]
    names = (
        index_names(climb.rungs[0].fit) if climb.rungs[0].outcome != "unusable" else {"cfi": "cfi", "rmsea": "rmsea"}
    )
    methods = dict.fromkeys(str(rung.numbers["method"]) for rung in climb.rungs if rung.numbers)
    tests = [_TESTS[method] for method in methods]
    values = {name: _NAMES[names[name]] for name in ("cfi", "rmsea")}
    said = Text(" ".join(t.en for t in tests), " ".join(t.id for t in tests))
    return Table("ladder", _LADDER, pd.DataFrame(rows), (fill(_INDICES, {**values, "test": said}),))


def _ladder_row(rung: Rung, first: bool) -> dict[str, object]:
    fit, measures = rung.fit, rung.fit.fit_measures
    names = index_names(fit) if rung.outcome != "unusable" else {}
    scaled = "chisq_scaled" if fit.method.scaled else "chisq"
    return {
        "step": fill(_IN_PART, {"step": rung.step.title}) if rung.released else rung.step.title,
        "verdict": _OUTCOMES[outcome_of(rung, first)],
        "chisq": measures.get(scaled, math.nan),
        "df": measures.get("df"),
        "pvalue": measures.get(scaled.replace("chisq", "pvalue"), math.nan),
        **{index: measures.get(names.get(index, index), math.nan) for index in ("cfi", "rmsea", "srmr")},
        **{name: rung.numbers.get(name, math.nan) for name in ("delta_chisq", "delta_df", "pvalue_diff")},
        **{name: rung.numbers.get(name, math.nan) for name in ("delta_cfi", "delta_rmsea", "delta_srmr")},
    }


def means_test_table(test: Mapping[str, float | str]) -> Table:
    """The difference test of equal factor means."""
    names = ("delta_chisq", "delta_df", "pvalue_diff")
    return Table("means_test", _EQUAL_MEANS, pd.DataFrame([{name: test[name] for name in names}]))


def release_table(climb: Climb, titles: dict[str, Text]) -> Table:
    """One row per parameter looked at for release."""
    rows = [_release_row(one, titles) for one in climb.releases]
    return Table("releases", _RELEASES, pd.DataFrame(rows), (_RANKED,))


def _release_row(one: Release, titles: dict[str, Text]) -> dict[str, object]:
    return {
        "step": titles[one.step],
        "parameter": in_cell(one.key),
        "x2": one.x2,
        "df": one.df,
        "delta_chisq": one.chisq_diff,
        "pvalue_adjusted": one.pvalue_adjusted,
        "decision": one.status,
    }


def size_table(fit: Fit, released: Sequence[Key], question: Question) -> Table:
    """Estimates of the released rows in every group."""
    records = [
        {
            "parameter": in_cell(wanted),
            **{name: row[name] for name in ("est", "se", "ci_lower", "ci_upper")},
            "group": question.name(row["group"]),
        }
        for wanted in released
        for row in fit.estimates.to_dict("records")
        if (row["lhs"], row["op"], row["rhs"]) == wanted
    ]
    own = pd.DataFrame(records, columns=["parameter", "group", "est", "se", "ci_lower", "ci_upper"])
    return Table("released", _SIZES, own, (_SCALE,))


def syntax_table(question: Question, climb: Climb) -> Table:
    """Every fitted step as a call that R runs."""
    rows = [
        {"step": rung.step.title, "held": rung.step.held, "syntax": lavaan_call(question, rung)} for rung in climb.rungs
    ]
    return Table("syntax", _SYNTAX, pd.DataFrame(rows), (_RUNS,))


def lavaan_call(question: Question, rung: Rung) -> str:
    """Write one step as a call of lavaan."""
    parts = ["model", "data", f'group = "{question.group}"', "std.lv = TRUE", "meanstructure = TRUE"]
    defaults = {"estimator": "WLSMV" if "ordered" in question.options else "ML", "missing": "listwise"}
    parts += [
        f'{name} = "{question.options[name]}"' for name, usual in defaults.items() if question.options[name] != usual
    ]
    if "ordered" in question.options:
        parts += ["ordered = TRUE", 'parameterization = "theta"']
    for name, entries in (("group.equal", rung.step.equal), ("group.partial", [written(k) for k in rung.released])):
        if entries:
            parts.append(f"{name} = c({', '.join(chr(34) + entry + chr(34) for entry in entries)})")
    return f"cfa({', '.join(parts)})"
