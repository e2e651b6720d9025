"""From exploration to confirmation: factors found in one half of the answers are tested in the other."""

from __future__ import annotations

import numpy as np
import pandas as pd

from cocsem.assessment.judge import is_met, judge
from cocsem.assessment.model_fit import fit_notes, fit_row
from cocsem.assessment.retention import parallel_analysis
from cocsem.assessment.scales import complete_rows, item_data
from cocsem.assessment.types import Assessment, Table
from cocsem.assessment.wording import fill
from cocsem.chance import generator
from cocsem.errors import EstimationError
from cocsem.estimation.efa import FactorSolution, efa
from cocsem.estimation.types import Fit
from cocsem.estimation.verbs import cfa
from cocsem.language import Text
from cocsem.survey.types import Survey

_TITLE = Text(
    "Explored in one half, confirmed in the other", "Dieksplorasi pada satu paruh, dikonfirmasi pada paruh lain"
)
_MODEL = Text("The model handed over", "Model yang diserahkan")
_NOTE = Text(
    "{rotation} rotation; an item goes to the factor it loads on most, where that loading is salient; left out: {left}.",
    "Rotasi {rotation}; butir masuk ke faktor dengan muatan terbesar, bila muatannya bermakna; tidak dipakai: {left}.",
)
_SAID = Text(
    "{k} factors found in {n_first} rows; the model handed over was fitted to the other {n_second} rows, which had no part in finding it: "
    "CFI = {cfi}, RMSEA = {rmsea}.",
    "{k} faktor ditemukan pada {n_first} baris; model yang diserahkan dicocokkan pada {n_second} baris lain, yang tidak ikut menemukannya: "
    "CFI = {cfi}, RMSEA = {rmsea}.",
)
_FAILED = Text(
    "{k} factors found in {n_first} rows, but the model handed over did not converge on the other {n_second}: do not use it.",
    "{k} faktor ditemukan pada {n_first} baris, tetapi model yang diserahkan tidak konvergen pada {n_second} baris lain: jangan dipakai.",
)
_NONE = Text("none", "tidak ada")


def to_cfa(solution: FactorSolution) -> str:
    """Write a rotated solution as a confirmatory model: every item on the factor it loads on most, if that loading is salient.

    Factors on which fewer than two items are left are dropped; the most strongly loading item comes first and sets the scale.

    References: tabachnick2013

    >>> rng = np.random.default_rng(1)
    >>> data = pd.DataFrame(rng.normal(size=(200, 1)) + rng.normal(size=(200, 3)), columns=list("abc"))
    >>> to_cfa(efa(data, 1)).split(" =~ ")[0]
    'F1'
    """
    lines = []
    loadings, items = solution.loadings.to_numpy(), [str(item) for item in solution.loadings.index]
    home = np.abs(loadings).argmax(axis=1)
    for place, factor in enumerate(map(str, solution.loadings)):
        own = [
            items[i]
            for i in np.argsort(-np.abs(loadings[:, place]))
            if home[i] == place and _is_salient(loadings[i, place])
        ]
        if len(own) > 1:
            lines.append(f"{factor} =~ {' + '.join(own)}")
    return "\n".join(lines)


def explore_and_confirm(
    data: Survey | pd.DataFrame,
    n_factors: int | None = None,
    *,
    method: str = "ml",
    rotation: str = "oblimin",
    seed: int = 1,
) -> tuple[Assessment, Fit]:
    """Find factors in a random half of the rows and test them, as a confirmatory model, in the other half.

    Parameters
    ----------
    data : items; rows with a missing answer are left out. n_factors : None takes the number of parallel analysis in the first half.
    method, rotation : as in `efa`. seed : of the split and of parallel analysis.

    Returns
    -------
    The assessment `hold_out` (tables `handed_over`, `hold_out_fit`) and the fit in the second half.

    Raises
    ------
    EstimationError : no factor with two salient items is found.

    References: horn1965, joreskog1967, fabrigar1999
    """
    rows = complete_rows(item_data(data), "A split into halves", at_least=3)
    order = generator(seed).permutation(len(rows))
    first, second = rows.iloc[np.sort(order[: len(rows) // 2])], rows.iloc[np.sort(order[len(rows) // 2 :])]
    wanted = parallel_analysis(first, seed=seed).facts["n_factors_parallel"] if n_factors is None else n_factors
    if wanted < 1:
        raise EstimationError(
            "Parallel analysis finds no common factor in the first half, so there is nothing to hand over."
        )
    solution = efa(first, int(wanted), method=method, rotation=rotation)
    model = to_cfa(solution)
    if not model:
        raise EstimationError("No factor with two salient items was found in the first half. Ask for fewer factors.")
    fit = cfa(model, second)
    return _assess(solution, model, fit, (len(first), len(second))), fit


def _assess(solution: FactorSolution, model: str, fit: Fit, sizes: tuple[int, int]) -> Assessment:
    used = {name for line in model.splitlines() for name in line.split(" =~ ")[1].split(" + ")}
    left = [str(item) for item in solution.loadings.index if item not in used]
    lines = [line.split(" =~ ") for line in model.splitlines()]
    handed = pd.DataFrame({"factor": [line[0] for line in lines], "indicators": [line[1] for line in lines]})
    note = fill(_NOTE, {"rotation": solution.rotation, "left": ", ".join(left) if left else _NONE})
    numbers = fit_row(fit)
    values: dict[str, object] = {"k": len(lines), "n_first": sizes[0], "n_second": sizes[1]}
    verdicts = tuple(
        judge(numbers[name], name, "hold_out", {"n": sizes[1]}) for name in ("cfi", "rmsea", "srmr") if fit.converged
    )
    text = (
        fill(_SAID, {**values, "cfi": numbers["cfi"], "rmsea": numbers["rmsea"]})
        if fit.converged
        else fill(_FAILED, values)
    )
    tables = [Table("handed_over", _MODEL, handed, (note,))]
    tables += [Table("hold_out_fit", _TITLE, pd.DataFrame([numbers]), fit_notes(fit))] if fit.converged else []
    return Assessment(
        "hold_out",
        _TITLE,
        tuple(tables),
        {**values, "model": model, "left_out": left, "converged": fit.converged},
        verdicts,
        (text,),
        references=("horn1965", "joreskog1967", "fabrigar1999"),
    )


def _is_salient(loading: float) -> bool:
    return bool(is_met(judge(loading, "salient_loading", "")))
