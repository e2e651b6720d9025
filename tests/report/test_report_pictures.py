"""Bars, forests, screes: every number is drawn and said, nothing leaves the picture, labels are text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from cocsem.report.figures.answer_bars import answer_bars
from cocsem.report.figures.axes import round_ticks
from cocsem.report.figures.forest import Estimate, forest
from cocsem.report.figures.ladder import Rung, ladder
from cocsem.report.figures.scree import scree

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>"


def read(svg: str):
    root = ET.fromstring(svg)
    return root, [float(v) for v in root.get("viewBox").split()]


@pytest.mark.parametrize("points", [2, 5, 6, 7])
def test_bars_are_as_long_as_the_shares_and_cross_the_line_in_the_middle(points):
    shares = pd.DataFrame(
        [[1 / points] * points, [0.0] * (points - 1) + [1.0]], index=["a", HOSTILE], columns=range(points)
    )
    root, (_, _, width, _) = read(answer_bars(shares, "en", title="t"))
    bars = [r for r in root.iter(f"{SVG}rect") if float(r.get("height")) > 10]
    middle = float(next(root.iter(f"{SVG}line")).get("x1"))
    first = bars[:points]
    assert sum(float(b.get("width")) for b in first) == pytest.approx(300, abs=points)
    ends = float(first[0].get("x")), float(first[-1].get("x")) + float(first[-1].get("width"))
    assert (ends[0] + ends[1]) / 2 == pytest.approx(middle, abs=1)
    assert all(float(b.get("x")) >= 0 and float(b.get("x")) + float(b.get("width")) <= width for b in bars)
    assert not list(root.iter(f"{SVG}script"))


def test_a_forest_draws_every_interval_inside_and_dashes_those_that_hold_zero():
    rows = [Estimate("H1", 0.4, 0.2, 0.6), Estimate(HOSTILE, -0.1, -0.3, 0.1)]
    root, (_, _, width, _) = read(forest(rows, "id", title="t"))
    points = [float(c.get("cx")) for c in root.iter(f"{SVG}circle")]
    assert len(points) == 2
    assert points[0] > points[1]
    weak = [line for line in root.iter(f"{SVG}line") if "weak" in line.get("class")]
    assert len(weak) == 1
    assert all(0 <= float(line.get("x1")) <= float(line.get("x2")) <= width for line in weak)
    assert "0,40 [0,20; 0,60]" in "".join(root.itertext())


def test_a_ladder_is_climbed_from_the_bottom_and_a_rejected_step_looks_so():
    rungs = [Rung("configural", "holds", "", True), Rung(HOSTILE, "rejected", "p < .001", False)]
    root, (_, _, width, height) = read(ladder(rungs, title="t"))
    boxes = list(root.iter(f"{SVG}rect"))
    assert ["weak" in box.get("class") for box in boxes] == [True, False]
    assert float(boxes[0].get("y")) < float(boxes[1].get("y")) < height
    assert all(float(text.get("x")) < width for text in root.iter(f"{SVG}text"))


def test_a_scree_has_a_point_for_every_eigenvalue():
    root, _ = read(scree({"data": [3.0, 1.0, 0.5], "random": [1.2, 1.0, 0.8]}, "en", title="t", across="number"))
    points = list(root.iter(f"{SVG}circle"))
    assert len(points) == 3
    heights = [float(p.get("cy")) for p in points]
    assert heights == sorted(heights)
    assert len(re.findall("weak", ET.tostring(root, encoding="unicode"))) >= 2


@pytest.mark.parametrize("low, high", [(-0.13, 0.71), (0.0, 11.3), (-1e-6, 1e-6), (-4, -1)])
def test_ticks_cover_the_interval(low, high):
    ticks = round_ticks(low, high)
    assert ticks[0] <= low + 1e-9
    assert ticks[-1] >= high - 1e-9
    assert 2 <= len(ticks) <= 8
