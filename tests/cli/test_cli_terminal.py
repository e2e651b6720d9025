"""What a person sees: tables within 80 columns, progress on a terminal only, nothing but results when piped."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

import cocsem as cocsem_package
from cocsem.cli import COMMANDS
from cocsem.course import STEPS, Step, steps_of, teller
from cocsem.question import Request, ask

MODEL = "TRU =~ tru1 + tru2 + tru3 + tru4\nLOY =~ loya1 + loya2 + loya3\nLOY ~ TRU\n"
SCALES = ("--instrument", "customer_trust", "--instrument", "customer_loyalty")
VERBS = {
    "fit": ("fit", "creative_industry", "--model", "m.txt"),
    "validate": ("validate", "creative_industry", *SCALES),
    "screen": ("screen", "msme"),
    "pilot": ("pilot", "creative_industry", *SCALES),
    "content": ("content", "ratings.csv"),
    "retest": ("retest", "creative_industry", "creative_industry", *SCALES),
    "invariance": ("invariance", "creative_industry", "--group", "gender", *SCALES),
    "audit": ("audit", "creative_industry", "--model", "m.txt"),
    "instruments list": ("instruments", "list"),
    "instruments show": ("instruments", "show", "balanced_scorecard"),
    "theories list": ("theories", "list"),
    "theories show": ("theories", "show", "involvement_engagement_loyalty"),
    "datasets list": ("datasets", "list"),
    "datasets show": ("datasets", "show", "creative_industry"),
    "power": ("power", "population.txt", "--nobs", "200"),
    "simulate": ("simulate", "population.txt", "--nobs", "20"),
    "moderate": ("moderate", "creative_industry", "--model", "m.txt", "--group", "gender"),
    "explain": ("explain", "cfi", "creative_industry"),
    "lessons list": ("lessons", "list"),
    "lessons show": ("lessons", "show", "fit"),
    "lessons answers": ("lessons", "answers", "missing"),
    "check": ("check", "results.json", "creative_industry"),
}
STUDIES = ("fit", "validate", "invariance", "audit", "screen", "pilot", "content", "retest")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, cocsem):
    place = tmp_path_factory.mktemp("terminal")
    (place / "m.txt").write_text(MODEL, encoding="utf-8")
    (place / "population.txt").write_text("y ~ 0.3*x\nx ~~ 1*x\ny ~~ 1*y\n", encoding="utf-8")
    (place / "ratings.csv").write_text("item,skala,a,b,c\ntru1,T,4,3,4\ntru2,T,3,4,4\n", encoding="utf-8")
    done = cocsem("fit", "creative_industry", "--model", place / "m.txt", "--quiet", "--out", place, "--format", "json")
    assert (done.code, done.out, done.err) == (0, "", "")
    return place


def test_every_verb_is_looked_at():
    assert {words[0] for words in VERBS.values()} == set(COMMANDS) - {"export"}


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "id"])
@pytest.mark.parametrize("verb", VERBS)
def test_no_line_is_wider_than_80_columns(cocsem, folder, monkeypatch, verb, lang):
    monkeypatch.chdir(folder)
    monkeypatch.setenv("COLUMNS", "80")
    done = cocsem(*VERBS[verb], "--lang", lang)
    assert done.code == 0 and done.err == ""
    assert done.out.strip() and max(map(len, done.out.splitlines())) <= 80
    assert "\x1b" not in done.out and "Text(" not in done.out


@pytest.mark.slow
@pytest.mark.parametrize("verb", STUDIES)
def test_json_is_all_that_is_printed_and_keeps_the_schema(cocsem, folder, monkeypatch, verb):
    monkeypatch.chdir(folder)
    done = cocsem(*VERBS[verb], "--json")
    schema = json.loads((files("cocsem.report") / "results.schema.json").read_text(encoding="utf-8"))
    assert done.code == 0 and done.err == ""
    jsonschema.validate(json.loads(done.out), schema)


def _on_a_terminal(words, folder):
    """Run with the error stream on a pseudo-terminal and the output piped."""
    ours, theirs = pty.openpty()
    environment = {
        **os.environ,
        "TERM": "xterm-256color",
        "COLUMNS": "100",
        "PYTHONPATH": str(Path(cocsem_package.__file__).parents[1]),
    }
    with (folder / "out.txt").open("w+b") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", "cocsem", *words], cwd=folder, stdout=out, stderr=theirs, env=environment
        )
        os.close(theirs)
        seen = bytearray()
        while select.select([ours], [], [], 300)[0]:
            try:
                read = os.read(ours, 65536)
            except OSError:  # the other end has closed
                break
            if not read:
                break
            seen += read
        running.wait()
        out.seek(0)
        printed = out.read().decode("utf-8")
    os.close(ours)
    return printed, seen.decode("utf-8", "replace")


@pytest.mark.slow
def test_a_terminal_shows_the_step_a_bar_and_the_time_left(folder):
    out, seen = _on_a_terminal([*VERBS["fit"], "--lang", "id"], folder)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen)
    assert "Reliabilitas, faktor eksploratori, validitas" in plain and "━" in plain
    assert re.search(r"\d:\d\d:\d\d / − \d?\d:\d\d", plain), plain[-400:]
    assert "\x1b" not in out and "━" not in out


@pytest.mark.slow
@pytest.mark.parametrize("flag", ["--quiet", "--json"])
def test_a_terminal_stays_empty_where_silence_was_asked_for(folder, flag):
    out, seen = _on_a_terminal([*VERBS["validate"], flag], folder)
    assert seen == "" and (out == "") == (flag == "--quiet")


def test_the_bar_moves_forward_over_the_steps_of_the_run():
    asked = ask(Request("creative_industry", None, MODEL, (), None, (), None, False))
    told: list[Step] = []
    steps = steps_of(asked, {"ordered": None, "group": None}, alone=False, programs=False)
    tell = teller(told.append, "id", steps, draws=200)
    for step in steps:
        tell(step)
    shares = [step.done for step in told]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] < 1
    assert told[-1] == STEPS["report"].id


@pytest.mark.slow
def test_a_study_tells_the_steps_it_said_it_would_take(folder):
    told: list[str] = []
    cocsem_package.run_study("creative_industry", model=MODEL, progress=told.append)
    asked = ask(Request("creative_industry", None, MODEL, (), None, (), None, False))
    steps = steps_of(asked, {"ordered": None, "group": None}, alone=False, programs=False)
    assert told == [STEPS[step].en for step in steps]
    assert all(step.done is not None for step in told[1:])
