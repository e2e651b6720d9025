"""What the checks say, each with what it cannot see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from cocsem.assessment.attempts import Attempt, Question
from cocsem.assessment.common_method.phases import LEVELS
from cocsem.assessment.common_method.tables import largest_moves
from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.types import Table
from cocsem.assessment.wording import fill, number, probability, proportion
from cocsem.criteria import load_criterion
from cocsem.language import Text

_CAVEAT = Text(
    "No analysis of a single questionnaire can show that its answers are free of method: what items share may be method or substance, "
    "and post hoc corrections were found to miss bias and to invent it (Richardson et al., 2009). Separate sources, times or formats do more.",
    "Tidak ada analisis atas satu kuesioner yang dapat membuktikan bahwa jawabannya bebas dari pengaruh metode: apa yang dimiliki bersama "
    "oleh butir bisa berasal dari metode atau substansi, dan koreksi pascasurvei diketahui dapat melewatkan bias maupun menciptakannya "
    "(Richardson dkk., 2009). Sumber, waktu, atau format yang terpisah lebih berguna.",
)
_HARMAN = Text(
    "First component (Harman): {share} of the variance of {items} items. This check is insensitive: it passes nearly every survey with several "
    "constructs, with or without method variance, so passing it is no evidence.",
    "Komponen pertama (Harman): {share} dari varians {items} butir. Pemeriksaan ini tidak peka: hampir setiap survei dengan beberapa konstruk "
    "lolos, dengan atau tanpa varians metode, sehingga kelolosannya bukan bukti.",
)
_SINGLE = Text(
    "One factor behind all items: CFI = {cfi}, RMSEA = {rmsea}, against CFI = {cfi0}, RMSEA = {rmsea0} of the model. This speaks against a method that "
    "explains everything, not against one that explains a part.",
    "Satu faktor di balik semua butir: CFI = {cfi}, RMSEA = {rmsea}, dibandingkan CFI = {cfi0}, RMSEA = {rmsea0} pada model. Ini menentang "
    "metode yang menjelaskan segalanya, bukan metode yang menjelaskan sebagian.",
)
_VIF = Text(
    "Full collinearity: the largest variance inflation is {scores} ({who}) among scale means and {factors} ({whom}) among factors; {outside} of "
    "{count} constructs are beyond the limits. High values mean overlap of constructs, whatever its reason.",
    "Kolinearitas penuh: inflasi varians terbesar ialah {scores} ({who}) di antara rerata skala dan {factors} ({whom}) di antara faktor; "
    "{outside} dari {count} konstruk melampaui batas. Nilai tinggi berarti konstruk tumpang-tindih, apa pun sebabnya.",
)
_METHOD = Text(
    "Method factor behind all items, {kind}: {test}. It takes {share} of the variance of the items on average; standardized loadings move by at "
    "most {loading}{relations}.",
    "Faktor metode di balik semua butir, {kind}: {test}. Faktor ini rata-rata mengambil {share} dari varians butir; muatan terstandar bergeser "
    "paling banyak {loading}{relations}.",
)
_IRREGULAR = Text(
    " Without a method these loadings would not be identified, so the difference follows no chi-square distribution and rejects far too often: read "
    "the shifts, not the test.",
    " Tanpa metode, muatan ini tidak teridentifikasi, sehingga selisihnya tidak mengikuti sebaran khi-kuadrat dan terlalu sering menolak: baca "
    "pergeserannya, bukan ujinya.",
)
_HIDES = Text(
    "Where the loadings of the constructs are alike, a method that lifts all answers alike hides in the correlations of the constructs; a method factor without "
    "a marker then finds nothing, or finds substance.",
    "Bila muatan konstruk hampir sama, metode yang menaikkan semua jawaban secara seragam bersembunyi dalam korelasi antarkonstruk; faktor metode tanpa "
    "penanda lalu tidak menemukan apa-apa, atau justru menemukan substansi.",
)
_RELATIONS = Text(
    ", paths and correlations of constructs by at most {most} ({which})",
    ", jalur dan korelasi antarkonstruk paling banyak {most} ({which})",
)
_KINDS = {
    "method_equal": Text("one loading for all", "satu muatan untuk semua"),
    "method_free": Text("a loading for each", "muatan untuk setiap butir"),
}
_TEST = Text("Δχ²({ddf}) = {dchisq}, {p}", "Δχ²({ddf}) = {dchisq}, {p}")
_NO_METHOD = Text(
    "The method factor ({kind}) has no proper solution with these data, which is common: a factor behind every item is hard to tell from the "
    "constructs. Its numbers are not to be read.",
    "Faktor metode ({kind}) tidak memiliki solusi yang layak pada data ini, dan hal itu lazim: faktor di balik setiap butir sukar dibedakan "
    "dari konstruk. Angkanya tidak untuk ditafsirkan.",
)
_NEGATIVE = Text(
    "Method factor behind all items, one loading for all: its variance comes out below zero ({variance}). Beyond their constructs the items share nothing "
    "of one sign, so these data show no method that lifts all answers alike.",
    "Faktor metode di balik semua butir, satu muatan untuk semua: variansnya bernilai di bawah nol ({variance}). Di luar konstruknya, butir tidak "
    "memiliki kesamaan yang searah, sehingga data ini tidak menunjukkan metode yang menaikkan semua jawaban secara seragam.",
)
_MARKER = Text(
    "CFA marker technique ({items}): the marker behind all items with one loading, {equal}: method variance {detected}.{free}{bias}",
    "Teknik penanda CFA ({items}): penanda di balik semua butir dengan satu muatan, {equal}: varians metode {detected}.{free}{bias}",
)
_FREE = Text(
    " A loading for each item instead: {test}.",
    " Dengan muatan tersendiri untuk setiap butir: {test}.",
)
_BIAS = Text(
    " Correlations of the constructs held at their values without the method: {test}; they {moved}.",
    " Dengan korelasi antarkonstruk ditetapkan pada nilai tanpa metode: {test}; {moved}.",
)
_MOVED = {
    True: Text(
        "move detectably once the method is taken out", "korelasi itu terdeteksi bergeser setelah metode dikeluarkan"
    ),
    False: Text("do not move detectably", "korelasi itu tidak terdeteksi bergeser"),
}
_SPLIT = Text(
    "Of what is reliable in a scale, at most {most} comes from the method (in {which}).",
    "Dari bagian skala yang reliabel, paling banyak {most} berasal dari metode (pada {which}).",
)
_SENSITIVE = Text(
    "Were the method as strong as the far ends of the {level} intervals of its loadings, no correlation of constructs would move further than {which} does, "
    "from {before} to {after}.",
    "Andaikan metode sekuat ujung terjauh selang {level} muatannya, tidak ada korelasi antarkonstruk yang bergeser lebih jauh daripada {which}, dari "
    "{before} menjadi {after}.",
)
_MARKER_LIMIT = Text(
    "The marker sees only a method that also touches the marker, and only as far as the marker really has nothing to do with the constructs.",
    "Penanda hanya melihat metode yang juga mengenai penanda, dan hanya sejauh penanda itu benar-benar tidak berkaitan dengan konstruk.",
)
_NO_MARKER = Text(
    "No marker scale was asked, so the marker technique could not be used.",
    "Tidak ada skala penanda yang ditanyakan, sehingga teknik penanda tidak dapat dipakai.",
)
_MARKER_FAILED = Text(
    "CFA marker technique: the model with the marker has no proper solution, so nothing can be said.",
    "Teknik penanda CFA: model dengan penanda tidak memiliki solusi yang layak, sehingga tidak ada yang dapat disimpulkan.",
)


def tell(
    question: Question, base: Attempt, others: Sequence[Attempt], share: float, tables: Sequence[Table]
) -> Iterator[Text]:
    """Yield one paragraph per check, the caveat last."""
    found = {one.key: one for one in others}
    frames = {table.key: table.frame for table in tables}
    yield fill(_HARMAN, {"share": proportion(share), "items": len(question.items)})
    if base.fit is not None and found["single_factor"].fit is not None:
        yield _single(base, found["single_factor"])
    if "collinearity" in frames:
        yield _collinear(frames["collinearity"])
    for key in _KINDS:
        if key in found:
            yield _method(found[key], base, frames.get("moves", pd.DataFrame()))
    yield _HIDES
    yield from _marker(found, question, frames) if question.marker else (_NO_MARKER,)
    yield _CAVEAT


def _single(base: Attempt, single: Attempt) -> Text:
    measures = {"": single.fit.fit_measures if single.fit else {}, "0": base.fit.fit_measures if base.fit else {}}
    return fill(
        _SINGLE,
        {f"{n}{end}": proportion(m.get(n, float("nan"))) for end, m in measures.items() for n in ("cfi", "rmsea")},
    )


def _collinear(frame: pd.DataFrame) -> Text:
    rows = frame.to_dict("records")
    scores, factors = (max(rows, key=lambda row: row[name]) for name in ("vif_scores", "vif_factors"))
    limits = {name: load_criterion(name) for name in ("vif_scores", "vif_factors")}
    outside = sum(not all(limit.met(row[name]) for name, limit in limits.items()) for row in rows)
    return fill(
        _VIF,
        {
            "scores": number(scores["vif_scores"], 2), "who": scores["construct"], "factors": number(factors["vif_factors"], 2),
            "whom": factors["construct"], "outside": outside, "count": len(frame),
        },
    )  # fmt: skip


def _method(one: Attempt, base: Attempt, frame: pd.DataFrame) -> Text:
    variance = _method_variance(one)
    if one.key == "method_equal" and variance is not None and variance < 0:
        return fill(_NEGATIVE, {"variance": number(variance)})
    if not one.usable or one.test is None or one.fit is None or one.key not in frame:
        return fill(_NO_METHOD, {"kind": _KINDS[one.key]})
    moved = largest_moves(frame, base.key, one.key)
    name = next(row.lhs for row in reversed(one.fit.spec.rows) if row.op == "=~")
    own = one.fit.estimates
    share = float((own.loc[(own["op"] == "=~") & (own["lhs"] == name), "std_all"] ** 2).mean())
    values = {
        "kind": _KINDS[one.key],
        "test": _test(one.test),
        "share": proportion(share),
        "loading": proportion(moved["loading_shift"]["size"]),
    }
    related = moved.get("relation_shift")
    said = fill(_METHOD, {**values, "relations": _relations(related) if related else ""})
    return Text(said.en + _IRREGULAR.en, said.id + _IRREGULAR.id) if one.key == "method_free" else said


def _method_variance(one: Attempt) -> float | None:
    """Variance of the method factor, the last one the model measures."""
    if one.fit is None or not one.fit.converged:
        return None
    name = next(row.lhs for row in reversed(one.fit.spec.rows) if row.op == "=~")
    own = one.fit.estimates
    return float(own.loc[(own["op"] == "~~") & (own["lhs"] == name) & (own["rhs"] == name), "est"].iloc[0])


def _relations(found: Mapping[str, Any]) -> Text:
    return fill(_RELATIONS, {"most": proportion(found["size"]), "which": found["parameter"]})


def _test(test: Mapping[str, float]) -> Text:
    values = {
        "ddf": int(test["delta_df"]),
        "dchisq": number(test["delta_chisq"]),
        "p": probability(test["pvalue_diff"]),
    }
    return fill(_TEST, values)


def _phases(frames: Mapping[str, pd.DataFrame]) -> Iterator[Text]:
    """How much of the reliability is method, and what more method than was estimated would do to the correlations."""
    if "method_reliability" in frames:
        split = frames["method_reliability"].dropna()
        most = split.iloc[int(split["method_share"].to_numpy().argmax())]
        yield fill(_SPLIT, {"most": proportion(float(most["method_share"])), "which": most["construct"]})
    frame = frames.get("method_sensitivity", pd.DataFrame())
    columns = [key for key in LEVELS if key in frame]
    if columns:
        names, last = list(frame.columns), columns[-1]
        kept = names[names.index(columns[0]) - 1]
        most = frame.iloc[int((frame[last] - frame[kept]).abs().to_numpy().argmax())]
        ends = {"before": proportion(float(most[kept])), "after": proportion(float(most[last]))}
        yield fill(_SENSITIVE, {**ends, "level": f"{LEVELS[last]:.0%}", "which": most["parameter"]})


def _marker(found: Mapping[str, Attempt], question: Question, frames: Mapping[str, pd.DataFrame]) -> Iterator[Text]:
    equal = found.get("marker_constrained")
    if equal is None or equal.test is None or not equal.usable:
        yield _MARKER_FAILED
        return
    free, restricted = found.get("marker_unconstrained"), found.get("marker_restricted")
    more = fill(_FREE, {"test": _test(free.test)}) if free and free.test and free.usable else ""
    bias: Text | str = ""
    if restricted and restricted.test:
        moved = bool(is_met(judge(restricted.test["pvalue_diff"], "method_bias_test", "")))
        bias = fill(_BIAS, {"test": _test(restricted.test), "moved": _MOVED[moved]})
    label = judge(equal.test["pvalue_diff"], "method_variance_test", "").label
    values = {
        "items": ", ".join(question.marker),
        "equal": _test(equal.test),
        "detected": label or "",
        "free": more,
        "bias": bias,
    }
    yield fill(_MARKER, values)
    yield from _phases(frames)
    yield _MARKER_LIMIT
