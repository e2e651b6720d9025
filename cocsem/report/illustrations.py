"""Which pictures a report holds: the path diagram, the factor correlations, answers, eigenvalues, intervals, loadings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import numpy as np
import pandas as pd

from cocsem.estimation.residual_tables import residuals
from cocsem.estimation.types import Fit
from cocsem.language import LANGUAGES, Text
from cocsem.report.diagrams import draw_diagram
from cocsem.report.figures.answer_bars import answer_bars
from cocsem.report.figures.forest import Estimate, forest
from cocsem.report.figures.heat_map import heat_map
from cocsem.report.figures.ladder import Rung, ladder
from cocsem.report.figures.scree import scree
from cocsem.report.figures.simple_slopes import simple_slopes
from cocsem.report.labels import label, number_kind
from cocsem.report.material import Material
from cocsem.report.numbers import format_number, format_p
from cocsem.report.prose.frames import find_frame
from cocsem.report.prose.hypotheses import SPECIFIC
from cocsem.report.tables.hypotheses import interval_of
from cocsem.report.types import Figure

_WORDS: Mapping[str, tuple[Text, Text]] = {
    "answers": (
        Text("Answers to every item", "Jawaban untuk setiap butir"),
        Text(
            "Per cent of the answers, after scoring; left of the line below the middle of the scale, right of it above. Numbers under 7 are not written.",
            "Persen jawaban setelah penskoran; di kiri garis: di bawah titik tengah skala, di kanan: di atasnya. Angka di bawah 7 tidak ditulis.",
        ),
    ),
    "scree": (
        Text("Eigenvalues and parallel analysis", "Nilai eigen dan analisis paralel"),
        Text(
            "Factors whose eigenvalue lies above the dashed line of random data are retained.",
            "Faktor yang nilai eigennya di atas garis putus-putus data acak dipertahankan.",
        ),
    ),
    "loadings": (
        Text("Rotated loadings", "Muatan setelah rotasi"),
        Text(
            "Loadings of the exploratory factor analysis; blue positive, red negative, stronger for larger.",
            "Muatan analisis faktor eksploratori; biru positif, merah negatif, makin kuat makin besar.",
        ),
    ),
    "htmt": (
        Text("Heterotrait-monotrait ratios (HTMT)", "Rasio heterotrait-monotrait (HTMT)"),
        Text(
            "Ratios of correlations between and within constructs; near 1 two constructs can hardly be told apart.",
            "Rasio korelasi antarkonstruk dan dalam konstruk; mendekati 1 berarti dua konstruk sulit dibedakan.",
        ),
    ),
    "residual_correlations": (
        Text("Residual correlations", "Korelasi residual"),
        Text(
            "Correlations that the measurement model leaves unexplained; blue: too low in the model, red: too high.",
            "Korelasi yang tidak dijelaskan model pengukuran; biru: terlalu rendah dalam model, merah: terlalu tinggi.",
        ),
    ),
    "invariance": (
        Text("Steps of measurement invariance", "Tahap invariansi pengukuran"),
        Text(
            "From the bottom up: each step holds more parameters equal; dashed: rejected. The test compares with the step it rests on.",
            "Dari bawah ke atas: setiap tahap menyamakan lebih banyak parameter; putus-putus: ditolak. Uji membandingkan dengan tahap di bawahnya.",
        ),
    ),
    "simple_slopes": (
        Text("Simple slopes", "Kemiringan sederhana"),
        Text(
            "The outcome against the predictor where the moderator is low, average and high; both in standard deviations around their means.",
            "Hasil terhadap prediktor bila moderator rendah, rata-rata, dan tinggi; keduanya dalam simpangan baku di sekitar reratanya.",
        ),
    ),
    "factor_correlations": (
        Text("Correlations of the factors", "Korelasi antarfaktor"),
        Text(
            "Correlations of the factors as the measurement model implies them; blue positive, red negative.",
            "Korelasi antarfaktor menurut model pengukuran; biru positif, merah negatif.",
        ),
    ),
}
_NUMBER = Text("Number of the factor", "Nomor faktor")
_PATHS_TITLE = Text("Paths with their intervals", "Jalur dan selangnya")
_EFFECTS_TITLE = Text("Indirect effects with their intervals", "Pengaruh tidak langsung dan selangnya")
_FOREST_CAPTION = {
    "std": Text(
        "Standardized estimates with 95% confidence intervals; dashed: the interval holds zero.",
        "Estimasi terstandar dengan selang kepercayaan 95%; putus-putus: selang memuat nol.",
    ),
    "est": Text(
        "Unstandardized estimates with 95% confidence intervals; dashed: the interval holds zero.",
        "Estimasi tak terstandar dengan selang kepercayaan 95%; putus-putus: selang memuat nol.",
    ),
}
_MANY, _MOST_ITEMS = 30, 40


def draw_paths(material: Material) -> Iterator[Figure]:
    """Draw the path diagram when there are paths: of the fit, or of the theory when the fit did not converge."""
    fit, theory = material.fit("structural"), material.theory
    estimated = fit is not None and fit.converged
    if theory is None and not (estimated and fit is not None and (fit.estimates["op"] == "~").any()):
        return
    if theory is not None and fit is None:
        return
    yield draw_diagram(fit, theory, indicators=False, names=material.names)
    if estimated:
        yield draw_diagram(fit, theory, indicators=True, names=material.names)


def draw_measurement(material: Material) -> Iterator[Figure]:
    """Draw the constructs with their items, where no diagram of paths shows them."""
    fit = material.fit("measurement")
    if fit is not None and fit.converged and material.fit("structural") is None and fit.spec.latent:
        yield draw_diagram(fit, None, indicators=True, names=material.names)


def draw_factors(material: Material) -> Iterator[Figure]:
    """Draw the correlations of the factors of the measurement model."""
    fit = material.fit("measurement")
    frame = factor_correlations(fit) if fit is not None else pd.DataFrame()
    if len(frame) > 1:
        yield _figure("factor_correlations", lambda lang, title: heat_map(frame, lang, title=title, triangle=True))


def draw_answers(material: Material) -> Iterator[Figure]:
    """Draw the answers to every item where all items share one scale."""
    frame = _frame(material, "descriptives", "answer_shares", ("item",))
    if frame is None:
        return
    answers = [name for name in frame.columns if str(name).lstrip("-").isdigit()]
    shares = frame.dropna(subset=answers).set_index("item")[answers]
    if len(shares) and len(answers) > 1:
        yield _figure("answers", lambda lang, title: answer_bars(shares, lang, title=title))


def draw_scree(material: Material) -> Iterator[Figure]:
    """Draw the eigenvalues against those of random data."""
    frame = _frame(material, "efa", "parallel_analysis", ("eigenvalue", "random_percentile95"))
    if frame is not None:
        yield _figure("scree", lambda lang, title: _scree(frame, lang, title))


def _scree(frame: pd.DataFrame, lang: str, title: str) -> str:
    lines = {label(name, lang): list(frame[name]) for name in ("eigenvalue", "random_percentile95")}
    return scree(lines, lang, title=title, across=_NUMBER[lang])


def draw_loadings(material: Material) -> Iterator[Figure]:
    """Draw the rotated loadings as a heat map."""
    frame = _frame(material, "efa", "loadings", ("item",))
    factors = (
        [c for c in frame.columns if frame[c].dtype.kind == "f" and number_kind(str(c)) is None]
        if frame is not None
        else []
    )
    if frame is not None and factors:
        body = frame.set_index("item")[factors]
        yield _figure("loadings", lambda lang, title: heat_map(body, lang, title=title))


def draw_ratios(material: Material) -> Iterator[Figure]:
    """Draw the heterotrait-monotrait ratios as a heat map."""
    frame = _frame(material, "validity", "htmt_matrix", ())
    if frame is not None and len(frame) > 1:
        body = frame.set_index(frame.columns[0])
        yield _figure("htmt", lambda lang, title: heat_map(body, lang, title=title, triangle=True))


def draw_residuals(material: Material) -> Iterator[Figure]:
    """Draw the correlations that the measurement model leaves unexplained."""
    fit = material.fit("measurement")
    if fit is None or not fit.converged or len(fit.statistics) != 1:
        return
    body = residuals(fit, kind="cor")["cov"]
    if 1 < len(body) <= _MOST_ITEMS:
        yield _figure("residual_correlations", lambda lang, title: heat_map(body, lang, title=title, triangle=True))


def draw_path_intervals(material: Material) -> Iterator[Figure]:
    """Draw the paths of the hypotheses with their intervals."""
    frame = _frame(material, "hypotheses", "hypotheses", ("id", "source", "target", "ci_lower", "ci_upper"))
    if frame is not None:
        names = frame["id"] + ": " + frame["source"] + " → " + frame["target"]
        yield from _forest("path_intervals", _PATHS_TITLE, frame, list(names))


def draw_effect_intervals(material: Material) -> Iterator[Figure]:
    """Draw the indirect effects with their intervals; the total ones where there are many."""
    frame = _frame(material, "effects", "effects", ("path", "ci_lower", "ci_upper"))
    if frame is None:
        return
    if len(frame) > _MANY and "kind" in frame and (frame["kind"] != SPECIFIC).any():
        frame = frame[frame["kind"] != SPECIFIC]
    yield from _forest("effect_intervals", _EFFECTS_TITLE, frame, list(frame["path"]))


def draw_ladder(material: Material) -> Iterator[Figure]:
    """Draw the steps of measurement invariance."""
    frame = _frame(material, "invariance", "ladder", ("step", "verdict", "delta_chisq", "delta_df", "pvalue_diff"))
    if frame is not None and len(frame) > 1:
        yield _figure("invariance", lambda lang, title: ladder(list(_rungs(frame, lang)), title=title))


def _rungs(frame: pd.DataFrame, lang: str) -> Iterator[Rung]:
    for row in frame.to_dict("records"):
        change = format_number(row["delta_chisq"], "decimal", lang)
        test = (
            f"Δχ²({int(row['delta_df'])}) = {change}, {format_p(row['pvalue_diff'], lang)}"
            if row["delta_df"] > 0
            else ""
        )
        yield Rung(row["step"][lang], row["verdict"][lang], test, row["verdict"].en != "rejected")


def _forest(key: str, title: Text, frame: pd.DataFrame, names: list[str]) -> Iterator[Figure]:
    owner = interval_of(frame)
    kind = "bounded" if owner == "std" else "decimal"
    columns = zip(names, frame[owner], frame["ci_lower"], frame["ci_upper"], strict=True)
    rows = [Estimate(str(name), *map(float, numbers)) for name, *numbers in columns if not pd.isna(numbers).any()]
    if rows:
        svg = Text(*(forest(rows, lang, title=title[lang], kind=kind) for lang in LANGUAGES))
        yield Figure(key, title, _FOREST_CAPTION[owner], svg)


def _figure(key: str, draw: Callable[[str, str], str]) -> Figure:
    """Draw one figure in every language; `draw` takes the language and the title in it."""
    title, caption = _WORDS[key]
    return Figure(key, title, caption, Text(*(draw(lang, title[lang]) for lang in LANGUAGES)))


def _frame(material: Material, key: str, table: str, columns: tuple[str, ...]) -> pd.DataFrame | None:
    return find_frame(material.assessments.get(key), table, columns)


def draw_slopes(material: Material) -> Iterator[Figure]:
    """Draw the simple slopes of a moderation."""
    found = material.assessments.get("moderation")
    if found is not None:
        yield _figure("simple_slopes", lambda lang, title: simple_slopes(found, lang))


def factor_correlations(fit: Fit) -> pd.DataFrame:
    """Return the model-implied correlations of the factors of the first group; empty when there are none."""
    if not fit.matrices or not len(fit.matrices[0].latent):
        return pd.DataFrame()
    matrices = fit.matrices[0]
    variances = np.diag(matrices.latent_cov)
    if (variances <= 0).any():
        return pd.DataFrame()
    spread = np.sqrt(variances)
    return pd.DataFrame(matrices.latent_cov / np.outer(spread, spread), index=matrices.latent, columns=matrices.latent)
