"""Ask every recorded question again and write the table of agreement: `make agreement`, or `python tests/oracles/agreement.py`.

Needs no R: the answers stand beside this file. The page is docs/agreement.md.
"""

from __future__ import annotations

import importlib.util
import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import gaps
import numpy as np
import pandas as pd

import cocsem
from cocsem.errors import CocsemError

HERE = Path(__file__).resolve().parent
PAGE = HERE.parents[1] / "docs" / "agreement.md"


class Case(NamedTuple):
    """One recorded question: its bank, its name, what was asked in words, and how to compare."""

    bank: str
    name: str
    asked: str
    compare: Callable[[], Iterator[gaps.Gap]]


class Answer(NamedTuple):
    """A question asked again: all differences, or why it was refused."""

    case: Case
    found: list[gaps.Gap]
    refused: str = ""


def cases() -> Iterator[Case]:
    """All recorded questions about fitted models."""
    for path in sorted((HERE / "lavaan").glob("*.json")):
        record = json.loads(path.read_text())
        yield Case("lavaan/", path.stem, _asked(record), partial(_recorded, record))
    for record in _read("least_squares")["cases"]:
        yield Case("least_squares.json", record["id"], _asked(record), partial(_least_squares, record))
    for name, record in _read("incomplete").items():
        if isinstance(record, dict):
            yield Case("incomplete.json", name, _asked(record), partial(_incomplete, record))
    yield from _questions("after_fit_lavaan", _module("test_after_fit"))
    yield from _questions("after_fit_wider", _module("test_after_fit_wider"))


def ask(case: Case) -> Answer:
    """Compare one case; a refusal is an answer too."""
    try:
        return Answer(case, list(case.compare()))
    except CocsemError as fault:
        return Answer(case, [], str(fault))


def _asked(record: Mapping[str, Any]) -> str:
    options = record["options"] if isinstance(record.get("options"), dict) else {}
    given = [f"{k.replace('.', '_')}={_short(v)}" for k, v in options.items()]
    return ", ".join([record["fun"], *given, *([f"missing={record['missing']}"] if "missing" in record else [])])


def _short(value: Any) -> str:
    """An option in print: a long list by its length."""
    if not isinstance(value, list):
        return str(value)
    return "+".join(map(str, value)) if len(value) < 7 else f"{len(value)} items"


def _read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text())
    return found


