"""Answers, surveys and fits made by hand for the tests of the assessment room."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from cocsem.estimation.types import Fit, GroupMatrices
from cocsem.instrument.types import Dimension, Instrument, Item, Scale
from cocsem.language import Text
from cocsem.model.types import ModelSpec, Row
from cocsem.moments.types import SampleStatistics
from cocsem.survey.types import Codebook, LogEntry, Survey

ORACLES = Path(__file__).parents[1] / "oracles"
SCALES = ("INV", "ENG", "COC", "TRU", "LOY")


def oracle(name: str) -> dict[str, Any]:
    """Read one file of recorded answers."""
    return dict(json.loads((ORACLES / name).read_text(encoding="utf-8")))


def likert() -> pd.DataFrame:
    """600 simulated respondents on 19 five-point items."""
    items = oracle("likert_scales_psych.json")["items"]
    return pd.DataFrame({name: [float(answer) for answer in answers] for name, answers in items.items()})


def likert_scales(data: pd.DataFrame | None = None) -> dict[str, pd.DataFrame]:
    """The same answers, scale by scale."""
    data = likert() if data is None else data
    return {code: data[[name for name in data if str(name).startswith(code.lower())]] for code in SCALES}


def instrument(data: pd.DataFrame, reverse: tuple[str, ...] = ()) -> Instrument:
    """An instrument with one dimension per scale of the data."""
    scale = Scale(1, 5)
    dimensions = tuple(
        Dimension(code, Text(code.title(), code.lower()), tuple(_item(str(name), scale, reverse) for name in block))
        for code, block in likert_scales(data).items()
    )
    return Instrument("study", Text("Study", "Studi"), Text("p", "p"), dimensions, (), Text("s", "s"), ())


def survey(
    data: pd.DataFrame,
    *,
    demographics: pd.DataFrame | None = None,
    paradata: pd.DataFrame | None = None,
    codebook: Codebook | None = None,
    reverse: tuple[str, ...] = (),
) -> Survey:
    """A survey of these scored answers, rows counted from 1."""
    data = data.set_axis(range(1, len(data) + 1), axis=0)
    answers = data.copy()
    for name in reverse:
        answers[name] = 6 - answers[name]
    empty = pd.DataFrame(index=data.index)
    return Survey(
        data,
        answers,
        empty if demographics is None else demographics.set_axis(data.index, axis=0),
        empty if paradata is None else paradata.set_axis(data.index, axis=0),
        (instrument(data, reverse),),
        codebook or Codebook(),
        (LogEntry("read", len(data), Text("rows read", "baris dibaca")),),
        "made.csv",
        "0" * 64,
        len(data),
    )


def hs_fit(**changes: Any) -> Fit:
    """The three-factor model of Holzinger and Swineford at lavaan's estimates."""
    recorded = oracle("hs_validity_semtools.json")
    estimates = pd.DataFrame(recorded["estimates"]).rename(columns={"std.lv": "std_lv", "std.all": "std_all"})
    estimates["group"] = ""
    latent, observed = ("visual", "textual", "speed"), tuple(f"x{i}" for i in range(1, 10))
    loadings, psi, theta = np.zeros((9, 3)), np.zeros((3, 3)), np.zeros((9, 9))
    for row in recorded["estimates"]:
        _place(row, latent, observed, (loadings, psi, theta))
    implied = loadings @ psi @ loadings.T + theta
    spec = ModelSpec(
        tuple(Row(row["lhs"], row["op"], row["rhs"]) for row in recorded["estimates"]), observed=observed, latent=latent
    )
    fit = Fit(
        spec=spec,
        statistics=(SampleStatistics(observed, np.array(recorded["cov"]), np.zeros(9), 301, 301),),
        estimates=estimates,
        fit_measures={},
        r2={},
        converged=True,
        admissible=True,
        warnings=(),
        n_obs=301,
        provenance={},
        matrices=(GroupMatrices(latent, observed, loadings, psi, theta, implied, np.zeros(9)),),
        theta=np.zeros(0),
        vcov=np.zeros((0, 0)),
    )
    return replace(fit, **changes)


def _item(name: str, scale: Scale, reverse: tuple[str, ...]) -> Item:
    return Item(name, Text(name, name), scale, name in reverse)


def _place(
    row: Mapping[str, Any], latent: tuple[str, ...], observed: tuple[str, ...], matrices: tuple[np.ndarray, ...]
) -> None:
    loadings, psi, theta = matrices
    if row["op"] == "=~":
        loadings[observed.index(row["rhs"]), latent.index(row["lhs"])] = row["est"]
        return
    names, target = (latent, psi) if row["lhs"] in latent else (observed, theta)
    i, j = names.index(row["lhs"]), names.index(row["rhs"])
    target[i, j] = target[j, i] = row["est"]
