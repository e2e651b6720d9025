"""The command line, called in the same process; one small study that several tests read."""

from __future__ import annotations

import contextlib
import io
import shutil
from typing import NamedTuple

import pytest

from cocsem.cli import main
from cocsem.survey.shelf_data import dataset_path
from cocsem.theory.template import theory_template


class Done(NamedTuple):
    code: int
    out: str
    err: str


def _run(*arguments):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), pytest.raises(SystemExit) as left:
        main([str(a) for a in arguments])
    return Done(left.value.code or 0, out.getvalue(), err.getvalue())


@pytest.fixture(scope="session")
def cocsem():
    """Run one command: `cocsem("fit", "answers.csv")` gives its exit code and what it printed."""
    return _run


@pytest.fixture(scope="session")
def desk(tmp_path_factory):
    """A folder as a person has it: answers of three scales among others, a theory of one's own, two models."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copy(dataset_path("creative_industry"), folder / "answers.csv")
    (folder / "own.toml").write_text(theory_template("own"), encoding="utf-8")
    (folder / "abilities.txt").write_text(
        "# Holzinger and Swineford\nvisual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="session")
def study(desk):
    """The own theory on the answers, with a report in `desk/out`."""
    return _run("fit", desk / "answers.csv", "--theory", desk / "own.toml", "--out", desk / "out")