def _module(name: str) -> Any:
    """The tests that put the same questions hold the models of the fits they are asked of."""
    spec = importlib.util.spec_from_file_location(f"agreement_{name}", HERE.parent / "estimation" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _fit(record: Mapping[str, Any], data: pd.DataFrame, **more: Any) -> Any:
    options = record["options"] if isinstance(record["options"], dict) else {}
    options = {k.replace(".", "_"): v for k, v in options.items()} | more
    for name in ("group_equal", "group_partial"):
        if isinstance(options.get(name), str):
            options[name] = [options[name]]
    if options.get("missing") == "ml":
        options["missing"] = "fiml"
    verb = {"lavaan": "fit_model"}.get(record["fun"], record["fun"])
    return getattr(cocsem, verb)(record["model"], data, **options)


def _recorded(record: Mapping[str, Any]) -> Iterator[gaps.Gap]:
    fit = _fit(record, pd.read_csv(HERE / record["data"]))
    yield from gaps.estimate_gaps(fit, [r for r in record["estimates"] if r["op"] not in ("==", "<", ">")])
    yield from gaps.standardized_gaps(fit, cocsem.standardized(fit), record["standardized"])
    measures = {n: v for n, v in record["fit_measures"].items() if n in _known_measures(fit) or not n.startswith("gfi")}
    yield from gaps.measure_gaps(fit, measures, {})
    if len(fit.spec.groups) == 1:
        for name, value in (record["r2"] or {}).items():
            if gaps.known(value):
                yield gaps.relative("explained variance", name, fit.r2[name], value)
    yield from _extras(fit, record.get("extras") or {})


def _known_measures(fit: Any) -> set[str]:
    return {name.replace("_", ".") for name in fit.fit_measures}


def _extras(fit: Any, extras: Mapping[str, Any]) -> Iterator[gaps.Gap]:
    if "modification_indices" in extras:
        yield from gaps.modification_gaps(fit, cocsem.modification_indices(fit), extras["modification_indices"])
    for method, key in (("regression", "factor_scores_first5"), ("bartlett", "factor_scores_bartlett_first5")):
        if key in extras:
            yield from gaps.score_gaps(cocsem.predict(fit, method=method), pd.DataFrame(extras[key]))
    if "cor_residuals" in extras:
        theirs = pd.DataFrame(extras["cor_residuals"]).set_index("_row")
        ours = cocsem.residuals(fit, "cor")["cov"].loc[theirs.index, theirs.columns]
        yield from gaps.matrix_gaps("correlation residual", ours, theirs)


def _least_squares(record: Mapping[str, Any]) -> Iterator[gaps.Gap]:
    data = pd.read_csv(HERE / "data" / f"{record['data']}.csv")
    fit = _fit(record, data.iloc[:246] if record["data"] == "hs" else data)
    rows = [dict(zip(("lhs", "op", "rhs", "group", "est", "se"), row, strict=True)) for row in record["rows"]]
    yield from gaps.estimate_gaps(fit, rows)
    yield from gaps.measure_gaps(fit, record["measures"], {"gfi": "gfi_lisrel"})


def _incomplete(record: Mapping[str, Any]) -> Iterator[gaps.Gap]:
    fit = _fit(record, pd.read_csv(HERE / "data" / "hs_incomplete.csv"), missing=record["missing"])
    yield from gaps.estimate_gaps(fit, record["estimates"])
    left_out = ("gfi", "agfi", "pgfi") if len(fit.spec.groups) > 1 else ()  # the older lavaan's are of one group only
    measures = {k: v for k, v in record["fit_measures"].items() if k not in left_out}
    yield from gaps.measure_gaps(fit, measures, {"gfi": "gfi_lisrel", "agfi": "agfi_lisrel"})


def _questions(bank: str, tests: Any) -> Iterator[Case]:
    recorded, file = _read(bank), f"{bank}.json"
    fits = tests.FITS if hasattr(tests, "FITS") else tests.MODIFIED
    for name, rows in recorded["modification"].items():
        yield Case(file, name, "modification indices", partial(_modification, fits[name], rows))
    for name, theirs in recorded["score"].items():
        yield Case(file, name, "score tests", partial(_score, tests.ASKED[name], theirs))
    for name, theirs in recorded["wald"].items():
        yield Case(file, name, "Wald tests", partial(_wald, tests, name, theirs))
    for name, theirs in recorded["residuals"].items():
        yield Case(file, name, "residuals with standard errors", partial(_residuals, tests.RESIDUALS[name], theirs))
    for name, theirs in recorded["lrt"].items():
        yield Case(file, name, "difference tests", partial(_difference, tests.LADDERS[name], theirs))


def _modification(make: Callable[[], Any], rows: list[dict[str, Any]]) -> Iterator[gaps.Gap]:
    fit = make()
    yield from gaps.modification_gaps(fit, cocsem.modification_indices(fit), rows)


def _score(make: Callable[[], Any], theirs: dict[str, Any]) -> Iterator[gaps.Gap]:
    fit, options = make()
    ours = {(r["lhs"], r["rhs"]): r["x2"] for r in cocsem.score_test(fit, **options).to_dict("records")}
    for row in theirs["uni"]:
        yield gaps.relative("score test", f"{row['lhs']} == {row['rhs']}", ours[row["lhs"], row["rhs"]], row["X2"])
    total = cocsem.score_test(fit, total=True, **options)["x2"].iloc[0]
    yield gaps.relative("score test", "total", total, theirs["total"])


def _wald(tests: Any, estimator: str, theirs: list[dict[str, Any]]) -> Iterator[gaps.Gap]:
    fit = cocsem.sem(tests.MODELS["PATHS"], pd.read_csv(HERE / "data" / "pd.csv"), estimator=estimator)
    for question in theirs:
        ours = cocsem.wald_test(fit, question["constraints"])
        yield gaps.relative("Wald test", question["constraints"], ours.statistic, question["stat"])


def _residuals(make: Callable[[], Any], theirs: Any) -> Iterator[gaps.Gap]:
    fit = make()
    tables = cocsem.residuals(fit, "standardized")
    groups = list(theirs.values()) if isinstance(theirs, dict) else theirs
    given = np.isin(
        list(fit.spec.observed), fit.spec.exogenous
    )  # fixed x: fitted exactly, whatever lavaan says of their errors
    for ours, other in zip([tables] if "cov" in tables else tables.values(), groups, strict=True):
        se = np.array(other["se"], dtype=float)
        seen = (se > 1e-5) & ~np.outer(given, given)
        yield from gaps.matrix_gaps("standard error of a residual", ours["cov_se"], se, seen)


def _difference(ladder: Callable[[], Any], theirs: list[dict[str, Any]]) -> Iterator[gaps.Gap]:
    fits, method = ladder()
    table = cocsem.compare(*fits[: len(theirs)], method=method)
    for ours, row in zip(table.to_dict("records"), theirs, strict=True):
        for mine, other in (("chisq_diff", "Chisq diff"), ("rmsea_diff", "RMSEA")):
            if gaps.known(row.get(other)):
                yield gaps.relative("difference test", f"{other}, df {row['Df']}", ours[mine], row[other])


def bound(size: float) -> float:
    """A difference rounded up to one digit, so that the page says the same on every machine.

    >>> bound(3.21e-5), bound(0.0)
    (4e-05, 0.0)
    """
    if not size or math.isinf(size):
        return size
    power = math.floor(math.log10(size * 1.02))
    return float(f"{math.ceil(size * 1.02 / 10.0**power)}e{power}")


def write_page(answers: list[Answer]) -> str:
    """Return the page."""
    versions = [
        json.loads((HERE / "lavaan" / "hs_ml.json").read_text())["software"],
        _read("after_fit_wider")["software"],
    ]
    found = [(a.case, g) for a in answers for g in a.found]
    beyond = [(case, g) for case, g in found if not g.agrees]
    lines = [
        "# Agreement with lavaan",
        "",
        "Written by `make agreement`, which asks every question recorded in `tests/oracles/` again and needs no R. Do not edit.",
        f"Recorded answers: {versions[0]} (`lavaan/`), {versions[1]} (the other files); each file names its script.",
        "",
        f"{len(answers)} questions, {len(found)} numbers compared, {len(found) - len(beyond)} within {TOLERANCE_TEXT} by the rule of "
        f"their kind, {len(beyond)} beyond. Largest differences are rounded up to one digit.",
        "",
        *_kinds(found),
        *_beyond(beyond),
        *_refused(answers),
        *_by_case(answers),
    ]
    return "\n".join(lines) + "\n"


TOLERANCE_TEXT = f"{gaps.TOLERANCE:g}"


def _kinds(found: list[tuple[Case, gaps.Gap]]) -> Iterator[str]:
    yield from (
        "## By kind of number",
        "",
        "| kind | compared | measured | largest difference | where |",
        "|---|---:|---|---:|---|",
    )
    for kind, rule in gaps.KINDS.items():
        own = [(case, g) for case, g in found if g.kind == kind]
        if own:
            case, worst = max(own, key=lambda pair: pair[1].size)
            yield f"| {kind} | {len(own)} | {rule.rule} | {bound(worst.size):.0e} | {case.name}: {_cell(worst.name)} |"
    yield ""


def _beyond(beyond: list[tuple[Case, gaps.Gap]]) -> Iterator[str]:
    if beyond:
        yield from ("## Beyond the rule", "", "| question | number | kind | difference |", "|---|---|---|---:|")
        for case, g in beyond:
            yield f"| {case.name} ({_cell(case.asked)}) | {_cell(g.name)} | {g.kind} | {bound(g.size):.0e} |"
        yield ""


def _refused(answers: list[Answer]) -> Iterator[str]:
    refused = [a for a in answers if a.refused]
    if refused:
        yield from ("## Refused", "", "| question | reason |", "|---|---|")
        yield from (f"| {a.case.name} ({_cell(a.case.asked)}) | {_cell(a.refused)} |" for a in refused)
        yield ""


def _by_case(answers: list[Answer]) -> Iterator[str]:
    shown = ("estimate", "standard error", "test or fit index")
    for bank in dict.fromkeys(a.case.bank for a in answers):
        own = [a for a in answers if a.case.bank == bank and a.found]
        whole = all(any(g.kind == "estimate" for g in a.found) for a in own)
        columns = shown if whole else ("largest difference",)
        yield from (
            f"## {bank}",
            "",
            f"| question | asked | numbers | {' | '.join(columns)} |",
            f"|---|---|---:|{'---:|' * len(columns)}",
        )
        for a in own:
            parts = [[g.size for g in a.found if not whole or g.kind == kind] for kind in columns]
            largest = " | ".join(f"{bound(max(part)):.0e}" if part else "" for part in parts)
            yield f"| {a.case.name} | {_cell(a.case.asked)} | {len(a.found)} | {largest} |"
        yield ""


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def main() -> int:
    """Write the page; 1 when a number is beyond its rule."""
    answers = [ask(case) for case in cases()]
    PAGE.write_text(write_page(answers), encoding="utf-8")
    beyond = sum(not g.agrees for a in answers for g in a.found)
    sys.stdout.write(
        f"{len(answers)} questions, {sum(len(a.found) for a in answers)} numbers, {beyond} beyond {TOLERANCE_TEXT}: {PAGE.name}\n"
    )
    return int(beyond > 0)


if __name__ == "__main__":
    sys.exit(main())
