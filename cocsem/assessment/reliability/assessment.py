"""The reliability of every scale: from the items alone, and from the fitted measurement model where there is one."""

from __future__ import annotations

from collections.abc import Container, Mapping

from cocsem.assessment.measurement import blocks
from cocsem.assessment.reliability.higher_order import higher_table
from cocsem.assessment.reliability.item_side import (
    ScaleRow,
    assess_items,
    assess_scale,
    item_table,
    item_verdicts,
    item_warnings,
    scale_table,
    summary,
)
from cocsem.assessment.reliability.keying import find_miskeyed
from cocsem.assessment.reliability.model_side import loading_warnings, model_rows, model_table, model_verdicts
from cocsem.assessment.reliability.registry import references_for
from cocsem.assessment.scales import Scales, scale_names, scales_of
from cocsem.assessment.types import Assessment, Table, Verdict
from cocsem.estimation.types import Fit
from cocsem.language import Text
from cocsem.survey.types import Survey

_TITLE = Text("Reliability", "Reliabilitas")
_NOT_CONVERGED = Text(
    "The model did not converge, so there is no composite reliability, omega or AVE.",
    "Model tidak konvergen, sehingga tidak ada reliabilitas komposit, omega atau AVE.",
)
_HIGHER = Text(
    "Higher-order constructs are listed by their dimensions.",
    "Konstruk tingkat lebih tinggi dirinci menurut dimensinya.",
)


def reliability(source: Survey | Scales, fit: Fit | None = None, *, bootstrap: int = 0, seed: int = 1) -> Assessment:
    """Assess how consistently the items of every scale measure.

    Parameters
    ----------
    source : a survey (one scale per dimension of its instruments), or item blocks by scale code.
    fit : a fitted measurement model for composite reliability, omega, AVE and H; None for alpha alone.
    bootstrap, seed : draws for a bootstrap interval of alpha beside Feldt's (0: none), and their seed.

    Returns
    -------
    An assessment with the tables `scales` (alpha), `items` (item-rest correlation, alpha if dropped) and, with a
    converged fit, `model` and `higher`.

    References: cronbach1951, fornell1981, mcdonald1999

    >>> import pandas as pd
    >>> items = pd.DataFrame({"t1": [1, 2, 4, 5, 5], "t2": [2, 2, 5, 4, 5], "t3": [1, 3, 4, 4, 5]})
    >>> reliability({"TRU": items})["scales"]["alpha"].round(3).tolist()
    [0.956]
    """
    blocks_of_items, names = scales_of(source), scale_names(source)
    keyings = {code: found for code, block in blocks_of_items.items() if (found := find_miskeyed(code, block))}
    scales = [
        assess_scale(code, names[code], block, keying=keyings.get(code), resampling=(bootstrap, seed))
        for code, block in blocks_of_items.items()
    ]
    items = [row for code, block in blocks_of_items.items() for row in assess_items(code, block)]
    named = {code: set(found.weights) for code, found in keyings.items()}
    model_tables, model_verdicts_, model_warnings = _model_side(fit, named)
    further = (_HIGHER,) if _has_higher(source) else ()
    tables = (scale_table(scales, further), item_table(items), *model_tables)
    columns = tuple(str(name) for table in tables for name in table.frame)
    return Assessment(
        "reliability",
        _TITLE,
        tables,
        {**_facts(scales), "miskeyed": [item for found in keyings.values() for item in found.weights]},
        (*item_verdicts(scales, items, keyings), *model_verdicts_),
        summary(scales),
        (*item_warnings(scales, items, keyings), *model_warnings),
        (
            *references_for((*columns, "alpha_boot") if bootstrap else columns),
            *(("green2009",) if "alpha_ordinal" in columns else ()),
        ),
    )


def _model_side(fit: Fit | None, named: Mapping[str, Container[str]]) -> tuple[list[Table], list[Verdict], list[Text]]:
    if fit is None:
        return [], [], []
    if not fit.converged:
        return [], [], [_NOT_CONVERGED]
    rows = model_rows(fit)
    if not rows:
        return [], [], []
    return (
        [model_table(rows), *higher_table(fit)],
        list(model_verdicts(rows)),
        list(loading_warnings(list(blocks(fit)), named)),
    )


def _has_higher(source: Survey | Scales) -> bool:
    return isinstance(source, Survey) and any(instrument.higher for instrument in source.instruments)


def _facts(scales: list[ScaleRow]) -> dict[str, object]:
    return {"alpha": {row.scale: row.alpha for row in scales}}
