"""Moderation by group: which paths differ between groups that share the loadings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from cocsem.assessment.invariance.fitting import difference_test
from cocsem.assessment.multiple_tests import holm
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import fill, listing, number, probability
from cocsem.criteria import load_criterion
from cocsem.errors import EstimationError, UsageError
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import Data, sem
from cocsem.language import Text
from cocsem.survey.types import Survey

_TITLE = Text("Moderation by group", "Moderasi menurut kelompok")
_PATHS = Text("Paths in each group", "Jalur menurut kelompok")
_TESTS = Text("Is a path the same in all groups?", "Apakah jalur sama di semua kelompok?")
_TESTS_NOTE = Text(
    "delta_chisq: what holding the path equal costs, with equal loadings and all other paths free; pvalue_adjusted: Holm.",
    "delta_chisq: biaya menyamakan jalur itu, dengan muatan yang disamakan dan semua jalur lain bebas; pvalue_adjusted: Holm.",
)
_ALL = Text(
    "All paths equal between the groups of {group}: Δχ²({ddf}) = {dchisq}, {p}. {found}",
    "Semua jalur sama antarkelompok {group}: Δχ²({ddf}) = {dchisq}, {p}. {found}",
)
_NONE = Text(
    "No single path differs detectably after adjustment for {count} tests.",
    "Tidak ada satu jalur pun yang terdeteksi berbeda setelah penyesuaian untuk {count} uji.",
)
_SOME = Text("Different after adjustment: {paths}.", "Yang berbeda setelah penyesuaian: {paths}.")
_FIRST = Text(
    "Paths can be compared only where the loadings are the same, at least in part: test that first (`python -m cocsem invariance`).",
    "Jalur hanya dapat dibandingkan bila muatannya sama, setidaknya sebagian: uji hal itu lebih dahulu (`python -m cocsem invariance`).",
)


def group_moderation(
    model: str, data: Data, group: str, *, estimator: str = "ML", missing: str = "listwise", engine: str = "native"
) -> Assessment:
    """Test every path for equality between groups, with loadings held equal.

    Parameters
    ----------
    model : lavaan syntax with paths. data : as in `sem`. group : column of the groups.
    estimator, missing, engine : as in `sem`.

    Returns
    -------
    Assessment `group_moderation`: tables equality (one row per path) and paths (one row per path and group).

    Raises
    ------
    UsageError : a model without paths. EstimationError : a model that did not converge.

    References: bollen1989, holm1979, satorra2001
    """
    options: dict[str, Any] = {"group": group, "estimator": estimator, "missing": missing, "engine": engine}
    free = _fitted(sem(model, data, group_equal=("loadings",), **options))
    paths = list(dict.fromkeys((r.lhs, r.rhs) for r in free.spec.rows if r.op == "~"))
    if not paths:
        raise UsageError("Moderation by group needs paths ('~') in the model, but there are none.")
    written = [f"{a} ~ {b}" for a, b in paths]
    equal = ("loadings", "regressions")
    together = difference_test(_fitted(sem(model, data, group_equal=equal, **options)), free)
    tests = [
        difference_test(
            _fitted(sem(model, data, group_equal=equal, group_partial=[w for w in written if w != own], **options)),
            free,
        )
        for own in written
    ]
    table = pd.DataFrame([{"path": f"{b} → {a}", **_numbers(test)} for (a, b), test in zip(paths, tests, strict=True)])
    table["pvalue_adjusted"] = holm(table["pvalue_diff"].to_numpy())
    names = data.codebook.labels.get(group, {}) if isinstance(data, Survey) else {}
    return Assessment(
        "group_moderation",
        _TITLE,
        (Table("equality", _TESTS, table, (_TESTS_NOTE,)), Table("paths", _PATHS, _by_group(free, paths, names))),
        {"group": group, "together": dict(together)},
        text=tuple(_tell(table, together, group)),
        references=("bollen1989", "holm1979"),
    )


def _fitted(fit: Fit) -> Fit:
    if not fit.converged:
        raise EstimationError(
            "Every model of the comparison must converge, but one did not. See the warnings of `sem` for each group alone."
        )
    return fit


def _numbers(test: Mapping[str, float | str]) -> dict[str, float | str]:
    return {name: test[name] for name in ("delta_chisq", "delta_df", "pvalue_diff")}


def _by_group(fit: Fit, paths: list[tuple[str, str]], names: Mapping[str, Text]) -> pd.DataFrame:
    columns = ("est", "se", "pvalue", "ci_lower", "ci_upper", "std_all")
    rows = [
        {"path": f"{b} → {a}", "group": names.get(row["group"], row["group"]), **{name: row[name] for name in columns}}
        for a, b in paths
        for row in fit.estimates.to_dict("records")
        if (row["lhs"], row["op"], row["rhs"]) == (a, "~", b)
    ]
    return pd.DataFrame(rows)


def _tell(table: pd.DataFrame, together: Mapping[str, float | str], group: str) -> Iterator[Text]:
    level = load_criterion("path_test")
    different = [row["path"] for row in table.to_dict("records") if level.met(row["pvalue_adjusted"])]
    found = fill(_SOME, {"paths": listing(different)}) if different else fill(_NONE, {"count": len(table)})
    chisq, pvalue = float(np.float64(together["delta_chisq"])), float(np.float64(together["pvalue_diff"]))
    yield fill(
        _ALL,
        {
            "group": group,
            "ddf": together["delta_df"],
            "dchisq": number(chisq),
            "p": probability(pvalue),
            "found": found,
        },
    )
    yield _FIRST
