"""The report as a reader meets it: opened in headless Chromium on a phone and on a desk, in the light and in the dark.

Skipped where Chromium, node, playwright-core or axe-core are missing; COCSEM_NODE names the folder that holds the last two
(after `npm install --prefix FOLDER playwright-core axe-core`).
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import cocsem
from cocsem.report import write_report

_CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_MODULES = Path(os.environ.get("COCSEM_NODE", Path(__file__).parents[2]))
_READY = _CHROMIUM and shutil.which("node") and (_MODULES / "node_modules" / "axe-core").is_dir()
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not _READY, reason="Chromium, node or the node modules are missing"),
]
_HURT = '<img src=x onerror="window.hurt=1"><script>window.hurt=2</script>'


@pytest.fixture(scope="module", params=["en", "id"])
def looks(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(f"report_{request.param}")
    report = cocsem.run_study("creative_industry", theory="involvement_engagement_loyalty", lang=request.param)
    write_report(report, folder, formats=("html",))
    return _look(folder / "report.html")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "hostile.toml").write_text(_instrument(), encoding="utf-8")
    rng = np.random.default_rng(1)
    factors = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], 200)
    answers = np.clip(np.round(3 + np.repeat(factors, 3, axis=1) * 0.8 + rng.normal(size=(200, 6)) * 0.6), 1, 5)
    frame = pd.DataFrame(answers.astype(int), columns=["one1", "one2", "one3", "two1", "two2", "two3"])
    frame[_HURT] = rng.choice([_HURT, "b"], 200)
    frame.to_csv(folder / "answers.csv", index=False)
    report = cocsem.run_study(folder / "answers.csv", instruments=[folder / "hostile.toml"], measurement_only=True)
    write_report(report, folder, formats=("html",))
    assert "onerror=" in (folder / "report.html").read_text(encoding="utf-8")
    return _look(folder / "report.html")


def _instrument() -> str:
    def text(value: str) -> str:
        return f"{{ en = '{value}', id = '{value}' }}"

    dimensions = "\n".join(
        f"[[dimension]]\ncode = '{code}'\nname = {text(f'{code} {_HURT}')}\n"
        + "\n".join(f"[[dimension.item]]\ncode = '{code.lower()}{k}'\ntext = {text(f'{k} {_HURT}')}" for k in (1, 2, 3))
        for code in ("ONE", "TWO")
    )
    head = "\n".join(f"{key} = {text(f'{key} {_HURT}')}" for key in ("title", "purpose", "status"))
    return f"code = 'hostile'\n{head}\n[scale]\nminimum = 1\nmaximum = 5\nkind = 'likert'\n{dimensions}\n"


def _look(page: Path) -> list[dict]:
    shots = os.environ.get("COCSEM_SHOTS", "")
    command = ["node", str(Path(__file__).with_name("look.mjs")), _CHROMIUM, str(_MODULES), str(page), shots]
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_nothing_scrolls_sideways_and_nothing_goes_wrong(looks, hostile):
    for look in (*looks, *hostile):
        assert look["overflow"] <= 0, look["width"]
        assert look["errors"] == [] and look["asked"] == []


def test_no_serious_finding_about_accessibility(looks, hostile):
    for look in (*looks, *hostile):
        assert [v for v in look["axe"] if v["impact"] in ("serious", "critical")] == []


def test_no_text_of_a_diagram_covers_another(looks, hostile):
    assert all(look["diagrams"] == 2 for look in looks)
    assert [look["overlaps"] for look in (*looks, *hostile) if look["overlaps"]] == []


def test_hostile_labels_stay_words(hostile):
    assert all(look["hurt"] is None and look["foreign"] == 0 for look in hostile)


def test_the_page_prints_with_every_verdict_and_without_buttons(looks, hostile):
    for look in (look for look in (*looks, *hostile) if "pdf" in look):
        assert look["pdf"] == "%PDF-" and look["closed"] == 0 and look["buttons"] == 0


def test_tables_are_sorted_from_the_keyboard(looks):
    assert [look["sorted"] for look in looks if "sorted" in look] == [1]
