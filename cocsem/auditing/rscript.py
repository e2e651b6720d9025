"""lavaan in R, asked through Rscript: the same parameter table on the same rows."""

from __future__ import annotations

import csv
import shutil
import subprocess
import tempfile
from pathlib import Path

import pandas as pd

from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.model.translation.lavaan import to_lavaan

Found = tuple[str, dict[str, float], dict[tuple[str, str, str, str], dict[str, float]]]
_SECONDS = 300
_GROUP = "group_of_the_row"
_NO_R = Text("Rscript is not installed", "Rscript tidak terpasang")
_NO_DATA = Text("there are only moments, no rows", "hanya ada momen, bukan baris data")
_NO_LAVAAN = Text(
    "R has no package lavaan, or lavaan stopped: {why}", "R tidak memiliki paket lavaan, atau lavaan berhenti: {why}"
)
_SLOW = Text(f"lavaan needed more than {_SECONDS} seconds", f"lavaan memerlukan lebih dari {_SECONDS} detik")
_READ = 'd <- read.csv("data.csv", check.names = FALSE, na.strings = "")\n'
_WRITE = """
m <- fitMeasures(fit); write.csv(data.frame(name = names(m), value = as.numeric(m)), "measures.csv", row.names = FALSE)
p <- parameterEstimates(fit, remove.nonfree = FALSE)
label <- lavInspect(fit, "group.label"); if (is.null(p$group)) p$group <- 1
p$group <- if (length(label) > 1) ifelse(p$group == 0, "", label[pmax(p$group, 1)]) else ""
write.csv(p[, c("lhs", "op", "rhs", "group", "est", "se")], "parameters.csv", row.names = FALSE)
writeLines(as.character(packageVersion("lavaan")), "version.txt")
"""


def ask_lavaan(fit: Fit) -> Found | Text:
    """Return lavaan's version, its fit measures and its estimates by (lhs, op, rhs, group); or why it cannot be asked.

    References: rosseel2012
    """
    program = shutil.which("Rscript")
    if program is None:
        return _NO_R
    if any(part.data is None for part in fit.statistics):
        return _NO_DATA
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        _rows(fit).to_csv(place / "data.csv", index=False)
        (place / "ask.R").write_text(_script(fit), encoding="utf-8")
        try:
            done = subprocess.run(
                [program, "--vanilla", "ask.R"],
                cwd=place,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return _SLOW
        if done.returncode != 0:
            why = " ".join(done.stderr.split())[-300:]
            return _NO_LAVAAN.format(why=why)
        return _read(place)


def _rows(fit: Fit) -> pd.DataFrame:
    parts = [
        pd.DataFrame(part.data, columns=list(part.names)).assign(**{_GROUP: part.group}) for part in fit.statistics
    ]
    return pd.concat(parts, ignore_index=True)


def _script(fit: Fit) -> str:
    asked = fit.provenance
    model = to_lavaan(
        fit.spec,
        data="d",
        group=_GROUP if len(fit.spec.groups) > 1 else None,
        estimator=str(asked["estimator"]),
        missing=str(asked["missing"]),
        likelihood=str(asked["likelihood"]),
    )
    return f"{_READ}{model}\n{_WRITE}"


def _read(place: Path) -> Found:
    def table(name: str) -> list[dict[str, str]]:
        with (place / name).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    measures = {row["name"].replace(".", "_"): _number(row["value"]) for row in table("measures.csv")}
    parameters = {
        (row["lhs"], row["op"], row["rhs"], row["group"]): {"est": _number(row["est"]), "se": _number(row["se"])}
        for row in table("parameters.csv")
    }
    return (place / "version.txt").read_text(encoding="utf-8").strip(), measures, parameters


def _number(text: str) -> float:
    return float("nan") if text in ("", "NA", "NaN") else float(text)
