"""What is timed: models, data and options of every line of the table, and one call of cocsem on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

import cocsem

THREE_FACTORS = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"


@dataclass(frozen=True)
class Task:
    """One line of the table.

    sizes : (factors, items per factor, rows) of a simulated population; None for the nine items of Holzinger and Swineford.
    options, lavaan : options of our call and of lavaan's. missing : share of answers taken out. categories : the answers are
        cut into so many, skewed; 0 leaves them continuous.
    calls, lavaan_calls : how many calls are timed (one more runs before them, unless a single one takes so long that it does not
        matter). draws : bootstrap draws that lavaan and semopy take, to be scaled to 1,000. rivals : other programs.
    asked : the ratios to be reached, by program.
    """

    name: str
    sizes: tuple[int, int, int] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    lavaan: str = ""
    missing: float = 0.0
    categories: int = 0
    calls: int = 20
    lavaan_calls: int = 8
    draws: int = 0
    rivals: tuple[str, ...] = ()
    asked: dict[str, int] = field(default_factory=dict)


TASKS = (
    Task("9 items, n = 301", calls=100, lavaan_calls=10, rivals=("semopy", "seminr"),
         asked={"lavaan": 40, "semopy": 20, "seminr": 60}),
    Task("45 items, n = 1000", (9, 5, 1000), lavaan_calls=3, rivals=("semopy", "seminr"), asked={"lavaan": 40}),
    Task("100 items, n = 1000", (10, 10, 1000), calls=10, lavaan_calls=1, rivals=("semopy",), asked={"lavaan": 150}),
    Task("9 items, MLR", options={"estimator": "MLR"}, lavaan='estimator = "MLR"', calls=100, lavaan_calls=10,
         rivals=("seminr",), asked={"lavaan": 30}),
    Task("9 items, FIML, 10 % missing", options={"missing": "fiml"}, lavaan='missing = "ml"', missing=0.1,
         lavaan_calls=3, asked={"lavaan": 40}),
    Task("25 items, n = 2800, FIML, 89 % of rows complete", (5, 5, 2800), {"missing": "fiml"}, 'missing = "ml"', 0.0045,
         calls=5, lavaan_calls=1),
    Task("25 items, n = 2800, FIML, 10 % missing", (5, 5, 2800), {"missing": "fiml"}, 'missing = "ml"', 0.1,
         calls=3, lavaan_calls=1, asked={"lavaan": 40}),
    Task("9 items, 1000 bootstrap draws", options={"bootstrap": 1000, "seed": 1}, calls=5, lavaan_calls=1, draws=30,
         rivals=("semopy",), asked={"lavaan": 100, "semopy": 100}),
    Task("45 items, 1000 bootstrap draws", (9, 5, 1000), {"bootstrap": 1000, "seed": 1}, calls=2, lavaan_calls=1, draws=10,
         rivals=("semopy",), asked={"lavaan": 40}),
    Task("16 ordered items, n = 400, WLSMV", (4, 4, 400), {"ordered": True}, "ordered = TRUE", categories=5,
         lavaan_calls=5, asked={"lavaan": 20}),
    Task("25 ordered items, n = 2800, WLSMV", (5, 5, 2800), {"ordered": True}, "ordered = TRUE", categories=6,
         calls=10, lavaan_calls=3, asked={"lavaan": 30}),
)  # fmt: skip
UNLIMITED = (
    "9 items, n = 301",
    "45 items, n = 1000",
    "9 items, MLR",
)  # timed with the libraries' own number of threads too
MEMORY = ("100 items, n = 1000", 300)  # the task whose peak memory is watched, and the megabytes it may take


def population(task: Task) -> tuple[str, pd.DataFrame]:
    """Model text and data that the samples are drawn from: the shipped data set, or answers of a correlated-factor model."""
    if task.sizes is None:
        data = cocsem.load_dataset("holzinger_swineford")
        return THREE_FACTORS, getattr(data, "data", data)[[f"x{n}" for n in range(1, 10)]]
    factors, items, n = task.sizes
    rng = np.random.default_rng(factors * 1000 + n)
    scores = 0.6 * rng.normal(size=(n, 1)) + 0.8 * rng.normal(size=(n, factors))
    columns = {
        f"f{f}i{i}": 0.75 * scores[:, f] + 0.66 * rng.normal(size=n) for f in range(factors) for i in range(items)
    }
    model = "\n".join(f"F{f} =~ " + " + ".join(f"f{f}i{i}" for i in range(items)) for f in range(factors))
    return model + "\n", pd.DataFrame({name: _cut(values, task.categories) for name, values in columns.items()})


def _cut(values: np.ndarray, categories: int) -> np.ndarray:
    """Answers on so many categories, more of them high than low; or the values themselves."""
    return np.digitize(values, np.linspace(-1.7, 1.2, categories - 1)) + 1 if categories else values


def fresh(data: pd.DataFrame, seed: int, missing: float = 0.0) -> pd.DataFrame:
    """A resample of the rows, with some answers missing where asked for."""
    rng = np.random.default_rng(seed)
    drawn = data.iloc[rng.integers(0, len(data), len(data))].reset_index(drop=True)
    return drawn.mask(rng.random(drawn.shape) < missing) if missing else drawn


def ours(model: str, data: pd.DataFrame, options: dict[str, Any]) -> float:
    """One call of cocsem, from the answers to numbers that are all read: estimates, standardized solution, fit measures."""
    fit = cocsem.cfa(model, data, **options)
    measures = np.array(list(fit.fit_measures.values()))
    tables = fit.estimates["se"].to_numpy().sum() + cocsem.standardized(fit)["se"].to_numpy().sum()
    return float(np.nansum(measures) + tables)
