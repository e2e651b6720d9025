"""Respecification that keeps a record of itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from cocsem.assessment.measurement import measured
from cocsem.assessment.respecification.cross_validation import cross_discrepancy, halves
from cocsem.assessment.respecification.suggestions import ACROSS, meaning, suggest
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import fill, listing, number, probability, proportion
from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.alignment import frame_of
from cocsem.estimation.comparison import compare
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import Data, Model, sem
from cocsem.instrument.load import load_instrument
from cocsem.language import Text
from cocsem.model.from_theory import theory_syntax
from cocsem.model.syntax import parse_syntax
from cocsem.model.types import ModelSpec
from cocsem.theory.types import Theory

_TITLE = Text("Respecification", "Respesifikasi")
_SUGGESTIONS = Text("What the data suggest to change", "Perubahan yang disarankan data")
_LOG = Text("Changes made after seeing the data", "Perubahan yang dibuat setelah melihat data")
_CROSS = Text("Each half of the answers judges the other", "Setiap paruh jawaban menguji paruh lainnya")
_SUGGESTIONS_NOTE = Text(
    "mi: modification index; sepc_all: expected standardized change; sesoi: smallest standardized change of interest; power: chance to have found one "
    "of that size; pvalue_adjusted: of the index, for the number of candidates (Holm).",
    "mi: indeks modifikasi; sepc_all: perubahan terstandar yang diharapkan; sesoi: perubahan terstandar terkecil yang berarti; power: peluang menemukan "
    "perubahan sebesar itu; pvalue_adjusted: untuk indeks, menurut banyaknya calon (Holm).",
)
_CROSS_NOTE = Text(
    "estimated: discrepancy in the half that gave the estimates; judged: discrepancy of the same estimates in the other half ({rows}; "
    "random halves, seed {seed}). Lower is better; only `judged` counts.",
    "estimated: ketidaksesuaian pada paruh yang menghasilkan estimasi; judged: ketidaksesuaian estimasi yang sama pada paruh lainnya ({rows}; "
    "paruh acak, benih {seed}). Makin rendah makin baik; yang menentukan ialah `judged`.",
)
_ROWS = {
    False: Text("complete rows", "baris lengkap"),
    True: Text(
        "-2 ln L per respondent, of all answers, incomplete rows too",
        "-2 ln L per responden, dari semua jawaban, termasuk baris tidak lengkap",
    ),
}
_NONE = Text(
    "No change was made. Suggestions are not results: a change belongs into the model when theory could have asked for it, and then into this log.",
    "Tidak ada perubahan. Saran bukanlah hasil: perubahan layak masuk ke model bila teori dapat memintanya, dan kemudian dicatat di sini.",
)
_MADE = Text(
    "The model was changed {count} times after seeing the data: {changes}. Its tests are no longer those of a model stated beforehand and must be reported as exploratory.",
    "Model diubah {count} kali setelah melihat data: {changes}. Ujinya bukan lagi uji atas model yang dinyatakan sebelumnya dan harus dilaporkan sebagai eksploratori.",
)
_FITS = Text(
    "Fit before: χ²({df0}) = {chisq0}, CFI = {cfi0}, RMSEA = {rmsea0}; after: χ²({df1}) = {chisq1}, CFI = {cfi1}, RMSEA = {rmsea1}; Δχ²({ddf}) = {dchisq}, {p}.",
    "Kecocokan sebelum: χ²({df0}) = {chisq0}, CFI = {cfi0}, RMSEA = {rmsea0}; sesudah: χ²({df1}) = {chisq1}, CFI = {cfi1}, RMSEA = {rmsea1}; Δχ²({ddf}) = {dchisq}, {p}.",
)
_HOLDS = Text(
    "In the half it was not estimated in, the changed model is closer to the answers (discrepancy {after} against {before}): the changes carry over.",
    "Pada paruh yang tidak dipakai untuk estimasi, model yang diubah lebih dekat dengan jawaban (ketidaksesuaian {after} dibanding {before}): perubahan itu berlaku pula di sana.",
)
_LOST = Text(
    "In the half it was not estimated in, the changed model is no closer to the answers (discrepancy {after} against {before}): the changes fit chance. Take them back.",
    "Pada paruh yang tidak dipakai untuk estimasi, model yang diubah tidak lebih dekat dengan jawaban (ketidaksesuaian {after} dibanding {before}): perubahan itu "
    "menyesuaikan diri dengan kebetulan. Batalkan perubahan tersebut.",
)
_WARN = Text(
    "{parameter} {meaning}. Free it only with a reason that does not come from these data.",
    "{parameter} {meaning}. Bebaskan hanya dengan alasan yang tidak berasal dari data ini.",
)


def respecify(
    model: Model,
    data: Data,
    add: Sequence[str] = (),
    *,
    seed: int = 1,
    estimator: str = "ML",
    missing: str = "listwise",
    engine: str = "native",
) -> Assessment:
    """Change a model step by step with a record: what was added, what it gained, and whether it holds on the other half of the answers.

    Parameters
    ----------
    model : lavaan syntax or a Theory. data : as in `sem`.
    add : lines to add, one change each, in order, such as `"x1 ~~ x2"`. Without any, only the suggestions of the data are listed.
    seed : of the random halves. estimator, missing, engine : as in `sem`.

    Returns
    -------
    Assessment `respecification`: tables suggestions (of the last model), log and cross_validation; facts model (the last text) and changes.

    Raises
    ------
    UsageError : a line that cannot be added. EstimationError : a model that did not converge.

    References: saris2009, cudeck1983, maccallum1992

    >>> import cocsem
    >>> data = cocsem.load_dataset("holzinger_swineford")
    >>> found = cocsem.respecify("visual =~ x1 + x2 + x3; speed =~ x7 + x8 + x9", data, ["visual =~ x9"])
    >>> found["log"][["change", "delta_df"]].values.tolist()
    [['visual =~ x9', 1]]
    """
    text = _text(model)
    options = {"estimator": estimator, "missing": missing, "engine": engine}
    texts = [text]
    for line in add:
        _check_line(line)
        texts.append(f"{texts[-1]}\n{line}")
    fits = [_fitted(one, data, options) for one in texts]
    tables = [Table("suggestions", _SUGGESTIONS, suggest(fits[-1]), (_SUGGESTIONS_NOTE,))]
    warnings: list[Text] = []
    if add:
        log = _log(fits, add)
        crossed = _cross(texts, data, options, seed)
        tables += [
            Table("log", _LOG, log),
            Table(
                "cross_validation",
                _CROSS,
                crossed,
                (fill(_CROSS_NOTE, {"seed": seed, "rows": _ROWS[missing == "fiml"]}),),
            ),
        ]
        warnings = [
            fill(_WARN, {"parameter": r["change"], "meaning": r["meaning"]})
            for r in log.to_dict("records")
            if r["meaning"] is ACROSS
        ]
    return Assessment(
        "respecification",
        _TITLE,
        tuple(table for table in tables if len(table.frame)),
        {"model": texts[-1], "changes": tuple(add)},
        text=tuple(_tell(fits, add, tables)),
        warnings=tuple(warnings),
        references=("saris2009", "cudeck1983", "maccallum1992"),
    )


def _text(model: Model) -> str:
    if isinstance(model, Theory):
        return theory_syntax(model, [load_instrument(code) for code in model.instruments])
    if isinstance(model, ModelSpec):
        raise UsageError("Lines are added to the model as text. Give lavaan syntax, or model_syntax(spec).")
    return model


def _check_line(line: str) -> None:
    """One change a line, so that the log tells what each one did."""
    statements, relations = parse_syntax(line)
    if relations or len(statements) != 1 or len(statements[0].lhs) * len(statements[0].terms) != 1:
        raise UsageError(f"Every entry of add must be one change, such as 'x1 ~~ x2'; '{line}' holds several or none.")


def _fitted(text: str, data: Data, options: Mapping[str, Any]) -> Fit:
    fit = sem(text, data, **options)
    if not fit.converged:
        raise EstimationError(
            f"Every model of a respecification must converge, but this one did not:\n{text}\nTake its last line back."
        )
    return fit


def _log(fits: Sequence[Fit], add: Sequence[str]) -> pd.DataFrame:
    """One row per change: what it gained, and what it came out as."""
    homes = {item: name for name, items in measured(fits[0]).items() for item in items}
    rows = []
    for line, before, after in zip(add, fits, fits[1:], strict=False):
        statement = parse_syntax(line)[0][0]
        lhs, op, rhs = statement.lhs[0], statement.op, statement.terms[0].name
        test = compare(before, after).iloc[1]
        frame = after.estimates
        own = frame[
            (frame["op"] == op)
            & frame["lhs"].isin([lhs, rhs])
            & frame["rhs"].isin([lhs, rhs])
            & (frame["lhs"] != frame["rhs"])
        ]
        first = own.to_dict("records")[0]
        rows.append(
            {
                "change": line, "delta_chisq": float(test["chisq_diff"]), "delta_df": int(test["df_diff"]), "pvalue_diff": float(test["pvalue_diff"]),
                "est": first["est"], "se": first["se"], "std_all": first["std_all"],
                "cfi": after.fit_measures["cfi"], "rmsea": after.fit_measures["rmsea"], "bic": after.fit_measures["bic"],
                "meaning": meaning(lhs, op, rhs, homes), "note": None if after.admissible else _IMPROPER,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def _cross(texts: Sequence[str], data: Data, options: Mapping[str, Any], seed: int) -> pd.DataFrame:
    """The first and the last model: estimated in each half and judged in the other."""
    frame = frame_of(data) if data is not None else pd.DataFrame()
    parts = [frame.iloc[rows] for rows in halves(len(frame), seed)]
    rows: list[dict[str, Any]] = []
    for name, text in (("before", texts[0]), ("after", texts[-1])):
        for n in (0, 1):
            fit = _fitted(text, parts[n], options)
            numbers = {"estimated": cross_discrepancy(fit, parts[n]), "judged": cross_discrepancy(fit, parts[1 - n])}
            rows.append({"version": _VERSIONS[name], "half": n + 1, **numbers})
    return pd.DataFrame(rows)


_IMPROPER = Text("no proper solution: take it back", "tanpa solusi yang layak: batalkan")
_VERSIONS = {
    "before": Text("before the changes", "sebelum perubahan"),
    "after": Text("after the changes", "sesudah perubahan"),
}


def _tell(fits: Sequence[Fit], add: Sequence[str], tables: Sequence[Table]) -> Iterator[Text]:
    if not add:
        yield _NONE
        return
    yield fill(_MADE, {"count": len(add), "changes": listing(list(add))})
    values: dict[str, object] = {}
    for end, fit in (("0", fits[0]), ("1", fits[-1])):
        m = fit.fit_measures
        values |= {
            f"df{end}": int(m["df"]),
            f"chisq{end}": number(m["chisq"]),
            f"cfi{end}": proportion(m["cfi"]),
            f"rmsea{end}": proportion(m["rmsea"]),
        }
    test = compare(fits[0], fits[-1]).iloc[1]
    values |= {
        "ddf": int(test["df_diff"]),
        "dchisq": number(float(test["chisq_diff"])),
        "p": probability(float(test["pvalue_diff"])),
    }
    yield fill(_FITS, values)
    judged = tables[-1].frame["judged"].to_numpy(dtype=float)
    before, after = judged[:2].mean(), judged[2:].mean()
    yield fill(_HOLDS if after < before else _LOST, {"before": number(float(before)), "after": number(float(after))})
