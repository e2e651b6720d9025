"""Ordered and mixed moments beside the answers of lavaan, which rests where its own search rests (about 1e-7)."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cocsem.moments.ordinal.categories import find_categories
from cocsem.moments.ordinal.statistics import latent_moments, ordinal_statistics

ORACLES = Path(__file__).parents[2] / "oracles"
CASES = json.loads((ORACLES / "ordinal_moments.json").read_text(encoding="utf-8"))["cases"]
OTHER = json.loads((ORACLES / "likert_ordinal_recorded.json").read_text(encoding="utf-8"))
DATA = pd.read_csv(ORACLES / "data" / "ordinal_moments.csv")


@pytest.mark.parametrize("name", CASES)
def test_moments_and_their_asymptotic_covariances_are_those_of_lavaan(name: str) -> None:
    case = CASES[name]
    x = tuple(case["x"])
    frame = DATA[DATA["part"] == case["part"]][[*case["variables"], *x]]
    categories = find_categories(frame, [v for v in case["variables"] if v[0] in "ob"])
    stats = ordinal_statistics(frame, categories, x=x, missing=case["missing"])
    gamma = np.array(case["gamma"])
    sd = np.sqrt(np.diag(gamma))
    assert stats.n_obs == case["nobs"]
    assert ["".join(label) for label in stats.labels] == case["labels"]
    np.testing.assert_allclose(stats.vector, case["obs"], atol=1e-7)
    np.testing.assert_allclose(stats.gamma / np.outer(sd, sd), gamma / np.outer(sd, sd), atol=2e-7)


def test_recorded_polychoric_correlations_and_thresholds() -> None:
    items = [key for key in OTHER["polychoric_likert"][0] if key != "_row"]
    frame = pd.read_csv(ORACLES / "data" / "likert.csv")[items]
    latent = latent_moments(frame, find_categories(frame, items))
    recorded = pd.DataFrame(OTHER["polychoric_likert"])[items].to_numpy(float)
    np.testing.assert_allclose(latent.cov, recorded, atol=1e-7)
    np.testing.assert_allclose(np.concatenate(latent.thresholds), list(OTHER["thresholds_likert"].values()), atol=1e-8)
