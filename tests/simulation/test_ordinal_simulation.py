"""The simulation of the documentation's page on ordered items, small."""

import importlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def simulation(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    return importlib.import_module("ordinal_simulation")


def test_draws_can_be_drawn_again_and_have_the_shares_of_the_thresholds(simulation):
    cell = simulation.Cell("skewed", 20_000, 0)
    answers = cell.draw(3)
    assert answers.equals(cell.draw(3)) and not answers.equals(cell.draw(4))
    # Phi(0.2) of a standard normal response answer 1; four standard errors of a share.
    np.testing.assert_allclose((answers == 1).mean(), 0.5793, atol=4 * np.sqrt(0.58 * 0.42 / 20_000))


def test_coverage_counts_intervals_that_hold_the_truth(simulation):
    found = np.array([[[0.0, 0.5], [1.0, 1.0]], [[3.0, 0.0], [1.0, 1.0]]])  # one of four estimates is 3 errors away
    shares = simulation.coverage("loading", found, np.zeros(2))
    assert shares["loading coverage"] == 0.75
    assert (shares["loading lowest"], shares["loading highest"]) == (0.5, 1.0)
    assert shares["loading mc error"] == pytest.approx(0.25)  # samples cover .5 and 1: sd .354, over the root of 2


def test_wilson_interval(simulation):
    # Agresti's textbook form with z = 1.96: (count + z2/2) / (n + z2) in the middle.
    low, high = simulation.wilson(50, 1000)
    assert (low + high) / 2 == pytest.approx((50 + 1.9208) / (1000 + 3.8415), rel=1e-4)
    assert low < 0.05 < high


@pytest.mark.slow
def test_a_few_replications_give_the_table_and_the_page(simulation, tmp_path):
    lines = [simulation.run(cell, 4) for cell in simulation.CELLS[::3]]
    record = pd.DataFrame(lines)
    assert (record["refused"] + record["converged"] == 4).all()
    for kind in simulation.KINDS.values():
        assert record[f"{kind} coverage"].between(0.6, 1).all()
    simulation.write_page(record, tmp_path / "page.md")
    page = (tmp_path / "page.md").read_text()
    assert page.count("| skewed | 200 |") == 4 and "{" not in page.replace("{tests}", "")


@pytest.mark.slow
def test_a_category_that_nobody_chose_leaves_the_thresholds_out(simulation, monkeypatch):
    cell = simulation.Cell("skewed", 200, 0)
    draws = [cell.draw(k).assign(x1=lambda answers: answers["x1"].clip(upper=4)) for k in range(2)]
    monkeypatch.setattr(simulation.Cell, "draw", lambda self, replication: draws[replication])
    found = [simulation.replicate(cell, k) for k in range(2)]
    assert found[0]["unseen"] and found[0]["WLSMV converged"] and found[0]["threshold"].shape == (2, 35)
    line = simulation.summarise(cell, found)
    assert line["unseen"] == 2 and "loading coverage" in line and "threshold coverage" not in line


def test_the_page_is_what_the_record_says(simulation, tmp_path):
    simulation.write_page(pd.read_csv(simulation.RECORD), tmp_path / "page.md")
    assert (tmp_path / "page.md").read_text() == simulation.PAGE.read_text()
